"""Which rows of an imported list have a number that stands on 禁拨名单, or that a client of ours refused: they are stored, and left alone."""

from collections.abc import Iterator, Sequence

from macros.imports.report import Sheeted
from macros.privacy.banned import WAYS_TO, Banned, leads_to_one
from macros.privacy.masks import shown
from workbook.sheets.clients import CLIENTS
from workbook.tables import Tables


def barred_rows(sheets: Sequence[Sheeted], tables: Tables) -> list[list[dict[str, object]]]:
    """Return per source sheet the imported rows that must be left alone: row of the file, column of 客户, and why, with the cell that says so."""
    banned = Banned(tables)
    return [[*_barred(sheet, banned, tables)] for sheet in sheets]


def _barred(sheet: Sheeted, banned: Banned, tables: Tables) -> Iterator[dict[str, object]]:
    if sheet.recognised is None or sheet.recognised.target != CLIENTS.key:
        return
    columns = [(key, sheet.values[key]) for key in WAYS_TO if key in sheet.values]
    for place, at in enumerate(sheet.chosen):
        for key, cells in columns:
            way = str(cells[place] or "")
            if leads_to_one(way) and (why := _why(way, banned, tables)):
                yield {"row": sheet.records.numbers[at], "column": CLIENTS[key].label, "why": why}


def _why(way: str, banned: Banned, tables: Tables) -> str:
    if listed := banned.on_list([way]):
        return listed
    row = banned.refused_by([way])
    return f"{shown(way)} 已拒绝联系({tables.cell(CLIENTS.key, row, 'consent')})" if row else ""
