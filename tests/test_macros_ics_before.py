"""What is gone from the workbook goes from the phone: read back by the library's own reader, file after file."""

import datetime as dt
from pathlib import Path

import icalendar
import pytest

from macros.ics import calendar_files, uid
from macros.ics_before import KEPT_DAYS, names_of
from tests.tables import tables_from

AGENCY = "示例地产"
MORNING = dt.datetime(2026, 11, 23, 8, 30)
HEAD = "带看\n| 带看ID | 客户ID | 预约时间 | 带看人 | 状态 |\n"
LINES = "今日待办\n| 名次 | 负责人 | 客户ID | 姓名 | 应跟进日 | 下一步 | 事由 |\n"
FIRST = "| V1 | C1 | 2026-11-23 14:00 | 李强 | 已约 |\n"
SECOND = "| V2 | C2 | 2026-11-24 10:00 | 李强 | 已约 |\n"
DUE = "| 1 | 李强 | C1 | 张伟 | 2026-11-23 | 回访 | 节奏 |\n"


def issue(folder: Path, text: str, now: dt.datetime = MORNING) -> dict[str, dict[str, icalendar.Event]]:
    """Write the files of a moment into the folder; return file -> UID -> event, of those that were written."""
    made = calendar_files(tables_from(text), now, AGENCY, folder)
    contents = {name: make() for name, make in made.items()}
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    read = {name: icalendar.Calendar.from_ical(content).walk("VEVENT") for name, content in contents.items()}
    return {name: {str(event["UID"]): event for event in events} for name, events in read.items()}


def at(hours: float) -> dt.datetime:
    return MORNING + dt.timedelta(hours=hours)


V1, V2, LINE = uid(AGENCY, "viewings/V1"), uid(AGENCY, "viewings/V2"), uid(AGENCY, "due/C1/节奏")
OWN = "日程-李强.ics"


@pytest.mark.requirement("F5", "F13")
@pytest.mark.parametrize(
    ("after", "gone"),
    [
        (LINES + DUE + HEAD + SECOND, V1),  # the row was deleted
        (LINES + DUE + HEAD + SECOND + FIRST.replace("李强", "王芳"), V1),  # another agent's now
        (HEAD + FIRST + SECOND, LINE),  # settled, and no longer listed
    ],
)
def test_what_is_gone_is_cancelled_under_its_name_with_a_higher_sequence(tmp_path: Path, after: str, gone: str) -> None:
    before = issue(tmp_path, LINES + DUE + HEAD + FIRST + SECOND)[OWN]
    now = issue(tmp_path, after, at(3))[OWN]
    assert set(now) == set(before) == {V1, V2, LINE}
    assert {name: str(event["STATUS"]) for name, event in now.items() if name != gone} == dict.fromkeys(
        {V1, V2, LINE} - {gone}, "CONFIRMED"
    )
    off = now[gone]
    assert off["STATUS"] == "CANCELLED"
    assert int(off["SEQUENCE"]) > int(before[gone]["SEQUENCE"])
    assert off["DTSTAMP"].dt == dt.datetime(2026, 11, 23, 3, 30, tzinfo=dt.UTC)
    assert (off["SUMMARY"], off["DTSTART"].dt) == (before[gone]["SUMMARY"], before[gone]["DTSTART"].dt)
    assert not off.walk("VALARM")


def test_who_takes_over_has_it_as_ever(tmp_path: Path) -> None:
    issue(tmp_path, HEAD + FIRST)
    now = issue(tmp_path, HEAD + FIRST.replace("李强", "王芳"), at(3))
    assert [(name, str(events[V1]["STATUS"])) for name, events in now.items()] == [
        ("日程-王芳.ics", "CONFIRMED"), (OWN, "CANCELLED"),
    ]  # fmt: skip


def test_within_the_same_minute_the_sequence_is_higher_all_the_same(tmp_path: Path) -> None:
    before = issue(tmp_path, HEAD + FIRST)[OWN][V1]
    gone = issue(tmp_path, HEAD)[OWN][V1]
    back = issue(tmp_path, HEAD + FIRST)[OWN][V1]
    assert int(before["SEQUENCE"]) < int(gone["SEQUENCE"]) < int(back["SEQUENCE"])
    assert [str(event["STATUS"]) for event in (before, gone, back)] == ["CONFIRMED", "CANCELLED", "CONFIRMED"]
    assert "X-GENJIN-GONE" not in back


def test_it_stays_cancelled_for_a_week_and_the_file_says_the_same(tmp_path: Path) -> None:
    assert KEPT_DAYS == 7
    later = FIRST.replace("2026-11-23", "2026-12-23")
    issue(tmp_path, HEAD + later)
    first = issue(tmp_path, HEAD, at(1))[OWN][V1]
    for days in (1, 6):
        assert issue(tmp_path, HEAD, at(24 * days))[OWN][V1].to_ical() == first.to_ical()
    assert issue(tmp_path, HEAD, at(24 * 7)) == {}


@pytest.mark.parametrize(("day", "cancelled"), [("2026-11-16", True), ("2026-11-15", False)])
def test_what_took_place_more_than_a_week_ago_is_left_alone(tmp_path: Path, day: str, cancelled: bool) -> None:
    row = FIRST.replace("2026-11-23", day)
    issue(tmp_path, HEAD + row, dt.datetime(2026, 11, 15, 8))
    assert (V1 in issue(tmp_path, HEAD).get(OWN, {})) is cancelled
    # a viewing that is still in the sheet but older than a week took place, and stays on the phone
    assert (V1 in issue(tmp_path, HEAD + row).get(OWN, {})) is cancelled


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff\xfe\x00", b"BEGIN:VCALENDAR\r\n", b"BEGIN:VCALENDAR\r\nEND:VEVENT\r\n", b"hello", b"BEGIN:VEVENT\r\nEND:VEVENT\r\n",
        b"BEGIN:VCALENDAR\r\nPRODID:-//Genjin//Genjin//ZH\r\nBEGIN:VEVENT\r\nUID:1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\nPRODID:-//Genjin//Genjin//ZH\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:never\r\nSEQUENCE:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\nPRODID:-//Somebody//Else//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20261123T010000Z\r\nSEQUENCE:1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    ],
)  # fmt: skip
def test_a_file_that_is_damaged_or_not_ours_takes_nothing_off(tmp_path: Path, content: bytes) -> None:
    (tmp_path / OWN).write_bytes(content)
    (tmp_path / "日程-别人.ics").write_bytes(content)
    assert {name: set(events) for name, events in issue(tmp_path, HEAD + FIRST).items()} == {OWN: {V1}}


def test_a_folder_in_the_place_of_a_file_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "日程-李强.ics").mkdir()
    assert names_of(tmp_path) == {}
    assert names_of(tmp_path / "nowhere") == {}


def test_names_that_no_disk_takes_have_a_file_each(tmp_path: Path) -> None:
    names = ("张/三", "张_三", "..", "🏠" * 200, "长" * 200, "CON", "a", "A")
    rows = "".join(f"| V{n} | C{n} | 2026-11-23 14:00 | {name} | 已约 |\n" for n, name in enumerate(names))
    first = issue(tmp_path, HEAD + rows)
    assert sorted(len(events) for events in first.values()) == [1] * len(names)
    assert all(len(f"{name}.part".encode()) <= 255 for name in first)
    assert issue(tmp_path, HEAD + rows) == first
