"""One contract: what it is made from, whether it may be printed, and its bytes."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from macros.contracts.facts import ALL_FIELDS, Facts, day_words, facts_of
from macros.contracts.numbers import Number
from macros.contracts.word import MOST_BYTES, filled, stamped, used
from macros.deals.gates import closed
from macros.places import TEMPLATES, template_bytes
from macros.proposals.literal import file_stem
from macros.session import Session
from workbook.errors import GenjinError
from workbook.sheets.contracts import DRAFT, PASSED
from workbook.sheets.flow_steps import EXPLAINED, QUALIFIED
from workbook.tables import Tables

FINAL = "正式"
TEMPLATE = {"定金": "deposit.docx", "买卖": "sale.docx", "居间": "brokerage.docx", "租赁": "lease.docx"}
OF_DEAL = {"买卖": ("定金", "买卖", "居间"), "租赁": ("租赁",)}
"""成交.类型 -> the contracts that it may have."""
EARLY = ("议价", "定金", "")
STAMP = "草稿 · 未经审核通过, 不得签署"


@dataclass(frozen=True)
class Job:
    """A contract that is wanted: a row of 成交, the type, and the row of 合同登记 that it has already, both as namedtuples."""

    deal: Any
    type: str
    row: Any = None

    @property
    def kind(self) -> str:
        """正式 where the review has passed it, else 草稿."""
        return FINAL if self.row is not None and self.row.review == PASSED else DRAFT


@dataclass(frozen=True)
class Ready:
    """A contract that may be printed: everything that it needs is there."""

    job: Job
    facts: Facts
    source: bytes
    content: str

    def unchanged(self, archive: Path) -> bool:
        """Return whether the file that is registered says the same already."""
        row = self.job.row
        if row is None or (row.content, row.printed) != (self.content, self.job.kind):
            return False
        file = inside(archive, row.file)
        return file is not None and hashlib.sha256(file.read_bytes()).hexdigest() == row.sha256

    def printed(self, number: Number, day: pd.Timestamp) -> bytes:
        """Return the Word file; whatever the template says, one that is not passed bears its mark on every page."""
        values = {**self.facts.values, "合同号": str(number), "起草日": day_words(day)}
        made = filled(self.source, where_of(self.job.type), values, ALL_FIELDS)
        return made if self.job.kind == FINAL else stamped(made, STAMP, DRAFT)

    def stem(self, number: Number, version: int) -> str:
        """Return the name of the file without its ending."""
        return file_stem(str(number), self.job.type, f"v{version}", self.job.kind, self.facts.values["客户姓名"])


def type_of(deal: Any) -> str:
    """Return the contract that a deal needs next where none was named."""
    return "租赁" if deal.type == "租赁" else "定金" if deal.status in EARLY else "买卖"


def where_of(type_: str) -> str:
    """Return where a template stands, in words."""
    return f"模板 contracts/{TEMPLATE[type_]}"


def ready(job: Job, session: Session) -> Ready:
    """Return a contract that may be printed.

    Raises GenjinError where a field that the template writes is empty (each is named with its cell), where a gate of 签约 is closed, or
    where something changed since the review; TemplateRefused where the template may not be used.
    """
    tables = session.tables
    if job.type not in OF_DEAL.get(job.deal.type, ()):
        what = f"类型是「{job.deal.type}」, 没有{job.type}合同"
        do = f"请选 {'、'.join(OF_DEAL.get(job.deal.type, ())) or '成交的类型'}"
        raise GenjinError(tables.cell("deals", job.deal.Index, "type"), what, do, code="CONTRACT_TYPE")
    source = template_bytes(TEMPLATES / "contracts" / TEMPLATE[job.type], MOST_BYTES)
    fields = used(source, where_of(job.type), ALL_FIELDS)
    facts = facts_of(tables, job.deal, session.settings)
    lacks = facts.missing(fields.needed)
    lacks += _unsettled(job, tables, session)
    if lacks:
        where = f"{tables.layouts['deals'].name}!{job.deal.Index} {job.type}合同"
        raise GenjinError(where, f"缺 {'、'.join(lacks)}", "请填好再印, 什么都没有登记", code="CONTRACT_INCOMPLETE")
    found = Ready(job, facts, source, facts.fingerprint(source, fields.all))
    if job.kind == FINAL and job.row.content != found.content:
        cell = tables.cell("contracts", job.row.Index, "review")
        what = f"{job.row.no} 审核通过以后, 合同内容或模板变了"
        raise GenjinError(cell, what, "请把审核改回「草稿」, 重新起草、送审", code="CONTRACT_CHANGED")
    return found


def _unsettled(job: Job, tables: Tables, session: Session) -> list[str]:
    """Return what keeps a contract that the review has passed from being printed for signature."""
    if job.kind != FINAL:
        return []
    lacks = [] if job.row.reviewer else [f"审核人({tables.cell('contracts', job.row.Index, 'reviewer')})"]
    if job.type == "买卖":
        lacks += closed(tables, job.deal, (QUALIFIED, EXPLAINED), pd.Timestamp(session.options.today))
    return lacks


def inside(archive: Path, name: str) -> Path | None:
    """Return a file of the archive folder by its bare name, None where there is none: names that lead elsewhere mean none."""
    if not name or name != Path(name).name or "\\" in name or ":" in name:
        return None
    file = archive / name
    return file if file.is_file() and not file.is_symlink() else None
