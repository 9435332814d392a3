"""Which picture a table gets, how it is made from the table, and what is said of it in words."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from analysis import figures, precision, scales
from analysis.dataset import Code
from analysis.figures import Shapes, Words, numbers
from analysis.report import printing
from analysis.words import _, percent

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from analysis.report.values import Question, Table

MANY = 12
"""Beyond so many groups small multiples are no longer offered."""


class UnknownStyle(ValueError):
    """A picture was asked for that the table does not get."""


@dataclass(frozen=True, eq=False)
class Asked:
    """A table with what its picture is to show."""

    question: "Question"
    table: "Table"
    words: Words
    answer: Code
    shapes: Shapes | None

    @property
    def frame(self) -> pd.DataFrame:
        """The tidy table."""
        return self.table.frame


def styles(table: "Table", shapes: Shapes | None = None) -> tuple[str, ...]:
    """The pictures that suit a table, the usual one first; "" is the scale's own, of everybody."""
    suiting = scales.styles(table.item)
    if not table.by:
        own = ("", *(style for style in suiting if style == "diverging"))
        return (*own, "map") if table.item.areas and "share" in table.frame else own
    many = len(table.rows) > MANY
    return tuple(
        style for style in suiting or ("",)
        if not (style == "map" and not shapes) and not (style == "panels" and (many or "share" not in table.frame))
    )  # fmt: skip


def draw(
    question: "Question", table: "Table", words: Words, style: str, answer: Code = None, shapes: Shapes | None = None
) -> "Figure":
    """The picture of a table in one of its styles.

    Raises
    ------
    UnknownStyle
        The message names the styles that there are.
    """
    suiting = styles(table, shapes)
    style = style or suiting[0]
    if style not in suiting:
        raise UnknownStyle(f"The table has no picture {style!r}. It has {', '.join(map(repr, suiting))}.")
    return _PICTURES[style](Asked(question, table, words, answer, shapes))


def _own(asked: Asked) -> "Figure":
    drawn = asked.table.drawn
    assert drawn is not None  # a table without one is not pictured
    if asked.table.ends is not None:
        return _stacked(asked)
    return scales.named(asked.table.item.scale).draw(drawn, asked.words)


def _stacked(asked: Asked) -> "Figure":
    return figures.stacked(asked.frame, asked.words, ends=asked.table.ends, bands=asked.table.bands)


def _diverging(asked: Asked) -> "Figure":
    table = asked.table
    return figures.stacked(asked.frame, asked.words, diverging=True, ends=table.ends, bands=table.bands)


def _panels(asked: Asked) -> "Figure":
    return figures.panels(asked.frame, asked.words)


def _dots(asked: Asked) -> "Figure":
    """One section per answer, or one in all where the scale sums a group up in one number."""
    kind, _column = _number(asked.table)
    if kind == "share":
        whole = dict(zip(asked.question.total.frame["label"], asked.question.total.frame["share"], strict=True))
        return figures.dots(asked.frame.assign(whole=asked.frame["label"].map(whole)), asked.words)
    found = summed(asked.question, asked.table).assign(label="")
    whole = summed(asked.question, asked.question.total)["mean"].iloc[0]
    return figures.dots(found.assign(whole=whole), asked.words, kind)


def _map(asked: Asked) -> "Figure":
    if not asked.table.by:
        frame = asked.frame.assign(code=asked.frame["category"].astype(object), group=asked.frame["label"])
        return figures.district_map(frame, asked.table.item.areas, asked.words)
    found = summed(asked.question, asked.table, _shown(asked.question, asked.answer))
    return figures.district_map(found, asked.shapes or {}, asked.words, _number(asked.table)[0])


_PICTURES: Mapping[str, Callable[[Asked], "Figure"]] = {
    "": _own, "stacked": _stacked, "diverging": _diverging, "panels": _panels, "dots": _dots, "map": _map,
}  # fmt: skip


def _number(table: "Table") -> tuple[str, str]:
    """What sums a group up in one number, and its column: a balance, a mean, or the share of an answer."""
    scale = scales.named(table.item.scale)
    for column, _heading, kind in scale.MEASURES:
        if kind in ("balance", "mean"):
            return kind, column
    return "share", "share"


def summed(question: "Question", table: "Table", answer: Code = None) -> pd.DataFrame:
    """One row per group: "code", "group", "low", "high", "hidden" and "share" (of ``answer``) or "mean" (the number)."""
    kind, column = _number(table)
    frame = table.frame
    frame["code"] = frame[table.by].astype(object) if table.by else ""
    if kind == "share":
        return frame[frame["category"] == answer]
    frame = frame.groupby("code", sort=False, observed=True).agg(
        {"group": "first", "hidden": "any"} | dict.fromkeys(_needed(frame, column), "first")
    )
    frame = frame.reset_index().rename(columns={column: "mean"})
    if kind == "balance":
        margin = frame[f"{column}_se"] * precision.quantile(question.level)
        frame["low"], frame["high"] = (frame["mean"] - margin).clip(-1, 1), (frame["mean"] + margin).clip(-1, 1)
    return frame


def _needed(frame: pd.DataFrame, column: str) -> list[str]:
    return [column, *(name for name in (f"{column}_se", "low", "high") if name in frame)]


def _shown(question: "Question", answer: Code) -> Code:
    """The answer that a map shows: the one asked for, else the commonest one that is not hidden."""
    frame = question.total.frame
    if answer is not None or "category" not in frame:
        return answer
    shares = frame["share"].fillna(-math.inf)
    commonest: Code = frame["category"].iloc[int(shares.argmax())]
    return commonest


def told(question: "Question", table: "Table", style: str, answer: Code) -> str:
    """What a picture shows and by what, such as "Yes, by district"."""
    by = _("By %(group)s") % {"group": table.by_label.lower()} if table.by else ""
    shows = getattr(scales.named(table.item.scale), "SHOWS", "")
    if shows and style != "map":
        return ". ".join(part for part in (_(shows), by) if part)
    if style == "map" and table.by and _number(table)[0] == "share":
        code = _shown(question, answer)
        label = str(question.item.categories.get(code, code))
        what = f"{_(shows)}: {label}" if shows else _("Share of “%(answer)s”") % {"answer": label}
        return f"{what}. {by}"
    return by


def described(question: "Question", table: "Table", style: str, answer: Code) -> str:
    """The picture told in one breath, from the same numbers."""
    if table.by and (style == "map" or _single(table, style)):
        kind = _number(table)[0]
        rows = summed(question, table, _shown(question, answer)).itertuples()
        return " ".join(f"{row.group}: {_one(row, kind)}." for row in rows)
    return f"{question.shows} {printing.described(table.columns, table.rows)}".strip()


def _single(table: "Table", style: str) -> bool:
    """Whether a picture has one number per group, which is no share."""
    if not table.by or _number(table)[0] == "share":
        return False
    return (style or styles(table)[0]) in ("dots", "map")


def _one(row: "pd.Series[object]", kind: str) -> str:
    value = getattr(row, "share" if kind == "share" else "mean")
    if row.hidden or math.isnan(value):
        return _("hidden") if row.hidden else printing.NOTHING
    return numbers.told(kind, value, row.low, row.high)


def together(table: "Table", style: str) -> str:
    """What two colours in one part of a bar mean, where a picture has such."""
    drawn = style or styles(table)[0]
    if table.ends is None or drawn not in ("", "stacked", "diverging"):
        return ""
    return _("Two colours one above the other are answers told together, since one by one they are too few.")


def margin(table: "Table", style: str, level: float) -> str:
    """The widest margin of the shares that are shown, or how sure the margins of other numbers are."""
    frame = table.frame
    if "share" in frame and not _single(table, style) and not (frame["high"] - frame["low"]).isna().all():
        most = numbers.half(0.0, float((frame["high"] - frame["low"]).max()))
        text = _("The margin of error is at most %(margin)s, with %(level)s certainty.")
        return text % {"margin": numbers.points(most), "level": percent(level)}
    return _("Margins hold with %(level)s certainty.") % {"level": percent(level)}
