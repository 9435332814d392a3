"""A dataset checks its own columns, and says what is wrong, where, and what to do."""

import numpy as np
import pandas as pd
import pytest

from analysis import Dataset, Item, UnusableData, tabulate

YES_NO = {"yes": "Ja", "no": "Nej"}


def item(name: str = "q", scale: str = "nominal", **more: object) -> Item:
    return Item(name, "Fråga", scale, **({"categories": YES_NO} | more))  # type: ignore[arg-type]


def counts(dataset: Dataset, name: str = "q", by: tuple[str, ...] = ()) -> list[float]:
    return tabulate(dataset, name, by, minimum=0)["count"].tolist()


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ([1.0, -1.0], "negative in 1 rows, first in row 1"),
        ([1.0, np.nan], "missing"),
        ([1.0, np.inf], "infinite"),
        ([0.0, 0.0], "0 in every row"),
        (["a", "b"], "does not hold numbers"),
    ],
)
def test_a_bad_weight_is_named_with_its_column(weights: list[object], said: str):
    frame = pd.DataFrame({"q": ["yes", "no"], "vikt": weights})
    with pytest.raises(UnusableData, match=f"'vikt'.*{said}"):
        Dataset(frame, [item()], weight="vikt")


def test_a_code_outside_the_codebook_is_named():
    with pytest.raises(UnusableData, match="'q' holds codes that are not in the codebook: 'perhaps'.*missing"):
        Dataset(pd.DataFrame({"q": ["yes", "perhaps"]}), [item()])


def test_a_missing_column_is_named_for_items_weights_strata_and_groups():
    frame = pd.DataFrame({"q": ["yes"]})
    with pytest.raises(UnusableData, match="no column 'p'"):
        Dataset(frame, [item("p")])
    with pytest.raises(UnusableData, match="no column 'w', which weight='w' names"):
        Dataset(frame, [item()], weight="w")
    with pytest.raises(UnusableData, match="no column 'stratum', which strata='stratum' names"):
        Dataset(frame, [item()], strata="stratum")
    with pytest.raises(UnusableData, match="no group column 'age'"):
        tabulate(Dataset(frame, [item()]), "q", ["age"])
    with pytest.raises(UnusableData, match="no item 'x'"):
        tabulate(Dataset(frame, [item()]), "x")


def test_names_used_twice_are_refused():
    with pytest.raises(UnusableData, match="more than one item named 'q'"):
        Dataset(pd.DataFrame({"q": ["yes"]}), [item(), item()])
    with pytest.raises(UnusableData, match="more than one column named 'q'"):
        Dataset(pd.DataFrame([["yes", "no"]], columns=["q", "q"]), [item()])
    with pytest.raises(UnusableData, match="named twice"):
        tabulate(Dataset(pd.DataFrame({"q": ["yes"], "g": [1]}), [item()]), "q", ["g", "g"])


def test_a_group_column_may_not_take_the_name_of_a_column_of_the_table():
    with pytest.raises(UnusableData, match="'count'"):
        tabulate(Dataset(pd.DataFrame({"q": ["yes"], "count": ["a"]}), [item()]), "q", ["count"])


@pytest.mark.parametrize("name", ["=1+1", "<script>", "a/b", "é ü", "'; DROP TABLE", "x" * 500, "count"])
def test_hostile_item_names_are_only_names(name: str):
    frame = pd.DataFrame({name: ["yes", "no", "yes"]})
    assert counts(Dataset(frame, [item(name)]), name) == [2, 1]


@pytest.mark.parametrize("dtype", [object, "str", "category", "string"])
def test_answers_of_every_dtype_are_coded_alike(dtype: object):
    frame = pd.DataFrame({"q": pd.Series(["yes", None, "no", "yes", None], dtype=dtype)})
    assert counts(Dataset(frame, [item()])) == [2, 1]


def test_numbers_match_codes_written_as_texts():
    frame = pd.DataFrame({"q": [1.0, 2.0, np.nan, 2.0]})
    assert counts(Dataset(frame, [item(categories={"1": "a", "2": "b"})])) == [1, 2]
    assert counts(Dataset(frame, [item(categories={1: "a", 2: "b"})])) == [1, 2]


def test_codes_outside_the_base_do_not_count():
    frame = pd.DataFrame({"q": ["yes", "dk", "refused", "no"]})
    listed = item(categories=YES_NO | {"dk": "Vet inte"}, missing=frozenset({"dk", "refused"}))
    table = tabulate(Dataset(frame, [listed]), "q", minimum=0)
    assert table["category"].tolist() == ["yes", "no"]
    assert table["base"].tolist() == [2, 2]


def test_a_set_may_be_columns_or_tuples():
    columns = pd.DataFrame({"q/yes": [1, 0, 1, np.nan], "q/no": [1, 0, 0, np.nan]})
    tuples = pd.DataFrame({"q": [("yes", "no"), (), ("yes", "yes"), None]})
    for frame in (columns, tuples):
        table = tabulate(Dataset(frame, [item(scale="multiple")]), "q", minimum=0)
        assert table["count"].tolist() == [2, 1]
        assert table["base"].tolist() == [2, 2]


def test_a_dont_know_leaves_a_set_out_of_the_base_only_when_it_stands_alone():
    frame = pd.DataFrame({"q": [("dk",), ("dk", "yes"), ("no",)]})
    listed = item(scale="multiple", categories=YES_NO | {"dk": "Vet inte"}, missing=frozenset({"dk"}))
    assert tabulate(Dataset(frame, [listed]), "q", minimum=0)["base"].tolist() == [2, 2]


def test_a_set_with_other_than_nought_and_one_or_with_a_column_short_is_refused():
    with pytest.raises(UnusableData, match="'q/yes' holds 7"):
        Dataset(pd.DataFrame({"q/yes": [7], "q/no": [0]}), [item(scale="multiple")])
    with pytest.raises(UnusableData, match="lacks the columns 'q/no'"):
        Dataset(pd.DataFrame({"q/yes": [1]}), [item(scale="multiple")])


def test_those_whose_group_is_not_known_are_a_group():
    frame = pd.DataFrame({"q": ["yes", "no", "yes"], "age": ["20", None, "20"]})
    table = tabulate(Dataset(frame, [item()]), "q", ["age"], minimum=0)
    assert table["age"].tolist() == ["20", "20", "", ""]
    assert table["count"].tolist() == [2, 0, 0, 1]


def test_a_group_for_those_not_known_is_there_only_with_somebody_in_it():
    labels = {"a": "A", "": "Vet inte var"}
    everybody = Dataset(pd.DataFrame({"q": ["yes"], "age": ["a"]}), [item()], groups={"age": labels})
    somebody = Dataset(pd.DataFrame({"q": ["yes"], "age": [""]}), [item()], groups={"age": labels})
    assert everybody.groups(["age"]).labels == (("A",),)
    assert somebody.groups(["age"]).labels == (("A", "Vet inte var"),)


def test_declared_groups_keep_their_order_and_stay_when_empty():
    frame = pd.DataFrame({"q": ["yes", "no"], "age": ["b", "a"]})
    dataset = Dataset(frame, [item()], groups={"age": {"b": "B", "c": "C", "a": "A"}})
    table = tabulate(dataset, "q", ["age"], minimum=0)
    assert table["age"].tolist() == ["b", "b", "c", "c", "a", "a"]
    assert table.loc[table["age"] == "c", "share"].isna().all()
    assert dataset.groups(["age"]).labels == (("B", "C", "A"),)


def test_a_level_that_is_not_declared_is_named():
    frame = pd.DataFrame({"q": ["yes"], "age": ["old"]})
    with pytest.raises(UnusableData, match="'age' holds levels that are not listed: 'old'"):
        Dataset(frame, [item()], groups={"age": {"young": "Ung"}})


def test_a_categorical_keeps_its_own_order():
    age = pd.Categorical(["b", "a"], categories=["b", "a", "z"], ordered=True)
    table = tabulate(Dataset(pd.DataFrame({"q": ["yes", "no"], "age": age}), [item()]), "q", ["age"], minimum=0)
    assert list(dict.fromkeys(table["age"])) == ["b", "a", "z"]


def test_words_where_numbers_should_be_are_named():
    dataset = Dataset(pd.DataFrame({"q": ["1", "två"]}), [Item("q", "Q", "numeric")])
    with pytest.raises(UnusableData, match="'q' holds what is not a number, or too large a one: 'två'"):
        tabulate(dataset, "q")


def test_numbers_are_read_with_a_decimal_comma_too():
    dataset = Dataset(
        pd.DataFrame({"q": ["1,5", "2.5", "", "-9"]}), [Item("q", "Q", "numeric", missing=frozenset([-9]))]
    )
    assert tabulate(dataset, "q", minimum=0)["mean"].tolist() == [2.0]


def test_an_empty_frame_gives_empty_tables():
    frame = pd.DataFrame({"q": [], "age": [], "n": []}, dtype=object)
    dataset = Dataset(frame, [item(), Item("n", "N", "numeric"), Item("t", "T", "text")][:2])
    assert counts(dataset) == [0, 0]
    assert tabulate(dataset, "q")["share"].isna().all()
    assert tabulate(dataset, "n")["mean"].isna().all()


def test_collections_where_there_should_be_one_code_are_named():
    with pytest.raises(UnusableData, match="'q' holds collections"):
        Dataset(pd.DataFrame({"q": [{"k": 1}, "yes"]}), [item()])
    with pytest.raises(UnusableData, match="'age' holds collections"):
        tabulate(Dataset(pd.DataFrame({"q": ["yes"], "age": [("a", "b")]}), [item()]), "q", ["age"])


def test_a_number_too_large_to_have_decimals_is_refused():
    dataset = Dataset(pd.DataFrame({"q": [1, 10**30]}, dtype=object), [Item("q", "Q", "numeric")])
    with pytest.raises(UnusableData, match="too large"):
        tabulate(dataset, "q")
