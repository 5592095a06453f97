"""What a home costs a buyer by each way of paying: every figure with its formula and the dated rows of 税费利率 behind it.

What is unknown (how many homes the buyer owns, what the provident fund lends, how long the seller has held) is given by its bounds, with
the formula of each end, and as a question.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import product
from typing import Any, NamedTuple

from macros.cost_settings import Cost
from macros.loan_plans import BANK, BOTH, FUND, HOMES, LoanPlan, Wish, loan_plan
from macros.money import NOTHING_KNOWN, UNKNOWN, ZERO, Span, fen, plain, shown, yuan_of
from macros.rates import Rate, Rates
from macros.taxes import BUYER, EACH, HOLDS, NET, CostItem, Costs, Sale, costs, sale_of

WAYS = (BANK, FUND, BOTH)
HOMES_OWNED, FUND_LIMIT = "买方家庭已有几套住房", "公积金最多能贷多少"
QUESTIONS = {
    HOMES_OWNED: "家庭名下已有几套住房? 这决定首套还是二套",
    FUND_LIMIT: "公积金最多能贷多少? 请在公积金账户里查",
    "持有年限": "业主的房本满几年? 请看不动产证的日期",
    "是否唯一": "是不是业主家庭的唯一住房? 请业主查",
    "建筑面积": "建筑面积是多少? 请看不动产证",
    "房屋原值": "业主买入时的价格和凭证? 决定个人所得税",
}
"""What a computation lacks -> the question that settles it; the first two are the client's to answer, the others the agent's."""
OF_CLIENT = (HOMES_OWNED, FUND_LIMIT)
WHO_PAYS = "卖方的税费谁付? 请和业主约定（各付或净得）"


class Way(NamedTuple):
    """One way of paying: the plan, down payment with taxes and commission, and the least monthly income that it needs."""

    plan: LoanPlan
    cash: Span
    income: Span


class Priced(NamedTuple):
    """What a home costs. `full`: price with taxes and commission; `least`: what has to be there at once at the very least, None: unknown;
    `how` has a line per step of each computation, `ask` are questions to the client, `check` what the agent has to find out, `rests_on` rows
    of 税费利率.
    """

    ways: tuple[Way, ...]
    costs: Costs
    full: Span
    least: Decimal | None
    how: tuple[str, ...]
    ask: tuple[str, ...]
    check: tuple[str, ...]
    rests_on: tuple[Rate, ...]


def priced(listing: Mapping[str, Any], down_wan: float, rates: Rates, cost: Cost) -> Priced | None:
    """Return what a row of 房源 costs at its price; None where it has none. `down_wan`: what the client can pay at once, NaN: unknown."""
    sale = sale_of(listing, homes=None)
    if sale is None:
        return None
    down = fen(yuan_of(down_wan)) if down_wan > 0 else ZERO
    taxed = costs(sale, rates, cost)
    wishes = [Wish(price=sale.price, way=way, down=down) for way in WAYS]
    plans = [loan_plan(wish, rates, cost) for wish in wishes]
    how = [line for wish, plan in zip(wishes, plans, strict=True) for line in loan_lines(wish, plan, rates, cost)]
    how += [line for item in taxed.items for line in tax_lines(item, sale, rates, cost)]
    how += [f"首期要准备 = 首付（全款: 房价） + 买方税费和佣金; {_income_words(cost)}", *taxed.notes]
    figures: list[LoanPlan | CostItem] = [*plans, *taxed.items]
    missing = dict.fromkeys(lack for found in figures for lack in found.missing)
    rests_on = dict.fromkeys(rate for found in figures for rate in found.rests_on)
    ways = tuple(Way(plan, added(plan.down, taxed.buyer), income_for(plan.first, cost)) for plan in plans)
    bare = [loan_plan(Wish(price=sale.price, way=way), rates, cost).down for way in WAYS]
    least = min((cash.low for span in bare if (cash := added(span, taxed.buyer)).low is not None), default=None)
    ask = [question(lack) for lack in missing if lack.startswith(OF_CLIENT)]
    check = [question(lack) for lack in missing if not lack.startswith(OF_CLIENT)]
    check += [] if sale.tax_mode in (EACH, NET) else [WHO_PAYS]
    full = added(Span(sale.price, sale.price), taxed.buyer)
    return Priced(ways, taxed, full, least, tuple(how), tuple(ask), tuple(check), tuple(rests_on))


def added(first: Span, second: Span) -> Span:
    """Return the bounds of a sum."""
    if first.low is None or first.high is None or second.low is None or second.high is None:
        return NOTHING_KNOWN
    return Span(first.low + second.low, first.high + second.high)


def income_for(payment: Span, cost: Cost) -> Span:
    """Return the least monthly income that carries a first instalment, other debts and 物业费 not counted."""
    if payment.low is None or payment.high is None:
        return NOTHING_KNOWN
    share = Decimal(str(cost.payment_share)) / 100
    return Span(fen(payment.low / share), fen(payment.high / share))


def _income_words(cost: Cost) -> str:
    return f"月收入至少 = 首月月供 ÷ {plain(Decimal(str(cost.payment_share)))}%（设置: 购房成本, 未计物业费和其他债务）"


def question(lack: str) -> str:
    """Return what to ask for what a computation lacks; a row that 税费利率 lacks says so itself."""
    return next((asked for begin, asked in QUESTIONS.items() if lack.startswith(begin)), lack)


def said(span: Span) -> str:
    """Return an amount for a page: "156,000 元", "78,000–156,000 元（待定）" or 未知."""
    if span.low is None or span.high is None:
        return UNKNOWN
    return f"{shown(span.low)} 元" if span.known else f"{shown(span.low)}–{shown(span.high)} 元（待定）"


def loan_lines(wish: Wish, plan: LoanPlan, rates: Rates, cost: Cost) -> Iterator[str]:
    """Yield how a plan comes about; for one that is uncertain each case that its bounds stand for, those that say the same once."""
    if plan.words:
        yield f"{plan.way}: {'; '.join(plan.words)}"
        return
    owned: list[tuple[str, int | None]] = [("", None)]
    limits: list[tuple[str, Decimal | None]] = [("", None)]
    if HOMES_OWNED in plan.missing:
        owned = [(HOMES[0], 0), (HOMES[1], 1)]
    if any(lack.startswith(FUND_LIMIT) for lack in plan.missing):
        limits = [("公积金不贷", ZERO), ("公积金贷足", wish.price)]
    cases: dict[str, list[str]] = {}
    for (home, homes), (meant, limit) in product(owned, limits):
        one = loan_plan(replace(wish, homes=homes, fund_limit=limit), rates, cost)
        cases.setdefault("; ".join(one.words), []).append(", ".join(filter(None, (home, meant))))
    if set(cases) == {""}:
        yield f"{plan.way}: {UNKNOWN}: {'、'.join(plan.missing)}"
        return
    for words, names in cases.items():
        yield f"{plan.way}（{' / '.join(dict.fromkeys(names))}）: {words or UNKNOWN}"


def tax_lines(item: CostItem, sale: Sale, rates: Rates, cost: Cost) -> Iterator[str]:
    """Yield how an item comes about and who pays it; of one that is uncertain its least and its most."""
    who = f"{item.paid_by}承担" if item.paid_by != UNKNOWN else "谁承担还没有约定（税费方式）"
    if item.amount.known or item.amount.low is None:
        yield f"{item.formula}（{who}）"
        return
    ends = sorted(_ends(item, sale, rates, cost), key=lambda end: end[0])
    for word, (_, case, formula) in (("最少", ends[0]), ("最多", ends[-1])):
        yield f"{item.name}{word}（{case}）: {formula}（{who}）"


def _ends(item: CostItem, sale: Sale, rates: Rates, cost: Cost) -> Iterator[tuple[Decimal, str, str]]:
    """Yield amount, case in words and formula for everything that the missing inputs of an item can be."""
    unknown: dict[str, Sequence[tuple[str, Any]]] = {}
    if HOMES_OWNED in item.missing:
        unknown["homes"] = list(zip(HOMES, (0, 1, 2), strict=True))
    if "持有年限" in item.missing:
        unknown["hold"] = list(zip(HOLDS, HOLDS, strict=True))
    if "是否唯一" in item.missing:
        unknown["sole"] = [("唯一", True), ("不唯一", False)]
    if "建筑面积" in item.missing:
        unknown["area"] = [("面积小", Decimal(1)), ("面积大", Decimal(1000))]
    if "房屋原值" in item.missing:
        unknown["original"] = [("没有原值凭证", ZERO), ("原值和卖价一样", sale.price)]
    for choice in product(*unknown.values()):
        given = dict(zip(unknown, (value for _, value in choice), strict=True))
        found = next(one for one in costs(replace(sale, **given), rates, cost).items if one.name == item.name)
        if found.amount.low is not None:
            yield found.amount.low, "、".join(name for name, _ in choice), found.formula


def paid_by_buyer(found: Costs) -> Iterator[str]:
    """Yield what of taxes and commission the buyer pays, or may have to pay, as "契税 52,000 元"."""
    for item in found.items:
        if item.paid_by in (BUYER, UNKNOWN) and item.amount != Span(ZERO, ZERO):
            yield f"{item.name} {said(item.amount)}" + ("（谁付待定）" if item.paid_by == UNKNOWN else "")
