"""Bands: no response carries what fewer than ten invited share."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.words import speak
from surveys import bands
from tests.answerers import AGES

PEOPLE = st.lists(st.tuples(st.sampled_from(AGES), st.sampled_from("abcdefg")), max_size=400)


@settings(deadline=None, max_examples=200)
@given(PEOPLE)
def test_every_band_is_shared_by_ten_or_nobody_has_one(people: list[bands.Cell]) -> None:
    found = bands.settle(people, AGES)
    sizes = Counter(found[person] for person in people)
    if len(people) < bands.LEAST:
        assert set(sizes) <= {("", "")}
    else:
        assert min(sizes.values()) >= bands.LEAST
        assert len(sizes) <= max(1, len(people) // bands.CROWD)


@settings(deadline=None, max_examples=100)
@given(PEOPLE)
def test_a_band_never_says_what_is_not_so(people: list[bands.Cell]) -> None:
    merged = bands.merge(Counter(people), AGES)
    for (age, district), (band_age, band_district) in bands.settle(people, AGES).items():
        assert band_district in ("", district)
        assert band_age in ("", merged[age])


def test_large_groups_keep_both_attributes() -> None:
    people = [(age, district) for age in AGES for district in "ab" for _ in range(20)]
    assert all(bands.settle(people, AGES)[cell] == cell for cell in people)


def test_small_neighbouring_age_groups_are_merged_first() -> None:
    sizes = {"15-19": 9, "20-29": 12}
    people = [(age, district) for age in AGES for district in "ab" for _ in range(sizes.get(age, 15))]
    assert bands.settle(people, AGES)["15-19", "a"] == ("15-29", "a")


def test_one_attribute_goes_before_both() -> None:
    people = [("15-19", "a")] * 5 + [("20-29", "a")] * 12 + [(age, "b") for age in AGES[2:] for _ in range(30)]
    assert bands.settle(people, AGES)["15-19", "a"] == ("", "a")


def test_the_code_of_merged_groups_spans_them() -> None:
    assert bands.joined("15-19", "30-44") == "15-44"
    assert bands.joined("65-79", "80+") == "65+"
    assert bands.label("15-44", {}) == "15–44 years"


def test_ages_are_told_in_the_language_spoken_now_and_other_codes_by_their_label() -> None:
    fixed = {"15-44": "15–44 år", "80+": "80 år och äldre", "pensioner": "Pensionärer"}
    assert [bands.label(code, fixed) for code in fixed] == ["15–44 years", "80 years and older", "Pensionärer"]
    with speak("sv"):
        assert [bands.label(code, {}) for code in fixed] == ["15–44 år", "80 år och äldre", "pensioner"]


def test_a_latecomer_gets_the_finest_band_that_enough_share() -> None:
    sizes = {("15-29", "a"): 9, ("15-29", ""): 12, ("", "b"): 30}
    assert bands.place(("20-29", "a"), sizes, {"20-29": "15-29"}) == ("15-29", "")
    assert bands.place(("80+", "b"), sizes, {}) == ("", "b")
    assert bands.place(("80+", "c"), sizes, {}) == ("", "")
