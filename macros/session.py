"""An open workbook with all that a run needs to know, and what a run gives back."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from macros.settings import Settings, read_settings
from workbook.book import Book
from workbook.changes import Finding, Plan, count_by_severity
from workbook.errors import FileRefused
from workbook.journal import Journal
from workbook.memory import Memory
from workbook.sheets import SHEETS
from workbook.tables import Tables

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Options:
    """What a person asked for. `now` stamps the log; rules only ever see `today`."""

    today: dt.date
    now: dt.datetime
    preview: bool = False
    progress: Progress = lambda _: None


@dataclass(frozen=True)
class Session:
    """An open workbook with its tables and settings. `journal` is None where the book is no file; `memory` forgets with it.

    `conflicts` gathers what a run could not write because somebody else had changed it meanwhile (see macros/sharing).
    """

    book: Book
    tables: Tables
    settings: Settings
    options: Options
    journal: Journal | None
    memory: Memory = field(default_factory=Memory)
    conflicts: list[Any] = field(default_factory=list)

    @property
    def next_number(self) -> int:
        """The number of the next run: above those that are kept and those in 日志, which goes with a workbook that is copied without them."""
        told = pd.to_numeric(self.tables["audit"]["run_id"], errors="coerce").max()
        return max(self.journal.next_number() if self.journal else 1, int(told) + 1 if told == told else 1)


@dataclass(frozen=True)
class Result:
    """What a run did. `run` is 0 where nothing was written; `layouts` turn its changes into addresses."""

    action: str
    run: int
    plan: Plan
    tables: Tables
    findings: Sequence[Finding] = ()
    items: object = ()
    figures: Mapping[str, object] = field(default_factory=dict)
    files: Sequence[Path] = ()
    seconds: float = 0.0
    moved: Mapping[str, str] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """Findings by severity."""
        return count_by_severity(self.findings)


def start(
    book: Book, options: Options, memory: Memory | None = None, unread: AbstractSet[str] = frozenset()
) -> Session:
    """Return a session with every sheet of the declaration read but those of `unread`, which then are as if they were missing.

    `memory` keeps what was read of the same workbook before.

    Raises SheetRefused where a sheet cannot be used, FileRefused where the workbook has none of the sheets.
    """
    options.progress("读取工作簿")
    memory = memory or Memory()
    tables, findings = memory.read(book, SHEETS, frozenset(unread))
    settings, wrong = read_settings(tables["settings"])
    if wrong:
        tables = Tables(tables, tables.layouts, [*findings, *wrong])
    if not any(layout.columns for layout in tables.layouts.values()):
        where = book.path.name if book.path else "工作簿"
        do = "里面有自己的客户表、房源表的, 请用 genjin adopt 就地接管; 不是的请用 genjin new 新建, 再用 genjin import 导入"
        raise FileRefused(where, "不是跟进工作簿, 里面没有一张认得的表", do, code="NOT_GENJIN")
    return Session(book, tables, settings, options, Journal(book.path) if book.path else None, memory)
