"""Open answers worked up by people: themes found and edited, answers coded, agreement of coders, quotes released."""

from surveys.coding.framing import add, get, merge, put, seek
from surveys.coding.quoting import release, suggested, withdraw
from surveys.coding.reading import themes, written
from surveys.coding.saving import saved
from surveys.coding.sorting import agreement, code, differences, of_coder, settle, told
from surveys.coding.values import FEWEST, MACHINE, SETTLED, Difference, Told, Written

__all__ = [
    "FEWEST", "MACHINE", "SETTLED", "Difference", "Told", "Written", "add", "agreement", "code", "differences", "get",
    "merge", "of_coder", "put", "release", "saved", "seek", "settle", "suggested", "themes", "told", "withdraw", "written",
]  # fmt: skip
