"""Working days and opening hours. The days off are those of the State Council's notice for 2026, typed in by hand."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from macros.clock import Calendar, days_to_add, known_years, published_days, week_of
from macros.settings import Hours
from workbook.sheets.calendar import CALENDAR
from workbook.tables import to_table

# 国办发明电: 1月1日至3日, 2月15日至23日, 4月4日至6日, 5月1日至5日, 6月19日至21日, 9月25日至27日, 10月1日至7日放假
OFF_2026 = {
    "元旦": ("2026-01-01", "2026-01-03"), "春节": ("2026-02-15", "2026-02-23"), "清明": ("2026-04-04", "2026-04-06"),
    "劳动节": ("2026-05-01", "2026-05-05"), "端午": ("2026-06-19", "2026-06-21"), "中秋": ("2026-09-25", "2026-09-27"),
    "国庆节": ("2026-10-01", "2026-10-07"),
}  # fmt: skip
ON_2026 = ("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10")
SEVEN_DAYS, SIX_DAYS = Hours(weekdays="周一至周日"), Hours(weekdays="一至六")
DATES = st.dates(dt.date(2025, 11, 1), dt.date(2027, 2, 28))
MOMENTS = st.datetimes(dt.datetime(2026, 2, 10), dt.datetime(2026, 3, 3)).map(lambda at: at.replace(microsecond=0))


def days_2026() -> pd.DataFrame:
    off = [(day, "休息", name, "") for name, span in OFF_2026.items() for day in pd.date_range(*span)]
    on = [(pd.Timestamp(day), "上班", "", "") for day in ON_2026]
    frame = pd.DataFrame(off + on, columns=["day", "kind", "name", "source"])
    return frame.assign(day=frame["day"].astype("datetime64[s]"))


def calendar_of(days: pd.DataFrame, hours: Hours = Hours()) -> Calendar:  # noqa: B008 - frozen
    keys = pd.DataFrame({"key": ["hours.weekdays", "hours.opens"]}, index=[7, 8])
    return Calendar.of({"calendar": days, "settings": keys}, hours)


NORMAL = calendar_of(days_2026())


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2026-03-06", True),  # Friday
        ("2026-03-07", False),  # Saturday
        ("2026-02-13", True),  # Friday before the make-up Saturday
        ("2026-02-14", True),  # make-up Saturday
        ("2026-02-15", False),  # Sunday, first day off
        ("2026-02-23", False),  # Monday, last day off
        ("2026-02-24", True),  # Tuesday
        ("2026-01-02", False),  # Friday
        ("2026-01-04", True),  # make-up Sunday
        ("2025-12-31", True),  # before the first year of the sheet: the week alone
        ("2027-01-01", True),  # after its last year: the week alone
        ("2199-12-31", True),
        ("2200-01-01", False),  # nothing is known of it
    ],
)
def test_a_day_is_worked_as_the_sheet_says_and_otherwise_as_the_week_says(day, worked):
    assert bool(NORMAL.is_worked(np.datetime64(day))) is worked


BETWEEN = [
    ("2026-03-04", "2026-03-03", -1),
    ("2026-03-04", "2026-03-04", 0),
    ("2026-03-04", "2026-03-05", 1),
    ("2026-03-06", "2026-03-07", 0),  # Friday to Saturday
    ("2026-03-06", "2026-03-09", 1),  # Friday to Monday
    ("2026-03-07", "2026-03-09", 1),  # Saturday to Monday
    ("2026-03-09", "2026-03-06", -1),
    ("2026-02-13", "2026-02-14", 1),  # into the make-up Saturday
    ("2026-02-13", "2026-02-23", 1),  # over nine days off
    ("2026-02-13", "2026-02-24", 2),
    ("2026-02-27", "2026-03-01", 1),
    ("2026-02-27", "2026-03-02", 2),
    ("2026-09-30", "2026-10-07", 0),
    ("2026-09-30", "2026-10-08", 1),
    ("2026-09-30", "2026-10-10", 3),
    ("2025-12-31", "2026-01-03", 0),  # over the new year
    ("2025-12-31", "2026-01-04", 1),
    ("2025-12-31", "2026-01-05", 2),
    ("2026-12-31", "2027-01-04", 2),  # the holiday of 2027 is not known yet
]


def test_working_days_between_the_cases_written_by_hand():
    starts, ends, expected = zip(*BETWEEN, strict=True)
    assert NORMAL.working_days_between(starts, ends).tolist() == list(expected)


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2026-03-06", 0, "2026-03-06"),
        ("2026-03-07", 0, "2026-03-09"),
        ("2026-03-06", 1, "2026-03-09"),
        ("2026-03-07", 1, "2026-03-09"),
        ("2026-03-07", 2, "2026-03-10"),
        ("2026-03-09", -1, "2026-03-06"),
        ("2026-03-08", -1, "2026-03-06"),
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-14", 1, "2026-02-24"),
        ("2026-02-13", 2, "2026-02-24"),
        ("2026-02-20", 5, "2026-02-28"),  # Tue to Fri, and the make-up Saturday
        ("2025-12-31", 1, "2026-01-04"),
        ("2026-12-31", 1, "2027-01-01"),
    ],
)
def test_so_many_working_days_after_a_day(start, days, expected):
    assert str(NORMAL.add_working_days(np.datetime64(start), days)) == expected


def test_the_time_of_day_does_not_matter_to_working_days():
    late, early = np.datetime64("2026-03-06T23:59:59"), np.datetime64("2026-03-06")
    assert NORMAL.working_days_between(late, "2026-03-09T00:00:00") == 1
    assert NORMAL.add_working_days(late, 1) == NORMAL.add_working_days(early, 1)


MINUTES = [
    ("2026-03-06T08:59:59", "2026-03-06T09:00:00", 0),
    ("2026-03-06T09:00:00", "2026-03-06T09:01:00", 1),
    ("2026-03-06T09:00:00", "2026-03-06T20:00:00", 660),
    ("2026-03-06T19:59:30", "2026-03-06T22:00:00", 0.5),
    ("2026-03-06T20:00:00", "2026-03-09T09:00:00", 0),  # closed all the while
    ("2026-03-06T19:30:00", "2026-03-09T09:30:00", 60),
    ("2026-03-09T09:30:00", "2026-03-06T19:30:00", -60),
    ("2026-02-13T19:00:00", "2026-02-24T10:00:00", 60 + 660 + 60),  # the make-up Saturday counts, nine days off do not
    ("2025-12-31T19:00:00", "2026-01-04T10:00:00", 120),
]


def test_opening_minutes_between_the_cases_written_by_hand():
    starts, ends, expected = zip(*MINUTES, strict=True)
    assert NORMAL.working_minutes_between(starts, ends).tolist() == list(expected)


@pytest.mark.parametrize(
    ("came", "minutes", "due"),
    [
        ("2026-03-06T10:00:00", 5, "2026-03-06T10:05:00"),
        ("2026-03-06T18:00:00", 30, "2026-03-06T18:30:00"),
        ("2026-03-06T19:30:00", 30, "2026-03-06T20:00:00"),  # to the last second of the day
        ("2026-03-06T19:30:01", 30, "2026-03-09T09:00:01"),
        ("2026-03-06T20:00:00", 30, "2026-03-09T09:30:00"),
        ("2026-03-07T03:00:00", 5, "2026-03-09T09:05:00"),
        ("2026-03-06T08:00:00", 5, "2026-03-06T09:05:00"),
        ("2026-03-04T10:00:00", 1440, "2026-03-05T10:00:00"),  # 24 hours on an ordinary day are 24 hours
        ("2026-03-06T18:00:00", 1440, "2026-03-09T18:00:00"),
        ("2026-03-04T22:00:00", 1440, "2026-03-06T09:00:00"),  # from the opening of the 5th to that of the 6th
        ("2026-03-04T09:00:00", 1440, "2026-03-05T09:00:00"),
        ("2026-03-04T09:00:01", 1440, "2026-03-05T09:00:01"),
        ("2026-03-04T08:59:59", 1440, "2026-03-05T09:00:00"),  # before opening is as from opening
        ("2026-03-04T19:59:59", 1440, "2026-03-05T19:59:59"),
        ("2026-03-04T20:00:00", 1440, "2026-03-06T09:00:00"),  # closed: from the next opening on
        ("2026-03-06T09:00:00", 1440, "2026-03-09T09:00:00"),  # a Friday
        ("2026-03-07T12:00:00", 1440, "2026-03-10T09:00:00"),  # a Saturday counts from Monday on
        ("2026-02-13T08:00:00", 1440, "2026-02-14T09:00:00"),  # to the make-up Saturday
        ("2026-03-04T09:00:00", 2880, "2026-03-06T09:00:00"),
        ("2026-03-04T09:00:00", 1470, "2026-03-05T09:30:00"),
        ("2026-03-04T19:45:00", 1470, "2026-03-06T09:15:00"),  # a day, and then half an hour of opening time
        ("2026-02-13T18:00:00", 1440, "2026-02-14T18:00:00"),
        ("2026-02-14T18:00:00", 1440, "2026-02-24T18:00:00"),
        ("2025-12-31T18:00:00", 1440, "2026-01-04T18:00:00"),
        ("2026-03-04T10:00:00", 2880, "2026-03-06T10:00:00"),
        ("2026-03-04T10:00:00", 1470, "2026-03-05T10:30:00"),
        ("2026-03-04T10:00:00", 1439, "2026-03-05T10:00:00"),  # more than a day is open counts as the day
    ],
)
def test_a_first_reply_is_due_by(came, minutes, due):
    assert str(NORMAL.reply_by(np.datetime64(came), minutes)) == due


def test_no_minutes_are_due_at_once_or_at_the_next_opening():
    cames = np.array(["2026-03-06T10:00:07", "2026-03-06T20:00:00", "2026-03-07T12:00:00"], dtype="datetime64[s]")
    due = NORMAL.add_working_minutes(cames, 0)
    assert due.astype(str).tolist() == ["2026-03-06T10:00:07", "2026-03-09T09:00:00", "2026-03-09T09:00:00"]


def test_what_is_empty_or_out_of_range_gives_nothing():
    given = pd.Series([pd.NaT, pd.Timestamp("1899-12-31"), pd.Timestamp("2200-01-01")], dtype="datetime64[s]")
    assert np.isnan(NORMAL.working_days_between(given, "2026-03-04")).all()
    assert np.isnan(NORMAL.working_minutes_between("2026-03-04", given)).all()
    assert np.isnat(NORMAL.add_working_days(given, 1)).all()
    assert np.isnat(NORMAL.add_working_minutes(given, 5)).all()
    assert np.isnat(NORMAL.reply_by(given, 1440)).all()
    assert not NORMAL.is_worked(given).any()
    assert np.isnat(NORMAL.add_working_days("2199-12-31", 1))
    assert np.isnat(NORMAL.add_working_days("1900-01-01", -1))
    assert NORMAL.working_days_between(given[:0], given[:0]).shape == (0,)


@pytest.mark.parametrize(
    ("hours", "worked"),
    [
        (Hours(), "...######..#"),  # 1 to 3 January 2026 is off, Thursday to Saturday; the 4th a make-up Sunday
        (SIX_DAYS, "...#######.#"),
        (SEVEN_DAYS, "...#########"),
    ],
)
def test_an_agency_that_works_at_week_ends_says_so_on_the_settings(hours, worked):
    days = np.arange("2026-01-01", "2026-01-13", dtype="datetime64[D]")
    assert "".join("#" if day else "." for day in calendar_of(days_2026(), hours).is_worked(days)) == worked


def test_an_agency_that_works_on_a_holiday_changes_the_row():
    days = days_2026()
    days.loc[days["day"] == "2026-10-05", "kind"] = "上班"
    calendar = calendar_of(days)
    assert calendar.is_worked(["2026-10-04", "2026-10-05", "2026-10-06"]).tolist() == [False, True, False]
    assert str(calendar.known_until) == "2026-12-31"


@pytest.mark.parametrize("order", [["休息", "上班"], ["上班", "休息"]])
def test_of_two_rows_of_one_day_the_day_off_counts(order):
    days = pd.DataFrame({"day": pd.to_datetime(["2026-03-04"] * 2), "kind": order})
    assert not calendar_of(days).is_worked("2026-03-04")


@pytest.mark.parametrize(
    ("text", "week"),
    [
        ("一、二、三、四、五", {0, 1, 2, 3, 4}),
        ("周一至周六", {0, 1, 2, 3, 4, 5}),
        ("星期一到星期五、星期日", {0, 1, 2, 3, 4, 6}),
        ("四-二", {3, 4, 5, 6, 0, 1}),  # closed on Wednesdays
        ("一 二 三 四 五 六 天", {0, 1, 2, 3, 4, 5, 6}),
        ("每天", set()),
        ("工作日", set()),
        ("", set()),
    ],
)
def test_the_week_as_people_write_it(text, week):
    assert week_of(text) == week


@pytest.mark.parametrize(
    ("hours", "row", "words"),
    [
        (Hours(weekdays="工作日"), 7, "「工作日」看不出营业日"),
        (Hours(opens=20, closes=9), 8, "「20 点到 9 点」不成立"),
        (Hours(opens=9, closes=9), 8, "「9 点到 9 点」不成立"),
        (Hours(opens=9, closes=24.5), 8, "「9 点到 24.5 点」不成立"),
    ],
)
def test_hours_that_cannot_be_are_reported_and_the_default_counts(hours, row, words):
    calendar = calendar_of(days_2026(), hours)
    (finding,) = calendar.findings
    assert (finding.sheet, finding.row, finding.check) == ("settings", row, "bad_setting")
    assert words in finding.message
    assert calendar.working_minutes_between("2026-03-06", "2026-03-09") == 660


def test_half_hours_and_round_the_clock():
    half = calendar_of(days_2026(), Hours(opens=8.5, closes=21))
    assert str(half.reply_by("2026-03-07T12:00:00", 5)) == "2026-03-09T08:35:00"
    always = calendar_of(days_2026().iloc[:0], Hours(weekdays="一至日", opens=0, closes=24))
    assert always.working_minutes_between("2026-03-06T10:00:00", "2026-03-08T10:00:00") == 2880
    assert not always.findings


@pytest.mark.parametrize(
    ("today", "days", "words"),
    [
        ("2026-12-30", (), None),
        ("2026-12-31", ("2026-12-31", None), None),
        ("2027-01-01", (), "放假安排只到 2026-12-31"),
        ("2026-12-30", ("2026-12-31", "2027-01-01"), "已用到 2027-01-01"),
        ("2026-12-30", ("2027-02-08", "2027-01-01"), "已用到 2027-02-08"),
    ],
)
def test_past_the_end_of_the_calendar_a_warning_says_so(today, days, words):
    findings = NORMAL.horizon(dt.date.fromisoformat(today), np.array(days, dtype="datetime64[D]"))
    assert bool(findings) is bool(words)
    for finding in findings:
        assert (finding.sheet, finding.row, finding.check, finding.severity) == (
            "calendar",
            0,
            "calendar_ends",
            "warning",
        )
        assert words in finding.message
        assert "补上 2027 年" in finding.message


def test_an_empty_calendar_is_a_plain_week_and_says_so():
    empty = calendar_of(days_2026().iloc[:0])
    assert empty.working_days_between("2026-02-13", "2026-02-24") == 7
    (finding,) = empty.horizon(dt.date(2026, 3, 4))
    assert "没有放假安排" in finding.message
    assert "2026 年" in finding.message


@pytest.mark.parametrize(
    ("days", "years"),
    [
        ([], (0, 0)),
        (["2026-01-15"], (0, 0)),  # a company party is no year
        (["2026-10-01"], (2026, 2026)),
        (["2026-10-07"], (2026, 2026)),
        (["2026-09-30", "2026-10-08"], (0, 0)),
        (["2024-10-01", "2026-10-01"], (2026, 2026)),  # 2025 is missing
        (["2024-10-01", "2026-10-02", "2025-10-03", "2027-01-15"], (2024, 2026)),
    ],
)
def test_the_years_that_a_sheet_covers(days, years):
    assert known_years(pd.Series(pd.to_datetime(days), dtype="datetime64[s]")) == years


def test_the_packages_days_of_2026_are_those_of_the_notice():
    published = published_days(2026)
    published = published.loc[published["day"].dt.year == 2026]
    ours = days_2026().sort_values("day")
    assert published["day"].tolist() == ours["day"].tolist()
    assert published["kind"].tolist() == ours["kind"].tolist()
    named = dict(zip(published["day"], published["name"], strict=True))
    assert all(named[row.day] == row.name for row in ours[ours["name"] != ""].itertuples(name="Row", index=False))


def test_what_is_announced_is_added_once_and_what_people_changed_stays():
    published = published_days(2018)
    until_october = published.loc[published["day"] < "2018-12-01"]
    changed = until_october.assign(kind="上班").drop(until_october.index[3])
    added = days_to_add(changed, 2018)
    assert added["day"].iloc[0] == pd.Timestamp("2018-12-29")  # the notice of 2019 reached back
    assert not added["day"].isin(changed["day"]).any()
    assert days_to_add(pd.concat([changed, added]), 2018).empty
    assert days_to_add(published.iloc[:0], 2024)["day"].iloc[0] == pd.Timestamp("2024-01-01")


def test_the_rows_obey_the_declaration_and_are_read_back():
    rows = published_days(2026)
    grid = [list(CALENDAR.labels), *rows.astype({"day": object}).to_numpy().tolist()]
    frame, _, findings = to_table(grid, CALENDAR)
    assert not findings
    assert set(frame["kind"]) <= set(CALENDAR["kind"].choices)
    assert frame["day"].tolist() == rows["day"].tolist()
    assert str(calendar_of(frame).known_until) >= "2026-12-31"


def worked_by_hand(day: dt.date) -> bool:
    """Return what the notice and the week say, one day at a time."""
    if day.isoformat() in ON_2026:
        return True
    off = any(first <= day.isoformat() <= last for first, last in OFF_2026.values())
    return not off and day.weekday() < 5


@given(DATES, DATES)
def test_working_days_are_those_that_a_count_day_by_day_finds(start, end):
    first, last = sorted((start, end))
    count = sum(worked_by_hand(first + dt.timedelta(days=more)) for more in range(1, (last - first).days + 1))
    assert NORMAL.working_days_between(start, end) == (count if start <= end else -count)


@given(DATES, DATES, DATES)
def test_stretches_of_working_days_add_up(first, second, third):
    whole = NORMAL.working_days_between(first, third)
    assert NORMAL.working_days_between(first, second) + NORMAL.working_days_between(second, third) == whole


@given(DATES, st.integers(-60, 60).filter(bool))
def test_adding_working_days_and_counting_them_agree(start, days):
    end = NORMAL.add_working_days(start, days)
    assert NORMAL.is_worked(end)
    counted = NORMAL.working_days_between(start, end)
    # back from a day off the first working day already counts as one
    assert counted == (days if days > 0 or worked_by_hand(start) else days + 1)


@settings(max_examples=50)
@given(MOMENTS, st.integers(0, 5 * 1440))
def test_opening_minutes_are_those_that_a_count_minute_by_minute_finds(start, minutes):
    start = start.replace(second=0)
    moments = [start + dt.timedelta(minutes=more) for more in range(minutes)]
    count = sum(worked_by_hand(at.date()) and 9 <= at.hour < 20 for at in moments)
    assert NORMAL.working_minutes_between(start, start + dt.timedelta(minutes=minutes)) == count


@given(MOMENTS, st.integers(1, 3000))
def test_adding_opening_minutes_and_counting_them_agree(start, minutes):
    end = NORMAL.add_working_minutes(start, minutes)
    assert NORMAL.working_minutes_between(start, end) == pytest.approx(minutes)
    assert NORMAL.working_minutes_between(start, end - 1) < minutes


@given(MOMENTS, st.integers(0, 4000), st.integers(0, 4000))
def test_more_time_never_ends_earlier(start, one, other):
    less, more = sorted((one, other))
    assert NORMAL.reply_by(start, less) <= NORMAL.reply_by(start, more)


@given(st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(random):
    order = list(range(len(days_2026())))
    random.shuffle(order)
    shuffled = calendar_of(days_2026().iloc[order])
    assert np.array_equal(shuffled.before, NORMAL.before)
    assert shuffled.known_until == NORMAL.known_until
