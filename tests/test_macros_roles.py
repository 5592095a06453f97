"""Who does what: a consultant and a service person for every near-client, and each task to the person of its role."""

import datetime as dt

import pandas as pd
import pytest

from macros.checks import validate
from macros.segments import segments
from macros.settings import Settings
from macros.triggers import triggers
from tests.tables import tables_from
from workbook.sheets.choices import ROLES

TODAY = dt.date(2026, 3, 3)
NEAR = """
客户
| 客户ID | 归属人 | 客服 | 状态 |
| C1     | 李雷   |      | 待付定金 |
| C2     |        | 韩梅 | 待付定金 |
| C3     | 李雷   | 韩梅 | 待付定金 |
| C4     | 李雷   |      | 待付定金 |
| C5     | 李雷   |      | 已成交 |
| C6     | 李雷   |      | 意向强烈 |
| C7     | 老王   | 老何 | 待付定金 |
成交
| 成交ID | 客户ID | 定金日     | 签约日     | 状态 |
| D1     | C1     | 2026-03-03 |            | 定金 |
| D2     | C2     | 2026-03-01 |            | 定金 |
| D3     | C3     | 2026-03-01 |            | 定金 |
| D4     | C4     | 2026-03-04 |            | 议价 |
| D5     | C5     | 2026-02-01 | 2026-03-03 | 签约 |
| D7     | C7     | 2026-03-01 |            | 定金 |
人员
| 工号 | 姓名 | 角色   | 门店 | 入职       | 离职       |
| S1   | 李雷 | 经纪人 | 东店 | 2020-01-01 |            |
| S2   | 韩梅 | 客服   | 东店 | 2020-01-01 |            |
| S3   | 老王 | 经纪人 | 东店 | 2020-01-01 | 2026-03-02 |
| S4   | 老何 | 客服   | 东店 | 2020-01-01 | 2026-03-02 |
"""


@pytest.mark.requirement("R82")
def test_from_the_deposit_on_a_client_needs_a_consultant_and_a_service_person() -> None:
    """C1 paid today, C5 signed today; C4 pays tomorrow and C6 has not paid. Those of C7 left yesterday."""
    tables = tables_from(NEAR)
    tables = tables.with_outcome(segments(tables, TODAY, Settings()))
    assert tables["clients"]["lifecycle"].tolist() == ["准客户", "准客户", "准客户", "潜在", "成交", "潜在", "准客户"]
    found = validate(tables, TODAY, Settings()).findings
    asked = {(f.row, f.column, f.check) for f in found if f.column in ("owner", "service_rep")}
    assert asked == {
        (2, "service_rep", "required_when"), (3, "owner", "required"), (6, "service_rep", "required_when"),
        (8, "owner", "staff_left"), (8, "service_rep", "staff_left"),
    }  # fmt: skip
    (told,) = (f.message for f in found if (f.row, f.column) == (2, "service_rep"))
    assert told == "生命周期是「准客户」, 这一格就必须填。请补上客服。"


PEOPLE = {role: f"{role}甲" for role in ROLES}
LEFT = {role: f"{role}老" for role in ROLES}


def staff_of(*lines: str) -> str:
    return "人员\n| 工号 | 姓名 | 角色 | 门店 | 入职 | 离职 |\n" + "".join(f"| {line} |\n" for line in lines)


def everybody(to: str = "", branch: str = "东店", start: str = "2020-01-01") -> str:
    """Two people of every role: who left long ago has the lower 工号, and who stays leaves on `to`."""
    before = [f"S1{n} | {LEFT[role]} | {role} | {branch} | 2019-01-01 | 2024-01-01" for n, role in enumerate(ROLES)]
    now = [f"S2{n} | {PEOPLE[role]} | {role} | {branch} | {start} | {to}" for n, role in enumerate(ROLES)]
    return staff_of(*before, *now, "S90 | 李雷 | 经纪人 | 东店 | 2020-01-01 |")


def task_of(role: str, people: str, **columns: str) -> pd.Series:
    """Return the task that a rule with this role makes of the client's special day."""
    given = {
        "客户ID": "C1", "姓名": "张伟", "归属人": "李雷", "门店": "东店", "联系同意": "同意", "人工等级": "C",
        "首接时间": "2020-01-01", "纪念日": "2020-03-03", **columns,
    }  # fmt: skip
    client = f"客户\n| {' | '.join(given)} |\n| {' | '.join(given.values())} |\n"
    rule = f"触发规则\n| 规则ID | 名称 | 事件 | 前后天数 | 负责角色 | 启用 |\n| X1 | 试 | 客户.纪念日 | 0 | {role} | 是 |\n"
    made = triggers(tables_from(client + rule + people), TODAY, Settings()).additions["tasks"]
    assert len(made) == 1
    return made.iloc[0]


@pytest.mark.requirement("R102")
@pytest.mark.parametrize("role", ROLES)
def test_a_task_goes_to_the_person_of_its_role_who_is_here(role: str) -> None:
    made = task_of(role, everybody())
    assert made["who"] == PEOPLE[role]
    assert "代办" not in made["what"]


@pytest.mark.requirement("R102")
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "people",
    [
        everybody(to="2026-03-03"), everybody(start="2026-03-04"), everybody(branch="西店"),
        staff_of("S90 | 李雷 | 权证 | 东店 | 2020-01-01 |"),
    ],
    ids=["left", "not here yet", "of another branch", "of no role"],
)  # fmt: skip
def test_where_nobody_has_the_role_the_clients_agent_stands_in_and_the_task_says_so(role: str, people: str) -> None:
    made = task_of(role, people.replace("李雷 | 经纪人", "李雷 | 实习") if role == "经纪人" else people)
    assert made["who"] == "李雷"
    assert made["what"].endswith(f"{role}没有人在岗, 由归属人代办")


@pytest.mark.requirement("R102")
@pytest.mark.parametrize(
    ("role", "columns", "who"),
    [
        ("客服", {"客服": "客服乙"}, "客服乙"),  # on no sheet: nobody may have entered them yet
        ("客服", {"客服": LEFT["客服"]}, PEOPLE["客服"]),  # who left: another one of the branch
        ("归属人", {"归属人": LEFT["经纪人"]}, PEOPLE["店长"]),
        ("归属人", {"归属人": "新人"}, "新人"),
        ("客户成功经理", {"门店": ""}, PEOPLE["客户成功经理"]),  # the branch of the agent
    ],
)
def test_who_left_does_nothing_and_who_is_on_no_sheet_stays(role: str, columns: dict[str, str], who: str) -> None:
    assert task_of(role, everybody(), **columns)["who"] == who


@pytest.mark.requirement("R102")
@pytest.mark.parametrize(
    ("role", "keeper", "who"),
    [
        ("归属人", "李雷", "李雷"),
        ("店长", "李雷", "店长甲"),
        ("归属人", LEFT["经纪人"], "店长甲"),
        ("店长", "新人", "新人"),
    ],
)
def test_a_listing_belongs_to_the_branch_of_who_keeps_it(role: str, keeper: str, who: str) -> None:
    home = f"房源\n| 房源ID | 状态 | 委托止 | 维护人 |\n| H1 | 在售 | 2026-03-03 | {keeper} |\n"
    rule = f"触发规则\n| 规则ID | 名称 | 事件 | 前后天数 | 负责角色 | 启用 |\n| X1 | 试 | 房源.委托止 | 0 | {role} | 是 |\n"
    made = triggers(tables_from(home + rule + everybody()), TODAY, Settings()).additions["tasks"]
    assert made["who"].tolist() == [who]
