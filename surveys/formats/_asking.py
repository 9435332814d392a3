"""Their question types said as ours."""

from collections.abc import Callable
from typing import Any

from analysis.words import _
from surveys.formats._elements import Element, short
from surveys.formats._parts import Conditions, Parts
from surveys.formats._rules import alone, limits, longest
from surveys.formats._xpath import TooHard, tree

YES = {"yes", "true", "true()"}
DECIMALS = 3


class Asking(Parts):
    """Carries single questions over."""

    def _question(self, element: Element, when: Conditions) -> dict[str, Any] | None:
        carry = HANDLERS.get(element.type)
        if element.take("bind.readonly") in ("true()", *YES, "TRUE") and carry is Asking._text:
            self.lose(element.name, "read_only", _("it is shown as information, without an answer"))
            carry = Asking._note
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

    def _rank(self, element: Element) -> dict[str, Any] | None:
        return self._choosing(element, "ranking", "set")

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


def _parsed(written: Any) -> Any:
    try:
        return tree(str(written)) if written else None
    except TooHard:
        return None


HANDLERS: dict[str, Callable[[Asking, Element], dict[str, Any] | None]] = {
    "select one": Asking._single,
    "select all that apply": Asking._several,
    "rank": Asking._rank,
    **dict.fromkeys(("integer", "int", "q int", "decimal", "q decimal"), Asking._number),
    **dict.fromkeys(("text", "string", "q string"), Asking._text),
    **dict.fromkeys(("note", "q note"), Asking._note),
    **dict.fromkeys(("acknowledge", "trigger", "q acknowledge"), Asking._acknowledge),
    "range": Asking._range,
}
"""Their question types to ours; a type that is not here is a loss."""
