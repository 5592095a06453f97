"""What an agent has to do, as a calendar (.ics, RFC 5545) for the phone.

Sources: F5, F13, R109. Every entry is named by the ids of its row, never by chance, so that a phone that reads the next day's file moves,
changes or cancels what it has instead of showing it twice. Phone numbers stay in the workbook.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from macros import wording
from macros.file_names import safe_names
from macros.ics_before import MAKER, TITLE, names_of, take_off
from macros.run import needed_folder, write_files
from macros.session import Session
from macros.spoken import Said
from workbook.book import OpenBook, missing_sheet
from workbook.changes import Outcome
from workbook.tables import Tables

if TYPE_CHECKING:
    import icalendar

ZONE = "Asia/Shanghai"
OFFSET = dt.timedelta(hours=8)
VIEWING = dt.timedelta(hours=1)
BEFORE_VIEWING = dt.timedelta(hours=-1)
MORNING = dt.timedelta(hours=9)
SHOWN_DAYS = 7  # a viewing that was cancelled or moved back reaches the phone for so long
_STATES = {"申请": "TENTATIVE", "取消": "CANCELLED", "爽约": "CANCELLED"}
_HANDLED = ("完成", "取消")


class Entry(NamedTuple):
    """One appointment. `key` names it for good; a `start` without a time is a whole day, a moment is Beijing time and lasts `length`.

    `alarm` is the time of the reminder, from the start (or midnight) on, negative before it; None for no reminder.
    """

    key: str
    start: dt.date
    title: str
    notes: str = ""
    place: str = ""
    length: dt.timedelta = VIEWING
    alarm: dt.timedelta | None = None
    state: str = "CONFIRMED"


def calendar_files(
    tables: Tables, now: dt.datetime, agency: str, folder: Path | None = None
) -> dict[str, Callable[[], bytes]]:
    """Return a file name per agent who has something to do -> what makes its bytes. `now` is Beijing time.

    今日待办 that is due, and viewings from a week ago on, those of the agent and those that they help with. What the files of before in
    `folder` show and these do not is taken off the phone again, also for who has nothing to do any more.
    """
    found: dict[str, list[Entry]] = {}
    for who, entry in (*due_entries(tables["due"], now.date()), *viewing_entries(tables, now.date())):
        if who:
            found.setdefault(who, []).append(entry)
    stems = safe_names(sorted(found))
    entries = {f"日程-{stems[who]}.ics": (who, found[who]) for who in stems}
    issue = Issue(agency, now, folder)
    files: dict[str, Callable[[], bytes]] = {file: partial(_file, file, *own, issue) for file, own in entries.items()}
    if folder:
        for file, who in names_of(folder).items():
            if file not in files and take_off(_calendar([], who, agency, now), folder / file, now):
                files[file] = partial(_file, file, who, [], issue)
    return files


class Issue(NamedTuple):
    """For which agency, at which moment (Beijing time) and beside which files of before calendars are written."""

    agency: str
    now: dt.datetime
    folder: Path | None


def _file(file: str, who: str, entries: Iterable[Entry], issue: Issue) -> bytes:
    calendar = _calendar(entries, who, issue.agency, issue.now)
    if issue.folder:
        take_off(calendar, issue.folder / file, issue.now)
    return bytes(calendar.to_ical())


def hand_out(session: Session, desk: OpenBook, argument: str) -> Said:
    """Write a calendar per agent beside the workbook, for the button 日程, and say where.

    Raises SheetRefused without 今日待办, FileRefused where the workbook is no file yet.
    """
    layout, options = session.tables.layouts["due"], session.options
    if not layout.columns:
        raise missing_sheet(layout.name)
    files = calendar_files(session.tables, options.now, session.settings.agency.name, needed_folder(session))
    written = write_files(session, Outcome(files=files))
    if not written:
        return Said("日程: 没有日程要写, 「今日待办」和「带看」里没有要做的事。请先点「待办」。")
    names = "、".join(file.name for file in written)
    return Said(
        f"日程: 每人一份, 发给本人在手机上打开; 明天的文件会更新同一批日程。\n文件在 {written[0].parent.name}: {names}"
    )


def due_entries(due: pd.DataFrame, today: dt.date) -> Iterator[tuple[str, Entry]]:
    """Yield the agent and a whole-day entry for every line of 今日待办, an overdue one on today.

    The reminder at nine stands on each agent's first open line alone. A line that was handled (完成, 取消) is cancelled.
    """
    reminded: set[str] = set()
    for line in due.sort_values(["rank", "client_id", "rule"]).itertuples():
        handled = line.done in _HANDLED
        first = not handled and line.who not in reminded
        reminded |= {line.who} if first else set()
        day = today if line.due != line.due else max(line.due.date(), today)
        yield (
            line.who,
            Entry(
                key=f"due/{line.client_id}/{line.rule}",
                start=day,
                title=f"{line.name} {line.grade}级: {line.what}" if line.grade else f"{line.name}: {line.what}",
                notes=_lines(
                    line.reason, _said("建议渠道", line.channel), _said("方便时段", line.pref_time), line.client_id
                ),
                alarm=MORNING if first else None,
                state="CANCELLED" if handled else "CONFIRMED",
            ),
        )


def viewing_entries(tables: Tables, today: dt.date) -> Iterator[tuple[str, Entry]]:
    """Yield the agent, and the helper, with an entry of an hour for every viewing that is not more than a week ago."""
    viewings = tables["viewings"]
    since = pd.Timestamp(today) - pd.Timedelta(days=SHOWN_DAYS)
    names = tables["clients"].drop_duplicates("client_id").set_index("client_id")["name"].to_dict()
    homes = _places(tables["listings"])
    shown = viewings.loc[(viewings["at"] >= since) & (viewings["v_id"] != "")].sort_values(["v_id", "at"])
    for row in shown.drop_duplicates("v_id").itertuples():
        place = homes.get(row.listing_id, "")
        entry = Entry(
            key=f"viewings/{row.v_id}",
            start=row.at.to_pydatetime(),
            title=f"带看 {names.get(row.client_id, row.client_id)} {place}".strip(),
            notes=_lines(
                _said("带看人", row.agent), _said("陪看人", row.helper), row.v_id, row.client_id, row.listing_id
            ),
            place=place,
            alarm=BEFORE_VIEWING,
            state=_STATES.get(row.status, "CONFIRMED"),
        )
        yield from ((who, entry) for who in dict.fromkeys((row.agent, row.helper)))


def calendar_text(entries: Iterable[Entry], name: str, agency: str, now: dt.datetime) -> bytes:
    """Return a calendar: UTF-8, lines of at most 75 bytes ending in CRLF, entries by key. The same input gives the same bytes.

    `agency` keeps apart the ids of two agencies on one phone; it is not shown. `now` (Beijing time) stamps the entries: a later file wins.
    """
    return bytes(_calendar(entries, name, agency, now).to_ical())


def _calendar(entries: Iterable[Entry], name: str, agency: str, now: dt.datetime) -> "icalendar.Calendar":
    import icalendar

    calendar = icalendar.Calendar()
    head = {
        "PRODID": MAKER, "VERSION": "2.0", "CALSCALE": "GREGORIAN", "METHOD": "PUBLISH",
        "X-WR-CALNAME": icalendar.vText(f"{TITLE}{wording.plain(name)}"), "X-WR-TIMEZONE": ZONE,
    }  # fmt: skip
    for key, value in head.items():
        calendar.add(key, value)
    calendar.add_component(_zone())
    for entry in sorted(entries, key=lambda entry: entry.key):
        calendar.add_component(_event(entry, agency, now))
    return calendar


def uid(agency: str, key: str) -> str:
    """Return the name of an entry that stays the same for good: a UUID of the agency and the row's ids, as RFC 7986 wants it."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"genjin:{agency}/{key}"))


def _event(entry: Entry, agency: str, now: dt.datetime) -> "icalendar.Event":
    import icalendar

    event = icalendar.Event()
    stamp = (now - OFFSET).replace(microsecond=0, tzinfo=dt.UTC)
    event.add("UID", uid(agency, entry.key))
    event.add("DTSTAMP", stamp)
    event.add("LAST-MODIFIED", stamp)
    event.add("SEQUENCE", int(stamp.timestamp()) // 60)  # grows from file to file: a phone keeps the higher one
    _add_times(event, entry)
    event.add("SUMMARY", wording.plain(entry.title))
    event.add("STATUS", entry.state)
    for key, text in (("DESCRIPTION", entry.notes), ("LOCATION", entry.place)):
        if text:
            event.add(key, _clean(text))
    if entry.alarm is not None and entry.state != "CANCELLED":
        event.add_component(_alarm(entry, entry.alarm))
    return event


def _add_times(event: "icalendar.Event", entry: Entry) -> None:
    """Add start and end. A whole day leaves the agent free for appointments."""
    from zoneinfo import ZoneInfo

    if isinstance(entry.start, dt.datetime):
        start = entry.start.replace(tzinfo=ZoneInfo(ZONE))
        event.add("DTSTART", start)
        event.add("DTEND", start + entry.length)
        event.add("TRANSP", "OPAQUE")
    else:
        event.add("DTSTART", entry.start)
        event.add("DTEND", entry.start + dt.timedelta(days=1))
        event.add("TRANSP", "TRANSPARENT")


def _alarm(entry: Entry, when: dt.timedelta) -> "icalendar.Alarm":
    import icalendar

    alarm = icalendar.Alarm()
    alarm.add("ACTION", "DISPLAY")
    alarm.add("DESCRIPTION", wording.plain(entry.title))
    alarm.add("TRIGGER", when)
    return alarm


def _zone() -> "icalendar.Timezone":
    """Return Beijing time as it is since 15 September 1991, when summer time ended for good; written out, as Outlook wants it."""
    import icalendar

    zone, standard = icalendar.Timezone(), icalendar.TimezoneStandard()
    zone.add("TZID", ZONE)
    standard.add("DTSTART", dt.datetime(1991, 9, 15, 1))
    standard.add("TZOFFSETFROM", OFFSET + dt.timedelta(hours=1))
    standard.add("TZOFFSETTO", OFFSET)
    standard.add("TZNAME", "CST")
    zone.add_component(standard)
    return zone


def _places(listings: pd.DataFrame) -> dict[str, str]:
    """Return 房源ID -> "湖滨花园 3-2-501"."""
    homes = listings.loc[listings["listing_id"] != ""].drop_duplicates("listing_id")
    parts = zip(*(homes[key] for key in ("listing_id", "estate", "building", "unit", "room_no")), strict=True)
    return {key: f"{estate} {'-'.join(filter(None, numbers))}".strip() for key, estate, *numbers in parts}


def _said(label: str, text: str) -> str:
    return f"{label}: {text}" if text else ""


def _lines(*parts: str) -> str:
    return "\n".join(filter(None, parts))


def _clean(text: str) -> str:
    """Return text with its line breaks and without the control characters that RFC 5545 forbids."""
    return "\n".join(wording.plain(line) for line in text.splitlines())
