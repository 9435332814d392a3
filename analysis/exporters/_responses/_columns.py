"""The columns of a file of responses: each knows its values as texts, as numbers, and what its codes mean.

Only what the codebook, the groups and the weight name has a column: whatever else a frame holds never leaves.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis import scales
from analysis.dataset import Dataset, Item
from analysis.dataset.columns import blank, spelled
from analysis.dataset.columns import numbers as parsed
from analysis.exporters._records import clean

Numbers = NDArray[np.float64]
Told = Callable[[Any], Any]
COLLECTIONS = (tuple, list, set, frozenset)


@dataclass(frozen=True)
class Column:
    """One column: its heading, what it asks, and the column of the frame that it is made of."""

    name: str
    label: str
    source: str

    def plain(self, frame: pd.DataFrame, labels: bool, told: Told) -> list[Any]:
        """``told(value)`` for every row; the value is a text, a number or None, and asked about once."""
        return _each(frame[self.source], lambda cell: told(self._value(cell, labels)))

    def levels(self, frame: pd.DataFrame, labels: bool) -> pd.Categorical:
        """The texts of the column, each kept once."""
        places, found = pd.factorize(frame[self.source])
        texts = [self._value(cell, labels) for cell in found]
        codes, levels = pd.factorize(np.array(texts, dtype=object))
        return pd.Categorical.from_codes(np.append(codes, -1)[places], pd.Index(levels, dtype=object))

    def _value(self, cell: Any, labels: bool) -> Any:
        return None if blank(cell) or _gone(cell) else clean(str(cell))

    @property
    def meanings(self) -> dict[float, str]:
        """What the numbers of ``numbers`` stand for; nothing where they are plain numbers or texts."""
        return {}

    @property
    def written(self) -> bool:
        """Whether the column holds texts, not numbers, in files of statistical programs."""
        return False

    def numbers(self, frame: pd.DataFrame) -> Numbers:
        """The column as numbers, NaN where there is none; shape (rows,)."""
        return np.array(self.plain(frame, False, lambda value: math.nan if value is None else float(value)), dtype=float)


@dataclass(frozen=True)
class Text(Column):
    """What respondents wrote."""

    @property
    def written(self) -> bool:
        """Texts stay texts."""
        return True


@dataclass(frozen=True)
class Number(Column):
    """Numbers; what stands for "no answer" is nothing."""

    item: Item | None = None

    def plain(self, frame: pd.DataFrame, labels: bool, told: Told) -> list[Any]:
        """The numbers, whole ones without decimals."""
        found = self.numbers(frame)
        return _each(pd.Series(found), lambda cell: told(_number(cell)))

    def numbers(self, frame: pd.DataFrame) -> Numbers:
        """The numbers, NaN outside the base."""
        column = frame[self.source]
        return parsed(column, self.item or Item(self.source, self.source, ""))


@dataclass(frozen=True)
class Code(Column):
    """One of several codes, or its label."""

    labels: Mapping[str, str] = field(default_factory=dict)

    def _value(self, cell: Any, labels: bool) -> Any:
        if blank(cell) or _gone(cell):
            return None
        code = spelled(cell)
        return clean(self.labels.get(code, code) if labels else code)

    @property
    def places(self) -> dict[str, float]:
        """The number of each code: itself where all codes are numbers, else 1, 2, 3 and on."""
        own = [_float(code) for code in self.labels]
        if all(number is not None for number in own):
            return {code: float(number) for code, number in zip(self.labels, own, strict=True) if number is not None}
        return {code: float(place) for place, code in enumerate(self.labels, start=1)}

    @property
    def meanings(self) -> dict[float, str]:
        """The label of each number."""
        return {place: self.labels[code] or code for code, place in self.places.items()}

    @property
    def written(self) -> bool:
        """Codes that no codebook lists stay texts."""
        return not self.labels

    def numbers(self, frame: pd.DataFrame) -> Numbers:
        """The number of each code."""
        places = self.places
        return np.array(_each(frame[self.source], lambda cell: places.get(spelled(cell), math.nan)), dtype=float)


@dataclass(frozen=True)
class Part(Column):
    """One code of a set: 1 where it was chosen, 0 where another was; its place, where the order of the set counts."""

    code: str = ""
    several: bool = True

    def _value(self, cell: Any, labels: bool) -> Any:
        if not isinstance(cell, COLLECTIONS):
            cell = () if blank(cell) or _gone(cell) else (cell,)
        codes = [spelled(code) for code in cell]
        if not codes:
            return None
        if not self.several:
            return codes.index(self.code) + 1 if self.code in codes else None
        return int(self.code in codes)


def of(dataset: Dataset, with_text: bool = False) -> list[Column]:
    """The columns of a dataset's responses: groups, then items in the order of the codebook, then the weight."""
    return list(_of(dataset, with_text))


def _of(dataset: Dataset, with_text: bool) -> Iterator[Column]:
    for name, levels in dataset.group_levels.items():
        yield Code(name, dataset.group_name(name), name, {spelled(c): str(label) for c, label in levels.items() if c != ""})
    for item in dataset.items:
        yield from _item(dataset, item, with_text)
    if dataset.weight is not None:
        yield Number(dataset.weight, dataset.weight, dataset.weight)


def _item(dataset: Dataset, item: Item, with_text: bool) -> Iterator[Column]:
    labels = {spelled(code): str(label) for code, label in item.categories.items()}
    labels |= {spelled(code): spelled(code) for code in sorted(map(spelled, item.missing)) if code not in labels}
    apart = [code for code in labels if f"{item.name}/{code}" in dataset.frame]
    scale = scales.named(item.scale)
    if apart:
        for code in apart:
            yield Number(f"{item.name}/{code}", f"{item.label}: {labels[code]}", f"{item.name}/{code}")
    elif scale.SEVERAL or hasattr(scale, "ranks") or _sets(dataset.frame[item.name]):
        for code, label in (labels or {spelled(code): spelled(code) for code in dataset.answers(item).categories}).items():
            yield Part(f"{item.name}/{code}", f"{item.label}: {label}", item.name, code, scale.SEVERAL)
    elif item.categories:
        yield Code(item.name, item.label, item.name, labels)
    elif hasattr(scale, "numbers"):
        yield Number(item.name, item.label, item.name, item)
    elif with_text:
        yield Text(item.name, item.label, item.name)


def _sets(column: pd.Series) -> bool:
    return column.dtype == object and any(isinstance(cell, COLLECTIONS) for cell in column)


def _each(column: pd.Series, told: Told) -> list[Any]:
    """``told`` of every cell, asked once for each different one."""
    try:
        places, found = pd.factorize(column)
    except TypeError:
        return [told(cell) for cell in column]
    values = np.empty(len(found) + 1, dtype=object)
    values[:-1] = [told(cell) for cell in found]
    values[-1] = told(None)
    return values[places].tolist()  # type: ignore[no-any-return]


def _gone(cell: Any) -> bool:
    return isinstance(cell, float) and math.isnan(cell)


def _number(cell: Any) -> Any:
    if cell is None or not math.isfinite(cell):
        return None
    return int(cell) if float(cell).is_integer() and abs(cell) < 2**53 else float(cell)


def _float(code: str) -> float | None:
    try:
        number = float(code)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
