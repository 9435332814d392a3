"""Checking a questionnaire: everything that is wrong or unwise with it, each with its place and its remedy."""

import re
from collections.abc import Iterable, Iterator

from analysis.words import _, decimal
from surveys.conditions import Test
from surveys.questionnaire.document import Path, Problem, describe
from surveys.questionnaire.parts import Question
from surveys.questionnaire.readability import lix
from surveys.questionnaire.whole import Questionnaire
from surveys.questions import DONT_KNOW, Image, Option, Text

NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}")
ROW = re.compile(r"[a-z0-9_]{1,40}")
IMAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,80}\.(png|jpg|jpeg|webp)", re.IGNORECASE)
RESERVED = frozenset((
    "action", "age_group", "back", "category", "channel", "clear", "cluster", "confirm", "count", "csrf_token",
    "data", "district", "errors", "faults", "fpc", "gender", "id", "invitation", "label", "language", "later",
    "meta", "next", "page", "populate_obj", "post_process", "process", "response", "send", "share", "stratum",
    "submit", "survey", "token", "validate", "version", "wave", "weight",
))  # fmt: skip
"""Names that the form, the data set or an export already uses for something else."""
LONGEST_MINUTES = 15
HARDEST = {"sv": 40, "sv-simple": 30}
ENOUGH_WORDS = 25
"""LIX says nothing of a text much shorter than this."""

Finding = tuple[Path, str, str, str]
"""Path, what is wrong, the remedy, and ``error`` or ``warning``."""


def check(questionnaire: Questionnaire) -> list[Problem]:
    """Everything wrong (level ``error``) or unwise (``warning``), in the order of the questionnaire."""
    document = questionnaire.to_json()
    return [
        Problem(describe(document, path), message, remedy, level, path)
        for path, message, remedy, level in _all(questionnaire)
    ]


def errors(problems: Iterable[Problem]) -> list[Problem]:
    """Those problems that stop a questionnaire from being used."""
    return [problem for problem in problems if problem.level == "error"]


def _all(questionnaire: Questionnaire) -> Iterator[Finding]:
    yield from _whole(questionnaire)
    seen: dict[str, Question] = {}
    items: set[str] = set()
    for path, question in _placed(questionnaire):
        yield from _name(path, question, seen, items)
        yield from _wording(path, question)
        yield from _options(path, question)
        yield from _settings(path, question)
        for test in question.visible_if.tests() if question.visible_if else ():
            yield from _condition(path, test, questionnaire, seen)
        seen[question.name] = question
    for path, text in _texts(questionnaire):
        yield from _translations(path, text, questionnaire)
    yield from _length(questionnaire)


def _placed(questionnaire: Questionnaire) -> Iterator[tuple[Path, Question]]:
    for i, page in enumerate(questionnaire.pages):
        for j, question in enumerate(page.questions):
            yield ("pages", i, "questions", j), question


def _whole(questionnaire: Questionnaire) -> Iterator[Finding]:
    if not questionnaire.title:
        yield ("title",), _("The questionnaire has no title."), _('Write one under "title".'), "error"
    if questionnaire.code and not CODE.fullmatch(questionnaire.code):
        yield ("code",), _("The code holds other characters than letters, digits, - and _."), "", "error"
    if questionnaire.default_language not in questionnaire.languages:
        yield ("languages",), _("The default language is not among the languages."), _("Add it to the list."), "error"
    if not any(question.asks for question in questionnaire.questions):
        yield ("pages",), _("Nothing is asked."), _("Add at least one question."), "error"
    for i, page in enumerate(questionnaire.pages):
        if not page.questions:
            yield ("pages", i), _("The page has no questions."), _("Add one or remove the page."), "error"


def _name(path: Path, question: Question, seen: dict[str, Question], items: set[str]) -> Iterator[Finding]:
    name = question.name
    if not NAME.fullmatch(name):
        message = (
            _("The question has no usable name.")
            if not name
            else _('"%(name)s" cannot be a name.') % {"name": name[:70]}
        )
        remedy = _("Use a-z first, then a-z, 0-9 and _, at most 63 characters.")
        yield (*path, "name"), message, remedy, "error"
    elif name in RESERVED:
        message = _('The name "%(name)s" is used for something else.') % {"name": name}
        yield (*path, "name"), message, _("Choose another, such as q_%(name)s.") % {"name": name}, "error"
    elif name in seen:
        yield (
            (*path, "name"),
            _('Two questions are called "%(name)s".') % {"name": name},
            _("Rename one of them."),
            "error",
        )
    columns = {item.name for item in question.kind.items(question, "sv")}
    for taken in sorted((columns & items) - set(seen)):
        message = _('The column "%(name)s" is another question\'s too.') % {"name": taken}
        yield (*path, "name"), message, _("Rename the question or its row."), "error"
    items |= columns


def _wording(path: Path, question: Question) -> Iterator[Finding]:
    if not question.text:
        yield (*path, "text"), _("The question has no text."), _('Write it under "text".'), "error"
    image = question.image
    if image is None:
        return
    if not IMAGE.fullmatch(image.file):
        message = _('"%(file)s" is not the name of a picture.') % {"file": image.file[:60]}
        yield (*path, "image"), message, _("Give a file name without folders, such as map.png."), "error"
    if not image.alt:
        message = _("The picture has no text for those who do not see it.")
        yield (*path, "image"), message, _('Say under "alt" what the picture shows.'), "error"


def _options(path: Path, question: Question) -> Iterator[Finding]:
    place = (*path, "options")
    if not question.kind.uses_options:
        if question.options:
            message = _('A question of type "%(type)s" takes no options.') % {"type": question.type}
            yield place, message, _("Remove them or change the type."), "error"
        return
    if not question.kind.enough(question):
        yield place, _("There are fewer than two options."), _("Add options, each with a code and a text."), "error"
    yield from _codes(place, question.options, CODE)


def _codes(place: Path, options: tuple[Option, ...], pattern: re.Pattern[str]) -> Iterator[Finding]:
    seen: set[str] = set()
    for i, option in enumerate(options):
        at = (*place, i)
        if not pattern.fullmatch(option.code):
            message = _('"%(code)s" cannot be a code.') % {"code": option.code[:70]}
            yield at, message, _("Use a-z, 0-9, - and _; a matrix row only a-z, 0-9 and _."), "error"
        elif option.code == DONT_KNOW:
            message = _('The code "%(code)s" is used for something else.') % {"code": option.code}
            yield at, message, _('Write "dont_know: true" at the question instead.'), "error"
        elif option.code in seen:
            yield (
                at,
                _('Two options have the code "%(code)s".') % {"code": option.code},
                _("Change one of them."),
                "error",
            )
        if not option.text:
            yield at, _("The option has no text."), _('Write it under "text".'), "error"
        seen.add(option.code)


def _settings(path: Path, question: Question) -> Iterator[Finding]:
    for message in question.kind.check_settings(question):
        yield path, message, "", "error"
    for message in question.kind.advise(question):
        yield path, message, "", "warning"
    for name, setting in question.kind.settings.items():
        if setting.kind == "options":
            yield from _codes((*path, name), question.settings[name], ROW)


def _condition(path: Path, test: Test, questionnaire: Questionnaire, seen: dict[str, Question]) -> Iterator[Finding]:
    place = (*path, "visible_if")
    about = seen.get(test.question)
    if about is None:
        later = any(question.name == test.question for question in questionnaire.questions)
        message = (
            _('The condition is about "%(name)s", which is asked later.')
            if later
            else _('The condition is about "%(name)s", and there is no such question.')
        )
        yield place, message % {"name": test.question}, _("Use the name of an earlier question."), "error"
        return
    codes = about.kind.compared(about, test.verb, test.row)
    if codes is None:
        message = _('The condition asks "%(name)s" for something that it does not have.') % {"name": test.question}
        remedy = _('Name one of its rows, use another word than "%(verb)s", or ask another question.') % {"verb": test.verb}
        yield place, message, remedy, "error"
        return
    wanted = test.value if isinstance(test.value, tuple) else (test.value,)
    if test.verb in ("is", "is_not", "any_of", "first") and codes:
        for code in wanted:
            if code not in codes:
                message = _('"%(name)s" has no answer with the code "%(code)s".') % {
                    "name": test.question,
                    "code": code,
                }
                yield place, message, _("Its codes are %(codes)s.") % {"codes": ", ".join(codes)}, "error"


def _texts(questionnaire: Questionnaire) -> Iterator[tuple[Path, Text]]:
    for name in ("title", "introduction", "thanks"):
        yield (name,), getattr(questionnaire, name)
    for i, page in enumerate(questionnaire.pages):
        yield ("pages", i, "title"), page.title
    for path, question in _placed(questionnaire):
        yield (*path, "text"), question.text
        yield (*path, "hint"), question.hint
        yield (*path, "image", "alt"), (question.image or Image("")).alt
        for name, value in {"options": question.options, **question.settings}.items():
            if isinstance(value, Text):
                yield (*path, name), value
            elif isinstance(value, tuple):
                yield from (((*path, name, i), option.text) for i, option in enumerate(value))


def _translations(path: Path, text: Text, questionnaire: Questionnaire) -> Iterator[Finding]:
    if not text:
        return
    missing = [language for language in questionnaire.languages if language not in text.languages]
    if missing:
        message = _("There are no words in %(languages)s.") % {"languages": ", ".join(missing)}
        remedy = _("Translate, or the words in %(language)s are shown.") % {"language": text.languages[0]}
        yield path, message, remedy, "warning"
    for language in text.languages:
        if language not in questionnaire.languages:
            message = _('There are words in "%(language)s", which is not one of the languages.') % {
                "language": language
            }
            yield path, message, _('Add it under "languages".'), "warning"


def _length(questionnaire: Questionnaire) -> Iterator[Finding]:
    minutes = questionnaire.estimate_minutes()
    if minutes > LONGEST_MINUTES:
        message = _("It takes about %(minutes)s minutes to answer.") % {"minutes": minutes}
        yield (), message, _("Ask less: most give up after %(most)s minutes.") % {"most": LONGEST_MINUTES}, "warning"
    for language, hardest in HARDEST.items():
        if language not in questionnaire.languages:
            continue
        for path, text in [*_texts(questionnaire), ((), _everything(questionnaire, language))]:
            words = dict(text.words).get(language, "")
            found = lix(words)
            if len(words.split()) >= ENOUGH_WORDS and found > hardest:
                message = _("The text is hard to read: LIX %(lix)s, more than %(most)s.") % {
                    "lix": decimal(found), "most": hardest,
                }  # fmt: skip
                yield path, message, _("Write shorter sentences with shorter words."), "warning"


def _everything(questionnaire: Questionnaire, language: str) -> Text:
    words = (dict(text.words).get(language, "") for _path, text in _texts(questionnaire))
    return Text.of("\n".join(filter(None, words)), language)
