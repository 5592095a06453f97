"""跟进."""

from workbook.schema import Column, Kind, Need, Sheet, When

FOLLOWUPS = Sheet(
    label="跟进",
    key="followups",
    identity=("fu_id",),
    prefix="F",
    purpose="跟进",
    columns=(
        Column(label="跟进ID", key="fu_id", kind=Kind.ID, need=Need.AUTOMATIC, unique=True),
        Column(label="对象", key="obj", kind=Kind.CHOICE, need=Need.REQUIRED, choices=("客户", "房源", "业主")),
        Column(label="对象ID", key="obj_id", kind=Kind.ID, need=Need.REQUIRED),
        Column(label="时间", key="at", kind=Kind.MOMENT, need=Need.REQUIRED),
        Column(label="录入时差", key="lag_h", kind=Kind.DECIMAL, need=Need.AUTOMATIC, unit="小时"),
        Column(
            label="方式",
            key="way",
            kind=Kind.CHOICE,
            need=Need.REQUIRED,
            choices=("电话", "微信", "短信", "面谈", "邮件", "带看", "活动"),
        ),
        Column(
            label="结果",
            key="result",
            kind=Kind.CHOICE,
            need=Need.REQUIRED,
            choices=("接通", "未接", "关机", "停机", "拒接", "已回复", "未回复", "到访"),
        ),
        Column(label="有效", key="valid", kind=Kind.YESNO, need=Need.AUTOMATIC),
        Column(label="摘要", key="summary", kind=Kind.TEXT, need=Need.REQUIRED, min_length=5),
        Column(label="客户反馈", key="feedback", kind=Kind.CHOICE, choices=("满意", "不满意", "犹豫", "无")),
        Column(label="新需求", key="new_need", kind=Kind.TEXT),
        Column(
            label="疑虑点",
            key="doubts",
            kind=Kind.MANY,
            choices=("开发商品牌", "物业", "质量", "升值", "价格", "学区", "贷款", "其他"),
        ),
        Column(label="待答问题", key="question", kind=Kind.TEXT),
        Column(label="承诺事项", key="promise", kind=Kind.TEXT),
        Column(label="承诺期限", key="promise_by", kind=Kind.DATE, when=When("promise")),
        Column(label="情绪", key="mood", kind=Kind.CHOICE, choices=("积极", "平和", "犹豫", "抵触", "愤怒")),
        Column(
            label="已提供资料", key="given", kind=Kind.MANY, choices=("手册", "户型图", "计算表", "合同样本", "其他")
        ),
        Column(label="推荐房源", key="offered", kind=Kind.MANY, refers="listings"),
        Column(label="触发原因", key="why_now", kind=Kind.TEXT, need=Need.REQUIRED),
        Column(
            label="下步行动",
            key="next_act",
            kind=Kind.CHOICE,
            need=Need.REQUIRED,
            choices=("发资料", "邀约到访", "约看房", "报价", "活动通知", "回访", "无"),
        ),
        Column(
            label="计划时间",
            key="next_at",
            kind=Kind.MOMENT,
            when=When("next_act", ("发资料", "邀约到访", "约看房", "报价", "活动通知", "回访")),
            not_before="at",
        ),
        Column(
            label="下次方式",
            key="next_way",
            kind=Kind.CHOICE,
            choices=("电话", "微信", "短信", "面谈", "邮件", "带看", "活动"),
        ),
        Column(label="预期目标", key="goal", kind=Kind.TEXT),
        Column(label="人员", key="staff", kind=Kind.STAFF, need=Need.REQUIRED),
    ),
)
