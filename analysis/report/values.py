"""What a report is: questions with their tables, charts in words, and findings; frozen, with nothing but what may be told."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from analysis import scales
from analysis.dataset import Code, Item
from analysis.figures import Shapes, Words, numbers
from analysis.precision import reliability
from analysis.report import picturing
from analysis.report.origin import Origin
from analysis.report.printing import Row
from analysis.summary import Finding
from analysis.words import N_, _, decimal, ngettext, stopped

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NOT_WEIGHTED = N_("Groups of fewer than 100 answers, or with something hidden, are not weighted.")


@dataclass(frozen=True, eq=False)
class Table:
    """One item by one group column (``by``), or for everybody (``by`` is "")."""

    item: Item
    by: str
    by_label: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    _frame: pd.DataFrame = field(repr=False)
    _distribution: pd.DataFrame | None = field(default=None, repr=False)
    _ends: pd.DataFrame | None = field(default=None, repr=False)
    bands: tuple[tuple[int, ...], ...] = ()
    """The places of the categories that ``ends`` tell together."""
    evened: bool = False
    """Whether some of its groups are told unweighted, though the report is weighted."""

    @property
    def frame(self) -> pd.DataFrame:
        """The tidy table that page, files and chart are made of, with "group" and "label" in words and "id"."""
        return self._frame.copy()

    @property
    def distribution(self) -> pd.DataFrame | None:
        """How numbers are spread: "low_edge", "high_edge", "label", "count", "base", "share", "hidden"."""
        return None if self._distribution is None else self._distribution.copy()

    @property
    def ends(self) -> pd.DataFrame | None:
        """The ends of a scale, each told as one, where some steps are hidden: a tidy table with the columns of ``frame``."""
        return None if self._ends is None else self._ends.copy()

    @cached_property
    def hidden(self) -> bool:
        """Whether anything in the table is hidden."""
        return bool(self._frame["hidden"].any())

    @cached_property
    def base(self) -> int | None:
        """The answers in the whole table; None where that may not be told."""
        return None if any(row.base is None for row in self.rows) else sum(row.base or 0 for row in self.rows)

    @cached_property
    def pictured(self) -> bool:
        """Whether there is a chart of it."""
        drawn = self.drawn
        if drawn is not None and self._ends is not None:
            return True
        return drawn is not None and bool(drawn[[name for name in ("share", "mean") if name in drawn]].notna().any(axis=None))

    @cached_property
    def reliability(self) -> frozenset[str]:
        """How far its numbers may be built on: the codes of ``precision.reliability`` that occur."""
        return frozenset(cell.reliability for row in self.rows for cell in row.cells if cell.reliability)

    @property
    def doubt(self) -> str:
        """What the words beside uncertain numbers mean; empty where every number is good."""
        return reliability.explained(self.reliability)

    @property
    def drawn(self) -> pd.DataFrame | None:
        """What the chart is made of; None where the scale has no picture."""
        if self.by and scales.styles(self.item):
            return self.frame
        return {"table": self.frame, "distribution": self.distribution}.get(scales.named(self.item.scale).DRAWS)


@dataclass(frozen=True, eq=False)
class Question:
    """One item with its tables: for everybody under "", and under the name of each group column."""

    item: Item
    tables: Mapping[str, Table]
    level: float = 0.95
    weighted: bool = False
    headlines: Mapping[str, str] = field(default_factory=dict)
    """What stands out of a table, in a sentence: the title of its chart."""

    @property
    def name(self) -> str:
        """The item's name."""
        return self.item.name

    @property
    def label(self) -> str:
        """The question as it was asked."""
        return self.item.label

    @property
    def shows(self) -> str:
        """What its numbers are, where its shares are no shares of answers; else empty."""
        return scales.shows(self.item)

    @property
    def explained(self) -> str:
        """What its numbers and its own measures mean, where its tables are not of the answers as they were given."""
        given = self.shows == "" and scales.published(self.item) is self.item
        return "" if given else " ".join((self.shows, *scales.explained([self.item]))).strip()

    @property
    def written(self) -> bool:
        """Whether it is answered in one's own words."""
        return scales.written(self.item.scale)

    @property
    def headline(self) -> str:
        """What stands out of everybody's answers, in a sentence; empty where nothing does."""
        return self.headlines.get("", "")

    @property
    def total(self) -> Table:
        """The table of everybody together."""
        return self.tables[""]

    def styles(self, by: str = "", shapes: Shapes | None = None) -> tuple[str, ...]:
        """The pictures that suit one of its tables, the usual one first; a map only where the groups have ``shapes``."""
        return picturing.styles(self.tables[by], shapes) if self.tables[by].pictured else ()

    def words(self, by: str = "", style: str = "", answer: Code = None) -> Words:
        """What the chart of one of its tables says in words; ``style`` and ``answer`` as in ``chart``."""
        table = self.tables[by]
        title = self.headlines.get(by, "")
        shown = picturing.told(self, table, style, answer)
        asked = self.label if title else ""
        subtitle = f"{stopped(asked)} {shown}" if asked and shown else asked or shown
        return Words(title or self.label, subtitle, self._note(table, style), picturing.described(self, table, style, answer))

    def chart(
        self, by: str = "", titled: bool = True, style: str = "", answer: Code = None, shapes: Shapes | None = None
    ) -> "Figure | None":
        """The chart of one of its tables; None with nothing to draw.

        Parameters
        ----------
        by
            The table: "" for everybody, or a group column.
        titled
            Whether title and subtitle stand in it; a heading of the page may say them instead.
        style
            One of ``styles(by, shapes)``; "" is the usual one.
        answer
            The category that a map shows, the commonest one if None.
        shapes
            Code of each group to GeoJSON geometry, for a map.
        """
        table = self.tables[by]
        if table.drawn is None or not table.pictured:
            return None
        words = self.words(by, style, answer)
        words = words if titled else replace(words, title="", subtitle="", note=f"{self.shows} {words.note}".strip())
        return picturing.draw(self, table, words, style, answer, shapes)

    def _note(self, table: Table, style: str) -> str:
        base = self.total.base
        parts = []
        if base is not None:
            parts.append(ngettext("%(count)s answer.", "%(count)s answers.", base) % {"count": decimal(base)})
        if self.weighted and (table.by or not table.evened):
            parts.append(_("Weighted to the population."))
        if table.evened:
            parts.append(_(NOT_WEIGHTED))
        if "low" in table.frame:
            parts.append(picturing.margin(table, style, self.level))
        if table.reliability - {"good"}:
            worst = _("Some numbers are very uncertain.") if "too-uncertain" in table.reliability else ""
            parts.append(worst or _("Some numbers are uncertain."))
        if table.hidden:
            parts.append(_("What too few have answered is hidden."))
        return " ".join(part for part in (*parts, picturing.together(table, style)) if part)


@dataclass(frozen=True, eq=False)
class Report:
    """Everything that may be told of a dataset.

    Attributes
    ----------
    questions
        In the order of the codebook.
    findings
        What stands out, in plain words, each tied to its cells.
    base
        Responses.
    weighted
        Whether shares and means are weighted.
    level
        Confidence level of the intervals.
    minimum
        The least count that is shown.
    by
        Group column to what the reader calls it.
    taking_part
        Group column to code to how many took part, None where that is hidden; for those that it may be told of.
    places
        Group column to code to GeoJSON geometry in WGS 84, where groups are places: what files of maps are made of.
    origin
        Where the answers come from, so far as whoever made the report has said.
    """

    questions: tuple[Question, ...]
    findings: tuple[Finding, ...]
    base: int
    weighted: bool
    level: float
    minimum: int
    by: Mapping[str, str]
    taking_part: Mapping[str, Mapping[str, int | None]] = field(default_factory=dict)
    places: Mapping[str, Shapes] = field(default_factory=dict)
    origin: Origin = Origin()

    @property
    def margin(self) -> str:
        """The widest margin of a share of everybody, such as ±6; empty where no share is told."""
        frames = [question.total.frame for question in self.questions]
        widths = [(frame["high"] - frame["low"]).max() for frame in frames if "share" in frame]
        told = [float(width) for width in widths if not math.isnan(width)]
        return numbers.margin(0.0, max(told)) if told else ""

    @property
    def unweighted(self) -> str:
        """What is not weighted though all else is, in a sentence; empty where there is nothing."""
        even = any(table.evened for question in self.questions for table in question.tables.values())
        return _(NOT_WEIGHTED) if even else ""

    def question(self, name: str) -> Question:
        """The question of that name; KeyError where there is none."""
        return {question.name: question for question in self.questions}[name]
