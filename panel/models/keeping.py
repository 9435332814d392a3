"""What the house keeps for itself: what holds for the installation, files tried, how often a door was knocked on."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from surveys.db import Moment, Table


class Installation(Table):
    """What holds for this installation as a whole, such as that it is a demo; a name and a value."""

    name: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    value: Mapped[Any] = mapped_column(sa.JSON)


class PendingImport(Table):
    """A register file that has been tried but not yet written; thrown away after a day."""

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    staff_id: Mapped[int | None] = mapped_column(sa.ForeignKey("staff.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(Moment)
    filename: Mapped[str] = mapped_column(sa.String(200))
    content: Mapped[bytes]


class RateCount(Table):
    """How often a door was tried in a window, shared by all processes."""

    key: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
    expires: Mapped[float]
    """Seconds since the epoch."""
