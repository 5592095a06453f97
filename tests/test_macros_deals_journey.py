"""A deal from the first viewing to the key, with actions and edits of cells only, as a person would. July to September 2026 have no day off."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from macros.cli import main
from tests.commands import cells, column, genjin, type_in

Captured = pytest.CaptureFixture[str]
STAFF: list[dict[str, object]] = [
    {"工号": "S001", "姓名": "李雷", "角色": "经纪人", "门店": "东店", "入职": dt.date(2024, 1, 1)},
    {"工号": "S002", "姓名": "钱多", "角色": "权证员", "门店": "东店", "入职": dt.date(2024, 1, 1)},
    {"工号": "S003", "姓名": "孙丽", "角色": "客服", "门店": "东店", "入职": dt.date(2024, 1, 1)},
    {"工号": "S004", "姓名": "韩梅", "角色": "助理", "门店": "东店", "入职": dt.date(2024, 1, 1)},
]
CLIENT: dict[str, object] = {
    "姓名": "张伟", "称谓": "张先生", "手机1": "13800001111", "归属人": "李雷", "门店": "东店", "客户类型": "首次置业", "公私": "私客",
    "首接时间": dt.datetime(2026, 7, 6, 10), "状态": "初步了解", "阶段": "意向",
}  # fmt: skip
HOME: dict[str, object] = {
    "交易": "售", "小区": "阳光花园", "栋": "3", "单元": "2", "室号": "501", "室": 3, "厅": 2, "建筑面积": 89, "挂牌价": 530,
    "看房方式": "钥匙", "录入人": "韩梅", "维护人": "李雷", "状态": "在售",
}  # fmt: skip
VIEWING: dict[str, object] = {
    "客户ID": "C000001", "房源ID": "H000001", "预约时间": dt.datetime(2026, 7, 7, 14), "带看人": "李雷", "状态": "已约",
}  # fmt: skip
DEAL: dict[str, object] = {
    "类型": "买卖", "客户ID": "C000001", "房源ID": "H000001", "成交价": 520, "定金日": dt.date(2026, 7, 8), "付款方式": "商贷",
    "佣金应收": 10.4, "状态": "定金",
}  # fmt: skip


class Desk:
    """The workbook, with what a person does to it and sees in it."""

    def __init__(self, path: Path, capsys: Captured) -> None:
        self.path, self.capsys = path, capsys

    def press(self, action: str, day: str) -> dict[str, Any]:
        return genjin(self.capsys, action, self.path, today=f"2026-{day}", code=None)

    def deal(self, **values: object) -> None:
        type_in(self.path, {"成交": {2: values}})

    def done(self, **days: str) -> None:
        """Fill in 完成日 of steps."""
        at = {name: row for row, name in column(self.path, "成交步骤", "步骤").items()}
        type_in(self.path, {"成交步骤": {at[name]: {"完成日": day(when)} for name, when in days.items()}})

    def step(self, name: str, label: str) -> object:
        at = {step: row for row, step in column(self.path, "成交步骤", "步骤").items()}
        value = column(self.path, "成交步骤", label).get(at[name], "")
        return f"{value:%m-%d}" if isinstance(value, dt.date) else value

    def task(self, rule: str, label: str) -> object:
        at = {found: row for row, found in column(self.path, "任务", "来源规则").items()}
        return column(self.path, "任务", label).get(at[rule], "")

    def checks(self, day: str) -> list[str]:
        found = self.press("validate", day)["items"]
        return [item["check"] for item in found if item["check"] in ("signed_before_gate", "step_dates", "splits_sum")]


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(f"2026-{text}")


@pytest.fixture
def desk(tmp_path: Path, capsys: Captured) -> Desk:
    path = tmp_path / "店.xlsx"
    assert main(["new", str(path), "--today", "2026-07-06", "--quiet"]) == 0
    staff = dict(enumerate(STAFF, start=2))
    type_in(path, {"人员": staff, "客户": {2: CLIENT}, "房源": {2: HOME}, "带看": {2: VIEWING}})
    return Desk(path, capsys)


@pytest.mark.slow
@pytest.mark.requirement("R73", "R74", "R75", "R77", "R78", "R79", "R80", "F15")
def test_a_deal_from_the_first_viewing_to_the_key(desk: Desk) -> None:
    desk.press("viewings", "07-07")
    page = desk.path.with_name("店-报表") / "带看单-2026-07-07-李雷.html"
    assert "阳光花园3-2-501" in page.read_text("utf-8")
    assert "138****1111" in page.read_text("utf-8")
    type_in(desk.path, {"带看": {2: {"状态": "已看", "反馈": "意向强", "下步": "谈价"}}, "成交": {2: DEAL}})

    desk.press("all", "07-08")
    assert column(desk.path, "成交", "成交ID") == {2: "D000001"}
    assert len(column(desk.path, "成交步骤", "步骤")) == 14
    assert [desk.step(name, "计划日") for name in ("购房资格审核", "条款确认", "签约")] == ["07-09", "07-10", "07-13"]
    assert desk.step("资金监管", "负责人") == "钱多"

    desk.deal(状态="签约", 签约日=day("07-10"))
    desk.done(签约="07-10")
    assert desk.checks("07-10") == ["signed_before_gate", "signed_before_gate"]
    desk.press("deals", "07-10")
    assert desk.step("网签", "计划日") == "07-16", (
        "three working days after the plan of 签约, not after the day typed in"
    )
    assert "资格审核没有填「是」" in str(desk.step("签约", "在等什么"))

    desk.deal(资格审核="是", 条款确认日=day("07-09"))
    desk.done(购房资格审核="07-09", 条款确认="07-09")
    desk.press("all", "07-10")
    assert desk.checks("07-10") == []
    assert (desk.step("资金监管", "计划日"), desk.step("网签", "计划日")) == ("07-14", "07-15")
    people = list(
        zip(column(desk.path, "分佣", "角色").values(), column(desk.path, "分佣", "人员").values(), strict=True)
    )
    assert people == [("录入", "韩梅"), ("维护", "李雷"), ("首看", "李雷"), ("客源", "李雷"), ("成交", "李雷")]
    # 10.4 万元 by 10, 15, 10, 25, 40 %
    assert list(column(desk.path, "分佣", "金额").values()) == [1.04, 1.56, 1.04, 2.6, 4.16]

    desk.press("all", "07-20")
    tasks = desk.press("deals", "07-20")["items"]
    assert [(item["step"], item["who"], item["late_days"]) for item in tasks] == [("资金监管", "钱多", 6)]
    keys = [rule for rule in column(desk.path, "任务", "来源规则").values() if str(rule).startswith("步骤:")]
    assert keys == ["步骤:D000001-1", "步骤:D000001-4"], "each made once, though it was looked at twice"
    assert desk.task("步骤:D000001-1", "状态") == "完成", "it was late for a day only"
    assert list(column(desk.path, "看板", "签约").values()) == ["D000001 张先生 阳光花园3-2-501 卡在资金监管 逾期 6 天"]

    desk.done(资金监管="07-20", 网签="07-20")
    desk.deal(状态="网签", 网签日=day("07-20"), 网签号="示例001")
    desk.press("deals", "07-20")
    assert desk.task("步骤:D000001-4", "状态") == "完成"
    assert str(desk.task("步骤:D000001-4", "完成说明")).startswith("自动: 「资金监管」已完成")
    assert desk.step("贷款申请", "计划日") == "07-23"

    desk.done(贷款申请="07-23", 贷款审批="08-13")
    desk.deal(状态="贷款", 批贷日=day("08-13"))
    desk.press("deals", "08-14")
    assert desk.step("缴税", "计划日") == "08-20"  # Friday 14, 17, 18, 19, 20 August
    desk.done(缴税="08-20", 过户="08-21", 领证="08-28", 尾款交割="09-04", 交房="09-09")
    desk.deal(状态="交房", 缴税日=day("08-20"), 过户日=day("08-21"), 领证日=day("08-28"), 交房日=day("09-09"))
    desk.press("deals", "09-09")
    assert list(column(desk.path, "看板", "交房").values()) == [
        "D000001 张先生 阳光花园3-2-501 下一步水电物业过户 计划 09-14"
    ]
    assert desk.checks("09-09") == []

    desk.done(水电物业过户="09-14", 入住协助="09-16")
    desk.deal(状态="完结")
    before = cells(desk.path, without=("日志", "首页"))
    assert desk.press("deals", "09-16")["changed"] > 0
    assert column(desk.path, "看板", "交房") == {}
    assert desk.press("deals", "09-16")["changed"] == 0
    genjin(desk.capsys, "undo", desk.path, today="2026-09-16")
    assert cells(desk.path, without=("日志", "首页")) == before
