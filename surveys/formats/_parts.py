"""What every row of a form is made of: a name, words, options, a picture, a rule; and the list of what is lost."""

from typing import Any

from analysis.words import N_, _, speak
from surveys.formats import Loss
from surveys.formats._elements import PIPED, Element, language_tag, safe_code, safe_name, short
from surveys.formats._rules import Placed, condition
from surveys.formats._xpath import TooHard, tree
from surveys.questionnaire import RESERVED, Text
from surveys.questions import DONT_KNOW

OTHER, SPECIFY = N_("Other"), N_("Specify other.")
Conditions = tuple[dict[str, Any], ...]

REASONS = {
    "constraint": N_("the rule cannot be said here; any answer is taken"),
    "constraint_message": N_("the product has messages of its own"),
    "required_message": N_("the product has messages of its own"),
    "choice_filter": N_("all options of the list are shown"),
    "appearance": N_("the product has a look of its own"),
    "default": N_("no answer is chosen beforehand"),
    "calculation": N_("nothing is calculated"),
    "hint": N_("a row of a matrix has no hint"),
    "audio": N_("there is no sound yet"),
    "video": N_("there are no films"),
}


class Parts:
    """Takes the parts of rows, and remembers where each question went."""

    def __init__(self, form: dict[str, Any], settings: dict[str, str]) -> None:
        self.root = Element({"children": form.get("children", ())})
        self.settings = dict(settings)
        self.losses: list[Loss] = []
        self.warnings: list[str] = []
        self.names: dict[str, str] = {}
        """Our name to theirs."""
        self.placed: dict[str, Placed] = {}
        self.taken: set[str] = set()
        self.default = self._default_language()
        self.languages = [self.default]

    def lose(self, question: str, what: str, why: str) -> None:
        """List what could not be carried over."""
        self.losses.append(Loss(question, what, why))

    def _default_language(self) -> str:
        named = self.settings.pop("default_language", "")
        found = language_tag(named) if named and named != "default" else None
        for name in () if self.root.unnamed() else self.root.languages():
            found = found or (language_tag(name) if name != "default" else None)
        if found is None:
            self.warnings.append(_("The file does not say which language it is in; it was taken to be Swedish."))
        return found or "sv"

    def _name(self, element: Element, measures: str = "codes", codes: dict[str, str] | None = None) -> str:
        name = safe_name(element.name, self.taken, RESERVED)
        if name != element.name:
            self.lose(
                element.name,
                _("name %(name)s") % {"name": element.name},
                _("it is called %(name)s here") % {"name": name},
            )
        self.names[name] = element.name
        if measures:
            self.placed.setdefault(element.name, Placed(name, measures, codes or {}))
        return name

    def _options(self, element: Element) -> tuple[list[dict[str, Any]], dict[str, str]]:
        options: list[dict[str, Any]] = []
        codes: dict[str, str] = {}
        taken: set[str] = set()
        columns: dict[str, None] = {}
        for raw in element.choices:
            theirs = str(raw.pop("name", ""))
            if theirs in codes:
                self.lose(element.name, _("option %(code)s, again") % {"code": theirs}, _("each code can be used once"))
                continue
            code = codes[theirs] = safe_code(theirs, taken, DONT_KNOW)
            if code != theirs:
                why = _("it has the code %(code)s here") % {"code": code}
                self.lose(element.name, _("code %(code)s") % {"code": theirs}, why)
            text = self._said(raw.pop("label", ""), element.name)
            if not text:
                what = _("label of option %(code)s") % {"code": theirs}
                self.lose(element.name, what, _("there is none; the code stands in its place"))
            options.append({"code": code, "text": text or {self.default: theirs}})
            columns |= {
                f"{key}: {short(value)}" if key == "media" else key: None for key, value in raw.items() if value
            }
        if columns:
            what = _("columns of the options: %(columns)s") % {"columns": ", ".join(columns)}
            self.lose(element.name, what, _("options have only a code and a text"))
        return options, codes

    def _image(self, element: Element) -> dict[str, Any] | None:
        alt = self._words(element, "alt") or self._words(element, "media.alt")
        file = element.see("media.image")
        if file is None:
            return None
        element.take("media.image")
        names = list(file.values()) if isinstance(file, dict) else [file]
        if not alt:
            why = _("it has no text for those who do not see it; add one in a column alt")
            self.lose(element.name, _("picture %(file)s") % {"file": short(file)}, why)
            return None
        if len(set(names)) > 1:
            self.lose(
                element.name, _("picture %(file)s") % {"file": short(file)}, _("one picture serves all languages")
            )
        return {"file": str(names[0]), "alt": alt}

    def _relevant(self, element: Element) -> dict[str, Any] | None:
        written = element.see("bind.relevant")
        if not written:
            return None
        element.take("bind.relevant")
        try:
            return condition(tree(str(written)), self.placed)
        except TooHard:
            what = f"relevant: {short(written)}"
            self.lose(element.name, what, _("the rule cannot be said here; the question is always asked"))
            return None

    def _when(self, when: Conditions) -> dict[str, Any]:
        if not when:
            return {}
        return {"visible_if": when[0] if len(when) == 1 else {"all": list(when)}}

    def _words(self, element: Element, key: str) -> dict[str, str]:
        return self._said(element.take(key), element.name)

    def _said(self, raw: Any, question: str) -> dict[str, str]:
        words = raw if isinstance(raw, dict) else {"default": raw}
        found: dict[str, str] = {}
        for language, said in sorted(words.items(), key=lambda pair: pair[0] != "default"):
            tag = self.default if language == "default" else language_tag(language)
            text = self._own(str(said or "").strip())
            if tag is None:
                what = _("words in %(language)s: %(words)s") % {"language": language, "words": short(text)}
                self.lose(question, what, _("write the language with its code, such as Svenska (sv)"))
            elif text:
                found[tag] = self._without_answers(text, question)
                if tag not in self.languages:
                    self.languages.append(tag)
        return Text.of(found, self.default).to_json()

    def _own(self, text: str) -> str:
        """Words that pyxform puts in for ``or_other`` are said in the form's language."""
        with speak(self.default):
            return _(text) if text in (OTHER, SPECIFY) else text

    def _without_answers(self, text: str, question: str) -> str:
        if PIPED.search(text):
            what = _("an earlier answer in the text: %(text)s") % {"text": short(text)}
            self.lose(question, what, _("… stands in its place"))
        return PIPED.sub("…", text)

    def _leave(self, element: Element) -> None:
        for column, content in element.left():
            self.lose(element.name, f"{column}: {content}", REASONS.get(column, N_("has no meaning here")))
