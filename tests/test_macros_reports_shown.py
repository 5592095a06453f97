"""The evaluated report as plain data, against small tables counted by hand. The month is March 2026, its last day is today."""

import dataclasses
import datetime as dt

import numpy as np
import pandas as pd
import pytest
from reported import ASKED, EXTRA, PAGE, TEXT, reported

from macros.reports.numbers import Measure, Moved, cell_text, moved, rounded
from macros.reports.shown import archive_name
from macros.reports.shown_parts import Line, Series, Shown, ShownFigure, ShownTable, is_empty
from workbook.figures.layout import Better


@pytest.fixture(scope="module")
def march() -> Shown:
    return reported()


def block(shown: Shown, key: str):
    return next(block for block in shown.blocks if block.key == key)


def figure(shown: Shown, name: str) -> ShownFigure:
    return next(figure for figure in block(shown, "figures").figures if figure.name == name)


def test_head_says_whose_report_of_which_days_it_is(march):
    assert march.heading == "A&B <公司> 月报"
    assert march.subject == "全公司"
    assert march.spans == (
        "本期  2026-03-01 至 2026-03-31 (31 天)",
        "上期  2026-02-01 至 2026-02-28 (28 天)",
        "去年同期  2025-03-01 至 2025-03-31 (31 天)",
    )
    assert march.look_back == "写着「近 90 天」的指标样本少, 看 2026-01-01 至 2026-03-31 (90 天)"
    assert (march.until, march.stem) == ("2026-03-31", "月报-全公司-2026-03")


def test_agency_without_a_name_has_that_of_the_settings():
    assert reported(TEXT.replace("A&B <公司>", "          ")).agency == "示例地产"


def test_blocks_stand_in_the_order_of_the_page(march):
    assert [block.key for block in march.blocks] == ["weak", "figures", "ways", "people", "months", "owed"]


def test_count_is_told_with_those_before(march):
    found = figure(march, "带看量")  # V1, V2, V3; V4 did not take place; V5, V6 in February
    assert (found.value, found.before, found.year_ago) == ("3 次", "2 次", "0 次")
    assert found.change == Moved("▲ 50.0%", "good")
    assert found.year_change == Moved()  # nothing can be told in percent of 0
    assert (found.sample, found.interval, found.target, found.met) == ("", "", "", None)


def test_money_from_ten_thousand_on_is_told_in_wan(march):
    found = figure(march, "佣金应收")
    assert (found.value, found.before) == ("1.2 万元", "2.5 万元")
    assert found.change == Moved("▼ 50.0%", "bad")


def test_share_is_told_with_its_sample_and_interval(march):
    found = figure(march, "有效跟进率")  # 4 of 5, in February 1 of 2
    assert (found.value, found.before, found.sample, found.small) == ("80.0%", "50.0%", "5", False)
    assert found.change == Moved("▲ 30.0 点", "good")
    assert found.interval == "38–96"  # Wilson's interval of 4 of 5 is 37.6 to 96.4


def test_small_sample_is_told(march):
    found = figure(march, "逾期率")  # C1 of C1 to C4; C5 is not followed up any more
    assert (found.value, found.sample, found.small) == ("25.0%", "4 样本小", True)


def test_what_stands_in_the_sheets_today_has_no_before(march):
    found = figure(march, "房源量")  # H1, H2
    assert (found.value, found.span, found.before, found.year_ago) == ("2 套", "现在的数", "", "")


def test_no_data_is_not_zero(march):
    found = figure(march, "客户满意度 CSAT")
    assert (found.value, found.before, found.missing) == ("暂无数据", "暂无数据", True)
    assert (found.span, found.target, found.met) == ("近 90 天", "≥ 90.0%", None)
    assert found.change == Moved()


@pytest.mark.parametrize(("target", "met"), [(80, True), (80.5, False)])
def test_target_is_met_or_missed(target, met):
    text = (
        TEXT
        + "满意度\n| 问卷ID | 回收日 | 总体满意 |\n"
        + "".join(f"| S{n} | 2026-03-0{n} | {mark} |\n" for n, mark in enumerate((5, 4, 5, 3, 4), start=1))
    )  # 4 of 5 are 80 %
    found = figure(reported(text, settings={"report.csat_target": target}), "客户满意度 CSAT")
    assert (found.value, found.met) == ("80.0%", met)


def test_every_figure_says_what_it_counts(march):
    found = figure(march, "带看量")
    assert found.definition == "预约时间在期内、状态「已看」的带看"
    assert found.rows == "带看!状态=已看, 预约时间 在期内"


def test_table_has_rows_sums_and_its_note(march):
    table = block(march, "ways")
    assert table.headers == ("方式", "跟进", "有效率")
    assert [label for label, _ in table.rows] == ["电话", "微信", "面谈"]
    assert [[cell.text for cell in cells] for _, cells in table.rows] == [
        ["3 次", "100.0%"], ["2 次", "50.0%"], ["0 次", "暂无数据"],
    ]  # fmt: skip
    assert table.sums == ("5 次", "")  # a sum of shares would mean nothing
    assert table.note == "只数有记录的。"


def test_small_and_missing_values_of_a_table_are_marked(march):
    cells = [cells[1] for _, cells in block(march, "ways").rows]
    assert [(cell.small, cell.missing) for cell in cells] == [(True, False), (True, False), (False, True)]


def test_people_without_a_place_in_the_list_have_no_row(march):
    table = block(march, "people")
    assert [(label, [cell.text for cell in cells]) for label, cells in table.rows] == [
        ("王<b>一</b>", ["2 次", "2 次", "0 位"]), ("王二", ["1 次", "3 次", "0 位"]),
    ]  # fmt: skip
    assert table.sums == ()


def test_months_end_with_the_month_that_is_reported(march):
    assert [(label, [cell.text for cell in cells]) for label, cells in block(march, "months").rows] == [
        ("2026-01", ["0 次", "0 元"]), ("2026-02", ["2 次", "2.5 万元"]), ("2026-03", ["3 次", "1.2 万元"]),
    ]  # fmt: skip


def test_charts_show_the_table_or_its_greatest_rows(march):
    bars, ring = block(march, "ways").charts
    assert (bars.labels, bars.series) == (("电话", "微信", "面谈"), (Series("跟进", (3.0, 2.0, 0.0), ("3", "2", "0")),))
    assert (bars.unit, ring.key) == ("次", "ways_1")
    (columns,) = block(march, "people").charts  # nobody is new, so that chart is left out
    assert columns.labels == ("王<b>一</b>", "王二")  # by 带看, the greatest first
    assert columns.series == (Series("带看", (2.0, 1.0), ("2", "1")), Series("跟进", (2.0, 3.0), ("2", "3")))
    (line,) = block(march, "months").charts
    assert (line.in_time, line.series[0].texts) == (True, ("0", "2.5万", "1.2万"))


def test_chart_is_told_in_words(march):
    assert block(march, "ways").charts[0].described == "电话 3、微信 2、面谈 0 (单位: 次)"
    assert "带看: 王<b>一</b> 2、王二 1; 跟进: " in block(march, "people").charts[0].described


def test_written_blocks_are_told_as_they_came(march):
    assert block(march, "weak").lines == (("王<b>一</b> 的逾期 < 2", "客户!B2"), ("没有别的。", ""))
    owed = block(march, "owed")
    assert owed.rows == (("D1", "2026-03-09", "甲 & 乙", "12,345.6"), ("D2", "", "", "24,690"))
    assert owed.wheres == ("成交!A2", "")


def test_block_that_nobody_wrote_is_left_out_and_one_without_lines_is_empty():
    found = reported(extra={"weak": ()})
    assert "owed" not in [block.key for block in found.blocks]
    assert is_empty(block(found, "weak"))
    assert not is_empty(block(found, "figures"))


def test_what_is_no_text_is_taken_out_of_names():
    found = reported(extra={**EXTRA, "weak": (Line(("一\u202e二\x07三",), "客户!B2"),)})
    assert block(found, "weak").lines == (("一二 三", "客户!B2"),)


def test_scope_and_term_are_those_that_were_asked_for():
    found = reported(scope="东店", term="日报")
    assert (found.title, found.subject, found.stem) == ("日报", "东店", "日报-东店-2026-03-31")
    assert figure(found, "带看量").value == "1 次"  # V2: of 王一, today
    assert [label for label, _ in block(found, "people").rows] == ["王<b>一</b>"]


def test_report_of_an_empty_workbook_has_no_charts_and_no_numbers():
    found = reported("", {})
    tables = [block for block in found.blocks if isinstance(block, ShownTable)]
    assert not any(table.charts for table in tables)
    assert is_empty(block(found, "people"))
    assert figure(found, "有效跟进率").value == "暂无数据"
    assert figure(found, "带看量").value == "0 次"


@pytest.mark.parametrize(
    ("value", "measure", "text"),
    [
        (9_999.4, Measure("元"), "9,999 元"), (9_999.5, Measure("元"), "10,000 元"), (10_000, Measure("元"), "1.0 万元"),
        (-12_345, Measure("元"), "-1.2 万元"), (12_345_678, Measure("元"), "1,234.6 万元"), (0, Measure("元"), "0 元"),
        (2.25, Measure("%", 1), "2.3%"), (-0.04, Measure("%", 1), "0.0%"), (1.005, Measure("分", 1), "1.0 分"),
        (1_234, Measure("位"), "1,234 位"), (None, Measure("位"), "暂无数据"), ("", Measure("%", 1), "暂无数据"),
        (3, Measure(""), "3"),
    ],
)  # fmt: skip
def test_numbers_are_written_with_their_units(value, measure, text):
    assert measure(value) == text


@pytest.mark.parametrize(
    ("value", "measure", "text"),
    [
        (12_345, Measure("元"), "1.2万"),
        (5, Measure("位"), "5"),
        (12.34, Measure("%", 1), "12.3%"),
        (None, Measure("位"), ""),
    ],
)
def test_numbers_beside_a_bar_are_short(value, measure, text):
    assert measure.short(value) == text


@pytest.mark.parametrize(
    ("change", "unit", "better", "told"),
    [
        (0.5, "次", Better.UP, Moved("▲ 50.0%", "good")), (-0.5, "次", Better.UP, Moved("▼ 50.0%", "bad")),
        (-0.5, "件", Better.DOWN, Moved("▼ 50.0%", "good")), (0.5, "套", Better.NEITHER, Moved("▲ 50.0%")),
        (3.05, "%", Better.UP, Moved("▲ 3.1 点", "good")), (0.0, "%", Better.UP, Moved("持平")), ("", "%", Better.UP, Moved()),
    ],
)  # fmt: skip
def test_changes_are_told_and_judged(change, unit, better, told):
    assert moved(change, unit, better) == told


def test_change_of_a_small_sample_is_not_judged():
    assert moved(0.5, "次", Better.UP, small=True) == Moved("▲ 50.0%", "plain")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""), (float("nan"), ""), (pd.NaT, ""), (pd.NA, ""), (pd.Timestamp(2026, 3, 1), "2026-03-01"),
        (dt.datetime(2026, 3, 1, 9, 5), "2026-03-01 09:05"), (True, "是"), (np.bool_(False), "否"), (np.int64(1_200), "1,200"),
        (1_234.50, "1,234.5"), (100, "100"), ("甲", "甲"),
    ],
)  # fmt: skip
def test_cells_of_written_rows(value, text):
    assert cell_text(value) == text


def test_digits_are_those_of_a_cell():
    assert rounded(0.15, 1) == "0.2"  # in binary it lies below the half
    assert rounded(1_234_567, 0) == "1,234,567"


@pytest.mark.parametrize(
    ("asked", "stem"),
    [
        ({}, "月报-全公司-2026-03"), ({"scope": ""}, "月报-全公司-2026-03"), ({"term": "日报"}, "日报-全公司-2026-03-31"),
        ({"term": "周报"}, "周报-全公司-2026-03-25至2026-03-31"), ({"term": "季报"}, "季报-全公司-2026-Q1"),
        ({"term": "年报"}, "年报-全公司-2026"), ({"scope": 'a/b:"店"'}, "月报-a／b：＂店＂-2026-03"),
        ({"term": "自定义", "custom": dt.date(2026, 3, 2)}, "自定义-全公司-2026-03-02至2026-03-31"),
        ({"scope": "很" * 80}, f"月报-{'很' * 24}-2026-03"), ({"scope": "..\\..\\x"}, "月报-＼..＼x-2026-03"),
    ],
)  # fmt: skip
def test_files_are_called_after_what_they_report(asked, stem):
    assert archive_name(PAGE, dataclasses.replace(ASKED, **asked)) == stem


def test_files_of_other_pages_are_called_after_the_page():
    page = dataclasses.replace(PAGE, key="lost_report", label="流失分析")
    assert archive_name(page, ASKED) == "流失分析-全公司-2026-03"
