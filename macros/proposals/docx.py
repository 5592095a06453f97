"""A proposal as a Word file out of templates/proposals/proposal.docx, which the agency may change."""

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

from macros.contracts.guard import Fields
from macros.contracts.word import MOST_BYTES, Value, filled
from macros.places import TEMPLATES, template_bytes
from macros.proposals.literal import literal
from macros.proposals.page import DISCLAIMER, comparison, to_verify
from macros.proposals.plan import Proposal

TEMPLATE = "proposal.docx"
PLACES = ("一", "二", "三")
COLUMNS = ("项目", *PLACES)
FIELDS: Fields = {
    "客户": None, "客户ID": None, "机构名称": None, "经纪人": None, "日期": None, "说明": None, "需求": (), "先知道": (), "请确认": (),
    "去核实": (), "算法": (), "依据": (), "房源": COLUMNS, "对比": COLUMNS,
}  # fmt: skip
"""What a template of 置业方案 may name: texts, lists of texts, and the comparison with a column per home: which homes, then the matters."""
LINK_BLUE = "1F4E79"


def to_docx(proposal: Proposal) -> bytes:
    """Return the Word file. Raises TemplateRefused where the template may not be used, FileRefused where docxtpl is not installed."""
    source = template_bytes(TEMPLATES / "proposals" / TEMPLATE, MOST_BYTES)
    made = filled(source, f"模板 proposals/{TEMPLATE}", _values(proposal), FIELDS)
    return _finished(made, _labels(proposal))


def _values(proposal: Proposal) -> dict[str, Value]:
    rows = [
        {"项目": label or "房源", **dict.fromkeys(PLACES, ""), **dict(zip(PLACES, cells, strict=False))}
        for label, cells in comparison(proposal)
    ]
    how = [
        line for home in proposal.homes if home.costs for line in (f"{home.listing_id} {home.label}", *home.costs.how)
    ]
    return {
        "客户": proposal.name, "客户ID": proposal.client_id, "机构名称": proposal.agency, "经纪人": proposal.agent or "—",
        "日期": str(proposal.day), "说明": DISCLAIMER, "需求": proposal.needs, "先知道": proposal.warnings, "请确认": proposal.ask,
        "去核实": to_verify(proposal), "算法": how, "依据": [rate.words for rate in proposal.rests_on],
        "房源": rows[:1] if proposal.homes else [], "对比": rows[1:] if proposal.homes else [],
    }  # fmt: skip


def _labels(proposal: Proposal) -> Mapping[str, str]:
    """Return what a photo link is called, by its address."""
    return {literal(url): f"图片 {at}" for home in proposal.homes for at, url in enumerate(home.links, start=1)}


def _finished(content: bytes, labels: Mapping[str, str]) -> bytes:
    """Return a document without empty columns in its tables, nor tables without rows, which Word refuses; its photo links to click on."""
    from docx import Document

    document = Document(io.BytesIO(content))
    for table in document.tables:
        if not len(table.rows):
            table._tbl.getparent().remove(table._tbl)
            continue
        _narrow(table)
        for paragraph in _paragraphs(table):
            _link(paragraph, labels)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _paragraphs(table: Any) -> Iterator[Any]:
    for row in table.rows:
        for cell in row.cells:
            yield from cell.paragraphs


def _narrow(table: Any) -> None:
    """Remove the columns on the right in which nothing stands; the others but the first share their width."""
    columns = list(table.columns)
    used = max((at for at, column in enumerate(columns, start=1) if any(cell.text for cell in column.cells)), default=0)
    if not 1 < used < len(columns):
        return
    more = sum(column.width or 0 for column in columns[used:]) // (used - 1)
    for row in table.rows:
        for cell in row.cells[used:]:
            row._tr.remove(cell._tc)
    for column in columns[used:]:
        table._tbl.tblGrid.remove(column._gridCol)
    for column in columns[1:used]:
        width = (column.width or 0) + more
        column.width = width
        for cell in column.cells:
            cell.width = width


def _link(paragraph: Any, labels: Mapping[str, str]) -> None:
    """Turn the addresses that are known into links with their names."""
    pattern = "|".join(re.escape(url) for url in sorted(labels, key=len, reverse=True))
    for run in paragraph.runs if pattern else ():
        before, *rest = re.split(f"({pattern})", run.text)
        if not rest:
            continue
        run.text, last = before, run._r
        for piece in filter(None, rest):
            last.addnext(_linked(paragraph, run, piece, labels[piece]) if piece in labels else _copied(run, piece))
            last = last.getnext()


def _copied(run: Any, text: str) -> Any:
    from copy import deepcopy

    from docx.text.run import Run

    element = deepcopy(run._r)
    Run(element, run._parent).text = text
    return element


def _linked(paragraph: Any, run: Any, url: str, words: str) -> Any:
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import RGBColor
    from docx.text.run import Run

    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    inner = _copied(run, words)
    shown = Run(inner, run._parent)
    shown.underline, shown.font.color.rgb = True, RGBColor.from_string(LINK_BLUE)
    link.append(inner)
    return link
