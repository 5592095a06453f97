"""录入时差: from the run that first saw a row, never more than is known; and the share by agent."""

import datetime as dt

import pandas as pd
import pytest

from macros.numbering import number
from macros.punctuality import by_agent, punctuality
from macros.settings import Settings
from tests.tables import read_from, tables_from
from workbook.changes import Outcome

TODAY = dt.date(2026, 2, 28)


def day(offset: int) -> str:
    return (TODAY + dt.timedelta(days=offset)).isoformat()


def row(name: str, at: str, lag: str = "") -> str:
    return f"跟进\n| 跟进ID | 对象 | 对象ID | 时间 | 录入时差 | 人员 |\n| {name} | 客户 | C1 | {at} | {lag} | 李雷 |\n"


def audit(at: str, action: str = "save_contact", old: str = "", new: str = "F1", undone: str = "") -> str:
    header = "| 运行号 | 按钮 | 时间 | 表 | ID | 单元格 | 旧值 | 新值 | 已撤销 |"
    return f"日志\n{header}\n| 1 | {action} | {at} | 跟进 | F1 | A2 | {old} | {new} | {undone} |\n"


def lag(*parts: str) -> float | None:
    updates = punctuality(tables_from("".join(parts)), TODAY, Settings()).updates
    return None if not updates else float(updates["followups"]["lag_h"].iloc[0])


@pytest.mark.requirement("R52")
@pytest.mark.parametrize(
    ("at", "hours"),
    [
        (f"{day(0)} 15:00", 0), (f"{day(0)} 00:00", 0), (f"{day(-1)} 23:30", 0.5), (f"{day(-1)} 18:00", 6), (f"{day(-2)} 18:00", 30),
        (f"{day(-29)} 00:00", 696), (f"{day(-30)} 00:00", 720), (f"{day(-31)} 23:00", None), (day(1), 0),
    ],
)  # fmt: skip
def test_a_row_without_an_id_is_seen_at_the_first_moment_of_the_day(at: str, hours: float | None) -> None:
    assert lag(row("", at)) == hours


@pytest.mark.requirement("R52")
@pytest.mark.parametrize(
    ("seen", "hours"),
    [(f"{day(-3)} 10:15", 0.2), (f"{day(-2)} 10:00", 24), (f"{day(-2)} 11:00", 25), (f"{day(-4)} 10:00", 0)],
)
def test_a_row_with_an_id_is_seen_by_the_run_that_gave_it(seen: str, hours: float) -> None:
    assert lag(row("F1", f"{day(-3)} 10:00"), audit(seen)) == hours


def test_a_row_typed_without_a_time_gets_both_in_one_run() -> None:
    """The number of the row brings 时间 with it (today), so that 录入时差 is known now and not only the next time."""
    tables = tables_from(row("", ""))
    for rule in (punctuality, number):
        tables = tables.with_outcome(rule(tables, TODAY, Settings()))
    assert tables["followups"][["at", "lag_h"]].iloc[0].tolist() == [pd.Timestamp(TODAY), 0]
    assert lag(row("F1", "")) is None
    unread, _ = read_from(row("", "昨天下午"))
    assert not punctuality(unread, TODAY, Settings()).updates


@pytest.mark.parametrize(
    "log",
    [
        "", audit(day(-1), action="import"), audit(day(-1), undone="是"), audit(day(-1), old="F0"), audit(day(-1), new="接通"),
    ],
)  # fmt: skip
def test_what_nobody_knows_stays_empty(log: str) -> None:
    assert lag(row("F1", f"{day(-3)} 10:00"), log) is None


def test_it_is_never_written_twice() -> None:
    assert lag(row("F1", f"{day(-3)} 10:00", "2"), audit(day(0))) is None
    tables = tables_from(row("", f"{day(-1)} 18:00"))
    for rule in (punctuality, number):
        tables = tables.with_outcome(rule(tables, TODAY, Settings()))
    assert tables["followups"]["lag_h"].tolist() == [6]
    assert punctuality(tables, TODAY + dt.timedelta(days=9), Settings()) == Outcome(
        figures={"lags_known": 1, "lags_new": 0}
    )


@pytest.mark.requirement("R52")
def test_the_share_by_agent() -> None:
    text = "跟进\n| 跟进ID | 时间 | 录入时差 | 人员 |\n" + "".join(
        f"| F{n} | {at} | {hours} | {who} |\n"
        for n, (at, hours, who) in enumerate([
            (day(-1), "23.9", "李雷"), (day(-1), "24", "李雷"), (day(-1), "24.1", "李雷"), (day(-1), "", "李雷"), (day(-89), "1", "韩梅"),
            (day(-90), "1", "韩梅"), (day(1), "1", "韩梅"), (day(-1), "1", ""),
        ])
    )  # fmt: skip
    table = by_agent(tables_from(text), TODAY, Settings())
    assert table.to_dict("records") == [
        {"staff": "李雷", "logs": 3, "punctual": 2, "share": 66.7, "small": True},
        {"staff": "韩梅", "logs": 1, "punctual": 1, "share": 100.0, "small": True},
    ]
    assert isinstance(table, pd.DataFrame)
