"""What is the same is worked out once, and no text is another for it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from macros.matching.distinct import Joined, alike, distinct, worded


@given(codes=st.lists(st.integers(-3, 5), max_size=30))
def test_each_different_code_is_named_once_and_found_again(codes: list[int]) -> None:
    array = np.array(codes, dtype=np.int64)
    first, again = distinct(array)
    assert array[first][again].tolist() == codes
    assert len(first) == len(set(codes))


@given(
    rows=st.lists(st.tuples(st.sampled_from(["", "a"]), st.sampled_from([(), ("a",)]), st.integers(0, 2)), min_size=1)
)
def test_rows_are_alike_where_every_column_is(rows: list[tuple[str, tuple[str, ...], int]]) -> None:
    columns = [pd.Series(part) for part in zip(*rows, strict=True)]
    first, again = alike(*columns)
    assert [rows[place] for place in first[again]] == rows
    assert len(first) == len(set(rows))


def test_a_text_is_asked_for_once_for_equal_rows() -> None:
    asked: list[tuple[float, str]] = []

    def told(number: float, word: str) -> str:
        asked.append((number, word))
        return f"{number:g}{word}"

    numbers, words = pd.Series([1.0, np.nan, 1.0, 1.0, np.nan]), pd.Series(["a", "a", "b", "a", "a"])
    assert worded(told, numbers, words).tolist() == ["1a", "nana", "1b", "1a", "nana"]
    assert len(asked) == 3


@pytest.mark.parametrize("count", [1, 40, 4_000])  # few rows: every part by itself; many: put together before
def test_parts_are_joined_in_their_order(count: int) -> None:
    rng = np.random.default_rng(count)
    parts = [["", "; a", "; b"], ["; c", "; c"], ["", ""], [f"; {n}" for n in range(30)], ["", "; d"]]
    picks = [rng.integers(0, len(words), count) for words in parts]
    joined = Joined(count)
    for words, again in zip(parts, picks, strict=True):
        joined.add(words, again)
    slowly = ["".join(words[pick[row]] for words, pick in zip(parts, picks, strict=True))[2:] for row in range(count)]
    assert joined.result(2) == slowly


def test_nothing_added_is_an_empty_text_in_every_row() -> None:
    assert Joined(3).result(2) == ["", "", ""]
