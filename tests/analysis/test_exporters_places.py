"""Answers on a map: GeoJSON and GeoPackage, read by a reader as strict as the specification."""

import json
import shutil
import sqlite3
import struct
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analysis import Dataset, Report, build, exporters
from analysis.exporters import _geometry
from analysis.words import speak


def square(east: float) -> dict[str, Any]:
    ring = [[east, 63.0], [east + 1, 63.0], [east + 1, 64.0], [east, 64.0], [east, 63.0]]
    return {"type": "Polygon", "coordinates": [ring]}


SHAPES = {"as": square(14), "offerdal": {"type": "MultiPolygon", "coordinates": [square(15)["coordinates"]]}}


@pytest.fixture(scope="module")
def report(survey: Dataset) -> Report:
    return replace(build(survey), places={"district": SHAPES})


def read_blob(blob: bytes) -> tuple[tuple[float, ...], dict[str, Any]]:
    """The envelope and the geometry of a GeoPackage's binary; every byte is accounted for."""
    assert blob[:3] == b"GP\x00"
    assert blob[3] == 0b00000011
    assert struct.unpack_from("<i", blob, 4) == (4326,)
    geometry, end = read_wkb(blob, 40)
    assert end == len(blob)
    return struct.unpack_from("<4d", blob, 8), geometry


def read_wkb(blob: bytes, at: int) -> tuple[dict[str, Any], int]:
    assert blob[at] == 1
    kind, count = struct.unpack_from("<II", blob, at + 1)
    at += 9
    parts: list[Any] = []
    for _part in range(count):
        part, at = read_ring(blob, at) if kind == 3 else read_wkb(blob, at)
        parts.append(part)
    if kind == 3:
        return {"type": "Polygon", "coordinates": parts}, at
    assert kind == 6
    return {"type": "MultiPolygon", "coordinates": [part["coordinates"] for part in parts]}, at


def read_ring(blob: bytes, at: int) -> tuple[list[list[float]], int]:
    (count,) = struct.unpack_from("<I", blob, at)
    numbers = struct.unpack_from(f"<{2 * count}d", blob, at + 4)
    return [list(numbers[i : i + 2]) for i in range(0, 2 * count, 2)], at + 4 + 16 * count


def test_maps_are_offered_only_where_the_groups_are_places(report: Report, survey: Dataset):
    assert {"geojson", "gpkg"} <= set(exporters.offered(report))
    assert not {"geojson", "gpkg"} & set(exporters.offered(build(survey)))


def test_geojson_has_a_feature_for_each_place_with_the_numbers_of_the_table(report: Report):
    told = json.loads(exporters.named("geojson").write(report))
    features = {feature["properties"]["code"]: feature for feature in told["features"]}
    assert features["as"]["geometry"] == SHAPES["as"]
    assert features["rodon"]["geometry"] is None
    rows = {row.code: row for row in report.question("q1").tables["district"].rows}
    for code, feature in features.items():
        share = feature["properties"]["q1:yes:share"]
        assert share == rows[code].cells[0].value
        assert (share is None) == ("q1:yes:share" in feature["properties"]["hidden"])
    assert any(feature["properties"]["hidden"] for feature in features.values())


def test_a_geopackage_is_what_the_specification_says(report: Report, tmp_path: Path):
    content = exporters.named("gpkg").write(report)
    assert content[:16] == b"SQLite format 3\x00"
    assert struct.unpack(">I", content[68:72]) == (0x47504B47,)
    assert struct.unpack(">I", content[60:64]) == (10300,)
    (tmp_path / "t.gpkg").write_bytes(content)
    database = sqlite3.connect(tmp_path / "t.gpkg")
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    assert {-1, 0, 4326} <= {row[0] for row in database.execute("SELECT srs_id FROM gpkg_spatial_ref_sys")}
    layers = [row[0] for row in database.execute("SELECT table_name FROM gpkg_contents WHERE data_type = 'features'")]
    assert layers == ["q1", "q2", "q3", "q4", "q5"]
    rows = {row.code: row for row in report.question("q1").tables["district"].rows}
    for code, shape, share in database.execute('SELECT code, geom, "yes:share" FROM q1'):
        assert share == rows[code].cells[0].value
        if code in SHAPES:
            box, geometry = read_blob(shape)
            assert geometry == {"type": "MultiPolygon", "coordinates": [square(box[0])["coordinates"]]}
            assert box == ((14, 15, 63, 64) if code == "as" else (15, 16, 63, 64))
        else:
            assert shape is None
    database.close()


def test_a_layer_says_which_geometries_it_has_and_what_its_columns_are_called(report: Report, tmp_path: Path):
    with speak("sv"):
        (tmp_path / "t.gpkg").write_bytes(exporters.named("gpkg").write(report))
    database = sqlite3.connect(tmp_path / "t.gpkg")
    assert set(database.execute("SELECT geometry_type_name FROM gpkg_geometry_columns")) == {("MULTIPOLYGON",)}
    named = dict(database.execute("SELECT column_name, title FROM gpkg_data_columns WHERE table_name = 'q1'"))
    assert (named["yes:share"], named["base"]) == ("Ja: Andel", "Svar i gruppen")
    columns = {row[1] for row in database.execute("PRAGMA table_info(q1)")}
    assert set(named) == columns - {"fid", "geom", "code", "name"}
    extended = database.execute("SELECT table_name FROM gpkg_extensions WHERE extension_name = 'gpkg_schema'").fetchall()
    assert {name for (name,) in extended} == {"gpkg_data_columns", "gpkg_data_column_constraints"}
    database.close()


def test_areas_in_geojson_follow_the_right_hand_rule(survey: Dataset):
    outer, hole = square(14)["coordinates"][0], [[14.2, 63.2], [14.4, 63.2], [14.4, 63.4], [14.2, 63.2]]
    wrong = {"type": "Polygon", "coordinates": [outer[::-1], hole]}
    shapes = {"as": wrong, "offerdal": {"type": "MultiPolygon", "coordinates": [wrong["coordinates"]]}}
    told = json.loads(exporters.named("geojson").write(replace(build(survey), places={"district": shapes})))
    found = {each["properties"]["code"]: each["geometry"] for each in told["features"]}
    assert found["as"] == {"type": "Polygon", "coordinates": [outer, hole[::-1]]}
    assert found["offerdal"] == {"type": "MultiPolygon", "coordinates": [[outer, hole[::-1]]]}


def test_a_geometry_without_points_says_so():
    assert _geometry.blob({"type": "MultiPolygon", "coordinates": []})[3] == 0b00010001


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="GDAL is not installed")
def test_gdal_reads_every_layer(report: Report, tmp_path: Path):
    (tmp_path / "t.gpkg").write_bytes(exporters.named("gpkg").write(report))
    run = subprocess.run(["ogrinfo", "-so", "-al", str(tmp_path / "t.gpkg")], capture_output=True, text=True, check=True)
    assert run.stdout.count("Feature Count: 3") == 5
    assert "Warning" not in run.stderr
