"""An independent reader of findings: works every number out again from the answers, row by row, and doubts each sentence."""

import math
from collections.abc import Collection, Hashable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

import numpy as np
import pandas as pd
from scipy import stats

from analysis.summary import DIFFERENCE, NO_DIFFERENCE, UNKNOWN, Finding
from tests.analysis.random_surveys import Survey

Z = stats.norm.ppf(0.975)
SIZES = {"en stor": (0.8, 9), "en tydlig": (0.5, 9), "en liten": (0.2, 0.5), "en mycket liten": (0, 0.2)}


@dataclass(frozen=True)
class Told:
    """A share or mean worked out from rows: value, standard error, interval, answers."""

    value: float
    se: float
    low: float
    high: float
    base: int
    kish: float


def told(
    survey: Survey, name: str, codes: tuple[Hashable, ...] = (), by: str = "", group: Hashable = "", as_one: bool = False
) -> Told:
    """What a finding should say of some answers to a question (of its mean if none) in a group.

    Its interval stands on the smallest base of the single answers, or (``as_one``) on that of all of them together.
    """
    values, given = answers(survey, name, codes)
    inside = given & (survey.frame[by] == group).to_numpy() if by else given
    if codes and survey.weighted and survey.hidden is not None:
        return in_whole_percent(survey, name, codes, by, group, inside, as_one)
    if not codes and survey.hidden is not None:
        return in_steps(survey, name, by, values[inside], weights(survey)[inside])
    w = weights(survey)[inside]
    y = values[inside]
    total, size = w.sum(), len(survey.frame)
    mean = float((w * y).sum() / total)
    se = math.sqrt(size / (size - 1) * ((w * (y - mean)) ** 2).sum()) / total
    kish = total**2 / (w**2).sum()
    if not codes:
        return Told(mean, se, mean - Z * se, mean + Z * se, len(w), kish)
    least = min(effective(survey, name, part, inside) for part in ([codes] if as_one else [(code,) for code in codes]))
    low, high = wilson(mean, least)
    return Told(mean, se, low, high, len(w), kish)


def in_whole_percent(survey, name, codes, by, group, inside, as_one) -> Told:
    """The same as a report tells it: made of single answers in whole percent, and of one effective base for all of them.

    Where fewer than a hundred answered, and in groups with something hidden, answers weigh alike.
    """
    every = [code for item in survey.items if item.name == name for code in item.categories]
    hidden = [code for code in every if (name, by, group, code) in survey.hidden]
    w, even = weights(survey)[inside], inside.sum() < 100 or (bool(by) and bool(hidden))
    shares, spread, variance = {}, 0.0, 0.0
    for code in every:
        y = answers(survey, name, (code,))[0][inside]
        p = (w * y).sum() / w.sum()
        shares[code] = y.mean() if even else round(100 * p) / 100
        spread += p * (1 - p)
        variance += len(survey.frame) / (len(survey.frame) - 1) * ((w * (y - p)) ** 2).sum() / w.sum() ** 2
    kish = min(len(w), w.sum() ** 2 / (w**2).sum())
    worth = kish if even or not variance else min(kish, spread / variance)
    unit = 10 ** max(math.floor(math.log10(worth)) - 1, 0)
    worth = max(worth // unit * unit, 1)
    rest = sum(shares[code] for code in every if code not in codes)
    value = 1 - rest if not as_one and len(codes) > 1 and set(hidden) & set(codes) else sum(shares[code] for code in codes)
    return Told(value, math.sqrt(value * (1 - value) / worth), *wilson(value, worth), len(w), worth)


def in_steps(survey: Survey, name: str, by: str, values: np.ndarray, w: np.ndarray) -> Told:
    """A mean of numbers with a decimal as a report tells it: in steps that five answers make, and as sure as few digits tell."""
    n, size = len(values), len(survey.frame)
    mean = (w * values).sum() / w.sum()
    spread = (w * (values - mean) ** 2).sum() / w.sum()
    variance = size / (size - 1) * ((w * (values - mean)) ** 2).sum() / w.sum() ** 2
    worth = min(n, w.sum() ** 2 / (w**2).sum(), spread / variance * n / (n - 1))
    if worth < n * (1 - 1e-9):
        unit = 10 ** max(math.floor(math.log10(worth)) - 1, 0)
        worth = max(worth // unit * unit, 1)
    deviation = survey.deviations[name]
    if by and n >= 100:
        exact = math.sqrt(variance * min(n, worth))
        twelve = (1, 1.2, 1.5, 1.8, 2.2, 2.7, 3.3, 3.9, 4.7, 5.6, 6.8, 8.2)
        sizes = [one * 10**power for power in range(-3, 6) for one in twelve]
        deviation = min(one for one in sizes if one >= exact * (1 - 1e-9))
    step = min(unit * 10.0**-power for power in range(6) for unit in (1, 2, 5, 10) if unit * 10.0**-power >= 5 / n - 1e-12) / 10
    told = round(round((mean if n >= 100 else values.mean()) / step) * step, 9)
    se = deviation / math.sqrt(worth)
    return Told(told, se, told - Z * se, told + Z * se, n, worth)


def deviation(told: pd.DataFrame) -> float:
    """The standard deviation of numbers with a decimal, when each that is possible in an interval is as likely."""
    values, chances = [], []
    for row in told.itertuples():
        inside = np.arange(round(row.low_edge * 10), round(row.high_edge * 10)) / 10
        values += inside.tolist()
        chances += [row.share / len(inside)] * len(inside)
    mean = np.average(values, weights=chances)
    return math.sqrt(np.average((np.array(values) - mean) ** 2, weights=chances))


def weights(survey: Survey) -> np.ndarray:
    return survey.frame["weight"].to_numpy() if survey.weighted else np.ones(len(survey.frame))


def values_of(survey: Survey, name: str, code: Hashable) -> np.ndarray:
    column = survey.frame[name]
    return np.array([code in cell if isinstance(cell, tuple) else cell == code for cell in column], dtype=float)


def answers(survey: Survey, name: str, codes: tuple[Hashable, ...]) -> tuple[np.ndarray, np.ndarray]:
    """The number that counts of each response, and who answered."""
    column = survey.frame[name]
    if not codes:
        return column.to_numpy(dtype=float), column.notna().to_numpy()
    given = np.array([cell != () if isinstance(cell, tuple) else not pd.isna(cell) for cell in column])
    return np.sum([values_of(survey, name, code) for code in codes], axis=0), given


def effective(survey: Survey, name: str, codes: tuple[Hashable, ...], inside: np.ndarray) -> float:
    """The smallest of n, Kish's and the design's effective base."""
    w, y, size = weights(survey)[inside], answers(survey, name, codes)[0][inside], len(survey.frame)
    p = (w * y).sum() / w.sum()
    variance = size / (size - 1) * ((w * (y - p)) ** 2).sum() / w.sum() ** 2
    bases = [len(w), w.sum() ** 2 / (w**2).sum(), p * (1 - p) / variance if variance > 0 else math.inf]
    return float(min(bases))


def wilson(p: float, n: float) -> tuple[float, float]:
    centre, half = p + Z**2 / (2 * n), Z * math.sqrt(p * (1 - p) / n + Z**2 / (4 * n * n))
    low, high = (centre - half) / (1 + Z**2 / n), (centre + half) / (1 + Z**2 / n)
    return (p if p <= 0 else low), (p if p >= 1 else high)


def p_of_gap(survey: Survey, name: str, more: tuple[Hashable, ...], less: tuple[Hashable, ...]) -> float:
    """Two-sided p of the difference of two shares of the same people, linearised."""
    (one, given), (other, _given) = answers(survey, name, more), answers(survey, name, less)
    w, y = weights(survey)[given], (one - other)[given]
    mean = (w * y).sum() / w.sum()
    return float(2 * stats.norm.sf(abs(mean) / (math.sqrt(((w * (y - mean)) ** 2).sum()) / w.sum())))


def p_against_the_rest(survey: Survey, name: str, codes: tuple[Hashable, ...], by: str, group: Hashable) -> float:
    """Two-sided p of a group against all others of a known group, linearised, each response on its own."""
    values, given = answers(survey, name, codes)
    there = (survey.frame[by] == group).to_numpy()
    parts = []
    for inside in (given & there, given & ~there):
        w, y = weights(survey)[inside], values[inside]
        mean = (w * y).sum() / w.sum()
        parts.append((mean, ((w * (y - mean)) ** 2).sum() / w.sum() ** 2))
    gap, spread = parts[0][0] - parts[1][0], math.sqrt(parts[0][1] + parts[1][1])
    return float(2 * stats.norm.sf(abs(gap) / spread)) if spread else 0.0


def false(
    survey: Survey, finding: Finding, tests: int, before: Survey | None = None, ends: Collection[str] = ()
) -> Iterator[str]:
    """Why a sentence is false, if it is.

    ``tests`` is how many tests were made on the finding's question: a difference has to stand with all of them. ``ends``
    are the names of cells of answers that are told as one.
    """
    claim, name = finding.claim, finding.question
    if not claim.says:
        return
    here = told(survey, name, claim.categories, finding.by, finding.group, finding.cell in ends)
    numbers = [here.value, here.low, here.high]
    if claim.says in ("more", "as-many", "perhaps-more"):
        other = told(survey, name, claim.against, as_one=finding.cells[-1] in ends)
        numbers += [other.value, other.low, other.high]
    if claim.says in ("above", "below", "other-majority"):
        numbers.append(told(survey, name, claim.categories).value)
    if claim.says in ("risen", "fallen"):
        assert before is not None
        past = told(before, name, claim.categories)
        numbers += [past.value, past.low, past.high]
    if not np.allclose(numbers, claim.numbers, rtol=0, atol=1e-9):
        yield f"its numbers are {claim.numbers}, the answers say {numbers}"
    if not quoted(finding, numbers):
        yield f"it does not quote {numbers}"
    yield from _CHECKS[claim.says](survey, finding, numbers, tests)


def rounded(share: float) -> str:
    """A share in whole per cent, halves to the even number, as Python and Babel round."""
    return str(round(100 * share))


def tenth(mean: float) -> str:
    """A mean with a decimal, halves to the even digit of what is written."""
    return str(Decimal(repr(float(mean))).quantize(Decimal("0.1"), ROUND_HALF_EVEN)).replace(".", ",")


def quoted(finding: Finding, numbers: list[float]) -> bool:
    """Whether the sentence has the numbers as they are, rounded: shares in whole per cent, means to a decimal."""
    share = bool(finding.claim.categories)
    said = [rounded(number) if share else tenth(number) for number in numbers]
    sign = "\u00a0%" if share else ""
    parts = [f"{said[0]}{sign} ({said[1]}–{said[2]}{sign})"]
    if len(said) == 4:
        parts.append(f"{said[3]}{sign}.")
    if len(said) == 6:
        parts.append(f"{said[3]}{sign} ({said[4]}–{said[5]}{sign})")
    return (
        all(part in finding.text for part in parts)
        and finding.text.count("%") == share * 2 * len(parts) - (len(said) == 4) * share
    )


def _average(survey, finding, numbers, tests):
    if not numbers[1] < numbers[0] < numbers[2]:
        yield "the mean is outside its interval"


def _more(survey, finding, numbers, tests):
    p = p_of_gap(survey, finding.question, finding.claim.categories, finding.claim.against)
    if not (numbers[0] > numbers[3] and p < 0.05):
        yield f"it says more, with p = {p:.3f}"


def _as_many(survey, finding, numbers, tests):
    if abs(numbers[0] - numbers[3]) > 0.05:
        yield "more than five points are not about as many"


def _perhaps(survey, finding, numbers, tests):
    p = p_of_gap(survey, finding.question, finding.claim.categories, finding.claim.against)
    if not (numbers[0] > numbers[3] and p > 0.01):
        yield f"it says that it may be chance, with p = {p:.4f}"


def _open(survey, finding, numbers, tests):
    claim = finding.claim
    codes = [code for item in survey.items if item.name == finding.question for code in item.categories]
    if any(told(survey, finding.question, (code,)).value > numbers[0] for code in codes):
        yield "another answer comes first"
    if all(p_of_gap(survey, finding.question, claim.categories, (code,)) < 0.01 for code in claim.against):
        yield "it says that none leads, but one does"


def _majority(survey, finding, numbers, tests):
    if not (numbers[1] > 0.5 and int(rounded(numbers[1])) > 50):
        yield f"more than half, with the interval from {numbers[1]:.3f}"


def _commonest(survey, finding, numbers, tests):
    codes = [code for item in survey.items if item.name == finding.question for code in item.categories]
    for code in codes:
        if (code,) != finding.claim.categories:
            p = p_of_gap(survey, finding.question, finding.claim.categories, (code,))
            if not (told(survey, finding.question, (code,)).value < numbers[0] and p < 0.05):
                yield f"it says the most common, but {code} may be, p = {p:.3f}"


def _minority(survey, finding, numbers, tests):
    if not (numbers[2] < 0.5 and numbers[0] >= 0.15 and numbers[1] >= 0.1):
        yield f"a minority, with the interval {numbers[1]:.3f} to {numbers[2]:.3f}"


def _differs(survey, finding, numbers, tests):
    up = finding.claim.says == "above"
    if not (numbers[1] > numbers[3] if up else numbers[2] < numbers[3]):
        yield "the whole panel's number lies in the group's interval"
    p = p_against_the_rest(survey, finding.question, finding.claim.categories, finding.by, finding.group)
    if p * tests > 0.05:
        yield f"a difference with p = {p:.4f} of {tests} tests"
    said = [words for words in SIZES if f"Det är {words} skillnad." in finding.text]
    if bool(said) != bool(finding.claim.effect):
        yield "the sentence and its claim differ on how large the difference is"
    for words in said:
        ends = sorted(abs(2 * math.asin(math.sqrt(end)) - 2 * math.asin(math.sqrt(numbers[3]))) for end in numbers[1:3])
        least, most = SIZES[words]
        if not (ends[0] >= least if least >= 0.5 else least <= ends[1] < most):
            yield f"{words} difference, with h from {ends[0]:.2f} to {ends[1]:.2f}"


def _otherwise(survey, finding, numbers, tests):
    whole = told(survey, finding.question, finding.claim.categories)
    if not (numbers[1] > 0.5 and whole.high < 0.5):
        yield "the group's majority or the panel's minority is not sure"


def _changed(survey, finding, numbers, tests):
    up = finding.claim.says == "risen"
    gap = numbers[0] - numbers[3]
    if (gap > 0) != up or rounded(numbers[0]) == rounded(numbers[3]):
        yield "it says the wrong way"
    widths = [(numbers[place + 1] - numbers[place]) / (2 * Z) for place in (1, 4)]
    p = 2 * stats.norm.sf(abs(gap) / math.hypot(*widths))
    if p > 0.05:
        yield f"a change with p = {p:.3f}"


_CHECKS = {
    "average": _average, "more": _more, "as-many": _as_many, "perhaps-more": _perhaps, "open": _open,
    "majority": _majority, "commonest": _commonest, "minority": _minority, "above": _differs, "below": _differs,
    "other-majority": _otherwise, "risen": _changed, "fallen": _changed,
}  # fmt: skip


def contradicted(findings: tuple[Finding, ...]) -> Iterator[str]:
    """Sentences that say the opposite of each other."""
    found = {(finding.question, finding.by) for finding in findings if finding.kind == DIFFERENCE}
    for finding in findings:
        if finding.kind == NO_DIFFERENCE and (finding.question, finding.by) in found:
            yield f"{finding.question}: a difference and none by {finding.by}"
        if not finding.claim.says and finding.kind not in (NO_DIFFERENCE, UNKNOWN, "no-change"):
            yield f"{finding.question}: a sentence that claims nothing: {finding.text}"
