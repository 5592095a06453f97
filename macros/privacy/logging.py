"""Lines of 日志 about what changed no cell: who was handed what, when, and what for.

Source: 个人信息保护法 art. 51, 55, 56 (who handles personal information keeps a record of it).
"""

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from macros.commits import log_rows, who
from macros.session import Session
from workbook.book import missing_sheet
from workbook.changes import Plan
from workbook.differences import appended, write_plan
from workbook.errors import FileRefused
from workbook.journal import Run
from workbook.sheets.audit import AUDIT


class Line(NamedTuple):
    """A line: the sheet that it is about, the id of the row ("" many), how much, and what was done with it."""

    sheet: str
    row_id: str
    cell: str
    new: str


def write_log(session: Session, action: str, lines: Sequence[Line]) -> int:
    """Write lines into 日志, save, and return the run's number. Raises SheetRefused where the workbook lacks 日志."""
    tables = session.tables
    if not tables.layouts[AUDIT.key].columns:
        raise missing_sheet(tables.layouts[AUDIT.key].name)
    if session.journal is None:
        raise FileRefused("工作簿", "还没有保存成文件, 没有地方记录", "请先保存工作簿, 再做一次", code="NO_FOLDER")
    now, number = session.options.now, session.next_number
    run = Run(
        number,
        action,
        who(),
        now.isoformat(timespec="seconds"),
        session.options.today.isoformat(),
        Plan(),
        changed=len(lines),
    )
    mine = pd.DataFrame(lines, dtype=object).assign(
        old="", action=action, run_id=str(number), who=run.who, at=pd.Timestamp(now)
    )
    rows = pd.concat([log_rows(session, run), mine], ignore_index=True)
    write_plan(Plan(appended(tables, AUDIT.key, rows, session.book)), tables.layouts, session.book)
    with session.journal.recording(run, session.book.live):
        session.book.save()
    return number
