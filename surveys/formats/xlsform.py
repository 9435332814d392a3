"""XLSForm, the questionnaire of ODK and KoBo: XLSX, XLS, CSV or Markdown tables with the sheets survey, choices and
settings.

pyxform reads and checks the form; what our questionnaires can hold is carried over, everything else is listed as a
loss.
"""

import csv
import re
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
    carrier = Carrier(_understood(book), _settings(book.sheet("settings")))
    document = carrier.document()
    survey = book.sheet("survey")

    def place(problem: Problem) -> Problem:
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
        place = sheet.place(int(row[1]) - 1, found)
    cause = re.sub(r"\s*Learn more: \S+|\[row : \d+\]\s*", "", words).strip()
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
    theirs = carrier.names.get(name, name)
    column = next((i for i, header in enumerate(survey.headers) if header.lower() in COLUMNS["name"]), None)
    rows = [i for i, row in enumerate(survey.rows) if i and column is not None and row[column : column + 1] == [theirs]]
    return f"{survey.place(rows[0])}, {problem.place}" if rows else problem.place
