"""All tables for Stata, one row per group and answer, with labels of variables and of values."""

from analysis.exporters import _labelled
from analysis.report import Report

name = "Stata"
mimetype = "application/x-stata-dta"
extension = "dta"
library, extra = "pyreadstat", "statistics"
HEAD = rb"(<timestamp>\x11).{17}"
"""The mark and the time of writing."""


def write(report: Report) -> bytes:
    """The report's tidy rows; raises ImportError without pyreadstat."""
    import pyreadstat  # noqa: PLC0415 (optional: the extra "statistics")

    called = _labelled.short(report.origin.called, _labelled.FILE)
    file = _labelled.written(pyreadstat.write_dta, _labelled.tables(report), extension, version=15, file_label=called)
    return _labelled.timeless(file, HEAD, [b"01 Jan 1980 00:00"])
