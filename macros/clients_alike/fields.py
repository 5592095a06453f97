"""What of two rows of 客户 becomes of one: column by column a value, which of the two it comes from, and why.

Source: F1. A person chooses on 重复客户; where nobody did, what is filled wins over what is empty and the newer over the older, but a refusal
over any consent, the first contact over later ones, and what is many (标签) is put together.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from macros.privacy.masks import shown
from workbook.schema import Column, Kind
from workbook.sheets.client_pairs import FIRST, SECOND
from workbook.sheets.clients import CLIENTS
from workbook.values import text_of

STRICTEST = ("拒绝", "仅服务", "", "同意")
_EARLIER = frozenset({"first_contact_at", "source", "source_detail", "referrer_id"})
"""What tells how the client came: it belongs to the first contact."""
_BOTH = frozenset({"remark"})
_ID = "client_id"


class Field(NamedTuple):
    """A column in which the two rows differ, both filled: which is advised (甲 or 乙), and why."""

    column: Column
    advised: str
    why: str


def newer(first: Any, second: Any) -> str:
    """Return which of two rows tells the later state: by the last valid contact, then the first, then the id."""
    keys = [(_time(one.last_valid_at), _time(one.first_contact_at), one.client_id) for one in (first, second)]
    return SECOND if keys[1] > keys[0] else FIRST


def earlier(first: Any, second: Any) -> str:
    """Return which of two rows was contacted first; the lower id where that is not told."""
    keys = [(pd.isna(one.first_contact_at), _time(one.first_contact_at), one.client_id) for one in (first, second)]
    return SECOND if keys[1] < keys[0] else FIRST


def _time(moment: Any) -> float:
    return float(pd.Timestamp(moment).timestamp()) if moment == moment and moment is not None else 0.0


def filled(value: Any) -> bool:
    """Return whether a cell's value says anything."""
    return value is not None and value == value and value not in ("", ())


def differing(first: Any, second: Any) -> list[Field]:
    """Return the columns of people's in which both rows say something, and not the same, in the order of the sheet."""
    found = []
    for column in CLIENTS.columns:
        one, other = getattr(first, column.key), getattr(second, column.key)
        if column.automatic or column.key in _BOTH or column.kind is Kind.MANY or one == other:
            continue
        if filled(one) and filled(other):
            found.append(Field(column, *_advice(column, first, second)))
    return found


def _advice(column: Column, first: Any, second: Any) -> tuple[str, str]:
    if column.key == "consent":
        places = [STRICTEST.index(one.consent) if one.consent in STRICTEST else 1 for one in (first, second)]
        return (SECOND if places[1] < places[0] else FIRST), "联系同意从严"
    if column.key in _EARLIER:
        return earlier(first, second), "首次接触的那一行"
    return newer(first, second), "联系更近的那一行"


def put_together(first: Any, second: Any, choices: Mapping[str, str]) -> dict[str, Any]:
    """Return column key -> the value of the one row: as chosen (column key -> 甲 or 乙), else as advised. Automatic columns are left out.

    A number that finds no place in 手机1 and 手机2 is named in 备注, so that nobody loses it.
    """
    advised = {field.column.key: field.advised for field in differing(first, second)}
    values = {c.key: _value(c, first, second, {**advised, **choices}) for c in CLIENTS.columns if not c.automatic}
    return _with_all_phones(values, first, second)


def _value(column: Column, first: Any, second: Any, choices: Mapping[str, str]) -> Any:
    one, other = getattr(first, column.key), getattr(second, column.key)
    if column.kind is Kind.MANY:
        return tuple(dict.fromkeys([*one, *other]))
    if column.key in _BOTH:
        return "; ".join(dict.fromkeys(filter(None, (one, other))))
    if column.key == "consent" and column.key not in choices:
        return min((one, other), key=lambda said: STRICTEST.index(said) if said in STRICTEST else 1)
    if not filled(one) or not filled(other):
        return one if filled(one) else other
    return other if choices.get(column.key) == SECOND else one


def _with_all_phones(values: dict[str, Any], first: Any, second: Any) -> dict[str, Any]:
    known = dict.fromkeys(filter(None, (first.phone1, first.phone2, second.phone1, second.phone2)))
    if values["phone2"] in ("", values["phone1"]):
        values["phone2"] = next((phone for phone in known if phone != values["phone1"]), "")
    left = [phone for phone in known if phone not in (values["phone1"], values["phone2"])]
    if left:
        values["remark"] = "; ".join(filter(None, (values["remark"], f"合并前的其他号码 {'、'.join(left)}")))
    return values


def said(column: Column, value: Any) -> str:
    """Return a value as 重复客户 shows it: of a number or an address not all."""
    text = "、".join(value) if isinstance(value, tuple) else text_of(value)
    if column.kind in (Kind.DATE, Kind.MOMENT) and filled(value):
        text = f"{value:%Y-%m-%d}" if value == value.normalize() else f"{value:%Y-%m-%d %H:%M}"
    elif isinstance(value, float) and value.is_integer():
        text = str(int(value))
    return shown(text) if column.masked and text else text
