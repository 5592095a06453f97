"""置业方案 (R71, R84): for chosen clients the best three homes with pros and cons and what they cost, as rows, .pdf and .docx.

Nothing is guessed: what is unknown stands as its bounds and as a question to the client.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from macros.matching.partial import match_needs
from macros.proposals.picks import buying
from macros.proposals.plan import Proposal, proposal_of
from macros.proposals.rows import rows_of
from macros.rates import read_rates
from macros.settings import Settings
from workbook.changes import Outcome
from workbook.sheets.proposals import PROPOSALS
from workbook.tables import Tables, to_frame

__all__ = ["Proposal", "made", "outcome_of", "proposals"]


def proposals(tables: Tables, today: dt.date, settings: Settings, ids: Collection[str]) -> Outcome:
    """Return 置业方案 with the rows of those clients made anew, and an item per client who looks for a home to buy."""
    return outcome_of(tables, made(tables, today, settings, ids), ids)


def outcome_of(tables: Tables, found: list[Proposal], ids: Collection[str]) -> Outcome:
    """Return 置业方案 with the rows of the proposals; those of clients not in `ids` as they stand.

    Items: client_id, homes (their ids), left_out, ask, check.
    """
    mine = [to_frame(PROPOSALS, rows_of(one)) for one in found if one.homes]
    others = tables["proposals"][~tables["proposals"]["client_id"].isin(ids)]
    whole = pd.concat([others, *mine]).sort_values(["client_id", "no"], kind="stable", ignore_index=True)
    return Outcome(results={"proposals": whole}, items=[_item(one) for one in found], figures=_figures(found))


def made(tables: Tables, today: dt.date, settings: Settings, ids: Collection[str]) -> list[Proposal]:
    """Return the proposals of those clients who look for a home to buy, in order of their ids."""
    needs = buying(tables, ids)
    found = match_needs(tables, today, settings, set(needs["req_id"]) - {""})
    rates, _ = read_rates(tables["rates"], today)
    wanting = set(needs["client_id"])
    clients = {row.client_id: row for row in tables["clients"].itertuples() if row.client_id in wanting}
    about = (tables, today, settings, rates)
    told = [proposal_of(clients[client], found.results["matches"], *about) for client in sorted(clients)]
    return [one if one.homes else one._replace(why_none=_why_none(one, needs, found)) for one in told]


def _why_none(one: Proposal, needs: pd.DataFrame, found: Outcome) -> tuple[str, ...]:
    """Return what 匹配 says of the needs of a client for whom it found nothing."""
    rows = needs.index[needs["client_id"] == one.client_id]
    return tuple(finding.message for finding in found.findings if finding.row in rows)


def _item(one: Proposal) -> Mapping[str, Any]:
    homes = [home.listing_id for home in one.homes]
    return {
        "client_id": one.client_id,
        "homes": homes,
        "left_out": [left.told for left in one.left_out],
        "ask": list(one.ask),
        "check": list(one.check),
    }


def _figures(found: list[Proposal]) -> dict[str, object]:
    return {"proposals": len(found), "homes": sum(len(one.homes) for one in found)}
