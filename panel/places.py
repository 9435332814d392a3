"""Districts from GeoJSON and population figures from CSV: read whole, checked whole, then written or refused."""

import csv
import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from analysis.words import _
from panel import sweref
from panel.models import District, Member, Population
from surveys.refusals import Refusal

GENDERS = {
    "kvinna": "woman", "kvinnor": "woman", "woman": "woman", "women": "woman",
    "man": "man", "män": "man", "men": "man", "annat": "other", "other": "other",
}  # fmt: skip
COLUMNS = {
    "district": ("kommundel", "district"),
    "age_group": ("åldersgrupp", "age_group"),
    "gender": ("kön", "gender"),
    "count": ("antal", "count"),
    "source": ("källa", "source"),
    "as_of": ("datum", "date"),
}
MADE_UP = re.compile("påhittad|fiktiv|made up|made-up", re.IGNORECASE)


class CannotUse(Refusal):
    """A file that can't be used as it is: one line a fault, each with place and remedy."""

    def __init__(self, *lines: str) -> None:
        self.lines = lines
        super().__init__("\n".join(lines))


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8, with or without a mark, UTF-16 or Windows-1252, as Excel in Swedish writes them."""
    if not data.strip():
        raise CannotUse(_("The file is empty."))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def districts(session: Session) -> dict[str, str]:
    """Code to name of the districts, in order of name."""
    return {d.code: d.name for d in session.scalars(select(District).order_by(District.name))}


def import_districts(session: Session, data: bytes) -> int:
    """Take over the districts of a GeoJSON file (WGS 84 or SWEREF 99 TM); gives how many.

    A district that members live in is kept: the file is refused if it lacks one.
    """
    found = {d.code: d for d in _read_districts(data)}
    lived_in = set(session.scalars(select(Member.district).distinct()))
    if lacking := sorted(lived_in - set(found)):
        raise CannotUse(
            _("Members live in districts that the file lacks: %(codes)s. Move them first, or add the districts.")
            % {"codes": ", ".join(lacking)}
        )
    gone = set(districts(session)) - set(found)
    session.execute(delete(Population).where(Population.district.in_(gone)))
    session.execute(delete(District).where(District.code.in_(gone)))
    for district in found.values():
        session.merge(district)
    session.flush()
    return len(found)


def _read_districts(data: bytes) -> list[District]:
    try:
        document = json.loads(decoded(data))
    except (ValueError, RecursionError) as fault:
        raise CannotUse(_("The file is not GeoJSON: %(fault)s.") % {"fault": fault}) from None
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not features:
        raise CannotUse(_("The file is not a GeoJSON FeatureCollection with at least one district."))
    made, faults = [], []
    for number, feature in enumerate(features, 1):
        try:
            made.append(_district(feature))
        except (KeyError, TypeError, ValueError, AttributeError) as fault:
            faults.append(_("Feature %(number)s: %(fault)s") % {"number": number, "fault": fault})
    codes = [district.code for district in made]
    faults += [_("The code %(code)s stands twice.") % {"code": code} for code in sorted({c for c in codes if codes.count(c) > 1})]
    if faults:
        raise CannotUse(*faults)
    return made


def _district(feature: dict[str, Any]) -> District:
    properties = feature.get("properties") or {}
    code, name = str(properties.get("code") or "").strip(), str(properties.get("name") or "").strip()
    if not code or not name:
        raise ValueError(_("the properties code and name are needed."))
    if len(code) > 40 or len(name) > 100:
        raise ValueError(_("the code or the name is too long."))
    geometry = feature.get("geometry") or {}
    if geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise ValueError(_("the geometry must be a Polygon or a MultiPolygon."))
    return District(code=code, name=name, geometry={"type": geometry["type"], "coordinates": _degrees(geometry["coordinates"])})


def _degrees(part: Any) -> Any:
    """Coordinates in degrees, whatever they were in."""
    if part and isinstance(part[0], int | float):
        x, y = float(part[0]), float(part[1])
        lon, lat = sweref.to_wgs84(x, y) if sweref.is_projected(x, y) else (x, y)
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise ValueError(_("a point lies outside the world."))
        return [round(lon, 6), round(lat, 6)]
    if not part:
        raise ValueError(_("the geometry is empty."))
    return [_degrees(each) for each in part]


def import_population(session: Session, data: bytes, age_groups: list[str]) -> int:
    """Take over population figures, all or none; gives how many rows. Figures whose source says so are marked as made up."""
    rows, faults = [], []
    known = districts(session)
    names = {name.casefold(): code for code, name in known.items()} | {code.casefold(): code for code in known}
    for number, record in _records(decoded(data)):
        try:
            rows.append(_figure(record, names, age_groups))
        except ValueError as fault:
            faults.append(_("Row %(number)s: %(fault)s") % {"number": number, "fault": fault})
    keys = [(r.district, r.age_group, r.gender) for r in rows]
    if len(set(keys)) < len(keys):
        faults.append(_("The same district, age group and gender stand in more than one row."))
    if not rows and not faults:
        faults.append(_("The file has no rows."))
    if faults:
        raise CannotUse(*faults[:50])
    session.execute(delete(Population))
    session.add_all(rows)
    session.flush()
    return len(rows)


def _records(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows by our own column names, with their number in the file."""
    first = text.splitlines()[0]
    delimiter = max(";,\t", key=first.count)
    reader = csv.reader(text.splitlines(), delimiter=delimiter)
    heads = [head.strip().casefold() for head in next(reader)]
    places = {}
    for column, called in COLUMNS.items():
        found = [heads.index(name) for name in called if name in heads]
        if not found:
            raise CannotUse(_("The column “%(name)s” is missing. The file has: %(heads)s.") % {"name": called[0], "heads": ", ".join(heads)})
        places[column] = found[0]
    for number, row in enumerate(reader, 2):
        if any(cell.strip() for cell in row):
            yield number, {column: row[place].strip() if place < len(row) else "" for column, place in places.items()}


def _figure(record: dict[str, str], names: dict[str, str], age_groups: list[str]) -> Population:
    district = names.get(record["district"].casefold())
    if district is None:
        raise ValueError(_("there is no district “%(name)s”.") % {"name": record["district"]})
    age_group = record["age_group"].replace("–", "-").replace(" ", "").removesuffix("år")
    if age_group not in age_groups:
        raise ValueError(_("there is no age group “%(name)s”; there are %(groups)s.") % {"name": record["age_group"], "groups": ", ".join(age_groups)})
    gender = GENDERS.get(record["gender"].casefold())
    if gender is None:
        raise ValueError(_("“%(name)s” is no gender that is known here.") % {"name": record["gender"]})
    number = re.sub(r"[\s\u00a0]", "", record["count"]).removesuffix(",0").removesuffix(".0")
    if not number.isdigit() or len(number) > 9:
        raise ValueError(_("“%(number)s” is not a whole number.") % {"number": record["count"]})
    if not record["source"]:
        raise ValueError(_("the source is missing."))
    try:
        as_of = date.fromisoformat(record["as_of"])
    except ValueError:
        raise ValueError(_("“%(date)s” is not a date such as 2025-12-31.") % {"date": record["as_of"]}) from None
    made_up = bool(MADE_UP.search(record["source"]))
    return Population(
        district=district, age_group=age_group, gender=gender, count=int(number), source=record["source"][:300], as_of=as_of, made_up=made_up
    )
