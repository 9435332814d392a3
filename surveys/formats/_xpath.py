"""The part of XLSForm's expressions that our own rules can say: comparisons with answers, joined by and, or and not."""

import re
from collections.abc import Callable
from typing import Any

TOKEN = re.compile(
    r"\s*(?:(?P<answer>\$\{\s*[^}]+\}|\.\./[\w.-]+|\.(?![\d.]))|(?P<text>'[^']*'|\"[^\"]*\"|‘[^’]*’|“[^”]*”)"
    r"|(?P<number>-?\d+(?:\.\d+)?)|(?P<sign>!=|<=|>=|=|<|>|\(|\)|,|\+|-|\*)|(?P<word>[A-Za-z][\w:-]*))"
)
LONGEST, DEEPEST = 2000, 40
MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}

Tree = tuple[Any, ...]
"""``("and" or "or", trees)``, ``("not", tree)``, ``(sign, name, value)``, ``("selected", name, code)`` or
``(function, name, sign, number)``."""


class TooHard(ValueError):
    """An expression outside that part."""


def tree(expression: str) -> Tree:
    """The expression as a tree; `TooHard` if it says more than our rules can."""
    reader = _Reader(_tokens(expression))
    found = reader.either()
    if reader.tokens:
        raise TooHard(expression)
    return found


def _tokens(expression: str) -> list[tuple[str, str]]:
    tokens, at = [], 0
    if len(expression) > LONGEST or expression.count("(") > DEEPEST:
        raise TooHard(expression)
    while expression[at:].strip():
        match = TOKEN.match(expression, at)
        if match is None or match.lastgroup is None:
            raise TooHard(expression)
        tokens.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return tokens


class _Reader:
    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens

    def either(self) -> Tree:
        return self._joined("or", self._both)

    def _both(self) -> Tree:
        return self._joined("and", self._one)

    def _joined(self, word: str, part: Callable[[], Tree]) -> Tree:
        parts = [part()]
        while self._next() == ("word", word):
            self._take()
            parts.append(part())
        return parts[0] if len(parts) == 1 else (word, parts)

    def _one(self) -> Tree:
        kind, token = self._next()
        if token == "(":  # noqa: S105 (no secret)
            self._take()
            return self._closed(self.either())
        if (kind, token) == ("word", "not"):
            self._take()
            self._expect("(")
            return ("not", self._closed(self.either()))
        if kind == "word":
            return self._function()
        return self._comparison()

    def _function(self) -> Tree:
        name = self._take()[1]
        self._expect("(")
        kind, answer = self._take()
        if name not in ("selected", "string-length", "count-selected") or kind != "answer":
            raise TooHard(name)
        if name == "selected":
            self._expect(",")
            code = self._literal()
            return self._closed(("selected", _name(answer), code))
        self._expect(")")
        return (name, _name(answer), self._sign(), float(self._literal()))

    def _comparison(self) -> Tree:
        kind, token = self._take()
        if kind == "answer":
            return (self._sign(), _name(token), self._literal())
        sign = self._sign()
        second, answer = self._take()
        if second != "answer":
            raise TooHard(answer)
        return (MIRRORED[sign], _name(answer), _literal(kind, token))

    def _sign(self) -> str:
        sign = self._take()[1]
        if sign not in MIRRORED:
            raise TooHard(sign)
        return sign

    def _literal(self) -> str | float:
        return _literal(*self._take())

    def _closed(self, found: Tree) -> Tree:
        self._expect(")")
        return found

    def _expect(self, sign: str) -> None:
        if self._take()[1] != sign:
            raise TooHard(sign)

    def _next(self) -> tuple[str, str]:
        return self.tokens[0] if self.tokens else ("end", "")

    def _take(self) -> tuple[str, str]:
        if not self.tokens:
            raise TooHard("")
        return self.tokens.pop(0)


def _literal(kind: str, token: str) -> str | float:
    if kind == "text":
        return token[1:-1]
    if kind == "number":
        return float(token)
    raise TooHard(token)


def _name(answer: str) -> str:
    return answer.removeprefix("${").removesuffix("}").removeprefix("../").strip()
