"""A report: every table, chart and finding of a dataset, frozen and safe; no way from answers to a page round it."""

from analysis.report.building import build
from analysis.report.origin import Origin
from analysis.report.printing import Cell, Row
from analysis.report.values import Question, Report, Table
from analysis.summary import Finding

__all__ = ["Cell", "Finding", "Origin", "Question", "Report", "Row", "Table", "build"]
