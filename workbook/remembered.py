"""Rows that a program gave before and gives again: what was made of them need not be made anew."""

from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


class Remembered(list[list[object]]):
    """Rows of cells that are the very same object as long as the cells say the same. Neither they nor what is made of them may be changed."""

    def __init__(self, rows: Iterable[list[object]]) -> None:
        super().__init__(rows)
        self._made: dict[Hashable, Any] = {}

    def made(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what was made under a key, which is made the first time."""
        if key not in self._made:
            self._made[key] = make()
        found: T = self._made[key]
        return found
