"""Reading pages and questions from a plain document, with every fault noted at its place."""

from collections.abc import Callable, Mapping
from typing import Any

from analysis.words import _
from surveys.conditions import CannotUnderstand, Condition, parse
from surveys.questionnaire.document import Node
from surveys.questionnaire.parts import Page, Question
from surveys.questions import Image, Option, QuestionType, Setting, Text, names, question_type

QUESTION_KEYS = ("name", "type", "text", "hint", "options", "required", "dont_know", "visible_if", "image")
PAGE_KEYS = ("title", "questions")


def read_languages(node: Node | None) -> tuple[str, ...]:
    """The languages that a questionnaire is written in."""
    return tuple(language.string() for language in node.each()) if node else ()


def read_page(node: Node, language: str) -> Page:
    """One page, with its questions."""
    node.known(PAGE_KEYS)
    questions = node.get("questions")
    if questions is None:
        node.fault(_("The page has no questions."), _('List them under "questions".'))
    found = [_question(question, language) for question in questions.each()] if questions else []
    return Page(tuple(question for question in found if question), words_at(node, "title", language))


def _question(node: Node, language: str) -> Question | None:
    if not isinstance(node.value, Mapping):
        node.known(())
        return None
    kind = _kind(node)
    if kind is None:
        return None
    node.known((*QUESTION_KEYS, *kind.settings))
    return Question(
        name=string_at(node, "name"),
        type=string_at(node, "type"),
        text=words_at(node, "text", language),
        hint=words_at(node, "hint", language),
        options=_options(node.get("options"), language),
        required=_flag(node, "required"),
        dont_know=_flag(node, "dont_know"),
        visible_if=_condition(node.get("visible_if")),
        image=_image(node.get("image"), language),
        settings={name: _setting(node.get(name), setting, language) for name, setting in kind.settings.items()},
    )


def _kind(node: Node) -> QuestionType | None:
    written = node.get("type")
    if written is None:
        node.fault(_("The question has no type."), _("Types: %(types)s.") % {"types": ", ".join(names())})
    elif written.value not in names():
        written.fault(
            _('There is no question type "%(type)s".') % {"type": str(written.value)[:60]},
            _("Types: %(types)s.") % {"types": ", ".join(names())},
        )
    else:
        return question_type(str(written.value))
    return None


def _setting(node: Node | None, setting: Setting, language: str) -> Any:
    if node is None:
        return setting.default
    readers: dict[str, Callable[[], Any]] = {
        "integer": node.integer,
        "number": node.number,
        "flag": node.flag,
        "words": lambda: node.words(language),
        "options": lambda: _options(node, language),
    }
    return readers[setting.kind]()


def _options(node: Node | None, language: str) -> tuple[Option, ...]:
    if node is None:
        return ()
    if isinstance(node.value, Mapping):
        pairs = [
            (str(code), Node(text, node.root, node.problems, (*node.path, code))) for code, text in node.value.items()
        ]
        return tuple(Option(code, text.words(language)) for code, text in pairs)
    return tuple(_option(option, language) for option in node.each())


def _option(node: Node, language: str) -> Option:
    node.known(("code", "text", "exclusive", "missing"))
    return Option(
        string_at(node, "code"), words_at(node, "text", language), _flag(node, "exclusive"), _flag(node, "missing")
    )


def _condition(node: Node | None) -> Condition | None:
    if node is None:
        return None
    try:
        return parse(node.value)
    except CannotUnderstand as fault:
        node.fault(str(fault), path=fault.path)
        return None


def _image(node: Node | None, language: str) -> Image | None:
    if node is None or not node.known(("file", "alt")):
        return None
    return Image(string_at(node, "file"), words_at(node, "alt", language))


def words_at(node: Node, key: str, language: str) -> Text:
    """A text in several languages under a key; empty if there is none."""
    found = node.get(key)
    return found.words(language) if found else Text()


def string_at(node: Node, key: str) -> str:
    """A plain string under a key; empty if there is none."""
    found = node.get(key)
    return found.string() if found else ""


def _flag(node: Node, key: str) -> bool:
    found = node.get(key)
    return found.flag() if found else False
