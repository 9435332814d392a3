"""Tables that are published together: their sums, the audit over all of them, and what is hidden so that it finds nothing."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.disclosure import By, Counted, Counts, Earlier, Hidden, Lattice, Ring, audit, protect, taking_part

Tables = tuple[list[Counted], dict[By, Counts]]


def table(item: str, by: str, counts: list[list[int]], exclusive: bool = True) -> Counted:
    n = np.array(counts)
    return Counted(item, tuple(by), (len(n),) if by else (), n, n.sum(axis=1), exclusive)


def made_up(seed: int, size: int = 120, items: int = 3, asked: float = 1.0) -> Tables:
    """A few questions by age and by place, some answers missing, as many taking part as there are rows.

    The last question was put to some of them.
    """
    rng = np.random.default_rng(seed)
    columns = {name: rng.choice(levels, size, p=rng.dirichlet(np.full(levels, 3.0))) for name, levels in (("a", 3), ("b", 4))}
    groups = {(): np.zeros(size, dtype=int)} | {(name,): codes for name, codes in columns.items()}
    shapes: dict[By, tuple[int, ...]] = {(): (), ("a",): (3,), ("b",): (4,)}
    sizes = {by: np.bincount(codes, minlength=int(np.prod(shapes[by]))) for by, codes in groups.items()}
    tables = []
    for item in range(items):
        answers = rng.choice(4, size, p=[0.55, 0.3, 0.1, 0.05])
        if item == items - 1 and asked < 1:
            answers[rng.random(size) > asked] = 3
        for by, codes in groups.items():
            n = np.zeros((len(sizes[by]), 4), dtype=int)
            np.add.at(n, (codes, answers), 1)
            tables.append(Counted(f"q{item}", by, shapes[by], n[:, :3], n[:, :3].sum(axis=1)))
    return tables, sizes


def test_all_sums_of_a_lattice_hold_for_its_true_numbers():
    tables, sizes = made_up(1)
    lattice = Lattice(tuple(tables), sizes)
    assert not (lattice.matrix @ lattice.values).any()


def test_nothing_is_hidden_where_nothing_is_small():
    tables = [table("q", "", [[50, 60]]), table("q", "a", [[20, 25], [30, 35]])]
    assert not any(hidden.any for hidden in protect(tables, {(): np.array([110]), ("a",): np.array([45, 65])}, 5))


def test_the_audit_tells_a_small_count_that_its_total_gives_away():
    lattice = Lattice((table("q", "", [[50, 60, 40]]), table("q", "a", [[3, 25, 20], [47, 35, 20]])))
    mask = lattice.mask([Hidden(t.n < 5, t.base < 5) for t in lattice.tables])
    assert [(found.group, found.category, found.low, found.high) for found in audit(lattice, mask, 5)] == [(0, 0, 3, 3)]


@pytest.mark.parametrize("seed", range(6))
def test_the_audit_finds_nothing_in_what_is_protected(seed: int):
    tables, sizes = made_up(seed)
    lattice = Lattice(tuple(tables), sizes)
    hidden = protect(tables, sizes, 5)
    assert lattice.small(5)[lattice.released].any()
    assert lattice.mask(hidden)[lattice.small(5)].all()
    assert audit(lattice, lattice.mask(hidden), 5) == []


def test_what_one_question_hides_another_does_not_tell():
    """Everybody answered both questions, so that their groups are the same people."""
    sizes = {(): np.array([60]), ("a",): np.array([3, 7, 50])}
    one = [table("q", "", [[30, 30]]), table("q", "a", [[1, 2], [3, 4], [26, 24]])]
    other = [table("r", "", [[30, 30]]), table("r", "a", [[2, 1], [4, 3], [24, 26]])]
    hidden = protect([*one, *other], sizes, 5)
    assert (hidden[1].groups == hidden[3].groups).all()
    assert hidden[1].groups[0]


def test_a_nought_is_hidden_beside_a_small_count_and_shown_where_nothing_is_small():
    tables = [table("q", "", [[70, 64, 60]]), table("q", "a", [[3, 0, 20], [37, 4, 20], [30, 60, 20]])]
    assert protect(tables, {}, 5)[1].cells[0, :2].all()
    tables = [table("q", "", [[70, 64]]), table("q", "a", [[30, 0], [40, 64]])]
    assert not protect(tables, {}, 5)[1].any


def test_an_empty_group_looks_the_same_as_a_hidden_one():
    tables = [table("q", "", [[70, 64]]), table("q", "a", [[0, 0], [2, 1], [38, 30], [30, 33]])]
    assert protect(tables, {}, 5)[1].groups[:2].all()


def test_nothing_that_a_reader_can_tell_anyhow_is_hidden():
    """A category that nobody chose is nought in every group."""
    tables = [table("q", "", [[70, 64, 0]]), table("q", "a", [[3, 20, 0], [37, 34, 0], [30, 10, 0]])]
    assert not protect(tables, {}, 5)[1].cells[:, 2].any()


def test_a_ring_of_tables_is_refused_unless_its_crossing_is_there():
    n, base = np.full((4, 2), 10), np.full(4, 20)
    ring = [Counted("q", tuple(by), (2, 2), n, base) for by in ("ab", "bc", "ac")]
    with pytest.raises(Ring):
        _ = Lattice(tuple(ring)).matrix
    whole = Counted("q", ("a", "b", "c"), (2, 2, 2), np.full((8, 2), 5), np.full(8, 10), released=False)
    lattice = Lattice((*ring, whole))
    assert not (lattice.matrix @ lattice.values).any()


def test_the_same_tables_are_always_hidden_the_same_way():
    tables, sizes = made_up(5)
    first, second = (protect(tables, sizes, 5) for _run in range(2))
    assert all((one.cells == two.cells).all() for one, two in zip(first, second, strict=True))


@pytest.mark.parametrize("size", [6, 12, 30])
def test_how_many_took_part_is_told_and_may_not_be_counted_on_as_hidden(size: int):
    """With few answers nearly all is hidden; what is left must be safe though everybody's number stands beside it."""
    tables, sizes = made_up(2, size)
    lattice = Lattice(tuple(tables), sizes)
    assert audit(lattice, lattice.mask(protect(tables, sizes, 5)), 5) == []


def banded(seed: int) -> Tables:
    """The same questions with their two last answers told together too."""
    tables, sizes = made_up(seed)
    return [replace(table, bands=((1, 2),)) for table in tables], sizes


@pytest.mark.parametrize("seed", range(4))
def test_the_audit_finds_nothing_where_answers_are_told_together_too(seed: int):
    tables, sizes = banded(seed)
    lattice = Lattice(tuple(tables), sizes)
    hidden = protect(tables, sizes, 5)
    small = [(table.banded > 0) & (table.banded < 5) for table in tables]
    assert audit(lattice, lattice.mask(hidden), 5) == []
    assert all((each.bands | each.groups[:, None])[few].all() for each, few in zip(hidden, small, strict=True))


def test_what_is_small_by_itself_is_told_together_with_its_neighbour():
    tables = [table("q", "", [[60, 44, 30]]), table("q", "a", [[12, 3, 9], [48, 41, 21]])]
    tables = [replace(each, bands=((1, 2),)) for each in tables]
    hidden = protect(tables, {}, 5)
    assert hidden[1].cells[0].tolist() == [False, True, True]
    assert not hidden[1].bands.any()


@pytest.mark.parametrize("asked", [0.1, 0.4, 1.0])
@pytest.mark.parametrize("seed", range(4))
def test_who_took_part_is_told_as_far_as_it_opens_nothing(seed: int, asked: float):
    tables, sizes = made_up(seed, 150, asked=asked)
    who = [taking_part(by, counts.shape, counts) for by, counts in sizes.items() if by]
    lattice, hidden = Lattice((*tables, *who), sizes), protect([*tables, *who], sizes, 5)
    assert audit(lattice, lattice.mask(hidden), 5) == []
    for one, other in zip(hidden, protect(tables, sizes, 5), strict=False):
        assert (one.cells <= other.cells).all()
        assert (one.groups <= other.groups).all(), "an answer is never hidden for the sake of who took part"
    assert not any(what.groups.any() for what in hidden[len(tables) :]), "not wherever a question put to few is hidden"
    assert asked > 0.1 or any(what.groups.any() for what in hidden[: len(tables)])


def test_few_who_took_part_are_hidden_though_every_question_was_put_to_more():
    n = np.array([[30, 30], [2, 1], [20, 20]])
    tables = [table("q", "", [[52, 51]]), table("q", "a", n.tolist())]
    sizes = {(): np.array([110]), ("a",): np.array([64, 4, 42])}
    *_answers, who = protect([*tables, taking_part(("a",), (3,), sizes["a",])], sizes, 5)
    assert who.groups[1]
    assert who.groups.sum() == 2


@pytest.mark.parametrize(("told", "same", "hidden"), [((42, 66, 42), False, []), ((42, 63, 45), False, [1, 2]),
                                                    ((np.nan, np.nan, 42), True, [0, 1])])  # fmt: skip
def test_what_was_told_before_of_who_took_part_counts(told: tuple[float, ...], same: bool, hidden: list[int]):
    """What was hidden of the same answers stays hidden; of others, what a few have changed, with what would tell it."""
    tables, sizes = made_up(0, 150)
    who, before = taking_part(("a",), (3,), sizes["a",]), np.array(told, dtype=float)
    assert who.base.tolist() == [42, 66, 42]
    past = {who.key: [Earlier(before[:, None], before, same)]}
    *_answers, found = protect([*tables, who], sizes, 5, past=past)
    assert found.groups[hidden].all()
    assert found.groups.any() == bool(hidden)


def test_the_audit_tells_a_count_that_the_sum_of_two_gives_away():
    lattice = Lattice((replace(table("q", "a", [[3, 9, 20], [47, 35, 20]]), bands=((0, 1),)),))
    mask = lattice.mask([Hidden(np.array([[True, False, False], [True, False, False]]), np.zeros(2, dtype=bool))])
    assert [(found.group, found.category) for found in audit(lattice, mask, 5)] == [(0, 0), (1, 0)]


def test_a_band_that_the_ones_beside_it_give_away_is_told_of():
    lattice = Lattice((replace(table("q", "", [[3, 1, 20]]), bands=((0, 1),)),))
    every = np.ones((1, 3), dtype=bool)
    mask = lattice.mask([Hidden(every & [True, True, False], np.zeros(1, dtype=bool), np.ones((1, 1), dtype=bool))])
    assert (0, 4, 4) in [(found.band, found.low, found.high) for found in audit(lattice, mask, 5)]


def test_where_small_counts_are_hopelessly_many_the_ends_are_still_told():
    rng = np.random.default_rng(4)
    n = rng.multinomial(14, [0.25, 0.2, 0.1, 0.2, 0.25], 60)
    tables = [Counted("q", (), (), n.sum(axis=0, keepdims=True), n.sum(keepdims=True).reshape(1), bands=((0, 1), (3, 4)))]
    tables.append(Counted("q", ("a",), (60,), n, n.sum(axis=1), bands=((0, 1), (3, 4))))
    lattice, hidden = Lattice(tuple(tables)), protect(tables, {}, 5)
    assert hidden[1].cells.mean() > 0.9
    assert not hidden[1].groups.any()
    assert hidden[1].bands.mean() < 0.6
    assert audit(lattice, lattice.mask(hidden), 5) == []

