"""The report as one HTML page: complete, escaped, self-contained, accessible, and looked at in headless Chromium."""

import re
from html.parser import HTMLParser

import pytest
from browser import measured, printed
from pypdfium2 import PdfDocument
from reported import reported

from macros.reports.render_html import to_html
from macros.reports.shown_parts import FIGURE_HEADS, Line, Shown

VOID = {"meta", "br", "rect", "polyline", "circle", "path", "link", "img", "hr"}


class Page(HTMLParser):
    """Reads a page and keeps what the tests ask for: tags with their attributes, the text by tag, tags left open."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[tuple[str, str]] = []
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
        self.words.append((self.open[-1] if self.open else "", data))

    @property
    def text(self) -> str:
        return "".join(words for tag, words in self.words if tag not in ("style", "title", "desc"))

    def all(self, *names: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag in names]


@pytest.fixture(scope="module")
def march() -> Shown:
    return reported()


@pytest.fixture(scope="module")
def html(march) -> str:
    return to_html(march)


@pytest.fixture(scope="module")
def page(html) -> Page:
    return Page(html)


def test_page_is_well_formed_and_says_its_language(page, html):
    assert page.open == []
    assert page.all("html") == [{"lang": "zh-CN"}]
    assert "viewport" in html


def test_headings_stand_in_order(page, march):
    assert [tag for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)] == ["h1"] + ["h2"] * len(march.blocks)
    for section, block in zip(page.all("section"), march.blocks, strict=True):
        assert section["aria-labelledby"] == block.key


def test_every_table_has_a_caption_and_every_header_a_scope(page):
    assert len(page.all("caption")) == len(page.all("table")) == 5
    assert {attributes.get("scope") for attributes in page.all("th")} == {"col", "row"}


def test_tables_that_become_cards_say_their_roles(html):
    cards = re.findall(r'<table class="cards.*?</table>', html, re.DOTALL)
    assert len(cards) == 2
    for tag in re.findall(r"<(?:table|thead|tbody|tr|th|td)\b[^>]*>", "".join(cards)):
        assert " role=" in tag


def test_every_figure_is_there_with_its_definition_and_rows(page, march):
    figures = next(block for block in march.blocks if block.key == "figures").figures
    assert len(page.all("details")) == len(figures)
    for figure in figures:
        for words in (figure.name, figure.value, figure.definition, figure.rows, figure.change.text, figure.sample):
            assert words in page.text


def test_every_chart_has_a_title_and_is_told_in_words(page):
    drawn = page.all("svg")
    assert len(drawn) == 4
    for attributes in drawn:
        assert attributes["role"] == "img"
        title, described = attributes["aria-labelledby"].split()
        assert [found["id"] for found in page.all("title", "desc") if found.get("id") in (title, described)]
    assert ("desc", "电话 3、微信 2、面谈 0 (单位: 次)") in page.words
    assert len({found["id"] for found in page.all("title", "desc") if "id" in found}) == 8


def test_page_stands_alone(html):
    assert not re.search(r"https?:|//[a-z]|<script|<link|<img|<iframe|@import|url\(|\son[a-z]+=", html)


def test_no_text_becomes_markup(html, page):
    assert "A&B <公司> 月报" in page.text
    assert "王<b>一</b> 的逾期 < 2" in page.text
    assert "甲 & 乙" in page.text
    assert "<b>" not in html
    assert "<公司>" not in html


@pytest.mark.parametrize(
    "nasty", ['"><script>alert(1)</script>', "' onload=x", "</style><h1>", "{{ 7 * 7 }}", "<!--", "&lt;"]
)
def test_nasty_words_stay_words_wherever_they_stand(nasty, march):
    lines = {"weak": (Line((nasty,), nasty),), "owed": (Line((nasty, nasty, nasty, nasty), nasty),)}
    found = Page(to_html(reported(extra=lines, scope=nasty)))
    assert found.open == []
    assert len(found.all("h1")) == 1
    assert not found.all("script")
    assert found.text.count(nasty) >= 7


def test_figures_have_their_headers(page):
    assert [words for tag, words in page.words if tag == "th" and words in FIGURE_HEADS] == list(FIGURE_HEADS)


def test_empty_blocks_say_so_and_have_no_frames():
    found = Page(to_html(reported("", {"weak": (), "owed": ()})))
    assert found.text.count("没有。") == 3  # sentences, people, list
    assert not found.all("svg")
    assert "暂无数据" in found.text


def test_same_report_is_the_same_page(march, html):
    assert to_html(march) == html


@pytest.mark.libreoffice
@pytest.mark.parametrize("width", [360, 1280])
def test_page_fits_its_window_and_can_be_read(width, html, tmp_path):
    told = measured(html, width, tmp_path)
    assert told["width"] <= told["shown"] == width
    assert told["loaded"] == 0
    texts = told["texts"]
    assert len(texts) > 100
    assert max(text["right"] for text in texts) <= width
    assert min(text["left"] for text in texts) >= 0
    assert [text for text in texts if text["contrast"] < 4.5] == []
    assert [text for text in texts if text["size"] < 10] == []


@pytest.mark.libreoffice
@pytest.mark.parametrize("width", [360, 1280])
def test_long_words_do_not_widen_the_page(width, tmp_path):
    long = "很长的一段话没有空格" * 30 + "W" * 200
    lines = {"weak": (Line((long,), "客户!B2"),), "owed": (Line((long,) * 4, long),)}
    assert measured(to_html(reported(extra=lines, scope=long)), width, tmp_path)["width"] <= width


@pytest.mark.libreoffice
def test_page_is_printed_on_few_sheets(html, tmp_path):
    document = PdfDocument(printed(html, tmp_path))
    try:
        sizes = {tuple(round(side) for side in document.get_page_size(at)) for at in range(len(document))}
        text = "".join(document[at].get_textpage().get_text_range() for at in range(len(document)))
        assert 1 <= len(document) <= 3
    finally:
        document.close()
    assert sizes == {(595, 842)}
    assert "预约时间在期内、状态「已看」的带看" in text.replace("\r\n", "")  # on paper nobody can open anything
    assert "口径与出处" not in text
