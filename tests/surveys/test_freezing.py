"""A closed survey is frozen once, whole and for its owner's eyes; results from it are those from the response store."""

import random
import stat
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from analysis import Dataset, build, snapshot, tabulate
from surveys import dataset
from surveys.dataset import columnar, freezing
from surveys.models import Envelope, Invitation, Response, Survey, SurveyState
from surveys.questionnaire import Questionnaire
from tests.surveys import answered


def content(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def plainly(session: Session, survey: Survey) -> pd.DataFrame:
    """The responses read one by one: the plainest way there is."""
    asked = Questionnaire.from_json(survey.current.body).questions
    records = []
    for found in session.scalars(select(Response).where(Response.survey_id == survey.id).order_by(Response.id)):
        record = {"age_group": found.age_group, "district": found.district}
        for question in asked:
            record |= question.kind.columns(question, found.answers.get(question.name))
        records.append(record)
    return pd.DataFrame(records)


def same_cells(one: pd.DataFrame, other: pd.DataFrame) -> None:
    assert list(one) == list(other)
    for name in other:
        found, expected = (frame[name].astype(object).where(frame[name].notna(), None) for frame in (one, other))
        assert found.tolist() == expected.tolist(), name


def same_results(one: Dataset, other: Dataset) -> None:
    assert one.items == other.items
    for item in other.items:
        for by in ((), ("age_group",), ("district", "age_group")):
            assert_frame_equal(tabulate(one, item.name, by), tabulate(other, item.name, by))


@pytest.mark.parametrize("at_once", [7, 20_000])
def test_columns_are_those_of_responses_read_one_by_one(
    house: Session, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(columnar, "AT_ONCE", at_once)
    survey = answered.survey(house)
    found = columnar.frame(house, survey, Questionnaire.from_json(survey.current.body))
    assert len(found) > at_once or at_once > 1000
    same_cells(found, plainly(house, survey))


def test_odd_answers_are_read_as_they_stand(house: Session) -> None:
    survey = answered.survey(house, count=0)
    texts = ['"quoted" \\ and /slashed~', "å\n\u2028😀", "null", "", "  ", "1"]
    for number, said in enumerate(texts):
        response = {"survey_id": survey.id, "version": 1, "language": "sv", "age_group": "", "district": ""}
        house.add(Response(id=f"{number:032x}", answers={"text_0": said, "number_0": None}, **response))
    house.flush()
    found = columnar.frame(house, survey, Questionnaire.from_json(survey.current.body))
    assert found["text_0"].tolist() == texts
    assert found["number_0"].isna().all()


def test_results_from_a_snapshot_are_those_from_the_store(house: Session, tmp_path: Path) -> None:
    survey = answered.survey(house)
    survey.composition = {"population": {"age_group": {"15-44": 0.5, "45+": 0.5}, "district": {"as": 0.4, "offerdal": 0.6}}}
    freezing.freeze(house, survey, tmp_path)
    for weighted in (True, False):
        found = freezing.load(house, survey, "sv", tmp_path, weighted)
        expected = dataset.load(house, survey, "sv", weighted)
        assert (found.weighted, found.calibration) == (expected.weighted, expected.calibration)
        same_results(found, expected)


def test_labels_are_in_the_readers_language(house: Session, tmp_path: Path) -> None:
    survey = answered.survey(house)
    freezing.freeze(house, survey, tmp_path)
    assert freezing.load(house, survey, "en", tmp_path).item("single_0").categories["train"] == "Train"
    assert freezing.load(house, survey, "sv", tmp_path).item("single_0").categories["train"] == "Tåg"


def test_without_a_snapshot_the_store_is_read(house: Session, tmp_path: Path) -> None:
    survey = answered.survey(house)
    found = freezing.load(house, survey, "sv", tmp_path)
    assert found.size == house.query(Response).filter(Response.survey_id == survey.id).count() > 0
    same_results(found, dataset.load(house, survey, "sv"))


def test_the_same_answers_give_the_same_bytes(house: Session, tmp_path: Path) -> None:
    survey = answered.survey(house)
    first, second = (freezing.freeze(house, survey, tmp_path / name) for name in ("a", "b"))
    assert first.sha256 == second.sha256
    assert content(first.folder) == content(second.folder)


def test_rows_stand_in_the_order_of_random_keys(house: Session, tmp_path: Path) -> None:
    survey = answered.survey(house)
    keys = house.scalars(select(Response.id).where(Response.survey_id == survey.id)).all()
    freezing.freeze(house, survey, tmp_path)
    ordered = [house.get_one(Response, key).answers.get("text_0") for key in sorted(keys)]
    frozen = snapshot.read(freezing.place(tmp_path, survey)).frame["text_0"]
    assert [None if text != text else text for text in frozen.astype(object)] == ordered


def test_nothing_in_it_leads_to_a_person(house: Session, tmp_path: Path) -> None:
    survey = answered.survey(house)
    rng = random.Random(3)
    for _number in range(50):
        keys = {"key": f"{rng.getrandbits(128):032x}", "reference": f"{rng.getrandbits(128):032x}"}
        bands = {"age_group": "17", "district": "as", "band_age_group": "15-44", "band_district": "as"}
        house.add(Invitation(survey_id=survey.id, **keys, **bands))
    house.flush()
    found = freezing.freeze(house, survey, tmp_path)
    secrets = set(house.scalars(select(Response.id))) | set(house.scalars(select(Invitation.key)))
    secrets |= set(house.scalars(select(Invitation.reference)))
    assert len(secrets) == 300
    frame = snapshot.read(found.folder).frame
    asked = {name for spec in dataset.described(survey, "sv")["items"] for name in [spec.name]}
    assert {column.partition("/")[0] for column in frame} == asked | {"age_group", "district"}
    cells = {str(cell) for name in frame for cell in frame[name].dropna()}
    assert not secrets & cells
    assert not any(secret.encode() in content(found.folder) for secret in secrets)


def test_only_its_owner_may_read_it(house: Session, tmp_path: Path) -> None:
    found = freezing.freeze(house, answered.survey(house), tmp_path / "snapshots")
    assert stat.S_IMODE(found.folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in found.folder.iterdir()} == {0o600}


def test_an_open_survey_and_one_that_is_being_mixed_are_not_frozen(house: Session, tmp_path: Path) -> None:
    still_open = answered.survey(house, state=SurveyState.OPEN)
    mixing = answered.survey(house, seed=6)
    house.add(Envelope(id="e" * 32, survey_id=mixing.id, key_id="k" * 32, sealed=b"sealed"))
    house.flush()
    for survey in (still_open, mixing):
        with pytest.raises(dataset.NotYet):
            freezing.freeze(house, survey, tmp_path / "snapshots")
    assert freezing.freeze_closed(house, tmp_path / "snapshots") == []
    assert not (tmp_path / "snapshots").exists()


def test_the_worker_freezes_each_closed_survey_once(house: Session, tmp_path: Path) -> None:
    surveys = [answered.survey(house, seed=seed) for seed in (5, 6)]
    assert freezing.freeze_closed(house, tmp_path) == [survey.id for survey in surveys]
    before = content(tmp_path)
    assert freezing.freeze_closed(house, tmp_path) == []
    assert content(tmp_path) == before


def test_a_response_that_was_erased_leaves_the_snapshot(house: Session, tmp_path: Path) -> None:
    survey = answered.survey(house)
    freezing.freeze(house, survey, tmp_path)
    house.execute(delete(Response).where(Response.id == select(Response.id).limit(1).scalar_subquery()))
    assert freezing.load(house, survey, "sv", tmp_path).size == 199
    assert freezing.forget_erased(house, tmp_path) == [survey.id]
    assert snapshot.load(freezing.place(tmp_path, survey)).rows == 199
    assert freezing.forget_erased(house, tmp_path) == []


def test_a_damaged_snapshot_is_told_with_what_to_do(house: Session, tmp_path: Path) -> None:
    survey = answered.survey(house)
    file = Path(freezing.freeze(house, survey, tmp_path).files[0])
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(freezing.Damaged, match=rf"backup.*made anew.*{file.name}"):
        freezing.load(house, survey, "sv", tmp_path)


def test_the_same_report_again_from_the_snapshot(house: Session, tmp_path: Path) -> None:
    survey = answered.survey(house)
    freezing.freeze(house, survey, tmp_path)
    one, two = (build(freezing.load(house, survey, "sv", tmp_path)) for _time in range(2))
    assert [finding.text for finding in one.findings] == [finding.text for finding in two.findings]
    for a, b in zip(one.questions, two.questions, strict=True):
        assert_frame_equal(a.tables["district"].frame, b.tables["district"].frame)
