"""How many live where, by age group and gender: taken over from CSV, all or none."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.words import _
from panel import sheets
from panel.models import Population
from panel.places import districts
from panel.places.refusing import CannotUse

GENDERS = {
    "kvinna": "woman", "kvinnor": "woman", "woman": "woman", "women": "woman",
    "man": "man", "män": "man", "men": "man", "annat": "other", "other": "other",
}  # fmt: skip
COLUMNS = {
    "district": ("kommundel", "district"),
    "age_group": ("åldersgrupp", "age_group", "age group"),
    "gender": ("kön", "gender"),
    "count": ("antal", "count"),
    "source": ("källa", "source"),
    "as_of": ("datum", "date"),
}
LONGEST_SOURCE = 300
MADE_UP = re.compile("påhittad|påhittat|fiktiv|made up|made-up|invented", re.IGNORECASE)
Record = dict[str, str]


@dataclass(frozen=True)
class Figures:
    """What is loaded: how many people in how many rows, from where, of which day, and whether somebody made it up."""

    rows: Sequence[Population]
    source: str
    as_of: date
    made_up: bool

    @property
    def count(self) -> int:
        """How many people in all."""
        return sum(row.count for row in self.rows)


def figures(session: Session) -> Figures | None:
    """The figures that are loaded, if any."""
    rows = session.scalars(select(Population)).all()
    if not rows:
        return None
    sources = "; ".join(sorted({row.source for row in rows}))
    return Figures(rows, sources, max(row.as_of for row in rows), any(row.made_up for row in rows))


def import_population(session: Session, data: bytes, age_groups: Sequence[str]) -> int:
    """Take over population figures, all or none; gives how many rows. Figures whose source says so are made up."""
    rows, faults = [], []
    known = districts.names(session)
    if not known:
        raise CannotUse(_("There are no districts yet. Load those first."))
    words = {name.casefold(): code for code, name in known.items()} | {code.casefold(): code for code in known}
    seen: dict[tuple[str, str, str], int] = {}
    for number, record in _records(data):
        try:
            row = _figure(record, words, age_groups)
        except CannotUse as fault:
            faults.append(_("Row %(number)s: %(fault)s") % {"number": number, "fault": fault})
            continue
        first = seen.setdefault((row.district, row.age_group, row.gender), number)
        if first != number:
            said = _("Row %(number)s: the same district, age group and gender stand in row %(first)s.")
            faults.append(said % {"number": number, "first": first})
        rows.append(row)
    if not rows and not faults:
        faults.append(_("The file has no rows."))
    if faults:
        raise CannotUse(*faults)
    _replace(session, rows)
    return len(rows)


def _replace(session: Session, rows: Sequence[Population]) -> None:
    for row in session.scalars(select(Population)):
        session.delete(row)
    session.flush()
    session.add_all(rows)
    session.flush()


def _records(data: bytes) -> Iterator[tuple[int, Record]]:
    """Rows by our own column names, with their number in the file."""
    rows = [(number, [_written(cell) for cell in cells]) for number, cells in sheets.read(data).rows]
    heads = [" ".join(head.casefold().split()) for head in rows[0][1]]
    places = {}
    for column, called in COLUMNS.items():
        found = [heads.index(name) for name in called if name in heads]
        if not found:
            said = _("The column “%(name)s” is missing. The file has: %(heads)s.")
            raise CannotUse(said % {"name": called[0], "heads": ", ".join(heads)[:200]})
        places[column] = found[0]
    for number, row in rows[1:]:
        yield number, {column: row[place] if place < len(row) else "" for column, place in places.items()}


def _written(cell: sheets.Cell) -> str:
    """What stands in a cell, as text; a formula or the like is nothing."""
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None or isinstance(cell, sheets.Unreadable) else str(cell)


def _figure(record: Record, words: dict[str, str], age_groups: Sequence[str]) -> Population:
    district = words.get(record["district"].casefold())
    if district is None:
        raise CannotUse(_("there is no district “%(name)s”.") % {"name": record["district"][:40]})
    age_group = re.sub(r"\s|år$", "", record["age_group"].replace("–", "-"))
    if age_group not in age_groups:
        said = _("there is no age group “%(name)s”; there are %(groups)s.")
        raise CannotUse(said % {"name": record["age_group"][:40], "groups": ", ".join(age_groups)})
    gender = GENDERS.get(record["gender"].casefold())
    if gender is None:
        raise CannotUse(_("“%(name)s” is no gender that is known here.") % {"name": record["gender"][:40]})
    source = record["source"]
    if not source or len(source) > LONGEST_SOURCE:
        raise CannotUse(_("the source is missing or too long."))
    return Population(
        district=district,
        age_group=age_group,
        gender=gender,
        count=_count(record["count"]),
        source=source,
        as_of=_day(record["as_of"]),
        made_up=bool(MADE_UP.search(source)),
    )


def _count(written: str) -> int:
    number = re.sub(r"\s|[,.]0+$", "", written)
    if not re.fullmatch(r"\d{1,9}", number, re.ASCII):
        raise CannotUse(_("“%(number)s” is not a whole number.") % {"number": written[:40]})
    return int(number)


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise CannotUse(_("“%(date)s” is not a date such as 2025-12-31.") % {"date": written[:40]}) from None
