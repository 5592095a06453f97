"""转介绍: old clients who bring new ones, and their reward."""

from workbook.schema import Column, Kind, Need, Sheet, When

REFERRALS = Sheet(
    label="转介绍",
    key="referrals",
    identity=("ref_id",),
    prefix="R",
    purpose="老客户推荐新客户: 登记、进度和奖励。",
    columns=(
        Column(label="转介绍ID", key="ref_id", kind=Kind.ID, need=Need.AUTOMATIC, unique=True, daily=True),
        Column(
            label="推荐人ID", key="referrer_id", kind=Kind.ID, need=Need.REQUIRED, refers="clients",
            prompt="老客户的客户ID", daily=True, entry=True
        ),
        Column(
            label="被推荐人", key="name", kind=Kind.TEXT, need=Need.REQUIRED, aliases=("新客户", "被推荐人姓名"),
            prompt="新客户姓名", daily=True, entry=True
        ),
        Column(
            label="被推荐电话", key="phone", kind=Kind.PHONE, need=Need.REQUIRED, aliases=("电话", "手机", "新客户电话"),
            prompt="新客户的 11 位手机号", daily=True, entry=True, masked=True
        ),
        Column(
            label="登记时间", key="at", kind=Kind.MOMENT, need=Need.REQUIRED, prompt="谁先登记谁有效", default="now",
            daily=True
        ),
        Column(
            label="有效性", key="validity", kind=Kind.CHOICE, need=Need.AUTOMATIC,
            choices=("有效", "已在库", "重复", "自荐"), daily=True
        ),
        Column(
            label="进度", key="progress", kind=Kind.CHOICE, need=Need.REQUIRED,
            choices=("登记", "已联系", "带看", "成交", "失效"), default="登记", daily=True
        ),
        Column(label="成交ID", key="deal_id", kind=Kind.ID, refers="deals", when=When("progress", ("成交",))),
        Column(
            label="奖励类型", key="reward_type", kind=Kind.CHOICE, choices=("物业费1年", "现金1%", "礼品"),
            when=When("progress", ("成交",)), daily=True
        ),
        Column(label="应发", key="reward_due", kind=Kind.DECIMAL, need=Need.AUTOMATIC, unit="元", daily=True),
        Column(label="员工奖励", key="staff_bonus", kind=Kind.DECIMAL, need=Need.AUTOMATIC, unit="元"),
        Column(label="发放日", key="paid_on", kind=Kind.DATE, daily=True),
        Column(label="通知日", key="told_on", kind=Kind.DATE),
        Column(
            label="员工奖励发放日", key="bonus_paid_on", kind=Kind.DATE, prompt="给负责人发了员工奖励的那天; 填了以后金额不再变"
        ),
        Column(label="负责人", key="who", kind=Kind.STAFF, need=Need.AUTOMATIC, prompt="推荐人的归属人"),
    ),
)  # fmt: skip
