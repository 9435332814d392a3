"""Groups and waves against each other: differences, tests of independence, letters, change."""

from .adjusting import UnknownAdjustment, adjusted, holm
from .changing import change, paired, trend
from .dependence import Test, independence, ranks
from .differences import compare
from .effects import CLEAR, cohens_h, size
from .lettering import letters

__all__ = [
    "CLEAR", "Test", "UnknownAdjustment", "adjusted", "change", "cohens_h", "compare", "holm", "independence", "letters",
    "paired", "ranks", "size", "trend",
]  # fmt: skip
