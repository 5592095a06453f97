"""Down payment, loan and instalment of a price by the rates of a day; what is unknown stays between bounds."""

import datetime as dt
from decimal import Decimal as D

import pandas as pd
import pytest

from macros.cost_settings import Cost
from macros.loan_plans import BANK, BOTH, CASH, FUND, LoanPlan, Wish, bank_rate, fund_rate, loan_plan, payment_allowed
from macros.loans import most_for
from macros.money import Span
from macros.rates import Rates, default_rates, read_rates
from tests.tables import tables_from

TODAY = dt.date(2026, 3, 1)
COST = Cost()


def rates(today: str = "2026-03-01", rows: str = "") -> Rates:
    shipped, findings = read_rates(tables_from(rows)["rates"], dt.date.fromisoformat(today))
    assert findings == []
    return shipped


def plan(way: str, homes: int | None = 0, today: str = "2026-03-01", **more: object) -> LoanPlan:
    return loan_plan(Wish(price=D(3_200_000), way=way, homes=homes, **more), rates(today), COST)  # type: ignore[arg-type]


def exactly(amount: str) -> Span:
    return Span(D(amount), D(amount))


@pytest.mark.requirement("R71")
def test_a_bank_loan() -> None:
    # 15 % of 3,200,000 (通知 2024-09-24); 2,720,000 over 30 years at LPR 3.5 % + 0: 44.90446877 per 万元 and month × 272 = 12,214.02
    found = plan(BANK)
    assert (found.down, found.borrowed, found.first) == (exactly("480000"), exactly("2720000"), exactly("12214.02"))
    assert found.interest == exactly("1677045.58")  # 12,214.0155084 × 360 − 2,720,000
    assert found.words == (
        "最低首付 = 3,200,000 × 15%（商贷, 首套） = 480,000 元",
        "首付 = 3,200,000 − 贷款 2,720,000 = 480,000 元",
        "商贷 2,720,000 元, 30 年, 年利率 3.5%, 等额本息: 每月 12,214.02 元, 利息共 1,677,045.58 元",
    )
    assert [rate.item for rate in found.rests_on] == ["商贷最低首付", "LPR", "商贷加点"]
    assert found.missing == ()


def test_a_loan_of_the_fund_is_capped_and_the_rest_is_paid_at_once() -> None:
    # 1,200,000 over 30 years at 2.6 %: 40.03397115 per 万元 × 120 = 4,804.08
    found = plan(FUND, fund_limit=D(1_200_000))
    assert (found.down, found.first) == (exactly("2000000"), exactly("4804.08"))


def test_both_loans_together() -> None:
    # 20 % down (银发〔2015〕98号); 120 万元 of the fund: 4,804.08; 136 万元 of the bank: 44.90446877 × 136 = 6,107.01
    found = plan(BOTH, fund_limit=D(1_200_000))
    assert (found.down, found.first) == (exactly("640000"), exactly("10911.09"))
    assert [(loan.name, loan.amount, loan.percent) for loan in found.loans] == [
        (FUND, 1_200_000, D("2.6")), (BANK, 1_360_000, D("3.5")),
    ]  # fmt: skip


def test_both_loans_together_by_equal_principal() -> None:
    # 120 万元 at 2.6 %: 3,333.33 + 2,600 = 5,933.33, last 3,340.56, interest 2,600 × 180.5 = 469,300; 136 万元 at 3.5 %: 3,777.78 + 3,966.67
    # = 7,744.44, last 3,788.80, interest 3,966.67 × 180.5 = 715,983.33
    found = plan(BOTH, fund_limit=D(1_200_000), method="等额本金")
    assert (found.first, found.last, found.interest) == (exactly("13677.77"), exactly("7129.36"), exactly("1185283.33"))


def test_cash_has_no_loan() -> None:
    found = plan(CASH, homes=None)
    assert (found.down, found.first, found.interest) == (exactly("3200000"), exactly("0"), exactly("0"))
    assert found.loans == found.missing == ()


def test_equal_principal_says_first_step_and_last() -> None:
    # 2,720,000 / 360 = 7,555.56; + 2,720,000 × 3.5 % / 12 = 7,933.33 → 15,488.89; less by 22.04; last 7,577.59;
    # interest 7,933.33… × 180.5 = 1,431,966.67
    found = plan(BANK, method="等额本金")
    assert (found.first, found.last, found.interest) == (
        exactly("15488.89"), exactly("7577.59"), exactly("1431966.67"),
    )  # fmt: skip
    assert "首月 15,488.89 元, 每月少还 22.04 元, 末月 7,577.59 元" in found.words[-1]


@pytest.mark.parametrize(
    ("price", "step", "down"),
    [
        ("3333000", 1.0, "503000"),  # 15 % = 499,950; the loan of 2,833,050 is rounded down to 2,830,000
        ("3333000", 0.0, "499950"),
        ("3333333.33", 0.0, "500000.00"),  # 15 % = 499,999.9995: down payments are rounded up to the fen
    ],
)
def test_loans_are_rounded_down_to_whole_steps(price: str, step: float, down: str) -> None:
    found = loan_plan(Wish(price=D(price), way=BANK, homes=0), rates(), Cost(loan_step=step))
    assert found.down == exactly(down)


def test_a_client_may_pay_more_at_once_but_not_less() -> None:
    assert plan(BANK, down=D(1_000_000)).down == exactly("1000000")
    assert plan(BANK, down=D(100_000)).down == exactly("480000")
    assert plan(BANK, down=D(9_000_000)).borrowed == exactly("0")


@pytest.mark.parametrize(
    ("today", "homes", "share"),
    [
        ("2024-05-16", 0, "20"), ("2024-05-17", 0, "15"), ("2024-05-16", 1, "30"), ("2024-05-17", 1, "25"),
        ("2024-09-23", 1, "25"), ("2024-09-24", 1, "15"), ("2024-09-24", 0, "15"),
    ],
)  # fmt: skip
def test_the_least_down_payment_of_its_day(today: str, homes: int, share: str) -> None:
    home = ("首套", "二套")[homes]
    assert rates(today).value("商贷最低首付", home) == D(share)
    if today >= "2024-05-18":  # before, there was no spread row
        assert plan(BANK, homes=homes, today=today).down == exactly(str(D(32_000) * D(share)))


@pytest.mark.parametrize(
    ("today", "years", "percent"),
    [
        ("2025-05-19", 30, "3.6"), ("2025-05-20", 30, "3.5"), ("2024-10-20", 30, "3.85"), ("2024-10-21", 30, "3.6"),
        ("2026-03-01", 6, "3.5"), ("2026-03-01", 5, "3"), ("2025-05-19", 5, "3.1"),
    ],
)  # fmt: skip
def test_the_rate_of_a_bank_loan(today: str, years: int, percent: str) -> None:
    assert bank_rate(years, "首套", rates(today)) == D(percent)


@pytest.mark.parametrize(
    ("today", "years", "home", "percent"),
    [
        ("2025-05-07", 30, "首套", "2.85"), ("2025-05-08", 30, "首套", "2.6"), ("2025-05-08", 6, "首套", "2.6"),
        ("2025-05-08", 5, "首套", "2.1"), ("2025-05-07", 5, "二套", "2.775"), ("2025-05-08", 5, "二套", "2.525"),
        ("2025-05-08", 6, "二套", "3.075"),
    ],
)  # fmt: skip
def test_the_rate_of_a_fund_loan(today: str, years: int, home: str, percent: str) -> None:
    assert fund_rate(years, home, rates(today)) == D(percent)


def test_basis_points_are_hundredths_of_a_percent_and_may_be_negative() -> None:
    rows = """税费利率
    | 生效日 | 项目 | 条件 | 数值 | 单位 |
    | 2025-05-20 | LPR | 5年期以上 | 3.5 | % |
    | 2025-05-20 | 商贷加点 | 首套 | -45 | 基点 |
    """
    assert bank_rate(30, "首套", rates(rows=rows)) == D("3.05")


def test_an_unknown_number_of_homes_matters_only_where_the_rates_differ() -> None:
    assert plan(BANK, homes=None).first == exactly("12214.02")  # first and second alike since 2024-09-24
    before = plan(BANK, homes=None, today="2024-09-23")
    assert before.down == Span(D(480_000), D(800_000))
    assert (before.loans, before.missing) == ((), ("买方家庭已有几套住房",))


def test_an_unknown_cap_of_the_fund_leaves_bounds() -> None:
    # between nothing and all of 2,560,000 of the fund: 2.6 % or 3.5 % of it over 30 years, 40.03397115 and 44.90446877 × 256
    found = plan(BOTH)
    assert found.down == exactly("640000")
    assert found.first == Span(D("10248.70"), D("11495.54"))
    assert found.missing == ("公积金最多能贷多少 (「税费利率」的公积金最高额, 或客户的额度)",)
    assert found.first.words == "未知（10,248.70–11,495.54 元）"


@pytest.mark.parametrize(("limit", "lent"), [(None, 1_000_000), (D(800_000), 800_000), (D(1_500_000), 1_000_000)])
def test_the_cap_of_the_city_and_of_the_client(limit: D | None, lent: int) -> None:
    capped = tables_from("""税费利率
    | 生效日 | 项目 | 条件 | 数值 | 单位 |
    | 2026-01-01 | 公积金最高额 | 首套 | 100 | 万元 |
    """)["rates"]
    held, _ = read_rates(pd.concat([default_rates(), capped], ignore_index=True), TODAY)
    found = loan_plan(Wish(price=D(3_200_000), way=FUND, homes=0, fund_limit=limit), held, COST)
    assert found.borrowed == exactly(str(lent))


def test_who_lends_for_a_third_home_is_not_guessed() -> None:
    found = plan(BANK, homes=2)
    assert found.first == Span(None, None)
    assert found.missing == ("「税费利率」里没有这天已生效的「商贷最低首付 三套及以上」, 请补一行",)


def test_the_term_is_capped_and_falls_back_to_the_setting() -> None:
    assert plan(BANK, years=40).loans[0].months == 360
    assert plan(BANK, years=10).loans[0].months == 120
    assert plan(BANK).loans[0].months == 360


@pytest.mark.parametrize(
    ("income", "debts", "fees", "allowed"),
    [
        # 银监发〔2004〕57号 第三十六条: at most 50 % for the home with its fees, 55 % for all debts
        (20_000, 0, 0, "10000"), (20_000, 1_000, 0, "10000"), (20_000, 1_001, 0, "9999"), (20_000, 3_000, 0, "8000"),
        (20_000, 0, 300, "9700"), (20_000, 3_000, 300, "7700"), (20_000, 11_000, 0, "0"), (20_000, 90_000, 0, "0"), (0, 0, 0, "0"),
    ],
)  # fmt: skip
def test_the_payment_that_an_income_carries(income: int, debts: int, fees: int, allowed: str) -> None:
    assert payment_allowed(D(income), D(debts), COST, D(fees)) == D(allowed)


def test_the_largest_loan_of_an_income() -> None:
    # 10,000 / 44.90446877 per 万元 = 222.6949… 万元
    allowed = payment_allowed(D(20_000), D(0), COST)
    assert most_for(allowed, bank_rate(30, "首套", rates()), 360) == D("2226949.84")
