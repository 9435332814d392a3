"""What holds for this installation as a whole."""

from typing import Any

from panel.models import Installation
from surveys.db import db


def get(name: str, default: Any = None) -> Any:
    """The value kept under ``name``."""
    row = db.session.get(Installation, name)
    return default if row is None else row.value


def put(name: str, value: Any) -> None:
    """Keep ``value`` under ``name``."""
    db.session.merge(Installation(name=name, value=value))


def is_demo() -> bool:
    """Whether this database holds made-up people only."""
    return bool(get("demo", False))
