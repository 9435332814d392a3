"""Files that a report becomes, one format each. The file names are the registry.

An exporter is a module with ``name`` (what the reader calls the format), ``mimetype``, ``extension`` and
``write(report) -> bytes``.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from typing import Protocol

from analysis.exporters._records import clean, harmless
from analysis.report import Report

__all__ = ["Exporter", "UnknownFormat", "clean", "harmless", "named", "registry"]


class UnknownFormat(ValueError):
    """A format was asked for that has no file here."""


class Exporter(Protocol):
    """What a file in this folder offers."""

    name: str
    mimetype: str
    extension: str

    def write(self, report: Report) -> bytes:
        """The report as a file."""


@cache
def registry() -> Mapping[str, Exporter]:
    """Every exporter by its name."""
    names = [module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_")]
    return {name: importlib.import_module(f"{__name__}.{name}") for name in names}  # type: ignore[misc]


def named(name: str) -> Exporter:
    """The exporter of that name."""
    try:
        return registry()[name]
    except (KeyError, TypeError):
        raise UnknownFormat(f"There is no format {name!r}. There are {', '.join(registry())}.") from None
