"""Taxes and commission of a sale, worked out by hand from the documents named; on both sides of every line and of every day."""

import datetime as dt
from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from macros.cost_settings import Cost
from macros.money import NOTHING_KNOWN, Span
from macros.rates import Rates, default_rates, read_rates
from macros.taxes import DEED, HOLDS, INCOME, SURCHARGES, VAT, CostItem, Costs, Sale, costs, hold_of, sale_of
from tests.tables import tables_from

COST = Cost()
TODAY = "2026-03-01"


def rates(day: str = TODAY) -> Rates:
    return read_rates(default_rates(), dt.date.fromisoformat(day))[0]


def sale(**given: object) -> Sale:
    """Return a sale with everything known: 3,200,000, 89 ㎡, 满五唯一, the buyer's first home."""
    known = {"price": D(3_200_000), "area": D(89), "hold": "满五", "sole": True, "homes": 0, "tax_mode": "各付"}
    return Sale(**(known | given))  # type: ignore[arg-type]


def item(name: str, found: Costs) -> CostItem:
    return next(each for each in found.items if each.name == name)


def amount(name: str, given: Sale, day: str = TODAY, cost: Cost = COST) -> str:
    found = item(name, costs(given, rates(day), cost)).amount
    assert found.known
    return str(found.low)


# 契税 ---------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R71", "R73")
@pytest.mark.parametrize(
    ("day", "homes", "area", "tax"),
    [
        # 公告2024年第16号, 一: from 2024-12-01, up to 140 ㎡ 1 %, above 1.5 % (first) or 2 % (second)
        ("2024-12-01", 0, "89", "32000"), ("2024-12-01", 0, "140", "32000"), ("2024-12-01", 0, "140.01", "48000"),
        ("2024-12-01", 1, "140", "32000"), ("2024-12-01", 1, "140.01", "64000"),
        # 财税〔2016〕23号, 一: before, the line is 90 ㎡
        ("2024-11-30", 0, "90", "32000"), ("2024-11-30", 0, "90.01", "48000"), ("2024-11-30", 0, "140", "48000"),
        ("2024-11-30", 1, "90", "32000"), ("2024-11-30", 1, "90.01", "64000"),
        # 契税法 第三条: 3 % at the least for the third, whatever its size
        ("2024-12-01", 2, "60", "96000"), ("2024-12-01", 5, "200", "96000"), ("2024-11-30", 2, "90", "96000"),
    ],
)  # fmt: skip
def test_deed_tax(day: str, homes: int, area: str, tax: str) -> None:
    assert D(amount(DEED, sale(homes=homes, area=D(area)), day)) == D(tax)


@pytest.mark.requirement("R71")
def test_the_formula_says_what_it_rests_on() -> None:
    found = item(DEED, costs(sale(), rates(), COST))
    assert found.formula == "契税 = 3,200,000 × 1%（首套, ≤140㎡） = 32,000 元"
    assert [(rate.item, rate.condition, str(rate.since)) for rate in found.rests_on] == [
        ("契税", "首套不超线", "2024-12-01"), ("契税面积线", "所有", "2024-12-01"),
    ]  # fmt: skip
    assert (found.owed_by, found.paid_by, found.missing) == ("买方", "买方", ())
    large = item(DEED, costs(sale(homes=1, area=D(150)), rates(), COST))
    assert large.formula == "契税 = 3,200,000 × 2%（二套, >140㎡） = 64,000 元"
    third = item(DEED, costs(sale(homes=2), rates(), COST))
    assert third.formula == "契税 = 3,200,000 × 3%（三套及以上） = 96,000 元"


# 增值税及附加 ---------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "price", "tax"),
    [
        # 36号 附件3: 全额 ÷ (1 + 5 %) × 5 %; the round figures of the tax offices' examples: 105 万 → 5 万
        ("2025-12-31", "1050000", "50000"),
        # 公告2025年第17号: 3 % from 2026-01-01; 103 万 → 3 万
        ("2026-01-01", "1030000", "30000"),
        # 3,200,000 / 21 = 152,380.952…; 3,200,000 × 3 / 103 = 93,203.883…
        ("2025-12-31", "3200000", "152380.95"), ("2026-01-01", "3200000", "93203.88"),
    ],
)  # fmt: skip
def test_vat_of_what_was_held_less_than_two_years(day: str, price: str, tax: str) -> None:
    assert D(amount(VAT, sale(price=D(price), hold="不满二"), day)) == D(tax)


@pytest.mark.parametrize("day", ["2024-11-30", "2024-12-01", "2025-12-31", "2026-01-01"])
@pytest.mark.parametrize("hold", ["满二", "满五"])
def test_two_years_are_free_of_vat(hold: str, day: str) -> None:
    found = item(VAT, costs(sale(hold=hold), rates(day), COST))
    assert found.amount == Span(D(0), D(0))
    assert found.formula == f"增值税 = 0 元（{hold}, 免征）"


@pytest.mark.parametrize(
    ("day", "place", "tax"),
    [
        # 2026: VAT 93,203.88, halved (公告2023年第12号): 7 % 3,262.1358 → 3,262.14; 3 % 1,398.0582 → 1,398.06; 2 % 932.0388 → 932.04
        ("2026-03-01", "市区", "5592.24"),
        # 5 %: 2,330.097 → 2,330.10; 1 %: 466.0194 → 466.02
        ("2026-03-01", "县城和镇", "4660.20"), ("2026-03-01", "其他", "2796.12"),
        # 2025: VAT 152,380.95: 5,333.33325 → 5,333.33; 2,285.71425 → 2,285.71; 1,523.8095 → 1,523.81; at once it would be 9,142.86
        ("2025-12-31", "市区", "9142.85"),
        # the halving began on 2023-01-01 and ends with 2027-12-31: 6,524.2716 → 6,524.27; 2,796.1164 → 2,796.12; 1,864.0776 → 1,864.08
        ("2027-12-31", "市区", "5592.24"), ("2028-01-01", "市区", "11184.47"),
    ],
)  # fmt: skip
def test_surcharges_each_rounded_to_the_fen(day: str, place: str, tax: str) -> None:
    assert D(amount(SURCHARGES, sale(hold="不满二"), day, Cost(place=place))) == D(tax)


def test_vat_is_no_part_of_the_base_of_other_taxes() -> None:
    # 财税〔2016〕43号: 3,200,000 − 93,203.88 = 3,106,796.12; 1 % = 31,067.9612 → 31,067.96
    given_sale = sale(hold="不满二", sole=False)
    assert D(amount(DEED, given_sale)) == D(amount(INCOME, given_sale)) == D("31067.96")
    found = item(DEED, costs(given_sale, rates(), COST))
    assert found.formula == "契税 = (3,200,000 − 增值税 93,203.88) × 1%（首套, ≤140㎡） = 31,067.96 元"


# 个人所得税 -----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hold", "sole", "tax"),
    [
        # 财税字〔1994〕020号: five years and the only home are free; both are needed
        ("满五", True, "0"), ("满五", False, "32000"), ("满二", True, "32000"), ("满二", False, "32000"),
    ],
)  # fmt: skip
def test_income_tax_by_price(hold: str, sole: bool, tax: str) -> None:
    assert D(amount(INCOME, sale(hold=hold, sole=sole))) == D(tax)


@pytest.mark.parametrize(
    ("way", "original", "tax"),
    [
        # 国税发〔2006〕108号: 20 % of 3,200,000 − 2,000,000; of 100,000; a loss is no gain; 核定 is 1 % of the price
        ("查实", "2000000", "240000"), ("查实", "3100000", "20000"), ("查实", "3200000", "0"), ("查实", "4000000", "0"),
        ("取低", "2000000", "32000"), ("取低", "3100000", "20000"), ("取低", "3040000", "32000"), ("取低", "3040000.05", "31999.99"),
        ("核定", "3100000", "32000"),
    ],
)  # fmt: skip
def test_income_tax_by_gain(way: str, original: str, tax: str) -> None:
    assert D(amount(INCOME, sale(hold="满二", original=D(original)), cost=Cost(income_tax=way))) == D(tax)


def test_the_gain_leaves_out_vat_and_what_is_added_to_it() -> None:
    # 3,200,000 − 93,203.88 − 2,000,000 − 5,592.24 = 1,101,203.88; 20 % = 220,240.776 → 220,240.78
    found = item(INCOME, costs(sale(hold="不满二", original=D(2_000_000)), rates(), Cost(income_tax="查实")))
    assert found.amount.low == D("220240.78")
    assert found.formula == (
        "个人所得税 = ((3,200,000 − 增值税 93,203.88) − 原值和费用 2,000,000 − 附加 5,592.24) × 20%（查实） = 220,240.78 元"
    )


# Who pays, commission, sums ---------------------------------------------------------------------------------------------------------


def test_commission_by_the_settings() -> None:
    found = costs(sale(), rates(), Cost(buyer_fee=1.5, seller_fee=0))
    assert item("佣金（买方）", found).formula == "佣金（买方） = 3,200,000 × 1.5%（设置: 购房成本） = 48,000 元"
    assert item("佣金（卖方）", found).amount == Span(D(0), D(0))
    assert found.buyer == Span(D(80_000), D(80_000))  # with 32,000 of 契税


@pytest.mark.parametrize(
    ("mode", "buyer", "seller", "payer"),
    [
        # by law: 31,067.96 + 32,000; 93,203.88 + 5,592.24 + 31,067.96 + 32,000
        ("各付", ("63067.96", "63067.96"), ("161864.08", "161864.08"), "卖方"),
        # the buyer pays the seller's taxes as well: 63,067.96 + 129,864.08
        ("净得", ("192932.04", "192932.04"), ("32000", "32000"), "买方"),
        ("", ("63067.96", "192932.04"), ("32000", "161864.08"), "未知"),
    ],
)
def test_who_pays(mode: str, buyer: tuple[str, str], seller: tuple[str, str], payer: str) -> None:
    found = costs(sale(hold="不满二", sole=False, tax_mode=mode), rates(), COST)
    assert found.buyer == tuple(map(D, buyer))
    assert found.seller == tuple(map(D, seller))
    assert [each.paid_by for each in found.items] == ["买方", payer, payer, payer, "买方", "卖方"]
    assert [each.owed_by for each in found.items] == ["买方", "卖方", "卖方", "卖方", "买方", "卖方"]


# What is unknown --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_", "name", "low", "high", "missing"),
    [
        ({"homes": None}, DEED, "32000", "96000", ("买方家庭已有几套住房",)),
        ({"area": None}, DEED, "32000", "48000", ("建筑面积",)),
        ({"hold": ""}, VAT, "0", "93203.88", ("持有年限",)),
        ({"hold": ""}, SURCHARGES, "0", "5592.24", ("持有年限",)),
        ({"hold": ""}, DEED, "31067.96", "32000", ("持有年限",)),
        ({"sole": None}, INCOME, "0", "32000", ("是否唯一",)),
        ({"hold": "", "sole": None}, INCOME, "0", "32000", ("持有年限", "是否唯一")),
        # of a third home the size does not matter, but who does not know the homes needs both
        ({"area": None, "homes": None}, DEED, "32000", "96000", ("建筑面积", "买方家庭已有几套住房")),
    ],
)
def test_unknown_inputs_leave_bounds(
    given_: dict[str, object], name: str, low: str, high: str, missing: tuple[str, ...]
) -> None:
    found = item(name, costs(sale(**given_), rates(), COST))
    assert found.amount == (D(low), D(high))
    assert found.missing == missing
    assert found.formula == f"{name} {found.amount.words}: 缺{'、'.join(missing)}"
    assert found.amount.words.startswith("未知（")


@pytest.mark.parametrize(
    ("given_", "name", "tax"),
    [
        ({"sole": None, "hold": "满二"}, INCOME, "32000"),  # only five years make it matter
        ({"area": None, "homes": 2}, DEED, "96000"),
        ({"homes": None}, INCOME, "0"),
        ({"area": None, "homes": None}, VAT, "0"),
        ({"original": None, "hold": "满二"}, INCOME, "32000"),  # 核定 does not ask
    ],
)
def test_unknown_inputs_that_do_not_matter_are_not_asked_for(given_: dict[str, object], name: str, tax: str) -> None:
    found = item(name, costs(sale(**given_), rates(), COST))
    assert found.amount == (D(tax), D(tax))
    assert found.missing == ()


def test_without_papers_the_gain_is_anything_up_to_the_price() -> None:
    found = item(INCOME, costs(sale(hold="满二"), rates(), Cost(income_tax="查实")))
    assert (found.amount, found.missing) == ((D(0), D(640_000)), ("房屋原值",))
    lower = item(INCOME, costs(sale(hold="满二"), rates(), Cost(income_tax="取低")))
    assert lower.amount == (D(0), D(32_000))


def test_what_is_no_home_and_what_no_row_tells_is_unknown() -> None:
    shop = costs(sale(dwelling=False), rates(), COST)
    assert item(DEED, shop).formula == "契税 未知: 「税费利率」只管住宅, 非住宅请问税务"
    assert (shop.buyer, shop.seller) == (NOTHING_KNOWN, NOTHING_KNOWN)
    long_ago = costs(sale(), rates("2016-02-21"), COST)
    assert item(DEED, long_ago).formula.startswith("契税 未知: 「税费利率」里没有这天已生效的「增值税 满二」")
    assert item(INCOME, long_ago).amount.known  # free since 1994


def test_a_tax_that_rests_on_an_unknown_one_is_unknown_itself() -> None:
    only = """税费利率
    | 生效日 | 项目 | 条件 | 数值 | 单位 |
    | 2024-12-01 | 契税 | 首套不超线 | 1 | % |
    | 2024-12-01 | 契税面积线 | 所有 | 140 | ㎡ |
    | 2024-12-01 | 增值税 | 满二 | | % |
    """
    held, _ = read_rates(tables_from(only)["rates"], dt.date(2026, 3, 1))
    assert (
        item(DEED, costs(sale(), held, COST)).formula
        == "契税 未知: 「税费利率」第 4 行「增值税 满二」没有可用的数值, 请填"
    )


def test_reserved_titles_are_noted() -> None:
    assert costs(sale(title="商品房"), rates(), COST).notes == ()
    assert costs(sale(title="经济适用"), rates(), COST).notes == (
        "产权性质是「经济适用」: 上市时可能另缴土地出让金或土地收益, 没有算在内, 请问当地",
    )


sales = st.builds(
    sale,
    price=st.integers(1, 10**10).map(lambda fens: D(fens) / 100),
    area=st.sampled_from([D(60), D(90), D("90.01"), D(140), D("140.01"), D(300)]),
    hold=st.sampled_from(HOLDS),
    sole=st.booleans(),
    homes=st.integers(0, 4),
    original=st.integers(0, 10**10).map(lambda fens: D(fens) / 100),
    tax_mode=st.sampled_from(["各付", "净得"]),
)
forgotten = {"area": None, "hold": "", "sole": None, "homes": None, "tax_mode": ""}


@settings(max_examples=40, deadline=None)
@given(known=sales, unknown=st.sets(st.sampled_from(sorted(forgotten))), way=st.sampled_from(["核定", "查实", "取低"]))
def test_the_bounds_hold_what_comes_out_once_it_is_known(known: Sale, unknown: set[str], way: str) -> None:
    cost, day = Cost(income_tax=way), rates()
    vague = costs(Sale(**(vars(known) | {name: forgotten[name] for name in unknown})), day, cost)
    exact = costs(known, day, cost)
    spans = [each.amount for each in vague.items] + [vague.buyer, vague.seller]
    certain = [each.amount for each in exact.items] + [exact.buyer, exact.seller]
    for span, true in zip(spans, certain, strict=True):
        assert true.known
        assert span.low <= true.low <= span.high  # type: ignore[operator]


@settings(max_examples=40, deadline=None)
@given(known=sales)
def test_buyer_and_seller_together_pay_every_item_once(known: Sale) -> None:
    found = costs(known, rates(), COST)
    assert found.buyer.low + found.seller.low == sum(each.amount.low for each in found.items)  # type: ignore[operator,misc]
    assert all(each.amount.low >= 0 for each in found.items)  # type: ignore[operator]


# From the workbook ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bought", "sold", "hold"),
    [
        ("2024-03-15", "2026-03-14", "不满二"), ("2024-03-15", "2026-03-15", "满二"),
        ("2021-03-15", "2026-03-14", "满二"), ("2021-03-15", "2026-03-15", "满五"),
        ("2024-02-29", "2026-02-27", "不满二"), ("2024-02-29", "2026-02-28", "满二"),
        ("2026-03-15", "2026-03-15", "不满二"),
    ],
)  # fmt: skip
def test_how_long_it_was_held(bought: str, sold: str, hold: str) -> None:
    assert hold_of(dt.date.fromisoformat(bought), dt.date.fromisoformat(sold)) == hold


LISTING = {
    "price": 320.55, "deal_type": "售", "area": 89.5, "hold": "满五", "sole": "待核", "use": "住宅", "title": "商品房",
    "title_years": "70", "tax_mode": "净得",
}  # fmt: skip


def test_a_row_of_listings_is_taken_as_written() -> None:
    assert sale_of(LISTING, 1) == Sale(
        price=D("3205500.00"), area=D("89.5"), hold="满五", sole=None, homes=1, tax_mode="净得", title="商品房"
    )
    cheaper = sale_of(LISTING, None, 300)
    assert cheaper is not None
    assert (cheaper.price, cheaper.homes) == (3_000_000, None)


@pytest.mark.parametrize("change", [{"price": float("nan")}, {"price": 0.0}, {"deal_type": "租"}])
def test_a_row_without_a_price_is_no_sale(change: dict[str, object]) -> None:
    assert sale_of(LISTING | change, 0) is None


@pytest.mark.parametrize(
    ("use", "years", "title", "home"),
    [
        ("住宅", "", "商品房", True), ("别墅", "70", "商品房", True), ("公寓", "70", "商品房", True), ("公寓", "40", "商品房", False),
        ("公寓", "", "商品房", False), ("住宅", "40", "商住", False), ("商铺", "40", "商品房", False), ("车位", "70", "商品房", False),
    ],
)  # fmt: skip
def test_what_counts_as_a_home(use: str, years: str, title: str, home: bool) -> None:
    found = sale_of(LISTING | {"use": use, "title_years": years, "title": title}, 0)
    assert found is not None
    assert found.dwelling is home


@pytest.mark.requirement("R71", "R73")
@pytest.mark.parametrize(
    ("day", "given_", "cost", "deed", "vat", "surcharges", "income"),
    [
        # 500 万, 150 ㎡, 满二: 公告2024年第16号 1.5 % of a first home, 2 % of a second; 国税发〔2006〕108号 1 %
        ("2026-03-01", {"price": D(5_000_000), "area": D(150), "hold": "满二"}, {}, "75000", "0", "0", "50000"),
        ("2026-03-01", {"price": D(5_000_000), "area": D(150), "sole": False, "homes": 1}, {}, "100000", "0", "0", "50000"),
        # 456.78 万, 不满二: 公告2025年第17号 4,567,800 × 3 / 103 = 133,042.718…; 公告2023年第12号 halves 7, 3 and 2 % of it: 4,656.50 +
        # 1,995.64 + 1,330.43; 4,434,757.28 × 1 % = 44,347.57
        ("2026-01-01", {"price": D(4_567_800), "area": D(120), "hold": "不满二"}, {}, "44347.57", "133042.72", "7982.57", "44347.57"),
        # the day before 36号 附件3: 4,567,800 / 21 = 217,514.285…; 7,613.00 + 3,262.71 + 2,175.14; 4,350,285.71 × 1 % = 43,502.86
        ("2025-12-31", {"price": D(4_567_800), "area": D(120), "hold": "不满二"}, {}, "43502.86", "217514.29", "13050.85", "43502.86"),
        # a third home of 300 万, 不满二: 3,000,000 × 3 / 103 = 87,378.64; 2,912,621.36 × 3 % = 87,378.64; × 1 % = 29,126.21
        ("2026-03-01", {"price": D(3_000_000), "hold": "不满二", "homes": 2}, {}, "87378.64", "87378.64", "5242.72", "29126.21"),
        # 800 万 in a county town after the halving: 233,009.71; × 5, 3, 2 % = 11,650.49 + 6,990.29 + 4,660.19; × 2 % = 155,339.81
        ("2028-01-01", {"price": D(8_000_000), "area": D("140.01"), "hold": "不满二", "homes": 1}, {"place": "县城和镇"},
         "155339.81", "233009.71", "23300.97", "77669.90"),
        # 600 万 bought for 350 万: 6,000,000 − 174,757.28 − 3,500,000 − 10,485.43 = 2,314,757.29 × 20 % = 462,951.46
        ("2026-03-01", {"price": D(6_000_000), "area": D(150), "hold": "不满二", "original": D(3_500_000)}, {"income_tax": "查实"},
         "87378.64", "174757.28", "10485.43", "462951.46"),
    ],
)  # fmt: skip
def test_all_taxes_of_a_sale_by_hand(
    day: str, given_: dict[str, object], cost: dict[str, str], deed: str, vat: str, surcharges: str, income: str
) -> None:
    found = [amount(name, sale(**given_), day, Cost(**cost)) for name in (DEED, VAT, SURCHARGES, INCOME)]
    assert [D(tax) for tax in found] == [D(deed), D(vat), D(surcharges), D(income)]


def test_money_of_a_whole_purchase_by_hand() -> None:
    # 320 万, 89 ㎡, 满五唯一, first home: 契税 32,000 + commission 32,000 beside the price; see test_macros_loan_plans for the loan
    found = costs(sale(), rates(), COST)
    assert found.buyer == (D(64_000), D(64_000))
    assert found.seller == (D(32_000), D(32_000))
