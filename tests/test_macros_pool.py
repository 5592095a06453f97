"""公客 and 私客: for every number the day before, the day and the day after; what shields; who may claim; the forecast holds."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from macros.due_case import COLUMNS, Case
from macros.grades import effective_grade
from macros.pool import pool, pool_warnings
from macros.settings import Pool, Settings
from tests.shuffling import comparable, sample_tables, shuffled
from tests.tables import tables_from
from workbook.changes import Outcome
from workbook.tables import Tables

TODAY = dt.date(2026, 2, 28)
SHIPPED = Settings()
STAFF = "人员\n| 工号 | 姓名 | 私客上限 |\n| S1 | 李雷 | {} |\n"


def day(offset: int) -> str:
    return (TODAY + dt.timedelta(days=offset)).isoformat()


def client(**columns: str) -> str:
    given = {
        "客户ID": "C1",
        "姓名": "张伟",
        "人工等级": "A",
        "首接时间": "2025-01-01",
        "归属人": "李雷",
        "公私": "私客",
        **columns,
    }
    return f"客户\n| {' | '.join(given)} |\n| {' | '.join(given.values())} |\n"


def reached(offset: int, result: str = "接通") -> str:
    return f"跟进\n| 跟进ID | 对象 | 对象ID | 时间 | 结果 |\n| F1 | 客户 | C1 | {day(offset)} 10:00 | {result} |\n"


def viewing(offset: int, status: str) -> str:
    return f"带看\n| 带看ID | 客户ID | 预约时间 | 状态 |\n| V1 | C1 | {day(offset)} 14:00 | {status} |\n"


def run(tables: Tables, offset: int = 0, settings: Settings = SHIPPED) -> tuple[Outcome, Tables]:
    outcome = pool(tables, TODAY + dt.timedelta(days=offset), settings)
    return outcome, tables.with_outcome(outcome)


def state(tables: Tables, place: int = 0) -> tuple[str, str, str]:
    """Return 公私, 保护至 and 掉公日 of a client."""
    row = tables["clients"].iloc[place]
    until, drop = (f"{row[key]:%Y-%m-%d}" if pd.notna(row[key]) else "" for key in ("protect_until", "drop_on"))
    return row["pool"], until, drop


def lived(text: str, *offsets: int) -> tuple[str, str, str]:
    """Return the state after a run on each of these days."""
    tables = tables_from(text)
    for offset in offsets:
        _, tables = run(tables, offset)
    return state(tables)


def warned(tables: Tables, offset: int = 0) -> pd.DataFrame:
    today = TODAY + dt.timedelta(days=offset)
    return pool_warnings(Case(tables, today, SHIPPED, effective_grade(tables["clients"])))


@pytest.mark.requirement("F3", "F7")
@pytest.mark.parametrize(
    ("grade", "last", "protected", "drops"),
    [
        ("A", "2026-02-01", "2026-02-08", "2026-02-09"),
        ("B", "2026-02-01", "2026-02-16", "2026-02-17"),
        ("C", "2026-02-01", "2026-03-03", "2026-03-04"),
        ("D", "2026-02-01", "2026-03-03", "2026-03-04"),
        ("D", "2027-12-31", "2028-01-30", "2028-01-31"),  # a new year
        ("C", "2028-01-30", "2028-02-29", "2028-03-01"),  # a leap day
    ],
)
def test_a_client_without_a_valid_contact_drops_the_day_after_the_last_day(
    grade: str, last: str, protected: str, drops: str
) -> None:
    log = f"跟进\n| 跟进ID | 对象 | 对象ID | 时间 | 结果 |\n| F1 | 客户 | C1 | {last} 23:59 | 接通 |\n"
    tables = tables_from(client(人工等级=grade) + log)
    on = dt.date.fromisoformat(drops)
    for back, public in ((3, False), (1, False), (0, True), (-1, True)):
        tables = tables.with_outcome(pool(tables, on - dt.timedelta(days=back), SHIPPED))
        assert state(tables) == (("公客", "", drops) if public else ("私客", protected, drops))


@pytest.mark.requirement("F4", "F7")
@pytest.mark.parametrize("result", ["未接", "关机", "停机", "拒接", "未回复"])
def test_an_attempt_in_vain_does_not_protect(result: str) -> None:
    text = client(首接时间=day(-5)) + reached(-1, result)
    assert lived(text, 0) == ("私客", day(2), day(3))


@pytest.mark.requirement("F7")
@pytest.mark.parametrize(("offset", "lines"), [(-4, 0), (-3, 1), (-2, 1), (-1, 1), (0, 0)])
def test_the_warning_begins_three_days_before_and_ends_with_the_drop(offset: int, lines: int) -> None:
    tables = tables_from(client() + reached(-8))  # drops today
    for before in range(-5, offset + 1):
        _, tables = run(tables, before)
    found = warned(tables, offset)
    assert len(found) == lines
    assert tuple(found.columns) == COLUMNS
    if lines:
        line = found.iloc[0]
        assert (line["rule"], f"{line['due']:%Y-%m-%d}", line["cells"]) == ("掉公预警", day(-3), "跟进!D2")
        assert line["what"] == f"联系上客户, 否则 {day(0)} 掉公"
        assert line["reason"] == f"{day(0)} 掉公: 上次有效跟进 {day(-8)}(跟进!D2), 满 7 天没有有效跟进"


@pytest.mark.requirement("F7")
def test_who_was_not_warned_does_not_drop() -> None:
    text = client() + reached(-300)
    assert lived(text, 0) == ("私客", day(-293), day(3))
    assert lived(text, 0, 2) == ("私客", day(-293), day(3))
    assert lived(text, 0, 3) == ("公客", "", day(3))
    assert lived(client(公私="") + reached(-300), 0, 3) == ("公客", "", day(3))
    sooner = Settings(pool=Pool(warn_days=0))
    assert state(run(tables_from(text), settings=sooner)[1])[0] == "公客"


@pytest.mark.requirement("F7")
def test_a_day_that_was_announced_holds_when_the_grade_changes() -> None:
    text = client(人工等级="A") + reached(-5)  # drops in three days
    tables = run(tables_from(text))[1]
    for grade in "BCD":
        frame = tables["clients"].assign(grade_manual=grade)
        later = run(Tables({**tables, "clients": frame}, tables.layouts), 1)[1]
        assert state(later) == ("私客", day(2), day(3))
    risen = run(run(tables_from(client(人工等级="D") + reached(-10)))[1])[1]
    assert state(risen) == ("私客", day(20), day(21))
    frame = risen["clients"].assign(grade_manual="A")  # would have dropped two days ago: three days of warning
    assert state(run(Tables({**risen, "clients": frame}, risen.layouts))[1]) == ("私客", day(-3), day(3))


@pytest.mark.requirement("F7")
@pytest.mark.parametrize(
    ("contact", "pooled", "drops"), [(-1, "私客", day(7)), (0, "私客", day(8)), (1, "公客", day(0))]
)
def test_a_contact_before_the_day_saves_and_one_after_it_claims(contact: int, pooled: str, drops: str) -> None:
    before = run(run(tables_from(client() + reached(-8)), -3)[1], -2)[1]
    log = tables_from(reached(contact))["followups"]
    tables = Tables({**before, "followups": pd.concat([before["followups"], log.set_axis([3])])}, before.layouts)
    after = run(tables)[1]
    assert (state(after)[0], state(after)[2]) == (pooled, drops)
    assert state(run(after, 1)[1])[0] == "私客"  # by then the third has called as well


@pytest.mark.requirement("F7")
@pytest.mark.parametrize(
    "shield",
    [
        {"锁定": "是"}, {"状态": "已成交"}, {"阶段": "售后"}, {"联系同意": "拒绝"},
    ],
)  # fmt: skip
def test_what_shields_a_client(shield: dict[str, str]) -> None:
    assert lived(client(**shield) + reached(-300), 0, 3, 30) == ("私客", "", "")


@pytest.mark.requirement("F7")
@pytest.mark.parametrize(("status", "pooled"), [("议价", "私客"), ("定金", "私客"), ("签约", "私客"), ("解约", "公客")])
def test_an_open_deal_shields_and_one_that_was_called_off_does_not(status: str, pooled: str) -> None:
    deal = f"成交\n| 成交ID | 客户ID | 状态 |\n| D1 | C1 | {status} |\n"
    assert lived(client() + reached(-300) + deal, 0, 3)[0] == pooled


@pytest.mark.requirement("F7")
def test_a_lock_or_a_deal_brings_a_client_back_and_its_end_gives_three_days() -> None:
    public = client(公私="公客", 掉公日=day(-9)) + reached(-20)
    assert lived(public, 0) == ("公客", "", day(-9))
    assert lived(client(公私="公客", 掉公日=day(-9), 锁定="是") + reached(-20), 0) == ("私客", "", "")
    assert lived(public + "成交\n| 成交ID | 客户ID | 状态 |\n| D1 | C1 | 定金 |\n", 0) == ("私客", "", "")
    assert lived(client(锁定="否") + reached(-20), 0)[2] == day(3)


@pytest.mark.requirement("F7")
@pytest.mark.parametrize(
    ("offset", "status", "drops"),
    [
        (-2, "已看", day(6)),  # a viewing is a contact: seven days, and seven days of shield
        (2, "已约", day(10)), (2, "申请", day(10)), (2, "取消", day(3)), (-2, "爽约", day(3)), (-2, "已约", day(3)), (0, "已约", day(8)),
    ],
)  # fmt: skip
def test_a_viewing_shields_for_a_week(offset: int, status: str, drops: str) -> None:
    assert lived(client() + reached(-20) + viewing(offset, status), 0)[2] == drops


@pytest.mark.requirement("F7")
@pytest.mark.parametrize(
    ("contact", "drops"),
    [
        (-4, day(4)),  # reached before the warning: seven days from then
        (0, day(8)),  # reached on the day of the warning, after it was told
        (1, day(9)),
        (2, day(10)),
        (None, day(3)),
    ],
)
def test_who_is_reached_after_the_warning_of_an_old_viewing_does_not_drop(contact: int | None, drops: str) -> None:
    tables = tables_from(client() + viewing(-20, "已看"))
    _, tables = run(tables, 0)
    assert state(tables) == ("私客", day(-13), day(3))
    if contact is not None:
        tables = Tables({**tables, "followups": tables_from(reached(contact))["followups"]}, tables.layouts)
    for offset in (1, 2):
        _, tables = run(tables, offset)
    assert state(tables)[2] == drops
    assert state(run(tables, 3)[1])[0] == ("公客" if contact is None else "私客")


def test_a_viewing_that_is_called_off_leaves_three_days() -> None:
    booked = run(tables_from(client() + reached(-20) + viewing(2, "已约")))[1]
    off = booked["viewings"].assign(status="取消")
    assert state(run(Tables({**booked, "viewings": off}, booked.layouts), 1)[1])[2] == day(4)


@pytest.mark.requirement("F7")
@pytest.mark.parametrize(
    ("cap", "pooled", "checks"), [("2", ["私客", "私客", "公客"], ["claim_over_cap"]), ("3", ["私客"] * 3, [])]
)
def test_a_claim_ends_at_the_cap(cap: str, pooled: list[str], checks: list[str]) -> None:
    text = f"""客户
| 客户ID | 姓名 | 人工等级 | 首接时间 | 归属人 | 公私 | 掉公日 |
| C1 | 张 | A | {day(-1)} | 李雷 | 私客 | |
| C2 | 王 | A | {day(-90)} | 李雷 | 公客 | {day(-9)} |
| C3 | 赵 | A | {day(-90)} | 李雷 | 公客 | {day(-9)} |
跟进
| 跟进ID | 对象 | 对象ID | 时间 | 结果 |
| F1 | 客户 | C3 | {day(-1)} 10:00 | 接通 |
| F2 | 客户 | C2 | {day(-2)} 10:00 | 接通 |
""" + STAFF.format(cap)
    outcome, after = run(tables_from(text))
    assert after["clients"]["pool"].tolist() == pooled
    assert [finding.check for finding in outcome.findings] == checks
    again, later = run(after)
    assert later["clients"].equals(after["clients"])
    assert again.findings == outcome.findings


@pytest.mark.requirement("F7")
@pytest.mark.parametrize(("cap", "checks"), [("0", ["private_over_cap"]), ("1", []), ("2", []), ("", [])])
def test_who_holds_more_than_the_cap_is_told(cap: str, checks: list[str]) -> None:
    outcome, _ = run(tables_from(client() + reached(-1) + STAFF.format(cap)))
    assert [finding.check for finding in outcome.findings] == checks


@pytest.mark.parametrize("cap", ["-4", "0"])
def test_a_cap_below_nought_blames_nobody_who_holds_none(cap: str) -> None:
    outcome, _ = run(tables_from(client().replace("李雷", "") + STAFF.format(cap)))
    assert not outcome.findings


@pytest.mark.parametrize("bought", [{"状态": "已成交"}, {"阶段": "售后"}])
def test_who_bought_does_not_count_against_the_cap(bought: dict[str, str]) -> None:
    assert run(tables_from(client(**bought) + reached(-1) + STAFF.format("0")))[0].findings == []


def test_a_client_of_nobody_is_public_until_somebody_has_it() -> None:
    assert lived(client(归属人="") + reached(-1), 0) == ("公客", "", "")
    assert lived(client(公私="公客") + reached(-1), 0) == ("私客", day(6), day(7))


def test_without_any_date_there_is_no_day() -> None:
    assert lived(client(首接时间=""), 0, 400) == ("私客", "", "")


@pytest.mark.requirement("F7")
def test_who_gave_up_has_the_days_of_d() -> None:
    assert lived(client(状态="暂不考虑") + reached(-1), 0) == ("私客", day(29), day(30))


def test_the_dry_run_lists_who_drops_today_and_soon() -> None:
    text = f"""客户
| 客户ID | 姓名 | 人工等级 | 首接时间 | 归属人 | 公私 | 保护至 | 掉公日 |
| C1 | 张 | A | {day(-6)} | 李雷 | 私客 | {day(1)} | {day(2)} |
| C2 | 王 | A | {day(-8)} | 李雷 | 私客 | {day(-1)} | {day(0)} |
| C3 | 赵 | A | {day(-3)} | 李雷 | 私客 | {day(4)} | {day(5)} |
"""
    outcome, _ = run(tables_from(text))
    told = [(item["client_id"], item["drop_on"], item["in_days"], item["cells"]) for item in outcome.items]
    assert told == [("C2", day(0), 0, "客户!AE3"), ("C1", day(2), 2, "客户!AE2")]
    assert outcome.figures == {"pool_public": 1, "pool_dropped": 1, "pool_warned": 1, "pool_claims": 0}


def graded() -> Tables:
    """Return a sample with grades by hand, so that time alone can change nothing else."""
    tables = sample_tables("small", TODAY)
    clients = tables["clients"]
    letters = [*"ABCD"] * len(clients)
    return Tables({**tables, "clients": clients.assign(grade_manual=letters[: len(clients)])}, tables.layouts)


@pytest.mark.requirement("F7")
def test_what_drops_is_what_was_forecast_three_days_before() -> None:
    tables, forecasts, dropped = graded(), dict[int, set[str]](), dict[int, set[str]]()
    for offset in range(40):
        letters = [*"ABCD", *"BADC", *"DDAA"] * len(tables["clients"])  # the grades change every day
        moved = tables["clients"].assign(grade_manual=letters[offset % 12 : offset % 12 + len(tables["clients"])])
        before = Tables({**tables, "clients": moved}, tables.layouts)
        outcome, tables = run(before, offset)
        forecasts[offset + 3] = {str(item["client_id"]) for item in outcome.items if item["drop_on"] == day(offset + 3)}
        gone = (before["clients"]["pool"] == "私客") & (tables["clients"]["pool"] == "公客")
        dropped[offset] = set(tables["clients"].loc[gone, "client_id"])
    assert sum(map(len, dropped.values())) > 20
    booked = set(tables["viewings"].loc[tables["viewings"]["at"] > pd.Timestamp(TODAY), "client_id"])
    for offset in range(3, 40):
        assert dropped[offset] - booked == forecasts[offset] - booked, offset


def test_the_order_of_rows_and_a_second_run_change_nothing() -> None:
    tables = run(graded())[1]
    first, after = run(tables, 3)
    assert run(after, 3)[1]["clients"].equals(after["clients"])
    other = shuffled(tables)
    again, _ = run(other, 3)
    for outcome, given in ((first, tables), (again, other)):
        assert len(outcome.items) == len(first.items), given
    pd.testing.assert_frame_equal(
        comparable(first.updates["clients"], tables["clients"]["client_id"]),
        comparable(again.updates["clients"], other["clients"]["client_id"]),
    )


@pytest.mark.requirement("F7")
def test_nobody_drops_unforeseen_while_agents_work() -> None:
    """Eight clients are reached every day: who drops was on the list of three days before and was not reached since."""
    tables, rng = graded(), np.random.default_rng(4)
    forecasts, reached_on = dict[int, set[str]](), dict[int, set[str]]()
    for offset in range(30):
        called = rng.choice(tables["clients"]["client_id"].to_numpy(), 8, replace=False)
        rows = pd.DataFrame(
            {
                "obj": "客户",
                "obj_id": called,
                "at": pd.Timestamp(day(offset)) + pd.Timedelta(hours=10),
                "result": "接通",
            }
        )
        rows["fu_id"] = [f"X{offset}-{n}" for n in range(len(rows))]
        tables = tables.with_outcome(Outcome(additions={"followups": rows}))
        reached_on[offset] = set(called)
        outcome, after = run(tables, offset)
        gone = (tables["clients"]["pool"] == "私客") & (after["clients"]["pool"] == "公客")
        dropped = set(tables["clients"].loc[gone, "client_id"])
        safe = set().union(*(reached_on.get(offset - back, set()) for back in range(4)))
        assert not dropped & safe
        if offset >= 3:
            assert dropped <= forecasts[offset]
        forecasts[offset + 3] = {str(item["client_id"]) for item in outcome.items if item["drop_on"] == day(offset + 3)}
        tables = after
    assert sum(map(len, forecasts.values())) > 20
