"""Makes the Word templates of 置业方案 and of the contracts: `python templates/contracts/build.py`. The same script gives the same bytes.

An agency may open the .docx files in Word and change wording and look; fields are written {{ 字段 }}, see docs/reference.md.
"""

import datetime as dt
import io
import sys
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":
    sys.path.insert(0, str(HERE))

from clauses import CONTRACTS  # noqa: E402 - beside this script, which is no package

BODY_FONT, LATIN_FONT = "宋体", "Times New Roman"
EPOCH = (2026, 1, 1, 0, 0, 0)
BLUE, GREY, RED = RGBColor(0x1F, 0x4E, 0x79), RGBColor(0x66, 0x66, 0x66), RGBColor(0xC0, 0x00, 0x00)


def page(margin_cm: float = 2.2, size: float = 10.5, spacing: float = 4) -> Any:
    """Return an empty A4 document in Chinese type."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(margin_cm)
    section.top_margin = section.bottom_margin = Cm(2)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = LATIN_FONT, Pt(size)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), BODY_FONT)
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(spacing), 1.15
    properties = document.core_properties
    properties.author, properties.comments, properties.title = "", "", ""
    properties.created = properties.modified = dt.datetime(*EPOCH)
    return document


def write(document: Any, file: Path) -> None:
    """Write a document; the parts of the package all have one date."""
    out = io.BytesIO()
    document.save(out)
    with zipfile.ZipFile(out) as made, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name in made.namelist():
            package.writestr(zipfile.ZipInfo(name, EPOCH), made.read(name), zipfile.ZIP_DEFLATED)


def line(document: Any, text: str, **looks: Any) -> Any:
    """Add a paragraph: `size`, `bold`, `colour`, `centred`, `indent` (in characters)."""
    paragraph = document.add_paragraph()
    run = paragraph.add_run(text)
    run.bold = looks.get("bold", False)
    if "size" in looks:
        run.font.size = Pt(looks["size"])
    if "colour" in looks:
        run.font.color.rgb = looks["colour"]
    if looks.get("centred"):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if "indent" in looks:
        paragraph.paragraph_format.first_line_indent = Pt(10.5 * looks["indent"])
    return paragraph


def footer(document: Any, text: str) -> None:
    """Put a line with the page number at the foot of every page."""
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run(f"{text}  第 ").font.size = Pt(8)
    for kind, code in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
        run.font.size = Pt(8)
        mark = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark.text = code
        run._r.append(mark)
    paragraph.add_run(" 页").font.size = Pt(8)


def table(document: Any, rows: Sequence[Sequence[str]], widths_cm: Sequence[float], size: float = 8.5) -> Any:
    """Add a table with lines around its cells."""
    made = document.add_table(rows=0, cols=len(widths_cm))
    made.style = "Table Grid"
    made.autofit = False
    for words in rows:
        cells = made.add_row().cells
        for cell, text, width in zip(cells, words, widths_cm, strict=True):
            cell.width = Cm(width)
            cell.paragraphs[0].paragraph_format.space_before = cell.paragraphs[0].paragraph_format.space_after = Pt(
                size / 6
            )
            cell.paragraphs[0].add_run(text).font.size = Pt(size)
    for column, width in zip(made.columns, widths_cm, strict=True):
        column.width = Cm(width)
    return made


def proposal() -> Any:
    """Return the template of 置业方案."""
    document = page(1.6, 9, 1)
    line(document, "置业方案 · {{ 客户 }}", size=16, bold=True, colour=BLUE)
    line(document, "{{ 机构名称 }} · 经纪人 {{ 经纪人 }} · {{ 日期 }} · 客户 {{ 客户ID }}", size=8.5, colour=GREY)
    repeated(document, "需求", "需求 {{ 项 }}", size=8.5, colour=GREY)
    compared(document)
    for heading, name, colour in (
        ("先知道", "先知道", RED),
        ("请您确认", "请确认", RGBColor(0, 0, 0)),
        ("我们去核实", "去核实", GREY),
    ):
        conditional(document, name, heading, colour)
    line(document, "{{ 说明 }}", size=8, colour=GREY).paragraph_format.space_before = Pt(6)
    line(document, "{%p if 算法 %}")
    document.add_page_break()
    line(document, "怎么算的", size=12, bold=True, colour=BLUE)
    repeated(document, "算法", "{{ 项 }}", size=8)
    line(document, "依据的利率和税率", size=12, bold=True, colour=BLUE)
    repeated(document, "依据", "{{ 项 }}", size=8)
    line(document, "{%p endif %}")
    footer(document, "{{ 机构名称 }}")
    return document


def compared(document: Any) -> None:
    """Add the comparison: a shaded row that says which homes, then a row per matter; what speaks against a home stands in red."""
    rows = []
    for name in ("房源", "对比"):
        rows.append([f"{{%tr for 行 in {name} %}}"] + [""] * 3)
        rows.append(["{{ 行.项目 }}", "{{ 行.一 }}", "{{ 行.二 }}", "{{ 行.三 }}"])
        rows.append(["{%tr endfor %}"] + [""] * 3)
    made = table(document, rows, (2.2, 5.2, 5.2, 5.2), 8)
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    made._tbl.tblPr.append(_element("w:tblBorders", {}, [
        _element(f"w:{side}", {"w:val": "single", "w:sz": "4", "w:color": "D0D5DD"})
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    ]))  # fmt: skip
    heads, matters = made.rows[1].cells, made.rows[4].cells
    for cell in heads:
        cell._tc.get_or_add_tcPr().append(_element("w:shd", {"w:val": "clear", "w:fill": "EEF2F7"}))
        cell.paragraphs[0].runs[0].bold, cell.paragraphs[0].runs[0].font.color.rgb = True, BLUE
    matters[0].paragraphs[0].runs[0].font.color.rgb = GREY
    for cell in matters[1:]:
        _red_where_against(cell.paragraphs[0])


def _red_where_against(paragraph: Any) -> None:
    field, size = paragraph.runs[0].text, paragraph.runs[0].font.size
    paragraph.runs[0].text = "{% if 行.项目 == '不利因素' %}"
    for text in (field, "{% else %}", field, "{% endif %}"):
        paragraph.add_run(text).font.size = size
    paragraph.runs[1].font.color.rgb = RED


def _element(name: str, attributes: dict[str, str], children: Sequence[Any] = ()) -> Any:
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(key), value)
    made.extend(children)
    return made


def repeated(document: Any, name: str, text: str, **looks: Any) -> None:
    """Add a paragraph for every item of a list."""
    line(document, f"{{%p for 项 in {name} %}}")
    line(document, text, **looks)
    line(document, "{%p endfor %}")


def conditional(document: Any, name: str, heading: str, colour: Any) -> None:
    """Add a heading and a list; nothing where the list is empty."""
    line(document, f"{{%p if {name} %}}")
    line(document, heading, bold=True, size=9.5, colour=colour).paragraph_format.space_before = Pt(6)
    repeated(document, name, "· {{ 项 }}", size=8.5, colour=colour)
    line(document, "{%p endif %}")


def contract(title: str, parties: Sequence[Sequence[str]], clauses: Sequence[str], signers: Sequence[str]) -> Any:
    """Return the template of a contract: title, parties in a table, clauses, places for signatures."""
    document = page()
    line(document, title, size=18, bold=True, centred=True)
    line(document, "示范文本, 使用前请由本机构的律师审定并修改。", size=8, colour=GREY, centred=True)
    line(document, "合同号: {{ 合同号 }}", centred=True, size=10)
    table(document, parties, (3.3, 5.6, 2.2, 5.5), 10)
    line(document, "")
    for clause in clauses:
        if clause.startswith("{%p"):
            line(document, clause)
        elif clause.startswith("第"):
            line(document, clause, bold=True)
        else:
            line(document, clause, indent=2)
    line(document, "").paragraph_format.keep_with_next = True
    signed = table(
        document,
        [[f"{who}（签章）: ", ""] for who in signers] + [["签署日期: ", "______年____月____日"]],
        (8.3, 8.3),
        10.5,
    )
    for row in signed.rows[:-1]:  # all places for signatures on one page
        for cell in row.cells:
            cell.paragraphs[0].paragraph_format.keep_with_next = True
    footer(document, f"{title} {{{{ 合同号 }}}}")
    return document


def every() -> dict[Path, Callable[[], Any]]:
    """Return each file and what makes its document."""
    files: dict[Path, Callable[[], Any]] = {HERE.parent / "proposals" / "proposal.docx": proposal}
    for name, parts in CONTRACTS.items():
        files[HERE / f"{name}.docx"] = lambda parts=parts: contract(*parts)  # type: ignore[misc]
    return files


if __name__ == "__main__":
    for file, make in every().items():
        write(make(), file)
        print(file.relative_to(HERE.parent))
