"""A proposal as plain values: what the sheet, the PDF and the Word file show alike."""

import datetime as dt
import math
import re
from typing import Any, NamedTuple

import pandas as pd

from macros import wording
from macros.loan_plans import CASH
from macros.money import shown
from macros.proposals.costing import FUND_LIMIT, Priced, Way, paid_by_buyer, priced, said
from macros.proposals.drawbacks import NOTHING, drawbacks
from macros.proposals.picks import LeftOut, Pick, buying, picked
from macros.rates import Rate, Rates
from macros.settings import Settings
from workbook.tables import Tables

SEPARATOR = "; "
UNSTATED = "需求未写"  # how 匹配 begins what a need leaves open
FUND_VAGUE = "公积金额度没问清: 从不贷算到贷足"
_URL = re.compile(r"https?://[^\s,;，；、]+")


class Home(NamedTuple):
    """One home of a proposal. Texts are those of the sheets, unescaped; `costs` is None where it has no price."""

    no: int
    listing_id: str
    label: str
    score: float
    facts: str
    why: str
    pros: str
    cons: str
    gaps: str
    unknowns: str
    media: str
    costs: Priced | None
    warnings: tuple[str, ...]

    @property
    def check(self) -> tuple[str, ...]:
        """What the agent has to find out about this home."""
        unknown = [told for told in self.unknowns.split(SEPARATOR) if told and not told.startswith(UNSTATED)]
        found = [*(self.costs.check if self.costs else ()), *unknown]
        return tuple(f"{self.listing_id} {told}" for told in found)

    @property
    def ask(self) -> tuple[str, ...]:
        """What to ask the client: what 需求 does not say, and what the figures hang on."""
        unstated = [told.removeprefix(UNSTATED) for told in self.unknowns.split(SEPARATOR) if told.startswith(UNSTATED)]
        wishes = [f"{wording.listed(unstated)}有什么要求? 「需求」里还没有写"] if unstated else []
        return (*wishes, *(self.costs.ask if self.costs else ()))

    @property
    def links(self) -> tuple[str, ...]:
        """The web addresses in 图片视频."""
        return tuple(_URL.findall(self.media))


class Proposal(NamedTuple):
    """What is put to one client. `needs` says what the client looks for, `unsettled` and `cautions` what to ask and to know whatever the
    home; `ask`, `check` and `warnings` are those of the homes as well; `why_none`: why nothing fits, where there is no home.
    """

    client_id: str
    name: str
    agent: str
    agency: str
    day: dt.date
    needs: tuple[str, ...]
    homes: tuple[Home, ...]
    left_out: tuple[LeftOut, ...]
    cautions: tuple[str, ...]
    unsettled: tuple[str, ...]
    why_none: tuple[str, ...] = ()

    @property
    def ask(self) -> tuple[str, ...]:
        """All that is to be settled, each once."""
        return tuple(dict.fromkeys([*self.unsettled, *(asked for home in self.homes for asked in home.ask)]))

    @property
    def check(self) -> tuple[str, ...]:
        """What the agent has to find out."""
        return tuple(told for home in self.homes for told in home.check)

    @property
    def warnings(self) -> tuple[str, ...]:
        """All that is to be known first."""
        return (*self.cautions, *(told for home in self.homes for told in home.warnings))

    @property
    def rests_on(self) -> tuple[Rate, ...]:
        """The rows of 税费利率 behind all figures, each once."""
        priced_homes = (home.costs for home in self.homes if home.costs)
        return tuple(dict.fromkeys(rate for costs in priced_homes for rate in costs.rests_on))


def proposal_of(
    client: Any, matches: pd.DataFrame, tables: Tables, today: dt.date, settings: Settings, rates: Rates
) -> Proposal:
    """Return the proposal of a client, given as a row of 客户, out of fresh rows of 匹配结果."""
    found = picked(tables, matches, client.client_id)
    homes = tuple(_home(no, pick, (rates, today), settings) for no, pick in enumerate(found.picks, start=1))
    needs = [pick.need for pick in found.picks] or buying(tables, [client.client_id]).itertuples()
    wanted = dict.fromkeys(map(_wish, needs))
    return Proposal(
        client.client_id, wording.plain(client.name), wording.plain(client.owner), wording.plain(settings.agency.name), today,
        tuple(wanted), homes, found.left_out, tuple(_cautions(client, homes)), tuple(_unsettled(client)),
    )  # fmt: skip


def _unsettled(client: Any) -> list[str]:
    """Return what to ask because 购房资格 is not settled."""
    return [] if client.eligibility in ("有", "无") else ["购房资格还没有核实: 请备好社保、个税和名下住房的证明"]


def _cautions(client: Any, homes: tuple[Home, ...]) -> list[str]:
    told = []
    if client.eligibility == "无":
        told.append("「客户」的购房资格是「无」: 取得资格以前不能签约, 本方案只供参考")
    if len(homes) < 3:
        told.append(f"可以放进方案的房源只有 {len(homes)} 套")
    return told


def _too_little(pick: Pick, costs: Priced | None) -> tuple[str, ...]:
    """Return that the client's 首付能力 does not reach for a home by any way of paying."""
    can = pick.need.down_payment
    if costs is None or not can > 0:
        return ()
    least = costs.least
    if least is None or float(least) <= can * wording.WAN:
        return ()
    lacks = f"首期最少也要 {shown(least)} 元"
    return (f"{pick.listing.listing_id}: 首付能力 {wording.number(can)} 万元不够, {lacks}（首付 + 税费 + 佣金）",)


def _notes(pick: Pick, costs: Priced | None) -> list[str]:
    """Return what the figures leave out."""
    return [f"{pick.listing.listing_id}: {note}" for note in costs.costs.notes] if costs else []


def _home(no: int, pick: Pick, when: tuple[Rates, dt.date], settings: Settings) -> Home:
    (rates, today), listing, match = when, pick.listing, pick.match
    costs = priced(listing._asdict(), pick.need.down_payment, rates, settings.cost)
    gaps = match.gaps.removesuffix(f"不利因素: {listing.cons}").removesuffix(SEPARATOR)  # it has a line of its own
    return Home(
        no, listing.listing_id, wording.plain(match.home), float(match.score), _facts(listing), match.why,
        wording.plain(listing.pros) or NOTHING, drawbacks(wording.plain(pick.cons), listing, today), gaps, match.unknowns,
        listing.media, costs, (*_too_little(pick, costs), *_notes(pick, costs)),
    )  # fmt: skip


def _facts(listing: Any) -> str:
    """Return what the home is like in a line: size, storey, orientation, decoration, year, lift, tenure."""
    storey = "" if math.isnan(listing.floor) else f"{wording.number(listing.floor)}层"
    if storey and not math.isnan(listing.floors):
        storey += f"/共{wording.number(listing.floors)}层"
    built = "" if math.isnan(listing.built) else f"{listing.built:.0f}年建成"
    lift = {True: "有电梯", False: "没有电梯"}.get(listing.lift, "")
    sole = {"是": "唯一", "否": "不唯一", "待核": "唯一待核"}.get(listing.sole, "")
    unit = "" if math.isnan(listing.unit_price) else f"{listing.unit_price:,.0f} 元/㎡"
    parts = (
        listing.district, wording.layout(listing.rooms, listing.halls), wording.area(listing.area), unit, storey, listing.orient,
        listing.decor, built, lift, listing.title, listing.hold, sole,
    )  # fmt: skip
    return ", ".join(wording.plain(part) for part in parts if part)


def _wish(need: Any) -> str:
    """Return what a row of 需求 asks for in a line."""
    budget = wording.spread(need.budget_min, need.budget_max, "万元")
    down = "" if math.isnan(need.down_payment) else f"首付能力 {wording.number(need.down_payment)}万元"
    parts = (
        need.req_id, wording.listed(need.districts), budget and f"预算 {budget}", wording.spread(need.area_min, need.area_max, "㎡"),
        wording.spread(need.rooms_min, need.rooms_max, "室"), need.motive, need.pay, down,
    )  # fmt: skip
    return " · ".join(wording.plain(part) for part in parts if part)


def way_lines(way: Way) -> tuple[str, ...]:
    """Return a way of paying in lines: down payment, loan, instalment, interest, income."""
    plan = way.plan
    if plan.down.low is None:
        return (said(plan.down), *plan.missing)
    vague = [FUND_VAGUE] if any(lack.startswith(FUND_LIMIT) for lack in plan.missing) else []
    return (
        f"首付 {said(plan.down)}", f"贷款 {said(plan.borrowed)}", f"{_month_word(way)} {said(plan.first)}",
        f"利息共 {said(plan.interest)}", f"月收入至少 {said(way.income)}", *vague,
    )  # fmt: skip


def _month_word(way: Way) -> str:
    return "月供" if way.plan.first == way.plan.last else "首月月供"


def tax_line(costs: Priced) -> str:
    """Return what the buyer pays of taxes and commission: the sum, then each item."""
    items = SEPARATOR.join(paid_by_buyer(costs.costs))
    return f"共 {said(costs.costs.buyer)}" + (f": {items}" if items else "")


def cash_lines(costs: Priced) -> tuple[str, ...]:
    """Return what has to be there at once by each way of paying: down payment or price, with taxes and commission."""
    return (*(f"{way.plan.way} {said(way.cash)}" for way in costs.ways), f"{CASH} {said(costs.full)}")
