"""A deal from the first viewing to the key, with actions and edits of cells only, as a person would: typed, pressed, looked at.

July to September 2026 have no day off; in October 1 to 7 are off. 10.4 万元 commission are shared by 10, 15, 10, 25 and 40 %.
"""

import hashlib
from pathlib import Path

import pytest

from macros.cli import main
from tests.commands import cells, column, type_in
from tests.dealing import CLIENT, DEAL, HOME, OWNER, STAFF, VIEWING, Captured, Desk, day


@pytest.fixture
def desk(tmp_path: Path, capsys: Captured) -> Desk:
    path = tmp_path / "店.xlsx"
    assert main(["new", str(path), "--today", "2026-07-06", "--quiet"]) == 0
    staff = dict(enumerate(STAFF, start=2))
    rows = {"人员": staff, "客户": {2: CLIENT}, "房源": {2: HOME}, "业主": {2: OWNER}, "带看": {2: VIEWING}}
    type_in(path, rows)
    return Desk(path, capsys)


@pytest.mark.slow
@pytest.mark.requirement("R73", "R74", "R75", "R76", "R77", "R78", "R79", "R80", "F13", "F14", "F15")
def test_a_deal_from_the_first_viewing_to_the_key(desk: Desk) -> None:
    the_first_viewing(desk)
    the_deposit(desk)
    signing_too_early(desk)
    signing(desk)
    the_contract(desk)
    shares(desk)
    a_late_step(desk)
    the_loan_and_the_title(desk)
    the_key(desk)
    what_comes_after(desk)


def the_first_viewing(desk: Desk) -> None:
    """带看 typed, its page printed, what the client said written down, and the client waits for the next word."""
    desk.press("viewings", "07-07")
    page = desk.path.with_name("店-报表") / "带看单-2026-07-07-李雷.html"
    assert "阳光花园3-2-501" in page.read_text("utf-8")
    assert "138****1111" in page.read_text("utf-8")
    type_in(
        desk.path, {"带看": {2: {"状态": "已看", "反馈": "意向强", "下步": "谈价"}}, "客户": {2: {"状态": "意向强烈"}}}
    )
    desk.press("all", "07-07")
    assert desk.cell("客户", "生命周期") == "潜在"
    assert desk.cell("客户", "阶段") == "意向"
    assert desk.cell("带看", "首复看") == 1
    assert "带看反馈「意向强」+5(带看!K2)" in str(desk.cell("客户", "评级说明"))
    assert desk.cell("客户", "下次跟进") == day("08-06"), (
        "no need is written down yet: grade D, 30 days after the viewing"
    )


def the_deposit(desk: Desk) -> None:
    """The deal is typed in: its steps stand there with days, people and papers."""
    type_in(desk.path, {"成交": {2: DEAL}, "客户": {2: {"状态": "待付定金"}}})
    desk.press("all", "07-08")
    assert desk.cell("成交", "成交ID") == "D000001"
    assert len(column(desk.path, "成交步骤", "步骤")) == 14
    assert [desk.step(name, "计划日") for name in ("购房资格审核", "条款确认", "签约")] == ["07-09", "07-10", "07-13"]
    assert desk.step("资金监管", "负责人") == "钱多"
    assert desk.step("购房资格审核", "所需资料") == "身份证、户口本、社保证明"


def signing_too_early(desk: Desk) -> None:
    """签约 before 资格审核 and 条款确认: 校验 says why, no day moves on, and the contract cannot be printed for signature."""
    desk.deal(状态="签约", 签约日=day("07-10"))
    desk.done(签约="07-10")
    assert desk.checks("07-10") == ["signed_before_gate", "signed_before_gate"]
    desk.press("deals", "07-10")
    assert desk.step("网签", "计划日") == "07-16", (
        "three working days after the plan of 签约, not after the day typed in"
    )
    assert "资格审核没有填「是」" in str(desk.step("签约", "在等什么"))
    assert column(desk.path, "看板", "签约")[2] == ("D000001 张先生 阳光花园3-2-501 卡在购房资格审核 逾期 1 天")


def signing(desk: Desk) -> None:
    """Both are done and written down: the gate is open, and the days behind it count from the day of the signature."""
    desk.deal(资格审核="是", 条款确认日=day("07-09"))
    desk.done(购房资格审核="07-09", 条款确认="07-09")
    desk.press("all", "07-10")
    assert desk.checks("07-10") == []
    assert (desk.step("资金监管", "计划日"), desk.step("网签", "计划日")) == ("07-14", "07-15")
    assert desk.step("签约", "在等什么") == ""


def the_contract(desk: Desk) -> None:
    """What is missing is named; then a draft, a review, the print for signature, and the signed file is registered."""
    refused = desk.press("contract", "07-10", "--rows", "成交!2")
    assert "税费方式(房源!" in str(refused)
    assert "过户日(成交!" in str(refused)
    assert column(desk.path, "合同登记", "合同号") == {}
    type_in(desk.path, {"房源": {2: {"不利因素": "临街", "税费方式": "各付", "产权性质": "商品房"}}})
    desk.deal(过户日=day("08-21"), 交房日=day("09-09"))
    desk.press("contract", "07-10", "--rows", "成交!2")
    assert (desk.cell("合同登记", "合同号"), desk.cell("合同登记", "印成")) == ("MM-2026-0001", "草稿")
    type_in(desk.path, {"合同登记": {2: {"审核": "通过", "审核人": "李雷"}}})
    desk.press("contract", "07-10", "--rows", "合同登记!2")
    assert desk.cell("合同登记", "印成") == "正式"
    archive = desk.path.with_name("店-合同")
    assert (archive / str(desk.cell("合同登记", "文件"))).stat().st_size > 10_000
    (archive / "扫描.pdf").write_bytes(b"%PDF-1.4 scanned")
    type_in(desk.path, {"合同登记": {2: {"签署状态": "已签署", "签署文件": "扫描.pdf"}}})
    desk.press("contract", "07-10")
    assert desk.cell("合同登记", "签署哈希") == hashlib.sha256(b"%PDF-1.4 scanned").hexdigest()


def shares(desk: Desk) -> None:
    """Shares were proposed with the signature; a wrong one is told of and paid to nobody; the statement of the month has them all."""
    people = list(
        zip(column(desk.path, "分佣", "角色").values(), column(desk.path, "分佣", "人员").values(), strict=True)
    )
    assert people == [("录入", "韩梅"), ("维护", "李雷"), ("首看", "李雷"), ("客源", "李雷"), ("成交", "李雷")]
    assert list(column(desk.path, "分佣", "金额").values()) == [1.04, 1.56, 1.04, 2.6, 4.16]
    type_in(desk.path, {"分佣": {6: {"比例": 30}}})
    assert desk.checks("07-13") == ["splits_sum"]
    desk.press("commission", "07-13")
    assert "比例合计 90%, 不是 100%, 不计入合计" in desk.statement("07")
    type_in(desk.path, {"分佣": {6: {"比例": 40}}})
    desk.press("commission", "08-03")
    assert "<strong>李雷: 93,600.00 元</strong>" in desk.statement("07"), "the whole of July, printed in August"
    assert "佣金应收 10.4 万元(成交!U2) × 25% = 26,000.00 元" in desk.statement("07")


def a_late_step(desk: Desk) -> None:
    """A letter of thanks three days after the signature; a step that nobody does becomes a task of its person, once, and ends with it."""
    desk.press("all", "07-13")
    assert "deal_thanks" in column(desk.path, "任务", "模板").values()
    assert any("张先生" in str(text) for text in column(desk.path, "消息", "正文").values())
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


def the_loan_and_the_title(desk: Desk) -> None:
    """Undo in the middle: what the run wrote goes back, what the person typed stays, and the next run says the same."""
    assert desk.step("贷款申请", "计划日") == "07-23"
    desk.done(贷款申请="07-23", 贷款审批="08-13")
    desk.deal(状态="贷款", 批贷日=day("08-13"))
    before = cells(desk.path, without=("日志", "首页"))
    desk.press("deals", "08-14")
    assert desk.step("缴税", "计划日") == "08-20"  # Friday 14, 17, 18, 19, 20 August
    after = cells(desk.path, without=("日志", "首页"))
    desk.press("undo", "08-14")
    assert cells(desk.path, without=("日志", "首页")) == before
    assert desk.step("贷款审批", "完成日") == "08-13"
    desk.press("deals", "08-14")
    assert cells(desk.path, without=("日志", "首页")) == after
    desk.done(缴税="08-20", 过户="08-21", 领证="08-28", 尾款交割="09-04", 交房="09-09")
    desk.deal(状态="交房", 缴税日=day("08-20"), 过户日=day("08-21"), 领证日=day("08-28"), 交房日=day("09-09"))


def the_key(desk: Desk) -> None:
    """交房 is done: two steps are left for the time after it; with the last the deal is over and gone from the board."""
    desk.press("deals", "09-09")
    assert list(column(desk.path, "看板", "交房").values()) == [
        "D000001 张先生 阳光花园3-2-501 下一步水电物业过户 计划 09-14"
    ]
    assert desk.checks("09-09") == []
    desk.done(水电物业过户="09-14", 入住协助="09-16")
    desk.deal(状态="完结", 佣金实收=10.4)
    assert desk.press("deals", "09-16")["changed"] > 0
    assert column(desk.path, "看板", "交房") == {}
    assert desk.press("deals", "09-16")["changed"] == 0


def what_comes_after(desk: Desk) -> None:
    """Thirty days after the key the client is asked how satisfied they are, and what they say stands on 满意度."""
    type_in(desk.path, {"客户": {2: {"状态": "已成交", "阶段": "售后", "客服": "孙丽"}}})
    desk.press("all", "10-09")
    at = {name: row for row, name in column(desk.path, "任务", "模板").items()}
    assert column(desk.path, "任务", "负责人")[at["handover_survey"]] == "孙丽"
    asked = {node: row for row, node in column(desk.path, "满意度", "节点").items()}
    assert [*asked] == ["带看后", "签约后", "交房后30天"]
    assert "交房满意度" in desk.lines("事由")
    type_in(desk.path, {"满意度": {asked["交房后30天"]: {"回收日": day("10-09"), "总体满意": 5, "推荐意愿": 10}}})
    desk.press("all", "10-10")
    assert column(desk.path, "任务", "状态")[at["handover_survey"]] == "完成"


@pytest.mark.slow
@pytest.mark.requirement("R73", "R77", "F14", "F15")
def test_a_deal_that_falls_through(desk: Desk) -> None:
    """Signed, shared, late; then the buyer gets no loan. Undo brings nothing back that a person typed."""
    type_in(desk.path, {"成交": {2: DEAL}})
    desk.deal(状态="签约", 签约日=day("07-10"), 资格审核="是", 条款确认日=day("07-09"))
    desk.press("all", "07-20")
    desk.done(签约="07-10")
    desk.press("all", "07-21")
    assert desk.task("步骤:D000001-4", "状态") == "待办"
    assert column(desk.path, "看板", "签约")[2].startswith("D000001 张先生 阳光花园3-2-501 卡在资金监管")
    desk.deal(状态="解约", 解约原因="贷款没批下来")
    desk.press("all", "07-22")
    assert desk.task("步骤:D000001-4", "状态") == "取消"
    assert str(desk.task("步骤:D000001-4", "完成说明")).startswith("自动: 成交已解约(成交!X2)")
    assert column(desk.path, "看板", "签约") == {}
    assert set(column(desk.path, "成交步骤", "逾期天数")) == set()
    assert "D000001" not in desk.lines("下一步")
    assert desk.checks("07-22") == ["splits_called_off"]
    desk.press("commission", "07-22")
    assert "已解约, 佣金实收空着(成交!V2), 不计入合计" in desk.statement("07")
    desk.deal(佣金实收=0)
    assert desk.checks("07-22") == []
    desk.press("commission", "07-22")
    assert set(column(desk.path, "分佣", "金额").values()) == {0}
    desk.press("undo", "07-22")
    assert list(column(desk.path, "分佣", "金额").values()) == [1.04, 1.56, 1.04, 2.6, 4.16]
    assert desk.cell("成交", "状态") == "解约"
