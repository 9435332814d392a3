"""Sets of people, however these were picked out, and the classes of people that none of the sets tells apart."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.disclosure.lattice import Mask, Places

MOST = 800
"""So many classes at most are there whether anybody is in them or not; of more crosses a reader is taken to know the empty."""


@dataclass(frozen=True, eq=False)
class People:
    """Some of the people, by groups that everybody knows to exist and by what they answered.

    Attributes
    ----------
    members
        Whether each response, and each place behind them that nobody fills, is in the groups; shape (responses + places,).
    picked
        Whether each response gave certain answers; shape (responses,). None where they were not picked by answers.
    where
        The items to which those are answers.
    """

    members: Mask
    picked: Mask | None = None
    where: frozenset[str] = frozenset()

    @property
    def key(self) -> tuple[bytes, bytes]:
        """The same for the same people, picked out in the same way."""
        return self.members.tobytes(), b"" if self.picked is None else self.picked.tobytes()

    def among(self, those: Mask, item: str) -> "People":
        """Those of them who answered an item in some way."""
        return People(self.members, those if self.picked is None else self.picked & those, self.where | {item})

    def count(self, responses: int) -> int:
        """How many they are."""
        here = self.members[:responses]
        return int(np.count_nonzero(here if self.picked is None else here & self.picked))


def classes(sets: Sequence[People], responses: int) -> tuple[Mask, Places]:
    """The classes of people that some sets do not tell apart, and the class of each response.

    A class is a cross of groups and answers. A reader knows which groups there are and what can be answered, but not which
    crosses are empty: so far as they are not too many, all are there.

    Returns
    -------
    inside
        Whether each class is in each set; shape (sets, classes).
    places
        The class of each response; shape (responses,).
    """
    groups = np.array([each.members for each in sets])
    answers = np.array([np.ones(responses, dtype=bool) if each.picked is None else each.picked for each in sets])
    known, group = distinct(groups.T)
    given, answer = distinct(answers.T)
    if len(known) * len(given) <= MOST:
        crossed = (groups.T[known][:, None] & answers.T[given][None]).reshape(-1, len(sets))
        place = group[:responses] * len(given) + answer
    else:
        nobody = groups[:, responses:] & np.array([each.picked is None for each in sets])[:, None]
        crossed, place = np.hstack([groups[:, :responses] & answers, nobody]).T, np.arange(responses)
    first, same = distinct(crossed)
    return crossed[first].T, same[place]


def distinct(rows: Mask) -> tuple[Places, Places]:
    """Where each different row stands first, and which of these each row is."""
    packed = np.ascontiguousarray(np.packbits(rows, axis=1))
    if not packed.shape[1]:
        return np.zeros(min(len(rows), 1), dtype=np.intp), np.zeros(len(rows), dtype=np.intp)
    keys = packed.view(np.dtype((np.void, packed.shape[1]))).ravel()
    _keys, first, places = np.unique(keys, return_index=True, return_inverse=True)
    return first, places
