"""Exact duplicates: rows that say the same as an earlier row of the run, or as a row that stands in the workbook already.

Compared is what was understood, in the words of our sheets (what could not be read stands in the remark and counts as well).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from workbook.schema import Column, Sheet
from workbook.sheets import BY_KEY
from workbook.tables import Tables
from workbook.values import text_of, to_cell

Columns = Mapping[str, Sequence[object]]
_NAMING = {  # a row that has more to say of these than the file says is another one: 张伟 with a phone is not the 张伟 of a bare list
    "clients": ("name", "phone1", "phone2", "wechat"),
    "listings": ("estate", "building", "unit", "room_no", "area", "rooms", "price"),
}
ROW = "its row"
LINKS = {"clients": ("requests", "client_id"), "listings": ("owners", "owner_id")}


def column_of(target: str, key: str) -> Column:
    """Return the column of a key such as price or requests.budget_max."""
    sheet, _, name = key.rpartition(".")
    return BY_KEY[sheet or target][name]


def keys_of(target: str, values: Columns, count: int) -> list[str]:
    """Return for each record one text of all that it says; empty cells leave no trace."""
    return _joined([_texts(column_of(target, key), f"{key}=", values[key]) for key in sorted(values)], count)


def texts_of(target: str, key: str, cells: Sequence[object]) -> list[str]:
    """Return what each cell of a column says, as text; "" for an empty one."""
    return _texts(column_of(target, key), "", cells)


def _joined(parts: Sequence[Sequence[str]], count: int) -> list[str]:
    return ["\x1f".join(filter(None, row)) for row in zip(*parts, strict=True)] if parts else [""] * count


def _texts(column: Column, prefix: str, cells: Iterable[object]) -> list[str]:
    known: dict[object, str] = {}
    texts = []
    for value in cells:
        text = known.get(value)
        if text is None:
            words = " ".join(text_of(to_cell(column, value)).split())
            text = known[value] = prefix + words if words else ""
        texts.append(text)
    return texts


class Standing:
    """What the workbook's rows say, in any choice of columns; the texts of a column are made once per run."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._frames: dict[str, pd.DataFrame] = {}
        self._parts: dict[tuple[str, str], list[str]] = {}
        self._keys: dict[tuple[str, ...], dict[str, list[int]]] = {}

    def comparable(self, target: str, keys: Iterable[str]) -> list[str]:
        """Return the keys by which rows are compared: those used and those that name a row, but not Genjin's columns (they may have
        been computed anew since), nor such as this workbook does not have."""
        wanted = {*keys, *_NAMING.get(target, ())}
        held = [(key, key.rpartition(".")[0] or target) for key in wanted if not column_of(target, key).automatic]
        return sorted(key for key, sheet in held if key.rpartition(".")[2] in self._tables.layouts[sheet].columns)

    def rows(self, target: str, keys: Sequence[str]) -> dict[str, list[int]]:
        """Return what rows say in these columns -> the rows, by their Excel row numbers."""
        known = (target, *keys)
        if known not in self._keys:
            found: dict[str, list[int]] = {}
            numbers = self._frame(target)[ROW].tolist()
            for text, row in zip(
                _joined([self._part(target, key) for key in keys], len(numbers)), numbers, strict=True
            ):
                found.setdefault(text, []).append(row)
            self._keys[known] = found
        return self._keys[known]

    def _part(self, target: str, key: str) -> list[str]:
        if (target, key) not in self._parts:
            column = column_of(target, key)
            self._parts[target, key] = _texts(column, f"{key}=", plain(self._frame(target)[key]))
        return self._parts[target, key]

    def _frame(self, target: str) -> pd.DataFrame:
        """Return a sheet's rows beside those of the sheet that is filled along with it: 客户 with 需求, 房源 with 业主."""
        if target not in self._frames:
            frame = self._tables[target].assign(**{ROW: self._tables[target].index})
            if target in LINKS:
                other, link = LINKS[target]
                linked = self._tables[other].rename(columns=lambda name: name if name == link else f"{other}.{name}")
                frame = frame.merge(linked, on=link, how="left")
            self._frames[target] = frame
        return self._frames[target]


def plain(cells: pd.Series) -> list[object]:
    """Return a column's values, None for those that are nothing."""
    return [value if isinstance(value, tuple) or not pd.isna(value) else None for value in cells.tolist()]


def first_ones(keys: Sequence[str]) -> list[int]:
    """Return the positions at which a text stands for the first time."""
    first: dict[str, int] = {}
    for at, key in enumerate(keys):
        first.setdefault(key, at)
    return list(first.values())


def lists_to_add(frames: Mapping[str, Mapping[str, Iterable[Any]]], tables: Tables) -> pd.DataFrame:
    """Return the new values of open lists (区域, 商圈, 小区, 学区 ...) per column of 字典, in order, shorter columns filled with ""."""
    by_label = {column.label: column.key for column in BY_KEY["lists"].columns}
    found: dict[str, dict[str, None]] = {}
    for sheet, frame in frames.items():
        for column in _listed(BY_KEY[sheet], frame):
            held = found.setdefault(by_label[column.lookup], {})
            for value in dict.fromkeys(frame[column.key]):
                held.update(dict.fromkeys(value if isinstance(value, tuple) else (value,)))
    new = {key: [v for v in held if v and v not in set(tables["lists"][key])] for key, held in found.items()}
    longest = max(map(len, new.values()), default=0)
    return pd.DataFrame({key: held + [""] * (longest - len(held)) for key, held in new.items() if held}, dtype=object)


def _listed(sheet: Sheet, frame: Mapping[str, object]) -> list[Column]:
    return [column for column in sheet.columns if column.lookup and column.key in frame]
