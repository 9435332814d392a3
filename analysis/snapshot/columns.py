"""A column of a frame as Parquet keeps it, and back: texts, sets of codes, numbers; nothing that a reader must guess."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.dataset import UnusableData, listed
from analysis.dataset.plain import SCALARS

MANY = 4096
"""The most different texts that are read back as levels; more are read as plain texts."""
FEW = 100
"""A column that is neither an item with categories nor a group has levels if it holds no more different texts."""
COLLECTIONS = (tuple, list, set, frozenset)


@dataclass(frozen=True)
class Column:
    """How a column is kept.

    ``kind`` is "text", "set" (a list of texts), "json" and "jsonset" (texts that hold JSON, for codes and for sets of
    codes that are not all texts) or "plain" (numbers and truth values). ``dtype`` is what pandas called it. ``levels``
    are the texts it may hold, in order.
    """

    name: str
    kind: str
    dtype: str
    levels: tuple[str, ...] | None = None
    ordered: bool = False

    def written(self, at: str) -> str:
        """The expression that writes the frame's column ``at`` to Parquet."""
        text = f"CAST({at} AS VARCHAR)"
        value = {"plain": at, "set": f"""from_json({text}, '["VARCHAR"]')"""}.get(self.kind, text)
        return f"{value} AS {quoted(self.name)}"

    def read(self) -> str:
        """The expression that reads the column from Parquet, as levels where it has such."""
        name = quoted(self.name)
        if self.kind == "set":
            return f"CAST(to_json({name}) AS VARCHAR) AS {name}"
        if self.levels:
            return f"CAST({name} AS ENUM({', '.join(map(literal, self.levels))})) AS {name}"
        return name


def quoted(name: str) -> str:
    """A name as SQL writes an identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def kept(column: pd.Series, levelled: bool) -> tuple[Column, pd.Series]:
    """How a column is kept, and the column as it is handed to the writer.

    Parameters
    ----------
    column
        Numbers, truth values, texts, tuples of codes or categories.
    levelled
        Whether it is read back as levels however many there are (an item with categories, a group).
    """
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        return _categorical(column)
    if pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_complex_dtype(dtype):
        return Column(str(column.name), "plain", str(dtype)), column
    if not isinstance(dtype, pd.StringDtype) and not pd.api.types.is_object_dtype(dtype):
        raise UnusableData(f"Column {column.name!r} holds {dtype}. A snapshot keeps texts and numbers: write it as text.")
    return _texts(column, levelled)


def restored(column: pd.Series, how: Column) -> pd.Series:
    """A column read from Parquet as it was before it was written."""
    if how.kind == "plain":
        return column if str(column.dtype) == how.dtype else column.astype(how.dtype)
    if how.kind == "text":
        return column.cat.as_ordered() if how.levels and how.ordered else column
    codes, texts = _factorized(column)
    values = [_value(json.loads(text)) for text in texts]
    if how.dtype == "category":
        return pd.Series(pd.Categorical.from_codes(codes, pd.Index(values, dtype=object), ordered=how.ordered))
    return pd.Series(_objects([*values, None])[codes], dtype=object)


def silent(how: Column, weighs: bool = False) -> pd.Series:
    """A column of one response without an answer, or with a weight of 1; an empty set of codes where it holds such."""
    if how.kind == "plain":
        return pd.Series([1.0 if weighs else np.nan])
    return pd.Series(_objects([() if how.kind in ("set", "jsonset") else None]), dtype=object)


def _factorized(column: pd.Series) -> tuple[NDArray[Any], list[str]]:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy(), list(column.cat.categories)
    codes, texts = pd.factorize(column)
    return codes, list(texts)


def _categorical(column: pd.Series) -> tuple[Column, pd.Series]:
    values = list(column.cat.categories)
    kind = _kind(values, column.name)
    kind = "text" if kind == "text" else "json"
    texts = values if kind == "text" else [_json(value) for value in values]
    if len(texts) > MANY:
        raise UnusableData(f"Column {column.name!r} has {len(texts)} levels. A snapshot keeps {MANY}: write it as text.")
    found = pd.Categorical.from_codes(column.cat.codes.to_numpy(), pd.Index(texts, dtype=object))
    return Column(str(column.name), kind, "category", tuple(texts), bool(column.cat.ordered)), _plain(found)


def _texts(column: pd.Series, levelled: bool) -> tuple[Column, pd.Series]:
    name = str(column.name)
    codes, values = _different(column)
    kind = _kind(values, name)
    texts = list(values) if kind == "text" else [_json(value) for value in values]
    most = MANY if levelled else FEW
    levels = tuple(sorted(texts)) if texts and len(texts) <= most and kind == "text" else None
    if kind == "text" and levels is None:
        return Column(name, kind, "str"), column
    return Column(name, kind, "str" if kind == "text" else "object", levels), _plain(
        pd.Categorical.from_codes(codes, pd.Index(texts, dtype=object))
    )


def _plain(levels: pd.Categorical) -> pd.Series:
    """Levels as the writer takes them; without any, a column of nothing."""
    return pd.Series(levels) if len(levels.categories) else pd.Series([None] * len(levels), dtype=object)


def _different(column: pd.Series) -> tuple[NDArray[Any], list[Any]]:
    """Places and values, each once; -1 where the cell is empty. 1, 1.0 and True are three values."""
    if isinstance(column.dtype, pd.StringDtype):
        codes, values = pd.factorize(column)
        return codes, list(values)
    found: dict[Any, int] = {}
    empty = column.isna().to_numpy()
    try:
        places = [-1 if gone else found.setdefault(_key(c), len(found)) for c, gone in zip(column, empty, strict=True)]
    except TypeError:
        raise _unkept(column.name, column[~empty]) from None
    return np.array(places, dtype=np.int64), [value for _types, value in found]


def _key(cell: Any) -> tuple[Any, Any]:
    """A cell as a key: collections as tuples (sets sorted, so that bytes are the same again), with their types."""
    if isinstance(cell, set | frozenset):
        cell = sorted(cell, key=lambda code: (str(type(code)), str(code)))
    if isinstance(cell, COLLECTIONS):
        cell = tuple(_scalar(code) for code in cell)
        return tuple(map(type, cell)), cell
    cell = _scalar(cell)
    return type(cell), cell


def _scalar(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _kind(values: Iterable[Any], name: Any) -> str:
    """What a column of these values is kept as."""
    values = list(values)
    if all(isinstance(value, str) for value in values):
        return "text"
    if all(isinstance(value, tuple) and all(isinstance(code, str) for code in value) for value in values):
        return "set"
    wrong = [v for v in values if not all(isinstance(code, SCALARS) for code in (v if isinstance(v, tuple) else (v,)))]
    if wrong:
        raise _unkept(name, wrong)
    return "jsonset" if all(isinstance(value, tuple) for value in values) else "json"


def _unkept(name: Any, values: Iterable[Any]) -> UnusableData:
    return UnusableData(f"Column {name!r} holds {listed(values)}. A snapshot keeps texts, numbers and tuples of codes.")


def _json(value: Any) -> str:
    return json.dumps(_scalar(value), ensure_ascii=False, separators=(",", ":"))


def _value(loaded: Any) -> Any:
    return tuple(loaded) if isinstance(loaded, list) else loaded


def _objects(values: list[Any]) -> NDArray[Any]:
    """Values as an array of objects, tuples too."""
    found = np.empty(len(values), dtype=object)
    for place, value in enumerate(values):
        found[place] = value
    return found
