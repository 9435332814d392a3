"""Understanding: weighted tables, disclosure control, charts and reports from survey answers; no web, no database.

What outside scripts rely on is imported from here. It is loaded when first asked for, so that a floor which only wants
words does not pay for data frames and charts.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.comparison import change, compare, independence, letters, paired, ranks, trend
    from analysis.dataset import Dataset, Item, UnusableData
    from analysis.precision.estimates import mean, ratio, shares, total
    from analysis.precision.quantiles import quantile
    from analysis.report import Report, build
    from analysis.report.tables import tabulate
    from analysis.scales import covariance, density
    from analysis.weighting import Weights, advice, calibrate, poststratify, propensity, rake, rake_cube, representativity

__all__ = [
    "Dataset", "Item", "Report", "UnusableData", "Weights", "advice", "build", "calibrate", "change", "compare", "covariance",
    "density", "independence", "letters", "mean", "paired", "poststratify", "propensity", "quantile", "rake", "rake_cube",
    "ranks", "ratio", "representativity", "shares", "tabulate", "total", "trend",
]  # fmt: skip

_ROOMS = {
    "Dataset": "dataset",
    "Item": "dataset",
    "UnusableData": "dataset",
    "Report": "report",
    "build": "report",
    "change": "comparison",
    "compare": "comparison",
    "independence": "comparison",
    "letters": "comparison",
    "paired": "comparison",
    "ranks": "comparison",
    "trend": "comparison",
    "covariance": "scales",
    "density": "scales",
    "mean": "precision.estimates",
    "ratio": "precision.estimates",
    "shares": "precision.estimates",
    "total": "precision.estimates",
    "quantile": "precision.quantiles",
    "tabulate": "report.tables",
    "Weights": "weighting",
    "advice": "weighting",
    "calibrate": "weighting",
    "poststratify": "weighting",
    "propensity": "weighting",
    "rake": "weighting",
    "rake_cube": "weighting",
    "representativity": "weighting",
}


def __getattr__(name: str) -> Any:
    """A public name, from the room where it lives."""
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_ROOMS[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
