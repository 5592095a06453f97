"""分佣: rows proposed for a signed deal that has none, by the shares of 分佣规则 on the day of the signature; and what each is worth.

Source: F15. All amounts are worked out in whole fen; the shares of a deal that make 100 % make its commission to the fen.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

import pandas as pd

from macros.contacts import SEEN
from macros.settings import Settings
from workbook.changes import Finding, Outcome, Severity
from workbook.sheets.choices import FROM_SIGNING
from workbook.sheets.deals import DEALS
from workbook.sheets.split_rules import SPLIT_RULES
from workbook.sheets.splits import SPLITS
from workbook.tables import Tables, to_frame

TYPES = DEALS["type"].choices
LEASE, OVER, CALLED_OFF = "租赁", "完结", "解约"
FEN = {"买卖": 1_000_000, LEASE: 100}
"""Fen in the unit of 佣金应收: 万元 of a sale, 元 of a lease."""
OF_LISTING = {
    "录入": "r_input", "维护": "r_keep", "实勘": "r_survey", "钥匙": "r_key", "委托备件": "r_paper", "独家": "r_excl",
}  # fmt: skip
OF_CLIENT = ("客源", "成交")
ROLES = SPLITS["role"].choices
_SINCE = pd.Timestamp("2020-01-01")
_SHARES = (("录入", 10.0), ("维护", 15.0), ("首看", 10.0), ("客源", 25.0), ("成交", 40.0))
CENT = 0.005


class Share(NamedTuple):
    """A role's share of a commission in %."""

    role: str
    pct: float


class Fee(NamedTuple):
    """The commission of a deal in the deal's unit, how many fen that unit has, and where it stands in words."""

    amount: float
    fen: int
    words: str


def default_split_rules() -> pd.DataFrame:
    """Return the shipped rows of 分佣规则: the same shares for sales and leases."""
    rows = [
        {"since": _SINCE, "type": kind, "role": role, "pct": pct, "enabled": True, "source": "F15, 比例为本产品默认"}
        for kind in TYPES
        for role, pct in _SHARES
    ]
    return to_frame(SPLIT_RULES, pd.DataFrame(rows, index=range(2, len(rows) + 2)))


def read_split_rules(table: pd.DataFrame) -> tuple[Mapping[tuple[str, pd.Timestamp], Sequence[Share]], list[Finding]]:
    """Return (kind of deal, day) -> the shares that hold from that day on, in the order of the roles, and a finding per set that cannot be
    used: one that does not make 100 %, or has a role twice. A sheet without rows, or no sheet, means the shipped rows.
    """
    rows = table if len(table) else default_split_rules()
    rows = rows.loc[(rows["enabled"] != False) & rows["since"].notna() & rows["type"].isin(TYPES)]  # noqa: E712
    sets: dict[tuple[str, pd.Timestamp], Sequence[Share]] = {}
    findings: list[Finding] = []
    for (kind, since), part in rows.groupby(["type", "since"]):
        shares = [
            Share(role, pct) for role, pct in zip(part["role"], part["pct"], strict=True) if role in ROLES and pct > 0
        ]
        total = sum(share.pct for share in shares)
        twice = [share.role for share in shares if [s.role for s in shares].count(share.role) > 1]
        if abs(total - 100) > CENT or twice:
            what = f"角色「{twice[0]}」有两行" if twice else f"合计 {total:g}%, 不是 100%"
            message = f"{since:%Y-%m-%d} 起{kind}的比例{what}, 这一组没有用。请改到每个角色一行、合计 100%。"
            findings.append(
                Finding(SPLIT_RULES.key, int(part.index.min()), "pct", "split_rules_sum", Severity.ERROR, message)
            )
        else:
            sets[kind, since] = sorted(shares, key=lambda share: ROLES.index(share.role))
    return sets, findings


def shares_on(
    sets: Mapping[tuple[str, pd.Timestamp], Sequence[Share]], kind: str, day: pd.Timestamp
) -> Sequence[Share]:
    """Return the shares that hold on a day for a kind of deal; none where the oldest set begins later."""
    days = [since for of, since in sets if of == kind and since <= day]
    return sets[kind, max(days)] if days else ()


def split_proposals(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return the proposed rows of 分佣 of all signed deals that are not over and have none; what a person wrote there is never changed.

    人员 stays empty where the data does not tell who it was (no viewing, nobody holds the key): a person fills it in.
    """
    del settings
    sets, _ = read_split_rules(tables["split_rules"])
    rows = [row for deal in _unshared(tables, today).itertuples() for row in _proposed(tables, deal, sets)]
    if not rows or not tables.layouts[SPLITS.key].columns:
        return Outcome(figures={"splits": 0})
    new = to_frame(SPLITS, pd.DataFrame(rows))
    after = tables.updated({}, additions={SPLITS.key: new})
    amounts = split_amounts(after)
    added = after[SPLITS.key].loc[lambda frame: ~frame.index.isin(tables[SPLITS.key].index)]
    added = added.assign(**{key: amounts[key].reindex(added.index) for key in amounts})
    return Outcome(additions={SPLITS.key: added}, figures={"splits": len(added)}, items=rows)


def _unshared(tables: Tables, today: dt.date) -> pd.DataFrame:
    deals = tables["deals"]
    single = (deals["deal_id"] != "") & ~deals["deal_id"].duplicated(keep=False)
    signed = (
        deals["status"].isin(FROM_SIGNING) & (deals["status"] != OVER) & (deals["signed_on"] <= pd.Timestamp(today))
    )
    known = deals["fee_due"].notna() & ~deals["deal_id"].isin(tables["splits"]["deal_id"])
    return deals.loc[single & signed & known].sort_values("deal_id")


def _proposed(
    tables: Tables, deal: Any, sets: Mapping[tuple[str, pd.Timestamp], Sequence[Share]]
) -> list[dict[str, object]]:
    who = people_of(tables, deal)
    return [
        {"deal_id": deal.deal_id, "role": share.role, "staff": who[share.role], "pct": share.pct}
        for share in shares_on(sets, deal.type, deal.signed_on)
    ]


def people_of(tables: Tables, deal: Any) -> dict[str, str]:
    """Return role -> who had it in a deal (a row of 成交 as a namedtuple), "" where the data does not tell.

    首看 and 协作: the agent of the client's first viewing of this home, and who came along to the last, up to the signature.
    """
    listings, clients, viewings = (tables[key] for key in ("listings", "clients", "viewings"))
    home = listings.loc[(listings["listing_id"] == deal.listing_id) & (deal.listing_id != "")].head(1)
    owner = clients.loc[(clients["client_id"] == deal.client_id) & (deal.client_id != ""), "owner"].head(1)
    mine = (viewings["client_id"] == deal.client_id) & (viewings["listing_id"] == deal.listing_id)
    before = viewings["at"] < deal.signed_on.normalize() + pd.Timedelta(days=1)
    seen = viewings.loc[mine & before & (viewings["status"] == SEEN)].sort_values(["at", "v_id"])
    found = {role: _first(home[column]) for role, column in OF_LISTING.items()}
    found |= dict.fromkeys(OF_CLIENT, _first(owner))
    return found | {"首看": _first(seen["agent"]), "协作": _first(seen["helper"].iloc[::-1])}


def _first(values: pd.Series) -> str:
    return str(values.iloc[0]) if len(values) else ""


def split_amounts(tables: Tables) -> pd.DataFrame:
    """Return 金额 and 依据 of every row of 分佣, by Excel row: the commission × 比例 in the deal's unit, to the fen, half a fen upwards.

    The commission is 佣金应收; of a deal that was called off 佣金实收, once a person says there what was kept. Where the shares of a deal make
    100 %, the last one (by role, person) takes what rounding leaves. Empty where the deal is missing or stands twice, or has no commission.
    """
    splits, deals = tables["splits"], tables["deals"]
    single = deals.loc[~deals["deal_id"].duplicated(keep=False) & (deals["deal_id"] != "")]
    known = {deal.deal_id: fee for deal in single.itertuples() if (fee := fee_of(tables, deal)).amount == fee.amount}
    amounts, basis = dict[int, float](), dict[int, str]()
    usable = splits.loc[splits["deal_id"].isin(known) & splits["pct"].notna()]
    ordered = usable.assign(place=usable["role"].map({role: n for n, role in enumerate(ROLES)}))
    ordered = ordered.sort_values(["place", "staff", "pct"], kind="stable")  # at once: deal by deal it takes a second
    for deal_id, part in ordered.groupby("deal_id"):
        fee = known[deal_id]
        for row, fen, pct, rest in _fen(part, fee):
            amounts[row] = fen / fee.fen
            whole = f"{fee.words} × {pct:g}% = {yuan(fen)} 元"
            basis[row] = f"{whole}, 其中零头 {rest / 100:+.2f} 元归此" if rest else whole
    return pd.DataFrame({
        "amount": pd.Series(amounts, dtype="float64").reindex(splits.index),
        "basis": pd.Series(basis, dtype=object).reindex(splits.index).fillna(""),
    })  # fmt: skip


def fee_of(tables: Tables, deal: Any) -> Fee:
    """Return the commission that is divided (`deal`: a row of 成交 as a namedtuple); its amount is NaN where it is not known."""
    kept = deal.status == CALLED_OFF and deal.fee_got == deal.fee_got
    key, amount = ("fee_got", deal.fee_got) if kept else ("fee_due", deal.fee_due)
    unit = "元" if deal.type == LEASE else "万元"
    words = f"{DEALS[key].label} {amount:.10g} {unit}({tables.cell('deals', deal.Index, key)})"
    return Fee(float(amount), FEN.get(deal.type, FEN["买卖"]), words)


def yuan(fen: int) -> str:
    """Return an amount as 5,750.00."""
    return f"{fen / 100:,.2f}"


def _fen(part: pd.DataFrame, given: Fee) -> list[tuple[int, int, float, int]]:
    """Return row, amount in fen, share, and how much of the amount is the rest that rounding left: that of the last of the rows."""
    fee = Decimal(str(given.amount)) * given.fen
    exact = [fee * Decimal(str(pct)) / 100 for pct in part["pct"]]
    whole = [int(one.quantize(Decimal(1), ROUND_HALF_UP)) for one in exact]
    complete = abs(float(part["pct"].sum()) - 100) <= CENT
    rest = int(fee.quantize(Decimal(1), ROUND_HALF_UP)) - sum(whole) if complete else 0
    rests = [0] * (len(whole) - 1) + [rest]
    rows = zip(part.index, whole, part["pct"], rests, strict=True)
    return [(int(row), fen + more, float(pct), more) for row, fen, pct, more in rows]
