"""The cells of a report's page, reckoned by hand on a few rows: three people of two branches, their viewings, clients and deals."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from tests.reports import frames_of
from workbook.figures.criteria import UNFILLED, Filled, Is, Not, Setting
from workbook.figures.layout import (
    CHANGE,
    DAY_CELL,
    FIRST_VALUE,
    FROM_ROW,
    INTERVAL,
    LABEL_COLUMN,
    LAST_COLUMN,
    LOOK_BACK,
    OTHERS,
    RANKS,
    ROW_CRITERIA,
    SAMPLE,
    SAMPLES,
    SCOPE_CRITERIA,
    SCOPE_LIST,
    SLOW_ROW,
    TARGET,
    TITLE,
    TO_ROW,
    WORDS,
    YEAR_CHANGE,
    Chart,
    Figure,
    FigureBlock,
    Labels,
    ListBlock,
    ListRows,
    People,
    ReportPage,
    Shape,
    Spans,
    TableBlock,
    TableColumn,
    TextBlock,
    list_columns,
    period_frame,
    tops,
)
from workbook.figures.quantities import Count, Ratio, Rows, Sum, Total, rounded, share
from workbook.figures.ranges import STEPS, column, columns_in, definitions, reach_formula, reach_of
from workbook.figures.scores import Around, Less, Weighted
from workbook.figures.spots import Asked, names_in_scope, page_spots, setting_numbers, wilson

UNTIL = dt.date(2026, 3, 31)


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


def rows() -> dict[str, dict[str, list[object]]]:
    """吴迪 and 周涛 of 一店, 郑敏 of 二店, who left on 2026-02-10."""
    return {
        "staff": {
            "staff_id": ["S1", "S2", "S3"], "name": ["吴迪", "周涛", "郑敏"], "branch": ["一店", "一店", "二店"],
            "from_date": [day("2024-01-01")] * 3, "to_date": [pd.NaT, pd.NaT, day("2026-02-10")],
        },
        "lists": {"branches": ["一店", "二店"], "districts": ["朝阳", "海淀"]},
        "viewings": {
            "agent": ["吴迪", "吴迪", "周涛", "郑敏", "吴迪", "周涛", "离职多年"],
            "status": ["已看", "已看", "已看", "已看", "已约", "已看", "已看"],
            "at": [day(t) for t in (
                "2026-03-01 00:00", "2026-03-31 23:59", "2026-03-15 10:00", "2026-02-09 09:00", "2026-03-02 09:00",
                "2025-03-31 23:00", "2026-03-20 09:00",
            )],
        },
        "deals": {
            "status": ["签约", "解约", "完结"], "signed_on": [day("2026-03-05"), day("2026-03-06"), day("2026-02-28")],
            "agent": ["吴迪", "吴迪", "周涛"], "fee_yuan": [20_000.0, 99_999.0, 12_000.5],
        },
        "clients": {
            "client_id": ["C1", "C2", "C3"], "name": ["甲", "乙", "丙"], "source": ["老带新", "", "其他"],
            "owner": ["吴迪", "周涛", "吴迪"], "first_contact_at": [day("2026-03-03"), day("2026-03-04"), day("2026-03-05")],
        },
    }  # fmt: skip


SEEN = Count(Rows("viewings", (Is("status", ("已看",)),), "at", "agent"))
KEPT = Rows("deals", (Not("status", ("解约",)),), "signed_on", "agent")
BY_AGENT = Count(Rows("viewings", (Is("status", ("已看",)),), "at", "agent", "agent"))


def page(*blocks, term="月报"):
    return ReportPage(key="report", label="报表", purpose="", term=term, blocks=blocks)


def figure(quantity, **more):
    return Figure(**{"key": "f", "name": "数", "unit": "次", "definition": "", "quantity": quantity} | more)


def told(report, given=None, **asked):
    """(row, column) -> value, and the same -> formula."""
    spots = page_spots(
        report, frames_of(rows() if given is None else given), Asked(**{"term": report.term, "until": UNTIL} | asked)
    )
    assert len({(spot.row, spot.column) for spot in spots}) == len(spots)
    return {(s.row, s.column): s.value for s in spots}, {(s.row, s.column): s.formula for s in spots}


def first_row(report):
    return next(tops(report))[1] + 2


def one(quantity, given=None, **more):
    """The cells of a figure by column, on a page of nothing else."""
    asked = {key: more.pop(key) for key in ("scope", "until", "term", "settings") if key in more}
    report = page(FigureBlock(key="b", title="", figures=(figure(quantity, **more),)))
    values, _ = told(report, given, **asked)
    return {column: value for (row, column), value in values.items() if row == first_row(report)}


def test_the_head_says_what_is_reported_in_words():
    values, formulas = told(page(), scope="一店")
    assert values[TITLE] == "报表 · 一店 · 月报"
    row, column_ = WORDS
    assert [values[row + at, column_] for at in range(3)] == [
        "本期  2026-03-01 至 2026-03-31 (31 天)",
        "上期  2026-02-01 至 2026-02-28 (28 天)",
        "去年同期  2025-03-01 至 2025-03-31 (31 天)",
    ]
    assert "2026-01-01 至 2026-03-31 (90 天)" in values[LOOK_BACK]
    assert formulas[DAY_CELL] == "IF(N($C$5)>=1,INT($C$5),MAX(DATE(2000,1,1),INT(MAX(跟进_时间))))"
    assert told(replace(page(), daily=True))[1][DAY_CELL] == "IF(N($C$5)>=1,INT($C$5),TODAY())"
    assert (values[FROM_ROW, FIRST_VALUE], values[TO_ROW, FIRST_VALUE]) == (dt.date(2026, 3, 1), UNTIL)
    assert values[SLOW_ROW, FIRST_VALUE] == dt.date(2026, 1, 1)


def test_an_empty_scope_is_the_company():
    assert told(page(), scope="")[0][TITLE] == "报表 · 全公司 · 月报"


@pytest.mark.requirement("R95")
@pytest.mark.parametrize(
    ("scope", "values"),
    [("全公司", (4, 1, 1)), ("一店", (3, 0, 1)), ("二店", (0, 1, 0)), ("吴迪", (2, 0, 0)), ("没有的人", (0, 0, 0))],
)
def test_a_figure_counts_the_three_spans_of_the_scope(scope, values):
    """March: two of 吴迪, one of 周涛, one of somebody who is not in 人员; February: 郑敏; a year ago: 周涛, late on the last day."""
    cells = one(SEEN, scope=scope)
    assert tuple(cells[FIRST_VALUE + span] for span in range(3)) == values


def test_changes_are_told_in_percent_of_what_was_and_of_percentages_in_points():
    cells = one(SEEN, scope="全公司")
    assert (cells[CHANGE], cells[YEAR_CHANGE]) == (3.0, 3.0)
    assert one(SEEN, scope="一店")[CHANGE] == ""
    part = share(Count(Rows("viewings", (Is("agent", ("吴迪",)), Is("status", ("已看",))), "at")), SEEN)
    cells = one(part, unit="%")
    assert (cells[FIRST_VALUE], cells[FIRST_VALUE + 1], cells[CHANGE]) == (50.0, 0.0, 50.0)


def test_a_figure_of_today_has_no_other_span():
    cells = one(Count(Rows("clients", (Filled("name"),), "", "owner")), state=True)
    assert cells[FIRST_VALUE] == 3
    assert not {FIRST_VALUE + 1, FIRST_VALUE + 2, CHANGE, YEAR_CHANGE} & set(cells)


def test_a_deal_that_was_called_off_is_neither_counted_nor_summed():
    assert one(Count(KEPT))[FIRST_VALUE] == 1
    assert one(Total(KEPT, "fee_yuan"))[FIRST_VALUE] == 20_000
    assert one(Sum((Total(KEPT, "fee_yuan"),), (Count(KEPT),)))[FIRST_VALUE] == 19_999


def test_without_rows_counts_are_0_and_shares_are_empty():
    cells = one(Ratio(Count(KEPT), SEEN), {})
    assert (cells[FIRST_VALUE], cells[SAMPLE], cells[CHANGE]) == ("", 0, "")
    assert one(Count(KEPT), {})[FIRST_VALUE] == 0


def test_the_leap_day_ends_a_february():
    given = rows() | {
        "viewings": {"agent": ["吴迪", "吴迪"], "status": ["已看"] * 2, "at": [day("2024-02-29"), day("2023-02-28")]}
    }
    cells = one(SEEN, given, until=dt.date(2024, 2, 29))
    assert (cells[FIRST_VALUE], cells[FIRST_VALUE + 2]) == (1, 1)


def test_a_slow_figure_looks_back_and_the_days_are_a_setting():
    assert one(SEEN, slow=True)[FIRST_VALUE] == 5
    assert one(SEEN, slow=True, settings={"report.slow_days": 12})[FIRST_VALUE] == 2


def test_a_share_tells_sample_interval_and_target():
    of = share(Count(Rows("viewings", (Is("status", ("已看",)), Is("agent", ("吴迪",))), "at")), SEEN)
    cells = one(of, unit="%", target=Setting("report.x", 30), settings={"report.x": 45.5})
    assert (cells[SAMPLE], cells[TARGET], cells[INTERVAL]) == (4, 45.5, "15–85")


@pytest.mark.parametrize(
    ("share_", "n", "interval"),
    [(80.0, 10.0, "49–94"), (0.0, 5.0, "0–43"), (100.0, 5.0, "57–100"), (50.0, 1e6, "50–50")],
)
def test_wilsons_interval(share_, n, interval):
    """(p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n), z = 1.96; for 8 of 10: 0.717 ± 0.226."""
    assert wilson(share_, n) == interval


def people_table(**more):
    columns = (TableColumn(header="带看", quantity=BY_AGENT),)
    return TableBlock(**{"key": "p", "title": "", "head": "人员", "rows": People(3), "columns": columns} | more)


def test_people_who_serve_in_the_period_stand_in_the_order_of_the_sheet():
    report = page(people_table(total=True))
    values, _ = told(report)
    row = first_row(report)
    assert [values[row + at, LABEL_COLUMN] for at in range(3)] == ["吴迪", "周涛", ""]
    assert [values[row + at, FIRST_VALUE] for at in range(3)] == [2, 1, ""]
    values, _ = told(report, until=dt.date(2026, 2, 28))
    assert [values[row + at, LABEL_COLUMN] for at in range(3)] == ["吴迪", "周涛", "郑敏"]


@pytest.mark.parametrize(
    ("listed", "scope", "others", "total"),
    [
        (3, "全公司", 1, 4),
        (1, "全公司", 2, 4),
        (1, "一店", 1, 3),
        (3, "一店", "", 3),
        (3, "吴迪", "", 2),
        (3, "二店", "", 0),
    ],
)
def test_the_sum_of_a_table_of_people_holds_what_belongs_to_none_of_them(listed, scope, others, total):
    """In March 吴迪 showed two homes, 周涛 one, and one was shown by who left years ago; a table of one row lists 吴迪 only."""
    report = page(people_table(rows=People(listed), total=True))
    values, formulas = told(report, scope=scope)
    row = first_row(report) + listed
    assert (values[row, LABEL_COLUMN], values[row, FIRST_VALUE]) == (OTHERS if others else "", others)
    assert values[row + 1, FIRST_VALUE] == total
    assert f":$C${row})" in formulas[row + 1, FIRST_VALUE]


def test_a_table_of_people_without_a_sum_and_one_of_words_have_no_line_of_others():
    words = TableBlock(key="w", title="", head="", rows=Labels(("电话",)), columns=(), total=True)
    assert (people_table().others, words.others, people_table(total=True).others) == (False, False, True)
    assert (people_table().height, people_table(total=True).height) == (5, 7)


def test_a_name_that_stands_twice_counts_once():
    given = rows()
    given["staff"]["name"] = ["吴迪", "吴迪", "郑敏"]
    values, _ = told(page(people_table()), given, scope="一店")
    assert [values[row, SCOPE_CRITERIA] for row in (2, 3)] == ["=吴迪", "=§"]


def test_signs_of_patterns_in_names_mean_themselves():
    given = rows()
    given["staff"]["name"][0] = "小*王?~"
    values, _ = told(page(people_table()), given)
    assert values[2, SCOPE_CRITERIA] == "=小~*王~?~~"
    assert values[first_row(page(people_table())), ROW_CRITERIA] == "=小~*王~?~~"


def test_the_scope_offers_the_company_the_branches_and_the_people():
    values, _ = told(page())
    assert [values[row, SCOPE_LIST] for row in range(2, 9)] == ["全公司", "一店", "二店", "吴迪", "周涛", "郑敏", ""]


def test_labels_count_what_the_column_holds_and_what_it_lacks():
    new = Count(Rows("clients", (Filled("name"),), "first_contact_at", "owner", "source"))
    labels = Labels(("老带新", "朋友介绍", UNFILLED))
    report = page(
        TableBlock(key="s", title="", head="来源", rows=labels, columns=(TableColumn(header="新", quantity=new),))
    )
    values, _ = told(report)
    assert [values[first_row(report) + at, FIRST_VALUE] for at in range(3)] == [1, 0, 1]


@pytest.mark.parametrize(
    ("unit", "labels", "counts"), [("month", ["2026-01", "2026-02", "2026-03"], [0, 1, 4]), ("week", ["03-17", "03-24", "03-31"], [1, 1, 1])]
)  # fmt: skip
def test_spans_end_with_the_period(unit, labels, counts):
    """Weeks: 03-11 to 03-17 holds that of 03-15, the next that of 03-20, the last that of 03-31."""
    report = page(
        TableBlock(
            key="t", title="", head="月", rows=Spans(3, unit), columns=(TableColumn(header="带看", quantity=SEEN),)
        )
    )
    values, _ = told(report)
    row = first_row(report)
    assert [values[row + at, LABEL_COLUMN] for at in range(3)] == labels
    assert [values[row + at, FIRST_VALUE] for at in range(3)] == counts


def test_a_row_may_count_around_a_day_of_its_own():
    given = rows() | {"events": {"event_id": ["E1", "E2"], "on": [day("2026-03-15"), pd.NaT]}}
    columns = tuple(
        TableColumn(header=name, quantity=Around(SEEN, Setting("report.event_days", 10), after=after))
        for name, after in (("前", False), ("后", True))
    )
    report = page(
        TableBlock(key="e", title="", head="活动", rows=ListRows("events", "event_id", 3, "on"), columns=columns)
    )
    values, _ = told(report, given)
    cells = [[values[first_row(report) + at, FIRST_VALUE + n] for n in range(2)] for at in range(3)]
    assert cells == [[0, 2], ["", ""], ["", ""]]


def test_a_chart_of_people_draws_the_greatest_first_and_equals_in_order():
    given = rows()
    given["viewings"]["agent"] = ["周涛", "周涛", "吴迪", "郑敏", "吴迪", "周涛", "郑敏"]
    report = page(people_table(rows=People(5), charts=(Chart(title="", shape=Shape.BARS, headers=("带看",)),)))
    values, _ = told(report, given, until=dt.date(2026, 3, 31), term="年报")
    row = first_row(report)
    ranked = [(values[row + at, RANKS + 1], values[row + at, RANKS + 2]) for at in range(5)]
    assert ranked == [("周涛", 2), ("郑敏", 2), ("吴迪", 1), ("", ""), ("", "")]


def test_a_score_looks_at_the_cells_of_its_row_and_a_share_at_its_sample():
    rate = share(
        Count(Rows("viewings", (Is("status", ("已看",)),), "at", "agent", "agent")),
        Count(Rows("viewings", (), "at", "agent", "agent")),
    )
    columns = (
        TableColumn(header="率", quantity=rate),
        TableColumn(header="分", quantity=Weighted(((Less(rate), 40.0), (rate, 60.0)))),
    )
    report = page(people_table(columns=columns))
    values, formulas = told(report)
    row = first_row(report)
    assert values[row, SAMPLES] == 3
    assert f"/$BH${row}" in formulas[row, FIRST_VALUE]
    assert "COUNTIFS" not in formulas[row, FIRST_VALUE + 1]
    assert values[row, FIRST_VALUE + 1] == pytest.approx(40 * (100 / 3) / 100 + 60 * (200 / 3) / 100, abs=1e-6)


def test_links_stand_where_the_written_rows_have_a_target():
    report = page(TextBlock(key="x", title="", count=2), ListBlock(key="l", title="", headers=("甲", "乙"), count=1))
    (_, text), (_, listed) = tops(report)
    values, formulas = told(report, links={text + 1: "客户!B5", listed + 2: "成交!A9"})
    assert [values[row, LAST_COLUMN] for row in (text + 1, text + 2, listed + 2)] == ["打开 →", "", "打开 →"]
    assert 'HYPERLINK("#"&$AK$' in formulas[text + 1, LAST_COLUMN]


@pytest.mark.parametrize(("count", "columns"), [(2, (2, 3)), (5, (2, 3, 6, 9, 12)), (8, (2, 3, 4, 6, 8, 10, 12, 14))])
def test_the_columns_of_a_list_share_the_page(count, columns):
    assert list_columns(ListBlock(key="l", title="", headers=("x",) * count, count=1)) == columns
    assert columns[-1] < LAST_COLUMN


def deep(levels):
    quantity = SEEN
    for _ in range(levels):
        quantity = Sum((quantity, quantity))
    return quantity


def test_a_formula_that_is_too_long_for_a_cell_is_no_figure():
    with pytest.raises(ValueError, match="数: a formula of"):
        figure(deep(7))
    with pytest.raises(ValueError, match="p, 带看: a formula of"):
        people_table(columns=(TableColumn(header="带看", quantity=deep(7)),))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"charts": (Chart(title="", shape=Shape.BARS, headers=("没有",)),)}, "which are no columns"),
        (
            {"columns": tuple(TableColumn(header=str(n), quantity=SEEN) for n in range(15))},
            "15 columns, the page has 14",
        ),
        ({"charts": (Chart(title="", shape=Shape.BARS, headers=("带看",)),) * 5}, "at most 4 charts"),
    ],
)
def test_a_table_that_the_page_has_no_room_for_is_refused(more, said):
    with pytest.raises(ValueError, match=said):
        people_table(**more)


def test_names_in_scope():
    staff = frames_of(rows())["staff"]
    assert names_in_scope(staff, "全公司") is None
    assert names_in_scope(staff, "一店") == {"吴迪", "周涛"}
    assert names_in_scope(staff, "郑敏") == {"郑敏"}


def test_settings_are_numbers_or_their_defaults():
    frame = frames_of({"settings": {"key": ["a", "b", "c", "a"], "value": ["7", "", "很多", "9"]}})["settings"]
    assert setting_numbers(frame) == {"a": 7.0}


@pytest.mark.parametrize(
    ("value", "shown"), [(0.0000005, 0.000001), (-0.0000005, -0.000001), (65.5555555, 65.555556), (2.0, 2.0)]
)
def test_halves_are_rounded_as_a_cell_rounds_them(value, shown):
    assert rounded(value) == shown


def test_a_column_has_a_name_and_equal_headers_are_told_apart():
    assert column("viewings", "status") == "带看_状态"
    assert column("deals", "fee_yuan") == "成交_应收元"
    formula = SEEN.formula(period_frame(0))
    assert columns_in([formula]) == {"viewings": ["at", "agent", "status"]}


def test_names_reach_as_far_as_rows_stand():
    frame = frames_of({"viewings": {"agent": ["吴迪"] * 3}})["viewings"]
    assert reach_of(frame, ["agent"]) == STEPS[0]
    long = frame.set_axis([2, STEPS[0] + 1, STEPS[0] + 2])
    assert reach_of(long, ["agent"]) == STEPS[1]
    assert reach_of(long, ["status"]) == STEPS[0]
    (name, content), *_ = definitions({"viewings": ["agent"]}, {"viewings": "首页!$W$9"})
    assert (name, content) == ("带看_带看人", "=带看!$F$2:INDEX(带看!$F$2:$F$200000,首页!$W$9)")
    assert reach_formula("viewings", ["agent"]).startswith("IF(COUNTA(带看!$F$2002:$F$200000)=0,2000,IF(")


def test_criteria_that_empty_cells_meet_come_last():
    """LibreOffice passes over empty cells below a column's last filled one where such a criterion comes first."""
    frame = period_frame(0)
    formula = Count(Rows("deals", (Not("status", ("解约",)), Filled("agent", empty=True)), "signed_on")).formula(frame)
    assert formula.index(column("deals", "signed_on")) < formula.index(column("deals", "status"))
    assert formula.index(column("deals", "signed_on")) < formula.index(column("deals", "agent"))
