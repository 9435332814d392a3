"""The cube from a Spark cluster: the same statement over the same Parquet, for what one machine can't hold.

PySpark is the optional extra ``spark``; whoever calls this has it. Java and the cluster are the installation's own.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import cube
from analysis.cube import CellCube
from analysis.dataset import Item
from analysis.engines.sql import quoted, statement

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

STANDARD = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
}
"""What makes Spark read the statement as other engines do, and names of folders as the texts they are."""


def of_files(
    session: "SparkSession",
    folder: Path | str,
    by: Sequence[str],
    items: Iterable[Item],
    weight: str | None = None,
    groups: Mapping[str, Mapping[Any, str]] | None = None,
) -> CellCube:
    """The cube of answers in Parquet by survey and question, where every machine of the cluster reads its part.

    Parameters
    ----------
    session
        A session on the cluster; its settings for SQL are changed while the statement runs, and put back.
    folder
        As ``analysis.engines.parquet.lay_out`` writes it, at the same place on every machine (or an address that Spark
        reads, such as ``s3a://…``).
    by, items, weight, groups
        As ``analysis.engines.parquet.of_files`` takes them.
    """
    before = {name: session.conf.get(name) for name in STANDARD}
    try:
        _settle(session, STANDARD)
        views = {}
        for kind in ("answers", "respondents"):
            views[kind] = quoted(f"medborgarpanel_{kind}")
            session.read.parquet(f"{folder}/{kind}").createOrReplaceTempView(f"medborgarpanel_{kind}")
        rows = session.sql(statement(views["answers"], views["respondents"], by, weight)).collect()
    finally:
        _settle(session, before)
    return cube.assembled([tuple(row) for row in rows], by, items, groups, weighted=weight is not None)


def _settle(session: "SparkSession", settings: Mapping[str, str | None]) -> None:
    for name, value in settings.items():
        if value is None:
            session.conf.unset(name)
        else:
            session.conf.set(name, value)
