"""What a client is told apart by, and what comes next with them at every stage of their life with us."""

import datetime as dt

import pytest

from macros.due import due
from macros.grades import grade
from macros.segments import segments
from macros.settings import Settings
from tests.tables import tables_from

TODAY = dt.date(2026, 3, 6)


def graded(**need: str) -> tuple[float, str]:
    """Return 分数 and 评级说明 of a client with one open need in row 2 of 需求."""
    given = {"需求ID": "Q1", "客户ID": "C1", "交易": "买", "需求状态": "有效", **need}
    tables = tables_from(
        "客户\n| 客户ID | 姓名 | 首接时间 | 状态 |\n| C1 | 张伟 | 2026-03-01 | 需求明确 |\n"
        f"需求\n| {' | '.join(given)} |\n| {' | '.join(given.values())} |\n"
    )
    row = grade(tables, TODAY, Settings()).updates["clients"].iloc[0]
    return float(row["score"]), str(row["grade_why"])


CLEAR = {"用途": "住宅", "购房动机": "自住", "意向区域": "浦东", "室下限": "3", "面积下限": "90", "面积上限": "120"}


@pytest.mark.requirement("R29")
@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (CLEAR, "需求明确度 4/20"),
        ({"预算上限": "500"}, "填有「预算上限」+3(需求!G2)"),
        ({"期望时间": "2026-06-01"}, "填有「期望时间」+4(需求!K2)"),
    ],
)
def test_a_clear_need_a_budget_and_a_time_each_set_a_client_apart(told: dict[str, str], reason: str) -> None:
    vague, _ = graded()
    score, note = graded(**told)
    assert score > vague
    assert reason in note


@pytest.mark.requirement("R31")
@pytest.mark.parametrize(
    ("day", "deal", "lifecycle"),
    [
        ("2026-01-31", "", "潜在"),
        ("2026-02-01", "定金", "准客户"),
        ("2026-03-01", "签约", "成交"),
        ("2027-03-31", "完结", "成交"),  # the home was handed over on 2026-04-01: a day is missing to the year
        ("2027-04-01", "完结", "老客户"),
        ("2029-03-31", "完结", "老客户"),
        ("2029-04-01", "完结", "流失"),  # three years without another deal or a referral
    ],
)
def test_a_life_is_followed_from_the_first_call_to_the_old_client(day: str, deal: str, lifecycle: str) -> None:
    clients = "客户\n| 客户ID | 首接时间 |\n| C1 | 2026-01-01 |\n"
    deals = (
        "成交\n| 成交ID | 客户ID | 定金日 | 签约日 | 交房日 | 状态 |\n"
        f"| D1 | C1 | 2026-02-01 | 2026-03-01 | 2026-04-01 | {deal} |\n"
    )
    tables = tables_from(clients + (deals if deal else ""))
    found = segments(tables, dt.date.fromisoformat(day), Settings()).updates["clients"]
    assert found["lifecycle"].tolist() == [lifecycle]


@pytest.mark.requirement("R31")
def test_every_stage_has_a_next_step_of_its_own() -> None:
    stages = {"潜在": "初步了解", "意向": "需求明确", "洽谈": "对比选择", "成交": "已成交", "售后": "已成交"}
    rows = "".join(
        f"| C{n} | 客户{n} | 2025-01-01 | {stage} | {status} | C | 同意 | 13800000{n:03d} |\n"
        for n, (stage, status) in enumerate(stages.items())
    )
    head = "客户\n| 客户ID | 姓名 | 首接时间 | 阶段 | 状态 | 人工等级 | 联系同意 | 手机1 |\n"
    log = "跟进\n| 跟进ID | 对象 | 对象ID | 时间 | 结果 | 下步行动 |\n" + "".join(
        f"| F{n} | 客户 | C{n} | 2025-06-01 10:00 | 接通 | 无 |\n" for n in range(len(stages))
    )
    lines = due(tables_from(head + rows + log), TODAY, Settings()).results["due"]
    lines = lines.loc[lines["rule"] == "定期跟进"]
    steps = dict(zip(lines["client_id"], lines["what"], strict=True))
    assert steps == {
        "C0": "了解需求, 提出置业建议",
        "C1": "推荐房源, 邀约看房",
        "C2": "谈价格和条款, 准备签约",
        "C3": "跟进签约后的手续",
        "C4": "回访居住感受, 请求转介绍",
    }
