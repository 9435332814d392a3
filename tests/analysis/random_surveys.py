"""Surveys made up at random, of which it is known what differs between groups and what does not."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis import Dataset, Item, Report, build

AGES = {"15": "15–19 år", "20": "20–29 år", "30": "30–44 år", "45": "45–64 år", "65": "65–79 år", "80": "80 år och äldre"}
PLACES = {name: name for name in ("Krokom", "Ås", "Föllinge", "Offerdal", "Alsen", "Hotagen", "Laxsjö", "Rödön")}
WORDS = ("Ja", "Nej", "Kanske", "Alltid", "Aldrig")
KINDS = (("nominal", 3), ("ordinal", 5), ("nominal", 2), ("multiple", 4), ("nominal", 5), ("numeric", 0), ("ordinal", 4))
NOISE = 7
"""Questions where no group differs from another, in every survey."""


@dataclass(frozen=True)
class Planted:
    """A true difference: in one group of a column the first answer is likelier (or the number larger) than elsewhere."""

    question: str
    by: str
    group: str
    share: float
    elsewhere: float


@dataclass(frozen=True)
class Survey:
    """Answers, the codebook, what is planted, and for each noise question the chance of each answer."""

    frame: pd.DataFrame
    items: tuple[Item, ...]
    planted: Planted
    chances: dict[str, dict[str, float]] = field(default_factory=dict)
    weighted: bool = True
    hidden: frozenset[tuple[str, str, str, str]] | None = None
    """Where a report tells it in whole percent: the cells (question, column, group, answer) that the report hides."""
    deviations: dict[str, float] = field(default_factory=dict)
    """And of each question of numbers the standard deviation by which it tells how sure means are."""

    def dataset(self) -> Dataset:
        weight = "weight" if self.weighted else None
        return Dataset(self.frame, self.items, weight=weight, groups={"age_group": AGES, "district": PLACES})

    def report(self) -> Report:
        return build(self.dataset())


def survey(seed: int, lift: float | None = None) -> Survey:
    """A panel of 150 to 700 with seven questions of noise, and one where a group differs by ``lift`` (if None, by 0.1 to 0.4)."""
    rng = np.random.default_rng([2309, seed])
    size = int(rng.integers(150, 700))
    frame = pd.DataFrame(
        {
            "age_group": rng.choice(list(AGES), size, p=rng.dirichlet([2, 3, 6, 9, 7, 2])),
            "district": rng.choice(list(PLACES), size, p=rng.dirichlet([9, 7, 4, 4, 3, 2, 1, 3])),
            "weight": rng.lognormal(0, rng.uniform(0, 0.5), size),
        }
    )
    planted = _plant(rng, frame, rng.uniform(0.1, 0.4) if lift is None else lift)
    items, chances = [Item("planted", "Vad vill du?", "nominal", {"Ja": "Ja", "Nej": "Nej"})], {}
    for place in range(NOISE):
        item, chance, answers = _noise(rng, f"q{place}", KINDS[place], size)
        items.append(item)
        frame[item.name] = answers
        chances[item.name] = chance
    return Survey(frame, tuple(items), planted, chances, bool(rng.random() < 0.7))


def _plant(rng: np.random.Generator, frame: pd.DataFrame, lift: float) -> Planted:
    """Answers to a question of two, with one group (of at least thirty, at most a third) that differs."""
    by = str(rng.choice(["age_group", "district"]))
    counts = frame[by].value_counts()
    fit = sorted(counts[(counts >= 30) & (counts <= len(frame) / 3)].index)
    group = str(rng.choice(fit or [counts.index[-1]]))
    elsewhere = rng.uniform(0.2, 0.8 - lift)
    chance = np.where(frame[by] == group, elsewhere + lift, elsewhere)
    frame["planted"] = np.where(rng.random(len(frame)) < chance, "Ja", "Nej")
    return Planted("planted", by, group, elsewhere + lift, elsewhere)


def _noise(rng: np.random.Generator, name: str, kind: tuple[str, int], size: int) -> tuple[Item, dict[str, float], pd.Series]:
    scale, steps = kind
    codes = [str(step) for step in range(1, steps + 1)] if scale == "ordinal" else list(WORDS[:steps])
    item = Item(name, f"Fråga {name}?", scale, {code: code for code in codes} if steps else {})
    chances = dict(zip(codes, rng.dirichlet([2.0] * steps).tolist(), strict=True)) if steps else {}
    return item, chances, _answers(rng, item, chances, size)


def _answers(rng: np.random.Generator, item: Item, chances: dict[str, float], size: int) -> pd.Series:
    """Answers that have nothing to do with who gives them, some of them missing."""
    if not chances:
        return pd.Series(rng.gamma(2, 5, size).round(1))
    codes = np.array(list(chances))
    if item.scale == "multiple":
        return pd.Series([tuple(codes[row]) for row in rng.random((size, len(codes))) < list(chances.values())])
    return pd.Series(rng.choice(codes, size, p=list(chances.values())), dtype=object).mask(rng.random(size) < 0.05)


def again(first: Survey, seed: int, lift: float) -> Survey:
    """The same survey asked of others a year before: only the planted question has changed since, by ``lift``."""
    rng = np.random.default_rng([2310, seed])
    people = first.frame[["age_group", "district", "weight"]].sample(frac=1, replace=True, random_state=rng)
    frame, planted = people.reset_index(drop=True), first.planted
    chance = np.where(frame[planted.by] == planted.group, planted.share, planted.elsewhere)
    frame["planted"] = np.where(rng.random(len(frame)) < np.maximum(chance - lift, 0.02), "Ja", "Nej")
    for item in first.items[1:]:
        frame[item.name] = _answers(rng, item, first.chances[item.name], len(frame))
    return Survey(frame, first.items, planted, first.chances, first.weighted)
