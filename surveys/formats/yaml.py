"""The product's own YAML (docs/questionnaire-format.md): plain data only, read event by event.

No tags, anchors, aliases or repeated keys: nothing is constructed but texts, numbers, lists and mappings, so that a
file can neither run code nor grow. As in YAML 1.2 only ``true`` and ``false`` are truth values: ``yes``, ``no`` and
``on`` are words, good codes for options.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import yaml

from analysis.words import _
from surveys.formats import Loaded, beginning, checked, decoded, refusal
from surveys.questionnaire import Problem, Questionnaire
from surveys.questions import question_type

DEEPEST = 24
PLAIN = {"": None, "~": None, "null": None, "true": True, "false": False}
PARSER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader

Path = tuple[str | int, ...]


def likeness(data: bytes) -> int:
    """Text with a key at the beginning of a line."""
    return int(bool(re.search(r"(?m)^[A-Za-z_\"']+\s*:", beginning(data))))


def read(data: bytes, filename: str = "") -> Loaded:
    """The questionnaire in a YAML file; every fault is told with its line."""
    text, guessed = decoded(data)
    reader = Reader(text)
    document = reader.document()

    def place(problem: Problem) -> Problem:
        line = _("line %(line)s") % {"line": reader.line(problem.path)}
        return replace(problem, place=f"{line}, {problem.place}" if problem.place else line)

    questionnaire, warnings = checked(document, place)
    return Loaded(questionnaire, warnings=guessed + warnings)


class Reader:
    """Builds plain data from the parser's events, and remembers the line of everything."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Path, int] = {}
        self.events = self._events(text)

    def document(self) -> Any:
        """What the file holds; one document."""
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                break
        found = self._value(next(self.events), ())
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                raise self._fault(event, _("The file holds more than one document."), _("Remove the lines with ---."))
        return found

    def line(self, path: Path) -> int:
        """The line, from 1, of a place in the document, or of what it stands in."""
        if path[:1] == ("pages",) and ("pages",) not in self.lines:
            path = ("questions", *path[1:2], *path[4:])
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)

    def _events(self, text: str) -> Iterator[Any]:
        try:
            yield from yaml.parse(text, Loader=PARSER)
        except yaml.MarkedYAMLError as fault:
            mark = fault.problem_mark or fault.context_mark
            place = _("line %(line)s") % {"line": mark.line + 1 if mark else 1}
            message = _("The file is not YAML: %(cause)s.") % {"cause": fault.problem}
            raise refusal(message, _("Look at the indentation, colons and quotation marks there."), place) from None
        except yaml.YAMLError as fault:
            raise refusal(_("The file is not YAML: %(cause)s.") % {"cause": str(fault).splitlines()[0]}) from None

    def _value(self, event: Any, path: Path) -> Any:
        self.lines.setdefault(path, event.start_mark.line + 1)
        if len(path) > DEEPEST:
            raise self._fault(event, _("The file is nested too deeply."))
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            raise self._fault(
                event, _("Anchors (&) and aliases (*) are not allowed."), _("Write the text out in each place.")
            )
        if event.tag is not None:
            message = _("Tags such as %(tag)s are not allowed.") % {"tag": str(event.tag)[:60]}
            raise self._fault(event, message, _("Write plain texts, numbers, lists and mappings."))
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return event.value if event.style else scalar(event.value)

    def _sequence(self, path: Path) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            found.append(self._value(event, (*path, len(found))))
        return found

    def _mapping(self, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self._fault(event, _("A key must be a plain word."))
            key = event.value
            if key in found:
                message = _('The key "%(key)s" stands twice in the same place.') % {"key": key[:60]}
                raise self._fault(event, message, _("Remove one of them."))
            self._value(event, (*path, key))
            found[key] = self._value(next(self.events), (*path, key))
        return found

    def _fault(self, event: Any, message: str, remedy: str = "") -> Exception:
        return refusal(message, remedy, _("line %(line)s") % {"line": event.start_mark.line + 1})


def scalar(word: str) -> Any:
    """A word without quotation marks as YAML 1.2 reads it."""
    if word in PLAIN:
        return PLAIN[word]
    if re.fullmatch(r"[-+]?(0|[1-9][0-9]{0,14})", word):
        return int(word)
    if re.fullmatch(r"[-+]?[0-9]{1,15}\.[0-9]{1,15}", word):
        return float(word)
    return word


def write(questionnaire: Questionnaire) -> bytes:
    """The questionnaire as YAML, without what goes without saying."""
    document = questionnaire.to_json()
    if all(len(page["questions"]) == 1 and "title" not in page for page in document["pages"]):
        document["questions"] = [question for page in document.pop("pages") for question in page["questions"]]
    short = _short(document, questionnaire)
    written: str = yaml.safe_dump(short, allow_unicode=True, sort_keys=False, width=110)
    return written.encode()


def _short(value: Any, questionnaire: Questionnaire) -> Any:
    if isinstance(value, list):
        return [_short(one, questionnaire) for one in value]
    if not isinstance(value, dict):
        return value
    if list(value) == [questionnaire.default_language] and len(questionnaire.languages) == 1:
        return value[questionnaire.default_language]
    defaults = question_type(value["type"]).defaults if "type" in value and "name" in value else {}
    return {k: _short(v, questionnaire) for k, v in value.items() if not (k in defaults and defaults[k] == v)}
