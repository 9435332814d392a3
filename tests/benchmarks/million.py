"""Tables of a whole survey against NumPy's bare bincount, timed and weighed in a process of its own: prints JSON."""

import json
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis import Dataset, Item, tabulate
from tests.benchmarks.memory import peak

QUESTIONS, STEPS = 30, 5
AGES = [f"a{place}" for place in range(7)]
DISTRICTS = [f"d{place}" for place in range(10)]
BY = ("age_group", "district")


def responses(size: int) -> pd.DataFrame:
    """Weighted responses to questions of five steps, 3 % of which are not answered."""
    rng = np.random.default_rng(1)
    columns: dict[str, object] = {}
    for name, levels in (("age_group", AGES), ("district", DISTRICTS)):
        columns[name] = pd.Categorical.from_codes(rng.integers(0, len(levels), size, dtype=np.int8), levels)
    columns["w"] = rng.lognormal(0, 0.5, size)
    for question in range(QUESTIONS):
        codes = rng.integers(0, STEPS, size, dtype=np.int8)
        codes[rng.random(size, dtype=np.float32) < 0.03] = -1
        columns[f"q{question}"] = pd.Categorical.from_codes(codes, [str(step) for step in range(STEPS)])
    return pd.DataFrame(columns, copy=False)


def items() -> list[Item]:
    """The codebook; every other question is ordinal."""
    labels = {str(step): f"Steg {step}" for step in range(STEPS)}
    return [Item(f"q{at}", f"Fråga {at}", ("nominal", "ordinal")[at % 2], labels) for at in range(QUESTIONS)]


def tables(frame: pd.DataFrame) -> list[pd.DataFrame]:
    """Frame in, frames out: every question by age group × district with errors, intervals and suppression."""
    dataset = Dataset(frame, items(), weight="w")
    return [tabulate(dataset, item.name, BY) for item in dataset.items]


def bare(frame: pd.DataFrame) -> list[list[object]]:
    """The least that must be done: n, Σw and Σw² of each question by bincount over the categories' own codes."""
    age, district = (frame[name].array.codes for name in BY)
    weights = frame["w"].to_numpy()
    squares, bins = weights * weights, len(AGES) * len(DISTRICTS) * (STEPS + 1)
    base = ((age.astype(np.int16) * len(DISTRICTS) + district) * (STEPS + 1) + 1).astype(np.int16)
    found = []
    for question in range(QUESTIONS):
        keys = (base + frame[f"q{question}"].array.codes).astype(np.intp)
        found.append([np.bincount(keys, each, bins) for each in (None, weights, squares)])
    return found


def seconds(run: Callable[[], object]) -> float:
    """The processor's time that a run takes, of all threads, so that others on the machine do not count."""
    start = time.process_time()
    run()
    return time.process_time() - start


def measure(size: int, times: int) -> dict[str, float]:
    """The best of several runs of both, in turn, and the peak that ours made."""
    tables(responses(1000))
    frame, imported = responses(size), peak()
    tables(frame)
    reached = peak()
    pairs = [(seconds(lambda: bare(frame)), seconds(lambda: tables(frame))) for _time in range(times)]
    floor, ours = (min(each) for each in zip(*pairs, strict=True))
    return {"floor": floor, "ours": ours, "before": imported, "peak": reached}


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]), int(sys.argv[2]))))
