"""Two kinds of people back to back by age, beside what they would be if they mirrored another population."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from analysis.figures import lettering
from analysis.figures.house import BLUE, EDGE, INK, ORANGE, SMALL, TEXT, WHITE, WIDTH, Step, Words
from analysis.figures.sheet import Sheet, Stroke
from analysis.words import percent

BAR = 24.0
GAP = 9.0
MARK = 5.0


def pyramid(steps: Sequence[Step], sides: tuple[str, str], key: tuple[str, str], words: Words) -> Figure:
    """
    A population pyramid, the oldest on top: bars for the group in question, upright marks for the population.

    Parameters
    ----------
    steps
        From the youngest to the oldest; shares between 0 and 1 of both sides together.
    sides
        What stands to the left and to the right, such as women and men.
    key
        What the bars and what the marks are.
    words
        Title, subtitle, note; what is empty takes no room.
    """
    sheet = Sheet(words)
    middle = max((lettering.width(step.label, SMALL) for step in steps), default=0.0) + 14
    number = lettering.width(percent(0.88), SMALL) + 8
    room = (WIDTH - 2 * EDGE - middle) / 2 - number
    widest = max((share for step in steps for share in (*step.shares, *(step.population or ()))), default=0.0)
    scale = room / max(widest, 0.01)
    centre = WIDTH / 2
    _key(sheet, key, any(step.population for step in steps))
    _sides(sheet, sides, centre, middle)
    marks: list[Stroke] = []
    for step in reversed(steps):
        top = sheet.y + GAP
        sheet.text(centre, top + BAR / 2 + SMALL * 0.36, step.label, SMALL, ha="center")
        for side in (-1, 1):
            marks += _side(sheet, step, side, (centre + side * middle / 2, top), scale)
        sheet.y = top + BAR
    sheet.strokes(marks, WHITE, 6.0)
    sheet.strokes(marks, ORANGE, 3.5)
    sheet.y += GAP
    return sheet.finish()


def _side(sheet: Sheet, step: Step, side: int, start: tuple[float, float], scale: float) -> list[Stroke]:
    """One bar with its number; gives the mark of the population, which is drawn over all bars."""
    at, top = start
    share = step.shares[side > 0]
    long = max(share * scale, 1.0)
    sheet.boxes([(at if side > 0 else at - long, top, long, BAR)], BLUE)
    population = step.population[side > 0] if step.population else 0.0
    end = at + side * (max(share, population) * scale + 8)
    sheet.text(end, top + BAR / 2 + SMALL * 0.36, percent(share), SMALL, ha="left" if side > 0 else "right")
    if not step.population:
        return []
    x = at + side * population * scale
    return [(x, top - MARK, x, top + BAR + MARK)]


def _key(sheet: Sheet, key: tuple[str, str], population: bool) -> None:
    sheet.y += SMALL + 4
    sheet.boxes([(EDGE, sheet.y - 12, 14, 14)], BLUE)
    sheet.text(EDGE + 20, sheet.y, key[0], SMALL)
    if population:
        x = EDGE + 20 + lettering.width(key[0], SMALL) + 24
        sheet.strokes([(x, sheet.y - 14, x, sheet.y + 4)], ORANGE, 3.5)
        sheet.text(x + 9, sheet.y, key[1], SMALL)
    sheet.y += 12


def _sides(sheet: Sheet, sides: tuple[str, str], centre: float, middle: float) -> None:
    sheet.y += TEXT
    sheet.text(centre - middle / 2, sheet.y, sides[0], TEXT, ha="right", fontweight="bold", color=INK)
    sheet.text(centre + middle / 2, sheet.y, sides[1], TEXT, ha="left", fontweight="bold", color=INK)
    sheet.y += 2
