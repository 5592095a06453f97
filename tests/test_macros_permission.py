"""Who may be contacted: consent, the most contacts in a week, the shortest gap; the day before, on and after each number."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from macros.due import due
from macros.permission import allowed
from macros.pool import WARNING
from macros.settings import Contact, Settings
from tests.shuffling import comparable, sample_tables, shuffled
from tests.tables import tables_from
from workbook.tables import Tables

TODAY = dt.date(2026, 2, 28)
LOG = "跟进\n| 跟进ID | 对象 | 对象ID | 时间 | 方式 | 结果 | {} |\n"


def day(offset: int) -> str:
    return (TODAY + dt.timedelta(days=offset)).isoformat()


def client(consent: str = "同意", grade: str = "A") -> str:
    columns = "客户ID | 姓名 | 人工等级 | 首接时间 | 归属人 | 首选渠道 | 手机1 | 生日 | 联系同意"
    return f"客户\n| {columns} |\n| C1 | 张伟 | {grade} | 2025-01-01 | 李雷 | 微信 | 13800000001 | 1990-03-02 | {consent} |\n"


def log(*rows: str, extra: str = "下步行动") -> str:
    """Rows as: offset in days, result, and what stands in the extra columns, by blanks."""
    parts = [row.split() for row in rows]
    return LOG.format(extra) + "".join(
        f"| F{n} | 客户 | C1 | {day(int(offset))} 10:0{n % 10} | 电话 | {result} | {' | '.join(rest) or '无'} |\n"
        for n, (offset, result, *rest) in enumerate(parts, start=1)
    )


def one(*parts: str, settings: Settings | None = None, today: dt.date = TODAY) -> dict[str, object]:
    frame = allowed(tables_from("\n".join(parts)), today, settings or Settings())
    found: dict[str, object] = frame.iloc[0].to_dict()
    return found


def lines(*parts: str, today: dt.date = TODAY) -> dict[str, int]:
    frame = due(tables_from("\n".join(parts)), today, Settings()).results["due"]
    frame = frame.loc[frame["rule"] != WARNING]  # see test_macros_pool
    return dict(zip(frame["rule"], frame["overdue_days"].astype(int), strict=True))


@pytest.mark.parametrize(
    ("consent", "may", "service", "marketing", "why"),
    [
        ("同意", True, True, True, ""),
        ("仅服务", True, True, False, "客户只同意服务通知(客户!Z2)"),
        ("", True, True, False, "联系同意还没填(客户!Z2), 先只发服务通知"),
        ("拒绝", False, False, False, "客户拒绝联系(客户!Z2)"),
    ],
)
def test_consent_says_whether_and_what_for(consent: str, may: bool, service: bool, marketing: bool, why: str) -> None:
    found = one(client(consent))
    assert (found["may"], found["service"], found["marketing"]) == (may, service, marketing)
    assert found["why"] == why.replace("Z2", f"{_letter('clients', 'consent')}2")
    assert (found["cells"] == "") is (why == "")


def _letter(sheet: str, column: str) -> str:
    return tables_from(client() + log("-9 接通")).layouts[sheet].address(1, column)[:-1]


WEEK = ("-6 未接", "-4 未接", "-3 未接", "-2 未接")


@pytest.mark.requirement("F9", "R46")
@pytest.mark.parametrize(
    ("rows", "may"),
    [
        (WEEK[1:], True), (WEEK, False), (("-7 未接", *WEEK[1:]), True), (("-9 未接", *WEEK), False),
        (("-6 到访", *WEEK[1:]), True),
    ],
    ids=["three", "four", "the first a day too old", "an old one beside", "a visit of theirs"],
)  # fmt: skip
def test_a_client_is_contacted_four_times_in_seven_days_at_most(rows: tuple[str, ...], may: bool) -> None:
    assert one(client(), log(*rows))["may"] is may


@pytest.mark.requirement("R46")
def test_the_cap_is_free_again_when_the_oldest_of_them_is_a_week_old() -> None:
    found = one(client(), log(*WEEK))
    assert found["cap_until"] == pd.Timestamp(day(1))
    assert found["why"] == f"7 天内已联系 4 次(从 跟进!D2 起), 最多 4 次, {day(1)} 起可再联系"
    for offset, may in ((0, False), (1, True)):
        assert one(client(), log(*WEEK), today=TODAY + dt.timedelta(days=offset))["may"] is may
    assert one(client(), log("-8 未接", *WEEK, "-1 未接"))["cap_until"] == pd.Timestamp(day(3)), (
        "above the cap: two must age"
    )


def test_both_numbers_of_the_cap_are_settings() -> None:
    settings = replace(Settings(), contact=Contact(most_in_window=1, window_days=3))
    for offset, may in ((-3, True), (-2, False), (0, False)):
        assert one(client(), log(f"{offset} 未接"), settings=settings)["may"] is may


def test_a_text_that_was_ticked_as_sent_counts_unless_the_log_has_that_day() -> None:
    text = "消息\n| 生成日 | 客户ID | 模板 | 已发 |\n| {} | C1 | plan | {} |\n"
    assert one(client(), log(*WEEK[1:]), text.format(day(-1), "是"))["may"] is False
    assert one(client(), log(*WEEK[1:]), text.format(day(-1), "否"))["may"] is True
    assert one(client(), log(*WEEK[1:]), text.format(day(-2), "是"))["may"] is True
    assert one(client(), log(*WEEK[1:]), text.format(day(-7), "是"))["may"] is True


@pytest.mark.requirement("R46")
@pytest.mark.parametrize(("grade", "shortest"), [("A", 1), ("B", 1), ("C", 2), ("D", 3)])
def test_after_a_valid_contact_the_shortest_gap_is_kept(grade: str, shortest: int) -> None:
    for days in (shortest - 1, shortest, shortest + 1):
        found = one(client(grade=grade), log(f"-{days} 接通"))
        assert found["may"] is (days >= shortest)
    assert one(client(grade=grade), log("0 未接"))["may"] is True, "only a valid contact starts the gap"
    why = one(client(grade=grade), log("0 接通"))["why"]
    assert why == f"上次有效跟进 {day(0)}(跟进!D2), 最短隔 {shortest} 天, {day(shortest)} 起可再联系"


PLANNED = "下步行动 | 计划时间 | 下次方式"


@pytest.mark.requirement("R46", "R53")
def test_a_planned_date_beats_the_shortest_gap_and_the_cap_beats_both() -> None:
    tomorrow = log("-1 接通 回访 " + day(0) + " 电话", extra=PLANNED)
    assert lines(client("仅服务"), tomorrow) == {"计划跟进": 0}
    assert lines(client("仅服务", grade="D"), tomorrow) == {"计划跟进": 0}
    assert lines(client("仅服务", grade="D"), tomorrow, today=TODAY + dt.timedelta(days=1)) == {"计划跟进": 1}
    full = log(*(f"{row} 无 - -" for row in WEEK[:3]), f"-2 接通 回访 {day(-1)} 电话", extra=PLANNED).replace(
        "| - ", "| "
    )
    assert lines(client("仅服务"), full) == {}
    assert lines(client("仅服务"), full, today=TODAY + dt.timedelta(days=1)) == {"计划跟进": 2}


def test_a_client_who_is_held_back_is_not_overdue_and_has_the_day_on_which_they_are_free() -> None:
    outcome = due(tables_from(client("仅服务") + log(*WEEK)), TODAY, Settings())
    update = outcome.updates["clients"].iloc[0]
    assert (f"{update['next_due']:%Y-%m-%d}", pd.isna(update["overdue_days"])) == (day(1), True)
    assert outcome.figures["held_lines"] == 2  # and 掉公预警


@pytest.mark.requirement("R43", "F26")
def test_a_question_and_a_promise_need_not_wait_but_for_who_refused() -> None:
    tried = (f"{row} - - -" for row in WEEK[:3])
    asked = f"-1 接通 学位还在吗 发清单 {day(0)}"
    rows = log(*tried, asked, extra="待答问题 | 承诺事项 | 承诺期限").replace("| - ", "| ")
    assert lines(client("仅服务", grade="D"), rows) == {"待答问题": 1, "承诺到期": 0}
    assert lines(client("拒绝", grade="D"), rows) == {}


@pytest.mark.requirement("R56")
def test_a_birthday_waits_for_the_cap_but_not_for_the_shortest_gap() -> None:
    assert set(lines(client(), log("0 接通"))) == {"生日关怀"}
    assert lines(client(), log(*WEEK)) == {}


def test_every_client_has_a_row_and_the_order_of_rows_does_not_matter() -> None:
    given = sample_tables("small", TODAY)

    def found(tables: Tables) -> pd.DataFrame:
        return comparable(allowed(tables, TODAY, Settings()).drop(columns="cells"), tables["clients"]["client_id"])

    one_way, other = found(given), found(shuffled(given))
    pd.testing.assert_frame_equal(one_way, other)
    assert set(one_way["may"]) == {True, False}
    assert (one_way.loc[~one_way["may"], "why"] != "").all()


def test_an_empty_workbook_has_nobody() -> None:
    assert len(allowed(tables_from(""), TODAY, Settings())) == 0
