"""客户画像 (R22): one page per client that joins what stands on all sheets, every fact with its cell.

Phone numbers are masked unless they are asked for: the page is printed, and goes from hand to hand. Nothing is worked out anew: the page
shows what the sheets say.
"""

import datetime as dt
from collections.abc import Collection

from macros import wording
from macros.grades import effective_grade
from macros.portrait.facts import base, grade_blocks, standing
from macros.portrait.history import HISTORIES, doubts
from macros.portrait.parts import Portrait, Sheets
from macros.settings import Settings
from workbook.tables import Tables

__all__ = ["Portrait", "portraits"]


def portraits(
    tables: Tables, today: dt.date, settings: Settings, ids: Collection[str], *, phones: bool = False
) -> list[Portrait]:
    """Return the portraits of those clients whom 客户 knows, in order of their ids; `phones`: with whole phone numbers."""
    sheets = Sheets(tables, today, phones)
    clients = tables["clients"]
    mine = clients.loc[clients["client_id"].isin(set(ids) - {""})].drop_duplicates("client_id").sort_values("client_id")
    return [_portrait(sheets, int(row), settings) for row in mine.index]


def _portrait(sheets: Sheets, row: int, settings: Settings) -> Portrait:
    clients = sheets.tables["clients"]
    one = clients.loc[row]
    sections = [
        base(sheets, row),
        grade_blocks(sheets, row),
        *(told.section(sheets, one["client_id"]) for told in HISTORIES),
    ]
    return Portrait(
        client_id=one["client_id"],
        called=sheets.plain(one["salutation"] or one["name"]),
        name=sheets.plain(one["name"]),
        grade=str(effective_grade(clients.loc[[row]]).iloc[0]),
        agency=wording.plain(settings.agency.name),
        day=sheets.today,
        standing=(*standing(sheets, row), *doubts(sheets, one["client_id"])),
        sections=tuple(section for section in sections if not section.is_empty),
        nothing=tuple(section.title for section in sections if section.is_empty),
    )
