"""The report as a PDF: whole, readable, the same every time, with and without a font of this computer."""

import re
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument
from reported import TEXT, reported

from macros.reports import fonts
from macros.reports.fonts import BUILT_IN, EMBEDDED, chinese_font
from macros.reports.press import Press
from macros.reports.render_pdf import to_pdf
from macros.reports.shown_parts import Line, Shown

HERE = any(Path(path).is_file() for path in fonts.CANDIDATES)


@pytest.fixture(scope="module")
def march() -> Shown:
    return reported()


def pages(content: bytes) -> list[str]:
    document = PdfDocument(content)
    try:
        return [document[at].get_textpage().get_text_range() for at in range(len(document))]
    finally:
        document.close()


def one_line(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.skipif(not HERE, reason="no TrueType font with Chinese")
def test_everything_can_be_read_back(march):
    found = pages(to_pdf(march))
    assert len(found) == 2
    assert "第 1 页, 共 2 页" in found[0]
    assert "第 2 页, 共 2 页" in found[1]
    text = one_line("".join(found))
    for block in march.blocks:
        assert one_line(block.title) in text
    figures = next(block for block in march.blocks if block.key == "figures").figures
    for figure in figures:
        for words in (figure.name, figure.value, figure.definition, figure.change.text, figure.target, figure.interval):
            assert one_line(words) in text
    for words in (
        "A&B <公司> 月报",
        "王<b>一</b> 的逾期 < 2",
        "甲 & 乙",
        "暂无数据",
        "合计5次",
        "12,345.6",
        "只数有记录的。",
        "看: 客户!B2",
    ):
        assert one_line(words) in text


def test_same_report_is_the_same_file(march):
    assert to_pdf(march) == to_pdf(reported())


@pytest.mark.parametrize("embedded", [True, False])
@pytest.mark.parametrize("text", [TEXT, ""])
def test_pdf_can_be_made_with_and_without_a_font_of_this_computer(text, embedded, monkeypatch):
    if not embedded:
        monkeypatch.setattr("macros.reports.render_pdf.chinese_font", lambda: chinese_font(()))
    content = to_pdf(reported(text))
    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")


def test_long_words_many_rows_and_many_people_do_not_break_it():
    long = "很长的一段话没有空格" * 60
    staff = "人员\n| 姓名 | 门店 | 角色 |\n" + "".join(f"| {'长' * 30}{n} | 东店 | 经纪人 |\n" for n in range(60))
    lines = {"weak": (Line((long,), long),), "owed": tuple(Line((f"D{n}", long[:300], "", n)) for n in range(200))}
    found = pages(to_pdf(reported(staff, lines, scope="长" * 200)))
    assert len(found) > 5
    assert "D199" in "".join(found)


def test_sentence_that_is_longer_than_a_page_goes_on_the_next():
    long = "字" * 6_000
    assert len(pages(to_pdf(reported(extra={"weak": (Line((long,)),)})))) > 3
    assert len(pages(to_pdf(reported(extra={"owed": (Line(("D1", "", long, 1)),)})))) > 3


def test_font_that_cannot_be_embedded_is_passed_over(tmp_path):
    damaged = tmp_path / "damaged.ttc"
    damaged.write_bytes(b"OTTO" + bytes(100))
    assert chinese_font((str(damaged), str(tmp_path / "missing.ttf"))) == BUILT_IN


@pytest.mark.skipif(not HERE, reason="no TrueType font with Chinese")
def test_first_usable_font_is_embedded():
    assert chinese_font() == EMBEDDED


def test_a_part_without_anything_has_no_heading():
    assert list(Press(chinese_font()).section("空", [])) == []
