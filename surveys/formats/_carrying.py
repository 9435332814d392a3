"""Carries a form that pyxform has read over to our own document, and lists every part that could not come along."""

from collections.abc import Callable, Iterable
from typing import Any

from analysis.words import N_, _, speak
from surveys.formats import Loss
from surveys.formats._elements import PIPED, Element, language_tag, safe_code, safe_name, short
from surveys.formats._rules import Placed, alone, condition, limits, longest
from surveys.formats._xpath import TooHard, tree
from surveys.questionnaire import RESERVED, Text
from surveys.questions import DONT_KNOW

YES = {"yes", "true", "true()"}
DECIMALS = 3
OTHER, SPECIFY = N_("Other"), N_("Specify other.")
GENERATED = "generated_table_list_label_"
"""How pyxform calls a note that it makes of a group's label."""
SILENT = ("meta",)
"""Groups that pyxform adds by itself."""
Conditions = tuple[dict[str, Any], ...]


class Carrier:
    """Walks through a form once, in order."""

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

    def document(self) -> dict[str, Any]:
        """The whole form as our own document."""
        title = self.settings.pop("form_title", "") or self.settings.pop("title", "") or _("Untitled questionnaire")
        code = self.settings.pop("form_id", "") or self.settings.pop("id_string", "")
        pages = self._pages(self.root.children, {}, ())
        for key, value in self.settings.items():
            self.lose(
                "", _("setting %(name)s: %(value)s") % {"name": key, "value": short(value)}, _("has no meaning here")
            )
        return {
            "format": 1,
            "code": safe_code(code, set(), "") if code else "",
            "title": {self.default: title},
            "languages": self.languages,
            "default_language": self.default,
            "pages": [page for page in pages if page["questions"]],
        }

    def lose(self, question: str, what: str, why: str) -> None:
        """List what could not be carried over."""
        self.losses.append(Loss(question, what, why))

    def _default_language(self) -> str:
        named = self.settings.pop("default_language", "")
        found = language_tag(named) if named and named != "default" else None
        for name in self.root.languages():
            found = found or (language_tag(name) if name != "default" else None)
        if found is None:
            self.warnings.append(_("The file does not say which language it is in; it was taken to be Swedish."))
        return found or "sv"

    # Pages and groups

    def _pages(self, elements: Iterable[Element], title: dict[str, str], when: Conditions) -> list[dict[str, Any]]:
        pages = []
        for element in elements:
            if element.type in ("group", "repeat", "loop"):
                pages += [] if element.name in SILENT else self._group(element, title, when)
            else:
                question = self._question(element, when)
                pages.append({"title": title, "questions": [question] if question else []})
        return pages

    def _group(self, group: Element, title: dict[str, str], when: Conditions) -> list[dict[str, Any]]:
        if group.type != "group":
            count = short(group.take("control.jr:count") or "")
            self.lose(group.name, f"{group.type} {count}".strip(), _("its questions are asked once"))
        together = group.see("control.appearance") == "field-list"
        if together:
            group.take("control.appearance")
        own = self._relevant(group)
        inner = (*when, own) if own else when
        grid = self._grid(group) if together else None
        for child in group.children:
            if child.name.startswith(GENERATED):
                child.name = group.name
        label = self._words(group, "label") or title
        if grid:
            pages = [{"title": title, "questions": [self._matrix(group, grid, label, inner)]}]
        elif together:
            asked = [child for child in group.children if not self._only_labels(child)]
            questions = [q for page in self._pages(asked, {}, inner) for q in page["questions"]]
            pages = [{"title": label, "questions": questions}]
        else:
            pages = self._pages(group.children, label, inner)
        self._leave(group)
        return pages

    # Matrices: rows of selects with the same list below one that only shows the labels

    def _grid(self, group: Element) -> list[Element] | None:
        rows = [child for child in group.children if child.see("control.appearance") == "list-nolabel"]
        others = [child for child in group.children if child not in rows and child.type != "note"]
        heads = [child for child in others if child.see("control.appearance") == "label"]
        same = {child.list for child in (*rows, *heads)}
        plain = all(child.type == "select one" and not child.see("bind.relevant") for child in rows)
        fits = rows and plain and len(heads) == len(others) == 1 and len(same) == 1 and len(rows[0].choices) > 1
        return rows if fits else None

    def _only_labels(self, element: Element) -> bool:
        """A select that shows the labels of those below and takes no answer."""
        if element.see("control.appearance") != "label":
            return False
        label = short(element.take("label") or "")
        if label:
            self.lose(element.name, f"label: {label}", _("each question shows its options itself"))
        return True

    def _matrix(self, group: Element, rows: list[Element], label: dict[str, str], when: Conditions) -> dict[str, Any]:
        head = next(child for child in group.children if child.see("control.appearance") == "label")
        notes = [child for child in group.children if child.type == "note"]
        texts = [self._words(child, "label") for child in (*notes, head)]
        hints = [self._words(child, "hint") for child in (*notes, head)]
        name = self._name(group)
        options, codes = self._options(head)
        taken: set[str] = set()
        said = []
        for row in rows:
            row.take("control.appearance")
            code = safe_name(row.name, taken, frozenset())
            self.placed[row.name] = Placed(name, "codes", codes, code)
            said.append({"code": code, "text": self._words(row, "label") or {self.default: row.name}})
        required = [row.take("bind.required") for row in rows]
        every = all(str(word).lower() in YES for word in required)
        if any(required) and not every:
            self.lose(group.name, "required", _("a matrix is required as a whole or not at all"))
        head.take("control.appearance")
        for element in (*notes, head, *rows):
            self._leave(element)
        text = next(filter(None, (*texts, label)), {self.default: group.name})
        matrix = {"name": name, "type": "matrix", "text": text, "rows": said, "options": options, "required": every}
        return matrix | {"hint": next(filter(None, hints), {})} | self._when(when)

    # Questions

    def _question(self, element: Element, when: Conditions) -> dict[str, Any] | None:
        carry = HANDLERS.get(element.type)
        if element.take("bind.readonly") in ("true()", *YES, "TRUE") and carry is Carrier._text:
            self.lose(element.name, "read_only", _("it is shown as information, without an answer"))
            carry = Carrier._note
        if carry is None:
            self.lose(
                element.name, _("question of type %(type)s") % {"type": element.type}, _("there is no such type here")
            )
            return None
        own = self._relevant(element)
        text = self._words(element, "label")
        found = carry(self, element)
        if found is None:
            return None
        if not text:
            self.lose(element.name, "label", _("there is none; the name stands in its place"))
        written = element.take("bind.required")
        required = str(written or "").lower() in YES
        if written and not required and str(written).lower() not in ("no", "false", "false()"):
            self.lose(element.name, f"required: {short(written)}", _("only yes and no can be carried over"))
        question = {
            "name": self._name(element, found.pop("measures"), found.pop("codes", {})),
            "text": text or {self.default: element.name},
            "hint": self._words(element, "hint"),
            "required": required,
            "image": self._image(element),
        }
        self._leave(element)
        return question | found | self._when((*when, own) if own else when)

    def _single(self, element: Element) -> dict[str, Any] | None:
        if str(element.see("control.appearance") or "").split()[:1] == ["likert"]:
            element.take("control.appearance")
            return self._choosing(element, "rating", "codes")
        return self._choosing(element, "single", "codes")

    def _several(self, element: Element) -> dict[str, Any] | None:
        found = self._choosing(element, "multiple", "set")
        rule = _parsed(element.see("bind.constraint"))
        if found and rule:
            try:
                found["most"] = longest(rule, "count-selected")
                element.take("bind.constraint")
            except TooHard:
                found["options"] = self._exclusive(element, found, rule)
        return found

    def _exclusive(self, element: Element, found: dict[str, Any], rule: Any) -> list[dict[str, Any]]:
        options: list[dict[str, Any]] = found["options"]
        try:
            code = found["codes"].get(alone(rule))
        except TooHard:
            return options
        if code:
            element.take("bind.constraint")
        return [option | {"exclusive": True} if option["code"] == code else option for option in options]

    def _choosing(self, element: Element, kind: str, measures: str) -> dict[str, Any] | None:
        options, codes = self._options(element)
        if len(options) < 2:
            what = _("question of type %(type)s") % {"type": element.type}
            self.lose(element.name, what, _("it has fewer than two options in the file"))
            return None
        return {"type": kind, "options": options, "measures": measures, "codes": codes}

    def _number(self, element: Element) -> dict[str, Any]:
        whole = element.type in ("integer", "int", "q int")
        found: dict[str, Any] = {"type": "number", "measures": "integer" if whole else "decimal"}
        rule = _parsed(element.see("bind.constraint"))
        if rule:
            try:
                found |= limits(rule, whole)
                element.take("bind.constraint")
            except TooHard:
                pass
        return found if whole else found | {"decimals": DECIMALS}

    def _range(self, element: Element) -> dict[str, Any]:
        ends = [element.take(f"parameters.{end}") or preset for end, preset in (("start", "1"), ("end", "10"))]
        low, high = sorted(float(end) for end in ends)
        step = float(element.take("parameters.step") or 1)
        whole = low.is_integer() and high.is_integer() and step.is_integer()
        if step != 1:
            self.lose(element.name, f"step={step:g}", _("any number between the ends is taken"))
        limit: Callable[[float], float] = int if whole else float
        measures = "integer" if whole else "decimal"
        found = {"type": "number", "min": limit(low), "max": limit(high), "measures": measures}
        return found if whole else found | {"decimals": DECIMALS}

    def _text(self, element: Element) -> dict[str, Any]:
        found: dict[str, Any] = {"type": "text", "measures": "text"}
        rows = str(element.see("control.rows") or "")
        if rows.isdecimal() and 1 <= int(rows) <= 30:
            found["rows"] = int(element.take("control.rows"))
        rule = _parsed(element.see("bind.constraint"))
        if rule:
            try:
                found["max_length"] = longest(rule, "string-length")
                element.take("bind.constraint")
            except TooHard:
                pass
        return found

    def _note(self, element: Element) -> dict[str, Any]:
        return {"type": "information", "measures": ""}

    def _acknowledge(self, element: Element) -> dict[str, Any]:
        self.lose(element.name, element.type, _("it is asked as yes or no"))
        return {"type": "yes_no", "measures": "codes", "codes": {"OK": "yes"}}

    # Parts of a question

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


def _parsed(written: Any) -> Any:
    try:
        return tree(str(written)) if written else None
    except TooHard:
        return None


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

HANDLERS: dict[str, Callable[[Carrier, Element], dict[str, Any] | None]] = {
    "select one": Carrier._single,
    "select all that apply": Carrier._several,
    **dict.fromkeys(("integer", "int", "q int", "decimal", "q decimal"), Carrier._number),
    **dict.fromkeys(("text", "string", "q string"), Carrier._text),
    **dict.fromkeys(("note", "q note"), Carrier._note),
    **dict.fromkeys(("acknowledge", "trigger", "q acknowledge"), Carrier._acknowledge),
    "range": Carrier._range,
}
"""Their question types to ours; a type that is not here is a loss."""
