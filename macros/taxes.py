"""Taxes and commission of the sale of a second-hand home: amount, formula in words, who pays, and the rows of 税费利率 behind each.

Unknown inputs are not guessed: each item is computed for all that they can be, and where that makes a difference the item says
「未知」 between which bounds, and what is missing. Every tax is rounded to the fen, half up.

The bases leave out VAT that is due (财税〔2016〕43号; for 契税 also 财政部 税务总局公告2021年第23号). Nobody pays 印花税 and 土地增值税 for a
home (财税〔2008〕137号). The rates are those of homes; for anything else all taxes are unknown. Of these documents 财税〔2016〕43号 and 公告
2021年第23号 rest on memory and are to be checked.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product
from typing import Any, NamedTuple

from macros.cost_settings import Cost
from macros.loan_plans import home_number
from macros.money import FEN, NOTHING_KNOWN, UNKNOWN, ZERO, Span, fen, plain, shown, span_of, yuan_of
from macros.rates import NoRate, Rate, Rates

HOLDS = ("不满二", "满二", "满五")
HOMES_BY_USE = ("住宅", "别墅")
RESERVED = ("公房", "经济适用", "限价", "央产")  # titles with which the state has a share in the price
BUYER, SELLER = "买方", "卖方"
EACH, NET = "各付", "净得"
DEED, VAT, SURCHARGES, INCOME = "契税", "增值税", "增值税附加", "个人所得税"
BUYER_FEE, SELLER_FEE = "佣金（买方）", "佣金（卖方）"
_BY_LAW = {DEED: BUYER, VAT: SELLER, SURCHARGES: SELLER, INCOME: SELLER, BUYER_FEE: BUYER, SELLER_FEE: SELLER}
_LABELS = {
    "area": "建筑面积", "hold": "持有年限", "sole": "是否唯一", "homes": "买方家庭已有几套住房", "original": "房屋原值"
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Sale:
    """A sale: price in yuan with VAT, area in ㎡ built. None or "" is unknown.

    `hold` is one of HOLDS; `sole`: the seller's household has no other home; `homes` that the buyer's household owns already; `original`:
    what the seller proves to have paid, with reasonable expenses, in yuan; `tax_mode`: 各付 (each by law) or 净得 (the buyer pays the
    seller's taxes as well; commission stays with each); `dwelling`: whether it is a home to tax law; `title` as in 房源.产权性质.
    """

    price: Decimal
    area: Decimal | None = None
    hold: str = ""
    sole: bool | None = None
    homes: int | None = None
    original: Decimal | None = None
    tax_mode: str = ""
    dwelling: bool = True
    title: str = ""


class CostItem(NamedTuple):
    """One item: its amount, how it comes about, who owes it by law and who pays it (未知 where nobody has agreed), what is missing."""

    name: str
    amount: Span
    formula: str
    owed_by: str
    paid_by: str
    missing: tuple[str, ...]
    rests_on: tuple[Rate, ...]


class Costs(NamedTuple):
    """All items of a sale, what buyer and what seller pays altogether, the price not counted, and what else there is to know."""

    items: tuple[CostItem, ...]
    buyer: Span
    seller: Span
    notes: tuple[str, ...]


class _Charge(NamedTuple):
    amount: Decimal | None
    words: str
    names: tuple[tuple[str, str], ...] = ()


_Charges = Mapping[str, _Charge]


def costs(sale: Sale, rates: Rates, cost: Cost) -> Costs:
    """Return taxes and commission of a sale."""
    unknown = _unknown(sale, rates, cost)
    choices = list(product(*unknown.values()))
    cases = [_charges(replace(sale, **dict(zip(unknown, choice, strict=True))), rates, cost) for choice in choices]
    items = []
    for name, owed_by in _BY_LAW.items():
        charges = [case[name] for case in cases]
        missing = _missing(list(unknown), choices, [charge.amount for charge in charges])
        items.append(_item(name, charges, missing, rates)._replace(owed_by=owed_by, paid_by=_payer(name, sale)))
    return Costs(tuple(items), _sum_of(BUYER, items, cases), _sum_of(SELLER, items, cases), _notes(sale))


def hold_of(bought: dt.date, sold: dt.date) -> str:
    """Return 不满二, 满二 or 满五 for the days of buying and selling; the day itself, two or five years later, counts as full."""
    full = [years for years in (2, 5) if sold >= _anniversary(bought, years)]
    return HOLDS[len(full)]


def sale_of(listing: Mapping[str, Any], homes: int | None, price_wan: float | None = None) -> Sale | None:
    """Return the sale of a row of 房源, None where it has no price or is let; at `price_wan` 万元 instead of its own price if given.

    `listing` has the keys of the columns (price, area, hold, sole, use, title, title_years, tax_mode, deal_type). A 公寓 is a home
    where its land is for 70 years.
    """
    price = listing["price"] if price_wan is None else price_wan
    if not price > 0 or listing["deal_type"] == "租":
        return None
    return Sale(
        price=fen(yuan_of(price)),
        area=Decimal(str(listing["area"])) if listing["area"] > 0 else None,
        hold=listing["hold"] if listing["hold"] in HOLDS else "",
        sole={"是": True, "否": False}.get(listing["sole"]),
        homes=homes,
        tax_mode=listing["tax_mode"],
        dwelling=_is_home(listing),
        title=listing["title"],
    )


def _is_home(listing: Mapping[str, Any]) -> bool:
    by_use = listing["use"] in HOMES_BY_USE or (listing["use"] == "公寓" and listing["title_years"] == "70")
    return bool(by_use and listing["title"] != "商住")


def _notes(sale: Sale) -> tuple[str, ...]:
    if sale.dwelling and sale.title in RESERVED:
        return (f"产权性质是「{sale.title}」: 上市时可能另缴土地出让金或土地收益, 没有算在内, 请问当地",)
    return ()


def _anniversary(day: dt.date, years: int) -> dt.date:
    """Return the same day years later; 29 February becomes the last of the month (民法典第二百零二条)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 2, 28)


def _unknown(sale: Sale, rates: Rates, cost: Cost) -> dict[str, Sequence[Any]]:
    """Return each input that is unknown, with values that stand for all that it can be."""
    found: dict[str, Sequence[Any]] = {}
    if sale.area is None:
        line = max((rate.value or ZERO for rate in rates.of([("契税面积线", "所有")])), default=ZERO)
        found["area"] = (line, line + FEN)
    if not sale.hold:
        found["hold"] = HOLDS
    if sale.sole is None:
        found["sole"] = (True, False)
    if sale.homes is None:
        found["homes"] = (0, 1, 2)
    if sale.original is None and cost.income_tax != "核定":
        found["original"] = (ZERO, sale.price)
    return found


def _missing(unknown: list[str], choices: list[tuple[Any, ...]], amounts: list[Decimal | None]) -> tuple[str, ...]:
    """Return what must be known for a certain amount: the inputs on which it depends."""
    found = []
    for at, name in enumerate(unknown):
        by_others: dict[tuple[object, ...], set[Decimal | None]] = {}
        for choice, amount in zip(choices, amounts, strict=True):
            by_others.setdefault((*choice[:at], *choice[at + 1 :]), set()).add(amount)
        if any(len(values) > 1 for values in by_others.values()):
            found.append(_LABELS[name])
    return tuple(found)


def _item(name: str, charges: list[_Charge], missing: tuple[str, ...], rates: Rates) -> CostItem:
    amount = span_of(charge.amount for charge in charges)
    said = next((charge.words for charge in charges if charge.amount is None), charges[0].words)
    if amount.known:
        formula = (
            f"{name} = {charges[0].words} = {amount.words}" if amount.low else f"{name} = 0 元（{charges[0].words}）"
        )
    elif amount == NOTHING_KNOWN:
        formula = f"{name} {UNKNOWN}: {said}"
    else:
        formula = f"{name} {amount.words}: 缺{'、'.join(missing)}"
    names = dict.fromkeys(used for charge in charges for used in charge.names)
    return CostItem(name, amount, formula, "", "", missing, rates.of(names))


def _payer(name: str, sale: Sale) -> str:
    if _BY_LAW[name] == BUYER or name == SELLER_FEE or sale.tax_mode == EACH:
        return _BY_LAW[name]
    return BUYER if sale.tax_mode == NET else UNKNOWN


def _sum_of(side: str, items: Iterable[CostItem], cases: Iterable[_Charges]) -> Span:
    """Return what one side pays: least without, most with what nobody has agreed upon."""
    sure = [item.name for item in items if item.paid_by == side]
    open_ = [item.name for item in items if item.paid_by == UNKNOWN]
    cases = list(cases)
    sums = [_sum(case[name].amount for name in names) for case in cases for names in (sure, sure + open_)]
    return span_of(sums)


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    total = ZERO
    for amount in amounts:
        if amount is None:
            return None
        total += amount
    return total


def _charges(sale: Sale, rates: Rates, cost: Cost) -> _Charges:
    """Return all charges of a sale of which everything is known; one that no rate tells has no amount."""
    found: dict[str, _Charge] = {}

    def charge(name: str, compute: Callable[[], _Charge]) -> _Charge:
        try:
            found[name] = compute() if sale.dwelling else _Charge(None, "「税费利率」只管住宅, 非住宅请问税务")
        except NoRate as problem:
            found[name] = _Charge(None, problem.what)
        return found[name]

    vat = charge(VAT, lambda: _vat(sale, rates))
    more = charge(SURCHARGES, lambda: _surcharges(_due(vat), rates, cost))
    charge(DEED, lambda: _deed(sale, _due(vat), rates))
    charge(INCOME, lambda: _income(sale, (vat, more), rates, cost))
    found[BUYER_FEE] = _fee(sale, cost.buyer_fee)
    found[SELLER_FEE] = _fee(sale, cost.seller_fee)
    return found


def _due(charge: _Charge) -> Decimal:
    """Return the amount of what another tax rests on. Raises NoRate where it is unknown."""
    if charge.amount is None:
        raise NoRate(charge.words)
    return charge.amount


def _vat(sale: Sale, rates: Rates) -> _Charge:
    name = VAT, "不满二" if sale.hold == "不满二" else "满二"
    percent = rates.value(*name)
    if not percent:
        return _Charge(ZERO, f"{sale.hold}, 免征", (name,))
    tax = fen(sale.price * percent / (100 + percent))
    rate = plain(percent)
    return _Charge(tax, f"{shown(sale.price)} ÷ (1 + {rate}%) × {rate}%（{sale.hold}）", (name,))


def _surcharges(vat: Decimal, rates: Rates, cost: Cost) -> _Charge:
    names = (("城建税", cost.place), ("教育费附加", "所有"), ("地方教育附加", "所有"), ("附加减征", "所有"))
    if not vat:
        return _Charge(ZERO, "没有增值税")
    *percents, relief = (rates.value(*name) for name in names)
    taxes = [fen(vat * percent / 100 * (100 - relief) / 100) for percent in percents]
    parts = " + ".join(f"{names[at][0]} {plain(percent)}%" for at, percent in enumerate(percents))
    less = f" × (1 − {plain(relief)}%)" if relief else ""
    return _Charge(sum(taxes, ZERO), f"增值税 {shown(vat)} × ({parts}){less}, 各自四舍五入到分", names)


def _deed(sale: Sale, vat: Decimal, rates: Rates) -> _Charge:
    home = home_number(sale.homes or 0)
    name, names, size = (DEED, home), [], ""
    if home != "三套及以上":
        line = rates.value("契税面积线")
        large = (sale.area or ZERO) > line
        name, size = (DEED, home + ("超线" if large else "不超线")), f", {'>' if large else '≤'}{plain(line)}㎡"
        names = [("契税面积线", "所有")]
    percent = rates.value(*name)
    words = f"{_base(sale, vat)} × {plain(percent)}%（{home}{size}）"
    return _Charge(fen((sale.price - vat) * percent / 100), words, (name, *names))


def _base(sale: Sale, vat: Decimal) -> str:
    return f"({shown(sale.price)} − 增值税 {shown(vat)})" if vat else shown(sale.price)


def _income(sale: Sale, taxes: tuple[_Charge, _Charge], rates: Rates, cost: Cost) -> _Charge:
    """Return the income tax; `taxes`: VAT and what is added to it. Raises NoRate where one that counts is unknown."""
    if sale.hold == "满五" and sale.sole:
        name = INCOME, "满五唯一"
        percent = rates.value(*name)
        return _Charge(fen(sale.price * percent / 100), "满五唯一, 免征" if not percent else "满五唯一", (name,))
    ways = {"核定": (_by_price,), "查实": (_by_gain,), "取低": (_by_price, _by_gain)}[cost.income_tax]
    return min((way(sale, taxes, rates) for way in ways), key=lambda charge: charge.amount or ZERO)


def _by_price(sale: Sale, taxes: tuple[_Charge, _Charge], rates: Rates) -> _Charge:
    name, vat = (INCOME, "核定"), _due(taxes[0])
    percent = rates.value(*name)
    return _Charge(fen((sale.price - vat) * percent / 100), f"{_base(sale, vat)} × {plain(percent)}%（核定）", (name,))


def _by_gain(sale: Sale, taxes: tuple[_Charge, _Charge], rates: Rates) -> _Charge:
    name, original = (INCOME, "查实"), sale.original or ZERO
    percent, vat, more = rates.value(*name), _due(taxes[0]), _due(taxes[1])
    gain = max(sale.price - vat - original - more, ZERO)
    less = f" − 附加 {shown(more)}" if more else ""
    words = f"({_base(sale, vat)} − 原值和费用 {shown(original)}{less}) × {plain(percent)}%（查实）"
    return _Charge(fen(gain * percent / 100), words if gain else f"{words}, 没有差额", (name,))


def _fee(sale: Sale, percent: float) -> _Charge:
    share = Decimal(str(percent))
    return _Charge(fen(sale.price * share / 100), f"{shown(sale.price)} × {plain(share)}%（设置: 购房成本）")
