"""分佣单: what everybody gets of the deals signed in a month, per deal and per person, each amount with its formula (F15).

A deal whose shares do not make 100 % is on it with what is wrong, and in no sum: nobody is paid by a page that does not add up.
"""

import datetime as dt
from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

import pandas as pd

from macros import wording
from macros.commission import CALLED_OFF, CENT, ROLES, fee_of, yuan
from macros.deals.board import addresses
from macros.deals.pages import draw
from macros.settings import Settings
from workbook.changes import Outcome
from workbook.sheets.choices import FROM_SIGNING
from workbook.tables import Tables

NOBODY = "没有人员"


class Line(NamedTuple):
    """One share in fen, with its formula in words; `deal` is the id, `cell` that of 比例, `wrong` why it does not count yet, or ""."""

    deal: str
    role: str
    person: str
    pct: float
    fen: int
    formula: str
    cell: str
    wrong: str


class DealStatement(NamedTuple):
    """A deal with its shares. `missing`: what is wrong with them, "" where they make the commission."""

    deal: str
    home: str
    kind: str
    signed: str
    fee: str
    lines: list[Line]
    missing: str


def statements(tables: Tables, first: dt.date, last: dt.date) -> list[DealStatement]:
    """Return the deals signed from one day to another (both included), by id, each with its shares as they stand.

    Of the deals that were called off those that have shares: what was paid for them may have to come back.
    """
    deals, splits = tables["deals"], tables["splits"]
    off = (deals["status"] == CALLED_OFF) & deals["deal_id"].isin(splits["deal_id"])
    single = (deals["deal_id"] != "") & ~deals["deal_id"].duplicated(keep=False)
    signed = deals["signed_on"].dt.normalize().between(pd.Timestamp(first), pd.Timestamp(last))
    wanted = deals.loc[single & signed & (off | deals["status"].isin(FROM_SIGNING))].sort_values("deal_id")
    places = splits["role"].map({role: place for place, role in enumerate(ROLES)})
    shares = splits.assign(place=places).sort_values(["place", "staff", "pct"], kind="stable")
    homes = addresses(tables)
    return [
        _statement(tables, deal, shares.loc[shares["deal_id"] == deal.deal_id], homes) for deal in wanted.itertuples()
    ]


def _statement(tables: Tables, deal: Any, shares: pd.DataFrame, homes: Mapping[str, str]) -> DealStatement:
    fee = fee_of(tables, deal)
    wrong = _wrong(tables, deal, shares)
    lines = [_line(tables, row, (fee.fen, wrong)) for row in shares.itertuples() if row.amount == row.amount]
    words = fee.words if fee.amount == fee.amount else "佣金应收未填"
    return DealStatement(
        deal.deal_id, homes.get(deal.listing_id, ""), deal.type, f"{deal.signed_on:%Y-%m-%d}", words, lines, wrong
    )


def _wrong(tables: Tables, deal: Any, shares: pd.DataFrame) -> str:
    """Return why the shares of a deal cannot be paid as they stand, "" where they can."""
    total = float(shares["pct"].sum())
    if not len(shares):
        return "还没有分佣"
    if abs(total - 100) > CENT:
        return f"比例合计 {total:g}%, 不是 100%"
    if deal.status == CALLED_OFF and deal.fee_got != deal.fee_got:
        return f"已解约, 佣金实收空着({tables.cell('deals', deal.Index, 'fee_got')})"
    return ""


def _line(tables: Tables, row: Any, about: tuple[int, str]) -> Line:
    scale, wrong = about
    person, cell = wording.plain(row.staff) or NOBODY, tables.cell("splits", row.Index, "pct")
    return Line(row.deal_id, row.role, person, row.pct, round(row.amount * scale), row.basis, cell, wrong)


def by_person(found: list[DealStatement]) -> Mapping[str, list[Line]]:
    """Return person -> their shares, who gets most first; those of nobody last."""
    people: dict[str, list[Line]] = {}
    for statement in found:
        for line in statement.lines:
            people.setdefault(line.person, []).append(line)
    order = sorted(people, key=lambda name: (name == NOBODY, -payable(people[name]), name))
    return {name: people[name] for name in order}


def payable(lines: list[Line]) -> int:
    """Return the sum in fen of the shares that can be paid as they stand."""
    return sum(line.fen for line in lines if not line.wrong)


def commission(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return the pages of the month before and of this one so far, where a deal was signed, and an item per share of this one."""
    first = today.replace(day=1)
    before = first - dt.timedelta(days=1)
    pages = {last: statements(tables, last.replace(day=1), last) for last in (before, today)}
    files = {
        f"分佣单-{last:%Y-%m}.html": partial(_page, found, last, settings) for last, found in pages.items() if found
    }
    lines = [line for one in pages[today] for line in one.lines]
    figures = {
        "deals": len(pages[today]), "shares": len(lines), "fen": payable(lines), "wrong": sum(one.missing != "" for one in pages[today]),
    }  # fmt: skip
    return Outcome(files=files, items=[line._asdict() for line in lines], figures=figures)


def _page(found: list[DealStatement], last: dt.date, settings: Settings) -> bytes:
    given = {
        "month": f"{last.year} 年 {last.month} 月", "today": f"{last:%Y-%m-%d}", "deals": found, "yuan": yuan,
        "people": [(name, lines, payable(lines)) for name, lines in by_person(found).items()],
        "total": sum(payable(one.lines) for one in found),
    }  # fmt: skip
    return draw("commission.html.j2", settings, given)
