"""The week as HTML and as PDF: complete, escaped, self-contained, the same every time."""

import datetime as dt
import re
import shutil
import subprocess
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tables import tables_from

from macros.reports import Report, report, week_report
from macros.reports import fonts as fonts_module
from macros.reports.charts import Box, Chart, Words, charts_of, draw, ems, shortened, to_drawing, to_svg
from macros.reports.fonts import BUILT_IN, EMBEDDED, chinese_font
from macros.reports.html import to_html
from macros.reports.palette import ACCENT, BAD, GOOD, INK, MUTED
from macros.reports.pdf import to_pdf
from macros.settings import Agency, Settings
from workbook.samples import sample
from workbook.sheets import SHEETS
from workbook.tables import Layout, Tables, empty_frame

TODAY = dt.date(2026, 11, 20)
VOID = {"meta", "br", "rect", "link", "img", "hr"}
TEXT = """
客户
| 客户ID | 姓名       | 称谓 | 来源     | 归属人     | 阶段 | 状态     | 系统等级 | 首接时间         | 下次跟进   | 逾期天数 |
| C1     | A&B <公司> |      | 线上渠道 | 王<b>一</b> | 意向 | 需求明确 | A        | 2026-11-16 09:00 | 2026-11-15 | 5        |
| C2     | 李娜       | 女士 | 线上渠道 | 王二       | 潜在 | 需求明确 | B        | 2026-11-16 10:00 | 2026-11-19 | 1        |
今日待办
| 名次 | 负责人      | 客户ID | 姓名       | 等级 | 逾期天数 | 下一步 | 原因       | 事由 |
| 1    | 王<b>一</b> | C1     | A&B <公司> | A    | 5        | 回访   | 预算 < 500 | x    |
"""


class Page(HTMLParser):
    """Reads a page and keeps what the tests ask for: tags with their attributes, the text, tags left open."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def week(text: str = TEXT, agency: str = "A&B <公司>") -> Report:
    return week_report(tables_from(text), TODAY, Settings(agency=Agency(agency)))


def store() -> Tables:
    frames = sample("store", today=TODAY)
    layouts = {s.key: Layout(s, s.label, 1, {c.key: n for n, c in enumerate(s.columns, 1)}) for s in SHEETS}
    return Tables({s.key: frames.get(s.key, empty_frame(s)) for s in SHEETS}, layouts)


def test_page_is_well_formed_and_every_table_header_has_a_scope():
    page = Page(to_html(week()))
    assert page.open == []
    headers = [attributes for tag, attributes in page.tags if tag == "th"]
    assert headers
    assert all(attributes.get("scope") in {"col", "row"} for attributes in headers)
    assert [tag for tag, _ in page.tags].count("h1") == 1


def test_page_stands_alone():
    html = to_html(week())
    assert not re.search(r"https?:|//[a-z]|<script|<link|<img|@import|url\(", html)
    assert 'lang="zh-CN"' in html
    assert "viewport" in html


def test_names_with_markup_are_shown_as_they_stand():
    html = to_html(week())
    assert "A&B <公司>" in Page(html).text
    assert "王<b>一</b>" in Page(html).text
    assert "预算 < 500" in Page(html).text
    assert "<公司>" not in html
    assert "<b>" not in html


def test_every_figure_stands_on_the_page_with_its_definition():
    found = week()
    text = Page(to_html(found)).text
    for result in found.figures:
        assert result.figure.name in text
        assert result.figure.definition in text
        assert (result.missing or result.where) in text


def test_no_phone_reaches_the_page():
    tables = store()
    html = to_html(week_report(tables, TODAY, Settings()))
    assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", html)


def test_empty_workbook_gives_one_sentence_and_no_frames():
    html = to_html(week(""))
    page = Page(html)
    assert "工作簿里还没有数据" in page.text
    assert not {"table", "svg", "figure"} & {tag for tag, _ in page.tags}
    assert charts_of(week("")) == {}


def test_a_chart_without_a_value_is_left_out():
    assert set(charts_of(week())) == {"trend_新增客户", "funnel", "grades", "agents", "sources"}
    assert set(charts_of(week("客户\n| 姓名 | 阶段 |\n| 甲 | 意向 |"))) == {"funnel"}


def test_bars_are_as_long_as_their_values():
    chart = Chart("x", "x", ("甲", "乙", "丙"), (10, 5, 0))
    bars = [shape for shape in draw(chart, 400).shapes if isinstance(shape, Box) and shape.colour == ACCENT]
    assert len(bars) == 2
    assert bars[0].width == pytest.approx(2 * bars[1].width)


def test_columns_are_as_high_as_their_values_and_labels_keep_apart():
    chart = Chart("x", "x", tuple(f"11-{n:02}" for n in range(8)), (10, 5, 0, 0, 0, 0, 0, 10), columns=True)
    wide, narrow = draw(chart, 400), draw(chart, 160)
    columns = [shape for shape in wide.shapes if isinstance(shape, Box)][1:]
    assert [column.height / columns[0].height for column in columns] == pytest.approx([1, 0.5, 1])
    labels = [shape.text for shape in narrow.shapes if isinstance(shape, Words) and "-" in shape.text]
    assert labels == ["11-01", "11-03", "11-05", "11-07"]


@pytest.mark.parametrize("width", [295.0, 370.0])
def test_nothing_is_drawn_outside_the_picture(width):
    for chart in charts_of(week(TEXT.replace("王二", "一个名字特别特别长的人"))).values():
        picture = draw(chart, width)
        for shape in picture.shapes:
            left = shape.x - {"start": 0, "middle": 0.5, "end": 1}[getattr(shape, "anchor", "start")] * long(shape)
            assert left >= -1, shape
            assert left + long(shape) <= width + 1, shape
            assert 0 <= shape.y <= picture.height


def long(shape: Box | Words) -> float:
    return shape.width if isinstance(shape, Box) else ems(shape.text) * shape.size


def test_long_labels_are_shortened_and_short_ones_are_not():
    assert shortened("一二三四五六七八", 7) == "一二三四五六…"
    assert shortened("一二三四五六七", 7) == "一二三四五六七"


def test_svg_is_escaped_and_says_what_it_shows():
    svg = to_svg(draw(Chart("x", "甲 & 乙", ("<丙>",), (3,)), 300))
    assert 'role="img" aria-label="甲 &amp; 乙: &lt;丙&gt; 3"' in svg
    assert "&lt;丙&gt;</text>" in svg


def test_drawing_counts_from_the_bottom():
    picture = draw(Chart("x", "x", ("甲",), (3,)), 300)
    drawing = to_drawing(picture, "Helvetica", 0.5)
    assert (drawing.width, drawing.height) == (150, picture.height / 2)
    track = drawing.contents[1]
    box = picture.shapes[1]
    assert track.y == pytest.approx(picture.height - box.y - box.height)


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", [INK, MUTED, ACCENT, GOOD, BAD])
def test_text_colours_stand_out_from_the_page(colour):
    assert (luminance("#f5f7f9") + 0.05) / (luminance(colour) + 0.05) >= 4.5


def test_same_week_gives_the_same_files():
    first, second = (report(tables_from(TEXT), TODAY, Settings()) for _ in range(2))
    assert list(first.files) == ["周报-2026-11-20.html", "周报-2026-11-20.pdf"]
    assert [make() for make in first.files.values()] == [make() for make in second.files.values()]
    assert first.pages == second.pages


def test_pdf_is_whole():
    content = to_pdf(week())
    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")


@pytest.mark.parametrize("text", [TEXT, ""])
@pytest.mark.parametrize("embedded", [True, False])
def test_pdf_can_be_made_with_and_without_a_font_of_this_computer(text, embedded, monkeypatch):
    if not embedded:
        monkeypatch.setattr("macros.reports.pdf.chinese_font", lambda: chinese_font(()))
    assert to_pdf(week(text)) == to_pdf(week(text))


def test_long_texts_and_many_sources_do_not_break_the_pdf():
    rows = "".join(
        f"| C{n} | 来源第{n}号 | {'很长的名字' * 20}{n} | 需求明确 | 2026-11-16 | 2026-11-16 | 3 |\n" for n in range(60)
    )
    clients = f"客户\n| 客户ID | 来源 | 归属人 | 状态 | 首接时间 | 下次跟进 | 逾期天数 |\n{rows}"
    due = f"今日待办\n| 名次 | 客户ID | 姓名 | 原因 | 事由 |\n| 1 | C1 | 甲 | {'原因' * 3000} | x |\n"
    found = week(clients + due, agency="机构" * 60)
    assert len(found.due[0].reason) == 200
    assert to_pdf(found).startswith(b"%PDF-")
    assert to_html(found)


def test_font_that_cannot_be_embedded_is_passed_over(tmp_path):
    damaged = tmp_path / "damaged.ttc"
    damaged.write_bytes(b"OTTO" + bytes(100))
    assert chinese_font((str(damaged), str(tmp_path / "missing.ttf"))) == BUILT_IN


@pytest.mark.skipif(not any(Path(p).is_file() for p in fonts_module.CANDIDATES), reason="no TrueType font with Chinese")
def test_first_usable_font_is_embedded():
    assert chinese_font() == EMBEDDED


def pdf_text(content: bytes, folder: Path) -> str:
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext (poppler-utils) is not here")
    file = folder / "week.pdf"
    file.write_bytes(content)
    done = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, check=True)
    return done.stdout.decode()


@pytest.mark.libreoffice
def test_pdf_text_can_be_read_back(tmp_path):
    text = pdf_text(to_pdf(week()), tmp_path)
    pages = text.rstrip("\f").split("\f")
    assert f"第 1 页, 共 {len(pages)} 页" in pages[0]
    assert f"第 {len(pages)} 页, 共 {len(pages)} 页" in pages[-1]
    for words in ("A&B <公司> 经理周报", "先看什么", "逾期按负责人", "王<b>一</b>", "净推荐值 NPS", "暂无数据"):
        assert words in text


@pytest.mark.libreoffice
def test_pdf_of_an_empty_workbook_is_one_page(tmp_path):
    text = pdf_text(to_pdf(week("")), tmp_path)
    assert text.count("\f") == 1
    assert "工作簿里还没有数据" in text


@pytest.mark.requirement("F18")
def test_report_on_the_store_sample_takes_at_most_a_second_and_a_half():
    tables = store()
    began = time.process_time()
    outcome = report(tables, TODAY, Settings())
    sizes = {name: len(make()) for name, make in outcome.files.items()}
    assert time.process_time() - began <= 1.5
    assert all(size > 10_000 for size in sizes.values())
