"""One page for the presidium as a tagged PDF: what was asked, who answered, what they say, what is owed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from analysis.typesetting import CannotTypeset, readable, typeset
from analysis.words import FALLBACK, _, current, day, decimal, percent

TOO_LONG = "does not fit"
"""What the template says when not even its smallest letters will do."""
LENGTHS = {
    "municipality": 80, "dialogue": 140, "question": 200, "headline": 260, "asked": 420, "promise": 420,
    "representativeness": 320, "owed": 420, "chart_description": 2000,
}  # fmt: skip
LISTS = {"findings": (3, 230), "differences": (4, 230), "unknown": (4, 260), "method": (5, 330)}
CHART = (82.0, 110.0)
"""The most room a chart gets, in millimetres."""


@dataclass(frozen=True)
class Brief:
    """What the page says, in plain words and numbers; ``chart`` is an SVG, ``response_rate`` between 0 and 1.

    ``links`` holds, for "headline", "findings", "differences" and "unknown", the address of each sentence's cell.
    """

    municipality: str
    dialogue: str
    question: str
    asked: str
    promise: str
    invited: int
    answered: int
    response_rate: float | None
    representativeness: str
    findings: tuple[str, ...]
    method: tuple[str, ...]
    owed: str
    made: date
    headline: str = ""
    margin: str = ""
    chart: bytes = b""
    chart_description: str = ""
    differences: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    made_up: bool = False
    links: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def brief_pdf(brief: Brief) -> bytes:
    """The page as PDF/UA-1 in the language spoken now; what is too long for it is shortened, and that is said."""
    whole = _clean(brief)
    for part in (1.0, 0.75, 0.5, 0.3, 0.15):
        short = _short(whole, part)
        try:
            return typeset("brief.typ", "brief", _data(short) | {"shortened": short != whole}, brief.made)
        except CannotTypeset as error:
            if TOO_LONG not in str(error):
                raise
    raise ValueError("The brief does not fit on one page, however short its texts.")


def _data(brief: Brief) -> dict[str, object]:
    chart = readable(brief.chart.decode())
    rate = "–" if brief.response_rate is None else percent(brief.response_rate)
    return {
        "lang": FALLBACK.get(current(), current()).split("-")[0],
        "title": brief.dialogue,
        "made": day(brief.made),
        "numbers": [
            [decimal(brief.invited), _("people invited")],
            [decimal(brief.answered), _("answered")],
            [rate, _("response rate")],
            *([[brief.margin, _("margin, all answers")]] if brief.margin else []),
        ],
        "links": {name: list(addresses) for name, addresses in brief.links.items()},
        "chart": chart,
        "chart_description": brief.chart_description or brief.question or brief.dialogue,
        "chart_height": _height(chart),
        "say": {
            "kind": _("For the presidium"),
            "made_up": _("Made-up data"),
            "asked": _("What it is about"),
            "promise": _("What was promised"),
            "findings": _("What the answers say"),
            "differences": _("What differs"),
            "unknown": _("What we do not know"),
            "method": _("How sure this is"),
            "owed": _("What is owed back"),
            "shortened": _("Some texts are shortened to fit on the page. The whole text is on the web page."),
        },
    } | {
        name: getattr(brief, name)
        for name in (
            "municipality", "question", "headline", "asked", "promise", "representativeness", "owed", "made_up", *LISTS,
        )
    }  # fmt: skip


def _height(chart: str) -> float:
    """The height of the chart in millimetres when it is as wide as its column, at most what it may have."""
    wide, high = CHART
    box = re.search(r'viewBox="[\d.]+ [\d.]+ ([\d.]+) ([\d.]+)"', chart)
    return min(high, wide * float(box.group(2)) / float(box.group(1))) if box else high


def _clean(brief: Brief) -> Brief:
    texts = {name: readable(getattr(brief, name)) for name in LENGTHS}
    lists = {name: tuple(readable(text) for text in getattr(brief, name)) for name in LISTS}
    return replace(brief, **texts, **lists)  # type: ignore[arg-type]


def _short(brief: Brief, part: float) -> Brief:
    texts = {name: _cut(getattr(brief, name), int(most * part)) for name, most in LENGTHS.items()}
    lists = {
        name: tuple(_cut(text, int(length * part)) for text in getattr(brief, name)[:most])
        for name, (most, length) in LISTS.items()
    }
    return replace(brief, **texts, **lists)  # type: ignore[arg-type]


def _cut(text: str, most: int) -> str:
    """``text`` in at most ``most`` letters, broken between words; a word without end may be broken anywhere."""
    if len(text) > most:
        kept = text[: most - 1]
        text = (kept.rsplit(" ", 1)[0] if " " in kept[most // 2 :] else kept).rstrip(" ,.;:") + "…"
    return re.sub(r"\S{31,}", lambda word: "\N{ZERO WIDTH SPACE}".join(re.findall(".{1,10}", word.group())), text)
