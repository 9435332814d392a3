"""What a document says, before it has a format: sections of parts, each a plain value."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from analysis import figures
from analysis.figures import Words
from analysis.words import _, current, day, speak

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Sentence:
    """A sentence and the id of the cell that it rests on, empty where it rests on none."""

    text: str
    cell: str = ""


@dataclass(frozen=True)
class Heading:
    """A heading inside a section; ``level`` 2 is the first below the section's own."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """Running text; a blank line in it begins a new paragraph."""

    text: str


@dataclass(frozen=True)
class Points:
    """A list of sentences."""

    items: tuple[Sentence, ...]

    @classmethod
    def of(cls, *texts: str) -> "Points":
        """A list of sentences that rest on no cell."""
        return cls(tuple(map(Sentence, texts)))


@dataclass(frozen=True)
class Quote:
    """What somebody answered, word for word, once it has been released; ``about`` says to what."""

    text: str
    about: str = ""


@dataclass(frozen=True)
class GridCell:
    """One cell of a table: its text, and the id that sentences link to."""

    text: str
    id: str = ""


@dataclass(frozen=True)
class Grid:
    """A table of texts; the first cell of each row names the row, ``head`` the columns."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[GridCell, ...], ...]

    def __post_init__(self) -> None:
        wrong = [row for row in self.rows if len(row) != len(self.head)]
        if wrong:
            raise ValueError(f"The table “{self.caption}” has {len(self.head)} columns; a row has {len(wrong[0])} cells.")


@dataclass(frozen=True)
class Series:
    """The numbers of a chart that can be edited: values of each series by category, None where hidden."""

    categories: tuple[str, ...]
    values: tuple[tuple[str, tuple[float | None, ...]], ...]
    upright: bool = False
    """Columns side by side instead of bars: numbers that are spread over a line."""


@dataclass(frozen=True, eq=False)
class Picture:
    """A chart that is drawn when it is asked for, and what is told to those who do not see it."""

    draw: Callable[[], "Figure"] = field(repr=False)
    words: Words
    series: Series | None = None
    """The numbers in it, for formats whose charts are edited."""
    language: str = field(default_factory=current)

    @cached_property
    def svg(self) -> bytes:
        """As a drawing, with its title and description inside."""
        with speak(self.language):
            return figures.svg(self.draw(), self.words)

    @cached_property
    def png(self) -> bytes:
        """As points, for formats that take no drawing."""
        with speak(self.language):
            return figures.png(self.draw(), self.words)

    @property
    def description(self) -> str:
        """What is told instead of the chart."""
        return self.words.description or self.words.title


@dataclass(frozen=True, eq=False)
class Result:
    """What one question gave: the finding is the title; ``facts`` tell base and margin; ``more`` what else was found."""

    name: str
    finding: Sentence
    question: str
    facts: tuple[str, ...]
    grid: Grid
    picture: Picture | None = None
    more: tuple[Sentence, ...] = ()


@dataclass(frozen=True)
class Box:
    """Sentences that stand apart under a title of their own."""

    title: str
    items: tuple[Sentence, ...]


@dataclass(frozen=True)
class Method:
    """How the numbers came about: every line of it must be said, or there is no document."""

    title: str
    asked: str
    weighting: str
    margin: str
    hiding: str
    recruitment: str
    mirrored: str
    more: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        silent = [f.name for f in fields(self) if f.name != "more" and not getattr(self, f.name).strip()]
        if silent:
            raise ValueError(f"The method box does not say: {', '.join(silent)}. A report without it is not written.")

    @property
    def least(self) -> tuple[str, ...]:
        """What must be said wherever numbers are shown, in the order of reading."""
        return (self.asked, self.margin, self.weighting, self.mirrored, self.recruitment, self.hiding)

    @property
    def lines(self) -> tuple[str, ...]:
        """All its sentences."""
        return (*self.least, *self.more)


Part = Heading | Paragraph | Points | Quote | Grid | Picture | Result | Box | Method


@dataclass(frozen=True, eq=False)
class Section:
    """A chapter; ``slide`` says that it is shown on a slide too, where its sentences are the points."""

    title: str
    parts: tuple[Part, ...]
    slide: bool = False


@dataclass(frozen=True)
class Said:
    """The few words of a document's frame, in its language."""

    contents: str
    page: str
    numbers: str
    """What opens the table under a chart."""
    made_up: str

    @classmethod
    def now(cls) -> "Said":
        """In the language spoken now."""
        return cls(_("Contents"), _("Page"), _("Show the numbers as a table"), _("Made-up data"))


@dataclass(frozen=True, eq=False)
class Document:
    """A whole document; ``facts`` are the lines of its head, label and value; ``made`` dates it, and never the clock."""

    title: str
    kind: str
    author: str
    language: str
    made: date
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    said: Said
    made_up: bool = False

    def __post_init__(self) -> None:
        if sum(isinstance(part, Method) for part in self.parts()) != 1:
            raise ValueError("A document has exactly one method box. Put the survey's among its sections.")

    def parts(self) -> Iterator[Part]:
        """Every part of every section."""
        for section in self.sections:
            yield from section.parts

    @property
    def line(self) -> str:
        """Who tells, what kind of document it is, and its date."""
        with speak(self.language):
            return f"{self.author} · {self.kind} · {day(self.made)}"

    @property
    def foot(self) -> str:
        """What stands at the foot of every page and slide, which may be shown without the others."""
        return " · ".join((self.author, self.title, *((self.said.made_up,) if self.made_up else ())))

    @property
    def tag(self) -> str:
        """The language with its region, as office programs want it: sv-SE."""
        return {"sv": "sv-SE", "en": "en-GB"}.get(self.language, self.language)
