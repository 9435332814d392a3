"""The cube from Parquet by DuckDB: a frozen snapshot, or answers in files by survey and question, however many."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from analysis import cube, snapshot
from analysis.cube import CellCube
from analysis.dataset import Item, UnusableData
from analysis.engines import longform
from analysis.engines.sql import statement
from analysis.snapshot.columns import literal
from analysis.snapshot.manifest import groups as levels_of
from analysis.snapshot.manifest import items as items_of

MEMORY = "150MB"
"""What DuckDB may use: it reads Parquet a piece at a time and keeps only the sums."""
THREADS = 2


def of_snapshot(folder: Path | str, by: Sequence[str], memory: str = MEMORY) -> CellCube:
    """The cube of a snapshot, without its rows ever being in memory.

    Parameters
    ----------
    folder
        A folder that ``analysis.snapshot.write`` made.
    by
        The columns that make the cells.
    memory
        The most that DuckDB may use.

    Raises
    ------
    DamagedSnapshot, UnusableData
        A file is damaged; a level is not declared.
    """
    frozen = snapshot.load(folder)
    items = items_of(frozen.manifest)
    weight = frozen.manifest["design"]["weight"]
    answers = longform.answers(frozen, [item for item in items if item.shown], by, weight)
    rows = _asked(statement(answers, frozen.relation, by, weight), memory)
    names = frozen.manifest["group_names"]
    return cube.assembled(rows, by, items, levels_of(frozen.manifest), names, weight is not None)


def of_files(
    folder: Path | str,
    by: Sequence[str],
    items: Iterable[Item],
    weight: str | None = None,
    groups: Mapping[str, Mapping[Any, str]] | None = None,
    memory: str = MEMORY,
) -> CellCube:
    """The cube of answers in Parquet by survey and question.

    Parameters
    ----------
    folder
        With ``answers/survey=…/question=…/*.parquet`` (a column ``category``, strata and weight) and
        ``respondents/survey=…/*.parquet`` (strata and weight), as ``lay_out`` writes them. The surveys add up.
    by, weight
        Columns of strata and of weights in both.
    items, groups
        The codebook and the levels, as a ``Dataset`` takes them.
    memory
        The most that DuckDB may use.
    """
    folder = Path(folder)
    answers, respondents = files(folder, "answers"), files(folder, "respondents")
    rows = _asked(statement(answers, respondents, by, weight), memory)
    return cube.assembled(rows, by, items, groups, weighted=weight is not None)


def files(folder: Path, kind: str) -> str:
    """All Parquet files of one kind under a folder as a relation; their folders' names are columns."""
    if not any((folder / kind).glob("**/*.parquet")):
        raise UnusableData(f"{folder / kind} has no Parquet files. Write them by lay_out, or name another folder.")
    pattern = literal(str(folder / kind / "**" / "*.parquet"))
    return f"read_parquet({pattern}, hive_partitioning = true, hive_types_autocast = false)"


def lay_out(source: Path | str, folder: Path | str, survey: str, by: Sequence[str]) -> None:
    """Write a snapshot's answers as Parquet by survey and question: what one engine, or many machines, read in parts.

    Parameters
    ----------
    source
        A snapshot.
    folder
        Where; several surveys may be laid out in the same.
    survey
        What the survey is called there.
    by
        The columns of strata that are written beside each answer.
    """
    frozen = snapshot.load(source)
    folder = Path(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    weight = frozen.manifest["design"]["weight"]
    items = [item for item in items_of(frozen.manifest) if item.shown]
    with snapshot.connect(MEMORY, threads=1) as database:
        for kind, relation, parts in (
            ("answers", longform.answers(frozen, items, by, weight), "survey, question"),
            ("respondents", longform.respondents(frozen, by, weight), "survey"),
        ):
            rows = f"SELECT *, {literal(survey)} AS survey FROM {relation}"  # noqa: S608  # every name and text is quoted
            options = f"FORMAT parquet, PARTITION_BY ({parts}), OVERWRITE_OR_IGNORE"
            database.execute(f"COPY ({rows}) TO {literal(str(folder / kind))} ({options})")
    for file in folder.rglob("*.parquet"):
        file.chmod(0o600)


def _asked(text: str, memory: str) -> list[tuple[Any, ...]]:
    with snapshot.connect(memory, THREADS) as database:
        return database.execute(text).fetchall()
