"""A proposal as a Word file out of templates/proposals/proposal.docx, which the agency may change."""

from macros.contracts.guard import Fields
from macros.contracts.word import Value, filled
from macros.places import TEMPLATES
from macros.proposals.page import DISCLAIMER, comparison, to_verify
from macros.proposals.plan import Proposal

TEMPLATE = "proposal.docx"
PLACES = ("一", "二", "三")
FIELDS: Fields = {
    "客户": None, "客户ID": None, "机构名称": None, "经纪人": None, "日期": None, "说明": None, "需求": (), "先知道": (), "请确认": (),
    "去核实": (), "算法": (), "依据": (), "对比": ("项目", *PLACES),
}  # fmt: skip
"""What a template of 置业方案 may name: texts, lists of texts, and the comparison, a row per matter with a column per home."""


def to_docx(proposal: Proposal) -> bytes:
    """Return the Word file. Raises TemplateRefused where the template may not be used, FileRefused where docxtpl is not installed."""
    source = (TEMPLATES / "proposals" / TEMPLATE).read_bytes()
    return filled(source, f"模板 proposals/{TEMPLATE}", _values(proposal), FIELDS)


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
        "对比": rows if proposal.homes else [],
    }  # fmt: skip
