"""Events of listings: a lower price reaches clients once, a home that is gone is told to those it concerns, a listing nobody works on."""

import datetime as dt

import pandas as pd
import pytest

from macros.due import due
from macros.messages import messages
from macros.settings import Listing, Settings
from macros.triggers import triggers
from macros.triggers.desk import Desk
from macros.triggers.homes import homes_gone, price_cuts, stale_homes
from macros.triggers.rules import default_triggers, letters, read_triggers
from tests.shuffling import shuffled
from tests.tables import tables_from
from workbook.tables import Tables

TODAY = dt.date(2026, 3, 10)
RULES = {rule.rule_id: rule for rule in read_triggers(default_triggers(), letters())[0]}
CLIENTS = """
客户
| 客户ID | 姓名 | 称谓 | 归属人 | 联系同意 | 人工等级 | 状态 | 阶段 | 手机1 |
| C1 | 张伟 | 张先生 | 李雷 | 同意 | B | 跟进中 | 意向 | 13800001111 |
| C2 | 王芳 | 王女士 | 韩梅 | 同意 | B | 跟进中 | 意向 | 13800002222 |
| C3 | 赵敏 | 赵女士 | 韩梅 | 拒绝 | B | 跟进中 | 意向 | 13800003333 |
| C4 | 钱进 | 钱先生 | 韩梅 | 仅服务 | B | 跟进中 | 意向 | 13800004444 |
| C5 | 孙丽 | 孙女士 | 李雷 | 同意 | B | 已成交 | 成交 | 13800005555 |
需求
| 需求ID | 客户ID | 交易 | 预算上限 | 意向区域 | 弹性 | 需求状态 |
| Q1 | C1 | 买 | 500 | 城东 | 0 | 有效 |
| Q2 | C2 | 买 | 515 | 城东 | 0 | 有效 |
| Q3 | C3 | 买 | 500 | 城东 | 0 | 有效 |
| Q4 | C4 | 买 | 500 | 城东 | 0 | 有效 |
| Q6 | C1 | 买 | 505 | 城东 | 0 | 有效 |
| Q7 | C2 | 买 | 493 | 城东 | 0 | 有效 |
"""


def home(price: str = "494", before: str = "520", day: str = "2026-03-10", status: str = "在售", **more: str) -> str:
    said = {"listed": "", "keeper": "李雷", "follow": "", **more}
    return (
        "房源\n| 房源ID | 交易 | 小区 | 室 | 厅 | 建筑面积 | 区域 | 挂牌价 | 上次价 | 调价日 | 状态 | 核验 | 不利因素 "
        "| 上架日 | 维护人 | 最近跟进 |\n"
        f"| H1 | 售 | 湖滨花园 | 3 | 2 | 89.5 | 城东 | {price} | {before} | {day} | {status} | 已核 | 临街 | {said['listed']} "
        f"| {said['keeper']} | {said['follow']} |\n"
    )


def told(*rows: str) -> str:
    """变更 of H1: at | field | old | new."""
    lines = "".join(f"| {at} | 房源 | H1 | {rest} |\n" for at, rest in (row.split(" | ", 1) for row in rows))
    return f"变更\n| 时间 | 表 | ID | 字段 | 旧值 | 新值 |\n{lines}"


def events(find, rule: str, *parts: str, today: dt.date = TODAY, settings: Settings | None = None) -> list[str]:
    found = find(Desk(tables_from("\n".join(parts)), today, settings or Settings()), RULES[rule])
    return sorted(found["row_id"].tolist())


@pytest.mark.requirement("F25")
@pytest.mark.parametrize(
    ("listing", "reached"),
    [
        (home(), ["C1+H1", "C2+H1", "C3+H1", "C4+H1"]),
        (home(price="500"), ["C1+H1", "C2+H1", "C3+H1", "C4+H1"]),
        (home(price="500.5"), ["C1+H1", "C2+H1"]),
        (home(price="505.5"), ["C2+H1"]),
        (home(price="515.5"), []),
        (home(price="493"), ["C1+H1", "C2+H1", "C3+H1", "C4+H1"]),
        (home(before="515"), ["C1+H1", "C3+H1", "C4+H1"]),
        (home(before="480"), []),
        (home(before="494"), []),
        (home(before="", day=""), []),
        (home(status="已售"), []),
        (home(day="2026-03-07"), ["C1+H1", "C2+H1", "C3+H1", "C4+H1"]),
        (home(day="2026-03-06"), []),
        (home(day="2026-03-11"), []),
    ],
)
def test_a_lower_price_reaches_the_clients_whose_budget_lies_between_for_three_days(
    listing: str, reached: list[str]
) -> None:
    """Budgets: C1 500 and 505, C2 515 and 493, C3 and C4 500; without 弹性 the limit itself still fits. 505 does not make C1 new at 500.5
    from 520: it is reached through 505. From 515, C2 was reached before by 515, and 493 is not reached by 494."""
    assert events(price_cuts, "JJ01", CLIENTS, listing) == reached


@pytest.mark.requirement("F25")
@pytest.mark.parametrize(
    ("log", "reached"),
    [
        (["2026-03-10 | 挂牌价 | 520 | 494"], ["C1+H1", "C2+H1", "C3+H1", "C4+H1"]),
        (["2026-03-01 | 挂牌价 | 494 | 520"], []),
        (["2026-03-01 | 挂牌价 | 480 | 520"], []),
        (["2026-03-01 | 挂牌价 | 510 | 520"], ["C1+H1", "C3+H1", "C4+H1"]),
        (["2025-12-10 | 挂牌价 | 494 | 520"], []),
        (["2025-12-09 | 挂牌价 | 494 | 520"], ["C1+H1", "C2+H1", "C3+H1", "C4+H1"]),
        (["2026-03-01 | 状态 | 在售 | 下架"], ["C1+H1", "C2+H1", "C3+H1", "C4+H1"]),
        (["2026-02-01 | 挂牌价 | 400 | 520", "2026-02-20 | 交易 | 租 | 售"], ["C1+H1", "C2+H1", "C3+H1", "C4+H1"]),
    ],
)
def test_a_price_that_was_there_of_late_is_no_news(log: list[str], reached: list[str]) -> None:
    """Ninety days count, from 2025-12-10 on; 510 had reached C2 by its 515; a price from before 交易 changed is of another kind."""
    assert events(price_cuts, "JJ01", CLIENTS, home(), told(*log)) == reached


def test_how_long_a_price_counts_is_a_setting() -> None:
    log = told("2026-03-01 | 挂牌价 | 494 | 520")
    days = {
        n: events(price_cuts, "JJ01", CLIENTS, home(), log, settings=Settings(listing=Listing(cut_again_days=n)))
        for n in (8, 9)
    }
    assert [len(found) for found in days.values()] == [4, 0]


def after(tables: Tables, today: dt.date) -> Tables:
    return tables.with_outcome(triggers(tables, today, Settings()))


def open_tasks(tables: Tables, rule: str) -> list[tuple[str, str, str]]:
    tasks = tables["tasks"]
    mine = tasks.loc[tasks["rule"].str.startswith(rule)]
    return list(zip(mine["obj_id"], mine["who"], mine["status"], strict=True))


def with_price(tables: Tables, price: float, before: float, day: dt.date) -> Tables:
    row = tables["listings"].index[:1]
    cells = {"price": price, "prev_price": before, "price_at": pd.Timestamp(day)}
    return tables.updated({"listings": {key: pd.Series([value], index=row) for key, value in cells.items()}})


@pytest.mark.requirement("F25")
def test_a_cut_makes_one_task_per_client_who_may_be_written_to_and_never_again() -> None:
    """C3 refused contact, C4 agreed to service only. Up again ends what is open; down to the same price makes nothing new."""
    tables = after(tables_from(CLIENTS + home()), TODAY)
    assert open_tasks(tables, "JJ01") == [("C1", "李雷", "待办"), ("C2", "韩梅", "待办")]
    what = tables["tasks"]["what"].iloc[0]
    price, budget = tables.cell("listings", 2, "price"), tables.cell("requests", 6, "budget_max")
    assert what.startswith(f"降价通知(张先生): 告诉客户这套降价了, 约看房。H1 挂牌价 520 → 494({price}), 进入预算上限 ")
    assert budget in what or tables.cell("requests", 2, "budget_max") in what
    assert len(after(tables, TODAY)["tasks"]) == len(tables["tasks"])
    assert len(after(tables, TODAY + dt.timedelta(days=1))["tasks"]) == len(tables["tasks"])
    up = after(with_price(tables, 520, 494, dt.date(2026, 3, 12)), dt.date(2026, 3, 12))
    assert [status for _, _, status in open_tasks(up, "JJ01")] == ["取消", "取消"]
    assert up["tasks"]["done_note"].iloc[0] == f"自动: 挂牌价已回到 520({price})"
    again = after(with_price(up, 494, 520, dt.date(2026, 3, 15)), dt.date(2026, 3, 15))
    assert len(open_tasks(again, "JJ01")) == 2


TALKED = """
跟进
| 跟进ID | 对象 | 对象ID | 时间 | 方式 | 结果 | 人员 |
| F1 | 客户 | C1 | 2026-03-07 10:00 | 电话 | 接通 | 李雷 |
| F2 | 客户 | C2 | 2026-03-07 10:00 | 电话 | 接通 | 韩梅 |
"""


@pytest.mark.requirement("F25")
def test_a_reached_client_has_the_message_ready() -> None:
    tables = after(tables_from(CLIENTS + home() + TALKED), TODAY)
    listed = tables.with_outcome(due(tables, TODAY, Settings()))
    lines = listed["due"].loc[listed["due"]["rule"] == "降价通知"]
    assert sorted(lines["client_id"]) == ["C1", "C2"]
    assert all("520万元 → 494万元" in say for say in lines["say"])
    sent = messages(listed, TODAY, Settings()).results["messages"].set_index("client_id")
    assert sent.loc["C1", ["template", "status"]].tolist() == ["price_cut", "可发"]
    assert "① 湖滨花园 3室2厅，89.5㎡，520万元 → 494万元\n留意：临街" in sent.at["C1", "text"]
    assert "C3" not in sent.index


@pytest.mark.requirement("F25")
@pytest.mark.parametrize(("cell", "value"), [("status", "已售"), ("cons", ""), ("price", 521.0), ("verify", "虚假")])
def test_a_home_that_may_not_be_told_any_more_is_not(cell: str, value: object) -> None:
    tables = after(tables_from(CLIENTS + home() + TALKED), TODAY)
    tables = tables.with_outcome(due(tables, TODAY, Settings()))
    tables = tables.updated({"listings": {cell: pd.Series([value], index=tables["listings"].index)}})
    sent = messages(tables, TODAY, Settings()).results["messages"].set_index("client_id")
    assert sent.loc["C1", ["template", "status", "text"]].tolist() == ["price_cut", "跳过", ""]
    budget = tables.cell("requests", 2, "budget_max")[:-1]
    assert sent.at["C1", "skipped"].startswith(
        f"缺少降价房源 (价格又变了、已下架, 或没写不利因素): 请看「房源」表; 客户的预算在 {budget}"
    )


SOLD = "2026-03-09 | 状态 | 在售 | 已售"
OFFERS = """
跟进
| 跟进ID | 对象 | 对象ID | 时间 | 方式 | 结果 | 人员 | 推荐房源 |
| F1 | 客户 | C1 | 2026-01-08 10:00 | 微信 | 已回复 | 李雷 | H1、H2 |
| F2 | 客户 | C2 | 2026-01-07 10:00 | 微信 | 已回复 | 韩梅 | H1 |
| F3 | 客户 | C5 | 2026-03-01 10:00 | 微信 | 已回复 | 李雷 | H1 |
| F4 | 客户 | C3 | 2026-03-01 10:00 | 微信 | 已回复 | 韩梅 | H2 |
带看
| 带看ID | 客户ID | 房源ID | 预约时间 | 带看人 | 状态 |
| V1 | C2 | H1 | 2026-03-08 10:00 | 小赵 | 已约 |
| V2 | C3 | H1 | 2026-03-09 10:00 | 小赵 | 已约 |
| V3 | C4 | H1 | 2026-03-20 10:00 | 小赵 | 取消 |
"""


SENT = "匹配结果\n| 需求ID | 房源ID | 已推荐 | 客户反馈 |\n| Q1 | H1 | 2026-03-01 | 拒绝 |\n| Q4 | H1 | 2026-03-01 | |"


@pytest.mark.requirement("R69")
@pytest.mark.parametrize(
    ("status", "log", "more", "concerned"),
    [
        ("已售", SOLD, "", ["C1+H1", "C3+H1", "V2+H1"]),
        ("下架", "2026-03-09 | 状态 | 在售 | 下架", "", ["C1+H1", "C3+H1", "V2+H1"]),
        ("已售", "2026-03-07 | 状态 | 在售 | 已售", "", ["C1+H1", "C2+H1", "C3+H1", "V1+H1", "V2+H1"]),
        ("已售", "2026-03-06 | 状态 | 在售 | 已售", "", []),
        ("在售", SOLD, "", []),
        ("已售", "2026-03-09 | 状态 | 下架 | 已售", "", []),
        ("已定", "2026-03-09 | 状态 | 在售 | 已定", "", []),
        ("已售", SOLD, SENT, ["C3+H1", "C4+H1", "V2+H1"]),
        ("已售", SOLD, "成交\n| 成交ID | 客户ID | 房源ID |\n| D1 | C3 | H1 |", ["C1+H1"]),
    ],
)  # fmt: skip
def test_who_was_offered_the_home_or_is_to_see_it_hears_that_it_is_gone(
    status: str, log: str, more: str, concerned: list[str]
) -> None:
    """F1 lies 60 days before 03-09, F2 61 and so too far (59 before 03-07); V1 had been before 03-09, V2 is that very day;
    C5 has bought. 小赵 leads V1 and V2 and is not the agent of C2 and C3: a task for each that is still to come."""
    assert events(homes_gone, "XJ01", CLIENTS, home(status=status), told(log), OFFERS, more) == concerned


@pytest.mark.requirement("R69")
def test_a_sold_home_makes_a_task_for_the_clients_agent_that_a_later_contact_ends() -> None:
    tables = after(tables_from(CLIENTS + home(status="已售") + told(SOLD) + OFFERS), TODAY)
    assert open_tasks(tables, "XJ01") == [("C1", "李雷", "待办"), ("C3", "韩梅", "待办"), ("H1", "小赵", "待办")]
    cells = tables.cell("changes", 2, "new"), tables.cell("viewings", 3, "at")
    (what,) = tables["tasks"].loc[tables["tasks"]["rule"].str.startswith("XJ01|C3"), "what"]
    assert what.endswith(f"H1 状态 在售 → 已售({cells[0]}), 小赵约了 2026-03-09 带看({cells[1]})")
    assert len(after(tables, TODAY)["tasks"]) == len(tables["tasks"])
    called = "\n| F9 | 客户 | C1 | {} 10:00 | 电话 | 接通 | 李雷 | |\n带看"
    for day, status in (("2026-03-09", "待办"), ("2026-03-10", "完成")):
        log = tables_from(CLIENTS + home(status="已售") + told(SOLD) + OFFERS.replace("\n带看", called.format(day)))
        both = after(Tables({**log, "tasks": tables["tasks"]}, log.layouts), TODAY)
        assert open_tasks(both, "XJ01")[0] == ("C1", "李雷", status)


def sold(owner: str = "韩梅", staff: str = "", state: str = "已约") -> Tables:
    """H1 was sold on 03-09; 小赵 is to show it to C2, a client of `owner`, on 03-20."""
    clients = CLIENTS.replace("王女士 | 韩梅", f"王女士 | {owner}")
    seen = f"带看\n| 带看ID | 客户ID | 房源ID | 预约时间 | 带看人 | 状态 |\n| V1 | C2 | H1 | 2026-03-20 10:00 | 小赵 | {state} |\n"
    return tables_from(clients + home(status="已售") + told(SOLD) + seen + staff)


def left(day: str) -> str:
    return f"人员\n| 工号 | 姓名 | 角色 | 离职 |\n| S1 | 小赵 | 经纪人 | {day} |\n"


@pytest.mark.requirement("R69")
@pytest.mark.parametrize(
    ("tables", "people"),
    [
        (sold(), ["韩梅", "小赵"]),
        (sold(owner="小赵"), ["小赵"]),
        (sold(state="取消"), []),
        (sold(staff=left("2026-03-10")), ["韩梅"]),
        (sold(staff=left("2026-03-11")), ["韩梅", "小赵"]),
    ],
)
def test_who_leads_a_viewing_to_come_of_somebody_elses_client_hears_it_too(tables: Tables, people: list[str]) -> None:
    assert [who for _, who, _ in open_tasks(after(tables, TODAY), "XJ01")] == people


@pytest.mark.requirement("R69")
@pytest.mark.parametrize(("state", "status"), [("已约", "待办"), ("取消", "完成"), ("已看", "完成"), ("", "待办")])
def test_the_leaders_task_is_about_the_home_and_ends_when_the_viewing_is_called_off(state: str, status: str) -> None:
    """The client is not named, and a contact of theirs does not end it: the viewing still stands in the leader's diary."""
    tables = after(sold(), TODAY)
    (line,) = tables["tasks"].loc[tables["tasks"]["who"] == "小赵"].itertuples()
    assert (line.rule, line.obj_id) == ("XJ01|V1+H1|2026-03-09", "H1")
    assert line.what.startswith("房源成交或下架: 取消带看或告诉客户这套没有了")
    assert "王" not in line.what
    called = {
        "fu_id": ["F9"],
        "obj": ["客户"],
        "obj_id": ["C2"],
        "at": [pd.Timestamp("2026-03-10 09:00")],
        "result": ["接通"],
    }
    tables = tables.updated(
        {"viewings": {"status": pd.Series(state, index=tables["viewings"].index)}},
        additions={"followups": pd.DataFrame(called)},
    )
    later = after(tables, TODAY)["tasks"].set_index("who")
    assert later.at["小赵", "status"] == status
    assert later.at["韩梅", "status"] == "完成"
    cell = tables.cell("viewings", 2, "status")
    assert later.at["小赵", "done_note"] == ("" if status == "待办" else f"自动: 带看状态已是「{state}」({cell})")


def test_a_home_that_is_back_on_the_market_ends_its_tasks() -> None:
    tables = after(tables_from(CLIENTS + home(status="已售") + told(SOLD) + OFFERS), TODAY)
    back = tables.updated({"listings": {"status": pd.Series("在售", index=tables["listings"].index)}})
    assert {status for _, _, status in open_tasks(after(back, TODAY), "XJ01")} == {"取消"}


@pytest.mark.requirement("F16")
@pytest.mark.parametrize(
    ("listing", "fires"),
    [
        (home(listed="2026-02-08", day="", before=""), True),
        (home(listed="2026-02-09", day="", before=""), False),
        (home(listed="2026-01-29", day="", before=""), True),
        (home(listed="2026-01-28", day="", before=""), False),
        (home(listed="2026-01-29", day="2026-02-09"), False),
        (home(listed="2026-01-29", day="", before="", follow="2026-02-09 10:00"), False),
        (home(listed="2026-01-29", day="", before="", status="已售"), False),
        (home(listed="", day="", before=""), False),
    ],
)
def test_a_listing_to_which_nothing_happened_for_thirty_days_is_looked_after(listing: str, fires: bool) -> None:
    """Made from the thirtieth day on, for ten days: 02-08 is thirty days before 03-10, 01-29 forty."""
    assert events(stale_homes, "JZ01", CLIENTS, listing) == (["H1"] if fires else [])


@pytest.mark.requirement("F16")
def test_the_task_of_a_quiet_listing_is_its_keepers_and_ends_with_a_call_to_the_owner() -> None:
    tables = after(tables_from(CLIENTS + home(listed="2026-02-01", day="", before="", keeper="小周")), TODAY)
    assert open_tasks(tables, "JZ01") == [("H1", "小周", "待办")]
    assert len(after(tables, TODAY + dt.timedelta(days=1))["tasks"]) == len(tables["tasks"])
    called = tables.updated({"listings": {"last_follow": pd.Series(pd.Timestamp(2026, 3, 10, 9), index=[2])}})
    ended = after(called, TODAY)
    assert open_tasks(ended, "JZ01") == [("H1", "小周", "完成")]
    assert ended["tasks"]["done_note"].iloc[0].startswith("自动: 有了动静: 2026-03-10 跟进(房源!")


@pytest.mark.requirement("F16", "R67")
@pytest.mark.parametrize(
    ("column", "day", "rule"),
    [
        ("委托止", "2026-03-25", "WT02"), ("委托止", "2026-03-26", ""), ("委托止", "2026-03-10", "WT03"), ("核验到期", "2026-03-17", "HY01"),
        ("核验到期", "2026-03-18", ""), ("核验到期", "2026-03-10", "HY02"), ("核验到期", "2026-03-06", ""),
    ],
)  # fmt: skip
def test_a_mandate_and_a_verification_have_a_task_before_and_on_the_day(column: str, day: str, rule: str) -> None:
    text = f"房源\n| 房源ID | 状态 | 核验 | 维护人 | {column} |\n| H1 | 在售 | 已核 | 李雷 | {day} |"
    tasks = after(tables_from(text), TODAY)["tasks"]
    mine = {key.split("|")[0]: who for key, who in zip(tasks["rule"], tasks["who"], strict=True)}
    assert mine.get(rule, "" if not rule else None) == ("李雷" if rule else "")
    assert bool(mine) == bool(rule)


def test_the_order_of_the_rows_does_not_matter() -> None:
    tables = tables_from(CLIENTS + home(status="已售") + told(SOLD) + OFFERS)
    one, other = (open_tasks(after(each, TODAY), "XJ01") for each in (tables, shuffled(tables)))
    assert one == other
