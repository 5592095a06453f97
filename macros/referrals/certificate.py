"""The certificate of a 推荐达人 and the public notice (R86): one page each, PDF, from texts that the agency may change.

The texts stand in templates/certificates: a line that opens with # is the heading, with ## the name, with > stands to the right. A field in
{{ }} is put in as it stands, whatever signs it holds; a name that is no field stays.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

from macros.places import TEMPLATES, template_bytes
from macros.proposals.literal import literal
from macros.referrals.ranking import Place
from workbook.errors import TemplateRefused

FOLDER = TEMPLATES / "certificates"
CERTIFICATE, NOTICE = "referrer.txt", "notice.txt"
_FIELD = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_MARKS = ("## ", "# ", "> ")
HEADERS = ("名次", "客户", "有效推荐", "成交")
NOTICE_ROWS = 12
MOST_BYTES = 8_000  # a page holds a few hundred characters


def filled(text: str, values: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the lines of a text as (mark, words), fields put in; mark is "# ", "## ", "> " or ""."""
    lines = (line.strip() for line in text.splitlines() if line.strip())
    found = ((next((mark for mark in _MARKS if line.startswith(mark)), ""), line) for line in lines)
    return [(mark, _put_in(line.removeprefix(mark), values)) for mark, line in found]


def _text(file: Path) -> str:
    try:
        return template_bytes(file, MOST_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError:
        where = f"模板 {file.parent.name}/{file.name}"
        raise TemplateRefused(where, "不是 UTF-8 文本", "请用 UTF-8 编码另存", code="template_encoding") from None


def _put_in(line: str, values: Mapping[str, str]) -> str:
    return _FIELD.sub(lambda field: literal(values.get(field[1], field[0])), line)


def certificate(place: Place, year: int, agency: str, day: dt.date, folder: Path = FOLDER) -> bytes:
    """Return the certificate of one client as a PDF of one page. Its bytes depend on the values, the text and the font of this computer."""
    values = {
        "称呼": place.called, "年份": str(year), "有效推荐": str(place.valid), "成交": str(place.deals), "名次": str(place.rank),
        "机构": agency, "日期": f"{day.year} 年 {day.month} 月 {day.day} 日",
    }  # fmt: skip
    lines = filled(_text(folder / CERTIFICATE), values)
    return _page(lines, [], f"推荐达人 {place.called} {year}")


def notice(places: Sequence[Place], year: int, agency: str, day: dt.date, folder: Path = FOLDER) -> bytes:
    """Return the public notice of the ranking as a PDF of one page: forms of address and numbers, neither ids nor phones nor money."""
    values = {"年份": str(year), "机构": agency, "日期": f"{day.year} 年 {day.month} 月 {day.day} 日"}
    lines = filled(_text(folder / NOTICE), values)
    rows = [(str(one.rank), literal(one.called), str(one.valid), str(one.deals)) for one in places[:NOTICE_ROWS]]
    end = [("> ", literal(agency)), ("> ", values["日期"])]
    return _page([*lines, ("rows", ""), *end], rows, f"推荐达人公示 {year}")


def _page(lines: Sequence[tuple[str, str]], rows: Sequence[tuple[str, ...]], title: str) -> bytes:
    """Return one page across, framed; what does not fit is made smaller, never cut."""
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.lib.units import mm
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Frame, KeepInFrame, Spacer

    width, height = landscape(A4)
    out = BytesIO()
    canvas = Canvas(out, pagesize=(width, height), invariant=1, lang="zh-CN")
    canvas.setTitle(literal(title))
    _border(canvas, width, height)
    margin = 28 * mm
    inner = (width - 2 * margin, height - 2 * margin)
    parts = [part for mark, words in lines for part in _parts(mark, words, rows, inner[0])]
    free = inner[1] - sum(part.wrap(*inner)[1] for part in parts)
    frame = Frame(margin, margin, *inner, 0, 0, 0, 0)
    frame.addFromList(
        [Spacer(0, max(free, 0) / 2), KeepInFrame(inner[0], inner[1] - max(free, 0) / 2, parts, mode="shrink")], canvas
    )
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _border(canvas: Any, width: float, height: float) -> None:
    from reportlab.lib.colors import HexColor

    for inset, line in ((28, 3.0), (36, 0.8)):
        canvas.setStrokeColor(HexColor("#B8862B"))
        canvas.setLineWidth(line)
        canvas.rect(inset, inset, width - 2 * inset, height - 2 * inset)


def _parts(mark: str, words: str, rows: Sequence[tuple[str, ...]], width: float) -> list[Any]:
    """Return the flowables of one line."""
    from reportlab.platypus import Paragraph, Spacer

    if mark == "rows":
        return [_table(rows, width), Spacer(0, 14)]
    size = {"# ": 40, "## ": 30}.get(mark, 18)
    after = {"# ": 26, "## ": 20}.get(mark, 8)
    return [Paragraph(escape(words, quote=False), _style(size, mark)), Spacer(0, after)]


def _style(size: float, mark: str) -> Any:
    from reportlab.lib.colors import HexColor
    from reportlab.lib.enums import TA_CENTER, TA_RIGHT
    from reportlab.lib.styles import ParagraphStyle

    from macros.reports.fonts import chinese_font
    from macros.reports.palette import INK

    colour = HexColor("#8A1C1C" if mark == "# " else INK)
    align = TA_RIGHT if mark == "> " else TA_CENTER
    return ParagraphStyle(
        f"certificate{mark}", fontName=chinese_font(), fontSize=size, leading=size * 1.5, textColor=colour, wordWrap="CJK",
        alignment=align,
    )  # fmt: skip


def _table(rows: Sequence[tuple[str, ...]], width: float) -> Any:
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import Paragraph, Table

    style = _style(14, "")
    cells = [[Paragraph(escape(one, quote=False), style) for one in row] for row in (HEADERS, *rows)]
    line = ("LINEBELOW", (0, 0), (-1, -1), 0.6, HexColor("#B8862B"))
    return Table(
        cells, [width * share for share in (0.15, 0.45, 0.2, 0.2)], style=[line, ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
    )
