"""The rows of 流程模板, read and checked; and the rows that are shipped.

Sources: R73 (steps with guidance and papers), R78 (qualification before signing), R79 (clauses explained before signing), R80 (title,
loan, handover and what comes after). Days without a requirement are this product's defaults.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import pandas as pd

from macros.alike import nearest
from workbook.changes import Finding, Severity
from workbook.sheets.choices import ROLES
from workbook.sheets.deals import DEALS
from workbook.sheets.flow_steps import ANY, DEAL_DATES, FLOW_STEPS, LOAN, NEEDS
from workbook.tables import to_frame

LOANS = ("商贷", "公积金", "组合贷")
TYPES = DEALS["type"].choices
SHEET = FLOW_STEPS.key
_SHIPPED = """
买卖 | 所有 | 10 | 购房资格审核 | 经纪人 | | 1 | 身份证、户口本、社保证明 | | | 查限购、征信和名下房产; 通过后在「成交」填资格审核「是」 | R78
买卖 | 所有 | 20 | 条款确认 | 经纪人 | | 1 | 条款确认书 | | 条款确认日 | 逐条讲解交房日、违约责任和费用, 双方在确认书上签名 | R79
买卖 | 所有 | 30 | 签约 | 经纪人 | | 1 | 身份证、买卖合同 | 资格审核、条款确认 | 签约日 | 双方到场或有公证委托; 核对产权人和房号 | R73, R78
买卖 | 所有 | 40 | 资金监管 | 权证员 | 签约 | 2 | 监管协议、转账凭证 | | | 首付款进监管账户, 不经个人账户 | R80
买卖 | 所有 | 50 | 网签 | 权证员 | 签约 | 3 | 网签表 | | 网签日 | 网签号记到「成交」 | R73
买卖 | 贷款 | 60 | 贷款申请 | 权证员 | 网签 | 3 | 收入证明、流水、征信报告 | | | 约银行或公积金中心面签 | R80
买卖 | 贷款 | 70 | 贷款审批 | 权证员 | 贷款申请 | 15 | 收入证明、流水 | | 批贷日 | 每周问一次银行; 补件当天告诉客户 | R80
买卖 | 所有 | 80 | 缴税 | 权证员 | | 5 | 发票、契税单 | | 缴税日 | 先按「置业方案」和客户对过税费 | R73
买卖 | 所有 | 90 | 过户 | 权证员 | 缴税 | 1 | 产权证、身份证 | | 过户日 | 约登记中心, 双方到场 | R80
买卖 | 所有 | 100 | 领证 | 权证员 | 过户 | 5 | 受理单 | | 领证日 | 领新证后通知银行和监管账户 | R80
买卖 | 所有 | 110 | 尾款交割 | 权证员 | 领证 | 5 | 放款通知、监管放款单 | | | 贷款和监管款到业主账户 | R80
买卖 | 所有 | 120 | 交房 | 经纪人 | 尾款交割 | 3 | 交接清单 | | 交房日 | 点交家具家电, 抄水电燃气表, 结清物业费 | R80
买卖 | 所有 | 130 | 水电物业过户 | 助理 | 交房 | 3 | 水电燃气卡、物业资料 | | | 水、电、燃气、有线、网络、物业改名 | R80
买卖 | 所有 | 140 | 入住协助 | 客服 | 交房 | 5 | | | | 问装修、搬家、保洁要不要帮忙, 户口和学位提醒 | R80
租赁 | 所有 | 10 | 条款确认 | 经纪人 | | 1 | 条款确认书 | | 条款确认日 | 逐条讲解租期、押金、违约和维修责任 | R79
租赁 | 所有 | 20 | 签约 | 经纪人 | | 1 | 身份证、租赁合同 | 条款确认 | 签约日 | 核对产权人或转租授权 | R73
租赁 | 所有 | 30 | 交房 | 经纪人 | 签约 | 1 | 交接清单 | | 交房日 | 点交物品, 抄表, 交钥匙 | R80
租赁 | 所有 | 40 | 租赁备案 | 助理 | 签约 | 10 | 租赁合同 | | | 到住建部门或网上备案 | R80
租赁 | 所有 | 50 | 入住协助 | 客服 | 交房 | 5 | | | | 问住得怎么样, 有没有要修的 | R80
"""


class FlowStep(NamedTuple):
    """A usable row of 流程模板. `date_of` is the key of a column of 成交, `row` the Excel row."""

    type: str
    pay: str
    order: float
    step: str
    role: str
    after: str
    days: int
    papers: tuple[str, ...]
    needs: tuple[str, ...]
    date_of: str
    row: int


Flow = Sequence[FlowStep]


def default_flow() -> pd.DataFrame:
    """Return the shipped rows of 流程模板, with all its columns."""
    keys = ("type", "pay", "order", "step", "role", "after", "days", "papers", "needs", "date_of", "guide", "source")
    lines = [[part.strip() for part in line.split("|")] for line in _SHIPPED.strip().splitlines()]
    frame = pd.DataFrame(lines, columns=pd.Index(keys), index=range(2, len(lines) + 2), dtype=object)
    many = {key: frame[key].map(lambda text: tuple(filter(None, text.split("、")))) for key in ("papers", "needs")}
    numbers = {key: frame[key].astype(float) for key in ("order", "days")}
    source = frame["source"] + ", 天数为本产品默认"
    return to_frame(FLOW_STEPS, frame.assign(**many, **numbers, source=source, enabled=True))


def read_flow(table: pd.DataFrame) -> tuple[Flow, list[Finding]]:
    """Return the steps that are switched on, in their order, and a finding per row that is passed over or whose 相对步骤 is none.

    A sheet without rows, or no sheet, means the shipped rows. Of rows of the same 交易, 付款方式 and 步骤 the first by 次序 counts.
    """
    rows = (table if len(table) else default_flow()).sort_values(
        ["type", "order", "pay", "step", "role"], kind="stable"
    )
    rows = rows.loc[rows["enabled"] != False]  # noqa: E712
    steps: list[FlowStep] = []
    findings: list[Finding] = []
    seen: set[tuple[str, str, str]] = set()
    for row in rows.itertuples():
        name = row.type, row.pay or ANY, row.step
        problem = _problem(row) or (
            ("step", "flow_twice", "前面已有一行。请删掉一行或改名。") if name in seen else None
        )
        if problem:
            findings.append(_finding(row, *problem))
        else:
            seen.add(name)
            steps.append(_step(row))
    findings += [_unknown(step, steps) for step in steps if step.after and _named(step, steps) is None]
    return steps, findings


def steps_of(flow: Flow, kind: str, pay: str) -> dict[str, FlowStep]:
    """Return name -> step of a deal of this kind and way of payment, in order; of two of a name the one that says more of the payment."""
    fitting = [s for s in flow if s.type == kind and (s.pay in (ANY, pay) or (s.pay == LOAN and pay in LOANS))]
    found: dict[str, FlowStep] = {}
    for step in sorted(fitting, key=lambda step: (step.pay == ANY, step.pay == LOAN, step.order)):
        found.setdefault(step.step, step)
    return {step.step: step for step in sorted(found.values(), key=lambda step: (step.order, step.step))}


def _problem(row: Any) -> tuple[str, str, str] | None:
    """Return column, check and message of what makes a row unusable."""
    if row.type not in TYPES:
        return "type", "flow_type", f"「{row.type}」不是交易种类, 这一行没有用。请选 {'、'.join(TYPES)}。"
    if not row.step:
        return "step", "flow_step", "没有步骤名称, 这一行没有用。请填名称。"
    if row.order != row.order:
        return "order", "flow_order", "没有次序, 这一行没有用。请填 1 或更大的整数。"
    if not row.days >= 0:
        return "days", "flow_days", "没有工作日, 这一行没有用。请填 0 或更大的整数。"
    if row.role not in ROLES:
        return "role", "flow_role", f"「{row.role}」不是角色, 这一行没有用。请从下拉列表选择。"
    wrong = [need for need in row.needs if need not in NEEDS]
    if wrong:
        return "needs", "flow_needs", f"不认识前置条件「{wrong[0]}」, 这一行没有用。请写 {'、'.join(NEEDS)}。"
    return None


def _step(row: Any) -> FlowStep:
    return FlowStep(
        row.type, row.pay or ANY, row.order, row.step, row.role, row.after, int(row.days), tuple(row.papers), tuple(row.needs),
        DEAL_DATES.get(row.date_of, ""), int(row.Index),
    )  # fmt: skip


def _named(step: FlowStep, steps: Flow) -> FlowStep | None:
    """Return a step of the same kind of deal that stands before this one and has the name of its 相对步骤."""
    return next((s for s in steps if s.type == step.type and s.step == step.after and s.order < step.order), None)


def _unknown(step: FlowStep, steps: Flow) -> Finding:
    near = nearest(step.after, [s.step for s in steps if s.type == step.type and s.order < step.order])
    hint = f"是不是「{near}」? " if near else ""
    message = f"前面没有「{step.after}」这一步, 先按上一步算。{hint}请改成前面某一步的名称, 或清空。"
    return Finding(SHEET, step.row, "after", "flow_after", Severity.WARNING, message)


def _finding(row: Any, column: str, check: str, message: str) -> Finding:
    return Finding(SHEET, int(row.Index), column, check, Severity.ERROR, message)
