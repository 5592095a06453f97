"""Where a client stands in a workbook: the rows that are theirs, the cells elsewhere that name them, and by what.

Sources: 个人信息保护法 art. 44, 45 (to know, to get a copy), 47 (to be deleted).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import pandas as pd

from macros.clients_alike.keeping import places
from macros.privacy.banned import WAYS_TO, folded
from workbook.errors import GenjinError
from workbook.sheets import SHEETS
from workbook.sheets.audit import AUDIT
from workbook.sheets.client_pairs import CLIENT_PAIRS
from workbook.sheets.clients import CLIENTS
from workbook.sheets.conflicts import CONFLICTS
from workbook.tables import Tables
from workbook.values import text_of

GONE = "[已删除]"
BUSINESS = ("deals", "contracts", "deal_steps", "splits")
"""What documents business that was done: 房地产经纪管理办法 art. 26 has it kept for five years."""
_LINKS = ("referrer_id", "household_id")
"""Columns of 客户 by which other clients name one: their cell is emptied, their row is theirs."""
_SECOND = {
    "matches": ("req_id", "requests"),
    "contracts": ("deal_id", "deals"),
    "deal_steps": ("deal_id", "deals"),
    "splits": ("deal_id", "deals"),
}
_MARKED = ("requests", "followups", "viewings", "tasks", "referrals", "surveys", "complaints")
"""Sheets of which the rows of a client go with them, so that their ids are marks."""
_SHORTEST = 4
"""Signs of the shortest word by which cells elsewhere are searched: a 微信 of three letters would be found in half of all texts."""


@dataclass(frozen=True)
class Traces:
    """What is known of a client: sheet key -> Excel rows that are theirs, and what names those rows in 日志 and records.

    `marks` are ids that stand for them in texts, `words` what gives them away by itself, `names` what does so beside a mark.
    """

    client_id: str
    rows: Mapping[str, tuple[int, ...]]
    ids: Mapping[str, frozenset[str]]
    marks: tuple[str, ...]
    words: tuple[str, ...]
    names: tuple[str, ...]
    ways: tuple[str, ...]

    @property
    def word(self) -> re.Pattern[str]:
        """What finds a word of theirs in a text; the id and numbers only where no letter or digit goes on."""
        return _pattern((*self.marks, *self.words))

    def redacted(self, text: str, keep_marks: bool = False) -> str:
        """Return a text without words and marks; where one stood, without the names, too."""
        if not self.word.search(text):
            return text
        found = (_pattern(self.words) if keep_marks else self.word).sub(GONE, text)
        for name in self.names:
            found = found.replace(name, GONE)
        return found


@cache
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    parts = [f"(?<![0-9A-Za-z]){re.escape(word)}(?![0-9A-Za-z])" for word in sorted(words, key=len, reverse=True)]
    return re.compile("|".join(parts) or r"(?!)", re.IGNORECASE)


def traces_of(tables: Tables, client_id: str) -> Traces:
    """Return the traces of a client. Raises GenjinError where 客户 has no such id."""
    clients = tables[CLIENTS.key]
    mine = clients.loc[clients["client_id"] == client_id]
    if not len(mine):
        label = tables.layouts[CLIENTS.key].name
        raise GenjinError(
            label, f"没有客户「{client_id}」", "请核对 --client 后面的客户ID, 如 C000001", code="NO_SUCH_CLIENT"
        )
    return _traces(tables, client_id, mine)


def _traces(tables: Tables, client_id: str, mine: pd.DataFrame) -> Traces:
    rows = {CLIENTS.key: {*map(int, mine.index)}}
    for place in places(tables):
        if place.sheet != CLIENTS.key:
            rows.setdefault(place.sheet, set()).update(map(int, place.rows.index[place.rows == client_id]))
    for key, (column, of) in _SECOND.items():
        theirs = {*tables[of].loc[sorted(rows.get(of, ())), column]} - {""}
        rows.setdefault(key, set()).update(map(int, tables[key].index[tables[key][column].isin(theirs)]))
    pairs = tables[CLIENT_PAIRS.key]
    rows[CLIENT_PAIRS.key] = {
        *pairs.index[(pairs["first_id"] == client_id) | (pairs["second_id"] == client_id)].tolist()
    }
    ids = {key: frozenset(_ids(tables, key, sorted(held))) for key, held in rows.items() if held}
    for log in (AUDIT, CONFLICTS):
        rows[log.key] = {*_of_log(tables, log.key, ids)}
    ways = tuple(dict.fromkeys(filter(None, (str(way) for way in mine[list(WAYS_TO)].to_numpy().ravel()))))
    words = dict.fromkeys(word for way in ways for word in (way, folded(way)) if len(word) >= _SHORTEST)
    marks = (client_id, *sorted(one for key in _MARKED for one in ids.get(key, ())))
    names = tuple(
        sorted({name for key in ("name", "salutation") for name in mine[key] if len(name) > 1}, key=len, reverse=True)
    )
    kept = {key: tuple(sorted(held)) for key, held in rows.items() if held}
    return Traces(client_id, kept, ids, marks, tuple(words), names, ways)


def _ids(tables: Tables, key: str, rows: list[int]) -> Iterator[str]:
    """Yield what 日志 and records call these rows."""
    columns = [tables[key].loc[rows, name] for name in tables.layouts[key].sheet.identity]
    for parts in zip(*columns, strict=True):
        yield "|".join(text_of(part) if part == part else "" for part in parts)


def _of_log(tables: Tables, key: str, ids: Mapping[str, frozenset[str]]) -> Iterator[int]:
    log = tables[key]
    if not {"sheet", "row_id"} <= {*log.columns}:
        return
    names = {tables.layouts[sheet].name: held for sheet, held in ids.items()}
    for row, sheet, row_id in zip(log.index.tolist(), log["sheet"], log["row_id"], strict=True):
        if row_id in names.get(sheet, ()):
            yield int(row)


def named_elsewhere(tables: Tables, traces: Traces) -> Iterator[tuple[str, str, int]]:
    """Yield (sheet key, column key, row) of every cell outside their own rows that has a word of theirs."""
    pattern = traces.word
    for sheet in SHEETS:
        frame, own = tables[sheet.key], {*traces.rows.get(sheet.key, ())}
        for column in sheet.columns:
            if frame[column.key].dtype != object:
                continue
            for row, value in frame[column.key].items():
                if value.__class__ is str and value and row not in own and pattern.search(value):
                    yield sheet.key, column.key, int(str(row))


def same_ways(tables: Tables, traces: Traces) -> list[tuple[str, str]]:
    """Return cell and id of other clients who have a number or an address of theirs: the person may stand there twice."""
    clients = tables[CLIENTS.key]
    known = {way.casefold() for way in traces.ways}
    found = []
    for key in WAYS_TO:
        for row, way in clients[key].items():
            if way and way.casefold() in known and clients.at[row, "client_id"] != traces.client_id:
                found.append((tables.cell(CLIENTS.key, int(str(row)), key), str(clients.at[row, "client_id"])))
    return found
