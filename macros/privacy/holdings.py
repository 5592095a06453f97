"""genjin holdings: everything we hold on a client, for the client: an HTML page or a workbook with whole numbers, noted in 日志.

Source: 个人信息保护法 art. 44, 45 (to know what is held, and to get a copy of it).
"""

import argparse
import datetime as dt
import html
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from macros.answer import Answer
from macros.answers import envelope, rounded
from macros.file_names import id_part
from macros.privacy.copies import copies_with
from macros.privacy.exporting import as_xlsx, handed_out
from macros.privacy.logging import Line, write_log
from macros.privacy.records import files_naming
from macros.privacy.traces import Traces, named_elsewhere, traces_of
from macros.run import needed_folder
from macros.session import Session
from workbook.errors import FileRefused, UsageError
from workbook.sheets import SHEETS
from workbook.sheets.clients import CLIENTS
from workbook.tables import Tables
from workbook.values import text_of, to_cell

NAME = "holdings"
KINDS = (".html", ".xlsx")
KINDS_OF_COPIES = {"bases": "分发时的底稿", "adopted": "接管时的副本", "backups": "备份"}
ELSEWHERE = "别处提到的"
_OURS = frozenset({"conflicts", "client_pairs"})


def holdings(given: argparse.Namespace) -> Answer:
    """Write what there is on a client into a file. Raises GenjinError where there is no such client, FileRefused, UsageError."""
    from macros.commands import opened

    with opened(given, given.book) as session:
        traces = traces_of(session.tables, given.client)
        target = _target(given, session)
        frames = held(session, traces)
        number = 0
        if not given.preview:
            rows = sum(map(len, frames.values()))
            line = Line(
                session.tables.layouts[CLIENTS.key].name,
                given.client,
                f"{rows} 行",
                f"客户本人查阅, 号码完整: {target.name}",
            )
            whole = as_xlsx(frames) if target.suffix.lower() == ".xlsx" else as_html(given.client, given.today, frames)
            with handed_out(target, whole):
                number = write_log(session, NAME, [line])
    counts = {name: len(frame) for name, frame in frames.items()}
    told = "、".join(f"{name} {count}" for name, count in counts.items())
    where = (
        "什么都没有写入"
        if given.preview
        else f"在 {target}, 里面是完整的号码: 先看一遍「{ELSEWHERE}」里有没有别人的资料, 只交给本人, 交完删掉"
    )
    answer = envelope(NAME, given, given.book) | {
        "run": number or None, "client": given.client, "rows": counts, "files": [str(target)] * (not given.preview),
        "seconds": rounded(time.perf_counter() - given.began),
    }  # fmt: skip
    return Answer(answer, f"客户 {given.client} 的全部资料: {told}。\n{where}。")


def _target(given: argparse.Namespace, session: Session) -> Path:
    folder = needed_folder(session)
    name = f"资料-{id_part(given.client)}-{given.today}.html"  # an id is what somebody typed or imported: no path
    default = folder.with_name(f"{folder.name.removesuffix('-报表')}-导出") / name
    target: Path = given.to or default
    if target.suffix.lower() not in KINDS:
        raise UsageError(
            "genjin holdings", f"不会写「{target.suffix or target.name}」文件", "请写成 .html 或 .xlsx", code="USAGE"
        )
    if target.exists() and not given.preview:
        raise FileRefused(target.name, "已经有这个文件", "请换一个名字, 或先把它移走", code="FILE_EXISTS")
    return target


def held(session: Session, traces: Traces) -> dict[str, pd.DataFrame]:
    """Return what is held as frames by name: the client's rows of each sheet, cells that name them, and where else they stand."""
    tables, frames = session.tables, dict[str, pd.DataFrame]()
    for sheet in SHEETS:
        rows = traces.rows.get(sheet.key, ())
        if rows and sheet.key not in _OURS:
            frames[tables.layouts[sheet.key].name] = _rows(tables, sheet.key, rows, session)
    named = [
        (tables.cell(key, row, column), tables.layouts[key].sheet[column].label, tables[key].at[row, column])
        for key, column, row in named_elsewhere(tables, traces)
    ]
    if named:
        frames[ELSEWHERE] = pd.DataFrame(named, columns=["单元格", "栏", "内容"], dtype=object)
    frames["文件和备份"] = pd.DataFrame(_beside(session, traces), columns=["在哪里", "是什么"], dtype=object)
    return frames


def _rows(tables: Tables, key: str, rows: tuple[int, ...], session: Session) -> pd.DataFrame:
    """Return rows as raw cells by header, without columns that are empty throughout; people's own columns as well."""
    layout, frame = tables.layouts[key], tables[key].loc[list(rows)]
    columns: dict[str, list[object]] = {"行": list(rows)}
    for column in layout.sheet.columns:
        columns[column.label] = [to_cell(column, value) for value in frame[column.key]]
    grid = session.book.read(layout.name)
    for header, number in layout.others.items():
        lines = [grid[row - 1] if row <= len(grid) else [] for row in rows]
        columns.setdefault(header.lstrip("$"), [line[number - 1] if len(line) >= number else None for line in lines])
    filled = {name: cells for name, cells in columns.items() if any(cell not in (None, "") for cell in cells)}
    return pd.DataFrame(filled, dtype=object)


def _beside(session: Session, traces: Traces) -> Iterator[tuple[str, str]]:
    """Yield the backups and the files beside the workbook that have the client in them."""
    journal = session.journal
    if journal is None:
        return
    for kind, copy in copies_with(journal, traces.client_id):
        saved = dt.datetime.fromtimestamp(int(copy.stat().st_mtime))
        yield f"{copy.parent.name}/{copy.name}", f"{KINDS_OF_COPIES[kind]}, 保存于 {saved:%Y-%m-%d %H:%M}"
    for file in files_naming(journal.book.resolve(), traces):
        yield str(file.relative_to(journal.book.resolve().parent)), "文件"


def as_html(client_id: str, today: object, frames: dict[str, pd.DataFrame]) -> bytes:
    """Return a page that needs nothing else; every text is escaped."""
    parts = [
        "<!DOCTYPE html><html lang='zh-CN'><head><meta charset='utf-8'>",
        "<meta http-equiv='Content-Security-Policy' content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<title>{html.escape(client_id)} 的全部资料</title><style>body{{font:14px/1.5 sans-serif;margin:2em}}",
        "table{border-collapse:collapse;margin:0 0 2em}td,th{border:1px solid #ccc;padding:.2em .6em;text-align:left;vertical-align:top}",
        f"</style></head><body><h1>我们保存的客户 {html.escape(client_id)} 的资料</h1><p>{html.escape(str(today))}</p>",
    ]
    for name, frame in frames.items():
        parts.append(f"<h2>{html.escape(name)}</h2><table><tr>")
        parts += [f"<th>{html.escape(str(label))}</th>" for label in frame.columns]
        for row in frame.itertuples(index=False, name=None):
            parts.append("</tr><tr>")
            parts += [f"<td>{html.escape(text_of(cell))}</td>" for cell in row]
        parts.append("</tr></table>")
    return "".join([*parts, "</body></html>"]).encode("utf-8")
