"""XLSForm, the questionnaire of ODK and KoBo: XLSX, XLS, CSV or Markdown tables with the sheets survey, choices and
settings.

pyxform reads and checks the form; what our questionnaires can hold is carried over, everything else is listed as a
loss.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from typing import Any

from analysis.words import _
from surveys.formats import CannotRead, Loaded, Loss, beginning, checked, refusal
from surveys.formats._archives import OLE, ZIP
from surveys.formats._carrying import Carrier
from surveys.formats._sheets import Sheet, Workbook, workbook
from surveys.questionnaire import Problem

READ = ("survey", "choices", "settings")
COLUMNS = {"type": {"type", "command"}, "name": {"name", "tag", "value"}}
"""Columns that the sheet survey must have, with all the names that XLSForm knows for them."""


def likeness(data: bytes) -> int:
    """A workbook, a table in Markdown, or CSV whose first row is XLSForm's."""
    if data.startswith((ZIP, OLE)):
        return 3
    head = beginning(data).lstrip()
    if head.startswith("|"):
        return 2
    first = re.split(r"[\r\n]", head, maxsplit=1)[0]
    cells = {cell.strip().lower() for d in ",;\t" for row in csv.reader(StringIO(first), delimiter=d) for cell in row}
    return 2 if {"type", "name"} <= cells or (cells & set(READ) and first[-1:] not in ":") else 0


def read(data: bytes, filename: str = "") -> Loaded:
    """The questionnaire in an XLSForm, with its losses."""
    book = workbook(data)
    _check_sheets(book)
    form = _understood(book)
    _check_types(form, book)
    carrier = Carrier(form, _settings(book.sheet("settings")))
    document = carrier.document()
    survey = book.sheet("survey")

    def place(problem: Problem) -> Problem:
        if problem.path == ("pages",) and carrier.losses:
            lost = "; ".join(str(loss) for loss in carrier.losses[:3])
            return replace(problem, remedy=_("Not carried over: %(losses)s.") % {"losses": lost})
        return replace(problem, place=_row(problem, document, carrier, survey))

    questionnaire, warnings = checked(document, place)
    losses = [*book.losses, *_unread(book), *(replace(loss, why=_(loss.why)) for loss in carrier.losses)]
    return Loaded(questionnaire, tuple(losses), (*book.warnings, *carrier.warnings, *warnings))


def _check_sheets(book: Workbook) -> None:
    survey = book.sheet("survey")
    if survey is None and len(book.sheets) == 1:
        survey = book.sheets[0]
        survey.name = "survey"
    if survey is None:
        names = ", ".join(f'"{sheet.name}"' for sheet in book.sheets[:8])
        message = (
            _('There is no sheet called "survey"; the file has %(names)s.') if names else _("There are no sheets.")
        )
        raise refusal(message % {"names": names}, _("An XLSForm lists its questions there."))
    for sheet in book.sheets:
        if sheet.key in READ:
            _check_headers(sheet)
    for wanted, known in COLUMNS.items():
        if not known & {header.lower() for header in survey.headers}:
            raise refusal(
                _('There is no column "%(column)s".') % {"column": wanted},
                _("Write the names of the columns in the first row."),
                survey.place(0),
            )
    if not any(any(row) for row in survey.rows[1:]):
        raise refusal(_("There are no questions below the names of the columns."), place=survey.place(0))


def _check_headers(sheet: Sheet) -> None:
    seen: dict[str, int] = {}
    for column, header in enumerate(sheet.headers):
        if header and header in seen:
            raise refusal(
                _('Two columns are called "%(name)s".') % {"name": header[:60]},
                _("Rename or remove one of them."),
                sheet.place(0, column),
            )
        seen[header] = column


def _understood(book: Workbook) -> dict[str, Any]:
    # pyxform takes half a second to import: only who reads an XLSForm waits for it
    from pyxform.errors import PyXFormError  # noqa: PLC0415
    from pyxform.xls2json import workbook_to_json  # noqa: PLC0415
    from pyxform.xls2json_backends import DefinitionData  # noqa: PLC0415

    parts: dict[str, Any] = {"sheet_names": [sheet.name for sheet in book.sheets]}
    for sheet in book.sheets:
        if sheet.key in READ and sheet.key not in parts:
            headers = sheet.headers
            rows = [
                {header: cell for header, cell in zip(headers, row, strict=False) if header and cell}
                for row in sheet.rows[1:]
            ]
            while rows and not rows[-1]:
                rows.pop()
            parts[sheet.key] = rows
            parts[f"{sheet.key}_header"] = [{header: None for header in headers if header}]
    try:
        form: dict[str, Any] = workbook_to_json(DefinitionData(**parts), form_name="survey", warnings=[])
    except PyXFormError as fault:
        raise _told(str(fault), book) from None
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, RecursionError) as fault:
        # what pyxform did not foresee
        raise _told(f"{type(fault).__name__}: {fault}", book) from None
    return form


def _check_types(form: dict[str, Any], book: Workbook) -> None:
    """Refuse types that XLSForm does not have; those that it has and we do not are losses."""
    from pyxform.question_type_dictionary import QUESTION_TYPE_DICT  # noqa: PLC0415

    known = {*QUESTION_TYPE_DICT, "group", "repeat", "loop", "survey"}
    survey = book.sheet("survey")
    faults = []
    for name, kind in _typed(form):
        if survey and kind not in known:
            column = _column(survey, "type")
            place = survey.place(_row_of(survey, name), column)
            faults.append(Problem(place, _('XLSForm has no question type "%(type)s".') % {"type": kind[:60]}))
    if faults:
        raise CannotRead(*faults)


def _typed(element: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield str(element.get("name", "")), str(element.get("type", ""))
    for child in element.get("children", ()):
        yield from _typed(child)


def _column(sheet: Sheet, wanted: str) -> int | None:
    return next((i for i, header in enumerate(sheet.headers) if header.lower() in COLUMNS[wanted]), None)


def _row_of(sheet: Sheet, name: str) -> int:
    """The row, counted from 0, of the question of that name; the first if it is not found."""
    column = _column(sheet, "name")
    rows = (i for i, row in enumerate(sheet.rows) if i and column is not None and row[column : column + 1] == [name])
    return next(rows, 0)


def _told(message: str, book: Workbook) -> CannotRead:
    """One line of ours for a fault that pyxform found, with sheet, row and column where it names them."""
    words = " ".join(message.split())
    named = re.search(r"'(survey|choices|settings)' sheet|sheet:? '(survey|choices|settings)'", words)
    row = re.search(r"\[row : (\d+)\]", words)
    column = re.search(r"the '([\w:]+)' (?:column )?value", words)
    sheet = book.sheet((named[1] or named[2]) if named else "survey")
    place = ""
    if sheet and row:
        header = column[1].lower() if column else ""
        found = next((i for i, name in enumerate(sheet.headers) if header and name.lower().startswith(header)), None)
        for wanted in COLUMNS:
            found = _column(sheet, wanted) if f"with no {wanted}" in words else found
        place = sheet.place(int(row[1]) - 1, found)
    cause = re.sub(r"\s*Learn more: \S+|\[row : \d+\]\s*|\s*(?<!\$)\{'\w+':.*", "", words).strip()
    return refusal(_("pyxform does not accept the form: %(cause)s") % {"cause": cause[:400]}, place=place)


def _settings(sheet: Sheet | None) -> dict[str, str]:
    if sheet is None:
        return {}
    row = next((row for row in sheet.rows[1:] if any(row)), [])
    return {header: cell for header, cell in zip(sheet.headers, row, strict=False) if header and cell}


def _unread(book: Workbook) -> list[Loss]:
    found = [sheet for sheet in book.sheets if sheet.key not in READ and any(map(any, sheet.rows))]
    return [Loss("", _('sheet "%(sheet)s"') % {"sheet": sheet.name}, _("it is not read")) for sheet in found]


def _row(problem: Problem, document: Any, carrier: Carrier, survey: Sheet | None) -> str:
    """The row of the sheet that a problem of the finished questionnaire comes from."""
    if problem.path[:1] != ("pages",) or len(problem.path) < 4 or survey is None:
        return problem.place
    name = document["pages"][problem.path[1]]["questions"][problem.path[3]]["name"]
    row = _row_of(survey, carrier.names.get(name, name))
    return f"{survey.place(row)}, {problem.place}" if row else problem.place
