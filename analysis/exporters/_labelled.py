"""Files of statistical programs: names that they take, labels cut to what they hold, written by pyreadstat."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from analysis.exporters import _about, _disk, _lines, _records, _tidy
from analysis.report import Report
from analysis.words import N_, _

LABEL = 120
"""Bytes in a label of SPSS."""
FILE, LINE = 64, 80
"""Bytes in the label of a file, and in a line of its notes."""
STRING = 2000
"""Bytes in a text that both programs hold in a plain column."""
RESERVED = frozenset(("all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with", "if", "in", "using"))
CODED = {
    "question": ("question", "text"),
    "by": ("grouping", "by_label"),
    "group": ("group", "group_label"),
    "answer": ("answer", "answer_label"),
}
"""Columns of codes, what they are called here, and the columns that say what the codes mean."""
HEADINGS = {one.code: one.heading for one in _lines.MEASURES.values()} | {
    "low_edge": N_("The interval, from"),
    "high_edge": N_("The interval, to"),
}


@dataclass
class Labelled:
    """A frame whose columns have labels, and whose numbers stand for words where ``values`` says so."""

    frame: pd.DataFrame
    labels: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[float, str]] = field(default_factory=dict)


def tables(report: Report) -> Labelled:
    """The tidy rows of a report with codes as labelled numbers."""
    tidy = _tidy.frame(report)
    made = Labelled(pd.DataFrame(index=tidy.index))
    for column in CODED:
        _coded(made, tidy, column)
    made.frame["hidden"] = tidy["hidden"].astype(float)
    made.labels["hidden"], made.values["hidden"] = _("Hidden"), {0.0: _("shown"), 1.0: _("hidden")}
    made.frame["reliability"], made.labels["reliability"] = tidy["reliability"], _("Reliability")
    called = _records.headed(report) | {column: _(heading) for column, heading in HEADINGS.items()}
    for question in report.questions:
        called = _records.brought(question.item.scale) | called
    for column in tidy.columns.difference([*_tidy.TEXTS, "hidden"], sort=False):
        made.frame[column] = tidy[column]
        made.labels[column] = called.get(column, column)
    return made


def _coded(made: Labelled, tidy: pd.DataFrame, column: str) -> None:
    """Number the pairs of code and words as they come; the code itself stands beside, as a text."""
    called, words = CODED[column]
    pairs = pd.MultiIndex.from_frame(tidy[[column, words]].astype(str))
    numbers, found = pairs.factorize()
    made.frame[called] = numbers + 1.0
    made.frame[f"{called}_code"] = [short(code, STRING) for code in tidy[column].astype(str)]
    heading = _(_records.HEADINGS[column])
    made.labels[called], made.labels[f"{called}_code"] = heading, _("%(name)s, code") % {"name": heading}
    made.values[called] = {place + 1.0: label(text or code or _("All")) for place, (code, text) in enumerate(found)}


def names(wanted: Iterable[str], most: int = 32) -> list[str]:
    """Names of variables that SPSS and Stata take: letters, digits and lines, begun by a letter, none like another."""
    used: set[str] = set()
    found = []
    for name in wanted:
        plain = name.translate(str.maketrans("åäàáöøéèüÅÄÀÁÖØÉÈÜ", "aaaaooeeuAAAAOOEEU"))
        plain = re.sub(r"[^A-Za-z0-9_]+", "_", plain).strip("_") or "v"
        plain = plain if plain[0].isalpha() and plain.lower() not in RESERVED else f"v_{plain}"
        unique, number = plain[:most], 2
        while unique.lower() in used:
            unique, number = f"{plain[: most - 1 - len(str(number))]}_{number}", number + 1
        used.add(unique.lower())
        found.append(unique)
    return found


def label(text: str) -> str:
    """A label as short as SPSS wants it, never empty."""
    return short(text, LABEL) or "-"


def short(text: str, most: int) -> str:
    """The beginning of a text, counted in bytes, without what no file can hold."""
    calm = re.sub(r"\s+", " ", _records.clean(text)).strip()
    return calm if len(calm.encode()) <= most else calm.encode()[: most - 3].decode(errors="ignore").rstrip() + "…"


Writer = Callable[..., Any]


def settle(made: Labelled) -> tuple[pd.DataFrame, list[str], Mapping[str, Mapping[float, str]]]:
    """The frame, the labels and the meanings of codes under names that the programs take."""
    called = dict(zip(made.frame.columns, names(map(str, made.frame.columns)), strict=True))
    frame = made.frame.set_axis(list(called.values()), axis=1)
    labels = [label(made.labels.get(column, str(column))) for column in made.frame.columns]
    return frame, labels, {called[column]: values for column, values in made.values.items()}


def lines(told: Iterable[tuple[str, str]]) -> list[str]:
    """Things to know as lines of the length that SPSS holds, in bytes."""
    found: list[str] = []
    for key, text in told:
        line = ""
        for word in short(f"{key}: {text}", STRING).split():
            whole = short(word, LINE)
            if line and len(f"{line} {whole}".encode()) > LINE:
                found.append(line)
                line = ""
            line = f"{line} {whole}".strip()
        found.append(line)
    return found


def written(writer: Writer, made: Labelled, ending: str, **options: Any) -> bytes:
    """What a writer of pyreadstat makes of a labelled frame."""
    with TemporaryDirectory() as folder, _disk.told():
        path = Path(folder) / f"tables.{ending}"
        write_to(writer, made, path, **options)
        return path.read_bytes()


def write_to(writer: Writer, made: Labelled, path: Path, **options: Any) -> None:
    """Write a labelled frame to a file; ``options`` are the writer's own."""
    frame, labels, values = settle(made)
    options = {"file_label": _about.made_by()} | options
    writer(frame, str(path), column_labels=labels, variable_value_labels=values, **options)


def timeless(file: bytes, pattern: bytes, instead: Sequence[bytes]) -> bytes:
    """A file with its time of writing put aside, so that the same numbers are the same bytes."""
    return re.sub(pattern, lambda found: found.group(1) + b"".join(instead), file, count=1, flags=re.S)
