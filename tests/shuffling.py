"""Sample tables, the same with their rows in another order, and results without the addresses that such an order changes."""

import datetime as dt
import re
from functools import cache

import numpy as np
import pandas as pd

from workbook.samples import sample
from workbook.sheets import SHEETS
from workbook.tables import Layout, Tables, empty_frame

_ADDRESS = re.compile(r"(?:[\u4e00-\u9fff]+!)?[A-Z]{1,3}\d+")
_ADDRESSES = re.compile(r"\([\u4e00-\u9fff]+![A-Z0-9、]+\)")


@cache
def sample_tables(size: str, today: dt.date) -> Tables:
    """Return the tables of a sample whose sheets have all columns, in order."""
    rows = sample(size, today=today)
    layouts = {s.key: Layout(s, s.label, 1, {c.key: i for i, c in enumerate(s.columns, 1)}) for s in SHEETS}
    return Tables({s.key: rows.get(s.key, empty_frame(s)) for s in SHEETS}, layouts)


def shuffled(tables: Tables, seed: int = 0) -> Tables:
    """Return the tables with the rows of every sheet in another order; row numbers count on from 2 as before."""
    rng = np.random.default_rng(seed)
    frames = {key: frame.iloc[rng.permutation(len(frame))].set_axis(frame.index) for key, frame in tables.items()}
    return Tables(frames, tables.layouts)


def comparable(frame: pd.DataFrame, ids: pd.Series) -> pd.DataFrame:
    """Return a frame by id, in the order of ids, with the addresses taken out of its texts."""
    bare = frame.map(lambda value: _ADDRESS.sub("@", _ADDRESSES.sub("(@)", value)) if isinstance(value, str) else value)
    return bare.set_axis(pd.Index(ids, name="id")).sort_index(kind="stable")
