"""投诉: how long it took to solve one. Source: R103."""

import numpy as np
import pandas as pd

from workbook.tables import Tables

HOUR = pd.Timedelta(hours=1)


def complaint_facts(tables: Tables) -> pd.DataFrame:
    """Return 解决用时 in hours by the clock, to a tenth, from 响应时间 to 解决时间; NaN while it is open, or where they are in the wrong order."""
    complaints = tables["complaints"]
    hours = np.floor((complaints["t3"] - complaints["t1"]) / HOUR * 10 + 0.5) / 10
    return pd.DataFrame({"solve_hours": hours.where(hours >= 0)})
