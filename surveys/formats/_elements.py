"""An element of a form that pyxform has read: what is carried over is taken from it, and what is left is a loss."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from babel import Locale

COLUMNS = {
    "bind.relevant": "relevant",
    "bind.constraint": "constraint",
    "bind.jr:constraintMsg": "constraint_message",
    "bind.jr:requiredMsg": "required_message",
    "bind.jr:noAppErrorString": "noAppErrorString",
    "bind.required": "required",
    "bind.readonly": "read_only",
    "bind.calculate": "calculation",
    "control.jr:count": "repeat_count",
}
"""What an author calls the columns that pyxform has renamed."""

STRUCTURE = ("type", "name", "children", "choices", "itemset", "list_name")
PIPED = re.compile(r"\$\{[^}]*\}")


class Element:
    """A row of the sheet "survey" as pyxform has understood it."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.type = str(raw.get("type", ""))
        self.name = str(raw.get("name", ""))
        self.children = [Element(child) for child in raw.get("children", ())]
        self.choices: list[dict[str, Any]] = [dict(choice) for choice in raw.get("choices", ())]
        self.list = str(raw.get("itemset") or "")
        self._left = dict(_leaves({key: value for key, value in raw.items() if key not in STRUCTURE}))

    def take(self, key: str) -> Any:
        """What stands under a key, which is then dealt with."""
        return self._left.pop(key, None)

    def see(self, key: str) -> Any:
        """What stands under a key, without dealing with it."""
        return self._left.get(key)

    def left(self) -> Iterator[tuple[str, str]]:
        """Column and content of all that has not been dealt with."""
        for key, value in self._left.items():
            if value not in (None, "", {}, []):
                yield COLUMNS.get(key, key.split(".", 1)[-1]), short(value)

    def languages(self) -> Iterator[str]:
        """Names of the languages of this element and those inside, in order."""
        for raw in (self._left.get("label"), self._left.get("hint"), *(choice.get("label") for choice in self.choices)):
            if isinstance(raw, Mapping):
                yield from raw
        for child in self.children:
            yield from child.languages()

    def unnamed(self) -> bool:
        """Is there a label in no named language, here or inside?"""
        label = self._left.get("label")
        here = bool(label.get("default") if isinstance(label, Mapping) else label)
        return here or any(child.unnamed() for child in self.children)


def _leaves(raw: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in raw.items():
        if key in ("bind", "control", "media", "parameters", "instance") and isinstance(value, Mapping):
            yield from ((f"{key}.{inner}", content) for inner, content in value.items())
        else:
            yield key, value


def short(value: Any) -> str:
    """A value in one line, not too long to read in a list."""
    words = "; ".join(map(str, value.values())) if isinstance(value, Mapping) else str(value)
    words = " ".join(words.split())
    return words if len(words) <= 80 else words[:79] + "…"


@cache
def _tags() -> dict[str, str]:
    tags: dict[str, str] = {}
    for speaker in ("en", "sv"):
        tags |= {name.lower(): tag.replace("_", "-") for tag, name in Locale(speaker).languages.items()}
    return tags


def language_tag(name: str) -> str | None:
    """The tag of a language that is called "Svenska (sv)", "sv" or "Swedish"; None if it is not known."""
    bracketed = re.search(r"\(\s*([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*)\s*\)\s*$", name)
    plain = name.strip()
    tag = bracketed[1] if bracketed else plain if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", plain) else None
    if tag:
        first, *rest = re.split("[-_]", tag)
        return "-".join([first.lower(), *rest])
    return _tags().get(plain.lower())


def safe_name(name: str, taken: set[str], reserved: frozenset[str]) -> str:
    """A name of our kind that is as near as can be to theirs, and free."""
    near = re.sub(r"[^a-z0-9_]+", "_", name.lower()).strip("_")[:56] or "question"
    if not near[0].isalpha() or near in reserved:
        near = f"q_{near}"
    found, number = near, 2
    while found in taken:
        found, number = f"{near}_{number}", number + 1
    taken.add(found)
    return found


def safe_code(code: str, taken: set[str], reserved: str) -> str:
    """A code of our kind that is as near as can be to theirs, and free."""
    near = re.sub(r"[^A-Za-z0-9_-]+", "_", code).strip("_-")[:56] or "code"
    found, number = near, 2
    while found in taken or found == reserved:
        found, number = f"{near}_{number}", number + 1
    taken.add(found)
    return found
