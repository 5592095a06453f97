"""Where a client stands in a workbook: the rows that are theirs, the cells elsewhere that name them, and by what.

Sources: 个人信息保护法 art. 44, 45 (to know, to get a copy), 47 (to be deleted).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import pandas as pd

from macros.clients_alike.keeping import places
from macros.privacy.banned import WAYS_TO, folded, leads_to_one
from workbook.errors import GenjinError
from workbook.schema import Kind
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
_ID = re.compile(r"(?=.*[A-Za-z])(?=.*[0-9]).{5,}")
"""An id that is a word of its own in a text. 12, C1 or 1001 are a number, a cell, a room as well: such ids are known in columns of ids only."""
_NOBODYS = "\0"
_DIGITS = 7
_BETWEEN = r"[ .·()（）\-]{0,2}"
_FULL_WIDTH = ord("０") - ord("0")
OF_OTHERS = {CLIENTS.key: WAYS_TO, "owners": ("phone",)}
"""Columns in which a number is another person's own, though it is the same: it is told, not taken away."""


@dataclass(frozen=True)
class Traces:
    """What is known of a client: sheet key -> Excel rows that are theirs, and what names those rows in 日志 and records.

    `marks` are ids that stand for them in texts, `words` what gives them away by itself, `names` what does so beside a mark, `called` those
    of them that are 姓名.
    """

    client_id: str
    rows: Mapping[str, tuple[int, ...]]
    ids: Mapping[str, frozenset[str]]
    marks: tuple[str, ...]
    words: tuple[str, ...]
    names: tuple[str, ...]
    ways: tuple[str, ...]
    called: tuple[str, ...] = ()

    @property
    def word(self) -> re.Pattern[str]:
        """What finds a word of theirs in a text; the id and numbers only where no letter or digit goes on."""
        return pattern_of((*self.marks, *self.words))

    def redacted(self, text: str, keep_marks: bool = False, about: bool = False) -> str:
        """Return a text without words and marks; where one stood, or the text is `about` them, without the names, too."""
        if not about and not self.word.search(text):
            return text
        found = (pattern_of(self.words) if keep_marks else self.word).sub(GONE, text)
        for name in self.names:
            found = found.replace(name, GONE)
        return found


@cache
def pattern_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return what finds one of these words; a number also where it is written with blanks, hyphens, +86 or in full width.

    Every alternative begins with its first sign, and only then looks back: so whole workbooks are skipped from one such sign to the next.
    """
    parts = [part for word in sorted(words, key=len, reverse=True) for part in _phone_parts(word) or _plain_parts(word)]
    return re.compile("|".join(parts) or r"(?!)")


def _plain_parts(word: str) -> list[str]:
    first, rest = word[0], re.escape(word[1:])
    either = dict.fromkeys(sign for sign in (first, first.lower(), first.upper()) if len(sign) == 1)
    return [f"{re.escape(sign)}(?<![0-9A-Za-z].)(?i:{rest})(?![0-9A-Za-z])" for sign in either]


def _phone_parts(word: str) -> list[str]:
    digits = re.sub(r"[\s()\-]", "", word)
    if not re.fullmatch(rf"[0-9]{{{_DIGITS},}}", digits):
        return []
    wide = [chr(ord(digit) + _FULL_WIDTH) for digit in digits]
    signs = [f"[{digit}{full}]" for digit, full in zip(digits, wide, strict=True)]
    alone, end = "(?<![0-9０-９A-Za-z].)", "(?![0-9０-９A-Za-z])"
    country, whole = "(?:86|８６)[ \\-]?", _BETWEEN.join(signs) + end
    prefixed = [
        f"\\+{alone}{country}",
        f"＋{alone}{country}",
        f"0{alone}0{country}",
        f"8{alone}6[ \\-]?",
        f"８{alone}６[ \\-]?",
    ]
    bare = [f"{sign}{alone}{_BETWEEN}{_BETWEEN.join(signs[1:])}{end}" for sign in (digits[0], wide[0])]
    return [*(before + whole for before in prefixed), *bare]


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


def orphans_of(tables: Tables, client_id: str) -> Traces:
    """Return the traces of a client whose row on 客户 is gone: rows of other sheets that still have the id."""
    return _traces(tables, client_id, tables[CLIENTS.key].iloc[:0])


def traces_in(tables: Tables, known: Traces) -> Traces | None:
    """Return the traces of a client in a copy of the workbook, None where it has no row of theirs.

    Theirs is the row with their id, unless it is somebody else by number and name, and every row without an id that has a number of theirs.
    """
    clients = tables[CLIENTS.key]
    mine = clients.loc[clients["client_id"] == known.client_id]
    ways, called = {folded(way) for way in known.ways}, {*known.called}
    theirs = {folded(way) for way in mine[list(WAYS_TO)].to_numpy().ravel() if way}
    other = bool(theirs and ways) and not theirs & ways and not {*mine["name"]} & called
    nameless = clients.loc[clients["client_id"] == ""]
    shares = [
        any(way and folded(way) in ways for way in row) for row in nameless[list(WAYS_TO)].itertuples(index=False)
    ]
    mine = pd.concat([mine.iloc[:0] if other else mine, nameless.loc[shares]])
    return _traces(tables, _NOBODYS if other else known.client_id, mine) if len(mine) else None


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
    ids = {key: found for key, held in rows.items() if (found := frozenset(_ids(tables, key, sorted(held))))}
    for log in (AUDIT, CONFLICTS):
        rows[log.key] = {*_of_log(tables, log.key, ids)}
    ways = tuple(dict.fromkeys(filter(leads_to_one, (str(way) for way in mine[list(WAYS_TO)].to_numpy().ravel()))))
    words = dict.fromkeys(word for way in ways for word in (way, folded(way)) if len(word) >= _SHORTEST)
    marks = tuple(filter(_ID.fullmatch, (client_id, *sorted(one for key in _MARKED for one in ids.get(key, ())))))
    names = tuple(
        sorted({name for key in ("name", "salutation") for name in mine[key] if len(name) > 1}, key=len, reverse=True)
    )
    kept = {key: tuple(sorted(held)) for key, held in rows.items() if held}
    called = tuple(dict.fromkeys(name for name in mine["name"] if len(name) > 1))
    return Traces(client_id, kept, ids, marks, tuple(words), names, ways, called)


def _ids(tables: Tables, key: str, rows: list[int]) -> Iterator[str]:
    """Yield what 日志 and records call these rows; nothing of those that have no id yet, as many others have none."""
    columns = [tables[key].loc[rows, name] for name in tables.layouts[key].sheet.identity]
    for parts in zip(*columns, strict=True):
        told = [text_of(part) if part == part else "" for part in parts]
        if any(told):
            yield "|".join(told)


def _of_log(tables: Tables, key: str, ids: Mapping[str, frozenset[str]]) -> Iterator[int]:
    log = tables[key]
    if not {"sheet", "row_id"} <= {*log.columns}:
        return
    names = {tables.layouts[sheet].name: held for sheet, held in ids.items()}
    for row, sheet, row_id in zip(log.index.tolist(), log["sheet"], log["row_id"], strict=True):
        if row_id in names.get(sheet, ()):
            yield int(row)


def rows_of_people(tables: Tables, traces: Traces) -> dict[str, tuple[int, ...]]:
    """Return sheet -> the rows that are theirs, of the sheets that people write: notes at their cells are about them, too."""
    return {
        tables.layouts[key].name: rows for key, rows in traces.rows.items() if not tables.layouts[key].sheet.automatic
    }


def named_elsewhere(tables: Tables, traces: Traces) -> Iterator[tuple[str, str, int]]:
    """Yield (sheet key, column key, row) of every cell outside their own rows that has a word of theirs, and of those beside it in the same
    row that have their name. The same number as another person's own is left out."""
    pattern = traces.word
    for sheet in SHEETS:
        frame, own = tables[sheet.key], {*traces.rows.get(sheet.key, ())}
        texts = [column.key for column in sheet.columns if frame[column.key].dtype == object]
        found: dict[int, set[str]] = {}
        for key in texts:
            if key in OF_OTHERS.get(sheet.key, ()):
                continue
            for row, value in frame[key].items():
                if value.__class__ is str and value and row not in own and pattern.search(value):
                    found.setdefault(int(str(row)), set()).add(key)
        for row, keys in found.items():
            if sheet.key not in OF_OTHERS:
                keys |= {key for key in texts if _has_name(frame.at[row, key], traces)}
            yield from ((sheet.key, key, row) for key in texts if key in keys)


def _has_name(value: object, traces: Traces) -> bool:
    return isinstance(value, str) and any(name in value for name in traces.called)


def only_named(tables: Tables, traces: Traces) -> list[str]:
    """Return the cells that people wrote with the name and nothing else of theirs: whether it is them, a person has to say."""
    known = {*named_elsewhere(tables, traces)}
    found = []
    for sheet in SHEETS:
        if sheet.automatic:
            continue
        own = {*traces.rows.get(sheet.key, ())}
        for column in sheet.columns:
            for row, value in tables[sheet.key][column.key].items() if column.kind is Kind.TEXT else ():
                at = int(str(row))
                if value and at not in own and _has_name(value, traces) and (sheet.key, column.key, at) not in known:
                    found.append(tables.cell(sheet.key, at, column.key))
    return found


def same_ways(tables: Tables, traces: Traces) -> list[tuple[str, str]]:
    """Return cell and id of other clients, and of owners, who have a number or an address of theirs: the person may stand there twice."""
    known = {folded(way) for way in traces.ways}
    found = []
    for sheet, keys in OF_OTHERS.items():
        frame, name = tables[sheet], tables.layouts[sheet].sheet.identity[0]
        for key in keys:
            for row, way in frame[key].items():
                if way and folded(way) in known and frame.at[row, name] != traces.client_id:
                    found.append((tables.cell(sheet, int(str(row)), key), str(frame.at[row, name])))
    return found
