"""How many active members and how many inhabitants there are in each group."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from panel.agegroups import age_group
from panel.models import District, Event, Installation, Member, MemberState, Participation, Population
from surveys.clock import now, today

AGE, DISTRICT, GENDER = "age_group", "district", "gender"
WOMAN, MAN, OTHER, UNDISCLOSED = "woman", "man", "other", "undisclosed"
LETTERS = "letters"
"""The name under which the installation keeps how many letters have asked people drawn at random to join."""
MATCHED = (WOMAN, MAN)
"""The genders that population registers know; shares by gender are counted among those."""


class Cell(NamedTuple):
    """Age group, district, gender."""

    age_group: str
    district: str
    gender: str


@dataclass(frozen=True)
class Group:
    """A group beside its likes: members, inhabitants (None if not known), and both wholes."""

    code: str
    panel: int
    panel_whole: int
    population: int | None
    population_whole: int

    @property
    def panel_share(self) -> float | None:
        """Its share of the panel."""
        return self.panel / self.panel_whole if self.panel_whole else None

    @property
    def population_share(self) -> float | None:
        """Its share of the inhabitants."""
        known = self.population is not None and self.population_whole
        return (self.population or 0) / self.population_whole if known else None

    @property
    def difference(self) -> float | None:
        """How much larger its share of the panel is than its share of the inhabitants."""
        mine, theirs = self.panel_share, self.population_share
        return None if mine is None or theirs is None else mine - theirs

    @property
    def ratio(self) -> float | None:
        """How many times its share of the inhabitants its share of the panel is."""
        mine, theirs = self.panel_share, self.population_share
        return None if mine is None or not theirs else mine / theirs


@dataclass(frozen=True)
class Composition:
    """The panel's active members and the inhabitants, cell by cell."""

    panel: Mapping[Cell, int]
    population: Mapping[Cell, int]
    age_groups: Sequence[str]
    districts: Mapping[str, str]
    """Code to name."""
    source: str = ""
    as_of: date | None = None
    made_up: bool = False

    @property
    def size(self) -> int:
        """How many active members there are."""
        return sum(self.panel.values())

    @property
    def inhabitants(self) -> int:
        """How many inhabitants the figures hold."""
        return sum(self.population.values())

    @property
    def genders(self) -> list[str]:
        """The genders that anybody has."""
        there = {cell.gender for cell in (*self.panel, *self.population)}
        return [code for code in (WOMAN, MAN, OTHER, UNDISCLOSED) if code in MATCHED or code in there]

    def groups(self, by: str) -> list[Group]:
        """Every group of one kind, in order."""
        codes = {AGE: list(self.age_groups), DISTRICT: list(self.districts), GENDER: self.genders}[by]
        mine, theirs = _sums(self.panel, by), _sums(self.population, by)
        counted = [code for code in codes if by != GENDER or code in MATCHED]
        whole, inhabitants = sum(mine[code] for code in counted), sum(theirs[code] for code in counted)
        return [_group(code, mine, theirs, (whole, inhabitants), code in counted) for code in codes]

    def cells(self) -> list[tuple[Cell, Group]]:
        """Every age group × district × gender that anybody is in; shares are of all."""
        found = []
        for district in self.districts:
            for age in self.age_groups:
                for gender in self.genders:
                    cell = Cell(age, district, gender)
                    mine, theirs = self.panel.get(cell, 0), self.population.get(cell)
                    if mine or theirs:
                        found.append((cell, Group("", mine, self.size, theirs, self.inhabitants)))
        return found


def _group(code: str, mine: Counter[str], theirs: Counter[str], wholes: tuple[int, int], counted: bool) -> Group:
    """A group that population figures do not know is counted, but has no shares."""
    if not counted:
        return Group(code, mine[code], 0, None, 0)
    return Group(code, mine[code], wholes[0], theirs[code] if wholes[1] else None, wholes[1])


def _sums(cells: Mapping[Cell, int], by: str) -> Counter[str]:
    sums: Counter[str] = Counter()
    for cell, count in cells.items():
        sums[getattr(cell, by)] += count
    return sums


def compose(session: Session, age_groups: Sequence[str]) -> Composition:
    """Count the panel as it is today beside the population figures that are loaded."""
    rows = session.scalars(select(Population)).all()
    return Composition(
        panel=_members(session, age_groups),
        population=Counter({Cell(row.age_group, row.district, row.gender): row.count for row in rows}),
        age_groups=age_groups,
        districts={row.code: row.name for row in session.scalars(select(District).order_by(District.name))},
        source="; ".join(sorted({row.source for row in rows})),
        as_of=max((row.as_of for row in rows), default=None),
        made_up=any(row.made_up for row in rows),
    )


def _members(session: Session, age_groups: Sequence[str]) -> Counter[Cell]:
    columns = (Member.birth_year, Member.district, Member.gender)
    rows = session.execute(select(*columns, func.count()).where(Member.state == MemberState.ACTIVE).group_by(*columns))
    counts: Counter[Cell] = Counter()
    for year, district, gender, count in rows:
        counts[Cell(age_group(year, today(), age_groups), district, gender)] += count
    return counts


def facts(session: Session, survey: int, age_groups: Sequence[str]) -> dict[str, Any]:
    """What a survey's pages are to know of the population, and of how those invited to it were recruited."""
    whole = compose(session, age_groups)
    recruited = (
        select(Member.recruited, func.count())
        .join(Participation, Participation.member_id == Member.id)
        .where(Participation.survey_id == survey)
        .group_by(Member.recruited)
    )
    counts = {"random": 0, "self_chosen": 0} | {row[0]: row[1] for row in session.execute(recruited)}
    panel = {"panel": _panel(session, whole)}
    if not whole.inhabitants:
        return {"recruited": counts} | panel
    shares = {by: {g.code: g.population_share for g in whole.groups(by)} for by in (AGE, DISTRICT)}
    told = {"source": whole.source, "as_of": whole.as_of.isoformat() if whole.as_of else "", "made_up": whole.made_up}
    return {"population": shares | told, "recruited": counts} | panel


def _panel(session: Session, whole: Composition) -> dict[str, Any]:
    """What the quality sheet tells of the panel: how it was recruited, who is in it, who has left."""
    active = select(Member.recruited, func.count()).where(Member.state == MemberState.ACTIVE)
    rows = session.execute(active.group_by(Member.recruited))
    removed = select(func.count()).where(Event.action == "removed", Event.subject == Member.__tablename__)
    letters = session.get(Installation, LETTERS)
    return {
        "members": whole.size,
        "recruited": {"random": 0, "self_chosen": 0} | {row[0]: row[1] for row in rows},
        "left": session.scalar(removed) or 0,
        "left_last_year": session.scalar(removed.where(Event.at >= now() - timedelta(days=365))) or 0,
        "letters": letters.value if letters else None,
        "on": today().isoformat(),
    } | {by: {g.code: g.panel_share for g in whole.groups(by)} for by in (AGE, DISTRICT)}
