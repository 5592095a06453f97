"""How often a client hears from us: rows of 跟进节奏, the settings, and the last reaction."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from macros.cadence import default_cadence, shifted
from macros.due import due
from macros.due_lines import channels
from macros.settings import Follow, Settings
from tests.shuffling import comparable, sample_tables, shuffled
from tests.tables import tables_from
from workbook.sheets import SHEETS
from workbook.tables import Layout, Tables

TODAY = dt.date(2026, 2, 28)


def day(offset: int) -> str:
    return (TODAY + dt.timedelta(days=offset)).isoformat()


def client(grade: str = "A", stage: str = "意向", status: str = "") -> str:
    columns = "客户ID | 姓名 | 人工等级 | 阶段 | 状态 | 首接时间 | 手机1"
    return f"客户\n| {columns} |\n| C1 | 张伟 | {grade} | {stage} | {status} | 2025-01-01 | 13800000001 |\n"


def contact(days: int, feedback: str = "", mood: str = "") -> str:
    columns = "跟进ID | 对象 | 对象ID | 时间 | 结果 | 下步行动 | 客户反馈 | 情绪"
    return f"跟进\n| {columns} |\n| F1 | 客户 | C1 | {day(-days)} 10:00 | 接通 | 无 | {feedback} | {mood} |\n"


def rhythm(*rows: str) -> str:
    return "跟进节奏\n| 等级 | 阶段 | 最短间隔 | 最长间隔 |\n" + "".join(
        f"| {' | '.join(row.split())} |\n" for row in rows
    )


def overdue(*parts: str, settings: Settings | None = None) -> int | None:
    """Days overdue of the regular contact; None where it is not on the list."""
    frame = due(tables_from("\n".join(parts)), TODAY, settings or Settings()).results["due"]
    found = frame.loc[frame["rule"] == "定期跟进", "overdue_days"]
    return int(found.iloc[0]) if len(found) else None


def reason(*parts: str) -> str:
    return str(due(tables_from("\n".join(parts)), TODAY, Settings()).results["due"].iloc[0]["reason"])


def falls_due_after(gap: int, *parts: str, **reaction: str) -> None:
    """Check the day before, the day itself and the day after."""
    assert [overdue(*parts, contact(gap + more, **reaction)) for more in (-1, 0, 1)] == [None, 0, 1]


@pytest.mark.requirement("R36", "R37", "R38", "R39")
def test_the_shipped_rows_say_what_the_settings_say() -> None:
    rows = default_cadence()
    found = {row.grade: (row.stage, row.min_days, row.max_days) for row in rows.itertuples()}
    assert found == {"A": ("所有", 1, 3), "B": ("所有", 1, 7), "C": ("所有", 2, 14), "D": ("所有", 3, 30)}
    assert rows["source"].tolist() == [f"{source}, 天数为本产品默认" for source in ("R36", "R37", "R38", "R39、R63")]


@pytest.mark.requirement("R36", "R28")
@pytest.mark.parametrize(
    ("grade", "stage", "gap"),
    [
        ("A", "洽谈", 2),
        ("A", "意向", 4),
        ("A", "", 4),
        ("B", "洽谈", 9),
        ("B", "意向", 7),
        ("C", "潜在", 14),
        ("D", "潜在", 30),
    ],
)
def test_a_row_for_the_stage_beats_the_row_for_all_which_beats_the_settings(grade: str, stage: str, gap: int) -> None:
    falls_due_after(gap, client(grade, stage), rhythm("A 所有 1 4", "A 洽谈 1 2", "B 洽谈 1 9"))


@pytest.mark.requirement("R63")
@pytest.mark.parametrize(
    ("stage", "status", "gap"),
    [
        ("意向", "暂不考虑", 25),
        ("售后", "暂不考虑", 25),
        ("意向", "已成交", 25),
        ("成交", "已成交", 40),
        ("售后", "", 20),
    ],
)
def test_who_bought_or_gave_up_keeps_the_rhythm_of_d(stage: str, status: str, gap: int) -> None:
    rows = rhythm("A 所有 1 3", "D 所有 3 25", "D 意向 1 5", "D 成交 3 40", "D 售后 3 20")
    falls_due_after(gap, client("A", stage, status), rows)


def test_the_reason_names_the_row_and_without_one_only_the_gap() -> None:
    rows = rhythm("B 所有 1 7", "A 洽谈 1 2")
    assert reason(client("A", "洽谈"), rows, contact(5)).startswith(
        "A 级「洽谈」客户最多隔 2 天联系一次(跟进节奏!D3), 上次有效跟进"
    )
    assert reason(client("B"), rows, contact(8)).startswith("B 级客户最多隔 7 天联系一次(跟进节奏!D2), ")
    assert reason(client("C"), rows, contact(20)).startswith("C 级客户最多隔 14 天联系一次, ")
    cells = due(tables_from(client("B") + rows + contact(8)), TODAY, Settings()).results["due"].iloc[0]["cells"]
    assert cells == "跟进!D2、跟进节奏!D2"


@pytest.mark.parametrize("row", ["A 所有 5 4", "A 所有 x 4", "A 所有 1 0", "X 所有 1 9"])
def test_a_row_that_cannot_be_used_is_passed_over(row: str) -> None:
    first, second, third, fourth = row.split()
    text = rhythm(f"{first} {second} {third if third != 'x' else '-'} {fourth}").replace("| - |", "| |")
    falls_due_after(3, client("A"), text)


def test_of_two_rows_for_the_same_the_smaller_counts_in_whatever_order() -> None:
    for rows in (("A 所有 1 5", "A 所有 1 9"), ("A 所有 1 9", "A 所有 1 5")):
        falls_due_after(5, client("A"), rhythm(*rows))


@pytest.mark.requirement("R46")
@pytest.mark.parametrize(
    ("feedback", "mood", "gap"),
    [
        ("", "", 14), ("满意", "平和", 14), ("无", "", 14), ("犹豫", "", 10), ("", "犹豫", 10), ("犹豫", "犹豫", 10), ("不满意", "", 10),
        ("", "积极", 7), ("犹豫", "积极", 3), ("不满意", "抵触", 14), ("", "抵触", 14), ("犹豫", "愤怒", 14),
    ],
)  # fmt: skip
def test_the_last_reaction_shifts_the_next_contact(feedback: str, mood: str, gap: int) -> None:
    """Of 14 days: half for who is keen, 9.8 for who hesitates or is unhappy, all of it for who is averse; both together 2.8."""
    falls_due_after(gap, client("C"), feedback=feedback, mood=mood)


@pytest.mark.requirement("R46")
@pytest.mark.parametrize(("grade", "keen", "hesitant"), [("A", 2, 2), ("B", 4, 5), ("C", 7, 10), ("D", 15, 21)])
def test_the_shift_is_a_share_of_the_longest_gap(grade: str, keen: int, hesitant: int) -> None:
    falls_due_after(keen, client(grade), mood="积极")
    falls_due_after(hesitant, client(grade), feedback="犹豫")


def test_a_shift_stays_between_the_shortest_and_the_longest_gap() -> None:
    days = pd.Series([10.0] * 6)
    percent = pd.Series([-100.0, -61.0, -60.0, 0.0, 1.0, 100.0])
    assert shifted(days, pd.Series([4.0] * 6), percent).tolist() == [4, 4, 4, 10, 10, 10]
    falls_due_after(6, client("B"), rhythm("B 所有 6 7"), mood="积极")


def test_the_reason_quotes_the_reaction_with_its_cell() -> None:
    assert ", 上次「犹豫」(跟进!J2)、「积极」(跟进!P2), 改为隔 3 天" in reason(client("C"), contact(5, "犹豫", "积极"))
    assert ", 上次「抵触」(跟进!P2), 仍隔 14 天" in reason(client("C"), contact(15, "", "抵触"))
    cells = due(tables_from(client("C") + contact(15, "犹豫")), TODAY, Settings()).results["due"].iloc[0]["cells"]
    assert cells == "跟进!D2、跟进!J2"


def test_only_the_reaction_at_the_last_contact_that_reached_the_client_counts() -> None:
    log = contact(14, "", "积极")
    assert overdue(client("C"), log) == 7
    assert overdue(client("C"), log + f"| F2 | 客户 | C1 | {day(-13)} | 未接 | 无 | 犹豫 | 愤怒 |\n") == 7
    assert overdue(client("C"), log + f"| F2 | 客户 | C1 | {day(-13)} | 接通 | 无 | | |\n") is None
    seen = f"带看\n| 带看ID | 客户ID | 预约时间 | 状态 |\n| V1 | C1 | {day(-13)} 10:00 | 已看 |\n"
    assert overdue(client("C"), log, seen) is None


def test_the_shifts_and_the_shortest_gaps_are_settings() -> None:
    settings = replace(Settings(), follow=Follow(eager_shift=-90, min_c_days=5))
    assert [overdue(client("C"), contact(days, "", "积极"), settings=settings) for days in (4, 5)] == [None, 0]


@pytest.mark.requirement("R14", "R47")
@pytest.mark.parametrize(
    ("planned", "prefers", "phone", "wechat", "email", "way"),
    [
        ("电话", "微信", "138", "", "", "电话"), ("", "微信", "138", "", "", "微信"), ("", "电话", "", "wx", "", "微信"),
        ("", "短信", "", "", "a@b.cn", "邮件"), ("", "邮件", "138", "", "", "微信"), ("", "微信", "", "", "", ""),
        ("", "面谈", "138", "", "", "面谈"), ("", "面谈", "", "", "", ""), ("", "", "138", "", "", "微信"), ("", "", "", "", "", ""),
    ],
)  # fmt: skip
def test_the_channel_is_the_planned_or_preferred_one_if_it_is_open(
    planned: str, prefers: str, phone: str, wechat: str, email: str, way: str
) -> None:
    columns = {"pref_channel": [prefers], "phone1": [phone], "phone2": [""], "wechat": [wechat], "email": [email]}
    assert channels(pd.Series([planned]), pd.DataFrame(columns)) == [way]


def test_a_client_without_any_number_is_listed_and_told_to_be_asked_for_one() -> None:
    line = (
        due(tables_from(client("A").replace("13800000001", "") + contact(3)), TODAY, Settings()).results["due"].iloc[0]
    )
    assert line["channel"] == ""
    assert line["reason"].endswith(", 没有手机、微信和邮箱(客户!F2), 请先补上")


def test_each_line_has_its_rank_with_the_agent_and_a_template() -> None:
    frame = due(sample_tables("small", TODAY), TODAY, Settings()).results["due"]
    for _, mine in frame.groupby("who"):
        assert mine["own_rank"].tolist() == list(range(1, len(mine) + 1))
        assert mine["rank"].is_monotonic_increasing
    named = dict(zip(frame["rule"], frame["template"], strict=True))
    assert (named["承诺到期"], named["首次回访"]) == ("承诺跟进", "首次致谢")
    assert (frame.loc[~frame["rule"].isin(["任务", "掉公预警"]), "template"] != "").mean() > 0.9


def test_the_order_of_the_rules_does_not_matter() -> None:
    given = sample_tables("small", TODAY)
    sheet = next(sheet for sheet in SHEETS if sheet.key == "cadence")
    layout = Layout(sheet, sheet.label, 1, {c.key: i for i, c in enumerate(sheet.columns, 1)})
    rules = default_cadence().set_axis(range(2, 6))
    one, other = (
        due(Tables({**given, "cadence": frame}, {**given.layouts, "cadence": layout}), TODAY, Settings())
        for frame in (rules, shuffled(Tables({"cadence": rules}, {}))["cadence"])
    )
    lists = [comparable(o.results["due"], o.results["due"]["rank"]) for o in (one, other)]
    pd.testing.assert_frame_equal(*lists)
