"""The questionnaire: a frozen value, with the way through its pages."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from analysis.words import _
from surveys.conditions import Answers, visible
from surveys.questionnaire.document import InvalidQuestionnaire, Node, Problem
from surveys.questionnaire.parts import Page, Question
from surveys.questionnaire.reading import read_languages, read_page, string_at, words_at
from surveys.questions import Text

FORMAT = 1
"""The version of the JSON that questionnaires are stored as."""

KEYS = ("format", "code", "title", "languages", "default_language", "introduction", "thanks", "pages")


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

    def within(self, districts: Mapping[str, str]) -> "Questionnaire":
        """The questionnaire as a survey with these districts asks it; without any yet, as it is."""
        if not districts:
            return self
        asked = tuple(replace(page, questions=tuple(q.within(districts) for q in page.questions)) for page in self.pages)
        return self if asked == self.pages else replace(self, pages=asked)

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
    languages = read_languages(node.get("languages"))
    language = default.string() if default else (languages or ("sv",))[0]
    pages = node.get("pages")
    if pages is None:
        node.fault(_("There are no questions."), _('List them under "questions" or "pages".'))
    return Questionnaire(
        title=words_at(node, "title", language),
        pages=tuple(read_page(page, language) for page in pages.each()) if pages else (),
        languages=languages or (language,),
        default_language=language,
        code=string_at(node, "code"),
        introduction=words_at(node, "introduction", language),
        thanks=words_at(node, "thanks", language),
    )
