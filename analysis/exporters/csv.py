"""All tables in one CSV file as a Swedish Excel opens it: semicolons, decimal commas, a byte order mark."""

import csv
import io
from typing import Any

from analysis.exporters import _records
from analysis.report import Report

name = "CSV"
mimetype = "text/csv; charset=utf-8"
extension = "csv"


def write(report: Report) -> bytes:
    """The report's tables, one line per group and answer."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow([_records.harmless(heading) for heading in _records.headings(report)])
    for record in _records.records(report):
        writer.writerow([_written(value) for value in record.values()])
    return file.getvalue().encode("utf-8-sig")


def _written(value: Any) -> str:
    if value is None:
        return ""
    return _records.harmless(value) if isinstance(value, str) else repr(value).replace(".", ",")
