"""分佣单: what everybody gets of the deals signed this month, per deal and per person, each amount with its formula (F15)."""

import datetime as dt
from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

import pandas as pd

from macros import wording
from macros.commission import CENT, FEN, LEASE, ROLES
from macros.deals.pages import draw
from macros.settings import Settings
from workbook.changes import Outcome
from workbook.sheets.choices import FROM_SIGNING
from workbook.tables import Tables

NOBODY = "没有人员"


class Line(NamedTuple):
    """One share in yuan, with its formula in words; `deal` is the id, `cell` that of 比例."""

    deal: str
    role: str
    person: str
    pct: float
    fen: int
    formula: str
    cell: str


class DealStatement(NamedTuple):
    """A deal with its shares. `missing`: what is wrong with them, "" where they make the commission."""

    deal: str
    kind: str
    signed: str
    fee: str
    lines: list[Line]
    missing: str


def statements(tables: Tables, first: dt.date, last: dt.date) -> list[DealStatement]:
    """Return the deals signed from one day to another (both included) that are not called off, by id, each with its shares as they stand."""
    deals = tables["deals"]
    single = (deals["deal_id"] != "") & ~deals["deal_id"].duplicated(keep=False) & deals["status"].isin(FROM_SIGNING)
    signed = deals["signed_on"].dt.normalize().between(pd.Timestamp(first), pd.Timestamp(last))
    places = tables["splits"]["role"].map({role: place for place, role in enumerate(ROLES)})
    shares = tables["splits"].assign(place=places).sort_values(["place", "staff"], kind="stable")
    return [
        _statement(tables, deal, shares.loc[shares["deal_id"] == deal.deal_id])
        for deal in deals.loc[single & signed].sort_values("deal_id").itertuples()
    ]


def _statement(tables: Tables, deal: Any, shares: pd.DataFrame) -> DealStatement:
    scale, unit = FEN.get(deal.type, FEN["买卖"]), "元" if deal.type == LEASE else "万元"
    lines = [_line(tables, row, (scale, unit)) for row in shares.itertuples() if row.amount == row.amount]
    total = float(shares["pct"].sum())
    missing = "还没有分佣" if not len(shares) else "" if abs(total - 100) <= CENT else f"比例合计 {total:g}%, 不是 100%"
    fee = f"{deal.fee_due:.10g} {unit}" if deal.fee_due == deal.fee_due else "未填"
    return DealStatement(deal.deal_id, deal.type, f"{deal.signed_on:%Y-%m-%d}", fee, lines, missing)


def _line(tables: Tables, row: Any, unit: tuple[int, str]) -> Line:
    fen = round(row.amount * unit[0])
    formula = f"{row.basis} = {row.amount:.10g} {unit[1]}"
    person = wording.plain(row.staff) or NOBODY
    return Line(row.deal_id, row.role, person, row.pct, fen, formula, tables.cell("splits", row.Index, "pct"))


def by_person(found: list[DealStatement]) -> Mapping[str, list[Line]]:
    """Return person -> their shares, who gets most first; those of nobody last."""
    people: dict[str, list[Line]] = {}
    for statement in found:
        for line in statement.lines:
            people.setdefault(line.person, []).append(line)
    order = sorted(people, key=lambda name: (name == NOBODY, -sum(line.fen for line in people[name]), name))
    return {name: people[name] for name in order}


def yuan(fen: int) -> str:
    """Return an amount as 5,750.00."""
    return f"{fen / 100:,.2f}"


def commission(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return the page of the month so far, and an item per share."""
    first = today.replace(day=1)
    found = statements(tables, first, today)
    people = by_person(found)
    given = {
        "month": f"{today.year} 年 {today.month} 月", "today": f"{today:%Y-%m-%d}", "deals": found, "yuan": yuan,
        "people": [(name, lines, sum(line.fen for line in lines)) for name, lines in people.items()],
        "total": sum(line.fen for one in found for line in one.lines),
    }  # fmt: skip
    items = [line._asdict() for one in found for line in one.lines]
    name = f"分佣单-{today:%Y-%m}.html"
    files = {name: partial(draw, "commission.html.j2", settings, given)} if found else {}
    return Outcome(files=files, items=items, figures={"deals": len(found), "shares": len(items)})
