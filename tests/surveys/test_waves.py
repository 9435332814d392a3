"""Waves: what a sentence about a later survey calls an earlier one."""

from datetime import date

import pytest

from analysis.words import speak
from surveys import waves
from surveys.models import Survey


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        (date(2025, 11, 12), "2025"),
        (date(2026, 3, 12), "mars 2026"),
        (date(2026, 11, 2), "2 november 2026"),
        (None, "Resor i våras"),
    ],
)
def test_an_earlier_wave_is_called_so_that_it_is_not_taken_for_the_later(before: date | None, wanted: str) -> None:
    earlier, later = Survey(title="Resor i våras", closed_on=before), Survey(title="Resor", closed_on=date(2026, 11, 30))
    with speak("sv"):
        assert waves.called(earlier, later) == wanted
