"""Everything that the databases hold, to compare before and after."""

import sqlalchemy as sa
from flask import Flask

from surveys.db import db

Dump = dict[str, list[str]]


def dump(app: Flask) -> Dump:
    """Every row of every table of both databases, as text in an order of its own."""
    found: Dump = {}
    with app.app_context():
        for bind, engine in db.engines.items():
            with engine.connect() as connection:
                for table in db.metadatas[bind].sorted_tables:
                    rows = connection.execute(sa.text(f'SELECT * FROM "{table.name}"'))
                    found[f"{bind or 'panel'}.{table.name}"] = sorted(str(tuple(row)) for row in rows)
    return found


def changes(before: Dump, after: Dump) -> list[str]:
    """The names of the tables that differ."""
    return sorted(name for name in before if before[name] != after[name])
