"""Who refuses on 客户 (联系同意 is 拒绝) gets a line on 禁拨名单 per number and address, so that the refusal outlasts the row.

A row may be deleted, merged, or come back from an old list under another name; the number rings the same telephone.
Sources: 个人信息保护法 art. 15 (a consent withdrawn stays withdrawn), 通信短信息服务管理规定 art. 18; F9.
"""

import datetime as dt

import pandas as pd

from macros.privacy.banned import BY_CLIENT, PRINT, REFUSED, WAYS_TO, fingerprint, folded, leads_to_one
from macros.settings import Settings
from workbook.changes import Outcome
from workbook.sheets.do_not_call import DO_NOT_CALL
from workbook.tables import Tables, to_frame


def refusals(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return the lines that 禁拨名单 lacks, in the order of 客户: each number once; none where the workbook has no such sheet."""
    del settings
    if not tables.layouts[DO_NOT_CALL.key].columns:
        return Outcome()
    known = _known(tables)
    clients = tables["clients"]
    refused = clients.loc[clients["consent"] == REFUSED, ["client_id", *WAYS_TO]]
    lines: dict[str, tuple[str, str]] = {}
    for client_id, *ways in refused.itertuples(index=False, name=None):
        for way in filter(leads_to_one, ways):
            key = folded(way)
            if key not in known and fingerprint(way) not in known:
                lines.setdefault(key, (way, f"{client_id} 的联系同意是「{REFUSED}」"))
    if not lines:
        return Outcome()
    numbers, remarks = zip(*lines.values(), strict=True)
    rows = {"number": numbers, "since": pd.Timestamp(today), "source": BY_CLIENT, "remark": remarks}
    added = to_frame(DO_NOT_CALL, pd.DataFrame(rows))
    return Outcome(additions={DO_NOT_CALL.key: added}, figures={"do_not_call": len(added)})


def _known(tables: Tables) -> set[str]:
    listed = tables[DO_NOT_CALL.key]["number"]
    return {number.lower() if number.startswith(PRINT) else folded(number) for number in listed}
