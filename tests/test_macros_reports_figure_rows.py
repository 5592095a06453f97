"""指标明细: the rows behind every figure: the right ones, in order, adding up to the figure, with a link and without a phone number."""

import datetime as dt
import math
import re

import pandas as pd
import pytest

from macros.facts import facts
from macros.reports.figure_rows import MOST, contributions, figure_rows
from macros.settings import Settings
from tests.shuffling import sample_tables, shuffled
from tests.tables import tables_from
from workbook.figures.declared import BY_NAME, FIGURES
from workbook.figures.layout import FigureBlock, ReportPage
from workbook.figures.quantities import Ratio, View
from workbook.figures.reports import BUSINESS, EVENTS, LOSSES, REPORT_PAGES, STAFF
from workbook.figures.seen import Asked
from workbook.sheets import BY_KEY
from workbook.sheets.figure_rows import FIGURE_ROWS

TODAY = dt.date(2026, 3, 31)
TEXT = """
人员
| 姓名 | 门店 | 角色   | 入职       |
| 王一 | 东店 | 经纪人 | 2020-01-01 |
| 李二 | 西店 | 经纪人 | 2020-01-01 |
字典
| 门店 |
| 东店 |
客户
| 客户ID | 姓名 | 称谓              | 状态     | 归属人 | 逾期天数 | 首接时间         | 手机1       |
| C1     | 甲   | 甲女士            | 需求明确 | 王一   | 3        | 2026-03-02 10:00 | 13800000001 |
| C2     | 乙   |                   | 需求明确 | 李二   | 0        | 2026-03-31 10:00 | 13800000002 |
| C3     | 丙   | 丙13800000003先生 | 需求明确 | 王一   | 0        | 2026-02-28 10:00 | 13800000003 |
| C4     | 丁   | 丁先生            | 已成交   | 王一   | 9        | 2026-03-31 11:00 | 13800000004 |
带看
| 带看ID | 客户ID | 预约时间         | 状态 | 带看人 |
| V1     | C1     | 2026-03-01 10:00 | 已看 | 王一   |
| V2     | C2     | 2026-03-31 20:00 | 已看 | 李二   |
| V3     | C2     | 2026-03-15 20:00 | 爽约 | 李二   |
| V4     | C9     | 2026-02-28 20:00 | 已看 | 李二   |
成交
| 成交ID | 客户ID | 签约日     | 状态 | 经办人 | 应收(元) | 去化天数 |
| D1     | C4     | 2026-03-20 | 签约 | 王一   | 12000    | 30       |
| D2     | C3     | 2026-03-25 | 签约 | 李二   |          | 90       |
满意度
| 问卷ID | 客户ID | 回收日     | 总体满意 | 推荐意愿 | 负责人 |
| S1     | C1     | 2026-03-02 | 5        | 10       | 王一   |
| S2     | C2     | 2026-03-03 | 4        | 8        | 王一   |
| S3     | C3     | 2026-03-01 | 2        | 3        | 王一   |
房源
| 房源ID | 小区     | 栋 | 单元 | 室号 | 状态 | 维护人 |
| H1     | 阳光花园 | 3  | 2    | 501  | 在售 | 王一   |
"""


def page(*keys: str) -> ReportPage:
    figures = tuple(BY_NAME[key] for key in keys)
    return ReportPage(
        key="report",
        label="报表",
        term="月报",
        purpose="数字。",
        blocks=(FigureBlock(key="f", title="数字", figures=figures),),
    )


def behind(*keys: str, text: str = TEXT, scope: str = "全公司") -> pd.DataFrame:
    return figure_rows(page(*keys), tables_from(text), Asked(term="月报", until=TODAY, scope=scope)).results[
        "figure_rows"
    ]


def rows(found: pd.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    return list(found[list(columns)].itertuples(index=False, name=None))


def test_the_sheet_is_declared_where_the_pages_look_for_it():
    from workbook.figures.spots import ROWS_OF_FIGURES

    sheet, column = ROWS_OF_FIGURES
    assert BY_KEY[sheet] is FIGURE_ROWS
    assert FIGURE_ROWS[column].label == "指标"
    assert all(column.automatic for column in FIGURE_ROWS.columns)


@pytest.mark.requirement("R4")
def test_a_count_has_its_rows_the_newest_first():
    found = behind("viewings")
    assert rows(found, "no", "sheet", "row_id", "name", "who", "value", "link") == [
        (1, "带看", "V2", "乙", "李二", 1, "带看!A3"), (2, "带看", "V1", "甲女士", "王一", 1, "带看!A2"),
    ]  # fmt: skip
    assert found["day"].tolist() == [pd.Timestamp(2026, 3, 31), pd.Timestamp(2026, 3, 1)]
    assert found["figure"].unique().tolist() == ["带看量"]
    assert found["report"].unique().tolist() == ["月报 · 全公司 · 03-01 至 03-31"]


def test_rows_of_a_branch_or_a_person_are_theirs():
    assert behind("viewings", scope="李二")["row_id"].tolist() == ["V2"]
    assert behind("viewings", scope="东店")["row_id"].tolist() == ["V1"]


def test_of_a_share_the_rarer_kind_comes_first_and_says_what_it_adds():
    # 1 of the 3 who are followed up is overdue; C4 bought. 2 of 3 marks are good, so the bad one comes first
    assert rows(behind("overdue_rate"), "row_id", "value") == [("C1", 1), ("C2", 0), ("C3", 0)]
    assert rows(behind("csat"), "row_id", "value") == [("S3", 0), ("S2", 1), ("S1", 1)]


def test_promoters_add_and_detractors_take_off():
    assert dict(rows(behind("nps"), "row_id", "value")) == {"S1": 1, "S2": 0, "S3": -1}


def test_money_adds_what_the_row_says_and_nothing_where_it_is_empty():
    assert rows(behind("fee"), "row_id", "value") == [("D2", 0), ("D1", 12_000)]


def test_of_a_mean_the_greatest_comes_first():
    assert rows(behind("market_days"), "row_id", "value") == [("D2", 90), ("D1", 30)]


def test_what_divides_rows_of_another_sheet_names_both():  # the people have no id here
    found = behind("per_agent")
    assert rows(found, "sheet", "row_id", "name") == [
        ("带看", "V2", "乙"), ("带看", "V1", "甲女士"), ("人员", "", "王一"), ("人员", "", "李二"),
    ]  # fmt: skip
    assert found["no"].tolist() == [1, 2, 3, 4]


def test_homes_are_called_by_their_address_and_no_row_shows_a_phone():
    assert rows(behind("listings"), "row_id", "name", "who") == [("H1", "阳光花园3-2-501", "王一")]
    assert behind("clients")["name"].tolist() == ["甲女士", "乙", "丙138****0003先生"]


def test_a_figure_without_rows_says_so_and_what_it_counts():
    found = behind("cancelled", "viewings")
    assert rows(found, "figure", "name")[0] == ("解约", "没有行: 成交!状态=解约, 签约日 在 03-01 至 03-31")
    assert rows(found, "figure", "row_id")[1:] == [("带看量", "V2"), ("带看量", "V1")]
    assert pd.isna(found["value"].iloc[0])


def test_slow_figures_have_the_rows_of_the_look_back():
    earlier = TEXT.replace("2026-03-02 | 5", "2026-01-01 | 5").replace("2026-03-03 | 4", "2025-12-31 | 4")
    assert behind("csat", text=earlier)["row_id"].tolist() == ["S3", "S1"]  # 90 days until 31 March begin on 1 January


@pytest.mark.parametrize(
    ("count", "lines", "last"),
    [(100, 100, "甲"), (101, 101, "还有 1 行: 请在「客户」表筛选 首接时间 在 03-01 至 03-31")],
)
def test_below_a_hundred_rows_one_line_says_how_many_more_and_how_to_filter(count, lines, last):
    text = "客户\n| 客户ID | 姓名 | 首接时间 |\n" + "".join(f"| C{n} | 甲 | 2026-03-05 |\n" for n in range(count))
    found = behind("new_clients", text=text)
    assert (len(found), found["name"].iloc[-1]) == (lines, last)
    assert found["no"].tolist() == list(range(1, lines + 1))
    if count > MOST:
        assert found[["sheet", "row_id", "link"]].iloc[-1].tolist() == ["客户", "", "客户!A1"]


def test_figures_stand_in_the_order_of_the_page():
    found = behind("viewings", "csat", "fee")
    assert found["figure"].drop_duplicates().tolist() == ["带看量", "客户满意度 CSAT", "佣金应收"]
    assert found.index.tolist() == list(range(2, len(found) + 2))


def test_a_page_without_figures_has_the_rows_of_its_tables():
    found = figure_rows(STAFF, tables_from(TEXT), Asked(term="月报", until=TODAY)).results["figure_rows"]
    seen = found[found["figure"] == "业绩: 带看"]
    assert rows(seen, "row_id", "who") == [("V2", "李二"), ("V1", "王一")]
    assert "绩效得分: 得分" not in set(found["figure"])  # made of the others


def test_rows_around_an_event_are_those_of_its_days():
    text = TEXT + "活动\n| 活动ID | 名称 | 日期 | 负责人 |\n| E1 | 茶会 | 2026-03-15 | 王一 |\n"
    found = figure_rows(EVENTS, tables_from(text), Asked(term="年报", until=TODAY)).results["figure_rows"]
    named = {
        key: found.loc[found["figure"] == f"活动日之前、之后: 带看 {key}", "row_id"].tolist() for key in ("前", "后")
    }
    assert named == {"前": ["V1", "V4"], "后": ["V2"]}


# all figures


@pytest.fixture(scope="module")
def known():
    tables = sample_tables("small", TODAY)
    return tables.with_outcome(facts(tables, TODAY, Settings()))


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.key)
def test_what_the_rows_add_is_the_figure(figure, known):
    view = View(known, dt.date(2026, 1, 1), TODAY)
    value, added = figure.quantity.value(view), contributions(figure.quantity, view)
    quantity = figure.quantity
    if isinstance(quantity, Ratio):
        sheet = next(iter(added))
        whole = quantity.whole.value(view)
        value = None if value is None else value * whole / quantity.factor
        assert len(added) == 2 or len(added[sheet]) == whole
    total = math.fsum(next(iter(added.values())))
    assert total == pytest.approx(value or 0.0)


def test_every_line_leads_to_its_row_on_every_page(known):
    for one in REPORT_PAGES:
        found = figure_rows(one, known, Asked(term="季报", until=TODAY)).results["figure_rows"]
        assert found["figure"].ne("").all()
        assert found.groupby("figure").size().le(MOST + 1).all()
        assert not found.duplicated(["figure", "no"]).any()
        told = found[found["row_id"] != ""]
        assert told["link"].str.fullmatch(r"[\u4e00-\u9fff]+![A-Z]+\d+").all()
        assert not found["name"].str.contains(r"(?<!\d)1[3-9]\d{9}(?!\d)").any()
        labels = {sheet.label: key for key, sheet in BY_KEY.items()}
        for line in told.head(50).itertuples():
            row = int(re.sub(r".*![A-Z]+", "", line.link))
            assert line.row_id.startswith(
                str(known[labels[line.sheet]].at[row, BY_KEY[labels[line.sheet]].identity[0]])
            )


def test_the_rows_do_not_depend_on_the_order_of_the_sheets(known):
    mixed = shuffled(sample_tables("small", TODAY), 7)
    same = mixed.with_outcome(facts(mixed, TODAY, Settings()))
    asked = Asked(term="日报", until=TODAY)
    one, other = (figure_rows(LOSSES, tables, asked).results["figure_rows"] for tables in (known, same))
    counts = one["figure"].value_counts()
    for name in counts.index[counts <= MOST]:
        columns = ["row_id", "name", "value", "who"]
        first, second = (
            frame.loc[frame["figure"] == name, columns].sort_values(columns).to_numpy().tolist()
            for frame in (one, other)
        )
        assert repr(first) == repr(second)


def test_nothing_is_changed_by_looking(known):
    before = {key: frame.copy() for key, frame in known.items()}
    figure_rows(BUSINESS, known, Asked(term="月报", until=TODAY))
    for key, frame in before.items():
        pd.testing.assert_frame_equal(known[key], frame)
