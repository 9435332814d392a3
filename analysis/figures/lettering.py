"""How wide a text is, and where it is to be broken.

The drawing library, whose font measures, is loaded with the first text that is measured: many only want to clean one.
"""

import importlib
from functools import cache
from typing import Any

_UNITS = 1000.0
UNSEEN = dict.fromkeys([*range(32), *range(0x7F, 0xA0), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF]) | dict.fromkeys(
    (9, 10, 13), " "
)
"""Control characters and half surrogate pairs: no letter, and not allowed in an SVG."""


def clean(text: object) -> str:
    """``text`` without characters that can't be drawn, on one line."""
    return " ".join(part for part in str(text).translate(UNSEEN).split(" ") if part)


@cache
def _library() -> Any:
    return importlib.import_module("matplotlib.ft2font")


@cache
def folder() -> str:
    """Where the fonts lie that charts are drawn and measured in."""
    return f"{importlib.import_module('matplotlib').get_data_path()}/fonts/ttf"


@cache
def _font(bold: bool) -> Any:
    font = _library().FT2Font(f"{folder()}/{'DejaVuSans-Bold.ttf' if bold else 'DejaVuSans.ttf'}")
    font.set_size(_UNITS, 72)
    return font


@cache
def _advance(letter: str, bold: bool) -> float:
    if not known(letter):
        return 1.2
    glyph = _font(bold).load_char(ord(letter), flags=_library().LoadFlags.NO_HINTING)
    return float(glyph.linearHoriAdvance / 65536 / _UNITS)


def known(letter: str) -> bool:
    """Whether the letters that charts are drawn in have this one."""
    return bool(_font(False).get_char_index(ord(letter)))


def width(text: str, size: float, bold: bool = False) -> float:
    """The width of ``text`` in points, measured in letters wider than those of most readers, so what fits fits."""
    return size * sum(_advance(letter, bold) for letter in text)


def wrap(text: str, room: float, size: float, bold: bool = False, most: int = 3) -> list[str]:
    """``text`` in at most ``most`` lines no wider than ``room`` points; what does not fit ends in an ellipsis."""
    lines: list[str] = []
    words = [word for word in clean(text)[:2000].split(" ") if word]
    while words and len(lines) < most:
        line = words.pop(0)
        while words and width(f"{line} {words[0]}", size, bold) <= room:
            line += " " + words.pop(0)
        if width(line, size, bold) > room:
            kept = _cut(line, room, size, bold)
            words.insert(0, line[len(kept) :])
            line = kept + ("-" if kept[-1:].isalnum() and words[0][:1].isalnum() else "")
        lines.append(line)
    if words and lines:
        lines[-1] = _cut(lines[-1], room - width("…", size, bold), size, bold).rstrip(" ,.;:-") + "…"
    return lines


def _cut(text: str, room: float, size: float, bold: bool) -> str:
    kept, used = 1, width(text[:1], size, bold) + width("-", size, bold)
    while kept < len(text) and (used := used + width(text[kept], size, bold)) <= room:
        kept += 1
    return text[:kept]
