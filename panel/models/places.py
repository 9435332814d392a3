"""Where people live: districts, and how many live in each."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from surveys.db import Table


class District(Table):
    """A part of the municipality (kommundel)."""

    code: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    geometry: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON)


class Population(Table):
    """How many live in a district, by age group and gender, according to a source."""

    district: Mapped[str] = mapped_column(sa.ForeignKey("district.code"), primary_key=True)
    age_group: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    gender: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    count: Mapped[int]
    source: Mapped[str] = mapped_column(sa.String(300))
    as_of: Mapped[date]
    made_up: Mapped[bool] = mapped_column(default=False)
