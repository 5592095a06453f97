"""等额本息 and 等额本金: instalments, interest, the years of a loan, and the most that a monthly payment carries.

Every figure is computed exactly (50 digits) and rounded once, to the fen, half up; so 每月还款 × months differs from loan + interest by
less than half a fen per month. Within the years what is paid so far is rounded, not each year: they add up to loan and interest exactly.
A bank settles such fen with the last instalment.

With loan L, monthly rate r = rate per year / 12 and n months (the annuity of any textbook; what banks' calculators show):
等额本息 pays L·r·(1+r)ⁿ / ((1+r)ⁿ − 1) each month; 等额本金 pays L/n and the interest of what is still owed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import NamedTuple

from macros.money import FEN, ZERO, fen, whole_steps

EQUAL_PAYMENT, EQUAL_PRINCIPAL = "等额本息", "等额本金"
METHODS = (EQUAL_PAYMENT, EQUAL_PRINCIPAL)
_DIGITS = 50
_YEARLY_POINTS = Decimal(1200)  # percent per year -> a fraction per month


@dataclass(frozen=True)
class Loan:
    """One loan: yuan (whole fen), percent per year, months, and how it is paid back. Raises ValueError where it cannot be."""

    name: str
    amount: Decimal
    percent: Decimal
    months: int
    method: str = EQUAL_PAYMENT

    def __post_init__(self) -> None:
        if self.amount < 0 or self.amount != fen(self.amount):
            raise ValueError(f"{self.amount}: not an amount in fen")
        if self.percent < 0 or self.months < 1 or self.method not in METHODS:
            raise ValueError(f"{self.percent} %, {self.months} months, {self.method}: no such loan")


class Repayment(NamedTuple):
    """What is paid back, in yuan: the first and the last instalment, by how much one is less than the one before (等额本金), all interest,
    and everything that is paid.
    """

    first: Decimal
    last: Decimal
    step: Decimal
    interest: Decimal
    total: Decimal


class Year(NamedTuple):
    """One year of the plan, the first is 1: what is paid, of that principal and interest, and what is still owed at its end. In yuan."""

    year: int
    paid: Decimal
    principal: Decimal
    interest: Decimal
    balance: Decimal


def instalment(loan: Loan, month: int) -> Decimal:
    """Return what is due in a month, the first is 1; 0 after the last."""
    if month > loan.months:
        return ZERO
    with localcontext() as context:
        context.prec = _DIGITS
        if loan.method == EQUAL_PAYMENT:
            return fen(_level(loan))
        before, after = _paid(loan, month - 1), _paid(loan, month)
        return fen(sum(after, ZERO) - sum(before, ZERO))


def repayment(loans: Loan | Sequence[Loan]) -> Repayment:
    """Return what a loan, or several together (组合贷), cost. Several with different terms: the last instalment is that of the longest."""
    loans = _several(loans)
    months = max((loan.months for loan in loans), default=1)
    interest = sum((_rounded(loan, loan.months)[1] for loan in loans), ZERO)
    return Repayment(
        first=sum((instalment(loan, 1) for loan in loans), ZERO),
        last=sum((instalment(loan, months) for loan in loans), ZERO),
        step=sum((_step(loan) for loan in loans), ZERO),
        interest=interest,
        total=sum((loan.amount for loan in loans), ZERO) + interest,
    )


def yearly(loans: Loan | Sequence[Loan]) -> list[Year]:
    """Return the years of a loan, or of several together; the last may have less than twelve months."""
    loans = _several(loans)
    years: list[Year] = []
    owed, paid, borrowed = ZERO, ZERO, sum((loan.amount for loan in loans), ZERO)
    for end in range(12, max((loan.months for loan in loans), default=0) + 12, 12):
        parts = [_rounded(loan, min(end, loan.months)) for loan in loans]
        principal, interest = (sum((part[at] for part in parts), ZERO) for at in (0, 1))
        gone, due = principal - owed, interest - paid
        years.append(Year(end // 12, gone + due, gone, due, borrowed - principal))
        owed, paid = principal, interest
    return years


def most_for(payment: Decimal, percent: Decimal, months: int, method: str = EQUAL_PAYMENT) -> Decimal:
    """Return the largest loan in yuan, down to the fen, whose first instalment is not above `payment`."""
    if payment <= 0:
        return ZERO
    with localcontext() as context:
        context.prec = _DIGITS
        one = Loan("", Decimal(1), percent, months, method)
        first = _level(one) if method == EQUAL_PAYMENT else sum(_paid(one, 1), ZERO)
        return whole_steps(payment / first, FEN)


def _several(loans: Loan | Sequence[Loan]) -> Sequence[Loan]:
    return (loans,) if isinstance(loans, Loan) else loans


def _level(loan: Loan) -> Decimal:
    """Return the exact instalment of 等额本息."""
    if not loan.percent:
        return loan.amount / loan.months
    rate = loan.percent / _YEARLY_POINTS
    growth: Decimal = (1 + rate) ** loan.months
    return loan.amount * rate * growth / (growth - 1)


def _paid(loan: Loan, months: int) -> tuple[Decimal, Decimal]:
    """Return exactly how much principal and interest is paid after so many months."""
    if loan.method == EQUAL_PRINCIPAL:
        owed_months = months * (2 * loan.months - months + 1)
        interest = loan.amount * loan.percent * owed_months / (2 * loan.months * _YEARLY_POINTS)
        return loan.amount * months / loan.months, interest
    if not loan.percent:
        return loan.amount * months / loan.months, ZERO
    rate = 1 + loan.percent / _YEARLY_POINTS
    principal = loan.amount * (rate**months - 1) / (rate**loan.months - 1)
    return principal, _level(loan) * months - principal


def _rounded(loan: Loan, months: int) -> tuple[Decimal, Decimal]:
    with localcontext() as context:
        context.prec = _DIGITS
        principal, interest = _paid(loan, months)
        return fen(principal), fen(interest)


def _step(loan: Loan) -> Decimal:
    if loan.method == EQUAL_PAYMENT or loan.months == 1:
        return ZERO
    with localcontext() as context:
        context.prec = _DIGITS
        return fen(loan.amount * loan.percent / (loan.months * _YEARLY_POINTS))
