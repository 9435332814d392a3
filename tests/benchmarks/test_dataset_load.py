"""From stored answers to a dataset or a cube, against reading the same Parquet; and through more than fits in memory."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from surveys import dataset
from surveys.dataset import columnar, freezing, sql
from surveys.questionnaire import Questionnaire
from tests.benchmarks import frozen
from tests.surveys import answered
from tests.surveys.test_freezing import plainly

pytestmark = pytest.mark.benchmark

MOST, MEMORY, ROW_BY_ROW = 3.0, 300, 0.75


def asked(task: str, folder: Path, number: int) -> dict[str, float]:
    """What a process of its own says."""
    command = [sys.executable, "-m", "tests.benchmarks.frozen", task, str(folder), str(number)]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def test_a_frozen_survey_becomes_a_dataset_or_a_cube_in_three_plain_readings(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    size = 1_000_000 if pytestconfig.getoption("--long") else 100_000
    frozen.freeze(tmp_path / "s", size)
    found = asked("measure", tmp_path / "s", 3)
    told = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in found.items())
    print(f"\n{size:,} responses × 30 from Parquet, of processors: {told}")
    assert found["dataset"] <= MOST * found["plain"]
    assert found["cube"] <= MOST * found["plain"]


def test_responses_by_the_hundred_thousand_and_five_hundred_columns_pass_in_300_megabytes(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    size = 200_000 if pytestconfig.getoption("--long") else 20_000
    frozen.freeze_wide(tmp_path / "s", size, 500)
    found = asked("stream", tmp_path / "s", 0)
    print(f"\n{size:,} responses × 500 in batches: {found['cells']:,} cells, peak {found['peak']:.0f} MB")
    assert found["rows"] == size
    assert found["cells"] > 0.8 * size * 500
    assert found["peak"] <= MEMORY


def busy(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def test_the_response_store_is_read_in_three_quarters_of_the_time_of_row_by_row(house: Session, tmp_path: Path) -> None:
    survey = answered.survey(house, count=3000)
    questionnaire = Questionnaire.from_json(survey.current.body)
    house.expire_all()
    pairs = [
        (busy(lambda: plainly(house, survey)), busy(lambda: columnar.frame(house, survey, questionnaire)))
        for _time in range(5)
    ]
    rows, columns = (min(each) for each in zip(*pairs, strict=True))
    whole = min(busy(lambda: dataset.load(house, survey, "sv")) for _time in range(5))
    freezing.freeze(house, survey, tmp_path)
    kept = min(busy(lambda: freezing.load(house, survey, "sv", tmp_path)) for _time in range(5))
    told = f"row by row {rows:.2f} s, columns {columns:.2f} s; dataset of the store {whole:.2f} s, of the snapshot {kept:.2f} s"
    start = time.perf_counter()
    assert sql.cells(house, survey, "sv").size == 3000
    asked = f"cube by {house.get_bind().dialect.name} {time.perf_counter() - start:.2f} s by the clock"
    print(f"\n3,000 responses × {len(questionnaire.questions)}: {told}; {asked}")
    assert columns <= ROW_BY_ROW * rows
