"""A workbook with one deal, and what a person does to it and sees in it: for tests of whole deals."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from tests.commands import column, genjin, type_in

Captured = pytest.CaptureFixture[str]
STAFF: list[dict[str, object]] = [
    {"工号": "S001", "姓名": "李雷", "角色": "经纪人", "门店": "东店", "入职": dt.date(2024, 1, 1)},
    {"工号": "S002", "姓名": "钱多", "角色": "权证员", "门店": "东店", "入职": dt.date(2024, 1, 1)},
    {"工号": "S003", "姓名": "孙丽", "角色": "客服", "门店": "东店", "入职": dt.date(2024, 1, 1)},
    {"工号": "S004", "姓名": "韩梅", "角色": "助理", "门店": "东店", "入职": dt.date(2024, 1, 1)},
]
CLIENT: dict[str, object] = {
    "姓名": "张伟", "称谓": "张先生", "手机1": "13800001111", "归属人": "李雷", "门店": "东店", "客户类型": "首次置业", "公私": "私客",
    "首接时间": dt.datetime(2026, 7, 6, 10), "状态": "初步了解", "阶段": "意向", "联系同意": "同意", "微信": "zhangwei66",
}  # fmt: skip
OWNER: dict[str, object] = {"业主ID": "O000001", "姓名": "赵敏", "电话": "13900002222"}
HOME: dict[str, object] = {
    "交易": "售", "小区": "阳光花园", "栋": "3", "单元": "2", "室号": "501", "室": 3, "厅": 2, "建筑面积": 89, "挂牌价": 530,
    "看房方式": "钥匙", "录入人": "韩梅", "维护人": "李雷", "状态": "在售", "业主ID": "O000001", "用途": "住宅",
}  # fmt: skip
VIEWING: dict[str, object] = {
    "客户ID": "C000001", "房源ID": "H000001", "预约时间": dt.datetime(2026, 7, 7, 14), "带看人": "李雷", "状态": "已约",
}  # fmt: skip
DEAL: dict[str, object] = {
    "类型": "买卖", "客户ID": "C000001", "房源ID": "H000001", "业主ID": "O000001", "定金": 20,
    "成交价": 520, "定金日": dt.date(2026, 7, 8), "付款方式": "商贷",
    "佣金应收": 10.4, "状态": "定金",
}  # fmt: skip

OF_DEALS = ("signed_before_gate", "step_dates", "steps_of_pay", "splits_sum", "splits_called_off")


class Desk:
    """The workbook, with what a person does to it and sees in it."""

    def __init__(self, path: Path, capsys: Captured) -> None:
        self.path, self.capsys = path, capsys

    def press(self, action: str, day: str, *more: str) -> dict[str, Any]:
        return genjin(self.capsys, action, self.path, *more, today=f"2026-{day}", code=None)

    def cell(self, sheet: str, label: str) -> object:
        """Return what stands in the first row of a sheet."""
        return column(self.path, sheet, label).get(2, "")

    def lines(self, label: str) -> list[object]:
        """Return a column of 今日待办."""
        return list(column(self.path, "今日待办", label).values())

    def statement(self, month: str) -> str:
        return (self.path.with_name("店-报表") / f"分佣单-2026-{month}.html").read_text("utf-8")

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
        return [item["check"] for item in found if item["check"] in OF_DEALS]


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(f"2026-{text}")
