"""A proposal as rows of 置业方案."""

import pandas as pd

from macros.proposals.plan import SEPARATOR, Home, Proposal, cash_lines, tax_line, way_lines

STEPS = " ｜ "  # between formulas, which have semicolons themselves; line breaks would overlap in rows of one line
NO_PRICE = "房源没有挂牌价, 算不了"


def rows_of(proposal: Proposal) -> pd.DataFrame:
    """Return a row per home in order; a client without any home has no row."""
    return pd.DataFrame([_row(proposal, home) for home in proposal.homes])


def _row(proposal: Proposal, home: Home) -> dict[str, object]:
    gaps, unknowns = home.gaps and f"缺口: {home.gaps}", home.unknowns and f"待核: {home.unknowns}"
    row: dict[str, object] = {
        "run_id": "", "client_id": proposal.client_id, "client": proposal.name, "agent": proposal.agent, "no": str(home.no),
        "listing_id": home.listing_id, "home": home.label, "score": home.score, "why": home.why, "pros": home.pros, "cons": home.cons,
        "open": SEPARATOR.join(filter(None, (gaps, unknowns))), "media": home.media,
        "ask": SEPARATOR.join((*proposal.cautions, *home.warnings, *proposal.unsettled, *home.ask)),
        "check": SEPARATOR.join((*home.check, *(left.told for left in proposal.left_out))),
        "made_on": pd.Timestamp(proposal.day),
    }  # fmt: skip
    if home.costs is None:
        return row | dict.fromkeys(("bank", "fund", "both", "taxes", "cash"), NO_PRICE) | {"how": "", "rests_on": ""}
    ways = {
        key: SEPARATOR.join(way_lines(way)) for key, way in zip(("bank", "fund", "both"), home.costs.ways, strict=True)
    }
    rests_on = STEPS.join(rate.words for rate in home.costs.rests_on)
    costs = {"taxes": tax_line(home.costs), "cash": SEPARATOR.join(cash_lines(home.costs))}
    return row | ways | costs | {"how": STEPS.join(home.costs.how), "rests_on": rests_on}
