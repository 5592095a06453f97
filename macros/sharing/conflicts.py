"""冲突: its lines, written when two people had the same cell, and carried out when somebody decided."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as given

import pandas as pd

from workbook.recorded import packed, unpacked
from workbook.schema import Sheet
from workbook.sheets import BY_KEY
from workbook.sheets.conflicts import CONFLICTS, OPEN, WHOLE_ROW
from workbook.tables import Tables
from workbook.values import Link, length, text_of

LONGEST = 32_000
SHOWN_FIELDS = 12


@dataclass(frozen=True)
class Conflict:
    """One cell, or a whole row (`field` is WHOLE_ROW), that two people changed: what stood there, what was kept and what was not.

    `row` is where it stands now, 0 where it does not; `whole` are the cells of a row that is not there any more, as the loser left it.
    """

    sheet: str
    row_id: str
    field: str
    base: object
    kept: object
    lost: object
    row: int = 0
    whole: Mapping[str, object] = given(default_factory=dict)
    who: str = ""
    source: str = ""


def label_of(sheet: Sheet, name: str) -> str:
    """Return what a person calls a field: the label of a column, the header of one that people added."""
    return name if name == WHOLE_ROW else name[1:] if name.startswith("=") else sheet[name].label


def field_of(sheet: Sheet, label: str) -> str:
    """Return the field that has a label; "=" and the label where no declared column has it."""
    return next((column.key for column in sheet.columns if column.label == label), f"={label}")


def in_words(sheet: Sheet, cells: Mapping[str, object]) -> str:
    """Return a row in a few words, for a person."""
    told = [f"{label_of(sheet, name)}: {text_of(raw)}" for name, raw in cells.items() if text_of(raw)]
    more = f"; …还有 {len(told) - SHOWN_FIELDS} 格" if len(told) > SHOWN_FIELDS else ""
    return "; ".join(told[:SHOWN_FIELDS]) + more


_NAMES = {"listings": ("estate", "building", "unit", "room_no")}
_CLIENTS = ("client_id", "obj_id")


def name_of(conflict: Conflict, tables: Tables) -> str:
    """Return what a person calls the row of a conflict: its name, an address, or the name of the client whom it is about; "" nothing."""
    frame, clients = tables[conflict.sheet], tables.get("clients")

    def held(name: str) -> str:
        there = name in frame and conflict.row in frame.index
        return text_of(frame.at[conflict.row, name] if there else conflict.whole.get(name))

    found = " ".join(filter(None, map(held, _NAMES.get(conflict.sheet, ("name",)))))
    client = next(filter(None, map(held, _CLIENTS)), "")
    if found or not client or clients is None:
        return found
    return next(iter(clients.loc[clients["client_id"] == client, "name"]), "")


def lines_of(conflicts: Sequence[Conflict], tables: Tables, number: int, now: dt.datetime) -> pd.DataFrame:
    """Return the new lines of 冲突, without those that stand there already and wait."""
    rows = [_line(conflict, tables) for conflict in _unknown(conflicts, tables)]
    names_of = [column.key for column in CONFLICTS.columns if column.key not in _LATER]
    frame = pd.DataFrame(rows, columns=names_of, dtype=object)
    names = [f"{number}-{count}" for count in range(1, len(frame) + 1)]
    return frame.assign(no=names, state=OPEN, at=now, run_id=str(number))


_LATER = ("no", "state", "at", "run_id", "choice", "note")


def _unknown(conflicts: Sequence[Conflict], tables: Tables) -> Iterator[Conflict]:
    lines = tables[CONFLICTS.key]
    waiting = lines.loc[lines["state"] == OPEN]
    known = set(zip(*(waiting[name] for name in ("sheet", "row_id", "field", "lost")), strict=True))
    for conflict in dict.fromkeys(map(_Told, conflicts)):
        line = _line(conflict.conflict, tables)
        if tuple(line[name] for name in ("sheet", "row_id", "field", "lost")) not in known:
            yield conflict.conflict


class _Told:
    """A conflict as far as two of them are one."""

    def __init__(self, conflict: Conflict) -> None:
        self.conflict = conflict
        self._said = (conflict.sheet, conflict.row_id, conflict.field, text_of(conflict.lost), conflict.source)

    def __hash__(self) -> int:
        return hash(self._said)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Told) and self._said == other._said


def _line(conflict: Conflict, tables: Tables) -> dict[str, object]:
    sheet, layout = BY_KEY[conflict.sheet], tables.layouts[conflict.sheet]
    name = conflict.field if conflict.field in layout.columns else sheet.identity[0]
    where = Link(layout.cell(conflict.row, name)) if conflict.row else ""
    kept, lost = text_of(conflict.kept), text_of(conflict.lost)
    return {
        "sheet": sheet.label, "row_id": conflict.row_id, "name": name_of(conflict, tables), "field": label_of(sheet, conflict.field), "cell": where,
        "base": text_of(conflict.base), "kept": kept, "lost": lost, "who": conflict.who, "source": conflict.source,
        "detail": detail_of(conflict.whole),
    }  # fmt: skip


def detail_of(whole: Mapping[str, object]) -> str:
    """Return a row as text that `row_from` reads back, "" where there is none or a cell cannot hold it."""
    text = (
        json.dumps(dict(zip(whole, packed([*whole.values()]) or (), strict=False)), ensure_ascii=False) if whole else ""
    )
    return text if length(text) <= LONGEST else ""


def row_from(detail: str) -> dict[str, object]:
    """Return the row that a text of `detail_of` holds, {} where it holds none."""
    try:
        held: dict[str, object] = json.loads(detail or "{}")
        return dict(zip(held, unpacked([*held.values()], len(held)), strict=True))
    except (ValueError, AttributeError):
        return {}
