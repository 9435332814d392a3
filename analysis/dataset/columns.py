"""One column read and checked: weights, numbers, levels."""

from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.dataset.values import NOT_STATED, Code, Item, UnusableData, listed

Numbers = NDArray[np.float64]
COLLECTIONS = (tuple, list, set, frozenset, dict, np.ndarray)
LARGEST = 1e15
"""Beyond this a number has no decimals left."""
SMALLEST = 1e-100
"""The square of a weight below this may be lost."""
STANDS = "A weight is how many residents a response stands for."


def weights(column: pd.Series, name: str) -> Numbers:
    """The weights of a column, one per response: finite, not negative, not all zero, and none that numbers can't hold squared."""
    found = _parsed(column)
    if not len(found):
        return found
    least, most = float(found.min()), float(found.max())
    if not (least >= 0 and most <= LARGEST) or (least < SMALLEST and (found[found > 0] < SMALLEST).any()):
        raise _unusable(column, found, name)
    if not most:
        raise UnusableData(f"Column {name!r} (weight) is 0 in every row. Give at least one response a weight.")
    return found


def _unusable(column: pd.Series, found: Numbers, name: str) -> UnusableData:
    """What is wrong with some weights, and where it is first."""
    nowhere = np.isnan(found)
    given = nowhere & column.notna().to_numpy(dtype=bool)
    if given.any():
        place = int(given.argmax())
        return UnusableData(
            f"Column {name!r} (weight) does not hold numbers: row {column.index[place]!r} has {column.iloc[place]!r}. "
            "Convert it to numbers."
        )
    found_wrong = (
        ("missing", nowhere, "Fill it in or drop those rows."),
        ("infinite", np.isinf(found), STANDS),
        ("negative", found < 0, "A weight is at least 0."),
        ("beyond what can be summed", found > LARGEST, STANDS),
        ("next to nothing", (found > 0) & (found < SMALLEST), "Give 0, or scale the weights."),
    )
    wrong, bad, remedy = next(each for each in found_wrong if each[1].any())
    first = column.index[int(bad.argmax())]
    return UnusableData(f"Column {name!r} (weight) is {wrong} in {int(bad.sum())} rows, first in row {first!r}. {remedy}")


def sizes(column: pd.Series, name: str) -> Numbers:
    """The population sizes of a column, one per response: finite and at least 1."""
    found = _parsed(column)
    wrong = ~(np.isfinite(found) & (found >= 1))
    if wrong.any():
        raise UnusableData(
            f"Column {name!r} (fpc) holds what is not a population size: {listed(different(column[wrong]))}. Give the "
            "number of units in the row's stratum of the population (not a share of it), or leave fpc out."
        )
    return found


def numbers(column: pd.Series, item: Item) -> Numbers:
    """The numbers of a column, decimal commas too; NaN where it is empty or outside the base."""
    outside = column.isna()
    if item.missing:
        outside |= column.map(spelled).isin([spelled(code) for code in item.missing])
    if not pd.api.types.is_numeric_dtype(column):
        outside |= column.astype(str).str.strip() == ""
    found = _parsed(column.where(~outside))
    wrong = ~outside.to_numpy(dtype=bool) & ~(np.abs(found) <= LARGEST)
    if wrong.any():
        raise UnusableData(
            f"Column {item.name!r} holds what is not a number, or too large a one: {listed(different(column[wrong]))}. "
            "Write it as a number, leave the cell empty, or list it in missing."
        )
    return found


def different(column: pd.Series) -> list[Any]:
    """The values of a column, each once, unhashable ones too."""
    return list({repr(value): value for value in column.tolist()}.values())


def _parsed(column: pd.Series) -> Numbers:
    """Texts and numbers as numbers; NaN for what is neither, such as dates and complex numbers."""
    if getattr(column.dtype, "kind", "O") in "mMc":
        return np.full(len(column), np.nan)
    if not pd.api.types.is_numeric_dtype(column):
        column = column.astype(object).map(lambda cell: cell.replace(",", ".") if isinstance(cell, str) else cell)
    found: Numbers = pd.to_numeric(column, errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    return found


def written(column: pd.Series, item: Item) -> NDArray[np.bool_]:
    """Whether something is written in each cell of a column."""
    empty = column.isna() | column.isin(list(item.missing)) | (column.astype(str).str.strip() == "")
    there: NDArray[np.bool_] = ~empty.to_numpy(dtype=bool)
    return there


def factorize(column: pd.Series) -> tuple[NDArray[np.integer[Any]], list[Any]]:
    """Places and values of a column of any dtype; -1 where it is missing. TypeError where cells hold collections."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        if isinstance(column.array.categories, pd.MultiIndex):
            raise TypeError
        return column.array.codes, list(column.array.categories)
    codes, values = pd.factorize(column)
    if column.dtype == object and any(isinstance(value, COLLECTIONS) for value in values):
        raise TypeError
    return codes.astype(np.intp), list(values)


def spelled(value: Any) -> str:
    """A value as a codebook would spell it: 1.0 is "1"."""
    if isinstance(value, Real) and not isinstance(value, bool):
        number = float(value)
        return str(int(number)) if number.is_integer() else str(number)
    return str(value)


def match(values: Sequence[Any], known: Mapping[Any, int]) -> list[int | None]:
    """The place of each value among ``known``, also where a number stands for a text or the other way round."""
    texts = {spelled(code): place for code, place in known.items()}
    return [known[v] if v in known else texts.get(spelled(v)) for v in values]


def blank(value: Any) -> bool:
    """Whether a value says nothing."""
    return value is None or value is pd.NA or (isinstance(value, str) and not value.strip())


def levels(
    column: pd.Series, name: str, declared: tuple[Code, ...] | None
) -> tuple[NDArray[np.intp], tuple[Code, ...]]:
    """For each response the place of its level, and the levels; an empty code stands last where any is not known."""
    try:
        codes, values = factorize(column)
    except TypeError:
        raise UnusableData(f"Group column {name!r} holds collections. Give each row one level.") from None
    known = _known(column, values, declared)
    places = match(values, {level: place for place, level in enumerate(known)})
    unknown = [v for i, v in enumerate(values) if places[i] is None and not blank(v) and (codes == i).any()]
    if unknown:
        raise UnusableData(
            f"Group column {name!r} holds levels that are not listed: {listed(unknown)}. "
            f"List them in groups[{name!r}], or leave the cell empty where the group is not known."
        )
    table = np.array([len(known) if place is None else place for place in (*places, None)], dtype=np.intp)
    cells = table.take(codes, mode="wrap")
    if (cells == len(known)).any():
        known = (*known, NOT_STATED)
    return cells, known


def _known(column: pd.Series, values: list[Any], declared: tuple[Code, ...] | None) -> tuple[Code, ...]:
    """The levels a column may have: the declared ones, a categorical's own, else those found, sorted."""
    if declared is not None:
        return tuple(code for code in declared if code != NOT_STATED)
    found = [value for value in values if not blank(value)]
    return tuple(found if isinstance(column.dtype, pd.CategoricalDtype) else ordered(found))


def ordered(values: list[Any]) -> list[Any]:
    """Values sorted, of different types too."""
    try:
        return sorted(values)
    except TypeError:
        return sorted(values, key=lambda value: (str(type(value)), str(value)))
