"""One made-up survey with a question of every scale."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import Dataset, Item, Report, build, words
from analysis.documents import Document
from tests.analysis.documenting import council

words.use(Path(__file__).parents[2] / "panel" / "translations")

ITEMS = (
    Item("q1", "Vad tycker du?", "nominal", {"yes": "Ja", "no": "Nej", "dk": "Vet inte"}, frozenset({"dk"})),
    Item("q2", "Hur nöjd är du?", "ordinal", {str(i): f"{i}" for i in range(1, 6)}),
    Item("q3", "Vad använder du?", "multiple", {"bus": "Buss", "bike": "Cykel", "car": "Bil"}),
    Item("q4", "Hur många mil?", "numeric"),
    Item("q5", "Något mer?", "text"),
)
GROUPS = {
    "age_group": {"15-29": "15–29 år", "30-64": "30–64 år", "65+": "65 år och äldre"},
    "district": {"as": "Ås", "offerdal": "Offerdal", "rodon": "Rödön"},
}
NAMES = {"age_group": "Åldersgrupp", "district": "Kommundel"}


@pytest.fixture(scope="session")
def survey() -> Dataset:
    """The made-up survey."""
    return made_up()


@pytest.fixture(scope="session")
def report(survey: Dataset) -> Report:
    """What the made-up survey gave, in Swedish."""
    with words.speak("sv"):
        return build(survey)


@pytest.fixture(scope="session")
def whole(report: Report) -> Document:
    """A whole document of it, in Swedish."""
    with words.speak("sv"):
        return council(report)


def made_up() -> Dataset:
    """Four hundred weighted responses; young people say yes more often, Rödön has few."""
    rng = np.random.default_rng(2309)
    size = 400
    age = rng.choice([*GROUPS["age_group"], None], size, p=[0.28, 0.36, 0.26, 0.1])
    says = rng.random(size) < np.where(age == "15-29", 0.85, 0.35)
    sets = [tuple(c for c in ("bus", "bike", "car") if rng.random() < 0.5) for _ in range(size)]
    frame = pd.DataFrame(
        {
            "age_group": age,
            "district": rng.choice([*GROUPS["district"]], size, p=[0.6, 0.37, 0.03]),
            "q1": np.where(rng.random(size) < 0.05, "dk", np.where(says, "yes", "no")),
            "q2": rng.choice([*"12345", None], size, p=[0.05, 0.15, 0.2, 0.3, 0.25, 0.05]),
            "q3": pd.Series(sets, dtype=object),
            "q4": rng.gamma(2, 12, size).round(),
            "q5": rng.choice(["", "mer bussar", "=HYPERLINK(1)"], size),
            "w": rng.lognormal(0, 0.4, size),
        }
    )
    return Dataset(frame, ITEMS, weight="w", groups=GROUPS, group_names=NAMES)
