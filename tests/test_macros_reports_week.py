"""What stands beside the figures, what to look at first, and the cells of the 报表 page."""

import datetime as dt

import pytest
from tables import tables_from

from macros.reports import Report, report, week_report
from macros.reports.breakdowns import AgentOverdue, DueLine, SourceEffect
from macros.reports.figures import FIGURES
from macros.reports.wording import delta, sample, shown, target
from macros.settings import Agency, Settings
from workbook.build.report_page import SLOTS, TABLES
from workbook.tables import Tables

TODAY = dt.date(2026, 11, 20)
SHEETS = """
客户
| 客户ID | 姓名   | 称谓   | 来源     | 归属人 | 阶段 | 状态     | 系统等级 | 人工等级 | 首接时间         | 下次跟进   | 逾期天数 |
| C1     | 张伟   | 张先生 | 线上渠道 | 王一   | 意向 | 需求明确 | A        |          | 2026-11-16 09:00 | 2026-11-15 | 5        |
| C2     | 李娜   | 女士   | 线上渠道 | 王二   | 意向 | 需求明确 | B        | A        | 2026-10-16 09:00 | 2026-11-01 | 19       |
| C3     | 赵敏   |        | 老带新   | 王二   | 洽谈 | 对比选择 | A        | C        | 2026-08-22 09:00 | 2026-11-19 | 1        |
| C4     | 钱进   | 钱先生 | 自然到访 | 王三   | 潜在 | 初步了解 |          |          | 2026-11-17 09:00 | 2026-11-25 |          |
| C5     | 孙阳   | 孙先生 |          |        | 成交 | 已成交   | B        |          | 2026-11-17 09:00 |            | 30       |
带看
| 带看ID | 客户ID | 预约时间         | 状态 |
| V1     | C3     | 2026-11-15 10:00 | 已看 |
| V2     | C3     | 2026-10-15 10:00 | 已看 |
| V3     | C9     | 2026-10-15 10:00 | 已看 |
成交
| 成交ID | 类型 | 客户ID | 签约日     | 佣金应收 | 状态 |
| D1     | 买卖 | C3     | 2026-11-16 | 8        | 签约 |
今日待办
| 名次 | 负责人 | 客户ID | 姓名 | 等级 | 逾期天数 | 下一步   | 原因                      | 事由 |
| 2    | 王一   | C1     | 张伟 | A    | 5        | 回访     | 电话 13800001111 未接     | x    |
| 1    | 王二   | C2     | 李娜 | A    | 19       | 约看房   | 超过 3 天没有联系         | x    |
| 3    | 王二   | C3     | 赵敏 | C    |          | 发资料   | 答应的                    | x    |
问题
| 严重度 | 表   | 单元格 | 检查 |
| 错误   | 客户 | F2     | a    |
| 警告   | 客户 | F3     | b    |
| 警告   | 客户 | F4     | b    |
"""


def week(text: str = SHEETS) -> Report:
    return week_report(tables_from(text), TODAY, Settings())


def test_funnel_lists_every_stage_in_its_order():
    assert week().stages == {"潜在": 1, "意向": 2, "洽谈": 1, "成交": 1, "售后": 0}


def test_grades_of_open_clients_with_a_persons_grade_before_the_machines():
    assert week().grades == {"A": 2, "B": 0, "C": 1, "D": 0}


@pytest.mark.requirement("R4")
def test_overdue_by_agent_most_first():
    assert week().agents == (
        AgentOverdue("王二", 2, 2, 19),
        AgentOverdue("王一", 1, 1, 5),
        AgentOverdue("王三", 1, 0, 0),
    )


@pytest.mark.requirement("R15")
def test_sources_count_clients_viewings_and_deals_of_the_look_back():
    assert week().sources == (
        SourceEffect("老带新", 0, 2, 1),  # C3 came a day before the look-back
        SourceEffect("线上渠道", 2, 0, 0),
        SourceEffect("(未填)", 1, 0, 0),
        SourceEffect("自然到访", 1, 0, 0),
    )


def test_trends_go_back_eight_weeks_and_leave_out_what_never_was():
    trends = {trend.name: trend for trend in week().trends}
    assert trends["新增客户"].labels[::7] == ("10-02", "11-20")
    assert trends["新增客户"].values == (0, 0, 1, 0, 0, 0, 0, 3)
    assert trends["带看量"].values == (0, 0, 2, 0, 0, 0, 0, 1)
    assert [trend.name for trend in week("客户\n| 姓名 |\n| 甲 |").trends] == []


def test_due_lines_stand_in_rank_order_with_forms_of_address_and_without_phones():
    assert week().due == (
        DueLine(3, "王二", "李女士", "A", 19, "约看房", "超过 3 天没有联系"),
        DueLine(2, "王一", "张先生", "A", 5, "回访", "电话 138****1111 未接"),
        DueLine(4, "王二", "赵敏", "C", 0, "发资料", "答应的"),
    )


def test_findings_are_counted_by_severity():
    assert week().findings == {"警告": 2, "错误": 1}


def test_first_sentences_name_the_overdue_the_agent_and_the_errors_with_their_rows():
    found = week().first
    assert found[0].text == "3 位客户逾期未跟进, 占在跟客户的 75.0% (3 / 4), 最久 19 天; 其中 A 级 2 位, 今天先联系。"
    assert found[1].text == "逾期最多的是 王二: 2 / 2 位, 最久 19 天。"
    assert found[1].where == "客户!归属人=王二, 逾期天数 大于 0"
    assert ("数据里有 1 个错误, 会让结果不准, 请先改。", "问题!严重度=错误", "bad") in found


def test_unknown_due_dates_are_not_taken_for_nobody_overdue():
    (first,) = week("客户\n| 姓名 | 状态 |\n| 甲 | 需求明确 |").first
    assert first.text == "还不知道谁逾期: 「客户」没有填「下次跟进」。请先运行「全部」或「待办」。"


def test_nothing_to_tell_is_told():
    text = "客户\n| 姓名 | 状态 | 下次跟进 |\n| 甲 | 需求明确 | 2026-11-25 |"
    assert [advice.text for advice in week(text).first] == ["没有逾期的客户, 各项数字与上周相近。"]


def test_a_count_that_fell_by_a_fifth_from_ten_is_told_and_one_that_fell_less_is_not():
    def told(this_week: int) -> list[str]:
        days = ["2026-11-10"] * 10 + ["2026-11-17"] * this_week
        rows = "".join(f"| F{n} | {day} |\n" for n, day in enumerate(days))
        return [advice.text for advice in week(f"跟进\n| 跟进ID | 时间 |\n{rows}").first if "比上周" in advice.text]

    assert told(8) == ["跟进次数比上周少 20%: 8 次, 上周 10 次。"]
    assert told(9) == told(11) == []
    assert told(12) == ["跟进次数比上周多 20%: 12 次, 上周 10 次。"]


def test_missed_target_is_told_only_on_a_sample_that_is_large_enough():
    def told(size: int) -> list[str]:
        rows = "".join(f"| S{n} | 2026-11-01 | 2026-11-02 | 3 | 9 |\n" for n in range(size))
        text = f"满意度\n| 问卷ID | 发送日 | 回收日 | 总体满意 | 推荐意愿 |\n{rows}"
        return [advice.text for advice in week(text).first if "目标" in advice.text]

    assert told(5) == ["客户满意度 CSAT 0.0% (0 / 5), 没有达到目标 ≥ 90%。"]
    assert told(4) == []


def test_words_of_a_figure():
    found = week()
    assert delta(found["new_clients"]) == ("▲ 3 位, 上周 0 位", "plain")
    assert delta(found["overdue_rate"]) == ("截至今天", "plain")
    assert delta(found["csat"]) == ("「满意度」还没有行", "plain")
    assert shown(found["fee"].value, "元") == "8.0 万元"
    assert shown(9999.4, "元") == "9,999 元"
    assert sample(found["overdue_rate"]) == "3 / 4 样本小"
    assert sample(found["new_clients"]) == ""
    assert target(found["first_reply"]) == "≤ 11 小时"  # 24 hours: a working day from 9 to 20


def test_week_does_not_depend_on_the_order_of_rows():
    head, *rows = [line for line in SHEETS.split("今日待办")[0].split("带看\n")[0].splitlines() if line.startswith("|")]
    turned = "\n".join(["客户", head, *reversed(rows)])
    first, second = week("\n".join(["客户", head, *rows])), week(turned)
    assert first.agents == second.agents
    assert first.sources == second.sources
    assert first.first == second.first
    assert [(r.value, r.n) for r in first.figures] == [(r.value, r.n) for r in second.figures]


def test_tables_are_not_changed():
    tables = tables_from(SHEETS)
    before = {key: frame.copy() for key, frame in tables.items()}
    report(tables, TODAY, Settings())
    for key, frame in tables.items():
        assert frame.equals(before[key]), key


def page(tables: Tables) -> dict[str, object]:
    return dict(report(tables, TODAY, Settings(agency=Agency("甲乙地产"))).pages["report"])


def test_page_holds_every_cell_of_the_layout_and_no_other():
    cells = page(tables_from(SHEETS))
    expected = set(SLOTS.values()) | {
        block.address(row, key) for block in TABLES.values() for row in range(block.rows) for key in block.columns
    }
    assert set(cells) == expected
    assert len(FIGURES) <= TABLES["figures"].rows


@pytest.mark.requirement("R95")
def test_page_shows_figures_as_numbers_with_sample_target_and_definition():
    cells = page(tables_from(SHEETS))
    figures = TABLES["figures"]
    row = next(r for r in range(figures.rows) if cells[figures.address(r, "name")] == "逾期率 (%)")
    assert [cells[figures.address(row, key)] for key in ("value", "previous", "target", "n")] == [
        75.0,
        None,
        None,
        "3 / 4 样本小",
    ]
    assert str(cells[figures.address(row, "definition")]).endswith("看 客户!逾期天数 大于 0")
    assert cells[SLOTS["title"]] == "甲乙地产 经理周报"
    assert cells[TABLES["overdue"].address(0, "agent")] == "王二"
    assert cells[TABLES["overdue"].address(2, "agent")] is None


def test_page_of_an_empty_workbook_says_so():
    cells = page(tables_from(""))
    assert str(cells[SLOTS["summary"]]).startswith("工作簿里还没有数据")
    figures = TABLES["figures"]
    assert {cells[figures.address(row, "value")] for row in range(len(FIGURES))} == {"暂无数据"}
    assert cells[TABLES["funnel"].address(0, "stage")] is None
