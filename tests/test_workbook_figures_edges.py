"""Hand-made workbooks at the edges: nothing in them, one agent, a leap year, deals that fell through, odd names, odd days in the head.

Every formula cell of every page gives what Python tells, after LibreOffice calculated it; and both give what is reckoned here by hand.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from macros.facts import facts
from macros.settings import Settings
from tests.reports import (
    Cells,
    Recalculated,
    column_of,
    differences,
    recalculate,
    row_labelled,
    row_of,
    same,
    write_heads,
)
from tests.tables import tables_from
from workbook import build
from workbook.build.report_values import serial
from workbook.figures.layout import CUSTOM, FIRST_VALUE, SCOPE, TERM, UNTIL
from workbook.figures.quantities import COMPANY
from workbook.figures.reports import REPORT_PAGES

pytestmark = [pytest.mark.libreoffice, pytest.mark.slow]
TODAY = dt.date(2026, 3, 31)
Head = tuple[str, str, object, object]
"""Term, scope, until, first day of 自定义."""


@dataclass(frozen=True)
class Case:
    """A workbook: its rows as text, what the head of every page asks for, and of some pages something else."""

    story: str
    head: Head
    heads: Mapping[str, Head] = field(default_factory=dict)


STAFF = "人员\n| 工号 | 姓名 | 角色 | 门店 | 入职 |\n"
MOMENTS = (
    "2023-02-28 23:59", "2023-03-01 00:00", "2023-12-31 23:59", "2024-01-01 00:00", "2024-01-31 10:00", "2024-02-29 00:00",
    "2024-02-29 23:59", "2024-03-01 00:00",
)  # fmt: skip


def viewings(*rows: tuple[str, str]) -> str:
    """A viewing that took place for every agent and moment, each with a client of its own, first met then."""
    seen = "".join(f"| V{n} | C{n} | H1 | {at} | {agent} | 已看 |\n" for n, (agent, at) in enumerate(rows, start=1))
    met = "".join(f"| C{n} | 客{n} | {agent} | {at} | 初步了解 |\n" for n, (agent, at) in enumerate(rows, start=1))
    return (
        f"带看\n| 带看ID | 客户ID | 房源ID | 预约时间 | 带看人 | 状态 |\n{seen}"
        f"客户\n| 客户ID | 姓名 | 归属人 | 首接时间 | 状态 |\n{met}"
    )


ONE = (
    STAFF
    + """| S1 | 独行 | 经纪人 | 一店 | 2026-01-01 |
客户
| 客户ID | 姓名 | 归属人 | 来源   | 状态     | 等级 | 活跃度 | 逾期天数 | 首接时间         | 首次响应         |
| C1     | 张伟 | 独行   | 老带新 | 已成交   |      | 沉睡   |          | 2026-03-02 10:00 | 2026-03-02 10:20 |
| C2     | 王芳 | 独行   |        | 需求明确 | A    | 高活跃 | 3        | 2026-03-03 10:00 |                  |
| C3     | 刘洋 | 独行   | 其他   | 暂不考虑 |      | 高活跃 | 9        | 2026-02-03 10:00 |                  |
跟进
| 跟进ID | 对象 | 对象ID | 时间             | 跟进人 | 有效 | 承诺事项 | 承诺期限   |
| F1     | 客户 | C1     | 2026-03-02 10:20 | 独行   | 是   | 报价     | 2026-03-04 |
| F2     | 客户 | C3     | 2026-03-09 10:00 | 独行   | 否   |          |            |
| F3     | 客户 | C2     | 2026-02-28 10:00 | 独行   |      |          |            |
"""
)
RETURNED = (
    STAFF
    + """| S1 | 李雷 | 经纪人 | 一店 | 2025-06-01 |
| S2 | 韩梅 | 经纪人 | 二店 | 2025-06-01 |
客户
| 客户ID | 姓名 | 归属人 | 来源   | 状态     | 首接时间         |
| C1     | 张伟 | 李雷   | 老带新 | 已成交   | 2026-02-20 10:00 |
| C2     | 王芳 | 韩梅   | 其他   | 已成交   | 2026-02-10 10:00 |
| C3     | 刘洋 | 韩梅   | 其他   | 暂不考虑 | 2026-02-11 10:00 |
| C4     | 陈静 | 韩梅   | 老带新 | 暂不考虑 | 2026-02-12 10:00 |
| C5     | 赵敏 | 前人   | 其他   | 需求明确 | 2024-02-12 10:00 |
| C6     | 孙丽 |        | 其他   | 需求明确 | 2024-02-13 10:00 |
带看
| 带看ID | 客户ID | 房源ID | 预约时间         | 带看人 | 状态 |
| V1     | C1     | H1     | 2026-03-01 10:00 | 李雷   | 已看 |
| V2     | C2     | H1     | 2026-03-02 10:00 | 韩梅   | 已看 |
| V3     | C4     | H1     | 2026-03-03 10:00 | 韩梅   | 已看 |
成交
| 成交ID | 类型 | 客户ID | 房源ID | 签约日     | 佣金应收 | 佣金实收 | 状态 |
| D1     | 买卖 | C1     | H1     | 2026-03-05 | 3.0      | 3.0      | 签约 |
| D2     | 买卖 | C2     | H2     | 2026-03-10 | 5        | 0.5      | 解约 |
| D3     | 租赁 | C3     | H3     | 2026-02-20 | 4500     | 0        | 解约 |
| D4     | 买卖 | C2     | H4     | 2026-03-20 | 2.5      |          | 签约 |
| D5     | 买卖 | C4     | H5     | 2026-03-12 | 7        | 0        | 解约 |
分佣
| 成交ID | 角色 | 人员 | 比例 | 金额 |
| D1     | 成交 | 李雷 | 100  | 3.0  |
| D2     | 成交 | 韩梅 | 100  | 5    |
| D4     | 成交 | 韩梅 | 60   | 1.5  |
| D4     | 客源 | 李雷 | 40   | 1.0  |
"""
)
LEAP = (
    STAFF
    + "| S1 | 李雷 | 经纪人 | 一店 | 2020-01-01 |\n| S2 | 韩梅 | 经纪人 | 二店 | 2024-02-29 |\n"
    + viewings(*(("韩梅" if at == "2024-02-29 00:00" else "李雷", at) for at in MOMENTS))
)
ODD = {
    "小*王?~": "一*店",
    "小大王x~": "一大店",
    '王"二"': "一*店",
    "O'Neil": "一*店",
    "<>李": "二?店",
    ">5": "二?店",
    "~吴": "二大店",
}
"""Name -> branch: signs of patterns and of comparisons, quotes, and names that a pattern would take for another."""
ODD_COUNTS = dict(zip(ODD, range(1, 8), strict=True))
NAMES = (
    STAFF
    + "".join(f"| S{n} | {name} | 经纪人 | {branch} | 2020-01-01 |\n" for n, (name, branch) in enumerate(ODD.items()))
    + "字典\n| 门店 |\n"
    + "".join(f"| {branch} |\n" for branch in dict.fromkeys(ODD.values()))
    + viewings(*((name, "2026-03-05 10:00") for name, count in ODD_COUNTS.items() for _ in range(count)))
)
FEBRUARY, MARCH = dt.date(2024, 2, 29), TODAY
CASES = {
    "nothing": Case(
        "",
        ("月报", COMPANY, MARCH, None),
        {"report": ("年报", "没有这家店", MARCH, None), "staff_report": ("月报", COMPANY, None, None)},
    ),
    "one": Case(
        ONE,
        ("月报", COMPANY, MARCH, None),
        {
            "contact_report": ("月报", "一店", MARCH, None),
            "segments_report": ("月报", "独行", MARCH, None),
            "channel_report": ("月报", COMPANY, None, None),
        },
    ),
    "leap": Case(
        LEAP,
        ("月报", COMPANY, FEBRUARY, None),
        {
            "contact_report": ("日报", COMPANY, FEBRUARY, None),
            "segments_report": ("周报", COMPANY, dt.date(2024, 3, 1), None),
            "channel_report": ("自定义", COMPANY, dt.date(2024, 3, 31), FEBRUARY),
        },
    ),
    "leap_later": Case(
        LEAP,
        ("月报", COMPANY, dt.date(2024, 2, 28), None),
        {
            "contact_report": ("月报", COMPANY, dt.date(2025, 2, 28), None),
            "segments_report": ("年报", "李雷", dt.date(2024, 12, 31), None),
            "channel_report": ("季报", "一店", dt.date(2024, 3, 31), None),
        },
    ),
    "returned": Case(RETURNED, ("月报", COMPANY, MARCH, None), {"channel_report": ("月报", "韩梅", MARCH, None)}),
    "names": Case(
        NAMES,
        ("月报", COMPANY, MARCH, None),
        {
            "contact_report": ("月报", "小*王?~", MARCH, None),
            "segments_report": ("月报", "一*店", MARCH, None),
            "channel_report": ("月报", "<>李", MARCH, None),
            "staff_report": ("月报", '王"二"', MARCH, None),
            "lost_report": ("月报", "二?店", MARCH, None),
        },
    ),
    "heads": Case(
        LEAP,
        ("", "", FEBRUARY, None),  # a day of the company
        {
            "contact_report": ("自定义", COMPANY, FEBRUARY, None),
            "segments_report": ("自定义", COMPANY, FEBRUARY, dt.date(2024, 3, 5)),
            "channel_report": ("月报", COMPANY, dt.datetime(2024, 2, 29, 15, 30), "上个月"),
        },
    ),
}


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Recalculated]:
    """Case -> the workbook and the same after LibreOffice calculated it."""
    folder = tmp_path_factory.mktemp("edges")
    made = []
    for name, case in CASES.items():
        tables = tables_from(case.story)
        tables = tables.with_outcome(facts(tables, TODAY, Settings()))
        build.make(folder / f"{name}.xlsx", dict(tables.items()), today=TODAY)
        heads = {page.label: case.heads.get(page.key, case.head) for page in REPORT_PAGES}
        places = (TERM, SCOPE, UNTIL, CUSTOM)
        write_heads(folder / f"{name}.xlsx", {p: dict(zip(places, head, strict=True)) for p, head in heads.items()})
        made.append(folder / f"{name}.xlsx")
    both = zip(CASES, made, recalculate(made, folder), strict=True)
    return {name: Recalculated(before, after, TODAY) for name, before, after in both}


def page_of(key):
    return next(page for page in REPORT_PAGES if page.key == key)


def told(books, case, key) -> tuple[Cells, Cells]:
    return books[case].told_and_found(page_of(key))


@pytest.mark.requirement("F18", "R95")
@pytest.mark.parametrize("case", CASES)
def test_every_formula_of_every_page_gives_what_python_tells(books, case):
    for page in REPORT_PAGES:
        wanted, found = told(books, case, page.key)
        assert differences(wanted, found) == [], page.key
        errors = {place: cell for place, cell in found.items() if str(cell).startswith(("#", "Err:"))}
        assert errors == {}, page.key


NONE = ""
FIGURES = [
    # nothing: counts are 0, what rests on nothing is empty
    ("nothing", "report", "deals", (0, 0, 0)), ("nothing", "report", "fee", (0, 0, 0)),
    ("nothing", "report", "deal_rate", (NONE, NONE, NONE)), ("nothing", "report", "per_agent", (NONE, NONE, NONE)),
    ("nothing", "lost_report", "churn", (NONE,)), ("nothing", "referral_report", "reward_due", (0,)),
    # one agent, whether the company, the branch or the person is asked for; nobody was there in the March before
    ("one", "report", "new_clients", (2, 1, 0)), ("one", "segments_report", "new_clients", (2, 1, 0)),
    # without a day until the last contact, 03-09: 03-01 to 03-09, 02-01 to 02-09
    ("one", "channel_report", "new_clients", (2, 1, 0)),
    ("one", "report", "clients", (1,)), ("one", "report", "per_agent", (0, 0, NONE)),
    ("one", "contact_report", "followups", (2, 1, 0)), ("one", "contact_report", "valid_rate", (50, NONE, NONE)),
    ("one", "contact_report", "overdue_rate", (100,)), ("one", "segments_report", "churn", (100 / 3,)),
    ("one", "report", "first_reply", (20, NONE, NONE)), ("one", "lost_report", "lost", (1, 0, 0)),
    # the whole of February, January, and February a year ago; 韩梅 serves from the leap day on
    ("leap", "report", "viewings", (2, 2, 1)), ("leap", "report", "new_clients", (2, 2, 1)),
    ("leap", "report", "per_agent", (1, 2, 1)),
    # the leap day alone: the day before, and the last of that February
    ("leap", "contact_report", "viewings", (2, 0, 1)),
    # 02-24 to 03-01; 02-17 to 02-23; the same days of 2023
    ("leap", "segments_report", "new_clients", (3, 0, 2)),
    # 02-29 to 03-31; the 32 days before, from 01-28; 2023-02-28 to 03-31
    ("leap", "channel_report", "new_clients", (3, 1, 2)),
    # until the 28th, which ends February only in 2023: 02-01 to 02-28, 01-01 to 01-28, 2023-02-01 to 02-28
    ("leap_later", "report", "viewings", (0, 1, 1)),
    # February 2025, January 2025, and all 29 days of February 2024
    ("leap_later", "contact_report", "viewings", (0, 0, 2)),
    # all but one of them are 李雷's, of 一店: 2024, 2023 and 2023 again; a quarter, the one before, that of 2023
    ("leap_later", "segments_report", "new_clients", (4, 3, 3)), ("leap_later", "channel_report", "new_clients", (4, 1, 2)),
    # D1 and D4 of March; D2 and D5 fell through, and D3 of February
    ("returned", "report", "deals", (2, 0, 0)), ("returned", "report", "cancelled", (2, 1, 0)),
    ("returned", "report", "fee", (55_000, 0, 0)), ("returned", "report", "fee_got", (30_000, 0, 0)),
    ("returned", "commission_report", "fee_open", (25_000, 0, 0)), ("returned", "report", "per_head", (1, 0, NONE)),
    # of D1 and D4 that of C1, who came through an old client; C4's fell through
    ("returned", "report", "referral_of_deals", (50, NONE, NONE)), ("returned", "referral_report", "referred_deals", (1, 0, 0)),
    # C1, C2 and C4 saw a home, C1 and C2 signed; all four were met in February already
    ("returned", "report", "deal_rate", (200 / 3, NONE, NONE)), ("returned", "report", "client_rate", (50, 50, NONE)),
    # 13 days from 02-20 to 03-05, 38 from 02-10 to 03-20, not 28 to the one that fell through
    ("returned", "report", "deal_days", (25.5, NONE, NONE)), ("returned", "report", "repurchase", (0,)),
    ("returned", "channel_report", "deal_days", (38, NONE, NONE)),
    # names are themselves, not patterns: 1 + 3 + 4 of 一*店, 5 + 6 of 二?店
    ("names", "report", "viewings", (28, 0, 0)), ("names", "contact_report", "viewings", (1, 0, 0)),
    ("names", "segments_report", "new_clients", (8, 0, 0)), ("names", "channel_report", "new_clients", (5, 0, 0)),
    # a head without a term is a day; a 自定义 without a beginning, or one after its end, as well; hours and words do not count
    ("heads", "report", "viewings", (2, 0, 1)), ("heads", "contact_report", "viewings", (2, 0, 1)),
    ("heads", "segments_report", "new_clients", (2, 0, 1)), ("heads", "channel_report", "new_clients", (2, 2, 1)),
]  # fmt: skip


@pytest.mark.requirement("R95")
@pytest.mark.parametrize(("case", "key", "figure", "values"), FIGURES)
def test_a_figure_is_what_is_reckoned_by_hand(books, case, key, figure, values):
    """In this period, the one before, and a year ago."""
    row = row_of(page_of(key), figure)
    for cells in told(books, case, key):
        held = [cells[row, FIRST_VALUE + span] for span in range(len(values))]
        assert all(map(same, held, values)), held


TABLES = [
    ("returned", "commission_report", "people", "金额", {"李雷": 40_000, "韩梅": 15_000}),
    ("returned", "commission_report", "people", "笔数", {"李雷": 2, "韩梅": 1}),
    ("returned", "commission_report", "roles", "金额", {"成交": 45_000, "客源": 10_000}),
    ("returned", "commission_report", "types", "应收", {"买卖": 55_000, "租赁": 0}),
    ("returned", "commission_report", "months", "应收", {"2026-02": 0, "2026-03": 55_000}),
    ("returned", "staff_report", "result", "分佣", {"李雷": 40_000, "韩梅": 15_000}),
    ("returned", "staff_report", "result", "成交", {"李雷": 1, "韩梅": 1}),
    # C5 of who is not there any more and C6 of nobody are nobody's, and in the sum
    ("returned", "staff_report", "result", "在跟客户", {"李雷": 0, "韩梅": 0, "其他、离职": 2}),
    ("returned", "lost_report", "owner", "客户数", {"李雷": 1, "韩梅": 3, "其他、离职": 2}),
    # the deals of 韩梅's clients: D4 of C2, who came otherwise
    ("returned", "channel_report", "deals", "佣金应收", {"其他": 25_000, "老带新": 0}),
    ("one", "report", "sources", "新客户", {"老带新": 1, "(未填)": 1, "其他": 0}),
    ("leap", "report", "months", "带看", {"2023-12": 1, "2024-01": 2, "2024-02": 2}),
    ("names", "report", "overdue", "在跟", ODD_COUNTS),
    ("names", "lost_report", "owner", "客户数", {"<>李": 5, ">5": 6}),
    ("names", "staff_report", "result", "带看", {'王"二"': 3}),
]


@pytest.mark.requirement("R95", "F15")
@pytest.mark.parametrize(("case", "key", "block", "header", "values"), TABLES)
def test_a_table_is_what_is_reckoned_by_hand(books, case, key, block, header, values):
    page = page_of(key)
    column = column_of(page, block, header)
    for cells in told(books, case, key):
        assert {label: cells[row_labelled(page, block, label, cells), column] for label in values} == values


def test_the_appraisal_of_a_month_is_reckoned_from_its_target(books):
    """40,000 yuan in the 31 days of March against 20,000 a month of 30.4375 days: 196 %, 120 at most. 15,000: 73.636 %."""
    page = page_of("staff_report")
    column = column_of(page, "score", "业绩")
    for cells in told(books, "returned", "staff_report"):
        marks = {name: cells[row_labelled(page, "score", name, cells), column] for name in ("李雷", "韩梅")}
        assert marks == {"李雷": 120, "韩梅": pytest.approx(100 * 15_000 / (20_000 * 31 / 30.4375), abs=5e-7)}


def test_the_days_of_a_page_are_whole(books):
    """15:30 of a day is that day."""
    for cells in told(books, "heads", "channel_report"):
        assert serial(FEBRUARY) in {serial(c) if isinstance(c, dt.date) else c for c in cells.values()}
