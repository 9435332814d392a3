"""The frozen values: a questionnaire, its pages and its questions, with the way through them."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from analysis.words import _
from surveys.conditions import Answers, CannotUnderstand, Condition, parse, visible
from surveys.questionnaire.document import InvalidQuestionnaire, Node, Problem
from surveys.questions import Image, Option, QuestionType, Setting, Text, names, question_type

FORMAT = 1
"""The version of the JSON that questionnaires are stored as."""

QUESTION_KEYS = ("name", "type", "text", "hint", "options", "required", "dont_know", "visible_if", "image")
PAGE_KEYS = ("title", "questions")
KEYS = ("format", "code", "title", "languages", "default_language", "introduction", "thanks", "pages")


@dataclass(frozen=True)
class Question:
    """One question; what it asks and how is its type's business."""

    name: str
    type: str
    text: Text
    hint: Text = Text()
    options: tuple[Option, ...] = ()
    required: bool = False
    dont_know: bool = False
    visible_if: Condition | None = None
    image: Image | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # what the author left unsaid the type says, once and for all: a stored question keeps the defaults of its day
        object.__setattr__(self, "settings", {**self.kind.defaults, **self.settings})

    @cached_property
    def kind(self) -> QuestionType:
        """The question's type, which knows how to ask, read, measure and print it."""
        return question_type(self.type)

    @property
    def asks(self) -> bool:
        """False for a page of information."""
        return self.kind.scale is not None

    def to_json(self) -> dict[str, Any]:
        """A plain document, with every setting written out."""
        said = {
            "name": self.name,
            "type": self.type,
            "text": self.text.to_json(),
            "hint": self.hint.to_json(),
            "options": options_to_json(self.options),
            "required": self.required,
            "dont_know": self.dont_know,
            "visible_if": self.visible_if and self.visible_if.to_json(),
            "image": self.image and {"file": self.image.file, "alt": self.image.alt.to_json()},
        }
        return {key: value for key, value in said.items() if value} | {
            key: setting_to_json(value) for key, value in self.settings.items() if value is not None
        }


@dataclass(frozen=True)
class Page:
    """What is shown at once: by default one question."""

    questions: tuple[Question, ...]
    title: Text = Text()

    def to_json(self) -> dict[str, Any]:
        """A plain document."""
        title = {"title": self.title.to_json()} if self.title else {}
        return title | {"questions": [question.to_json() for question in self.questions]}


@dataclass(frozen=True)
class Questionnaire:
    """Pages of questions in one or several languages; a value, which never changes."""

    title: Text
    pages: tuple[Page, ...]
    languages: tuple[str, ...] = ("sv",)
    default_language: str = "sv"
    code: str = ""
    introduction: Text = Text()
    thanks: Text = Text()

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Every question, in the order they are asked."""
        return tuple(question for page in self.pages for question in page.questions)

    def question(self, name: str) -> Question:
        """The question of that name; `KeyError` if there is none."""
        return self._by_name[name]

    @cached_property
    def _by_name(self) -> dict[str, Question]:
        return {question.name: question for question in self.questions}

    def estimate_minutes(self) -> int:
        """About how many minutes the whole takes on a phone, at least one."""
        return max(1, math.ceil(sum(question.kind.seconds(question) for question in self.questions) / 60))

    # The way through: a page is known by its index; which pages are on the way depends on the answers so far.

    def way(self, answers: Answers) -> tuple[int, ...]:
        """Indexes of the pages that have something to show."""
        shown = set(visible(self, answers))
        return tuple(i for i, page in enumerate(self.pages) if any(q.name in shown for q in page.questions))

    def shown(self, page: int, answers: Answers) -> tuple[Question, ...]:
        """The page's questions that are to be asked, given the answers to earlier ones."""
        names_shown = set(visible(self, answers))
        return tuple(question for question in self.pages[page].questions if question.name in names_shown)

    def next_page(self, page: int, answers: Answers) -> int | None:
        """The page after this one, or None when it is the last."""
        return next((i for i in self.way(answers) if i > page), None)

    def previous_page(self, page: int, answers: Answers) -> int | None:
        """The page before this one, or None when it is the first."""
        return next((i for i in reversed(self.way(answers)) if i < page), None)

    def progress(self, page: int, answers: Answers) -> tuple[int, int]:
        """This page's place among those on the way, from 1, and how many there are."""
        way = self.way(answers)
        return sum(i <= page for i in way), len(way)

    def first_unanswered(self, answers: Answers) -> int | None:
        """The page to go on at: the first with a question that ``answers`` has no key for (None is a blank answer).

        Pages of mere information right before it are shown again; None when every question has been seen.
        """
        found = None
        for i in self.way(answers):
            asked = [question for question in self.shown(i, answers) if question.asks]
            if any(question.name not in answers for question in asked):
                return i if found is None else found
            found = None if asked else (i if found is None else found)
        return None

    def missing(self, answers: Answers) -> tuple[Question, ...]:
        """Required questions on the way that have no answer."""
        shown = set(visible(self, answers))
        return tuple(q for q in self.questions if q.name in shown and q.required and answers.get(q.name) is None)

    def kept(self, answers: Answers) -> dict[str, Any]:
        """The answers to send in: those given, to questions that were asked in the end."""
        given = {name: answers.get(name) for name in visible(self, answers)}
        return {name: value for name, value in given.items() if value is not None}

    def to_json(self) -> dict[str, Any]:
        """A plain document that `from_json` reads."""
        said = {
            "code": self.code,
            "title": self.title.to_json(),
            "languages": list(self.languages),
            "default_language": self.default_language,
            "introduction": self.introduction.to_json(),
            "thanks": self.thanks.to_json(),
        }
        return {
            "format": FORMAT,
            **{key: value for key, value in said.items() if value},
            "pages": [page.to_json() for page in self.pages],
        }

    @classmethod
    def from_json(cls, document: Any) -> "Questionnaire":
        """The questionnaire that a plain document holds; `InvalidQuestionnaire` with every fault of its form."""
        document = canonical(document)
        problems: list[Problem] = []
        found = _questionnaire(Node(document, document, problems))
        if problems or found is None:
            raise InvalidQuestionnaire(problems)
        return found


def canonical(document: Any) -> Any:
    """The document with its shorthands written out: ``questions`` alone is one question a page."""
    if isinstance(document, Mapping) and "questions" in document and "pages" not in document:
        questions = document["questions"]
        rest = {key: value for key, value in document.items() if key != "questions"}
        pages = [{"questions": [question]} for question in questions] if isinstance(questions, list) else questions
        return rest | {"pages": pages}
    return document


def options_to_json(options: tuple[Option, ...]) -> list[dict[str, Any]]:
    """Options as plain mappings, without what is false."""
    flags = [{f: True for f in ("exclusive", "missing") if getattr(option, f)} for option in options]
    return [{"code": o.code, "text": o.text.to_json()} | f for o, f in zip(options, flags, strict=True)]


def setting_to_json(value: Any) -> Any:
    """A setting's value as a plain document."""
    if isinstance(value, Text):
        return value.to_json()
    return options_to_json(value) if isinstance(value, tuple) else value


def _questionnaire(node: Node) -> Questionnaire | None:
    if not node.known(KEYS):
        return None
    version = node.get("format")
    if version is None or version.value != FORMAT:
        node.fault(
            _("This is not a questionnaire of format %(format)s.") % {"format": FORMAT},
            _('Write "format: %(format)s" first.') % {"format": FORMAT},
        )
    default = node.get("default_language")
    languages = _languages(node.get("languages"))
    language = default.string() if default else (languages or ("sv",))[0]
    pages = node.get("pages")
    if pages is None:
        node.fault(_("There are no questions."), _('List them under "questions" or "pages".'))
    return Questionnaire(
        title=_words(node, "title", language),
        pages=tuple(_page(page, language) for page in pages.each()) if pages else (),
        languages=languages or (language,),
        default_language=language,
        code=_string(node, "code"),
        introduction=_words(node, "introduction", language),
        thanks=_words(node, "thanks", language),
    )


def _languages(node: Node | None) -> tuple[str, ...]:
    return tuple(language.string() for language in node.each()) if node else ()


def _page(node: Node, language: str) -> Page:
    node.known(PAGE_KEYS)
    questions = node.get("questions")
    if questions is None:
        node.fault(_("The page has no questions."), _('List them under "questions".'))
    found = [_question(question, language) for question in questions.each()] if questions else []
    return Page(tuple(question for question in found if question), _words(node, "title", language))


def _question(node: Node, language: str) -> Question | None:
    if not isinstance(node.value, Mapping):
        node.known(())
        return None
    kind = _kind(node)
    settings = kind.settings if kind else {}
    if kind is None:
        return None
    node.known((*QUESTION_KEYS, *settings))
    return Question(
        name=_string(node, "name"),
        type=_string(node, "type"),
        text=_words(node, "text", language),
        hint=_words(node, "hint", language),
        options=_options(node.get("options"), language),
        required=_flag(node, "required"),
        dont_know=_flag(node, "dont_know"),
        visible_if=_condition(node.get("visible_if")),
        image=_image(node.get("image"), language),
        settings={name: _setting(node.get(name), setting, language) for name, setting in settings.items()},
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
        _string(node, "code"), _words(node, "text", language), _flag(node, "exclusive"), _flag(node, "missing")
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
    return Image(_string(node, "file"), _words(node, "alt", language))


def _words(node: Node, key: str, language: str) -> Text:
    found = node.get(key)
    return found.words(language) if found else Text()


def _string(node: Node, key: str) -> str:
    found = node.get(key)
    return found.string() if found else ""


def _flag(node: Node, key: str) -> bool:
    found = node.get(key)
    return found.flag() if found else False
