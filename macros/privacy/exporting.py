"""genjin export: a sheet as a file for somebody else: numbers hidden unless asked for otherwise, and 日志 says to whom and what for.

Sources: F19, R5; 个人信息保护法 art. 23 (who gets it and what for), 6 (no more than needed). Texts stay texts in whatever opens the file.
"""

import argparse
import csv
import errno
import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from macros.answer import Answer
from macros.answers import envelope, rounded
from macros.privacy.logging import Line, write_log
from macros.privacy.masks import veiled
from workbook import disk
from workbook.book import missing_sheet
from workbook.errors import FileRefused, UsageError
from workbook.refusals import cause
from workbook.schema import Sheet, fold
from workbook.sheets import SHEETS
from workbook.sheets.audit import AUDIT
from workbook.tables import Tables
from workbook.values import to_cell

NAME = "export"
KINDS = (".xlsx", ".csv")
_LEADS = frozenset("=+-@＝＋－＠")
"""Signs with which a cell of a CSV becomes a formula where it is opened, also behind blanks and in their full-width form."""
_BREAKS = ("\t", "\r", "\n")
_THERE = "已经有这个文件", "请换一个名字, 或先把它移走"


def export(given: argparse.Namespace) -> Answer:
    """Write a sheet into a file of its own. Raises UsageError and FileRefused; what 日志 cannot say is not handed out."""
    from macros.commands import opened

    target, sheet = _target(given), _sheet(given.sheet or "客户")
    if not given.purpose.strip() or not given.recipient.strip():
        do = "请写清楚给谁、做什么用, 如 --purpose 联合带看 --recipient 城西店"
        raise UsageError("genjin export", "--purpose 或 --recipient 是空的", do, code="USAGE")
    with opened(given, given.book) as session:
        layout = session.tables.layouts[sheet.key]
        if not layout.columns:
            raise missing_sheet(layout.name)
        frame = exported(session.tables, sheet, full=given.unmask)
        shown = "号码完整" if given.unmask else "号码已打码"
        told = f"{target.name}: {len(frame)} 行, 用途「{given.purpose}」, 接收方「{given.recipient}」, {shown}"
        number = 0
        if not given.preview:
            content = as_csv(frame) if target.suffix.lower() == ".csv" else as_xlsx({layout.name: frame})
            with handed_out(target, content):
                number = write_log(session, NAME, [Line(layout.name, "", f"{len(frame)} 行", f"导出到 {told}")])
    answer = envelope(NAME, given, given.book) | {
        "run": number or None, "rows": len(frame), "masked": not given.unmask, "files": [str(target)] * (not given.preview),
        "seconds": rounded(time.perf_counter() - given.began),
    }  # fmt: skip
    head = f"预览: 会导出 {told}。什么都没有写入。" if given.preview else f"已导出 {told}, 记在「{AUDIT.label}」。"
    return Answer(answer, head)


def _target(given: argparse.Namespace) -> Path:
    target: Path = given.to
    if target.suffix.lower() not in KINDS:
        raise UsageError(
            "genjin export", f"不会写「{target.suffix or target.name}」文件", "请写成 .xlsx 或 .csv", code="USAGE"
        )
    if target.exists():
        raise FileRefused(target.name, *_THERE, code="FILE_EXISTS")
    return target


def _sheet(name: str) -> Sheet:
    for sheet in SHEETS:
        if fold(name) in {fold(known) for known in (sheet.label, sheet.key, *sheet.aliases)}:
            return sheet
    known = "、".join(sheet.label for sheet in SHEETS if sheet.prefix)
    raise UsageError("genjin export", f"没有「{name}」这张表", f"可以是 {known} 等", code="USAGE")


def exported(tables: Tables, sheet: Sheet, full: bool = False) -> pd.DataFrame:
    """Return the rows of a sheet as raw cells by header; without `full` no number of a phone, an ID card or a bank card is whole."""
    layout, frame = tables.layouts[sheet.key], tables[sheet.key]
    columns = {}
    for column in sheet.columns:
        if column.key in layout.columns:
            cells = [to_cell(column, value) for value in frame[column.key]]
            columns[column.label] = cells if full else [veiled(column, cell) for cell in cells]
    return pd.DataFrame(columns, dtype=object)


def as_csv(frame: pd.DataFrame) -> bytes:
    """Return a frame as CSV that Excel opens in Chinese; a text that would become a formula has an apostrophe before it."""
    stream = io.StringIO()
    writer = csv.writer(
        stream, quoting=csv.QUOTE_NONNUMERIC
    )  # a ; within a text divides nothing, whatever the program that opens it
    writer.writerow(frame.columns)
    for row in frame.itertuples(index=False, name=None):
        writer.writerow(["" if cell is None else _harmless(cell) if isinstance(cell, str) else cell for cell in row])
    return stream.getvalue().encode("utf-8-sig", "replace")


def _harmless(text: str) -> str:
    leads = text.startswith(_BREAKS) or text.lstrip()[:1] in _LEADS
    return f"'{text}" if leads else text


def as_xlsx(frames: dict[str, pd.DataFrame]) -> bytes:
    """Return frames as a workbook, a sheet each; no text becomes a formula, a number or a link."""
    import xlsxwriter

    stream = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(stream, options | {"default_date_format": "yyyy-mm-dd"}) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        for name, frame in frames.items():
            page = book.add_worksheet(name[:31])
            page.write_row(0, 0, list(frame.columns), bold)
            for down, row in enumerate(frame.itertuples(index=False, name=None), start=1):
                for across, cell in enumerate(row):
                    if isinstance(cell, str):
                        page.write_string(down, across, cell)
                    elif cell is not None:
                        page.write(down, across, cell)
            page.freeze_panes(1, 0)
            page.set_column(0, max(0, len(frame.columns) - 1), 14)
    return stream.getvalue()


@contextmanager
def handed_out(target: Path, content: bytes) -> Iterator[None]:
    """Put a content into a file that is not there yet, once what is done meanwhile (the line of 日志) is done; the file that nobody can
    write is no line. Raises FileRefused."""
    part = disk.unfinished(target)
    try:
        with _told(target):
            _folder(target)
            disk.put(part, content, new=True)
        yield
        with _told(target):
            disk.finish(part, target, new=True)
    finally:
        disk.remove(part)


def _folder(target: Path) -> None:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError as problem:  # it is the folder that cannot be made, not the file that is there
        raise NotADirectoryError(errno.ENOTDIR, "no folder", str(target.parent)) from problem


@contextmanager
def _told(target: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError as problem:
        raise FileRefused(target.name, *_THERE, code="FILE_EXISTS") from problem
    except OSError as problem:
        what, do = f"没有写成 ({cause(problem)})", "请检查文件夹、磁盘空间和权限, 再做一次"
        raise FileRefused(target.name, what, do, code="FILE_NOT_SAVED") from problem
