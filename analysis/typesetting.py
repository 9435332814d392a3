"""Tagged PDF (PDF/UA-1) set by Typst from a template and data; the same bytes again from the same.

Typst is loaded with the first PDF: the worker sets pages, and others need not carry it.
"""

import importlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from analysis.figures import lettering

TEMPLATES = Path(__file__).parent / "typst"


class CannotTypeset(ValueError):
    """The typesetter refused; it says why."""


def typeset(template: str, name: str, data: Mapping[str, Any], made: date) -> bytes:
    """The PDF of a template, which reads ``data`` as JSON from the input ``name``; ``made`` is the date that it bears.

    Raises
    ------
    CannotTypeset
        The template has refused the data.
    """
    noon = datetime(made.year, made.month, made.day, 12, tzinfo=UTC)
    told = {name: json.dumps(data, ensure_ascii=False)}
    try:
        pdf: bytes = _typst().compile(
            TEMPLATES / template, format="pdf", font_paths=_fonts(), pdf_standards="ua-1", timestamp=noon, sys_inputs=told
        )
    except _typst().TypstError as error:
        raise CannotTypeset(str(error)) from error
    return pdf


def readable(value: Any) -> Any:
    """A text, or all texts of lists and mappings, with a box for each letter that no font at hand has.

    An accessible PDF must not lack any.
    """
    if isinstance(value, str):
        return "".join(c if c == "\n" or lettering.known(c) else "□" for c in lettering.clean(value))
    if isinstance(value, dict):
        return {key: readable(inner) for key, inner in value.items()}
    return [readable(inner) for inner in value] if isinstance(value, list) else value


@cache
def _typst() -> Any:
    return importlib.import_module("typst")


@cache
def _fonts() -> Any:
    """What the typesetter brings itself, and the letters that charts are measured in; none of the machine's own."""
    return _typst().Fonts(include_system_fonts=False, font_paths=[lettering.folder()])
