"""提醒 of 房源: each sentence on both sides of its day, with the cells it rests on; and the last thing that happened to a listing."""

import datetime as dt
from collections.abc import Mapping

import pandas as pd
import pytest

from macros.actions import BY_NAME
from macros.listing_activity import activity_cells, last_activity, stale
from macros.listing_alerts import alerts
from macros.run import perform
from macros.session import Options, start
from macros.settings import Listing
from tests.shuffling import comparable, sample_tables, shuffled
from tests.tables import book_from, tables_from
from workbook.sheets import SHEETS
from workbook.tables import Tables, read_tables

TODAY = dt.date(2026, 3, 10)
BASE = "房源\n| 房源ID | 状态 | 核验 | 上架日 | 看房方式 | 钥匙位置 | 委托类型 | 委托止 | 核验到期 |\n| H1 | {} | {} | {} | {} | {} | {} | {} | {} |"
KEYS = ("status", "verify", "listed", "access", "place", "kind", "until", "verified_to")
FINE = {
    "status": "在售",
    "verify": "已核",
    "listed": "2026-03-01",
    "access": "预约",
    "place": "",
    "kind": "普通",
    "until": "",
    "verified_to": "",
}


def listing(more: str = "", **cells: str) -> Tables:
    said = FINE | cells
    return tables_from(BASE.format(*(said[key] for key in KEYS)) + "\n" + more)


def told(tables: Tables, dear: bool = False, **rules: int) -> str:
    index = tables["listings"].index
    return str(alerts(tables, TODAY, Listing(**rules), pd.Series(dear, index=index)).iloc[0])


@pytest.mark.requirement("F16")
@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"until": "2026-03-26"}, ""),
        ({"until": "2026-03-25"}, "委托还有 15 天到期({}): 请和业主谈续签。"),
        ({"until": "2026-03-11", "kind": "独家"}, "独家委托还有 1 天到期({}): 请和业主谈续签。"),
        ({"until": "2026-03-10", "kind": "限时独家"}, "限时独家委托今天到期({}): 请和业主谈续签。"),
        ({"until": "2026-03-09"}, "委托已到期 1 天({}): 请续签后改这一格, 或把状态改成「下架」。"),
        ({"until": "2026-03-09", "status": "下架"}, ""),
        ({"until": "2026-03-09", "status": "已售"}, ""),
        ({"until": ""}, ""),
    ],
)
def test_a_mandate_is_told_before_on_and_after_its_last_day(cells: Mapping[str, str], said: str) -> None:
    tables = listing(**cells)
    assert told(tables) == said.format(tables.cell("listings", 2, "mandate_to"))


@pytest.mark.requirement("F16")
@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"access": "钥匙"}, "看房方式是「钥匙」({access}), 没写放在哪里: 请填钥匙位置({place})。"),
        ({"access": "钥匙", "place": "店里 3 号"}, ""),
        ({"access": "钥匙", "status": "已租"}, ""),
        (
            {"access": "钥匙", "place": "店里 3 号", "status": "已售"},
            "房源已「已售」, 钥匙还在「店里 3 号」({place}): 请还给业主, 再清空这一格。",
        ),
        (
            {"place": "店里 3 号", "status": "下架"},
            "房源已「下架」, 钥匙还在「店里 3 号」({place}): 请还给业主, 再清空这一格。",
        ),
        ({"place": "店里 3 号", "status": "已定"}, ""),
    ],
)
def test_keys_are_somewhere_and_go_back_when_the_home_is_gone(cells: Mapping[str, str], said: str) -> None:
    tables = listing(**cells)
    at = {"access": tables.cell("listings", 2, "access"), "place": tables.cell("listings", 2, "key_place")}
    assert told(tables) == said.format(**at)


@pytest.mark.requirement("F16")
def test_keys_go_back_with_the_mandate() -> None:
    held = {until: told(listing(place="店里", until=until)) for until in ("2026-03-10", "2026-03-09")}
    assert ["钥匙还在「店里」" in text for text in held.values()] == [False, True]


@pytest.mark.requirement("R67")
@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"verified_to": "2026-03-18"}, ""),
        ({"verified_to": "2026-03-17"}, "核验还有 7 天到期({until}): 请联系业主核实, 属实就清空这一格。"),
        ({"verified_to": "2026-03-10"}, "核验今天到期({until}): 请联系业主核实, 属实就清空这一格。"),
        ({"verified_to": "2026-03-08"}, "核验已到期 2 天({until}): 请联系业主核实, 属实就清空这一格。"),
        ({"verified_to": "2026-03-08", "status": "已售"}, ""),
        ({"verify": "存疑"}, "核验是「存疑」({state}): 请核实后改成「已核」。"),
        ({"verify": "虚假"}, "核验是「虚假」({state}): 不会推荐给客户, 请把状态改成「下架」。"),
        ({"verify": "虚假", "status": "下架"}, ""),
        ({"verify": "未核", "listed": "2026-03-03"}, "上架 7 天, 还没核验({state}): 请联系业主核实。"),
        ({"verify": "未核", "listed": "2026-03-04"}, ""),
        ({"verify": "", "listed": "2026-03-03"}, "上架 7 天, 还没核验({state}): 请联系业主核实。"),
    ],
)
def test_a_verification_is_told_before_on_and_after_its_last_day_and_when_there_is_none(
    cells: Mapping[str, str], said: str
) -> None:
    tables = listing(**cells)
    at = {"until": tables.cell("listings", 2, "verify_to"), "state": tables.cell("listings", 2, "verify")}
    assert told(tables) == said.format(**at)


@pytest.mark.parametrize(
    ("rule", "cells"), [("mandate_days", {"until": "2026-03-13"}), ("verify_days", {"verified_to": "2026-03-13"})]
)
def test_how_many_days_before_is_a_setting(rule: str, cells: Mapping[str, str]) -> None:
    assert [bool(told(listing(**cells), **{rule: days})) for days in (2, 3)] == [False, True]


@pytest.mark.requirement("F16")
@pytest.mark.parametrize(("listed", "days"), [("2026-02-09", 0), ("2026-02-08", 30), ("2025-03-10", 365)])
def test_a_quiet_listing_is_to_be_asked_about_or_made_cheaper(listed: str, days: int) -> None:
    tables = listing(listed=listed)
    at = tables.cell("listings", 2, "listed_on")
    head = f"{days} 天没有改动、带看和跟进(上次: 上架 {at}): "
    assert told(tables) == (f"{head}请向业主核实是否还在售(租)。" if days else "")
    assert told(tables, dear=True) == (f"{head}单价比同小区高(见等级说明), 请和业主谈调价。" if days else "")


def test_a_listing_of_which_no_day_is_known_is_not_nagged_about() -> None:
    assert told(listing(listed="")) == ""


VIEWING = "带看\n| 带看ID | 房源ID | 预约时间 | 状态 |\n| V1 | H1 | {} | {} |"
CHANGE = "变更\n| 时间 | 表 | ID | 字段 | 旧值 | 新值 |\n| {} | {} | H1 | 状态 | 待核 | 在售 |"


@pytest.mark.requirement("F16")
@pytest.mark.parametrize(
    ("more", "day", "what"),
    [
        ("", "2026-01-05", "上架"),
        (VIEWING.format("2026-02-20 15:00", "已看"), "2026-02-20", "带看"), (VIEWING.format("2026-03-20 15:00", "已约"), "2026-03-20", "带看"),
        (VIEWING.format("2026-02-20 15:00", "取消"), "2026-01-05", "上架"), (VIEWING.format("2026-02-20 15:00", "爽约"), "2026-01-05", "上架"),
        (VIEWING.format("2026-01-04 15:00", "已看"), "2026-01-05", "上架"), (VIEWING.format("2026-01-05 15:00", "已看"), "2026-01-05", "上架"),
        (CHANGE.format("2026-02-21", "房源"), "2026-02-21", "变更"), (CHANGE.format("2026-02-21", "客户"), "2026-01-05", "上架"),
        (CHANGE.format("2026-03-11", "房源"), "2026-01-05", "上架"),
    ],
)  # fmt: skip
def test_the_last_thing_that_happened(more: str, day: str, what: str) -> None:
    tables = listing(more, listed="2026-01-05")
    found = last_activity(tables, TODAY)
    assert f"{found['day'].iloc[0]:%Y-%m-%d}" == day
    sheet, column = {"上架": ("listings", "listed_on"), "带看": ("viewings", "at"), "变更": ("changes", "at")}[what]
    assert activity_cells(tables, found) == ([what], [tables.cell(sheet, 2, column)])


@pytest.mark.parametrize(("key", "what"), [("last_follow", "跟进"), ("price_at", "调价"), ("mandate_from", "委托")])
def test_days_of_the_row_itself_count_until_today(key: str, what: str) -> None:
    for day, counts in (("2026-03-10", True), ("2026-03-11", False)):
        tables = listing(listed="2026-01-05")
        moved = tables.updated({"listings": {key: pd.Series(pd.Timestamp(day), index=tables["listings"].index)}})
        assert activity_cells(moved, last_activity(moved, TODAY))[0] == [what if counts else "上架"]


def test_only_what_is_on_the_market_is_stale() -> None:
    found = [
        len(stale(one, last_activity(one, TODAY), TODAY, 30))
        for one in (listing(listed="2026-01-05", status=state) for state in ("在售", "已定", ""))
    ]
    assert found == [1, 0, 0]


def test_the_order_of_rows_does_not_matter() -> None:
    given = sample_tables("small", TODAY)
    texts = []
    for tables in (given, shuffled(given)):
        dear = pd.Series(False, index=tables["listings"].index)
        texts.append(comparable(alerts(tables, TODAY, Listing(), dear).to_frame(), tables["listings"]["listing_id"]))
    pd.testing.assert_frame_equal(*texts)
    assert (texts[0][0] != "").any()


@pytest.mark.requirement("F16", "R67", "R68")
def test_the_button_writes_grade_tags_and_reminders_and_a_second_press_nothing() -> None:
    """评级 on a workbook: one home at 300 万 beside three at 500, its mandate over since yesterday, its key in the shop."""
    row = "| H{} | 售 | 湖滨 | 城东 | 3 | 100 | {} | 在售 | 已核 | 2026-03-01 | 独家 | {} | {} |"
    text = "\n".join([
        "房源", "| 房源ID | 交易 | 小区 | 区域 | 室 | 建筑面积 | 挂牌价 | 状态 | 核验 | 上架日 | 委托类型 | 委托止 | 钥匙位置 |",
        row.format(1, 300, "2026-03-09", "店里"), *(row.format(n, 500, "", "") for n in (2, 3, 4)),
    ])  # fmt: skip
    book = book_from(
        {"listings": text.split("\n", 1)[1]}
        | {sheet.key: f"| {sheet.labels[0]} |" for sheet in SHEETS if sheet.key != "listings"}
    )
    options = Options(TODAY, dt.datetime(2026, 3, 10, 9))
    first = perform(BY_NAME["grade"], start(book, options))
    written, _ = read_tables(book, SHEETS)
    one = written["listings"].iloc[0]
    assert first.run
    assert one["grade_why"].startswith(f"{one['grade']}: 共 ")
    assert one["auto_tags"] == ("低于均价", "钥匙在店")
    assert one["alerts"].startswith("独家委托已到期 1 天(")
    assert not len(perform(BY_NAME["grade"], start(book, options)).plan)
