"""What a step waits for besides the step before: 签约 opens only after 购房资格审核 and 条款确认 (R78, R79).

Nothing can stop a typed cell. So a closed gate is told of at the cell, and the days of the steps behind it do not move.
"""

from typing import Any

import pandas as pd

from workbook.sheets.flow_steps import EXPLAINED, QUALIFIED
from workbook.tables import Tables


def closed(tables: Tables, deal: Any, needs: tuple[str, ...], day: pd.Timestamp) -> list[str]:
    """Return what is missing of `needs` in words, each with its cell; empty where the gate is open on `day`.

    `deal` is a row of 成交 as a namedtuple. What was explained after the signature, or will be after `day`, was not explained before it.
    """
    found = []
    if QUALIFIED in needs and deal.elig_ok is not True:
        what = "没有通过" if deal.elig_ok is False else "没有填「是」"
        found.append(f"资格审核{what}({tables.cell('deals', deal.Index, 'elig_ok')})")
    if EXPLAINED in needs:
        cell = tables.cell("deals", deal.Index, "terms_on")
        if deal.terms_on != deal.terms_on:
            found.append(f"条款确认日空着({cell})")
        elif deal.terms_on > day:
            found.append(f"条款确认日 {deal.terms_on:%Y-%m-%d} 还没到({cell})")
        elif deal.signed_on == deal.signed_on and deal.terms_on > deal.signed_on:
            found.append(f"条款确认日 {deal.terms_on:%Y-%m-%d} 晚于签约日({cell})")
    return found
