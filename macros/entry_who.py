"""Who is meant by what a person typed into a form: an id, a phone number or a name."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pandas as pd

from macros.alike import nearest
from workbook.sheets import BY_KEY
from workbook.tables import Tables
from workbook.values import Unreadable, narrow, phone_of, text_of

SHOWN = 5  # candidates that a message names


class Meant(NamedTuple):
    """The row that is meant: key of its sheet, Excel row number, id."""

    sheet: str
    row: int
    id: str


def meant_by(tables: Tables, raw: object, sheets: Sequence[str] = ("clients",)) -> Meant | str:
    """Return the one row that is meant, or a message WHAT。DO。 where it is none or could be several.

    An id is looked for on all of the sheets (keys), a phone, a name or a 称谓 on 客户. The first of these that is found decides.
    """
    for sheet in sheets:
        if found := _by_id(tables, sheet, raw):
            return _only(tables, sheet, found, raw)
    for rows in _by_person(tables["clients"], raw):
        if rows:
            return _only(tables, "clients", rows, raw)
    return _unknown(tables, text_of(raw))


def _by_id(tables: Tables, sheet: str, raw: object) -> list[int]:
    ids = tables[sheet][BY_KEY[sheet].identity[0]]
    wanted = narrow(text_of(raw)).upper()
    return [int(row) for row in ids.index[(ids.str.upper() == wanted).to_numpy(dtype=bool)]] if len(ids) else []


def _by_person(clients: pd.DataFrame, raw: object) -> Iterator[list[int]]:
    """Yield the rows with this phone, then those with this name, then those who are addressed so."""
    yield owners_of(clients, raw)
    for key in ("name", "salutation"):
        yield [int(row) for row in clients.index[(clients[key] == text_of(raw)).to_numpy(dtype=bool)]]


def owners_of(clients: pd.DataFrame, raw: object) -> list[int]:
    """Return the rows of the clients with a phone number; none where it is no number."""
    try:
        phone = phone_of(raw)
    except Unreadable:
        return []
    theirs = (clients["phone1"] == phone) | (clients["phone2"] == phone)
    return [int(row) for row in clients.index[theirs.to_numpy(dtype=bool)]]


def _only(tables: Tables, sheet: str, rows: Sequence[int], raw: object) -> Meant | str:
    if len(rows) > 1:
        more = f" …共 {len(rows)} 行" if len(rows) > SHOWN else ""
        named = "; ".join(described(tables, sheet, row) for row in rows[:SHOWN])
        return f"「{text_of(raw)}」可能是这几位: {named}{more}。请改填其中一位的{_id_label(sheet)}。"
    name = tables[sheet].at[rows[0], BY_KEY[sheet].identity[0]]
    if not name:
        return f"{described(tables, sheet, rows[0])} 还没有{_id_label(sheet)}。请先点「评级」补上编号, 再点保存。"
    return Meant(sheet, rows[0], name)


def _id_label(sheet: str) -> str:
    return BY_KEY[sheet][BY_KEY[sheet].identity[0]].label


def described(tables: Tables, sheet: str, row: int) -> str:
    """Return a row's id, its client's name and the end of the phone number, and its cell."""
    key = BY_KEY[sheet].identity[0]
    line = tables[sheet].loc[row]
    words = [line[key]]
    if sheet == "clients":
        words += [line["name"], f"尾号 {line['phone1'][-4:]}" if line["phone1"] else ""]
    return f"{' '.join(filter(None, words))} ({tables.cell(sheet, row, key)})"


def _unknown(tables: Tables, text: str) -> str:
    clients = tables["clients"]
    alike = clients.index[[bool(name) and (name in text or text in name) for name in clients["name"]]].tolist()
    near = nearest(text, clients["name"].tolist())
    rows = alike or clients.index[clients["name"] == near].tolist()
    if near or alike:
        named = "; ".join(described(tables, "clients", int(row)) for row in rows[:SHOWN])
        return f"没有「{text}」。是不是 {named}？请填客户ID。"
    return f"没有「{text}」。请核对客户ID、姓名或手机号; 新客户请先用「新客户」登记。"
