"""带看: appointments that clash, those without a result, and 带看单."""

import datetime as dt
from dataclasses import replace

import pytest

from macros.checks import validate
from macros.checks.viewing_clash import viewing_clash
from macros.checks.viewing_without_result import viewing_without_result
from macros.deals.viewing_sheets import masked, viewings
from macros.settings import Deal, Settings
from tests.shuffling import sample_tables, shuffled
from tests.tables import tables_from
from workbook.changes import Finding

TODAY = dt.date(2026, 3, 5)
HEAD = "带看\n| 带看ID | 客户ID | 房源ID | 预约时间 | 带看人 | 陪看人 | 状态 |\n"


def row(name: str, who: str, at: str, status: str = "已约") -> str:
    """Return a row of 带看; `who` holds client, home, agent and perhaps helper."""
    client, home, agent, *helper = who.split()
    return f"| {name} | {client} | {home} | {at} | {agent} | {''.join(helper)} | {status} |\n"


def clashes(*rows: str, minutes: int = 60) -> list[Finding]:
    return viewing_clash(tables_from(HEAD + "".join(rows)), TODAY, Settings(deal=Deal(viewing_minutes=minutes)))


def places(found: list[Finding]) -> list[tuple[int, str]]:
    return sorted((finding.row, finding.column) for finding in found)


FIRST = row("V1", "C1 H1 李雷", "2026-03-05 14:00")


@pytest.mark.requirement("R75", "F13")
@pytest.mark.parametrize(
    ("other", "column"),
    [
        ("C2 H2 李雷", "agent"),
        ("C2 H1 韩梅", "listing_id"),
        ("C1 H2 韩梅", "client_id"),
        ("C2 H2 韩梅", ""),
        ("C1 H2 李雷", ""),  # a tour
        ("C2 H2 韩梅 李雷", "agent"),  # who comes along is busy as well
        ("C1 H1 李雷", "listing_id"),  # typed twice
    ],
)
def test_two_at_the_same_time_clash_at_both_cells(other: str, column: str) -> None:
    found = clashes(FIRST, row("V2", other, "2026-03-05 14:30"))
    assert places(found) == ([(2, column), (3, column)] if column else [])


@pytest.mark.parametrize(("at", "clash"), [("14:59", True), ("15:00", False), ("13:01", True), ("13:00", False)])
def test_the_minutes_of_the_settings_are_the_bound(at: str, clash: bool) -> None:
    assert bool(clashes(FIRST, row("V2", "C2 H2 李雷", f"2026-03-05 {at}"))) == clash


def test_the_words_name_the_other_cell_and_the_minutes() -> None:
    found = clashes(FIRST, row("V2", "C2 H2 李雷", "2026-03-05 14:30"), minutes=45)
    assert (
        found[0].message
        == "「李雷」 2026-03-05 14:30 还有一场带看(带看!E3), 相隔不到 45 分钟。请改时间或换人; 记了两次就删掉一行。"
    )


@pytest.mark.requirement("F13")
def test_who_has_no_client_yet_is_on_no_tour() -> None:
    rows = [f"| V{n} | | H{n} | 2026-03-05 14:{n}0 | 李雷 | | 申请 |\n" for n in (1, 2)]
    assert places(clashes(*rows)) == [(2, "agent"), (3, "agent")]


def test_three_at_once_are_told_in_one_finding_each() -> None:
    rows = [row(f"V{n}", f"C{n} H{n} 李雷", f"2026-03-05 14:{n}0") for n in (1, 2, 3)]
    found = clashes(*rows)
    assert places(found) == [(2, "agent"), (3, "agent"), (4, "agent")]
    assert "带看!E3" in found[0].message
    assert "带看!E4" in found[0].message


@pytest.mark.parametrize(
    ("at", "status"),
    [
        ("2026-03-05 14:30", "取消"),
        ("2026-03-05 14:30", "已看"),
        ("2026-03-06 14:30", "已约"),
        ("2026-03-05", "已约"),
    ],
)
def test_no_clash_with_what_is_cancelled_another_day_or_without_a_time(at: str, status: str) -> None:
    assert not clashes(FIRST, row("V2", "C2 H2 李雷", at, status))


def test_what_is_past_clashes_no_more() -> None:
    assert not clashes(row("V1", "C1 H1 李雷", "2026-03-04 14:00"), row("V2", "C2 H2 李雷", "2026-03-04 14:30"))


@pytest.mark.parametrize(
    ("at", "status", "told"),
    [
        ("2026-03-04 18:00", "已约", True),
        ("2026-03-04 18:00", "申请", True),
        ("2026-03-05 08:00", "已约", False),
        ("2026-03-04 18:00", "已看", False),
        ("2026-03-04 18:00", "爽约", False),
    ],
)
def test_a_past_appointment_needs_its_result(at: str, status: str, told: bool) -> None:
    tables = tables_from(HEAD + row("V1", "C1 H1 李雷", at, status))
    found = viewing_without_result(tables, TODAY, Settings())
    assert [(f.row, f.column) for f in found] == ([(2, "status")] if told else [])
    if told:
        assert found[0].message == f"2026-03-04 18:00 已过, 状态还是「{status}」。请改成 已看、爽约 或 取消。"


def test_validate_tells_of_both() -> None:
    tables = tables_from(
        HEAD + FIRST + row("V2", "C2 H1 韩梅", "2026-03-05 14:30") + row("V3", "C3 H3 韩梅", "2026-03-01 14:30")
    )
    checks = {finding.check for finding in validate(tables, TODAY, Settings()).findings}
    assert {"viewing_clash", "viewing_without_result"} <= checks


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13800001111", "138****1111"),
        ("138-0000 1111", "138****1111"),
        ("02088886666", "020****6666"),
        ("88886666", "********"),
        ("", ""),
    ],
)
def test_a_phone_is_masked(phone: str, shown: str) -> None:
    assert masked(phone) == shown


BOOK = (
    "客户\n| 客户ID | 姓名 | 称谓 | 手机1 |\n| C1 | 张伟 | 张先生 | 13800001111 |\n| C2 | A&B <公司> | | 13900002222 |\n"
    "房源\n| 房源ID | 交易 | 小区 | 栋 | 单元 | 室号 | 室 | 厅 | 建筑面积 | 挂牌价 | 底价 | 看房方式 | 钥匙人 | 钥匙位置 |\n"
    "| H1 | 售 | 阳光花园 | 3 | 2 | 501 | 3 | 2 | 89 | 520 | 500 | 钥匙 | 韩梅 | 门店 3 号柜 |\n"
)


@pytest.mark.requirement("R75")
def test_a_page_per_agent_and_day_with_what_is_needed_at_the_door() -> None:
    rows = [
        FIRST, row("V2", "C2 H1 李雷", "2026-03-05 16:00"), row("V3", "C1 H1 韩梅", "2026-03-06 10:00"),
        row("V4", "C1 H1 韩梅", "2026-03-07 10:00"), row("V5", "C1 H1 韩梅", "2026-03-05 10:00", "取消"),
    ]  # fmt: skip
    outcome = viewings(tables_from(BOOK + HEAD + "".join(rows)), TODAY, Settings())
    assert sorted(outcome.files) == ["带看单-2026-03-05-李雷.html", "带看单-2026-03-06-韩梅.html"]
    page = outcome.files["带看单-2026-03-05-李雷.html"]().decode()
    for words in (
        "阳光花园3-2-501",
        "3室2厅, 89㎡, 520万元",
        "钥匙在 门店 3 号柜",
        "138****1111",
        "客户签名",
        "星期四",
    ):
        assert words in page, words
    assert "A&amp;B &lt;公司&gt;" in page
    for secret in ("13800001111", "13900002222", "底价"):
        assert secret not in page
    assert page.count('class="card next"') == 1, "each client signs a sheet of their own"
    assert [item["v_id"] for item in outcome.items] == ["V1", "V2", "V3"]


def test_days_ahead_are_a_setting_and_nothing_to_print_prints_nothing() -> None:
    tables = tables_from(BOOK + HEAD + row("V3", "C1 H1 韩梅", "2026-03-06 10:00"))
    assert not viewings(tables, TODAY, replace(Settings(), deal=Deal(viewing_days=0))).files
    assert len(viewings(tables, TODAY, replace(Settings(), deal=Deal(viewing_days=1))).files) == 1
    assert not viewings(tables_from(""), TODAY, Settings()).files


def test_an_appointment_without_agent_client_or_home_is_printed_all_the_same() -> None:
    tables = tables_from(HEAD + "| V1 | C9 | H9 | 2026-03-05 14:00 | | | 申请 |\n")
    (name, page), *_ = viewings(tables, TODAY, Settings()).files.items()
    assert name == "带看单-2026-03-05-没有带看人.html"
    assert "C9" in page().decode()


def test_the_order_of_rows_means_nothing() -> None:
    day = dt.date(2026, 11, 23)
    tables = sample_tables("small", day)
    pages = [viewings(each, day, Settings(deal=Deal(viewing_days=30))) for each in (tables, shuffled(tables))]
    assert len(pages[0].files) > 0
    assert {name: make() for name, make in pages[0].files.items()} == {
        name: make() for name, make in pages[1].files.items()
    }
