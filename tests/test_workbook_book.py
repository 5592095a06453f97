"""Letters of columns. What all books must do stands in test_workbook_contract."""

import pytest

from workbook.book import MemoryBook, column_letter, column_number


@pytest.mark.parametrize(
    ("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (703, "AAA"), (16384, "XFD")]
)
def test_letters_of_columns(number, letters):
    assert column_letter(number) == letters
    assert column_number(letters) == number


def test_a_book_in_memory_counts_how_often_it_was_saved():
    book = MemoryBook({"客户": [["客户ID"]]})
    book.save()
    book.save()
    assert book.saved == 2
