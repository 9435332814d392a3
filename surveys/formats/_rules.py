"""XLSForm's expressions said in our rules language, where it can say them."""

from dataclasses import dataclass, field
from typing import Any

from surveys.formats._xpath import TooHard, Tree


@dataclass(frozen=True)
class Placed:
    """Where a question of theirs is found among ours."""

    question: str
    measures: str
    """``codes``, ``set``, ``integer``, ``decimal`` or ``text``."""
    codes: dict[str, str] = field(default_factory=dict)
    row: str | None = None

    def test(self, verb: str, value: Any) -> dict[str, Any]:
        """A comparison with its answer."""
        row = {} if self.row is None else {"row": self.row}
        return {"question": self.question, **row, verb: value}

    def code(self, value: str | float) -> str:
        """Our code for theirs."""
        written = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        if written not in self.codes:
            raise TooHard(written)
        return self.codes[written]


def condition(tree: Tree, placed: dict[str, Placed]) -> dict[str, Any]:
    """The condition in our language; `TooHard` if it cannot be said or names a question that was not carried over."""
    verb = tree[0]
    if verb in ("and", "or"):
        return {"all" if verb == "and" else "any": [condition(part, placed) for part in tree[1]]}
    if verb == "not":
        return {"not": condition(tree[1], placed)}
    if tree[1] not in placed:
        raise TooHard(tree[1])
    about = placed[tree[1]]
    if verb == "selected":
        return about.test("is", about.code(tree[2]))
    if verb in ("string-length", "count-selected"):
        return _answered(about, (verb, *tree[2:]))
    return _compared(about, verb, tree[2])


def _answered(about: Placed, test: Tree) -> dict[str, Any]:
    if test[1:] in ((">", 0.0), (">=", 1.0), ("!=", 0.0)):
        return about.test("answered", True)
    if test[1:] in (("=", 0.0), ("<", 1.0)):
        return about.test("answered", False)
    raise TooHard(str(test))


def _compared(about: Placed, sign: str, value: str | float) -> dict[str, Any]:
    if value == "" and sign in ("=", "!="):
        return about.test("answered", sign == "!=")
    if about.measures in ("integer", "decimal") and isinstance(value, float):
        return _number(about, sign, value)
    if sign in ("=", "!=") and about.measures in ("codes", "text"):
        wanted = about.code(value) if about.measures == "codes" else str(value)
        return about.test("is" if sign == "=" else "is_not", wanted)
    raise TooHard(sign)


def _number(about: Placed, sign: str, value: float) -> dict[str, Any]:
    limit = int(value) if value.is_integer() else value
    if sign in ("=", "!="):
        equal = about.test("at_least", limit) | {"at_most": limit}
        return equal if sign == "=" else {"not": equal}
    if sign in (">=", "<="):
        return about.test("at_least" if sign == ">=" else "at_most", limit)
    beyond = about.test("at_most" if sign == ">" else "at_least", limit)
    return {"all": [about.test("answered", True), {"not": beyond}]}


def limits(tree: Tree, whole: bool) -> dict[str, float]:
    """``min`` and ``max`` of a constraint on a number; of decimals only limits that are themselves allowed."""
    if tree[0] == "and":
        found: dict[str, float] = {}
        for part in tree[1]:
            found |= limits(part, whole)
        return found
    sign, name, value = tree if len(tree) == 3 else ("", "", "")
    if name != "." or not isinstance(value, float) or (sign in ("<", ">") and not whole) or sign not in SIDES:
        raise TooHard(sign)
    limit: float = int(value) if value.is_integer() else value
    return {SIDES[sign]: limit + STEPS.get(sign, 0)}


SIDES = {">=": "min", ">": "min", "<=": "max", "<": "max"}
STEPS = {">": 1, "<": -1}


def longest(tree: Tree, function: str) -> int:
    """The most characters or choices that a constraint allows."""
    if len(tree) == 4 and tree[:2] == (function, ".") and tree[2] in ("<", "<="):
        most: int = int(tree[3]) - int(tree[2] == "<")
        return most
    raise TooHard(str(tree[0]))


def alone(tree: Tree) -> str:
    """The code that a constraint allows only alone: ``not(selected(., 'none') and count-selected(.) > 1)``."""
    if tree[0] == "not" and tree[1][0] == "and" and len(tree[1][1]) == 2:
        first, second = sorted(tree[1][1], key=lambda part: part[0] != "selected")
        if first[:2] == ("selected", ".") and second in (
            ("count-selected", ".", ">", 1.0),
            ("count-selected", ".", ">=", 2.0),
        ):
            return str(first[2])
    raise TooHard(str(tree[0]))
