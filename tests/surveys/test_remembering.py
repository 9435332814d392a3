"""What is kept for the next who asks: each thing once, the least asked for goes first, and never for another key."""

import pytest

from surveys.remembering import Remembered


def test_the_same_is_made_once() -> None:
    kept, made = Remembered[list[int]](2), []
    first = kept.get("a", lambda: made.append(1) or [1])
    assert kept.get("a", lambda: made.append(2) or [2]) is first
    assert made == [1]


def test_another_key_is_another_thing() -> None:
    kept = Remembered[int](2)
    assert (kept.get("a", lambda: 1), kept.get("b", lambda: 2), kept.get("a", lambda: 3)) == (1, 2, 1)


def test_what_was_least_asked_for_goes_first() -> None:
    kept = Remembered[int](2)
    for key in ("a", "b", "a", "c"):
        kept.get(key, lambda: 1)
    assert kept.get("a", lambda: 2) == 1
    assert kept.get("b", lambda: 3) == 3


def test_what_failed_is_tried_again() -> None:
    kept = Remembered[float](2)
    with pytest.raises(ZeroDivisionError):
        kept.get("a", lambda: 1 / 0)
    assert kept.get("a", lambda: 0.5) == 0.5
