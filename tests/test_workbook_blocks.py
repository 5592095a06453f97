"""Cells -> rectangles: every cell once, nothing else but what the filler allows."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from workbook.blocks import STAY_OUT, WIDEST_GAP, Area, Block, areas_of, blocks_of, spans_of

_cells = st.dictionaries(
    st.integers(1, 30), st.dictionaries(st.integers(1, 8), st.integers(), min_size=1), min_size=1, max_size=20
)


def fill_none(row, column):
    return None


def shapes(blocks):
    return [(block.area, block.rows) for block in blocks]


def test_a_rectangle_is_one_block():
    cells = {row: {2: row, 3: -row} for row in range(5, 8)}
    assert shapes(blocks_of(cells)) == [(Area(5, 2, 7, 3), [[5, -5], [6, -6], [7, -7]])]


def test_columns_apart_or_of_other_rows_are_blocks_of_their_own():
    found = blocks_of({1: {1: "a", 3: "c"}, 2: {3: "d", 4: "e"}})
    assert shapes(found) == [
        (Area(1, 1, 1, 1), [["a"]]),
        (Area(1, 3, 2, 3), [["c"], ["d"]]),
        (Area(2, 4, 2, 4), [["e"]]),
    ]


def test_a_gap_is_filled_only_as_far_as_allowed():
    cells = {1: {1: "a"}, 4: {1: "d"}, 6: {1: "f"}}
    found = blocks_of(cells, lambda row, column: STAY_OUT if row == 5 else f"{row}")
    assert shapes(found) == [(Area(1, 1, 4, 1), [["a"], ["2"], ["3"], ["d"]]), (Area(6, 1, 6, 1), [["f"]])]


def test_a_wide_gap_is_not_filled():
    for gap, count in ((WIDEST_GAP, 1), (WIDEST_GAP + 1, 2)):
        assert len(blocks_of({1: {1: "a"}, gap + 2: {1: "b"}}, fill_none)) == count


@given(_cells, st.sets(st.tuples(st.integers(1, 30), st.integers(1, 8))))
def test_every_cell_is_written_once_and_no_forbidden_one_at_all(cells, forbidden):
    found = blocks_of(cells, lambda row, column: STAY_OUT if (row, column) in forbidden else "filled")
    written = [(row, column) for block in found for row, column, _ in block.cells()]
    assert len(written) == len(set(written))
    values = {(row, column): value for block in found for row, column, value in block.cells()}
    wanted = {(row, column): value for row, columns in cells.items() for column, value in columns.items()}
    assert {place: values[place] for place in wanted} == wanted
    rest = values.keys() - wanted.keys()
    assert not rest & forbidden
    assert all(values[place] == "filled" for place in rest)


@given(_cells)
def test_areas_hold_every_cell_and_no_column_without(cells):
    areas = areas_of(cells)
    for row, columns in cells.items():
        for column in columns:
            assert sum(a.left <= column <= a.right and a.top <= row <= a.bottom for a in areas) == 1
    used = {column for columns in cells.values() for column in columns}
    assert {column for a in areas for column in range(a.left, a.right + 1)} == used


def test_no_cells_need_no_blocks():
    assert blocks_of({}) == []
    assert areas_of({}) == []
    assert spans_of([]) == []


@given(st.sets(st.integers(1, 60)))
def test_spans_are_the_runs_of_numbers(numbers):
    spans = spans_of(numbers)
    assert {n for first, last in spans for n in range(first, last + 1)} == numbers
    assert all(before[1] + 1 < after[0] for before, after in pairwise(spans))


def test_a_block_knows_its_cells():
    assert list(Block(2, 3, [["a", "b"]]).cells()) == [(2, 3, "a"), (2, 4, "b")]
