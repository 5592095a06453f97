"""跟进: what became of each promise, as the ledger of promises has it (F26)."""

import pandas as pd

from macros.triggers.desk import Desk
from macros.triggers.promises import BROKEN, KEPT, OPEN, WITHDRAWN, promise_ledger

SAID = {KEPT: "兑现", BROKEN: "未兑现", OPEN: "未到期", WITHDRAWN: "取消"}


def promise_states(desk: Desk) -> pd.DataFrame:
    """Return 承诺结果 of every contact, "" where nothing was promised until a day."""
    ledger = promise_ledger(desk)
    states = ledger.set_index("row")["state"].map(SAID)
    return pd.DataFrame({"promise_state": states.reindex(desk.tables["followups"].index, fill_value="").astype(object)})
