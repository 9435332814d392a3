"""n, Σw and Σw² of thirty questions by seventy cells, from the same frame, by every peer there is; prints JSON.

Each runs in a process of its own, so that its memory is its own. Ours gives standard errors, intervals and suppression
as well; the others would have those still to do.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from tests.benchmarks.memory import peak
from tests.benchmarks.million import BY, QUESTIONS, bare, responses, tables

Run = Callable[[], object]
NAMES = [f"q{at}" for at in range(QUESTIONS)]
SUMS = "count(*) AS n, sum(w) AS w, sum(w * w) AS w2"


def ours(frame: pd.DataFrame) -> Run:
    """Tables with all that belongs to them."""
    return lambda: tables(frame)


def bincount(frame: pd.DataFrame) -> Run:
    """NumPy's bincount on the categories' codes."""
    return lambda: bare(frame)


def groupby(frame: pd.DataFrame) -> Run:
    """pandas' groupby on categoricals: the good naive route."""
    return lambda: _groupby(frame)


def groupby_strings(frame: pd.DataFrame) -> Run:
    """pandas' groupby on texts."""
    texts = frame.astype(dict.fromkeys((*BY, *NAMES), str))
    return lambda: _groupby(texts)


def _groupby(frame: pd.DataFrame) -> list[pd.DataFrame]:
    squared = frame.assign(w2=frame["w"] ** 2)
    how = {"n": ("w", "size"), "w": ("w", "sum"), "w2": ("w2", "sum")}
    return [squared.groupby([*BY, name], observed=True).agg(**how) for name in NAMES]


def crosstab(frame: pd.DataFrame) -> Run:
    """pandas' crosstab, weighted sums alone."""
    sides = [frame[name] for name in BY]
    return lambda: [pd.crosstab(sides, frame[name], frame["w"], aggfunc="sum") for name in NAMES]


def polars(frame: pd.DataFrame) -> Run:
    """polars, lazily, a query for each question."""
    import polars as pl

    def levels(name: str) -> pl.Series:
        words = [*frame[name].array.categories, None]
        return pl.Series([words[code] for code in frame[name].array.codes], dtype=pl.Categorical)

    columns = {name: levels(name) for name in (*BY, *NAMES)}
    data = pl.DataFrame({**columns, "w": frame["w"].to_numpy()}).lazy()
    sums = [pl.len().alias("n"), pl.col("w").sum().alias("s"), (pl.col("w") ** 2).sum().alias("s2")]
    return lambda: pl.collect_all([data.group_by([*BY, name]).agg(sums) for name in NAMES])


def duckdb(frame: pd.DataFrame) -> Run:
    """DuckDB over a table in memory."""
    import duckdb as engine

    database = engine.connect()
    database.register("frame", frame)
    database.execute("CREATE TABLE held AS SELECT * FROM frame")
    return lambda: [database.execute(_sql(name, "held")).fetchall() for name in NAMES]


def duckdb_parquet(frame: pd.DataFrame) -> Run:
    """DuckDB straight from Parquet."""
    import duckdb as engine

    database, file = engine.connect(), Path(tempfile.mkdtemp()) / "frame.parquet"
    database.register("frame", frame)
    database.execute(f"COPY (SELECT * FROM frame) TO '{file}' (FORMAT parquet)")
    return lambda: [database.execute(_sql(name, f"'{file}'")).fetchall() for name in NAMES]


def _sql(name: str, source: str) -> str:
    return f"SELECT {', '.join(BY)}, {name}, {SUMS} FROM {source} WHERE {name} IS NOT NULL GROUP BY ALL"


PEERS: dict[str, Callable[[pd.DataFrame], Run]] = {
    "ours, with errors, intervals, suppression": ours,
    "NumPy bincount on category codes": bincount,
    "pandas groupby, categorical": groupby,
    "pandas groupby, texts": groupby_strings,
    "pandas crosstab, categorical": crosstab,
    "polars, group_by": polars,
    "DuckDB, in memory": duckdb,
    "DuckDB, from Parquet": duckdb_parquet,
}

SVYBY = """
suppressMessages(library(survey))
d <- read.csv("{file}", colClasses = c("factor", "factor", "numeric", rep("factor", {questions})), na.strings = "")
start <- proc.time()[["elapsed"]]
s <- svydesign(ids = ~1, weights = ~w, data = d)
for (q in 1:{questions}) svyby(as.formula(paste0("~q", q - 1)), ~age_group + district, s, svymean, na.rm = TRUE)
cat(proc.time()[["elapsed"]] - start)
"""


def svyby(size: int, questions: int) -> float:
    """Seconds of R's ``svyby(svymean)`` for some of the questions, times what is left out."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "frame.csv"
        frame = responses(size)[[*BY, "w", *NAMES[:questions]]]
        frame.to_csv(file, index=False)
        script = SVYBY.format(file=file, questions=questions)
        done = subprocess.run(["Rscript", "--vanilla", "-e", script], check=True, capture_output=True, text=True)
    return float(done.stdout.split()[-1]) * QUESTIONS / questions


def measure(name: str, size: int, times: int) -> dict[str, float]:
    """The best of several runs: seconds by the clock and of the processors, and the peak in MB."""
    run = PEERS[name](responses(size))
    if size > 1000:
        PEERS[name](responses(1000))()
    found = []
    for _time in range(times):
        start, busy = time.perf_counter(), time.process_time()
        run()
        found.append((time.perf_counter() - start, time.process_time() - busy))
    clock, busy = (min(each) for each in zip(*found, strict=True))
    return {"seconds": clock, "processors": busy, "peak": peak()}


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
