"""The rules language: when a question is asked, decided by earlier answers and evaluated here alone.

A condition is data, never code. As an author writes it (docs/questionnaire-format.md)::

    {question: q1, is: bus}            {question: q1, is_not: bus}          {question: q1, any_of: [bus, train]}
    {question: q1, answered: true}     {question: q5, at_least: 18, at_most: 64}
    {question: grid, row: bus, is: good}   {question: money, row: roads, at_least: 30}   {question: order, first: bus}
    {all: [...]}   {any: [...]}   {not: ...}

A question that was left blank or was not asked is not any code and is no number: ``is_not`` holds for it, and so
does ``answered: false``; the others do not.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from analysis.words import _

Answers = Mapping[str, Any]


class CannotUnderstand(ValueError):
    """A condition that is not in the language; ``path`` leads to the fault inside it."""

    def __init__(self, message: str, path: tuple[str | int, ...] = ()) -> None:
        super().__init__(message)
        self.path = path


class Condition(Protocol):
    """Something that holds, or not, for the answers so far."""

    def holds(self, answers: Answers) -> bool:
        """Does it hold for these answers?"""

    def tests(self) -> Iterator["Test"]:
        """Every comparison inside."""

    def to_json(self) -> dict[str, Any]:
        """As an author writes it."""


@dataclass(frozen=True)
class Test:
    """One comparison with one earlier answer."""

    question: str
    verb: str
    value: Any
    row: str | None = None

    __test__ = False  # not one of pytest's

    def holds(self, answers: Answers) -> bool:
        """Compare; an answer of several codes is compared with each."""
        answer = answers.get(self.question)
        if self.row is not None:
            answer = answer.get(self.row) if isinstance(answer, Mapping) else None
        return VERBS[self.verb](answer, self.value)

    def tests(self) -> Iterator["Test"]:
        """Itself."""
        yield self

    def to_json(self) -> dict[str, Any]:
        """As an author writes it."""
        row = {} if self.row is None else {"row": self.row}
        value = list(self.value) if isinstance(self.value, tuple) else self.value
        return {"question": self.question, **row, self.verb: value}


@dataclass(frozen=True)
class Group:
    """Several conditions, of which all or any must hold."""

    verb: str
    parts: tuple[Condition, ...]

    def holds(self, answers: Answers) -> bool:
        """All of them, or any of them."""
        found = (part.holds(answers) for part in self.parts)
        return all(found) if self.verb == "all" else any(found)

    def tests(self) -> Iterator[Test]:
        """Every comparison inside."""
        for part in self.parts:
            yield from part.tests()

    def to_json(self) -> dict[str, Any]:
        """As an author writes it."""
        return {self.verb: [part.to_json() for part in self.parts]}


@dataclass(frozen=True)
class Not:
    """The opposite of a condition."""

    part: Condition

    def holds(self, answers: Answers) -> bool:
        """When the part does not."""
        return not self.part.holds(answers)

    def tests(self) -> Iterator[Test]:
        """Every comparison inside."""
        yield from self.part.tests()

    def to_json(self) -> dict[str, Any]:
        """As an author writes it."""
        return {"not": self.part.to_json()}


def _codes(answer: Any) -> list[str]:
    if isinstance(answer, Mapping):
        return [str(code) for code in answer.values()]
    if isinstance(answer, list | tuple):
        return [str(code) for code in answer]
    return [] if answer is None else [str(answer)]


def _number(answer: Any) -> bool:
    return isinstance(answer, int | float) and not isinstance(answer, bool)


VERBS: dict[str, Callable[[Any, Any], bool]] = {
    "is": lambda answer, value: value in _codes(answer),
    "is_not": lambda answer, value: value not in _codes(answer),
    "any_of": lambda answer, value: any(code in value for code in _codes(answer)),
    "answered": lambda answer, value: bool(_codes(answer)) is value,
    "at_least": lambda answer, value: _number(answer) and answer >= value,
    "at_most": lambda answer, value: _number(answer) and answer <= value,
    "first": lambda answer, value: isinstance(answer, list | tuple) and list(answer[:1]) == [value],
}
"""Every comparison there is: the answer and the author's value, to true or false."""


def parse(raw: Any, depth: int = 0) -> Condition:
    """The condition that an author wrote; `CannotUnderstand` if it is not in the language."""
    if depth > 10:
        raise CannotUnderstand(_("A condition may be at most ten levels deep."))
    if not isinstance(raw, Mapping) or not raw:
        raise CannotUnderstand(_("A condition is written as for example {question: q1, is: yes}."))
    for verb in ("all", "any"):
        if verb in raw:
            return Group(verb, _parts(raw, verb, depth))
    if "not" in raw:
        _only(raw, {"not"})
        return Not(_inside(raw["not"], ("not",), depth))
    return _tests(raw)


def _inside(raw: Any, path: tuple[str | int, ...], depth: int) -> Condition:
    try:
        return parse(raw, depth + 1)
    except CannotUnderstand as fault:
        raise CannotUnderstand(str(fault), path + fault.path) from None


def _parts(raw: Mapping[str, Any], verb: str, depth: int) -> tuple[Condition, ...]:
    _only(raw, {verb})
    if not isinstance(raw[verb], list) or not raw[verb]:
        raise CannotUnderstand(_('"%(verb)s" takes a list of conditions.') % {"verb": verb}, (verb,))
    return tuple(_inside(part, (verb, i), depth) for i, part in enumerate(raw[verb]))


def _only(raw: Mapping[str, Any], known: set[str]) -> None:
    for key in raw:
        if key not in known:
            raise CannotUnderstand(
                _('"%(key)s" does not belong in this condition; it takes %(known)s.')
                % {"key": key, "known": ", ".join(sorted(known))},
                (str(key),),
            )


def _tests(raw: Mapping[str, Any]) -> Condition:
    _only(raw, {"question", "row", *VERBS})
    question, row = raw.get("question"), raw.get("row")
    if not isinstance(question, str):
        raise CannotUnderstand(_('Say which question the condition is about: "question: its name".'))
    verbs = [verb for verb in raw if verb in VERBS]
    if not verbs:
        raise CannotUnderstand(_("Say what the answer must be, with %(verbs)s.") % {"verbs": ", ".join(VERBS)})
    tests = tuple(Test(question, verb, _value(verb, raw[verb]), None if row is None else str(row)) for verb in verbs)
    return tests[0] if len(tests) == 1 else Group("all", tests)


def _value(verb: str, raw: Any) -> Any:
    if verb == "answered" and isinstance(raw, bool):
        return raw
    if verb in ("at_least", "at_most") and _number(raw):
        return raw
    if verb == "any_of" and isinstance(raw, list) and raw and all(_code(one) for one in raw):
        return tuple(str(one) for one in raw)
    if verb in ("is", "is_not", "first") and _code(raw):
        return str(raw)
    wanted = {
        "answered": _("true or false"),
        "at_least": _("a number"),
        "at_most": _("a number"),
        "any_of": _("a list of codes"),
    }
    raise CannotUnderstand(
        _('"%(verb)s" takes %(wanted)s.') % {"verb": verb, "wanted": wanted.get(verb, _("one code"))}, (verb,)
    )


def _code(raw: Any) -> bool:
    return isinstance(raw, str | int | float) and not isinstance(raw, bool)


class Conditional(Protocol):
    """The face of a question that a condition sees."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def visible_if(self) -> Condition | None:
        """When it is asked; None is always."""


class HasQuestions(Protocol):
    """The face of a questionnaire that conditions see."""

    @property
    def questions(self) -> Sequence[Conditional]:
        """Its questions, in order."""


def visible(questionnaire: HasQuestions, answers: Answers) -> tuple[str, ...]:
    """Names of the questions to ask, in order; an answer to a question that is hidden counts for nothing."""
    known: dict[str, Any] = {}
    shown: list[str] = []
    for question in questionnaire.questions:
        if question.visible_if is None or question.visible_if.holds(known):
            shown.append(question.name)
            if answers.get(question.name) is not None:
                known[question.name] = answers[question.name]
    return tuple(shown)
