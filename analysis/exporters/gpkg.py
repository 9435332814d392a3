"""A map of the answers as a GeoPackage 1.3, a layer for each question: SQLite with the tables that the OGC wants."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing

from analysis.exporters import _geometry, _places, _px
from analysis.exporters._places import Place, fits
from analysis.exporters._refusals import CannotExport
from analysis.report import Question, Report
from analysis.words import _

__all__ = ["extension", "fits", "mimetype", "name", "write"]

name = "GeoPackage"
mimetype = "application/geopackage+sqlite3"
extension = "gpkg"
APPLICATION, VERSION = 0x47504B47, 10300
MADE = "1980-01-01T00:00:00.000Z"
"""The time inside the file: the same report gives the same bytes."""
WKT = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],'
    'UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]'
)
SYSTEMS = (
    ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined", "undefined Cartesian coordinate reference system"),
    ("Undefined geographic SRS", 0, "NONE", 0, "undefined", "undefined geographic coordinate reference system"),
    ("WGS 84 geodetic", 4326, "EPSG", 4326, WKT, "longitude and latitude in degrees on the WGS 84 ellipsoid"),
)
TABLES = """
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
    organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
    description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
    min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
    CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
    srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
    CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
    CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
    CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));
CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
    scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
    mime_type TEXT, constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
    CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE gpkg_data_column_constraints (constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT,
    min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
    CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
"""
SCHEMA = "http://www.geopackage.org/spec130/#extension_schema"
"""The registered extension that gives columns names for readers."""
EXTENDED = [(table, None, "gpkg_schema", SCHEMA, "read-write") for table in ("gpkg_data_columns", "gpkg_data_column_constraints")]
MOST = 1_900
"""Columns that SQLite holds in a table, and room for our own."""


def write(report: Report) -> bytes:
    """A row for each place, a column for each number; NULL where it is hidden or not there."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute(f"PRAGMA application_id = {APPLICATION}")
        database.execute(f"PRAGMA user_version = {VERSION}")
        database.executescript(TABLES)
        database.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", SYSTEMS)
        database.executemany("INSERT INTO gpkg_extensions VALUES (?, ?, ?, ?, ?)", EXTENDED)
        used: set[str] = set()
        for question in report.questions:
            places = list(_places.of(report, question))
            if places:
                table = _free(question.name, used)
                columns = _layer(database, table, question, places)
                _called(database, table, columns, _places.called(report, question))
        database.commit()
        return database.serialize()


def _layer(database: sqlite3.Connection, table: str, question: Question, places: list[Place]) -> dict[str, str]:
    """Make a layer and fill it; gives its columns of numbers by the names of the numbers."""
    used = {"fid", "geom", "code", "name"}
    names = list(dict.fromkeys(key for place in places for key in place.numbers))
    if len(names) > MOST:
        told = {"name": question.name}
        raise CannotExport(_("“%(name)s” has too many answer options for a GeoPackage. Choose geojson.") % told)
    kind, made = _places.alike([place.geometry for place in places if place.geometry is not None])
    columns = {key: _free(key, used) for key in names}
    numbers = "".join(f", {_quoted(column)} DOUBLE" for column in columns.values())
    database.execute(
        f"CREATE TABLE {_quoted(table)} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom {kind.upper()}, "
        f"code TEXT, name TEXT{numbers})"
    )
    _listed(database, table, question, places, kind.upper())
    marks = ", ".join("?" * (3 + len(columns)))
    heads = ", ".join(["geom", "code", "name", *map(_quoted, columns.values())])
    for place in places:
        shape = None if place.geometry is None else _geometry.blob(made(place.geometry))
        values = (shape, _px.plain(place.code), _px.plain(place.name), *(place.numbers.get(key) for key in columns))
        database.execute(f"INSERT INTO {_quoted(table)} ({heads}) VALUES ({marks})", values)  # noqa: S608 (all quoted)
    return columns


def _called(database: sqlite3.Connection, table: str, columns: Mapping[str, str], words: Mapping[str, str]) -> None:
    """Say what the reader calls the columns."""
    told = _("Empty where it is hidden, or where there is no such number. Shares are parts of 1.")
    used: set[str] = set()
    for key, column in columns.items():
        row = (table, column, _free(words[key], used), _px.plain(words[key]), told)
        database.execute("INSERT INTO gpkg_data_columns VALUES (?, ?, ?, ?, ?, NULL, NULL)", row)


def _listed(database: sqlite3.Connection, table: str, question: Question, places: list[Place], kind: str) -> None:
    """Say what the layer is and how far it reaches."""
    points = [point for place in places for point in _places.positions(place.geometry)]
    easts, norths = zip(*points, strict=True) if points else ((None,), (None,))
    box = (min(easts), min(norths), max(easts), max(norths)) if points else (None, None, None, None)
    about = (table, "features", table, _px.plain(question.label), MADE, *box, _geometry.WGS84)
    database.execute("INSERT INTO gpkg_contents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", about)
    shape = (table, "geom", kind, _geometry.WGS84, 0, 0)
    database.execute("INSERT INTO gpkg_geometry_columns VALUES (?, ?, ?, ?, ?, ?)", shape)


def _free(wanted: str, used: set[str]) -> str:
    """A name that SQLite takes and that nothing else has, in capitals or not."""
    plain = _px.plain(wanted) or "_"
    plain = f"q_{plain}" if plain.casefold().startswith(("gpkg_", "sqlite_", "rtree_")) else plain
    name, number = plain, 2
    while name.casefold() in used:
        name, number = f"{plain}_{number}", number + 1
    used.add(name.casefold())
    return name


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
