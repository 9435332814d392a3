"""Every kind of chart, drawn from made-up numbers: easy ones, and those that are hard to find room for."""

import json
import math
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from analysis import figures
from analysis import words as language
from analysis.figures import Step, Words

DISTRICTS = Path(__file__).parents[2] / "panel" / "demo" / "districts.geojson"
WORDS = Words(
    "Fler i Ås än i Offerdal vill bygga ut skolan", "Vad ska vi göra med skolan? Efter kommundel",
    "280 svar. Viktat till befolkningen. Felmarginalen är högst ±6 procentenheter, med 95 % säkerhet.",
    "Ås: bygg ut 38 %, bygg nytt 27 %.",
)  # fmt: skip
STEPS = ("Mycket dåligt", "Ganska dåligt", "Varken bra eller dåligt", "Ganska bra", "Mycket bra")
LONG = (
    "Kommunstyrelseordförandens förslag om barnomsorgsverksamhetens lokalförsörjningsplanering",
    "Bygg ut den befintliga skolan", "Bygg nytt", "Annat",
)  # fmt: skip
TWELVE = tuple(f"Svarsalternativ nummer {i} av tolv" for i in range(1, 13))
FORTY = tuple(f"Kommundelen {'Västra ' * (i % 3 == 0)}{i + 1}" for i in range(40))
FEATURES = json.loads(DISTRICTS.read_text("utf-8"))["features"]
SHAPES = {feature["properties"]["code"]: feature["geometry"] for feature in FEATURES}
NAMES = {feature["properties"]["code"]: feature["properties"]["name"] for feature in FEATURES}
PLACES = tuple(NAMES.values())
NAN = math.nan


def parts(count: int, place: int) -> list[float]:
    """Shares that add up to 1, different from place to place."""
    raw = [1.0 + (3 * i * i + 5 * place + 2 * i * place) % 7 for i in range(count)]
    return [each / sum(raw) for each in raw]


def groups(names: Sequence[str], labels: Sequence[str] = STEPS, hidden: Sequence[str] = ()) -> pd.DataFrame:
    """A tidy table of groups and answers, with a net."""
    rows = []
    for place, name in enumerate(names):
        shares = parts(len(labels), place)
        half = len(labels) // 2
        net = sum(shares[len(labels) - half :]) - sum(shares[:half])
        for label, share in zip(labels, shares, strict=True):
            row = {"share": share, "low": max(share - 0.06, 0.0), "high": min(share + 0.06, 1.0), "net": net}
            row = dict.fromkeys(row, NAN) if name in hidden else row
            base = NAN if name in hidden else 280.0
            rows.append({"group": name, "label": label, "base": base, "hidden": name in hidden} | row)
    return pd.DataFrame(rows)


def one_number(names: dict[str, str], hidden: Sequence[str] = (), column: str = "share", scale: float = 1) -> pd.DataFrame:
    """A table of one number per district."""
    rows = []
    for place, (code, name) in enumerate(names.items()):
        value = NAN if name in hidden else scale * (0.2 + (7 * place % 11) / 20)
        row = {column: value, "low": value - 0.07 * scale, "high": value + 0.07 * scale, "hidden": name in hidden}
        rows.append({"code": code, "group": name, "label": ""} | row)
    return pd.DataFrame(rows)


def waves(labels: Sequence[str], count: int = 4, hidden: bool = False) -> pd.DataFrame:
    """A table of shares over time."""
    rows = []
    for year in range(count):
        for place, label in enumerate(labels):
            gone = hidden and (year, place) == (1, 0)
            share = NAN if gone else 0.15 + 0.12 * place + 0.02 * year * (-1) ** place
            row = {"share": share, "low": share - 0.05, "high": share + 0.05, "hidden": gone}
            rows.append({"wave": f"Våren {2020 + year}", "label": label} | row)
    return pd.DataFrame(rows)


def squares() -> dict[str, dict[str, object]]:
    """Forty districts side by side."""
    found = {}
    for i in range(40):
        west, south = 14 + 0.1 * (i % 8), 63 + 0.05 * (i // 8)
        ring = [[west, south], [west + 0.1, south], [west + 0.1, south + 0.05], [west, south + 0.05], [west, south]]
        found[f"k{i}"] = {"type": "Polygon", "coordinates": [ring]}
    return found


def crowds() -> pd.DataFrame:
    """Squares of a density."""
    bands = [5, 10, 20, 50]
    rows = [(14.2 + 0.04 * (i % 6), 63.3 + 0.02 * (i // 6), bands[i * 7 % 4]) for i in range(20)]
    return pd.DataFrame([{"west": x, "south": y, "east": x + 0.04, "north": y + 0.02, "least": n} for x, y, n in rows])


def ages() -> list[Step]:
    """A pyramid."""
    return [Step(f"{15 + 15 * i}–{29 + 15 * i} år", (0.05 + 0.02 * i, 0.1), (0.08, 0.09)) for i in range(4)]


def columns() -> pd.DataFrame:
    """A spread of numbers."""
    shares = [0.05, 0.2, 0.35, 0.25, 0.1, 0.05]
    return pd.DataFrame(
        [{"low_edge": 5 * i, "high_edge": 5 * i + 5, "share": share, "hidden": False} for i, share in enumerate(shares)]
    )


EASY: dict[str, Callable[[Words], Figure]] = {
    "bars": lambda words: figures.bars(groups(["Alla"], LONG[1:]), words),
    "stacked": lambda words: figures.stacked(groups(PLACES, hidden=["Nälden"]), words),
    "diverging": lambda words: figures.stacked(groups(PLACES, hidden=["Nälden"]), words, diverging=True),
    "dots": lambda words: figures.dots(groups(PLACES, LONG[1:], ["Nälden"]).assign(whole=0.3), words),
    "means": lambda words: figures.dots(one_number(NAMES, ["Nälden"], "mean", 10).assign(whole=5.1), words),
    "panels": lambda words: figures.panels(groups(PLACES[:5], LONG[1:], ["Nälden"]), words),
    "trend": lambda words: figures.trend(waves(STEPS[:4], hidden=True), words),
    "map": lambda words: figures.district_map(one_number(NAMES, ["Nälden"]), SHAPES, words),
    "density": lambda words: figures.density_map(crowds(), SHAPES, words),
    "histogram": lambda words: figures.histogram(columns(), words),
    "pyramid": lambda words: figures.pyramid(ages(), ("Kvinnor", "Män"), ("Panelen", "Invånarna"), words),
}
"""Each kind as it is meant to be seen."""

HARD: dict[str, Callable[[Words], Figure]] = {
    "bars with long words": lambda words: figures.bars(groups(["Alla"], LONG), words),
    "bars of twelve": lambda words: figures.bars(groups(["Alla"], TWELVE), words),
    "stacked from 0 to 10": lambda words: figures.stacked(groups(PLACES, [str(i) for i in range(11)]), words),
    "stacked of twelve": lambda words: figures.stacked(groups(PLACES[:3], TWELVE), words),
    "stacked all hidden": lambda words: figures.stacked(groups(PLACES, hidden=PLACES), words),
    "diverging of four": lambda words: figures.stacked(groups(PLACES, STEPS[:2] + STEPS[3:]), words, diverging=True),
    "diverging all hidden": lambda words: figures.stacked(groups(PLACES, hidden=PLACES), words, diverging=True),
    "dots with long words": lambda words: figures.dots(groups(LONG, LONG), words),
    "dots of forty": lambda words: figures.dots(groups(FORTY, TWELVE), words),
    "dots of one group": lambda words: figures.dots(groups(PLACES[:1]), words),
    "dots all hidden": lambda words: figures.dots(groups(PLACES, hidden=PLACES), words),
    "dots of balances": lambda words: figures.dots(
        one_number(NAMES, (), "mean").assign(low=lambda t: t["low"] - 0.4, mean=lambda t: t["mean"] - 0.4), words, "balance"
    ),
    "panels with long words": lambda words: figures.panels(groups(LONG[:3], LONG), words),
    "panels of twelve": lambda words: figures.panels(groups(PLACES[:3], TWELVE), words),
    "panels of one group": lambda words: figures.panels(groups(PLACES[:1]), words),
    "panels all hidden": lambda words: figures.panels(groups(PLACES, hidden=PLACES), words),
    "trend of one": lambda words: figures.trend(waves(STEPS[:1]), words),
    "trend of one wave": lambda words: figures.trend(waves(STEPS[:3], 1), words),
    "trend of six": lambda words: figures.trend(waves(TWELVE[:6], hidden=True), words),
    "trend of twelve waves": lambda words: figures.trend(waves(LONG[:3], 12), words),
    "map of forty": lambda words: figures.district_map(
        one_number(dict(zip(squares(), FORTY, strict=True)), FORTY[::9]), squares(), words
    ),
    "map all hidden": lambda words: figures.district_map(one_number(NAMES, PLACES), SHAPES, words),
    "map without shapes": lambda words: figures.district_map(one_number(NAMES), {}, words),
    "density of nothing": lambda words: figures.density_map(crowds().iloc[:0], SHAPES, words),
}
"""What is hard to find room for."""
ALL = EASY | HARD


def digests() -> dict[str, str]:
    """The SHA-256 of every chart as SVG and as PNG."""
    made = {name: sha256(figures.svg(draw(WORDS), WORDS)).hexdigest() for name, draw in ALL.items()}
    made["png"] = sha256(figures.png(EASY["map"](WORDS), WORDS)).hexdigest()
    return made


if __name__ == "__main__":
    language.use(Path(__file__).parents[2] / "panel" / "translations")
    with language.speak("sv"):
        print(json.dumps(digests()))
