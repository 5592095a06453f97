"""Tables of the built workbook: what is folded, and how tall rows are."""

import datetime as dt

import openpyxl

from workbook import build
from workbook.build.tables import folded_beside
from workbook.sheets import BY_KEY


def test_the_note_beside_a_fold_names_what_is_folded():
    found = folded_beside(BY_KEY["due"])
    names = [c.key for c in BY_KEY["due"].columns]
    folded = "应跟进日、事由、依据、优先分、本人名次、建议模板、事由编号"
    assert found[names.index("done")] == [f"左边折叠着 7 列 (点上方的 + 展开): {folded}"]
    assert any(text.startswith("右边折叠着") for texts in folded_beside(BY_KEY["reverse"]).values() for text in texts)


def test_sentences_stand_in_rows_with_a_height_of_their_own(tmp_path):
    """LibreOffice draws a longer text beyond a row that has none; rows that are added look like the first."""
    path = tmp_path / "book.xlsx"
    build.make(path, {}, today=dt.date(2026, 2, 28))
    book = openpyxl.load_workbook(path)
    for key, points in {"matches": 45, "reverse": 45, "due": 31.5, "findings": 31.5, "review": 31.5}.items():
        row = book[BY_KEY[key].label].row_dimensions[2]
        assert (row.customHeight, row.height) == (True, points), key
