"""Carries a form that pyxform has read over to our own document, and lists every part that could not come along."""

from collections.abc import Iterable
from typing import Any

from analysis.words import _
from surveys.formats._asking import YES, Asking
from surveys.formats._elements import Element, safe_code, safe_name, short
from surveys.formats._parts import Conditions
from surveys.formats._rules import Placed

GENERATED = "generated_table_list_label_"
"""How pyxform calls a note that it makes of a group's label."""
SILENT = ("meta",)
"""Groups that pyxform adds by itself."""


class Carrier(Asking):
    """Walks through a form once, in order."""

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
