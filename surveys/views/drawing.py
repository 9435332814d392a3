"""Charts as SVG that stands in pages, each drawn once for its table: to draw takes longer than all else on a page."""

from collections.abc import Callable, Sequence
from weakref import WeakKeyDictionary

from markupsafe import Markup

from analysis import figures, scales
from analysis.figures import Shapes
from analysis.figures.house import BLUE, PALETTE, tints
from analysis.report import Question, Table
from analysis.report.trending import Trend

_DRAWN: WeakKeyDictionary[Table | Trend, dict[str, Markup]] = WeakKeyDictionary()
"""The charts of every table that is in use, by their styles; they go with it."""
MAP = "map"
"""The one style that is not made of the table alone: its outlines may be loaded anew."""


def drawn(question: Question, by: str, style: str = "", shapes: Shapes | None = None) -> Markup:
    """The chart of one of a question's tables under a heading of the page; empty where there is nothing to draw."""

    def draw() -> bytes:
        chart = question.chart(by, titled=False, style=style, shapes=shapes)
        return b"" if chart is None else figures.svg(chart, question.words(by, style))

    return Markup(draw().decode()) if style == MAP else _kept(question.tables[by], style, draw)  # noqa: S704 (our own drawing)


def drawn_trend(trend: Trend) -> Markup:
    """The chart of a question through the waves."""
    return _kept(trend, "", lambda: figures.svg(trend.chart(), trend.words()))


def _kept(of: Table | Trend, style: str, draw: Callable[[], bytes]) -> Markup:
    kept = _DRAWN.setdefault(of, {})
    if style not in kept:
        kept[style] = Markup(draw().decode())  # noqa: S704 (our own drawing)
    return kept[style]


Box = tuple[float, float, float, float, str]
"""Left, top, width and height in percent of a small chart, and a colour."""


def spark(question: Question) -> Markup:
    """A question's answers as one small picture for those who see it; the same numbers stand in its table.

    Empty where there is nothing to draw, or anything is hidden.
    """
    scale, table = scales.named(question.item.scale), question.total
    if table.hidden or not table.rows:
        return Markup()
    shares = [cell.value or 0.0 for cell in table.rows[0].cells if cell.kind == "share"]
    spread = table.distribution
    if spread is not None and not spread["hidden"].any() and spread["share"].max() > 0:
        return _small(_columns(list(spread["share"])))
    if not any(shares):
        return Markup()
    return _small(_lines(shares) if scale.SEVERAL else _parts(shares, scale.ORDERED))


def _parts(shares: Sequence[float], ordered: bool) -> list[Box]:
    """Answers of which everybody gave one, as parts of a bar; in tints where they have an order."""
    whole, left, found = sum(shares), 0.0, []
    colours = tints(len(shares)) if ordered else PALETTE
    for place, share in enumerate(shares):
        width = 100 * share / whole
        found.append((left, 0.0, max(width - 0.5, 0.1), 100.0, colours[place % len(colours)]))
        left += width
    return found


def _lines(shares: Sequence[float]) -> list[Box]:
    """Answers of which each may give several, as a bar each."""
    height = 100 / len(shares)
    return [(0.0, place * height, max(100 * share, 0.1), 0.7 * height, BLUE) for place, share in enumerate(shares)]


def _columns(shares: Sequence[float]) -> list[Box]:
    """How numbers are spread."""
    width, most = 100 / len(shares), max(shares)
    return [
        (place * width, 100 - 100 * share / most, 0.9 * width, 100 * share / most, BLUE) for place, share in enumerate(shares)
    ]


def _small(boxes: Sequence[Box]) -> Markup:
    one = '<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" fill="{}"/>'
    drawn = "".join(one.format(*box) for box in boxes)
    tall = " mp-spark--tall" if any(box[3] < 100 for box in boxes) else ""
    head = f'<svg class="mp-spark{tall}" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
    return Markup(f"{head}{drawn}</svg>")  # noqa: S704 (our own drawing, of numbers)
