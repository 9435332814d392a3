"""House style: charts of shares with their margins, and what they become as files."""

from .bars import bars
from .dots import dots
from .files import png, svg
from .histogram import histogram
from .house import Words
from .maps import Shapes, density_map, district_map
from .panels import panels
from .pyramid import Step, pyramid
from .stacked import stacked
from .trend import trend

__all__ = [
    "Shapes", "Step", "Words", "bars", "density_map", "district_map", "dots", "histogram", "panels", "png", "pyramid", "stacked",
    "svg", "trend",
]  # fmt: skip
