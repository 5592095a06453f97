"""跟进: one row per contact with a client, a listing or an owner."""

from workbook.schema import Column, Kind, Need, Sheet, When
from workbook.sheets.choices import WAYS

FOLLOWUPS = Sheet(
    label="跟进",
    key="followups",
    identity=("fu_id",),
    prefix="F",
    aliases=("跟进记录", "跟进表"),
    purpose="每次联系客户、房源或业主记一行; 有效跟进会重新计算下次时间。",
    columns=(
        Column(
            label="跟进ID", key="fu_id", kind=Kind.ID, need=Need.AUTOMATIC, unique=True, aliases=("跟进编号",),
            example="F000001", daily=True
        ),
        Column(
            label="对象", key="obj", kind=Kind.CHOICE, need=Need.REQUIRED, choices=("客户", "房源", "业主"),
            aliases=("对象类型", "跟进对象"), default="客户", width=8, daily=True
        ),
        Column(
            label="对象ID", key="obj_id", kind=Kind.ID, need=Need.REQUIRED,
            aliases=("客户ID", "客户编号", "房源ID", "业主ID"), prompt="填客户ID (或房源ID、业主ID)", example="C000001",
            daily=True, entry=True
        ),
        Column(
            label="时间", key="at", kind=Kind.MOMENT, need=Need.REQUIRED,
            aliases=("跟进时间", "跟进日期", "联系时间", "日期", "联系日期"),
            prompt="联系的时间, 不晚于现在, 如 2026-02-28 10:30", default="now", daily=True, entry=True
        ),
        Column(label="录入时差", key="lag_h", kind=Kind.DECIMAL, need=Need.AUTOMATIC, unit="小时"),
        Column(
            label="方式", key="way", kind=Kind.CHOICE, need=Need.REQUIRED, choices=WAYS,
            aliases=("跟进方式", "联系方式", "沟通方式"), width=8, daily=True, entry=True
        ),
        Column(
            label="结果", key="result", kind=Kind.CHOICE, need=Need.REQUIRED,
            choices=("接通", "未接", "关机", "停机", "拒接", "已回复", "未回复", "到访"), aliases=("跟进结果", "联系结果"),
            prompt="未接、关机、停机、拒接、未回复 不算有效跟进", width=9, daily=True, entry=True
        ),
        Column(label="有效", key="valid", kind=Kind.YESNO, need=Need.AUTOMATIC, daily=True),
        Column(
            label="摘要", key="summary", kind=Kind.TEXT, need=Need.REQUIRED, min_length=5,
            aliases=("备注", "跟进内容", "内容", "跟进记录", "沟通内容", "洽谈内容", "跟进情况", "跟进详情"),
            prompt="说了什么, 至少 5 个字, 只写事实", example="看中三居, 嫌楼层高", width=40, daily=True, entry=True
        ),
        Column(
            label="客户反馈", key="feedback", kind=Kind.CHOICE, choices=("满意", "不满意", "犹豫", "无"),
            aliases=("反馈",), daily=True
        ),
        Column(label="新需求", key="new_need", kind=Kind.TEXT, prompt="客户新提出的要求", width=18),
        Column(
            label="疑虑点", key="doubts", kind=Kind.MANY,
            choices=("开发商品牌", "物业", "质量", "升值", "价格", "学区", "贷款", "其他")
        ),
        Column(label="待答问题", key="question", kind=Kind.TEXT, prompt="还没回答客户的问题, 当天会提醒", width=18),
        Column(
            label="承诺事项", key="promise", kind=Kind.TEXT, aliases=("承诺",), prompt="答应客户的事", width=18,
            daily=True
        ),
        Column(
            label="承诺期限", key="promise_by", kind=Kind.DATE, when=When("promise"), prompt="承诺哪天办到", daily=True
        ),
        Column(label="情绪", key="mood", kind=Kind.CHOICE, choices=("积极", "平和", "犹豫", "抵触", "愤怒")),
        Column(
            label="已提供资料", key="given", kind=Kind.MANY, choices=("手册", "户型图", "计算表", "合同样本", "其他")
        ),
        Column(
            label="推荐房源", key="offered", kind=Kind.MANY, refers="listings", aliases=("推荐的房源",),
            prompt="房源ID, 多套用「、」分隔", width=18
        ),
        Column(
            label="触发原因", key="why_now", kind=Kind.TEXT, need=Need.REQUIRED, aliases=("跟进原因", "联系原因"),
            prompt="为什么这时候联系", default="例行跟进", width=16
        ),
        Column(
            label="下步行动", key="next_act", kind=Kind.CHOICE, need=Need.REQUIRED,
            choices=("发资料", "邀约到访", "约看房", "报价", "活动通知", "回访", "无"),
            aliases=("下一步", "下步计划", "后续计划", "下次跟进内容"), prompt="接下来做什么; 没有就选「无」", daily=True,
            entry=True
        ),
        Column(
            label="计划时间", key="next_at", kind=Kind.MOMENT,
            when=When("next_act", ("发资料", "邀约到访", "约看房", "报价", "活动通知", "回访")), not_before="at",
            aliases=("下次跟进时间", "下次联系", "下次跟进日期", "下次联系时间", "下次跟进"),
            prompt="下一步的时间, 晚于这次联系", daily=True, entry=True
        ),
        Column(label="下次方式", key="next_way", kind=Kind.CHOICE, choices=WAYS),
        Column(label="预期目标", key="goal", kind=Kind.TEXT, prompt="下次想达到什么", width=18),
        Column(
            label="人员", key="staff", kind=Kind.STAFF, need=Need.REQUIRED,
            aliases=("跟进人", "经纪人", "员工", "记录人", "业务员"), prompt="谁联系的, 从人员表选", daily=True,
            entry=True
        ),
        Column(
            label="承诺结果", key="promise_state", kind=Kind.CHOICE, need=Need.AUTOMATIC, choices=("兑现", "未兑现", "未到期", "取消"),
            prompt="承诺到期时办到没有"
        ),
        Column(
            label="优秀案例", key="good_case", kind=Kind.YESNO,
            prompt="值得大家学的选「是」; 开会时筛选这一列"
        ),
    ),
)  # fmt: skip
