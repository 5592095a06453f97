"""公客预演: who drops today and within the warning, and which 公客 somebody has reached; nothing is written.

Source: F7 (dry-run list). What it says of today is what 全部 would do today.
"""

import datetime as dt
from collections.abc import Iterator, Mapping

from macros.contacts import contacts
from macros.due_case import Case
from macros.grades import effective_grade, grade
from macros.listings import derive
from macros.pool import claim_items, pool, standings
from macros.segments import segments
from macros.session import Session
from macros.settings import Settings
from macros.spoken import Said
from workbook.book import OpenBook, missing_sheet
from workbook.changes import Outcome
from workbook.tables import Tables

RULES = (contacts, derive, grade, segments)
SHOWN = 10  # in the status cell
Item = Mapping[str, object]


def pool_ahead(tables: Tables, today: dt.date, settings: Settings) -> Outcome:
    """Return as `items` who drops, by day, then the 公客 who wait for a decision about their claim; each with `state` in words."""
    for rule in RULES:
        tables = tables.with_outcome(rule(tables, today, settings))
    drops = pool(tables, today, settings)
    waiting = claim_items(tables, standings(Case(tables, today, settings, effective_grade(tables["clients"]))))
    items = [{"state": "今天掉公" if item["in_days"] == 0 else "快掉公", **item} for item in drops.items]
    return Outcome(items=[*items, *({"state": "等认领", **item} for item in waiting)], figures=drops.figures)


def lines_of(found: Outcome, days: int, shown: int | None = None) -> Iterator[str]:
    """Yield the list in words, of each state at most `shown` clients; `days` are those of the warning."""
    states: dict[str, list[str]] = {"今天掉公": [], "快掉公": [], "等认领": []}
    for item in found.items:
        states[str(item["state"])].append(_line(item))
    now, soon, waiting = (len(lines) for lines in states.values())
    if not found.items:
        yield f"公客预演: 今天和 {days} 天内没有客户掉公, 也没有公客等认领。什么都没有写入。"
        return
    yield f"公客预演: 今天掉公 {now:,} 位, {days} 天内还会掉公 {soon:,} 位, 等认领 {waiting:,} 位。什么都没有写入。"
    for state, lines in states.items():
        if lines:
            yield f"{state}: {len(lines):,} 位"
            yield from (f"    {line}" for line in lines[:shown])
        if shown is not None and len(lines) > shown:
            yield f"    …还有 {len(lines) - shown:,} 位"


def _line(item: Item) -> str:
    who = f"{item['client_id']} {item['name']}, 归属人 {item['owner'] or '(空)'}"
    if item["state"] == "等认领":
        return f"{who}: {item['why']}"
    return f"{who}: {item['drop_on']}, {item['why']}"


def show(session: Session, desk: OpenBook, argument: str) -> Said:
    """Say who drops, for the status cell. Raises SheetRefused where there is no sheet 客户."""
    layout = session.tables.layouts["clients"]
    if not layout.columns:
        raise missing_sheet(layout.name)
    settings = session.settings
    found = pool_ahead(session.tables, session.options.today, settings)
    return Said("\n".join(lines_of(found, settings.pool.warn_days, SHOWN)))
