"""Instalments, interest and the years of a loan, held against published tables and sums done by hand."""

from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from macros.loans import EQUAL_PAYMENT, EQUAL_PRINCIPAL, METHODS, Loan, instalment, most_for, repayment, yearly
from macros.money import fen

HALF_FEN = D("0.005")
loans = st.builds(
    Loan,
    name=st.just("商贷"),
    amount=st.integers(0, 10**10).map(lambda fens: D(fens) / 100),
    percent=st.integers(0, 2400).map(lambda points: D(points) / 100),
    months=st.integers(1, 360),
    method=st.sampled_from(METHODS),
)


def loan(amount: str, percent: str, months: int, method: str = EQUAL_PAYMENT) -> Loan:
    return Loan("商贷", D(amount), D(percent), months, method)


@pytest.mark.parametrize(
    ("amount", "percent", "months", "monthly", "interest"),
    [
        # the example of every bank's calculator, 100 万元, 30 年, 基准利率 4.9% (人民银行 2015-10-24): 5,307.27 a month, 910,616.19
        ("1000000", "4.9", 360, "5307.27", "910616.19"),
        # the same over 20 years: 6,544.44 a month, 570,665.72
        ("1000000", "4.9", 240, "6544.44", "570665.72"),
        # 每万元月还款 of the tables that provident fund centres published for 3.25 % and 2.75 % (人民银行 2015-08-26)
        ("10000", "3.25", 360, "43.52", "5667.43"),
        ("10000", "3.25", 240, "56.72", "3612.70"),
        ("10000", "2.75", 60, "178.58", "714.69"),
        # 每万元月还款 of the tables for 4.75 % and 4.9 %
        ("10000", "4.75", 60, "187.57", "1254.15"),
        ("10000", "4.9", 120, "105.58", "2669.29"),
        # the press on 2025-05-07: 100 万元, 30 年 from 2.85 % to 2.6 % saves 132.17 a month and 4.76 万元 in all
        ("1000000", "2.85", 360, "4135.57", "488806.58"),
        ("1000000", "2.6", 360, "4003.40", "441222.96"),
        # of today's rates, worked out by hand in exact fractions, (1 + r)ⁿ by repeated multiplication: 公积金 2.1 % and 3.075 % (人民银行
        # 2025-05-08), LPR 3 % for five years and 3.5 % above (2025-05-20)
        ("600000", "2.1", 60, "10542.93", "32575.51"),
        ("800000", "3.075", 360, "3405.28", "425900.01"),
        ("800000", "3", 60, "14374.95", "62497.15"),
        ("2720000", "3.5", 360, "12214.02", "1677045.58"),
        # by hand, 1 % a month: 12,000 × 0.01 × 1.0201 / 0.0201 = 122.412 / 0.0201 = 6,090.149…; twice that − 12,000 = 180.298…
        ("12000", "12", 2, "6090.15", "180.30"),
        # one month: everything and one month's interest, 12,000 × 1.01
        ("12000", "12", 1, "12120.00", "120.00"),
        # no interest: 1,000 / 3
        ("1000", "0", 3, "333.33", "0.00"),
        # half a fen goes up: 1 × 1.005
        ("1", "6", 1, "1.01", "0.01"),
        ("0", "4.9", 360, "0.00", "0.00"),
    ],
)  # fmt: skip
def test_level_payments(amount: str, percent: str, months: int, monthly: str, interest: str) -> None:
    paid = repayment(loan(amount, percent, months))
    assert (paid.first, paid.last, paid.interest) == (D(monthly), D(monthly), D(interest))
    assert (paid.step, paid.total) == (0, D(amount) + D(interest))


@pytest.mark.parametrize(
    ("amount", "percent", "months", "first", "last", "step", "interest"),
    [
        # 100 万元, 30 年, 4.9 %, as the calculators show it. 1,000,000 / 360 = 2,777.78; × 4.9 % / 12 = 4,083.33 → 6,861.11;
        # last 2,777.78 × (1 + 4.9 % / 12) = 2,789.12; less by 2,777.78 × 4.9 % / 12 = 11.34;
        # interest L·r·(n + 1) / 2 = 4,083.33… × 180.5 = 737,041.67
        ("1000000", "4.9", 360, "6861.11", "2789.12", "11.34", "737041.67"),
        # 公积金 120 万元, 20 年, 2.6 % (2025-05-08): 5,000 + 2,600; last 5,000 × (1 + 2.6 % / 12) = 5,010.83; 2,600 × 241 / 2 = 313,300
        ("1200000", "2.6", 240, "7600", "5010.83", "10.83", "313300"),
        # 60 万元, 5 年, 2.1 %: 10,000 + 1,050; less by 17.50; last 10,017.50; 1,050 × 61 / 2 = 32,025
        ("600000", "2.1", 60, "11050", "10017.5", "17.5", "32025"),
        # second home 80 万元, 30 年, 3.075 %: 2,222.22 + 2,050 = 4,272.22; 2,222.22… × 1.0025625 = 2,227.92; 2,050 × 361 / 2 = 370,025
        ("800000", "3.075", 360, "4272.22", "2227.92", "5.69", "370025"),
        # 4,000 each month and 120, 80, 40
        ("12000", "12", 3, "4120", "4040", "40", "240"),
        ("12000", "12", 1, "12120", "12120", "0", "120"),
        ("1000", "0", 3, "333.33", "333.33", "0", "0"),
        # half a fen goes up: 1 + 0.005
        ("1", "6", 1, "1.01", "1.01", "0", "0.01"),
    ],
)
def test_equal_principal(
    amount: str, percent: str, months: int, first: str, last: str, step: str, interest: str
) -> None:
    paid = repayment(loan(amount, percent, months, EQUAL_PRINCIPAL))
    assert paid == tuple(map(D, (first, last, step, interest, str(D(amount) + D(interest)))))


def test_two_loans_together_and_after_the_end_of_the_shorter() -> None:
    # 4,000 + 120 and 1,000 + 10 in the first month; the second loan is over after two months: 4,040 alone in the third
    both = (loan("12000", "12", 3, EQUAL_PRINCIPAL), loan("2000", "6", 2, EQUAL_PRINCIPAL))
    paid = repayment(both)
    assert (paid.first, paid.last) == (D(5130), D(4040))
    assert paid.interest == D(240) + D(15)  # 2,000 × 0.5 % × 3 / 2
    assert instalment(both[1], 3) == 0
    assert repayment(()) == (0, 0, 0, 0, 0)


def test_the_years_by_hand() -> None:
    # 500 a month; interest 1 % of 12,000, 11,500, … 6,500 = 1,110, then of 6,000 … 500 = 390
    assert yearly(loan("12000", "12", 24, EQUAL_PRINCIPAL)) == [
        (1, D(7110), D(6000), D(1110), D(6000)),
        (2, D(6390), D(6000), D(390), D(0)),
    ]
    # 18 months without interest: twelve, then six
    assert [(year.paid, year.balance) for year in yearly(loan("18000", "0", 18))] == [(12000, 6000), (6000, 0)]
    assert yearly(()) == []


def test_the_first_year_of_the_well_known_loan() -> None:
    # after 12 months of 100 万元 at 4.9 % over 30 years a calculator shows 984,978.41 still owed
    first = yearly(loan("1000000", "4.9", 360))[0]
    assert (first.principal, first.interest, first.balance) == (D("15021.59"), D("48665.62"), D("984978.41"))


@settings(max_examples=60, deadline=None)
@given(loan=loans)
def test_the_years_add_up_to_the_fen(loan: Loan) -> None:
    years, paid = yearly(loan), repayment(loan)
    assert sum(year.principal for year in years) == loan.amount
    assert sum(year.interest for year in years) == paid.interest
    assert sum(year.paid for year in years) == paid.total
    assert years[-1].balance == 0
    assert len(years) == -(-loan.months // 12)
    assert all(year.principal >= 0 and year.interest >= 0 for year in years)


@settings(max_examples=60, deadline=None)
@given(loan=loans.filter(lambda loan: loan.method == EQUAL_PAYMENT))
def test_level_payments_differ_from_loan_and_interest_by_rounding_only(loan: Loan) -> None:
    paid = repayment(loan)
    assert abs(paid.first * loan.months - loan.amount - paid.interest) <= HALF_FEN * (loan.months + 1)


@settings(max_examples=20, deadline=None)
@given(loan=loans.filter(lambda loan: loan.months <= 60))
def test_every_month_as_fractions_have_it(loan: Loan) -> None:
    """A second way to the same: month by month, in exact fractions."""
    owed, rate, interest = Fraction(loan.amount), Fraction(loan.percent) / 1200, Fraction(0)
    growth = (1 + rate) ** loan.months
    level = owed * rate * growth / (growth - 1) if rate else owed / loan.months
    for month in range(1, loan.months + 1):
        due = owed * rate
        paid = level if loan.method == EQUAL_PAYMENT else Fraction(loan.amount) / loan.months + due
        assert abs(Fraction(instalment(loan, month)) - paid) <= Fraction(HALF_FEN)
        owed, interest = owed + due - paid, interest + due
    assert owed == 0
    assert abs(Fraction(repayment(loan).interest) - interest) <= Fraction(HALF_FEN)


@settings(max_examples=60, deadline=None)
@given(loan=loans.filter(lambda loan: loan.amount > 0))
def test_equal_principal_costs_no_more_interest(loan: Loan) -> None:
    level, equal = (Loan("", loan.amount, loan.percent, loan.months, method) for method in METHODS)
    assert repayment(equal).interest <= repayment(level).interest + D("0.01")


@pytest.mark.parametrize(
    ("payment", "percent", "months", "method", "most"),
    [
        ("10000", "0", 360, EQUAL_PAYMENT, "3600000"),
        # 6,090 / (0.01 × 1.0201 / 0.0201) = 6,090 × 0.0201 / 0.010201 = 11,999.7059…, rounded down
        ("6090", "12", 2, EQUAL_PAYMENT, "11999.70"),
        # first instalment L/3 + L/100 = 4,120 → L = 12,000
        ("4120", "12", 3, EQUAL_PRINCIPAL, "12000"),
        ("4119.99", "12", 3, EQUAL_PRINCIPAL, "11999.97"),
        ("0", "3.5", 360, EQUAL_PAYMENT, "0"),
        ("-5", "3.5", 360, EQUAL_PAYMENT, "0"),
    ],
)  # fmt: skip
def test_the_most_that_a_payment_carries(payment: str, percent: str, months: int, method: str, most: str) -> None:
    assert most_for(D(payment), D(percent), months, method) == D(most)


@settings(max_examples=60, deadline=None)
@given(loan=loans, payment=st.integers(100, 10**7).map(lambda fens: D(fens) / 100))
def test_the_most_is_the_most(loan: Loan, payment: D) -> None:
    most = most_for(payment, loan.percent, loan.months, loan.method)
    first = [
        instalment(Loan("", most + more, loan.percent, loan.months, loan.method), 1)
        for more in (D(0), D(loan.months * 10))
    ]
    assert first[0] <= payment < first[1]
    assert most == fen(most)


@pytest.mark.parametrize(
    ("amount", "percent", "months", "method"),
    [
        ("-1", "3", 12, EQUAL_PAYMENT), ("1.001", "3", 12, EQUAL_PAYMENT), ("1", "-3", 12, EQUAL_PAYMENT),
        ("1", "3", 0, EQUAL_PAYMENT), ("1", "3", 12, "随便"),
    ],
)  # fmt: skip
def test_impossible_loans_are_refused(amount: str, percent: str, months: int, method: str) -> None:
    with pytest.raises(ValueError, match=r"no such loan|not an amount"):
        loan(amount, percent, months, method)
