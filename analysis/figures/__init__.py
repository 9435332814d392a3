"""House style: charts of shares with their margins, and what they become as files."""

from .bars import bars
from .files import png, svg
from .histogram import histogram
from .house import Words
from .pyramid import Step, pyramid
from .stacked import stacked

__all__ = ["Step", "Words", "bars", "histogram", "png", "pyramid", "stacked", "svg"]
