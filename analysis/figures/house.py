"""What every chart shares: its words, its measures, its colours."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WIDTH = 420.0
"""Width in points; the letters are large for it, so that a chart shrunk to a phone can still be read."""
EDGE = 6.0
TITLE, TEXT, SMALL = 20.0, 16.0, 14.5
"""Sizes of letters in points."""

BLUE, TEAL, PLUM, ORANGE = "#12436D", "#28A197", "#801650", "#F46A25"
INK, GREY, RULE, PALE = "#0B0C0C", "#484949", "#CECECE", "#EEEFEF"
WHITE = "#FFFFFF"
PALETTE = (BLUE, ORANGE, TEAL, PLUM)
"""Colours of at most four series, neighbours far apart in grey too; each series has a line and a mark of its own."""
DASHES: tuple[tuple[float, tuple[float, ...] | None], ...] = (
    (0, None), (0, (6.0, 2.0)), (0, (1.5, 1.8)), (0, (7.0, 2.0, 1.5, 2.0)),
)  # fmt: skip
"""Lines of the series: whole, dashed, dotted, dashed and dotted."""
MARKS = ("disc", "square", "diamond", "triangle")
"""Marks of the series."""
STEPS = {
    1: (BLUE,),
    2: ("#C3D3E4", BLUE),
    3: ("#C3D3E4", "#6F97BE", BLUE),
    4: ("#D6E1EC", "#9DB9D3", "#4F7EAB", BLUE),
    5: ("#DBE5EF", "#AFC6DC", "#7BA1C5", "#3F719F", "#0E3556"),
}
"""Tints for ordered answers, light to dark."""

Shapes = Mapping[Any, Mapping[str, Any]]
"""The code of an area to its GeoJSON geometry."""
Pair = tuple[float, float]


@dataclass(frozen=True)
class Words:
    """What a chart says in words: the finding, the question, base and margin, and what is told instead of it."""

    title: str
    subtitle: str = ""
    note: str = ""
    description: str = ""


@dataclass(frozen=True)
class Step:
    """A group of age: shares of the whole to the left and to the right, and those of the population if known."""

    label: str
    shares: Pair
    population: Pair | None = None


def tints(count: int) -> tuple[str, ...]:
    """``count`` tints in order; longer scales are drawn between the ends of the five."""
    if count in STEPS:
        return STEPS[count]
    first, last = _channels(STEPS[5][0]), _channels(STEPS[5][-1])
    at = [i / (count - 1) for i in range(count)]
    return tuple("#" + "".join(f"{round(a + (b - a) * t):02X}" for a, b in zip(first, last, strict=True)) for t in at)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21, as WCAG 2 defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def ink_on(ground: str) -> str:
    """The letter colour that is read best on ``ground``."""
    return max(("#000000", WHITE), key=lambda ink: contrast(ink, ground))


def _channels(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))


def _luminance(colour: str) -> float:
    parts = [c / 255 for c in _channels(colour)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
