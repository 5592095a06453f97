"""Numbers and addresses that nothing may go to: those of who refused, by row of 客户, and those on 禁拨名单, whoever has them now.

What a client refused stands on 禁拨名单 as well, so that it holds when the row is gone; as long as the row stands, the row decides.

Source: 个人信息保护法 art. 15, 24, 47; 通信短信息服务管理规定 art. 18 (who refuses is left alone). A number of whom no row is left stands on
禁拨名单 as a fingerprint: it is known again when it comes back, and cannot be read. Whoever tries all numbers finds it all the same.
"""

import hashlib
import re
from collections.abc import Iterable

import pandas as pd

from macros.privacy.masks import shown
from workbook.tables import Tables
from workbook.values import Unreadable, narrow, phone_of

REFUSED = "拒绝"
BY_CLIENT = "客户拒绝"
"""来源 of what was copied from rows of 客户 that say 拒绝."""
WAYS_TO = ("phone1", "phone2", "wechat", "email")
"""The columns of 客户 by which somebody is reached."""
PRINT = "sha256:"
_SALT = "genjin do not call\n"
_LETTER = re.compile(r"[a-z]")
_SIGNS = re.compile(r"[0-9a-z]")
_FEWEST = 5
"""Letters and digits of the shortest way to somebody: a 微信 has six, a short number five."""


def folded(way: str) -> str:
    """Return a number or an address as it is compared: +86, blanks and full-width digits make no difference, nor do capitals."""
    plain = narrow(way).casefold()
    if _LETTER.search(plain):
        return plain
    try:
        return phone_of(way)
    except Unreadable:
        return plain


def leads_to_one(way: str) -> bool:
    """Return whether a number or an address can be somebody's own: not 无, 同手机号, 小王 or 138****1111, which many rows may have."""
    return "*" not in way and len(_SIGNS.findall(narrow(way).casefold())) >= _FEWEST


def fingerprint(way: str) -> str:
    """Return what stands on 禁拨名单 in place of a number that is not to be kept."""
    return PRINT + hashlib.sha256((_SALT + folded(way)).encode()).hexdigest()


def refused_ways(clients: pd.DataFrame) -> dict[str, int]:
    """Return each number and address of who refused contact -> the row of 客户 that says so.

    A person may stand on 客户 twice, and a number that must not be called may be that of somebody else's row too: it rings all the same.
    """
    refused = clients.loc[clients["consent"] == REFUSED, list(WAYS_TO)]
    found: dict[str, int] = {}
    for row, *ways in refused.itertuples():
        for way in filter(leads_to_one, ways):
            found.setdefault(way.casefold(), int(row))
    return found


class Banned:
    """What must not be called or written to, of a workbook."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._refused = refused_ways(tables["clients"])
        listed, standing = tables["do_not_call"], {*map(folded, self._refused)}
        self._rows: dict[str, int] = {}
        for row, number, source in zip(listed.index.tolist(), listed["number"], listed["source"], strict=True):
            key = number.lower() if number.startswith(PRINT) else folded(number)
            if source != BY_CLIENT or key not in standing:
                self._rows.setdefault(key, row)
        self._rows.pop("", None)
        self._prints = any(key.startswith(PRINT) for key in self._rows)

    def __bool__(self) -> bool:
        """Return whether 禁拨名单 forbids anything that rows of 客户 do not forbid already."""
        return bool(self._rows)

    def listed(self, way: str) -> int:
        """Return the row of 禁拨名单 that has a number or an address, 0 where none has."""
        if not way or not self._rows:
            return 0
        row = self._rows.get(way) or self._rows.get(way.casefold()) or self._rows.get(folded(way))
        return row or (self._rows.get(fingerprint(way), 0) if self._prints else 0)

    def on_list(self, ways: Iterable[str]) -> str:
        """Return why none of these may be used: the number with its middle hidden, the cell of 禁拨名单, its day and source; "" if none is on it."""
        return next((self._said(way, row) for way in ways if (row := self.listed(way))), "")

    def cell(self, ways: Iterable[str]) -> str:
        """Return the cell of 禁拨名单 that forbids to use one of these, "" where none does."""
        rows = filter(None, map(self.listed, ways))
        return next((self._tables.cell("do_not_call", row, "number") for row in rows), "")

    def _said(self, way: str, row: int) -> str:
        one = self._tables["do_not_call"].loc[row]
        since = f"{one['since']:%Y-%m-%d} 登记" if one["since"] == one["since"] else ""
        told = ", ".join(filter(None, (self._tables.cell("do_not_call", row, "number"), since, one["source"])))
        return f"{shown(way)} 在禁拨名单({told})"

    def refused_by(self, ways: Iterable[str]) -> int:
        """Return the row of 客户 with 拒绝 that has one of these, 0 where none has."""
        return next((self._refused[way.casefold()] for way in ways if way.casefold() in self._refused), 0)

    def of_clients(self, clients: pd.DataFrame) -> pd.Series:
        """Return by row of 客户 why 禁拨名单 forbids to reach them, "" where it does not."""
        if not self._rows:
            return pd.Series("", index=clients.index, dtype=object)
        rows = clients[list(WAYS_TO)].itertuples(index=False, name=None)
        return pd.Series([self.on_list(filter(None, ways)) for ways in rows], index=clients.index, dtype=object)

    def refused_elsewhere(self, clients: pd.DataFrame) -> pd.DataFrame:
        """Return for the ways to each of these clients the row of 客户 with 拒绝 that has the same, 0 where none has.

        Who refused themselves has 0 throughout: that is said of them already.
        """
        own = clients["consent"] == REFUSED
        rows = {key: clients[key].str.casefold().map(self._refused).where(~own).fillna(0) for key in WAYS_TO}
        return pd.DataFrame(rows, index=clients.index).astype("int64")


def barring(tables: Tables, clients: pd.DataFrame) -> list[int]:
    """Return the rows of 客户 with 拒绝 that have a number or an address of these clients, in order.

    A rule that is given some rows of 客户 only needs these as well: what may go to a number hangs on whoever has it.
    """
    return sorted({*Banned(tables).refused_elsewhere(clients).to_numpy().ravel().tolist()} - {0})
