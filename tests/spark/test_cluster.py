"""The cube from a real cluster is that of one machine, to twelve digits; told with its time and memory."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis import Dataset, cube, snapshot
from analysis.engines import parquet, spark
from tests.analysis.conftest import survey as made_up
from tests.analysis.test_cube_cells import same
from tests.benchmarks import answers
from tests.spark.cluster import Cluster, cluster

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # sockets of py4j that it leaves to the collector
survey = made_up
BY = ("age_group", "district")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """The cluster, once for all."""
    with cluster(tmp_path_factory.mktemp("cluster")) as found:
        yield found


def test_it_is_a_cluster_of_a_master_and_two_workers(running: Cluster) -> None:
    assert running.session.sparkContext.master == running.address
    assert running.session.range(1000).count() == 1000
    assert running.session.sparkContext._jsc.sc().getExecutorMemoryStatus().size() == 3  # the driver and two executors
    assert {"master", "worker 1", "worker 2"} == running.processes.keys()


def test_spark_gives_the_cube_of_the_responses(running: Cluster, survey: Dataset, tmp_path: Path) -> None:
    halves = (slice(0, 150), slice(150, None))
    for number, rows in enumerate(halves):
        half = Dataset(survey.frame[rows], survey.items, weight="w", groups=survey.group_levels)
        snapshot.write(half, tmp_path / str(number))
        parquet.lay_out(tmp_path / str(number), tmp_path / "files", f"00{number}", BY)
    found = spark.of_files(running.session, tmp_path / "files", BY, survey.items, "w", survey.group_levels)
    same(found, cube.cells(survey, BY))


def test_its_settings_are_as_they_were(running: Cluster, survey: Dataset, tmp_path: Path) -> None:
    before = {name: running.session.conf.get(name) for name in spark.STANDARD}
    snapshot.write(survey, tmp_path / "s")
    parquet.lay_out(tmp_path / "s", tmp_path / "files", "1", ())
    spark.of_files(running.session, tmp_path / "files", (), survey.items, "w")
    assert {name: running.session.conf.get(name) for name in spark.STANDARD} == before


def test_millions_of_answers_give_the_cube_that_duckdb_gives(
    running: Cluster, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    members = 1_000_000 if pytestconfig.getoption("--long") else 100_000
    count = answers.make(tmp_path, members, 30)
    arguments = (tmp_path, answers.BY, answers.items(30), answers.WEIGHT, answers.GROUPS)
    times = []
    for _time in range(2):
        start = time.perf_counter()
        found = spark.of_files(running.session, *arguments)
        times.append(time.perf_counter() - start)
    start = time.perf_counter()
    expected = parquet.of_files(*arguments)
    alone = time.perf_counter() - start
    peaks = ", ".join(f"{name} {peak} MB" for name, peak in running.peaks().items())
    told = f"Spark {times[0]:.2f} s at first, then {times[1]:.2f} s; DuckDB {alone:.2f} s"
    print(f"\n{count:,} answers of {members:,}: {told}; at most: {peaks}")
    same(found, expected)
    assert found.size == members
