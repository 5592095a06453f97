"""认领: a 公客 goes to who reached them first, by a person's decision; until then they are nobody's private client."""

import datetime as dt

import pandas as pd
import pytest

from macros.pool import pool
from macros.settings import Settings
from tests.shuffling import shuffled
from tests.tables import tables_from
from workbook.changes import Outcome
from workbook.tables import Tables

TODAY = dt.date(2026, 3, 20)
CLIENTS = """客户
| 客户ID | 姓名 | 人工等级 | 首接时间 | 归属人 | 公私 | 掉公日 |
| C1 | 张 | A | 2026-01-05 10:00 | {} | 公客 | 2026-03-10 |
"""
STAFF = """人员
| 工号 | 姓名 | 角色 | 入职 | 离职 | 私客上限 |
| S1 | 李雷 | 经纪人 | 2020-01-01 | | |
| S2 | 王芳 | 经纪人 | 2020-01-01 | | {} |
| S3 | 赵客服 | 客服 | 2020-01-01 | | |
| S4 | 钱走 | 经纪人 | 2020-01-01 | 2026-03-20 | |
| S5 | 孙来 | 经纪人 | 2026-03-21 | | |
"""
LOG = "跟进\n| 跟进ID | 对象 | 对象ID | 时间 | 结果 | 人员 |\n"


def call(number: int, at: str, staff: str, client: str = "C1", result: str = "接通") -> str:
    return f"| F{number} | 客户 | {client} | {at} | {result} | {staff} |\n"


def run(*calls: str, owner: str = "李雷", cap: str = "", more: str = "") -> tuple[Outcome, Tables]:
    tables = tables_from(CLIENTS.format(owner) + STAFF.format(cap) + LOG + "".join(calls) + more)
    outcome = pool(tables, TODAY, Settings())
    return outcome, tables.with_outcome(outcome)


def checks(outcome: Outcome) -> list[tuple[int, str, str]]:
    return [(finding.row, finding.column, finding.check) for finding in outcome.findings]


@pytest.mark.requirement("F7")
@pytest.mark.parametrize(
    ("staff", "pooled", "found"),
    [
        ("李雷", "私客", []),
        ("王芳", "公客", [(2, "owner", "claim_by_another")]),
        ("赵客服", "私客", []),  # leads no clients: speaks for 归属人
        ("钱走", "私客", []),  # left today
        ("孙来", "私客", []),  # begins tomorrow
        ("查无此人", "私客", []),
    ],
)
def test_who_reaches_a_public_client_has_the_claim(staff: str, pooled: str, found: list[tuple[int, str, str]]) -> None:
    outcome, after = run(call(1, "2026-03-15 10:00", staff))
    assert after["clients"]["pool"].tolist() == [pooled]
    assert after["clients"]["owner"].tolist() == ["李雷"]  # a person's cell
    assert checks(outcome) == found


@pytest.mark.requirement("F7")
@pytest.mark.parametrize(
    ("at", "claims"),
    [("2026-03-09 23:59", 0), ("2026-03-10 00:00", 1), ("2026-03-20 23:59", 1), ("2026-03-21 00:00", 0)],
)
def test_a_claim_begins_on_the_day_of_the_drop(at: str, claims: int) -> None:
    outcome, after = run(call(1, at, "王芳"))
    assert outcome.figures["pool_claims"] == len(checks(outcome)) == claims
    assert after["clients"]["pool"].tolist() == ["公客"]


@pytest.mark.requirement("F7")
@pytest.mark.parametrize("late", ["2026-03-13 10:00", "2026-03-20 09:00"])
def test_the_first_has_the_claim_whoever_comes_later(late: str) -> None:
    outcome, after = run(call(1, late, "李雷"), call(2, "2026-03-12 10:00", "王芳"))
    assert after["clients"]["pool"].tolist() == ["公客"]
    assert outcome.findings[0].message == (
        "公客由王芳先联系上 (跟进!D3), 归属人仍写着李雷, 还没有变成私客。同意认领请把归属人改成「王芳」; 要给别人, 改成别人并把「锁定」选「是」。"
    )
    missed, _ = run(call(1, late, "李雷"), call(2, "2026-03-12 10:00", "王芳", result="未接"))
    assert missed.findings == []


@pytest.mark.requirement("F7")
def test_a_viewing_is_a_claim_as_well() -> None:
    viewing = "带看\n| 带看ID | 客户ID | 预约时间 | 状态 | 带看人 |\n| V1 | C1 | 2026-03-12 14:00 | 已看 | 王芳 |\n"
    outcome, _ = run(call(1, "2026-03-13 10:00", "李雷"), more=viewing)
    assert [finding.check for finding in outcome.findings] == ["claim_by_another"]
    assert "(带看!" in outcome.findings[0].message


@pytest.mark.requirement("F7")
def test_the_claim_is_theirs_once_a_person_has_written_their_name() -> None:
    outcome, after = run(call(1, "2026-03-15 10:00", "王芳"), owner="王芳")
    assert outcome.findings == []
    row = after["clients"].iloc[0]
    assert (row["pool"], f"{row['drop_on']:%Y-%m-%d}") == ("私客", "2026-03-23")
    assert row["pool_why"] == "2026-03-20 回到私客: 王芳联系上 (F1)"
    again = pool(after, TODAY, Settings())
    assert after.with_outcome(again)["clients"].equals(after["clients"])


@pytest.mark.requirement("F7")
@pytest.mark.parametrize(("cap", "check"), [("1", "claim_over_cap"), ("2", "claim_by_another")])
def test_the_cap_is_that_of_who_claims(cap: str, check: str) -> None:
    held = CLIENTS.format("李雷") + "| C2 | 王 | A | 2026-03-19 10:00 | 王芳 | 私客 | |\n"
    tables = tables_from(held + STAFF.format(cap) + LOG + call(1, "2026-03-15 10:00", "王芳"))
    outcome = pool(tables, TODAY, Settings())
    assert [finding.check for finding in outcome.findings] == [check]
    if check == "claim_over_cap":
        assert outcome.findings[0].message == (
            "公客已由王芳联系上, 但王芳的私客到了上限, 仍是公客。请提高「人员」表的私客上限; 要给别人, 请改归属人, 并把「锁定」选「是」。"
        )


@pytest.mark.requirement("F7")
def test_an_owner_that_is_empty_is_said_to_be() -> None:
    outcome, after = run(call(1, "2026-03-15 10:00", "王芳"), owner="")
    assert "归属人还空着" in outcome.findings[0].message
    assert after["clients"]["pool"].tolist() == ["公客"]


@pytest.mark.requirement("F7", "F8")
def test_a_handover_since_decides_whose_the_client_is() -> None:
    moved = "交接单\n| from_name | sheet | row_id | role | to_name | state | done_on |\n| 钱走 | 客户 | C1 | 归属人 | 李雷 | 已交接 | 2026-03-16 |\n"
    outcome, after = run(call(1, "2026-03-15 10:00", "王芳"), more=moved)
    assert outcome.findings == []
    assert after["clients"]["pool"].tolist() == ["私客"]
    assert after["clients"]["pool_why"].tolist() == ["2026-03-20 回到私客: 归属李雷"]


def test_a_lock_overrules_a_claim() -> None:
    _, before = run(call(1, "2026-03-15 10:00", "王芳"), owner="赵六")
    locked = Tables({**before, "clients": before["clients"].assign(locked=True)}, before.layouts)
    outcome = pool(locked, TODAY, Settings())
    assert outcome.findings == []
    after = locked.with_outcome(outcome)["clients"]
    assert (after["pool"].tolist(), after["pool_why"].tolist()) == (["私客"], ["2026-03-20 回到私客: 锁定"])


@pytest.mark.requirement("F7")
def test_a_drop_says_why_and_goes_on_saying_so() -> None:
    text = CLIENTS.format("李雷").replace("公客", "私客").replace("2026-03-10 |\n", "2026-03-20 |\n")
    tables = tables_from(text + LOG + call(1, "2026-03-01 10:00", "李雷"))
    tables = tables.updated({"clients": {"protect_until": pd.Series([pd.Timestamp(2026, 3, 8)], index=[2])}})
    after = tables.with_outcome(pool(tables, TODAY, Settings()))
    said = ["2026-03-20 掉公: 上次有效跟进 2026-03-01, 满 7 天没有有效跟进"]
    assert (after["clients"]["pool"].tolist(), after["clients"]["pool_why"].tolist()) == (["公客"], said)
    later = after.with_outcome(pool(after, TODAY + dt.timedelta(days=1), Settings()))
    assert later["clients"]["pool_why"].tolist() == said


def test_the_order_of_the_rows_changes_no_claim() -> None:
    calls = [
        call(n, f"2026-03-{10 + n} 10:00", staff, client)
        for n, (staff, client) in enumerate([("王芳", "C1"), ("李雷", "C1"), ("王芳", "C2")])
    ]
    text = CLIENTS.format("李雷") + "| C2 | 王 | A | 2026-01-05 10:00 | 李雷 | 公客 | 2026-03-10 |\n"
    tables = tables_from(text + STAFF.format("1") + LOG + "".join(calls))
    told = {finding.message.partition("(")[0] + finding.check for finding in pool(tables, TODAY, Settings()).findings}
    assert told == {
        finding.message.partition("(")[0] + finding.check
        for finding in pool(shuffled(tables), TODAY, Settings()).findings
    }
    assert len(told) == 2  # one of the two goes beyond the cap: the later one
