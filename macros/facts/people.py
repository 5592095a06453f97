"""Who a row about a client is counted for."""

import numpy as np
import pandas as pd

from macros.triggers.desk import Desk


def of_clients(desk: Desk, ids: pd.Series, column: str) -> pd.Series:
    """Return a text column of 客户 for the client with each id, "" where nobody has it."""
    texts = np.append(desk.clients[column].to_numpy(dtype=object), "")
    return pd.Series(texts[desk.places(ids)], index=ids.index, dtype=object)
