"""Worked cases of following up: what stands in the workbook on the day before, the day itself and the day after of every number."""

import datetime as dt

import pytest

from macros.pool import WARNING
from tests import worked_cases_days as days
from tests import worked_cases_people as people
from tests import worked_cases_tables as following
from tests.worked_cases import Case, cases_of, found_in, lived, params, press, pressed, tables_of, workbook_of

FOLLOWING = [words for name, words in vars(following).items() if name.isupper()]
LISTED = (*FOLLOWING, people.LOST, people.CAP, people.GAP, people.NO_PHONE, people.WHO)
CONSENT = (people.REFUSED, people.SERVICE_ONLY)
SEGMENTS = (people.ACTIVITY, people.LIFECYCLE, people.LEAP_DELIVERY)
SERVICE = {"答疑", "承诺跟进", "成交感谢", "售后服务", "首次致谢", "满意度回访"}
MORNINGS = tuple(dt.date(2026, 3, day) for day in range(14, 20))


@pytest.mark.parametrize("case", params(*LISTED))
def test_the_list_of_the_day(case: Case) -> None:
    check(case, "due")


@pytest.mark.parametrize("case", [*params(*SEGMENTS), *params(people.TOP_SHARE), *params(people.VALUE)])
def test_the_segments_of_a_client(case: Case) -> None:
    check(case, "grade")


@pytest.mark.parametrize("case", params(*CONSENT))
def test_consent_holds_on_the_list_in_tasks_and_in_messages(case: Case) -> None:
    check(case, "due", "messages")
    tables = pressed(case.tables, case.today, "due", "messages")
    written = tables["messages"].loc[tables["messages"]["text"] != ""]
    if case.line["客户.联系同意"] == "拒绝":
        assert case.client not in {*tables["tasks"]["obj_id"]}
        assert case.client not in {*written["client_id"]}
    else:
        mine = written.loc[written["client_id"] == case.client, "content_type"]
        assert {*mine} <= SERVICE, "no advertising, no greeting"


@pytest.mark.parametrize("case", params(days.POOL, days.HANDLED))
def test_what_takes_some_days(case: Case) -> None:
    found = lived(case.tables, MORNINGS)
    lines = {f"{day:%d}": found_in(found[day], case.client, "今日待办") for day in MORNINGS}
    if "客户.锁定" in case.line:
        pools = {f"{day:%d}": found_in(found[day], case.client, "客户.公私") for day in MORNINGS}
        lines = {day: pools[day] + " 预警" * (WARNING in lines[day]) for day in lines}
    assert lines == case.expected


@pytest.mark.requirement("R53", "R55")
def test_no_event_makes_a_task_twice() -> None:
    tables = lived((days.POOL, days.HANDLED), MORNINGS)[MORNINGS[-1]]
    made = tables["tasks"].loc[~tables["tasks"]["rule"].str.contains("@", regex=False)]
    thanked = [case.client for case in cases_of((days.POOL, days.HANDLED)) if case.line.get("成交.签约日")]
    assert sorted(made.loc[made["rule"].str.startswith("CJ02"), "obj_id"]) == sorted(thanked)


@pytest.mark.requirement("R52")
@pytest.mark.parametrize(("clients", "reviewed"), [(9, 9), (10, 10), (11, 10)])
def test_ten_clients_of_each_agent_are_reviewed_on_a_monday(clients: int, reviewed: int) -> None:
    book = workbook_of([{"客户.人工等级": "A", "客户.归属人": "李雷"}] * clients)
    press(book, "due", dt.date(2026, 3, 16))
    assert len(tables_of(book)["review"]) == reviewed


def check(case: Case, *buttons: str) -> None:
    """Compare what stands in the workbook after buttons were pressed with what the line says must."""
    tables = pressed(case.tables, case.today, *buttons)
    assert {where: found_in(tables, case.client, where) for where in case.expected} == case.expected
