"""Answers by the million in Parquet by survey and question, made by DuckDB alone and the same every time.

As a program it makes the cube of a folder of such, and prints its time and its memory as JSON.
"""

import json
import sys
import time
from pathlib import Path

from analysis.dataset import Item
from analysis.engines import parquet
from analysis.snapshot import connect
from analysis.snapshot.columns import literal
from tests.benchmarks.memory import peak

AGES, DISTRICTS, STEPS = 7, 10, 6
BY = ("age_group", "district")
WEIGHT = "w"
GROUPS = {
    "age_group": {f"a{place}": f"Ålder {place}" for place in range(AGES)},
    "district": {f"d{place}": f"Kommundel {place}" for place in range(DISTRICTS)},
}

RESPONDENTS = f"""
SELECT 'a' || (hash(i, 'age') % {AGES}) AS age_group, 'd' || (hash(i, 'district') % {DISTRICTS}) AS district,
       0.5 + (hash(i, 'weight') % 1000) / 1000.0 AS w, i FROM range({{members}}) AS t(i)
"""
ANSWERS = f"""
SELECT age_group, district, w, 'c' || (hash(i, {{question}}) // 100 % {STEPS}) AS category
  FROM ({RESPONDENTS}) WHERE hash(i, {{question}}) % 100 >= 3
"""


def items(questions: int) -> list[Item]:
    """The codebook: questions of six steps."""
    labels = {f"c{step}": f"Steg {step}" for step in range(STEPS)}
    return [Item(f"q{number}", f"Fråga {number}", "nominal", labels) for number in range(1, questions + 1)]


def make(folder: Path, members: int, questions: int) -> int:
    """Write them as ``lay_out`` would; 97 % answer each question. Gives how many answers there are."""
    count = 0
    with connect("1GB") as database:
        target = folder / "respondents" / "survey=1"
        target.mkdir(parents=True)
        query = f"SELECT * EXCLUDE (i) FROM ({RESPONDENTS.format(members=members)})"
        database.execute(f"COPY ({query}) TO {literal(str(target / 'part.parquet'))} (FORMAT parquet)")
        for item in items(questions):
            target = folder / "answers" / "survey=1" / f"question={item.name}"
            target.mkdir(parents=True)
            query = ANSWERS.format(members=members, question=literal(item.name))
            done = database.execute(f"COPY ({query}) TO {literal(str(target / 'part.parquet'))} (FORMAT parquet)")
            count += done.fetchall()[0][0]
    return count


def measure(folder: Path, questions: int) -> dict[str, float]:
    """Seconds, processor's seconds and MB that the cube takes; and what it holds, to be checked."""
    start, busy = time.perf_counter(), time.process_time()
    found = parquet.of_files(folder, BY, items(questions), WEIGHT, GROUPS)
    took, busy = time.perf_counter() - start, time.process_time() - busy
    answers = sum(int(each.base.n.sum()) for each in found.counted.values())
    return {"seconds": took, "processor": busy, "size": found.size, "answers": answers, "peak": peak()}


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), int(sys.argv[2]))))
