"""置业方案: which homes are put to a client, what speaks against them, and what they cost, held against figures computed here."""

import datetime as dt
import re
from decimal import Decimal

import pandas as pd
import pytest

from macros.cost_settings import Cost
from macros.money import Span
from macros.proposals import Proposal, made, proposals
from macros.proposals.costing import added, income_for, priced, question, said
from macros.rates import default_rates, read_rates
from macros.settings import Settings
from tests.shuffling import sample_tables, shuffled
from tests.tables import tables_from
from workbook.tables import Tables

TODAY = dt.date(2026, 3, 1)
RATES, _ = read_rates(default_rates(), TODAY)
HEAD = "| 房源ID | 交易 | 用途 | 挂牌价 | 区域 | 建筑面积 | 室 | 状态 | 不利因素 | 持有年限 | 唯一 | 税费方式 | 产权性质 | 亮点 | 图片视频 |"
LINE = "| {} | 售 | 住宅 | {} | 滨江 | 80 | 2 | 在售 | {} | 满五 | 是 | 各付 | 商品房 | 采光好 | {} |"
ABOUT = """
客户
| 客户ID | 姓名 | 归属人 | 购房资格 |
| C1     | 张伟 | 王店   | {eligible} |

需求
| 需求ID | 客户ID | 交易 | 用途 | 预算上限 | 意向区域 | 面积下限 | 室下限 | 首付能力 | 户型重要度 |
| Q1     | C1     | {way} | 住宅 | 250      | 滨江     | 60       | 2      | {down} | 必须 |

房源
"""


def tables_of(*homes: tuple[str, float, str], eligible: str = "有", down: str = "", way: str = "买") -> Tables:
    """Return the tables of a client and homes: id, price in 万元, 不利因素."""
    lines = [LINE.format(name, price, cons, "") for name, price, cons in homes]
    return tables_from(ABOUT.format(eligible=eligible, down=down, way=way) + "\n".join([HEAD, *lines]))


def one(tables: Tables) -> Proposal:
    (found,) = made(tables, TODAY, Settings(), ["C1"])
    return found


def annuity(loan: float, percent: float, months: int = 360) -> float:
    """Return the instalment of 等额本息 by the formula of any textbook."""
    rate = percent / 1200
    return loan * rate * (1 + rate) ** months / ((1 + rate) ** months - 1)


# which homes


@pytest.mark.requirement("R71", "R84")
def test_the_first_three_are_put_in_with_what_speaks_against_each():
    found = one(tables_of(("H1", 200, "临街"), ("H2", 210, "无"), ("H3", 220, "西晒"), ("H4", 230, "顶层漏水")))
    assert [home.listing_id for home in found.homes] == ["H1", "H2", "H3"]
    assert [home.cons for home in found.homes] == ["临街", "无", "西晒"]
    assert all(home.pros == "采光好" for home in found.homes)
    assert not any("不利因素" in home.gaps for home in found.homes)


@pytest.mark.requirement("R84")
def test_a_home_whose_faults_nobody_verified_is_left_out_and_named_with_its_cell():
    tables = tables_of(("H1", 200, ""), ("H2", 210, "无"))
    found = one(tables)
    assert [home.listing_id for home in found.homes] == ["H2"]
    (told,) = found.left_out
    assert told.home.startswith("H1 ")
    assert tables.cell("listings", 2, "cons") in told.told
    assert "!" not in told.words  # the client reads no addresses
    assert "可以放进方案的房源只有 1 套" in found.warnings


def test_more_homes_move_up_when_a_better_one_is_left_out():
    found = one(tables_of(("H1", 200, ""), ("H2", 210, "无"), ("H3", 220, "无"), ("H4", 230, "无")))
    assert [home.listing_id for home in found.homes] == ["H2", "H3", "H4"]


def test_a_home_that_fails_what_the_client_must_have_is_not_put_in():
    tables = tables_of(("H1", 200, "无"), ("H2", 210, "无"))
    listings = tables["listings"].copy()
    listings.loc[2, "rooms"] = 1
    assert [home.listing_id for home in one(tables.updated({}, {"listings": listings})).homes] == ["H2"]


def test_a_client_who_rents_has_no_proposal():
    assert made(tables_of(("H1", 200, "无"), way="租"), TODAY, Settings(), ["C1"]) == []


def test_a_client_whom_nothing_fits_has_a_proposal_without_homes_and_no_row():
    tables = tables_of(("H1", 900, "无"))
    listings = tables["listings"].assign(district="别处", rooms=1.0)
    found = proposals(tables.updated({}, {"listings": listings}), TODAY, Settings(), ["C1"])
    assert found.figures == {"proposals": 1, "homes": 0}
    assert found.results["proposals"].empty


# what they cost


@pytest.mark.requirement("R71")
def test_the_figures_of_a_home_agree_with_the_formula_of_the_textbook():
    """200 万, 100 万 down: 100 万 for 30 years at LPR 3.5 % (2025-05-20) without a spread; 契税 1 % up to 140 ㎡ (2024-12-01)."""
    (home,) = one(tables_of(("H1", 200, "无"), down="100")).homes
    assert home.costs
    bank = home.costs.ways[0]
    assert bank.plan.down == bank.plan.borrowed == Span(Decimal(1_000_000), Decimal(1_000_000))
    assert bank.plan.first.known
    assert float(bank.plan.first.low) == pytest.approx(annuity(1_000_000, 3.5), abs=0.005)
    assert bank.plan.first.low == Decimal("4490.45")  # what the calculators of banks show
    assert home.costs.costs.buyer == Span(
        Decimal(40_000), Decimal(80_000)
    )  # 契税 20,000 to 60,000 (third home), commission 20,000
    assert bank.cash == Span(Decimal(1_040_000), Decimal(1_080_000))
    assert bank.income == Span(Decimal("8980.90"), Decimal("8980.90"))  # half of it may be the instalment


@pytest.mark.requirement("R71")
def test_what_nobody_knows_stands_as_bounds_with_a_question_and_the_formula_of_each_end():
    (home,) = one(tables_of(("H1", 200, "无"), down="100")).homes
    assert home.costs
    _, fund, both = home.costs.ways
    assert fund.plan.down == Span(Decimal(1_000_000), Decimal(2_000_000))
    assert float(both.plan.first.low) == pytest.approx(
        annuity(1_000_000, 2.6), abs=0.005
    )  # all of it from the fund, first home
    assert float(both.plan.first.high) == pytest.approx(annuity(1_000_000, 3.5), abs=0.005)  # none of it
    assert any(asked.startswith("家庭名下已有几套住房?") for asked in home.costs.ask)
    assert any(asked.startswith("公积金最多能贷多少?") for asked in home.costs.ask)
    how = "\n".join(home.costs.how)
    assert "契税最少（首套）: 契税 = 2,000,000 × 1%" in how
    assert "契税最多（三套及以上）: 契税 = 2,000,000 × 3%" in how
    assert "公积金（首套, 公积金贷足）" in how


def test_what_the_agent_has_to_find_out_is_not_asked_of_the_client():
    tables = tables_of(("H1", 200, "无"))
    listings = tables["listings"].assign(sole="待核", tax_mode="")
    found = one(tables.updated({}, {"listings": listings}))
    assert [told[:2] for told in found.check] == ["H1", "H1"]
    assert any("唯一住房" in told for told in found.check)
    assert any("卖方的税费谁付" in told for told in found.check)
    assert not any("业主" in asked for asked in found.ask)


def test_every_figure_rests_on_a_row_with_its_day_and_source():
    found = one(tables_of(("H1", 200, "无")))
    told = [rate.words for rate in found.rests_on]
    assert all(re.search(r"\d{4}-\d\d-\d\d 起, .+", words) for words in told)
    for item in ("LPR 5年期以上", "商贷最低首付", "公积金利率", "契税", "增值税", "个人所得税"):
        assert any(words.startswith(item) for words in told), item


def test_rates_of_the_sheet_are_taken_and_a_missing_one_is_said_not_guessed():
    row = "| 2026-01-01 | LPR | 5年期以上 | 4.2 | % |"
    text = ABOUT.format(eligible="有", down="100", way="买") + "\n".join([HEAD, LINE.format("H1", 200, "无", "")])
    found = one(tables_from(f"{text}\n\n税费利率\n| 生效日 | 项目 | 条件 | 数值 | 单位 |\n{row}"))
    (home,) = found.homes
    assert home.costs
    assert home.costs.ways[0].plan.down == Span(None, None)
    assert any("商贷最低首付" in asked and "请补一行" in asked for asked in found.check)
    assert said(Span(None, None)) == "未知"


def test_a_home_without_a_price_is_put_in_without_figures():
    tables = tables_of(("H1", 200, "无"))
    listing = next(tables["listings"].assign(price=float("nan")).itertuples())
    assert priced(listing._asdict(), 100.0, RATES, Cost()) is None


@pytest.mark.parametrize(
    ("first", "second", "total"),
    [
        (Span(Decimal(1), Decimal(2)), Span(Decimal(10), Decimal(20)), Span(Decimal(11), Decimal(22))),
        (Span(None, None), Span(Decimal(1), Decimal(1)), Span(None, None)),
        (Span(Decimal(1), Decimal(1)), Span(None, None), Span(None, None)),
    ],
)
def test_bounds_are_added_and_the_unknown_stays_unknown(first, second, total):
    assert added(first, second) == total


def test_the_least_income_is_the_instalment_over_its_share():
    assert income_for(Span(Decimal(3000), Decimal(4500)), Cost(payment_share=30)) == Span(
        Decimal(10_000), Decimal(15_000)
    )
    assert income_for(Span(None, None), Cost()) == Span(None, None)


def test_an_amount_that_is_not_certain_says_so():
    assert said(Span(Decimal(1500), Decimal(1500))) == "1,500 元"
    assert said(Span(Decimal(1500), Decimal("2500.5"))) == "1,500–2,500.50 元（待定）"
    assert question("别的") == "别的"


# what to know first, what to ask


@pytest.mark.parametrize(
    ("eligible", "asked", "warned"),
    [("有", False, False), ("待核", True, False), ("", True, False), ("无", False, True)],
)
def test_the_right_to_buy_is_asked_for_or_warned_of(eligible, asked, warned):
    found = one(tables_of(("H1", 200, "无"), ("H2", 201, "无"), ("H3", 202, "无"), eligible=eligible))
    assert any("购房资格还没有核实" in text for text in found.ask) == asked
    assert any("购房资格是「无」" in text for text in found.warnings) == warned


@pytest.mark.parametrize(("down", "short"), [("34", False), ("33.9", True), ("", False)])
def test_a_down_payment_that_does_not_reach_is_warned_of_on_both_sides_of_the_line(down, short):
    """200 万: 30 万 down (15 %) at the least, 2 万 契税 and 2 万 commission: 34 万."""
    found = one(tables_of(("H1", 200, "无"), down=down))
    assert any("首付能力" in text for text in found.warnings) == short


# the sheet


def test_rows_of_other_clients_and_their_words_stay_as_they_stand():
    tables = tables_of(("H1", 200, "无"))
    other = pd.DataFrame([{"client_id": "C9", "listing_id": "H9", "no": "1", "said": "再想想"}], index=[2])
    found = proposals(tables.updated({}, {"proposals": other}), TODAY, Settings(), ["C1"]).results["proposals"]
    assert found[["client_id", "listing_id"]].values.tolist() == [["C1", "H1"], ["C9", "H9"]]
    assert found["said"].tolist() == ["", "再想想"]


def test_a_row_tells_figures_formulas_rates_and_questions_in_words():
    row = proposals(tables_of(("H1", 200, "临街"), down="100"), TODAY, Settings(), ["C1"]).results["proposals"].iloc[0]
    assert row["cons"] == "临街"
    assert row["bank"].split("; ")[:3] == ["首付 1,000,000 元", "贷款 1,000,000 元", "月供 4,490.45 元"]
    assert "最低首付 = 2,000,000 × 15%" in row["how"]
    assert not any("\n" in str(value) for value in row)  # rows of the sheet are one line high
    assert "LPR 5年期以上 3.5%（2025-05-20 起" in row["rests_on"]
    assert "家庭名下已有几套住房?" in row["ask"]
    assert row["cash"].split("; ")[0] == "商贷 1,040,000–1,080,000 元（待定）"


def test_the_order_of_rows_changes_nothing():
    tables = sample_tables("small", TODAY)
    ids = tables["clients"]["client_id"].tolist()[:12]
    told = [
        [
            (one.client_id, [(h.listing_id, h.costs and h.costs.ways) for h in one.homes], one.warnings)
            for one in made(t, TODAY, Settings(), ids)
        ]
        for t in (tables, shuffled(tables))
    ]
    assert told[0] == told[1]
    assert any(homes for _, homes, _ in told[0])


# who gets one, and what is said instead


@pytest.mark.parametrize("status", ["暂停", "已满足", "取消"])
def test_a_need_that_is_no_longer_open_is_neither_served_nor_told_of(status):
    tables = tables_of(("H1", 200, "无"))
    needs = tables["requests"]
    closed = tables.updated({}, {"requests": needs.assign(req_status=status)})
    assert made(closed, TODAY, Settings(), ["C1"]) == []
    second = pd.concat([needs, needs.assign(req_id="Q2", req_status=status)], ignore_index=True)
    second.index = pd.RangeIndex(2, 4)
    assert [need[:2] for need in one(tables.updated({}, {"requests": second})).needs] == ["Q1"]


def test_a_client_whom_nothing_fits_is_told_why_in_the_words_of_the_match():
    tables = tables_of(("H1", 900, "无"))
    listings = tables["listings"].assign(district="别处", rooms=1.0)
    (reason,) = one(tables.updated({}, {"listings": listings})).why_none
    assert "房源" in reason
    assert one(tables_of(("H1", 200, "无"))).why_none == ()


# what speaks against a home, whatever column says it


@pytest.mark.requirement("R84")
@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"mortgage": 120.5}, "有抵押, 余额约 120.5 万元"), ({"mortgage": 0.0}, "无"),
        ({"lease_to": pd.Timestamp("2026-03-01")}, "已出租, 租约到 2026-03-01"), ({"lease_to": pd.Timestamp("2026-02-28")}, "无"),
        ({"occupancy": "出租"}, "正在出租"), ({"occupancy": "出租", "lease_to": pd.Timestamp("2026-02-28")}, "无"),
        ({"hukou": "有"}, "户口还没有迁出"), ({"hukou": "待核"}, "无"), ({"school_used": "已占"}, "学位已占用"), ({"school_used": "未占"}, "无"),
        ({"co_owned": True}, "有共有人, 要一起签字"), ({"co_owned": False}, "无"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("written", ["无", "临街"])
def test_what_the_columns_of_a_home_say_against_it_stands_behind_what_was_written(columns, told, written):
    tables = tables_of(("H1", 200, written))
    listings = tables["listings"].assign(
        **{key: pd.Series([value], index=[2], dtype=object) for key, value in columns.items()}
    )
    (home,) = one(tables.updated({}, {"listings": listings})).homes
    assert home.cons == ("; ".join(part for part in (written, told) if part != "无") or "无")


def test_what_the_figures_leave_out_is_known_first():
    tables = tables_of(("H1", 200, "无"))
    found = one(tables.updated({}, {"listings": tables["listings"].assign(title="央产")}))
    assert any(told.startswith("H1: 产权性质是「央产」: 上市时可能另缴土地出让金") for told in found.warnings)


def test_a_need_without_a_budget_is_a_question_to_the_client_and_no_task_of_the_agent():
    tables = tables_of(("H1", 200, "无"), ("H2", 201, "无"))
    found = one(tables.updated({}, {"requests": tables["requests"].assign(budget_max=float("nan"))}))
    assert [asked for asked in found.ask if "预算" in asked] == ["预算有什么要求? 「需求」里还没有写"]
    assert not any("预算" in told for told in found.check)


def test_the_whole_price_at_once_is_a_way_of_paying_too():
    """200 万; 契税 1 % to 3 %, commission 1 %."""
    row = proposals(tables_of(("H1", 200, "无")), TODAY, Settings(), ["C1"]).results["proposals"].iloc[0]
    assert row["cash"].split("; ")[-1] == "全款 2,040,000–2,080,000 元（待定）"
    assert "公积金额度没问清" in row["fund"]
    assert "公积金额度没问清" in row["both"]
    assert "公积金额度没问清" not in row["bank"]
