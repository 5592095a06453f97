"""What the file of before put on a phone and today's has no more: taken off again, by its own name (RFC 5545, 3.8.7.4).

A phone keeps what it once read: a viewing whose row was deleted, that another agent took over, or a line of 今日待办 that was settled stays
there until a file says CANCELLED under its UID, with a higher SEQUENCE.
"""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import icalendar

GONE = "X-GENJIN-GONE"
"""The day (20261122) since which an entry is missing."""
KEPT_DAYS = 7  # so long each file takes it off again: not every file of every day is opened on the phone
MAKER = "-//Genjin//Genjin//ZH"
TITLE = "跟进 "
_DAY = "%Y%m%d"


def take_off(calendar: "icalendar.Calendar", file: Path, now: dt.datetime) -> bool:
    """Add to a calendar, as cancelled, what `file` shows and it does not; return whether there was anything. `now` is Beijing time.

    What is over for a week is left alone: it took place. What comes back to an agent outranks its own cancellation.
    """
    events = {str(event["UID"]): event for event in calendar.walk("VEVENT")}
    before = {str(event["UID"]): event for event in _events(file)}
    for name in events.keys() & before.keys():
        if GONE in before[name]:
            _outrank(events[name], before[name])
    gone = [event for name, event in sorted(before.items()) if name not in events and _still_matters(event, now.date())]
    for event in gone:
        if GONE not in event:
            _cancel(event, now)
        calendar.add_component(event)
    return bool(gone)


def names_of(folder: Path) -> dict[str, str]:
    """Return the files of before in a folder: file name -> whose it is."""
    found = ((file.name, _read(file)) for file in sorted(folder.glob("日程-*.ics")))
    return {
        name: str(calendar.get("X-WR-CALNAME", "")).removeprefix(TITLE)
        for name, calendar in found if calendar is not None
    }  # fmt: skip


def _read(file: Path) -> "icalendar.Calendar | None":
    """Return a calendar that Genjin wrote; None for one that is not there, is damaged, or is somebody else's."""
    import icalendar

    try:
        calendar = icalendar.Calendar.from_ical(file.read_bytes())
    except (OSError, ValueError, LookupError):
        return None
    ours = isinstance(calendar, icalendar.Calendar) and str(calendar.get("PRODID", "")) == MAKER
    return calendar if ours else None


def _events(file: Path) -> Iterator["icalendar.Component"]:
    """Yield the entries that have what an entry of ours has; one that another program changed may not."""
    calendar = _read(file)
    for event in calendar.walk("VEVENT") if calendar is not None else ():
        if "UID" in event and _day_of(event) and isinstance(event.get("SEQUENCE"), int):
            yield event


def _day_of(event: "icalendar.Component") -> dt.date | None:
    """Return the day on which an entry begins; None where it cannot be read."""
    import icalendar

    held = event.get("DTSTART")
    start = held.dt if isinstance(held, icalendar.vDDDTypes) else None
    if isinstance(start, dt.datetime):
        return start.date()
    return start if isinstance(start, dt.date) else None


def _still_matters(event: "icalendar.Component", today: dt.date) -> bool:
    """Return whether an entry that is missing is of the last week or to come, and has not been taken off for a week already."""
    since = today - dt.timedelta(days=KEPT_DAYS)
    gone = str(event.get(GONE, "")) or today.strftime(_DAY)
    return (_day_of(event) or dt.date.min) >= since and gone > since.strftime(_DAY)


def _cancel(event: "icalendar.Component", now: dt.datetime) -> None:
    """Say that an entry is off: the same entry, of a later time, that rings no more."""
    stamp = (now - dt.timedelta(hours=8)).replace(microsecond=0, tzinfo=dt.UTC)
    _outrank_by(event, max(_sequence(event) + 1, int(stamp.timestamp()) // 60))
    for key in ("STATUS", "DTSTAMP", "LAST-MODIFIED"):
        event.pop(key, None)
    event.add("STATUS", "CANCELLED")
    event.add("DTSTAMP", stamp)
    event.add("LAST-MODIFIED", stamp)
    event.add(GONE, now.strftime(_DAY))
    event.subcomponents.clear()


def _outrank(event: "icalendar.Component", before: "icalendar.Component") -> None:
    _outrank_by(event, max(_sequence(event), _sequence(before) + 1))


def _outrank_by(event: "icalendar.Component", sequence: int) -> None:
    event.pop("SEQUENCE")
    event.add("SEQUENCE", sequence)


def _sequence(event: "icalendar.Component") -> int:
    return int(str(event["SEQUENCE"]))
