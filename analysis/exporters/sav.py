"""All tables for SPSS, one row per group and answer, with labels of variables and of values."""

from analysis.exporters import _about, _labelled
from analysis.report import Report

name = "SPSS"
mimetype = "application/x-spss-sav"
extension = "sav"
library, extra = "pyreadstat", "statistics"
HEAD = rb"\A(.{92}).{17}"
"""The header up to the time of writing, and the time."""


def write(report: Report) -> bytes:
    """The report's tidy rows; raises ImportError without pyreadstat."""
    import pyreadstat  # noqa: PLC0415 (optional: the extra "statistics")

    told = {"file_label": _labelled.short(report.origin.called, _labelled.FILE), "note": _labelled.lines(_about.method(report))}
    file = _labelled.written(pyreadstat.write_sav, _labelled.tables(report), extension, row_compress=True, **told)
    return _labelled.timeless(file, HEAD, [b"01 Jan 80", b"00:00:00"])
