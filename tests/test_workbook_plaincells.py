"""Many cells looked at in one go: what is told is what a look at each cell tells, and what is written in any other way is not told."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.book import column_number
from workbook.plaincells import plain_cells
from workbook.tags import columns_within

ROW = b'<row r="12" spans="1:3">%b</row>'
PLAIN = [
    b'<c r="A12"/>',
    b'<c r="Z1" s="3"><v>1</v></c>',
    b'<c r="AB12" t="s"><v>0</v></c>',
    b'<c r="XFD99" t="e"><v>#N/A</v></c>',
]
OTHER = [
    b"<cols/>",
    b'<col min="1"/>',
    b"<v>c r=</v>",
    b"<is><t>&lt;c r=&quot;ZZZ1&quot;</t></is>",
    b"<conditionalFormatting/>",
]
ODD = [
    b"<c/>", b"<c><v>1</v></c>", b"<c t='s' r=\"A1\"/>", b"<c r='A1'/>", b'<c  r="A1"/>', b'<c\tr="A1"/>', b'<c r="a1"/>', b'<c r="A"/>',
    b'<c r="1"/>', b'<c r="ABCD1"/>', b'<c r="A100"/>', b'<c r="A1x"/>', b'<c r=""/>', b'<c r="A 1"/>', b"<c r=", b'<c s="1"/>', b"<c:x/>",
]  # fmt: skip


def one_by_one(block: bytes, digits: int) -> tuple[int, int]:
    found = columns_within(b"", digits).findall(block)
    return max((column_number(name.decode()) for name in found), default=0), len(found)


@given(st.lists(st.sampled_from(PLAIN + OTHER), max_size=8))
def test_plain_cells_are_told_as_one_by_one(parts: list[bytes]) -> None:
    block = ROW % b"".join(parts) + b'<row r="13"/>' * 2
    assert plain_cells(block, 2) == one_by_one(block, 2)


@given(st.lists(st.sampled_from(PLAIN + OTHER + ODD), max_size=8), st.sampled_from(ODD))
def test_one_odd_cell_and_nothing_is_told(parts: list[bytes], odd: bytes) -> None:
    assert plain_cells(ROW % b"".join([*parts, odd]), 2) is None


@given(
    st.lists(st.sampled_from([*PLAIN, *ODD, b"<", b"<c", b"<c ", b'"']), max_size=5).map(b"".join), st.integers(1, 9)
)
def test_no_end_of_a_block_is_too_short(block: bytes, digits: int) -> None:
    found = plain_cells(block, digits)
    assert found is None or found == one_by_one(block, digits)


@pytest.mark.parametrize(
    ("letters", "number"), [("A", 1), ("Z", 26), ("AA", 27), ("AZ", 52), ("ZZ", 702), ("AAA", 703), ("XFD", 16384)]
)
def test_letters_become_a_number(letters: str, number: int) -> None:
    assert plain_cells(ROW % f'<c r="{letters}7"/>'.encode(), 2) == (number, 1)


@pytest.mark.parametrize(("digits", "told"), [(1, None), (2, (1, 1)), (3, (1, 1)), (5, (1, 1))])
def test_a_row_with_more_digits_is_not_told(digits: int, told: tuple[int, int] | None) -> None:
    assert plain_cells(ROW % b'<c r="A12"/>', digits) == told


def test_nothing_is_told_and_nothing_loaded_where_numpy_is_not_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "numpy")
    assert plain_cells(ROW % PLAIN[0], 2) is None
    assert "numpy" not in sys.modules
