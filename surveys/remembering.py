"""What took a while to make is kept for the next who asks for the same; the one least asked for goes first."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Made = TypeVar("Made")


class Remembered(Generic[Made]):
    """The last ``size`` things made in this process, each by a key that tells everything it is made of.

    Two threads that ask at once for what is not there may both make it.
    """

    def __init__(self, size: int) -> None:
        self._size, self._lock = size, Lock()
        self._made: OrderedDict[Hashable, Made] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What is there under the key, or what ``make`` gives now."""
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
        made = make()
        with self._lock:
            self._made[key] = made
            self._made.move_to_end(key)
            while len(self._made) > self._size:
                self._made.popitem(last=False)
        return made
