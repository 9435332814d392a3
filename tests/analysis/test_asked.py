"""Part of a dataset: some items, some people, other groups; the design of everybody."""

import numpy as np
import pytest

from analysis import Dataset, UnusableData, tabulate

YES = "yes"


def test_who_is_not_kept_has_not_answered_and_the_design_stays(survey: Dataset) -> None:
    keep = (survey.frame["age_group"] == "65+").to_numpy()
    part = survey.asked(["q1"], keep)
    here = tabulate(part, "q1", minimum=0).set_index("category").loc[YES]
    there = tabulate(survey, "q1", by="age_group", minimum=0).set_index(["age_group", "category"]).loc[("65+", YES)]
    for column in ("count", "base", "share", "se", "low", "high"):
        assert here[column] == pytest.approx(there[column], rel=1e-12), column


def test_any_question_may_be_a_background(survey: Dataset) -> None:
    part = survey.asked(["q2"], groups={"q1": {"yes": "Ja", "no": "Nej", "dk": "Vet inte"}}, group_names={"q1": "Vad?"})
    table = tabulate(part, "q2", by="q1", minimum=0)
    frame = survey.frame.dropna(subset=["q2"])
    assert table.groupby("q1", observed=False)["count"].sum().to_dict() == frame["q1"].value_counts().to_dict()
    assert part.group_name("q1") == "Vad?"


def test_several_answers_and_numbers_are_kept_for_those_who_stay(survey: Dataset) -> None:
    keep = np.arange(400) < 150
    part = survey.asked(["q3", "q4", "q5"], keep)
    assert tabulate(part, "q4", minimum=0)["base"].iloc[0] == 150
    assert tabulate(part, "q3", minimum=0)["base"].iloc[0] == sum(bool(cell) for cell in survey.frame["q3"][:150])


def test_the_whole_is_not_changed_by_its_part(survey: Dataset) -> None:
    before = tabulate(survey, "q1", by="district")
    survey.asked(["q1"], np.zeros(400, dtype=bool))
    assert tabulate(survey, "q1", by="district").equals(before)
    with pytest.raises(UnusableData, match="no item 'q9'"):
        survey.asked(["q9"])
