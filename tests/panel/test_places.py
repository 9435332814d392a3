"""Districts from GeoJSON, the map of them, population figures."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import panel.demo
from panel import places, sweref
from panel.models import District, Population
from panel.places import CannotUse
from surveys.refusals import Refusal
from tests import factories
from tests.panel.registering import xlsx_file

DEMO = Path(panel.demo.__file__).parent
GROUPS = ["15-19", "20-29", "30-44", "45-64", "65-79", "80+"]
SQUARE = [[[14.0, 63.0], [14.5, 63.0], [14.5, 63.5], [14.0, 63.0]]]
HEAD = "kommundel;åldersgrupp;kön;antal;källa;datum"


def feature(code: Any = "as", name: Any = "Ås", coordinates: Any = SQUARE, kind: str = "Polygon") -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"code": code, "name": name},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def geojson(*features: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def figures(*lines: str, head: str = HEAD) -> bytes:
    return "\r\n".join([head, *lines]).encode()


def test_the_demos_districts_are_taken_over(house: Session):
    assert places.import_districts(house, (DEMO / "districts.geojson").read_bytes()) == 7
    assert "Offerdal" in places.names(house).values()


def test_a_second_file_changes_names_and_takes_away_what_nobody_lives_in(house: Session):
    places.import_districts(house, geojson(feature(), feature("al", "Alsen")))
    places.import_districts(house, geojson(feature(name="Ås och Dvärsätt")))
    assert places.names(house) == {"as": "Ås och Dvärsätt"}


def test_a_district_that_members_live_in_is_kept(house: Session):
    factories.anna(house)
    with pytest.raises(CannotUse, match="Members live in districts that the file lacks: as"):
        places.import_districts(house, geojson(feature("al", "Alsen")))
    assert len(places.names(house)) == 3


def test_the_figures_of_a_district_that_is_gone_go_with_it(house: Session):
    places.import_districts(house, geojson(feature(), feature("al", "Alsen")))
    places.import_population(house, figures("Ås;15-19;kvinna;3;SCB;2025-12-31", "Alsen;80+;man;4;SCB;2025-12-31"), GROUPS)
    places.import_districts(house, geojson(feature()))
    assert [row.district for row in house.scalars(select(Population))] == ["as"]


@pytest.mark.parametrize(
    ("lon", "lat", "easting", "northing"),
    [(12.75, 55.0, 356083.438, 6097106.672), (15.0, 63.1293397129, 500000.0, 7000000.0)],
)
def test_metres_become_degrees_as_the_national_survey_says(lon: float, lat: float, easting: float, northing: float):
    assert sweref.to_wgs84(easting, northing) == (pytest.approx(lon, abs=1e-8), pytest.approx(lat, abs=1e-8))


@pytest.mark.parametrize("northing_first", [False, True])
def test_a_file_in_metres_is_taken_over_in_degrees(house: Session, northing_first: bool):
    pairs = [(356083.438, 6097106.672), (357083.0, 6097106.0), (357083.0, 6098106.0), (356083.438, 6097106.672)]
    ring = [list(reversed(pair)) if northing_first else list(pair) for pair in pairs]
    places.import_districts(house, geojson(feature(coordinates=[ring])))
    district = house.get(District, "as")
    assert district
    assert district.geometry
    assert district.geometry["coordinates"][0][0] == [pytest.approx(12.75), pytest.approx(55.0)]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"<script>alert(1)</script>", "not GeoJSON"),
        (b"[" * 100_000, "not GeoJSON"),
        (b'{"type": "Feature"}', "not a GeoJSON FeatureCollection"),
        (b"[]", "not a GeoJSON FeatureCollection"),
        (geojson(), "at least one district"),
        (geojson("x"), "Feature 1: it is not a feature"),
        (geojson(feature(code="")), "code and name are needed"),
        (geojson(feature(name={"a": 1})), "code and name are needed"),
        (geojson(feature(code="x" * 41)), "too long"),
        (geojson(feature(kind="Point")), "Polygon or a MultiPolygon"),
        (geojson(feature(coordinates=[])), "empty"),
        (geojson(feature(coordinates=[[[1, 2], [3, 4], [1, 2]]])), "fewer than four"),
        (geojson(feature(coordinates=[[["a", 2]] * 4])), "pair of numbers"),
        (geojson(feature(coordinates=[[[1e300, 2]] * 4])), "outside the world"),
        (geojson(feature(coordinates=[[[float("nan"), 2]] * 4])), "outside the world"),
        (geojson(feature(coordinates=[[[10**400, 2]] * 4])), "outside the world"),
        (geojson(feature(coordinates=[SQUARE])), "pair of numbers"),
        (geojson(feature(), feature()), "“as” stands twice"),
        (geojson(feature(), feature("al", "ÅS")), "“ÅS” stands twice"),
        (geojson(*[feature(str(n), str(n)) for n in range(501)]), "more than 500"),
    ],
)  # fmt: skip
def test_a_bad_file_of_districts_is_refused_as_a_whole(house: Session, data: bytes, said: str):
    places.import_districts(house, geojson(feature("krokom", "Krokom")))
    with pytest.raises(Refusal, match=said):
        places.import_districts(house, data)
    assert places.names(house) == {"krokom": "Krokom"}


def test_the_map_has_an_area_and_a_number_for_each_district(house: Session):
    places.import_districts(house, (DEMO / "districts.geojson").read_bytes())
    drawing = places.drawn(places.every(house))
    assert (drawing.count("<path"), drawing.count("<text")) == (7, 7)
    assert "style=" not in drawing
    assert len(drawing) < 12_000


def test_half_characters_in_a_name_are_replaced(house: Session):
    places.import_districts(house, geojson(feature(name="\ud800Ås\0")))
    assert places.names(house) == {"as": "?Ås"}


def test_names_on_the_map_can_do_no_harm(house: Session):
    places.import_districts(house, geojson(feature(name="<script>")))
    assert "<script>" not in places.drawn(places.every(house))


def test_there_is_no_map_without_boundaries(house: Session):
    factories.districts(house)
    assert places.drawn(places.every(house)) == ""


def test_the_demos_figures_are_taken_over_and_marked_as_made_up(house: Session):
    places.import_districts(house, (DEMO / "districts.geojson").read_bytes())
    count = places.import_population(house, (DEMO / "population.csv").read_bytes(), GROUPS)
    found = places.figures(house)
    assert found
    assert len(found.rows) == count
    assert found.made_up


def test_figures_are_read_from_a_workbook_too(house: Session):
    factories.districts(house)
    data = xlsx_file(["Ås", "15–19 år", "Kvinnor", 113.0, "SCB", "2025-12-31"], head=HEAD.split(";"))
    assert places.import_population(house, data, GROUPS) == 1
    found = places.figures(house)
    assert found
    assert (found.count, found.source, found.made_up) == (113, "SCB", False)


def test_new_figures_replace_the_old(house: Session):
    factories.districts(house)
    places.import_population(house, figures("as;15-19;kvinna;1 113;SCB;2024-12-31", "as;80+;man;2;SCB;2024-12-31"), GROUPS)
    places.import_population(house, figures("as;15-19;kvinna;7,0;SCB;2025-12-31"), GROUPS)
    assert [row.count for row in house.scalars(select(Population))] == [7]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Östersund;15-19;kvinna;1;SCB;2025-12-31", "no district “Östersund”"),
        ("Ås;16-19;kvinna;1;SCB;2025-12-31", "no age group “16-19”; there are 15-19"),
        ("Ås;15-19;flicka;1;SCB;2025-12-31", "“flicka” is no gender"),
        ("Ås;15-19;kvinna;tolv;SCB;2025-12-31", "“tolv” is not a whole number"),
        ("Ås;15-19;kvinna;-1;SCB;2025-12-31", "“-1” is not a whole number"),
        ("Ås;15-19;kvinna;1,5;SCB;2025-12-31", "“1,5” is not a whole number"),
        ("Ås;15-19;kvinna;;SCB;2025-12-31", "“” is not a whole number"),
        ("Ås;15-19;kvinna;1;;2025-12-31", "the source is missing"),
        ("Ås;15-19;kvinna;1;SCB;31/12 2025", "is not a date"),
        ("Ås", "no age group"),
        ("Ås;80+;man;1;SCB;2025-12-31", "Row 3: the same district, age group and gender stand in row 2"),
    ],
)
def test_a_bad_row_of_figures_is_told_and_nothing_is_replaced(house: Session, line: str, said: str):
    factories.districts(house)
    places.import_population(house, figures("as;15-19;kvinna;5;SCB;2024-12-31"), GROUPS)
    with pytest.raises(CannotUse, match=said.replace("+", r"\+")):
        places.import_population(house, figures("Ås;80+;man;1;SCB;2025-12-31", line), GROUPS)
    assert [row.count for row in house.scalars(select(Population))] == [5]


def test_a_missing_column_is_told(house: Session):
    factories.districts(house)
    with pytest.raises(CannotUse, match="The column “källa” is missing"):
        places.import_population(house, figures("x", head="kommundel;åldersgrupp;kön;antal;datum"), GROUPS)


def test_figures_need_districts(house: Session):
    with pytest.raises(CannotUse, match="There are no districts yet"):
        places.import_population(house, figures("as;15-19;kvinna;5;SCB;2024-12-31"), GROUPS)
