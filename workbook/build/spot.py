"""A formula cell of a page."""

from typing import NamedTuple


class Spot(NamedTuple):
    """One formula cell: row and column counted from 1, the formula without "=", its result."""

    row: int
    column: int
    formula: str
    value: object
