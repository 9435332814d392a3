"""Documents that people read: one value, and a format each that writes it. The file names are the registry.

A format is a module with ``name`` (what the reader calls it), ``mimetype``, ``extension`` and
``write(document) -> bytes``: the same bytes again from the same document.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from typing import Protocol

from analysis.documents._content import (
    Box,
    Document,
    Grid,
    GridCell,
    Heading,
    Method,
    Paragraph,
    Part,
    Picture,
    Points,
    Quote,
    Result,
    Said,
    Section,
    Sentence,
    Series,
)
from analysis.documents._results import overview, results, sentence, tables

__all__ = [
    "Box", "Document", "Format", "Grid", "GridCell", "Heading", "Method", "Paragraph", "Part", "Picture", "Points", "Quote",
    "Result", "Said", "Section", "Sentence", "Series", "UnknownDocument", "named", "names", "overview", "registry", "results",
    "sentence", "tables",
]  # fmt: skip


class UnknownDocument(ValueError):
    """A format was asked for that has no file here."""


class Format(Protocol):
    """What a file in this folder offers."""

    name: str
    mimetype: str
    extension: str

    def write(self, document: Document) -> bytes:
        """The document as a file."""


@cache
def names() -> tuple[str, ...]:
    """The names of all formats; none of their libraries is read for it, which takes megabytes."""
    return tuple(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))


def registry() -> Mapping[str, Format]:
    """Every format by its name."""
    return {name: named(name) for name in names()}


def named(name: str) -> Format:
    """The format of that name."""
    if name not in names():
        raise UnknownDocument(f"There is no format {name!r}. There are {', '.join(names())}.")
    return importlib.import_module(f"{__name__}.{name}")  # type: ignore[return-value]
