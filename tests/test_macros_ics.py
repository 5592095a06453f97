"""The agents' calendars: read back by the library's own reader, and the bytes themselves."""

import datetime as dt
import re
import shutil
import unicodedata
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from macros.ics import MORNING, Entry, calendar_files, calendar_text, due_entries, hand_out, uid, viewing_entries
from macros.session import Options, start
from tests.desks import MemoryDesk
from tests.shuffling import shuffled
from tests.tables import book_from, tables_from
from workbook.files import FileBook

NOW = dt.datetime(2026, 11, 22, 8, 30)
TODAY = NOW.date()
AGENCY = "示例地产"
BEIJING = ZoneInfo("Asia/Shanghai")
STORE = """
    客户
    | 客户ID | 姓名 | 手机1       |
    | C0001  | 张伟 | 13800001111 |
    | C0002  | 李娜 |             |
    房源
    | 房源ID | 小区     | 栋 | 单元 | 室号 |
    | H0001  | 湖滨花园 | 3  | 2    | 501  |
    | H0002  | 枫华里   |    |      |      |
    带看
    | 带看ID | 客户ID | 房源ID | 预约时间         | 带看人 | 陪看人 | 状态 |
    | V0001  | C0001  | H0001  | 2026-11-22 14:00 | 李强   | 王芳   | 已约 |
    | V0002  | C0002  | H0002  | 2026-11-23 09:30 | 李强   | 李强   | 申请 |
    | V0002  | C0001  | H0001  | 2026-11-24 09:30 | 王芳   |        | 已约 |
    | V0003  | C0009  | H0009  | 2026-11-15 00:00 | 王芳   |        | 取消 |
    | V0004  | C0001  | H0001  | 2026-11-14 23:59 | 王芳   |        | 已看 |
    | V0005  | C0001  | H0001  |                  | 王芳   |        | 已约 |
    |        | C0001  | H0001  | 2026-11-25 10:00 | 王芳   |        | 已约 |
    | V0006  | C0001  | H0001  | 2026-11-25 10:00 |        |        | 已约 |
    今日待办
    | 名次 | 负责人 | 客户ID | 姓名 | 等级 | 应跟进日   | 下一步   | 原因     | 建议渠道 | 方便时段 | 事由 | 处理 |
    | 1    | 李强   | C0001  | 张伟 | A    | 2026-11-20 | 兑现承诺 | 答应过   | 微信     | 晚上     | 承诺 |      |
    | 2    | 李强   | C0002  | 李娜 |      | 2026-11-22 | 问候     | 三天未联 |          |          | 节奏 |      |
    | 3    | 王芳   | C0003  | 赵敏 | B    | 2026-11-21 | 回答     | 还没回答 | 电话     |          | 问题 | 完成 |
    | 4    | 王芳   | C0004  | 钱进 | B    | 2026-11-21 | 回答     | 还没回答 | 电话     |          | 问题 | 延期 |
"""
GOLDEN = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Genjin//Genjin//ZH
CALSCALE:GREGORIAN
METHOD:PUBLISH
X-WR-CALNAME:跟进 李强
X-WR-TIMEZONE:Asia/Shanghai
BEGIN:VTIMEZONE
TZID:Asia/Shanghai
BEGIN:STANDARD
DTSTART:19910915T010000
TZNAME:CST
TZOFFSETFROM:+0900
TZOFFSETTO:+0800
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
SUMMARY:张伟 A级: 兑现承诺
DTSTART;VALUE=DATE:20261122
DTEND;VALUE=DATE:20261123
DTSTAMP:20261122T003000Z
UID:UID-OF-DUE
SEQUENCE:29921790
DESCRIPTION:答应 11-20 前「报价\\; 税费\\, 明细」\\nC0001\\, 手边
 有一份很长很长的说明
LAST-MODIFIED:20261122T003000Z
STATUS:CONFIRMED
TRANSP:TRANSPARENT
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:张伟 A级: 兑现承诺
TRIGGER:PT9H
END:VALARM
END:VEVENT
BEGIN:VEVENT
SUMMARY:带看 张伟
DTSTART;TZID=Asia/Shanghai:20261122T140000
DTEND;TZID=Asia/Shanghai:20261122T150000
DTSTAMP:20261122T003000Z
UID:UID-OF-VIEWING
SEQUENCE:29921790
LAST-MODIFIED:20261122T003000Z
LOCATION:湖滨花园 3-2-501
STATUS:CONFIRMED
TRANSP:OPAQUE
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:带看 张伟
TRIGGER:-PT1H
END:VALARM
END:VEVENT
END:VCALENDAR
"""
FEW = [
    Entry(
        "viewings/V0001", dt.datetime(2026, 11, 22, 14), "带看 张伟", place="湖滨花园 3-2-501", alarm=dt.timedelta(hours=-1)
    ),
    Entry(
        "due/C0001/承诺", dt.date(2026, 11, 22), "张伟 A级: 兑现承诺",
        "答应 11-20 前「报价; 税费, 明细」\nC0001, 手边有一份很长很长的说明", alarm=MORNING,
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def store():
    return tables_from(STORE)


def events(text: bytes) -> list[icalendar.Event]:
    return list(icalendar.Calendar.from_ical(text).walk("VEVENT"))


def made(entry: Entry) -> icalendar.Event:
    (event,) = events(calendar_text([entry], "李强", AGENCY, NOW))
    return event


def test_the_bytes_are_these():
    text = calendar_text(FEW, "李强", AGENCY, NOW).decode()
    for key, word in (("due/C0001/承诺", "UID-OF-DUE"), ("viewings/V0001", "UID-OF-VIEWING")):
        text = text.replace(uid(AGENCY, key), word)
    assert text == GOLDEN.replace("\n", "\r\n")


def test_names_are_stable_for_good():
    # a change of this text doubles every entry on every phone
    assert uid(AGENCY, "viewings/V0001") == "e38d1026-79b8-5074-8127-edcf7c682be4"
    assert uid(AGENCY, "viewings/V0002") != uid(AGENCY, "viewings/V0001") != uid("另一家", "viewings/V0001")


def test_the_same_rows_give_the_same_bytes_in_any_order(store):
    def files(tables):
        return {name: make() for name, make in calendar_files(tables, NOW, AGENCY).items()}

    first = files(store)
    assert first == files(store) == files(shuffled(store, 1))
    assert sorted(first) == ["日程-李强.ics", "日程-王芳.ics"]


def test_each_agent_has_their_own_and_what_they_help_with(store):
    found = {
        name: sorted(str(event["SUMMARY"]) for event in events(make()))
        for name, make in calendar_files(store, NOW, AGENCY).items()
    }
    assert found == {
        "日程-李强.ics": ["带看 张伟 湖滨花园 3-2-501", "带看 李娜 枫华里", "张伟 A级: 兑现承诺", "李娜: 问候"],
        "日程-王芳.ics": ["带看 C0009", "带看 张伟 湖滨花园 3-2-501", "赵敏 B级: 回答", "钱进 B级: 回答"],
    }


def test_viewings_come_from_a_week_ago_on(store):
    entries = {entry.key: (entry.start, entry.state) for _, entry in viewing_entries(store, TODAY)}
    assert entries == {
        "viewings/V0001": (dt.datetime(2026, 11, 22, 14), "CONFIRMED"),
        "viewings/V0002": (dt.datetime(2026, 11, 23, 9, 30), "TENTATIVE"),
        "viewings/V0003": (dt.datetime(2026, 11, 15), "CANCELLED"),
        "viewings/V0006": (dt.datetime(2026, 11, 25, 10), "CONFIRMED"),
    }


def test_due_lines_are_whole_days_overdue_ones_on_today(store):
    entries = [
        (who, entry.key, str(entry.start), entry.state, entry.alarm) for who, entry in due_entries(store["due"], TODAY)
    ]
    assert entries == [
        ("李强", "due/C0001/承诺", "2026-11-22", "CONFIRMED", MORNING),
        ("李强", "due/C0002/节奏", "2026-11-22", "CONFIRMED", None),
        ("王芳", "due/C0003/问题", "2026-11-22", "CANCELLED", None),
        ("王芳", "due/C0004/问题", "2026-11-22", "CONFIRMED", MORNING),
    ]
    ahead = store["due"].assign(due=store["due"]["due"].where(store["due"]["rank"] > 1))
    assert [entry.start for _, entry in due_entries(ahead, dt.date(2026, 11, 20))][:3] == [
        dt.date(2026, 11, 20), dt.date(2026, 11, 22), dt.date(2026, 11, 21),
    ]  # fmt: skip


def test_the_next_days_file_moves_the_entry_instead_of_adding_one():
    then = NOW + dt.timedelta(days=1)
    moved = FEW[0]._replace(start=dt.datetime(2026, 11, 24, 10))
    (before,), (after,) = (
        events(calendar_text([entry], "李强", AGENCY, now)) for entry, now in ((FEW[0], NOW), (moved, then))
    )
    assert before["UID"] == after["UID"]
    assert int(before["SEQUENCE"]) < int(after["SEQUENCE"]) < 2**31
    assert before["DTSTAMP"].dt < after["DTSTAMP"].dt


def test_a_viewing_is_beijing_time_wherever_the_phone_is():
    start = made(FEW[0])["DTSTART"].dt
    assert start == dt.datetime(2026, 11, 22, 6, tzinfo=dt.UTC)
    assert start.utcoffset() == dt.timedelta(hours=8)
    assert made(FEW[0])["DTEND"].dt - start == dt.timedelta(hours=1)
    assert made(FEW[0])["DTSTAMP"].dt == dt.datetime(2026, 11, 22, 0, 30, tzinfo=dt.UTC)


def test_the_zone_that_is_written_out_is_beijings():
    (zone,) = icalendar.Calendar.from_ical(calendar_text(FEW, "李强", AGENCY, NOW)).walk("VTIMEZONE")
    written = zone.to_tz()
    for moment in (dt.datetime(1991, 9, 16), NOW, dt.datetime(2040, 7, 1)):
        assert moment.replace(tzinfo=written).utcoffset() == moment.replace(tzinfo=BEIJING).utcoffset()


def test_what_is_cancelled_keeps_its_name_and_rings_no_more():
    event = made(FEW[0]._replace(state="CANCELLED"))
    assert (event["STATUS"], event["UID"]) == ("CANCELLED", uid(AGENCY, FEW[0].key))
    assert not event.walk("VALARM")


def test_an_entry_without_a_reminder_rings_not():
    assert not made(FEW[0]._replace(alarm=None)).walk("VALARM")
    assert [alarm["TRIGGER"].dt for alarm in made(FEW[1]).walk("VALARM")] == [MORNING]


def test_phone_numbers_stay_in_the_workbook(store):
    assert store["clients"]["phone1"].iloc[0] == "13800001111"
    assert not any(b"13800001111" in make() for make in calendar_files(store, NOW, AGENCY).values())


def test_nothing_to_do_is_no_file():
    assert calendar_files(tables_from(""), NOW, AGENCY) == {}
    assert events(calendar_text([], "李强", AGENCY, NOW)) == []


def test_a_file_is_named_after_the_agent_with_signs_that_every_system_takes():
    tables = tables_from("今日待办\n| 负责人 | 客户ID | 事由 |\n| 李/强:二 | C0001 | 节奏 |")
    assert list(calendar_files(tables, NOW, AGENCY)) == ["日程-李_强_二.ics"]


TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=120)


@given(title=TEXTS, notes=TEXTS, place=TEXTS)
def test_any_text_comes_back_and_every_line_is_whole_and_short(title, notes, place):
    text = calendar_text([Entry("due/1", TODAY, title, notes, place)], title, AGENCY, NOW)
    assert text.endswith(b"END:VCALENDAR\r\n")
    assert not set(b"\r\n") & set(text.replace(b"\r\n", b""))
    for line in text.split(b"\r\n"):
        assert len(line) <= 75
        assert all(sign >= " " for sign in line.decode())  # a line that ended within a character could not be decoded
    calendar = icalendar.Calendar.from_ical(text)
    name = re.sub(r"\\(.)", r"\1", str(calendar["X-WR-CALNAME"]))  # the reader leaves X- texts as they are written
    assert squeezed(name) == squeezed(f"跟进{title}")
    (event,) = calendar.walk("VEVENT")
    for key, given_text in (("SUMMARY", title), ("DESCRIPTION", notes), ("LOCATION", place)):
        assert squeezed(str(event.get(key, ""))) == squeezed(given_text)


def squeezed(text: str) -> str:
    """Return text without blanks and control characters."""
    return "".join(sign for sign in text if not sign.isspace() and unicodedata.category(sign) != "Cc")


def test_the_button_hands_out_a_file_each_and_says_where(yesterday: Path, tmp_path: Path) -> None:
    book = Path(shutil.copy(yesterday, tmp_path / "店.xlsx"))
    session = start(FileBook(book), Options(NOW.date(), NOW))
    told = hand_out(session, session.book, "").text
    files = sorted((tmp_path / "店-报表").glob("日程-*.ics"))
    assert files
    assert all(file.name in told for file in files)
    assert all(icalendar.Calendar.from_ical(file.read_bytes()).walk("VEVENT") for file in files)


def test_the_button_says_when_there_is_nothing_to_do(tmp_path: Path) -> None:
    desk = MemoryDesk(book_from("今日待办\n| 名次 |\n").sheets)
    desk.path = tmp_path / "店.xlsx"
    session = start(desk, Options(NOW.date(), NOW))
    assert hand_out(session, session.book, "").text == (
        "日程: 没有日程要写, 「今日待办」和「带看」里没有要做的事。请先点「待办」。"
    )
