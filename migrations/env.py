"""Runs each numbered migration on the database of work and on the response store."""

from typing import Any

import sqlalchemy as sa
from alembic import context
from flask import current_app

from surveys.db import ANSWERS

BINDS: tuple[str | None, ...] = (None, ANSWERS)


def include_name(bind: str | None) -> Any:
    """Leave tables of no concern to this bind alone."""
    tables = set(current_app.extensions["migrate"].db.metadatas[bind].tables)
    return lambda name, kind, parents: kind != "table" or name in tables


def run() -> None:
    """Migrate one database after the other, each in a transaction of its own."""
    db = current_app.extensions["migrate"].db
    for bind in BINDS:
        with db.engines[bind].connect() as connection:
            if bind == ANSWERS and connection.dialect.name == "postgresql":
                if ANSWERS not in sa.inspect(connection).get_schema_names():  # a role that may not create it need not
                    connection.execute(sa.text("CREATE SCHEMA answers"))
                connection.commit()
            context.configure(
                connection=connection,
                target_metadata=db.metadatas[bind],
                render_as_batch=True,
                compare_type=True,
                include_name=include_name(bind),
                upgrade_token=f"{bind or 'work'}_upgrades",
                downgrade_token=f"{bind or 'work'}_downgrades",
            )
            with context.begin_transaction():
                context.run_migrations(engine_name=bind or "work")


run()
