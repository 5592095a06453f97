"""Worked cases: a line of text is a client with what happened to them and, behind arrows, what must then stand in the workbook.

    | 要求 | 说明 | 今天 | 客户.人工等级 | 跟进.时间 | 跟进2.时间 | → 今日待办 | → 客户.下次跟进 |

The lines that have one 今天 stand together in one workbook, made as a new one is, with the shipped rules; then buttons are pressed.
Cells that a line leaves empty hold USUAL; `-` makes a cell empty. 今日待办 is `事由:逾期天数`, in the order of the words; `无` is none.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

import pytest

from macros.actions import BY_NAME
from macros.cadence import default_cadence
from macros.clock import published_days
from macros.grades import default_rules
from macros.run import perform
from macros.session import Options, start
from macros.triggers.rules import default_triggers
from macros.winback_rows import default_winback
from tests.tables import book_from
from workbook.book import MemoryBook
from workbook.sheets import SHEETS
from workbook.sheets.due import DUE
from workbook.tables import Tables, read_tables

TODAY = dt.date(2026, 3, 18)  # a Wednesday, three weeks after the Spring Festival's days off
USUAL = {
    "客户": {
        "称谓": "先生", "首选渠道": "微信", "微信": "wx", "来源": "门店接待", "客户类型": "租赁", "购房资格": "有", "人工等级": "D",
        "人工理由": "手写", "联系同意": "同意", "归属人": "李雷", "客服": "韩梅", "门店": "一店", "首接时间": "2022-06-01 10:00",
        "锁定": "是", "阶段": "意向", "状态": "需求明确", "公私": "私客",
    },
    "跟进": {"对象": "客户", "方式": "电话", "结果": "接通", "摘要": "聊过近况", "触发原因": "定期", "下步行动": "无", "人员": "李雷"},
    "成交": {"类型": "买卖", "房源ID": "F000001", "成交价": "300", "付款方式": "全款", "状态": "签约", "审核": "通过", "资格审核": "是"},
    "带看": {"房源ID": "F000001", "带看人": "李雷", "状态": "已看"},
    "需求": {"交易": "买", "用途": "住宅", "需求状态": "有效"},
    "转介绍": {"被推荐人": "赵新", "被推荐电话": "13911110000", "进度": "登记"},
}  # fmt: skip
LAST_CONTACT = {"时间": "2026-03-08 10:00"}
IDS = {"客户": "C", "跟进": "G", "成交": "D", "带看": "V", "需求": "R", "转介绍": "Z"}
OWNER = {"跟进": "对象ID", "转介绍": "推荐人ID"}
STAFF = """
人员
| 工号 | 姓名 | 角色   | 门店 | 入职       |
| P1   | 李雷 | 经纪人 | 一店 | 2020-01-01 |
| P2   | 韩梅 | 客服   | 一店 | 2020-01-01 |
| P3   | 王强 | 店长   | 一店 | 2020-01-01 |
"""
Line = Mapping[str, str]


@dataclass(frozen=True)
class Case:
    """One line: on which day, at which place in its workbook, and its words by header. `tables` are those that share the workbook."""

    tables: tuple[str, ...]
    today: dt.date
    place: int
    words: tuple[tuple[str, str], ...]

    @property
    def line(self) -> Line:
        """The words by header."""
        return dict(self.words)

    @property
    def client(self) -> str:
        """The id of the client whom the line is about."""
        return f"C{self.place:06}"

    @property
    def expected(self) -> dict[str, str]:
        """What must stand in the workbook: a sheet, or a sheet and a column -> words."""
        return {head.removeprefix("→ "): word for head, word in self.words if head.startswith("→") and word}


def lines_of(table: str) -> list[dict[str, str]]:
    """Return the lines of a table of text, by its headers."""
    rows = [[cell.strip() for cell in row.strip().strip("|").split("|")] for row in table.strip().splitlines()]
    assert all(len(row) == len(rows[0]) for row in rows), [row for row in rows if len(row) != len(rows[0])]
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


@cache
def cases_of(tables: tuple[str, ...]) -> tuple[Case, ...]:
    """Return the cases of some tables, numbered within their day."""
    found, places = [], Counter[dt.date]()
    for line in (line for table in tables for line in lines_of(table)):
        today = dt.date.fromisoformat(line.get("今天") or TODAY.isoformat())
        places[today] += 1
        found.append(Case(tables, today, places[today], tuple(line.items())))
    return tuple(found)


def params(*tables: str) -> list[object]:
    """Return pytest's parameters: every line of the tables, marked with its requirements and named by what it says."""
    return [
        pytest.param(
            case,
            marks=pytest.mark.requirement(*case.line["要求"].split()),
            id=f"{case.line['要求']} {case.line['说明']} {case.today}",
        )
        for case in cases_of(tables)
    ]


def found_in(tables: Tables, client: str, where: str) -> str:
    """Return what the workbook says of a client: lines of 今日待办, one of its columns, or one cell of 客户."""
    if where == "今日待办":
        lines = tables["due"]
        lines = lines.loc[lines["client_id"] == client]
        return _words(f"{line.rule}:{line.overdue_days:.0f}" for line in lines.itertuples())
    if where in DUE.labels:
        return _words(tables["due"].loc[tables["due"]["client_id"] == client, DUE.by_header[where].key])
    sheet, label = where.split(".")
    key = next(one for one in SHEETS if one.label == sheet).by_header[label.lower()].key
    frame = tables[next(one for one in SHEETS if one.label == sheet).key]
    values = frame.loc[frame["client_id"] == client, key]
    return _words(_text(value) for value in values)


@cache
def pressed(tables: tuple[str, ...], today: dt.date, *buttons: str) -> Tables:
    """Return the tables of the workbook of some tables and a day after buttons were pressed."""
    book = workbook_of([case.line for case in cases_of(tables) if case.today == today])
    for button in buttons:
        press(book, button, today)
    return tables_of(book)


def press(book: MemoryBook, action: str, today: dt.date) -> None:
    """Press a button: its rules run and what they find out is written."""
    now = dt.datetime.combine(today, dt.time(9))
    perform(BY_NAME[action], start(book, Options(today, now)))


def tables_of(book: MemoryBook) -> Tables:
    """Return what stands in a workbook."""
    return read_tables(book, SHEETS)[0]


def workbook_of(lines: Iterable[Line]) -> MemoryBook:
    """Return a workbook as `genjin new` makes it, with the shipped rules, the staff, and a client per line."""
    rows: dict[str, list[dict[str, str]]] = {sheet: [] for sheet in USUAL}
    for place, line in enumerate(lines, start=1):
        _put_in(rows, f"C{place:06}", place, line)
    text = STAFF + "".join(_as_text(sheet, held) for sheet, held in rows.items() if held)
    book = book_from(text)
    shipped = {
        "score_rules": default_rules(), "cadence": default_cadence(), "trigger_rules": default_triggers(),
        "winback": default_winback(), "calendar": published_days(2025),
    }  # fmt: skip
    for sheet in SHEETS:
        grid = book.sheets.setdefault(sheet.label, [list(sheet.labels)])
        if sheet.key in shipped:
            frame = shipped[sheet.key].reindex(columns=[column.key for column in sheet.columns])
            grid += [
                [None if value != value or value is None else value for value in row] for row in frame.to_numpy(object)
            ]
    return book


def _put_in(rows: dict[str, list[dict[str, str]]], client: str, place: int, line: Line) -> None:
    """Add the rows of a line: the client, and a row for every other sheet (跟进, 跟进2 ...) that the line names."""
    given: dict[str, dict[str, str]] = {"客户": {}, "跟进": {}}
    for head, word in line.items():
        if "." in head and not head.startswith("→") and word:
            sheet, label = head.split(".")
            given.setdefault(sheet, {})[label] = word
    for numbered, cells in given.items():
        if cells.get("时间") == "-" or cells.get("登记时间") == "-":
            continue
        sheet = re.sub(r"\d+$", "", numbered)
        identity = f"{IDS[sheet]}{len(rows[sheet]) + 1:06}"
        if sheet == "客户":
            own = {"客户ID": client, "姓名": f"客户{place}", "手机1": f"139{place:08}"}
        else:
            own = {f"{sheet}ID": identity, OWNER.get(sheet, "客户ID"): client}
        last = LAST_CONTACT if numbered == "跟进" else {}
        rows[sheet].append({**own, **USUAL[sheet], **last, **cells})


def _as_text(sheet: str, rows: list[dict[str, str]]) -> str:
    heads = list(dict.fromkeys(head for row in rows for head in row))
    lines = [["" if row.get(head) == "-" else row.get(head, "") for head in heads] for row in rows]
    return f"{sheet}\n" + "".join(f"| {' | '.join(cells)} |\n" for cells in [heads, *lines])


def _words(words: Iterable[str]) -> str:
    return " ".join(sorted(words)) or "无"


def _text(value: object) -> str:
    if isinstance(value, dt.datetime):  # of which a Timestamp is one; NaT is not equal to itself
        return f"{value:%Y-%m-%d}" if value == value else "无"
    return str(value) if value not in ("", None) else "无"


@cache
def lived(tables: tuple[str, ...], days: tuple[dt.date, ...]) -> dict[dt.date, Tables]:
    """Return what stands in the workbook of some tables each morning after 待办 was pressed; who marks a line presses once more."""
    cases = cases_of(tables)
    book, found = workbook_of([case.line for case in cases]), {}
    for today in days:
        press(book, "due", today)
        found[today] = tables_of(book)
        marks = [
            (case.client, mark[2:])
            for case in cases
            for mark in case.line.get("处理", "").split()
            if mark.startswith(f"{today:%d}")
        ]
        for client, mark in marks:
            _handle(book, found[today], client, mark)
        if marks:
            press(book, "due", today)
    return found


def _handle(book: MemoryBook, tables: Tables, client: str, mark: str) -> None:
    """Put a word beside a client's line, and a note, as a person does."""
    (row,) = tables["due"].index[tables["due"]["client_id"] == client]
    columns = tables.layouts["due"].columns
    book.write("今日待办", {int(row): {columns["done"]: mark, columns["done_note"]: "说好了"}})
