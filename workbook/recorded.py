"""Values of cells as a record of a run holds them in JSON: links, days and moments are objects with one key."""

import datetime as dt
from collections.abc import Sequence

from workbook.values import Link

_PLAIN = {str, int, float, bool, type(None)}  # what JSON says by itself


def packed(values: Sequence[object]) -> list[object] | None:
    """Return values as JSON holds them, None where all cells are empty, as before a first run."""
    if values.count(None) == len(values):
        return None
    return [value if value.__class__ in _PLAIN else _pack(value) for value in values]


def unpacked(values: list[object] | None, count: int) -> list[object]:
    """Return the values that `packed` was given; `count` says how many."""
    return [None] * count if values is None else [*map(_unpack, values)]


def _pack(value: object) -> object:
    if isinstance(value, Link):
        return {"link": str(value)}
    if isinstance(value, dt.datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, dt.date):
        return {"date": value.isoformat()}
    return value


def _unpack(value: object) -> object:
    if not isinstance(value, dict):
        return value
    ((kind, text),) = value.items()
    return (
        Link(text)
        if kind == "link"
        else dt.datetime.fromisoformat(text)
        if kind == "moment"
        else dt.date.fromisoformat(text)
    )
