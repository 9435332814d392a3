"""What is compared is what tables tell: classes of 0 to 10, first choices of a ranking, mean amounts of a budget."""

import numpy as np
import pandas as pd
import pytest

from analysis import Dataset, Item, UnusableData, compare, independence, paired, tabulate, trend

OPTIONS = {"u": "U", "v": "V", "w": "W"}
ITEMS = (
    Item("np", "Råda", "nps", {step: str(step) for step in range(11)}),
    Item("ra", "Ordna", "ranking", OPTIONS),
    Item("bu", "Fördela", "budget", OPTIONS),
)


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    rng = np.random.default_rng(8)
    frame = pd.DataFrame({"g": rng.choice(["x", "y"], 200), "np": rng.integers(0, 11, 200), "k": rng.lognormal(0, 0.4, 200)})
    frame["ra"] = [tuple(rng.permutation(list(OPTIONS))[: rng.integers(0, 4)]) for _ in range(200)]
    for option in OPTIONS:
        frame[f"bu/{option}"] = rng.choice([0, 10, 40], 200)
    return Dataset(frame.assign(id=range(200)), ITEMS, weight="k")


@pytest.mark.parametrize(("item", "category", "column"), [("np", "9-10", "share"), ("ra", "u", "share"), ("bu", "u", "amount")])
def test_a_difference_is_that_of_the_numbers_in_the_table(dataset: Dataset, item: str, category: str, column: str):
    table = tabulate(dataset, item, ["g"], minimum=0)
    x, y = table[table["category"] == category][column]
    assert compare(dataset, item, "g", category).iloc[0]["difference"] == pytest.approx(x - y)
    assert category in compare(dataset, item, "g", category)["category"].tolist()


@pytest.mark.parametrize("item", ["np", "ra"])
def test_dependence_is_that_of_all_answers_in_the_table(dataset: Dataset, item: str):
    table = tabulate(dataset, item, minimum=0)
    plain = dataset.frame.assign(q=chosen(dataset, item))
    told = Dataset(plain, [Item("q", "Q", "nominal", dict.fromkeys(table["category"], ""))], weight="k")
    assert independence(dataset, item, "g") == independence(told, "q", "g")


def chosen(dataset: Dataset, item: str) -> list[str | None]:
    """The class, or the first choice, of each response, without the rules of the house."""
    if item == "ra":
        return [ranked[0] if ranked else None for ranked in dataset.frame["ra"]]
    return ["0-6" if step < 7 else "7-8" if step < 9 else "9-10" for step in dataset.frame["np"]]


def test_amounts_do_not_exclude_each_other_and_have_no_such_test(dataset: Dataset):
    with pytest.raises(UnusableData, match="'bu' takes several answers"):
        independence(dataset, "bu", "g")


def test_waves_are_followed_by_class_choice_and_amount(dataset: Dataset):
    waves = {"1": dataset, "2": dataset}
    assert trend(waves, "np", category="0-6")["estimate"].tolist() == pytest.approx(
        [tabulate(dataset, "np", minimum=0)["share"][0]] * 2
    )
    row = paired(dataset, dataset, "bu", "id", category="v").iloc[0]
    assert row["first"] == pytest.approx(tabulate(dataset, "bu", minimum=0)["amount"][1])
    assert np.isnan([row["gained"], row["lost"]]).all()
