"""Surveys that ask again what earlier ones asked, in order of time, and what has changed between them."""

import csv
import io
from collections.abc import Mapping

from sqlalchemy.orm import Session

from analysis.dataset import Dataset
from analysis.exporters import harmless
from analysis.report import Cell, Report
from analysis.report.trending import Trend, trending
from analysis.words import _, day, month
from surveys import envelopes, lifecycle
from surveys.models import Survey


def chain(session: Session, survey: Survey) -> list[Survey]:
    """The survey and those before it that have results, the earliest first."""
    found, seen = [survey], {survey.id}
    while (before := found[-1].follows) is not None and before.id not in seen:
        seen.add(before.id)
        found.append(before)
    return [s for s in reversed(found) if lifecycle.shows_results(s) and not envelopes.waiting(session, s)]


def called(before: Survey, survey: Survey) -> str:
    """What a sentence about a later survey calls an earlier one: its year, or its month or day where that is not enough."""
    first, last = before.closed_on, survey.closed_on
    if first is None or last is None:
        return before.title
    if first.year != last.year:
        return f"{first:%Y}"
    return month(first) if first.month != last.month else day(first)


def named(waves: list[Survey]) -> dict[str, Survey]:
    """Each wave under the month in which it closed; those of one month get a number too."""
    names: dict[str, Survey] = {}
    for survey in waves:
        when = f"{survey.closed_on:%Y-%m}" if survey.closed_on else str(survey.id)
        name, number = when, 2
        while name in names:
            name, number = f"{when} ({number})", number + 1
        names[name] = survey
    return names


def trends(data: Mapping[str, Dataset], told: Mapping[str, Report]) -> dict[str, Trend]:
    """Every question of the last wave that earlier ones asked too, by its name; as the waves' own results tell it."""
    last = list(data.values())[-1]
    found = {item.name: trending(data, told, item.name) for item in last.items} if len(data) > 1 else {}
    return {name: trend for name, trend in found.items() if trend is not None}


def written(found: Mapping[str, Trend]) -> bytes:
    """Trends as CSV for a Swedish Excel: a line for each answer, its number and margin in each wave, and the change."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    names = list(dict.fromkeys(wave for trend in found.values() for wave in trend.waves))
    heads = [head for wave in names for head in (wave, _("%(wave)s, margin") % {"wave": wave})]
    writer.writerow([_("Question"), _("Text of the question"), _("Answer option"), *heads, _("Since last time")])
    for name, trend in found.items():
        for row in trend.rows:
            told = {cell.column: cell for cell in row.cells}
            cells = [text for wave in names for text in (_number(told.get(wave)), told[wave].margin if wave in told else "")]
            writer.writerow([harmless(name), harmless(trend.label), harmless(row.label), *cells, row.change])
    return file.getvalue().encode("utf-8-sig")


def _number(cell: Cell | None) -> str:
    """A number with its decimals; the word where it is hidden, nothing where there is none."""
    if cell is None or cell.value is None:
        return cell.text if cell is not None and cell.hidden else ""
    return repr(round(cell.value, 6)).replace(".", ",")
