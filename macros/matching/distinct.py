"""What is the same is worked out once: codes of equal rows, and texts put together from few different parts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from macros.matching.states import Array

FEW = 8  # rows for each combination of parts that is worth a text of its own


def distinct(codes: Array) -> tuple[Array, Array]:
    """Return a position of each different code, and for each code its place among the different ones."""
    again, kinds = pd.factorize(codes)
    first = np.empty(len(kinds), dtype=np.int64)
    first[again] = np.arange(len(codes))
    return first, again


def alike(*columns: pd.Series) -> tuple[Array, Array]:
    """Return what `distinct` does, of the rows of some columns."""
    codes = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        part, kinds = pd.factorize(column)
        codes = distinct(codes * (len(kinds) + 1) + part + 1)[1]
    return distinct(codes)


def worded(told: Callable[..., str], *columns: pd.Series) -> Array:
    """Return the text of each row as objects; `told` makes it from a value of each column and is asked once for equal rows."""
    first, again = alike(*columns)
    rows = zip(*(column.iloc[first].tolist() for column in columns), strict=True)
    return objects([told(*row) for row in rows])[again]


def objects(values: Sequence[Any]) -> Array:
    """Return values as an array of objects."""
    return np.array(values, dtype=object)


@dataclass
class Joined:
    """A text per row that grows part by part. Parts of which few combinations occur are put together before the rows are."""

    rows: int

    def __post_init__(self) -> None:
        self._parts: list[tuple[list[str], Array]] = []

    def add(self, words: Sequence[str], again: Array) -> None:
        """Add a part: its different words, and the place of each row's among them."""
        kinds = list(dict.fromkeys(words))
        if kinds in ([], [""]):
            return
        place = {word: code for code, word in enumerate(kinds)}
        codes = np.fromiter(map(place.__getitem__, words), dtype=np.int64, count=len(words))[again]
        if self._parts and len(kinds) * FEW <= self.rows:
            before, old = self._parts[-1]
            first, joint = distinct(old * len(kinds) + codes)
            if len(first) * FEW <= self.rows or len(first) <= len(before):
                pairs = zip(old[first].tolist(), codes[first].tolist(), strict=True)
                self._parts[-1] = ([before[one] + kinds[other] for one, other in pairs], joint)
                return
        self._parts.append((kinds, codes))

    def result(self, cut: int) -> list[str]:
        """Return the texts without their first `cut` signs."""
        if not self._parts:
            return [""] * self.rows
        (kinds, codes), *rest = self._parts
        whole = objects(kinds)[codes]
        for more, again in rest:
            whole += objects(more)[again]
        return [text[cut:] for text in whole.tolist()]
