"""What of two rows of 客户 becomes of one: column by column a value, which of the two it comes from, and why.

Source: F1. A person chooses on 重复客户; where nobody did, what is filled wins over what is empty and the newer over the older, but the
first contact over later ones, and what is many (标签) is put together. Of two 联系同意 the stricter holds, whatever was chosen (个人信息保护法
art. 15: who withdrew consent has withdrawn it); no number and no address is lost.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from macros.clients_alike.names import full_name
from macros.pool import PRIVATE
from macros.privacy.banned import folded
from macros.privacy.masks import shown
from workbook.schema import Column, Kind
from workbook.sheets.choices import CONSENTS
from workbook.sheets.client_pairs import FIRST, SECOND
from workbook.sheets.clients import CLIENTS
from workbook.values import text_of

STRICTEST = CONSENTS[::-1]
CONSENT, OWNER = "consent", "owner"
_FOLLOWS = {"source_detail": "source", "referrer_id": "source", "grade_reason": "grade_manual", "lost_reason": "status"}
"""What says more of another column, by its key: it comes from the row of which that one is taken."""
_OF_POOL = ("pool", "protect_until", "drop_on", "pool_why")
_OTHER_WAYS = {"wechat": "微信", "email": "邮箱"}
_FIRST_CONTACT = "first_contact_at"
_BOTH = frozenset({"remark"})
_GAVE_UP = "暂不考虑"
"""Who had given up and comes again has not: their 状态 begins anew."""


class Field(NamedTuple):
    """A column in which the two rows differ, both filled: which is advised (甲 or 乙), and why."""

    column: Column
    advised: str
    why: str


def newer(first: Any, second: Any) -> str:
    """Return which of two rows tells the later state: by the last valid contact or the first one, whichever is later, then by the id."""
    keys = [(max(_time(one.last_valid_at), _time(one.first_contact_at)), one.client_id) for one in (first, second)]
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
    """Return the columns of people's in which both rows say something, and not the same, in the order of the sheet.

    首接时间 is none of them: two entries differ in it always, and the first contact was the earlier.
    """
    found = []
    for column in CLIENTS.columns:
        one, other = getattr(first, column.key), getattr(second, column.key)
        if column.automatic or column.key in {*_BOTH, _FIRST_CONTACT} or column.kind is Kind.MANY:
            continue
        if _same(column.key, one, other):
            continue
        if filled(one) and filled(other):
            found.append(Field(column, *_advice(column, first, second)))
    return found


def _same(key: str, one: Any, other: Any) -> bool:
    return bool(one == other or (key in _OTHER_WAYS and folded(one) == folded(other)))


def _advice(column: Column, first: Any, second: Any) -> tuple[str, str]:
    head = _FOLLOWS.get(column.key)
    if column.key == CONSENT:
        return (SECOND if second.consent == stricter(first, second) else FIRST), "从严, 不由人选"
    if column.key == OWNER:
        return newer(first, second), "联系更近的那一行, 请人选定"
    if head is not None and _differ(head, first, second):
        return _advice(CLIENTS[head], first, second)[0], f"跟「{CLIENTS[head].label}」走"
    if column.key == "name" and full_name(first.name) != full_name(second.name):
        return (FIRST if full_name(first.name) else SECOND), "写了全名的那一行"
    if column.key == "source":
        return earlier(first, second), "首次接触的那一行"
    later = newer(first, second)
    said = _said(column, later, first, second)
    return (said, "另一行是默认值") if said else (later, "联系更近的那一行")


def _said(column: Column, later: str, first: Any, second: Any) -> str:
    """Return which row was filled in where the other one has what an empty cell means, "" where that does not tell."""
    values = [getattr(one, column.key) for one in (first, second)]
    if column.default is None or column.default not in values:
        return ""
    which = SECOND if values[0] == column.default else FIRST
    return "" if values[which == SECOND] == _GAVE_UP and which != later else which


def _differ(key: str, first: Any, second: Any) -> bool:
    one, other = getattr(first, key), getattr(second, key)
    return filled(one) and filled(other) and one != other


def stricter(first: Any, second: Any) -> str:
    """Return the stricter of two 联系同意; an empty one says nothing."""
    said = [str(one.consent) for one in (first, second)]
    known = [one for one in said if one in STRICTEST]
    return min(known, key=STRICTEST.index, default=said[0] or said[1])


def put_together(first: Any, second: Any, choices: Mapping[str, str]) -> dict[str, Any]:
    """Return column key -> the value of the one row: as chosen (column key -> 甲 or 乙), else as advised.

    Of the automatic columns only those are told that are no result of others: whose the client is, and until when. A number or an address
    that finds no place in its columns is named in 备注, so that nobody loses it.
    """
    advised = {field.column.key: field.advised for field in differing(first, second)}
    wanted = {**advised, **choices}
    for key, head in _FOLLOWS.items():
        if key not in choices and _differ(head, first, second):
            wanted[key] = f"{wanted[head]}!"
    values = {c.key: _value(c, first, second, wanted.get(c.key, "")) for c in CLIENTS.columns if not c.automatic}
    return _with_all_ways(values, first, second) | _of_pool(first, second, values[OWNER])


def _value(column: Column, first: Any, second: Any, wanted: str) -> Any:
    """Return the value of one column; `wanted` is 甲, 乙 or "", with ! behind it where an empty cell is taken as well."""
    one, other = getattr(first, column.key), getattr(second, column.key)
    if column.kind is Kind.MANY:
        return tuple(dict.fromkeys([*one, *other]))
    if column.key in _BOTH:
        return "; ".join(dict.fromkeys(filter(None, (one, other))))
    if column.key == CONSENT:
        return stricter(first, second)
    if column.key == _FIRST_CONTACT:
        return one if earlier(first, second) == FIRST else other
    if not wanted.endswith("!") and not (filled(one) and filled(other)):
        return one if filled(one) else other
    return other if wanted.startswith(SECOND) else one


def _of_pool(first: Any, second: Any, owner: str) -> dict[str, Any]:
    """Return what says until when the client is whose they are: of the row of that 归属人, of a 私客 and of the longest where both are."""
    rows = [one for one in (first, second) if one.owner == owner]
    one = max(rows, key=lambda one: (one.pool == PRIVATE, _time(one.protect_until)))
    return {key: getattr(one, key) for key in _OF_POOL}


def _with_all_ways(values: dict[str, Any], first: Any, second: Any) -> dict[str, Any]:
    known = dict.fromkeys(filter(None, (first.phone1, first.phone2, second.phone1, second.phone2)))
    if values["phone2"] in ("", values["phone1"]):
        values["phone2"] = next((phone for phone in known if phone != values["phone1"]), "")
    numbers = [phone for phone in known if phone not in (values["phone1"], values["phone2"])]
    told = [f"合并前的其他号码 {'、'.join(numbers)}"] if numbers else []
    for key, label in _OTHER_WAYS.items():
        left = {folded(getattr(one, key)): getattr(one, key) for one in (first, second)}
        told += [f"合并前的其他{label} {way}" for fold, way in left.items() if fold and fold != folded(values[key])]
    values["remark"] = "; ".join(filter(None, (values["remark"], *told)))
    return values


def said(column: Column, value: Any) -> str:
    """Return a value as 重复客户 shows it: of a number or an address not all."""
    text = "、".join(value) if isinstance(value, tuple) else text_of(value)
    if column.kind in (Kind.DATE, Kind.MOMENT) and filled(value):
        text = f"{value:%Y-%m-%d}" if value == value.normalize() else f"{value:%Y-%m-%d %H:%M}"
    elif isinstance(value, float) and value.is_integer():
        text = str(int(value))
    return shown(text) if column.masked and text else text
