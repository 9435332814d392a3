"""An analyst's way of looking at one question: any background, filters, weights, letters; each view has its address."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

from analysis import scales
from analysis.comparison import letters
from analysis.dataset import Dataset, Item, UnusableData
from analysis.report import Report, build
from analysis.words import N_, _, current
from surveys.refusals import Refusal
from surveys.remembering import Remembered

OFF, ON = "nej", "ja"
MOST_LOOKS = 64
"""So many views of one set of answers are kept."""
MOST_LEVELS = 15
"""A question with more answers than this is no background: its table could not be read."""


class NoSuchView(Refusal):
    """An address asks for a background, a group or a question that is not there."""


@dataclass(frozen=True)
class View:
    """What is looked at: a background ("" for none), weights, letters, and filters (background, code)."""

    by: str = ""
    weighted: bool = True
    letters: bool = False
    filters: tuple[tuple[str, str], ...] = ()
    style: str = ""

    @classmethod
    def read(cls, by: str, weights: str, lettered: str, filters: Iterable[str], style: str = "") -> "View":
        """The view of an address; each filter is written ``background:code``."""
        parts = [each.partition(":") for each in filters]
        kept = {name: code for name, _colon, code in parts if name and code}
        return cls(by, weights != OFF, lettered == ON, tuple(sorted(kept.items())), style)

    def address(self, **changes: Any) -> dict[str, Any]:
        """The query of an address that leads here, with something changed; what is usual is left out."""
        view = replace(self, **changes)
        return {
            "by": view.by or None,
            "vikt": None if view.weighted else OFF,
            "bokstaver": ON if view.letters else None,
            "stil": view.style or None,
            "filter": [f"{name}:{code}" for name, code in view.filters] or None,
        }

    @property
    def kept(self) -> dict[str, tuple[str, ...]]:
        """The filters as the ledger knows them."""
        return {name: (code,) for name, code in self.filters}

    @property
    def declared(self) -> bool:
        """Whether the table is one of those that every reader gets, whose disclosure is settled together."""
        return not self.filters and self.by in ("", *DECLARED)


STYLES = {
    "bars": N_("Bars"),
    "stacked": N_("Stacked bars"),
    "diverging": N_("Bars to both sides"),
    "dots": N_("Dots with margins"),
    "panels": N_("A panel for each group"),
    "histogram": N_("Histogram"),
    "map": N_("Map"),
}
"""Pictures in words."""
DECLARED = ("age_group", "district")
"""The backgrounds of every published table."""


@dataclass(frozen=True)
class Background:
    """Something that answers may be split by: a group of members, or the answers to another question."""

    name: str
    label: str
    levels: Mapping[str, str]
    question: bool = False


def backgrounds(dataset: Dataset, but: str = "") -> list[Background]:
    """Everything that a question's answers may be split by, the groups of members first."""
    found = [_group(dataset, name) for name in DECLARED if name in dataset.frame]
    items = (item for item in dataset.items if item.name != but and _splits(item))
    return [*found, *(Background(i.name, i.label, {str(c): str(i.categories[c]) for c in i.shown}, True) for i in items)]


def _group(dataset: Dataset, name: str) -> Background:
    groups = dataset.groups((name,))
    levels = zip(groups.levels[0], groups.labels[0], strict=True)
    return Background(name, dataset.group_name(name), {str(code): label for code, label in levels if code and label})


def _splits(item: Item) -> bool:
    """Whether each person is in one of a few groups by the answer, the same that the item's own table tells of."""
    scale = scales.named(item.scale)
    own = not scale.SEVERAL and getattr(scale, "TELLS", True) and scales.published(item) is item
    return own and 1 < len(item.shown) <= MOST_LEVELS


_LOOKS: WeakKeyDictionary[Dataset, Remembered[Report]] = WeakKeyDictionary()
"""The views of each set of answers that is in use; they go with it."""


def look(dataset: Dataset, name: str, view: View) -> Report:
    """The tables of one question in a view, made once for each set of answers; raises `NoSuchView`.

    They are made of the answers alone: whether they may be seen is for the ledger of releases to say, each time anew.
    """
    looks = _LOOKS.setdefault(dataset, Remembered(MOST_LOOKS))
    return looks.get((name, view.by, view.filters, current()), lambda: _looked(dataset, name, view))


def _looked(dataset: Dataset, name: str, view: View) -> Report:
    known = {background.name: background for background in backgrounds(dataset, but=name)}
    wrong = [column for column, code in view.filters if column not in known or code not in known[column].levels]
    if wrong or (view.by and view.by not in known) or name not in {item.name for item in dataset.items}:
        raise NoSuchView(_("There is no such view of the results."))
    keep = None
    for column, code in view.filters:
        here = (dataset.frame[column].astype(object).map(str) == code).to_numpy()
        keep = here if keep is None else keep & here
    by = known.get(view.by)
    extra = {by.name: dataset.item(by.name).categories} if by and by.question else {}
    try:
        part = dataset.asked([name], keep, extra, {by.name: by.label} if by and by.question else {})
        made = build(part, by=(view.by,) if view.by else ())
    except UnusableData as fault:
        raise NoSuchView(str(fault)) from None
    told = "; ".join(f"{known[column].label}: {known[column].levels[code]}" for column, code in view.filters)
    return replace(made, origin=replace(made.origin, part=told))


def lettered(report: Report, view: View) -> tuple[dict[str, str], dict[str, str]]:
    """The letter of each group, and over which letters each cell surely stands; empty where there are none."""
    table = report.questions[0].tables.get(view.by) if view.by else None
    if not view.letters or table is None or "share" not in table.frame:
        return {}, {}
    frame = table.frame
    found = letters(frame, view.by, report.level)
    own = {str(code): letter for code, letter in zip(frame[view.by], found["letter"], strict=True) if letter}
    return own, {cell: above for cell, above in zip(frame["id"], found["above"], strict=True) if above}
