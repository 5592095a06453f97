"""成交步骤: whether a step was done in time. Source: R105 (how well processes are kept)."""

import datetime as dt

import pandas as pd

from workbook.tables import Tables


def step_facts(tables: Tables, today: dt.date) -> pd.DataFrame:
    """Return 完成晚几天 of every step that is done: calendar days after its planned day, 0 where it was in time."""
    steps = tables["deal_steps"]
    done_on = steps["done_on"].where(steps["done_on"] < pd.Timestamp(today) + pd.Timedelta(days=1)).dt.normalize()
    late = (done_on - steps["plan_on"].dt.normalize()).dt.days.astype("float64")
    return pd.DataFrame({"done_late": late.clip(lower=0)})
