"""Groups and waves against each other: differences, tests of independence, letters, change."""

from .adjusting import UnknownAdjustment, holm
from .dependence import Test, independence, ranks
from .differences import compare
from .effects import cohens_h, size
from .lettering import letters

__all__ = ["Test", "UnknownAdjustment", "cohens_h", "compare", "holm", "independence", "letters", "ranks", "size"]
