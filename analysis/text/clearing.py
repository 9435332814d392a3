"""Open answers cleared of what may point at a person: names, numbers, addresses.

The rules rather take too much than too little. They are no promise: a person reads each quote before it is released.
"""

import re
from collections.abc import Iterable

from analysis.text.lemmas import is_compound, is_name
from analysis.words import _

_ADDRESS = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\bhttps?://\S+|\bwww\.\S+|(?<!\w)@\w{3,}", re.I)
_STREET = re.compile(
    r"\b[^\W\d_]+(?:vägen|gatan|stigen|gränd|gränden|torget|allén|backen|gården|byn|v\.|g\.)\s+\d+\s?[A-Za-z]?\b"
    r"|\b[A-ZÅÄÖ][^\W\d_]+\s\d{1,3}\s?[A-F]?\b(?=[\s,.;]|$)",
)
_PLATE = re.compile(r"\b[A-ZÅÄÖ]{3}\s?\d{2}[A-Z0-9]\b")
_NUMBER = re.compile(r"(?<!\w)\+?\d[\d \-/]{4,}\d(?!\w)|\b\d{5,}\b")
_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_ROLES = frozenset(
    ["herr", "fru", "fröken", "doktor", "dr", "lärare", "läraren", "rektor", "rektorn", "chef", "chefen", "granne", "grannen"]
)
_ALSO_NAMES = frozenset(
    [
        "axel",
        "björn",
        "bo",
        "britt",
        "dag",
        "glenn",
        "inge",
        "karl",
        "lena",
        "liv",
        "love",
        "max",
        "mats",
        "per",
        "rolf",
        "rune",
        "siv",
        "sten",
        "stig",
        "tage",
        "ulf",
        "vera",
        "åke",
    ]
)
"""First names that are ordinary words too, or other forms of such."""


def cleared(text: str, allowed: Iterable[str] = (), language: str = "sv") -> str:
    """``text`` with names, numbers and addresses taken out.

    Parameters
    ----------
    text
        One open answer.
    allowed
        Names that may stand: places of the municipality, such as the districts.
    language
        Of the text.
    """
    for pattern, put in (
        (_ADDRESS, _("[address]")),
        (_STREET, _("[address]")),
        (_PLATE, _("[number]")),
        (_NUMBER, _("[number]")),
    ):
        text = pattern.sub(put, text)
    return _without_names(text, {word.casefold() for name in allowed for word in _WORD.findall(name)}, language)


def _without_names(text: str, allowed: set[str], language: str) -> str:
    """A word with a capital is a name, unless it begins a sentence and is an ordinary word."""
    parts: list[str] = []
    end, previous = 0, ""
    for found in _WORD.finditer(text):
        word, before = found.group(), text[end : found.start()]
        begins = not parts or bool(re.search(r"[.!?:\n–•\"“”]\s*$|^\s*$", before)) and not previous
        taken = _points(word, begins or bool(re.search(r"[.!?:\n]\s*[\"“”]?$", before)), previous, allowed, language)
        inside = text[: found.start()].endswith("[")
        parts += [before, _("[name]") if taken and not inside else word]
        end, previous = found.end(), word
    return re.sub(rf"({re.escape(_('[name]'))})(?:[ -]\1)+", r"\1", "".join([*parts, text[end:]]))


def _points(word: str, begins: bool, previous: str, allowed: set[str], language: str) -> bool:
    """Whether a word may be a person's name."""
    base = word.casefold().removesuffix("s")
    if {word.casefold(), base} & allowed:
        return False
    if not word[:1].isupper():
        return previous.casefold() in _ROLES and is_name(word, language)
    if word.isupper() and len(word) > 1:
        return is_name(word, language) and not begins and len(word) > 4
    if not begins or word.casefold() in _ALSO_NAMES:
        return True
    return is_name(word, language) and not is_compound(word, language)
