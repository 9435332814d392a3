"""All tables and findings as JSON, for programs."""

import json
from typing import Any

from analysis.exporters import _about, _records
from analysis.report import Question, Report, Table

name = "JSON"
mimetype = "application/json"
extension = "json"


def write(report: Report) -> bytes:
    """The report as one object; what is hidden or not there is null."""
    told = {
        **_about.told(report),
        "by": dict(report.by),
        "questions": [_question(question) for question in report.questions],
        "findings": [
            {"text": one.text, "kind": one.kind, "question": one.question, "cells": list(one.cells)}
            for one in report.findings
        ],
    }
    text = json.dumps(told, ensure_ascii=False, allow_nan=False, indent=1)
    return text.encode("utf-8", "replace")


def _question(question: Question) -> dict[str, Any]:
    return {
        "name": question.name,
        "label": question.label,
        "scale": question.item.scale,
        "tables": [_table(table) for table in question.tables.values()],
    }


def _table(table: Table) -> dict[str, Any]:
    called = {table.by: "code"} if table.by else {}
    told = {"by": table.by, "label": table.by_label, "rows": _rows(table.frame.rename(columns=called))}
    if table.ends is not None:
        told["ends"] = _rows(table.ends.rename(columns=called))
    return told if table.distribution is None else told | {"distribution": _rows(table.distribution)}


def _rows(frame: Any) -> list[dict[str, Any]]:
    plain = frame.astype(dict.fromkeys(frame.select_dtypes("category"), object))
    return [{key: _plain(value) for key, value in row.items()} for row in plain.to_dict("records")]


def _plain(value: Any) -> Any:
    value = _records.value(value)
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
