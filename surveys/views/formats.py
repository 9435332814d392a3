"""Formats of data files as pages offer them: those that most people open first, the others with what they are for."""

from collections.abc import Mapping
from typing import NamedTuple

from analysis.exporters import Exporter
from analysis.words import N_, _

COMMON = ("xlsx", "csv")
"""What most people can open; shown first, in this order."""
WHAT = {
    "sav": N_("for the program SPSS"),
    "dta": N_("for the program Stata"),
    "px": N_("as Statistics Sweden publishes tables"),
    "pxzip": N_("as Statistics Sweden publishes tables, in a zip archive"),
    "gpkg": N_("for maps, in a GIS program"),
    "geojson": N_("for maps on the web"),
    "json": N_("for programmers"),
    "jsonstat": N_("for programmers, as statistical offices exchange tables"),
    "parquet": N_("for programmers, large amounts"),
    "ddi": N_("describes questions and answers, for archives"),
}
"""What the other formats are for, in the order of the page."""


class Format(NamedTuple):
    """A format: its code in addresses, what readers call it, what it is for, and whether most people can open it."""

    code: str
    name: str
    what: str
    common: bool


def listed(known: Mapping[str, Exporter]) -> list[Format]:
    """The formats that there are, in the order in which readers want them."""
    order = [*COMMON, *WHAT]
    codes = sorted(known, key=lambda code: order.index(code) if code in order else len(order))
    return [Format(code, _(known[code].name), _(WHAT[code]) if code in WHAT else "", code in COMMON) for code in codes]
