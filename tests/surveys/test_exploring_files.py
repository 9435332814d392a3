"""Files of an analyst's own views say whose answers they tell."""

import io
import json
from collections.abc import Callable

import openpyxl

from tests.strict import StrictClient
from tests.surveys.test_results import settings, survey  # noqa: F401 (fixtures)

SignIn = Callable[[str], StrictClient]
OLD = {"f-age_group": "65+", "vikt": "nej"}


def test_a_file_of_a_part_of_the_answers_says_which(sign_in: SignIn, survey: int) -> None:  # noqa: F811
    told = json.loads(sign_in("Ylva").post(f"/utforska/{survey}/usual/fil.json", data=OLD).data)
    assert (told["title"], told["part"]) == ("Hur vill du resa?", "Åldersgrupp: 65 år och äldre")


def test_so_does_a_workbook_in_words(sign_in: SignIn, survey: int) -> None:  # noqa: F811
    book = openpyxl.load_workbook(io.BytesIO(sign_in("Ylva").post(f"/utforska/{survey}/usual/fil.xlsx", data=OLD).data))
    rows = {row[0]: row[1] for row in book["Metod"].iter_rows(values_only=True)}
    assert rows["Bara en del av svaren"] == "Åldersgrupp: 65 år och äldre"


def test_a_file_of_everybody_has_no_such_line(sign_in: SignIn, survey: int) -> None:  # noqa: F811
    told = json.loads(sign_in("Ylva").get(f"/utforska/{survey}/usual.json?by=district").data)
    assert (told["title"], told.get("part")) == ("Hur vill du resa?", None)
