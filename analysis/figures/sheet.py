"""A sheet that charts are drawn on from the top down, measured in points."""

import math
from collections.abc import Sequence
from typing import Any

from matplotlib.collections import LineCollection, PathCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D

from analysis.figures import lettering
from analysis.figures.house import EDGE, GREY, INK, RULE, SMALL, TEXT, TITLE, WHITE, WIDTH, Words

Box = tuple[float, float, float, float]
"""Left, top, width, height."""
Stroke = tuple[float, float, float, float]
"""From x, y to x, y."""
Point = tuple[float, float]
Dashes = tuple[float, tuple[float, ...] | None]
WHOLE: Dashes = (0, None)
RIMS: dict[str, list[Point]] = {
    "disc": [(math.cos(2 * math.pi * i / 16), math.sin(2 * math.pi * i / 16)) for i in range(16)],
    "square": [(-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)],
    "diamond": [(0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)],
    "triangle": [(0, -1.15), (1.1, 0.8), (-1.1, 0.8)],
}
"""The marks by their corners, for a radius of one."""


class Sheet:
    """A figure without axes: x to the right, y downwards from the top edge; ``y`` is how far down it is filled."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.y = EDGE
        self.figure = Figure(figsize=(WIDTH / 72, 1), dpi=72, facecolor=WHITE)
        self._points = Affine2D()
        self._transform = self._points + self.figure.dpi_scale_trans
        self._head()

    @property
    def right(self) -> float:
        """The right end of what may be drawn on."""
        return WIDTH - EDGE

    def _head(self) -> None:
        room = self.right - EDGE
        self.paragraph(self.words.title, TITLE, INK, bold=True, room=room, most=4)
        self.y += 3
        self.paragraph(self.words.subtitle, TEXT, GREY, room=room, most=4)
        if self.words.title or self.words.subtitle:
            self.y += 10

    def text(self, x: float, y: float, text: str, size: float = TEXT, **style: Any) -> None:
        """One line of text with its baseline at ``y``."""
        letters = Text(
            x, y, lettering.clean(text), fontsize=size, transform=self._transform, parse_math=False,
            **({"color": INK, "va": "baseline"} | style),
        )  # fmt: skip
        self.figure.add_artist(letters)

    def paragraph(
        self, text: str, size: float = TEXT, colour: str = INK, *, bold: bool = False,
        room: float = WIDTH - 2 * EDGE, most: int = 3, x: float = EDGE,
    ) -> None:  # fmt: skip
        """Lines of text from here down."""
        for line in lettering.wrap(text, room, size, bold, most):
            self.y += size * 1.25
            self.text(x, self.y - size * 0.22, line, size, color=colour, fontweight="bold" if bold else "normal")

    def boxes(self, boxes: Sequence[Box], colour: str, edge: str = "none") -> None:
        """Filled rectangles of one colour."""
        if not boxes:
            return
        self._fill([[(x, y), (x + w, y), (x + w, y + h), (x, y + h)] for x, y, w, h in boxes], colour, edge)

    def marks(self, middles: Sequence[Point], radius: float, colour: str, edge: str, kind: str = "disc") -> None:
        """Marks of one colour and one of the kinds of ``RIMS``."""
        rim = [(radius * dx, radius * dy) for dx, dy in RIMS[kind]]
        if middles:
            self._fill([[(x + dx, y + dy) for dx, dy in rim] for x, y in middles], colour, edge)

    def areas(self, areas: Sequence[Sequence[Sequence[Point]]], colour: str, edge: str) -> None:
        """Areas of one colour, each of one or more rings; a ring inside another is a hole."""
        if areas:
            paths = [Path.make_compound_path(*(Path(ring, closed=True) for ring in rings)) for rings in areas]
            shapes = PathCollection(paths, facecolors=colour, edgecolors=edge, linewidths=1.0)
            shapes.set_transform(self._transform)
            self.figure.add_artist(shapes)

    def _fill(self, corners: list[list[Point]], colour: str, edge: str) -> None:
        self.figure.add_artist(
            PolyCollection(corners, facecolors=colour, edgecolors=edge, linewidths=1.0, transform=self._transform)
        )

    def strokes(
        self, strokes: Sequence[Stroke], colour: str = RULE, thickness: float = 1.0, dashes: Dashes = WHOLE
    ) -> None:
        """Straight lines of one colour."""
        self.lines([[(a, b), (c, d)] for a, b, c, d in strokes], colour, thickness, dashes)

    def lines(
        self, lines: Sequence[Sequence[Point]], colour: str, thickness: float, dashes: Dashes = WHOLE
    ) -> None:
        """Lines through points, of one colour."""
        if lines:
            drawn = LineCollection(
                lines, colors=colour, linewidths=thickness, linestyles=[dashes], transform=self._transform
            )
            self.figure.add_artist(drawn)

    def hatch(self, box: Box) -> None:
        """A box that holds something unknown: grey stripes in a frame."""
        x, y, w, h = box
        self.boxes([box], WHITE, GREY)
        step, stripes = 7.0, []
        for i in range(1, int((w + h) / step) + 1):
            far = i * step
            stripes.append((x + max(0.0, far - h), y + min(far, h), x + min(far, w), y + max(0.0, far - w)))
        self.strokes(stripes, RULE)

    def finish(self) -> Figure:
        """The figure, as high as it was filled."""
        if self.words.note:
            self.y += 8
            self.paragraph(self.words.note, SMALL, GREY, most=6)
        self.y += EDGE
        self.figure.set_size_inches(WIDTH / 72, self.y / 72)
        self._points.clear().translate(0, -self.y).scale(1 / 72, -1 / 72)
        return self.figure
