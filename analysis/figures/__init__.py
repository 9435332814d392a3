"""House style: charts of shares with their margins, and what they become as files.

The drawing library is loaded with the first chart: a floor that only wants words and numbers does not pay for it.
"""

import importlib
from typing import TYPE_CHECKING, Any

from analysis.figures.house import Shapes, Step, Words

if TYPE_CHECKING:
    from analysis.figures.files import png, svg
    from analysis.figures.kinds.bars import bars
    from analysis.figures.kinds.dots import dots
    from analysis.figures.kinds.histogram import histogram
    from analysis.figures.kinds.maps import density_map, district_map
    from analysis.figures.kinds.panels import panels
    from analysis.figures.kinds.pyramid import pyramid
    from analysis.figures.kinds.stacked import stacked
    from analysis.figures.kinds.trend import trend

__all__ = [
    "Shapes", "Step", "Words", "bars", "density_map", "district_map", "dots", "histogram", "panels", "png", "pyramid", "stacked",
    "svg", "trend",
]  # fmt: skip

_ROOMS = {
    "bars": "kinds.bars",
    "density_map": "kinds.maps",
    "district_map": "kinds.maps",
    "dots": "kinds.dots",
    "histogram": "kinds.histogram",
    "panels": "kinds.panels",
    "png": "files",
    "pyramid": "kinds.pyramid",
    "stacked": "kinds.stacked",
    "svg": "files",
    "trend": "kinds.trend",
}


def __getattr__(name: str) -> Any:
    """A kind of chart or of file, from the room where it lives."""
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_ROOMS[name]}"), name)
