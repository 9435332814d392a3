"""A survey's cube as bytes, and back."""

import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from analysis.cube.cells import CellCube, Counted, Side, Sums
from analysis.dataset import UnusableData, plain

BROKEN = (ValueError, KeyError, TypeError, IndexError, AttributeError, OSError, EOFError, zipfile.BadZipFile, zlib.error)
"""What reading damaged bytes ends in."""


def dump(cube: CellCube) -> bytes:
    """A cube as bytes (NumPy's ``.npz``): the same for the same cube, at most 600 KB for 140 cells × 30 × 6."""
    head = {
        "sides": [[s.name, s.called, plain.codes(s.levels, s.name), list(s.labels)] for s in cube.sides],
        "items": [plain.from_item(item) for item in cube.items],
        "counted": [[name, plain.codes(c.categories, name), c.exclusive] for name, c in cube.counted.items()],
        "weighted": cube.weighted,
    }
    arrays = {"head": np.frombuffer(json.dumps(head, ensure_ascii=False).encode(), dtype=np.uint8)}
    arrays |= _arrays("whole", cube.whole)
    for at, found in enumerate(cube.counted.values()):
        arrays |= _arrays(f"i{at}", found.inside)
        arrays |= {} if found.exclusive else _arrays(f"b{at}", found.base)
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **arrays)
    return file.getvalue()


def load(content: bytes) -> CellCube:
    """The cube that ``dump`` wrote; `UnusableData` for bytes that are not such."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return _loaded(arrays)
    except BROKEN:
        raise UnusableData("The bytes are not a cube, or a damaged one. Make it anew of the responses.") from None


def _arrays(name: str, sums: Sums) -> dict[str, Any]:
    """The arrays laid out group by group, however they were counted, so that equal cubes are equal bytes."""
    return {f"{name}-{part}": np.ascontiguousarray(getattr(sums, part)) for part in ("n", "w", "w2")}


def _loaded(arrays: Mapping[str, Any]) -> CellCube:
    def sums(name: str) -> Sums:
        return Sums(arrays[f"{name}-n"], arrays[f"{name}-w"], arrays[f"{name}-w2"])

    head = json.loads(arrays["head"].tobytes())
    items = tuple(plain.to_item(item) for item in head["items"])
    named = {item.name: item for item in items}
    counted = {}
    for at, (name, categories, exclusive) in enumerate(head["counted"]):
        inside = sums(f"i{at}")
        base = inside.changed(lambda array: array.sum(axis=1)) if exclusive else sums(f"b{at}")
        counted[name] = Counted(named[name], tuple(categories), inside, base, exclusive)
    sides = tuple(Side(name, called, tuple(levels), tuple(labels)) for name, called, levels, labels in head["sides"])
    return CellCube(sides, sums("whole"), counted, items, head["weighted"])
