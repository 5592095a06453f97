"""How a price is financed: down payment, loan and instalments by 全款, 商贷, 公积金 and 组合贷, from the rates of 税费利率.

What is not known (the buyer's homes, the most that the provident fund lends) is not guessed: every possibility is computed, and a
figure that is not the same in all of them is given with its bounds. Of homes these are the first and the second: whether anybody
lends for a third is for the bank to say, and unknown unless 税费利率 has rows for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from macros.cost_settings import Cost
from macros.loans import Loan, Repayment, repayment
from macros.money import FEN, NOTHING_KNOWN, WAN, ZERO, Span, plain, shown, span_of, whole_steps, yuan_of
from macros.rates import NoRate, Rate, Rates

CASH, BANK, FUND, BOTH = "全款", "商贷", "公积金", "组合贷"
WAYS = (CASH, BANK, FUND, BOTH)
HOMES = ("首套", "二套", "三套及以上")
LONG = 5  # years: above, other rates hold


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is to be financed, in yuan.

    `homes` that the buyer's household owns already, None: unknown; `years` 0 and `method` "": as the settings say; `down`: the least that
    the buyer pays at once; `fund_limit`: what the provident fund lends this buyer, None: nobody has asked.
    """

    price: Decimal
    way: str
    homes: int | None = None
    years: int = 0
    method: str = ""
    down: Decimal = ZERO
    fund_limit: Decimal | None = None


class LoanPlan(NamedTuple):
    """How it is financed: spans in yuan; `loans` where they are certain, else (); `words`: a line for each step of the computation;
    `missing`: what must be known for certain figures; `rests_on`: the rows of 税费利率.
    """

    way: str
    down: Span
    borrowed: Span
    first: Span
    last: Span
    interest: Span
    loans: tuple[Loan, ...]
    words: tuple[str, ...]
    missing: tuple[str, ...]
    rests_on: tuple[Rate, ...]


class _Case(NamedTuple):
    down: Decimal
    loans: tuple[Loan, ...]
    paid: Repayment
    words: tuple[str, ...]
    names: tuple[tuple[str, str], ...]


def home_number(homes: int) -> str:
    """Return which home the next one is to a household that owns so many."""
    return HOMES[min(homes, 2)]


def loan_plan(wish: Wish, rates: Rates, cost: Cost) -> LoanPlan:
    """Return how a wish is financed. A rate that 税费利率 does not have makes everything unknown, and `missing` says which."""
    try:
        wishes = list(_possible(wish, rates))
        cases = [_case(each, rates, cost) for each in wishes]
    except NoRate as problem:
        return _unknown(wish, problem)
    certain = len({(case.down, case.loans) for case in cases}) == 1
    names = dict.fromkeys(name for case in cases for name in case.names)
    return LoanPlan(
        way=wish.way,
        down=span_of(case.down for case in cases),
        borrowed=span_of(wish.price - case.down for case in cases),
        first=span_of(case.paid.first for case in cases),
        last=span_of(case.paid.last for case in cases),
        interest=span_of(case.paid.interest for case in cases),
        loans=cases[0].loans if certain else (),
        words=cases[0].words if certain else (),
        missing=_missing(wishes, cases),
        rests_on=rates.of(names),
    )


def _unknown(wish: Wish, problem: NoRate) -> LoanPlan:
    nothing = NOTHING_KNOWN
    return LoanPlan(wish.way, nothing, nothing, nothing, nothing, nothing, (), (), (problem.what,), ())


def payment_allowed(income: Decimal, debts: Decimal, cost: Cost, home_fees: Decimal = ZERO) -> Decimal:
    """Return the largest instalment in yuan that a monthly income carries beside `debts` (other instalments) and `home_fees` (物业费)."""
    for_home = income * Decimal(str(cost.payment_share)) / 100 - home_fees
    for_all = income * Decimal(str(cost.debt_share)) / 100 - debts - home_fees
    return max(whole_steps(min(for_home, for_all), FEN), ZERO)


def bank_rate(years: int, home: str, rates: Rates) -> Decimal:
    """Return the rate of a 商贷 in percent per year: LPR and basis points. Raises NoRate."""
    return rates.value("LPR", _lpr(years)) + rates.value("商贷加点", home) / 100


def fund_rate(years: int, home: str, rates: Rates) -> Decimal:
    """Return the rate of a 公积金贷款 in percent per year. Raises NoRate."""
    return rates.value("公积金利率", _fund_case(years, home))


def _lpr(years: int) -> str:
    return "5年期以上" if years > LONG else "1年期"


def _fund_case(years: int, home: str) -> str:
    return f"{home}{'5年以上' if years > LONG else '5年及以下'}"


def _possible(wish: Wish, rates: Rates) -> Iterator[Wish]:
    """Yield the wish with everything known, in all ways that it can be."""
    if wish.way == CASH:
        yield replace(wish, homes=0)
        return
    for homes in (0, 1) if wish.homes is None else (wish.homes,):
        limits = [_limit(wish, home_number(homes), rates)] if wish.way in (FUND, BOTH) else [ZERO]
        for limit in [ZERO, wish.price] if limits == [None] else limits:
            yield replace(wish, homes=homes, fund_limit=limit)


def _limit(wish: Wish, home: str, rates: Rates) -> Decimal | None:
    """Return the most that the fund lends: the smaller of what the city allows and what this buyer gets, as far as known; None: neither."""
    cap = rates.find("公积金最高额", home).value
    known = [limit for limit in (cap and cap * WAN, wish.fund_limit) if limit is not None]
    return min(known) if known else None


def _missing(wishes: list[Wish], cases: list[_Case]) -> tuple[str, ...]:
    """Return what must be known: the inputs that change a loan while the other stays."""
    found = [(wish.homes, wish.fund_limit, (case.down, case.loans)) for wish, case in zip(wishes, cases, strict=True)]
    by_homes = [{loans for homes, _, loans in found if homes == each} for each in {homes for homes, _, _ in found}]
    said = ["买方家庭已有几套住房"] if any(loans != by_homes[0] for loans in by_homes) else []
    if any(len(loans) > 1 for loans in by_homes):
        said.append("公积金最多能贷多少 (「税费利率」的公积金最高额, 或客户的额度)")
    return tuple(said)


def _case(wish: Wish, rates: Rates, cost: Cost) -> _Case:
    """Return what becomes of a wish of which all is known."""
    home = home_number(wish.homes or 0)
    years = min(wish.years or cost.years, cost.most_years)
    down, names, words = _down(wish, home, rates)
    step = yuan_of(cost.loan_step)
    needed = whole_steps(wish.price - down, step) if wish.way != CASH else ZERO
    fund = min(needed, whole_steps(wish.fund_limit or ZERO, step)) if wish.way in (FUND, BOTH) else ZERO
    bank = needed - fund if wish.way in (BANK, BOTH) else ZERO
    method = wish.method or cost.method
    loans = []
    if fund:
        loans.append(Loan(FUND, fund, fund_rate(years, home, rates), years * 12, method))
        names.append(("公积金利率", _fund_case(years, home)))
    if bank:
        loans.append(Loan(BANK, bank, bank_rate(years, home, rates), years * 12, method))
        names += [("LPR", _lpr(years)), ("商贷加点", home)]
    down, paid = wish.price - fund - bank, repayment(loans)
    words += [f"首付 = {shown(wish.price)} − 贷款 {shown(fund + bank)} = {shown(down)} 元", *map(_said, loans)]
    return _Case(down, tuple(loans), paid, tuple(words), tuple(names))


def _down(wish: Wish, home: str, rates: Rates) -> tuple[Decimal, list[tuple[str, str]], list[str]]:
    """Return the least down payment in yuan (up to the fen), the rates behind it, and how it comes about. Raises NoRate."""
    if wish.way == CASH:
        return wish.price, [], []
    items = {BANK: ["商贷最低首付"], FUND: ["公积金最低首付"], BOTH: ["商贷最低首付", "公积金最低首付"]}[wish.way]
    share = max(rates.value(item, home) for item in items)
    least = (wish.price * share / 100).quantize(FEN, ROUND_CEILING)
    names = [(item, home) for item in items]
    if wish.way != BANK:
        names.append(("公积金最高额", home))
    words = [f"最低首付 = {shown(wish.price)} × {plain(share)}%（{wish.way}, {home}） = {shown(least)} 元"]
    if wish.down > least:
        words.append(f"客户首付 {shown(wish.down)} 元, 高于最低首付")
    return min(max(least, wish.down), wish.price), names, words


def _said(loan: Loan) -> str:
    paid = repayment(loan)
    each = f"每月 {shown(paid.first)} 元"
    if paid.step or paid.first != paid.last:
        each = f"首月 {shown(paid.first)} 元, 每月少还 {shown(paid.step)} 元, 末月 {shown(paid.last)} 元"
    term = f"{loan.months // 12} 年, 年利率 {plain(loan.percent)}%, {loan.method}"
    return f"{loan.name} {shown(loan.amount)} 元, {term}: {each}, 利息共 {shown(paid.interest)} 元"
