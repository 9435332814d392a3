"""Trying a register file: every row is read, every fault told by row, column and reason, and nothing is written."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.words import _
from panel import sheets
from panel.models import District, Member
from panel.register import columns
from panel.register.columns import COLUMNS, Column, Known
from panel.sheets import CannotRead, Cell
from surveys.clock import today
from surveys.refusals import Refusal

HEADING_WITHIN = 10
"""The heading stands in one of so many first filled rows; titles may stand above it."""
ADDRESSES = ("email", "mobile")


class Fault(NamedTuple):
    """What is wrong, and where; without a row it is the whole file."""

    row: int | None
    column: str | None
    reason: str


@dataclass
class Trial:
    """What a file would do to the register."""

    rows: int = 0
    new: list[dict[str, Any]] = field(default_factory=list)
    changed: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    """Numbers of members, with what becomes different."""
    same: int = 0
    refused: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def refused_rows(self) -> int:
        """How many rows have a fault."""
        return len({fault.row for fault in self.refused})

    @property
    def different(self) -> Counter[str]:
        """How many members get something else in each column."""
        return Counter(name for _number, values in self.changed for name in values)

    @property
    def protected(self) -> int:
        """How many of the new members have a protected identity."""
        return sum(1 for values in self.new if values.get("protected"))

    def to_json(self) -> dict[str, Any]:
        """What scripts are told."""
        told = [{"row": each.row, "column": each.column, "reason": each.reason} for each in self.refused]
        return {"rows": self.rows, "new": len(self.new), "changed": len(self.changed), "refused": told}


class Place(NamedTuple):
    """Where a column stands in the file, and what it is called there."""

    column: Column
    at: int
    head: str


def known(session: Session, languages: Sequence[str]) -> Known:
    """What cells may name."""
    rows = session.execute(select(District.code, District.name).order_by(District.code)).all()
    named = {row.code.casefold(): row.code for row in rows} | {row.name.casefold(): row.code for row in rows}
    return Known(named, tuple(languages), today().year)


def refusal(fault: CannotRead) -> Trial:
    """The trial of a file that can't be read at all."""
    return Trial(refused=[Fault(None, None, str(fault))])


def try_out(session: Session, data: bytes, languages: Sequence[str]) -> Trial:
    """Read a whole file against the register; a file that can't be read raises `CannotRead`."""
    sheet = sheets.read(data)
    trial = Trial(notes=list(sheet.notes))
    start, places = _heading(sheet.rows, trial)
    rows = sheet.rows[start + 1 :]
    trial.rows = len(rows)
    if not rows:
        raise CannotRead(_("The file has a heading but no rows."))
    if _lacks(places, sheet.rows[start][0], trial):
        return trial
    _Reading(trial, places, known(session, languages), _Register(session)).read(rows)
    return trial


def _heading(rows: Sequence[tuple[int, list[Cell]]], trial: Trial) -> tuple[int, list[Place]]:
    """The row that holds the heading, and the columns it names."""
    counts = [sum(columns.called(cell) is not None for cell in cells) for _number, cells in rows[:HEADING_WITHIN]]
    if not counts or max(counts) < 2:
        names = ", ".join(column.heads[0] for column in COLUMNS[:8])
        raise CannotRead(_("The first row must name the columns: %(names)s.") % {"names": names})
    start = counts.index(max(counts))
    found: dict[str, Place] = {}
    ignored = []
    for at, cell in enumerate(rows[start][1]):
        column = columns.called(cell)
        if column is None:
            ignored += [str(cell)[:40]] if isinstance(cell, str) and cell else []
        elif column.name in found:
            both = {"one": found[column.name].head, "other": cell}
            raise CannotRead(_("Two columns hold the same: “%(one)s” and “%(other)s”.") % both)
        else:
            found[column.name] = Place(column, at, " ".join(str(cell).casefold().split()))
    if ignored:
        trial.notes.append(_("Columns that are not read: %(names)s.") % {"names": ", ".join(ignored)})
    return start, list(found.values())


def _lacks(places: Sequence[Place], row: int, trial: Trial) -> bool:
    """Tell which columns the file lacks that no row can do without."""
    there = {place.column.name for place in places}
    lacking = [column for column in COLUMNS if column.missing and column.name not in there]
    if not there & set(ADDRESSES):
        lacking.insert(0, COLUMNS[0])
    trial.refused += [Fault(row, column.heads[0], _("The column is missing in the file.")) for column in lacking]
    return bool(lacking)


class _Register:
    """The members as they are, by the address that names each."""

    def __init__(self, session: Session) -> None:
        names = ["id", *(column.name for column in COLUMNS)]
        rows = session.execute(select(*(getattr(Member, name) for name in names)))
        self._named: dict[str, Mapping[str, Any]] = {}
        for row in rows:
            if address := row.email or row.mobile:
                self._named[address] = dict(row._mapping)

    def find(self, address: str) -> Mapping[str, Any] | None:
        """The member whom this address names."""
        return self._named.get(address)


class _Reading:
    """One run through the rows of a file."""

    def __init__(self, trial: Trial, places: Sequence[Place], known: Known, register: _Register) -> None:
        self.trial, self.places, self.known, self.register = trial, places, known, register
        self.heads = {place.column.name: place.head for place in places}
        self.seen: dict[str, int] = {}
        self.first = next(place.head for place in places if place.column.name in ADDRESSES)

    def read(self, rows: Sequence[tuple[int, list[Cell]]]) -> None:
        """Read every row."""
        for number, cells in rows:
            values, faults = self._values(number, cells)
            faults += self._twice(number, values, faults)
            member = self.register.find(values.get("email") or values.get("mobile") or "")
            faults += [] if faults else self._unreachable(number, values, member)
            if faults:
                self.trial.refused += faults
            else:
                self._sort(values, member)

    def _values(self, number: int, cells: list[Cell]) -> tuple[dict[str, Any], list[Fault]]:
        """What the cells of a row say; empty cells say nothing."""
        values, faults = {}, []
        for column, at, head in self.places:
            try:
                written = columns.text(cells[at]) if at < len(cells) else ""
                if written:
                    values[column.name] = column.read(written, self.known)
                elif column.missing:
                    faults.append(Fault(number, head, _(column.missing)))
            except Refusal as reason:
                faults.append(Fault(number, head, str(reason)))
        if not faults and not any(name in values for name in ADDRESSES):
            faults.append(Fault(number, self.first, _("Both email address and mobile number are missing.")))
        return values, faults

    def _twice(self, number: int, values: Mapping[str, Any], faults: Sequence[Fault]) -> list[Fault]:
        """Tell of an address that names somebody in an earlier row; a number beside an e-mail address may be shared."""
        name = "email" if values.get("email") else "mobile"
        address = values.get(name)
        if not address or self.heads.get("email") in {fault.column for fault in faults}:
            return []
        earlier = self.seen.setdefault(address, number)
        if earlier == number:
            return []
        return [Fault(number, self.heads[name], _("The same address stands in row %(row)s.") % {"row": earlier})]

    def _unreachable(self, number: int, values: dict[str, Any], member: Mapping[str, Any] | None) -> list[Fault]:
        """Tell of a channel without an address to go to; a new member without a channel gets the one that works."""
        whole = {**(member or {}), **values}
        if "channel" not in whole:
            values["channel"] = whole["channel"] = "email" if whole.get("email") else "sms"
        column, lacking = {
            "email": ("email", _("The channel is e-mail, but there is no email address.")),
            "sms": ("mobile", _("The channel is SMS, but there is no mobile number.")),
            "letter": ("address", _("The channel is letter, but there is no address.")),
        }[whole["channel"]]
        return [] if whole.get(column) else [Fault(number, self.heads.get("channel", self.first), lacking)]

    def _sort(self, values: dict[str, Any], member: Mapping[str, Any] | None) -> None:
        """Put a row among the new, the changed or the same."""
        if member is None:
            self.trial.new.append(values)
            return
        if member["protected"]:
            values.pop("protected", None)  # a file can give this protection but not take it away
        different = {name: value for name, value in values.items() if member[name] != value}
        if different:
            self.trial.changed.append((member["id"], different))
        else:
            self.trial.same += 1
