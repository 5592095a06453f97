"""客户: who the clients are, whose they are, how far they have come, and what Genjin makes of it."""

from workbook.schema import Column, Kind, Need, Sheet, When
from workbook.sheets.choices import CONSENTS

CLIENTS = Sheet(
    label="客户",
    key="clients",
    identity=("client_id",),
    prefix="C",
    aliases=("客户表", "客户信息", "客户资料"),
    purpose="每位客户一行: 是谁、归谁、到了哪一步、等级和下次跟进。",
    columns=(
        Column(
            label="客户ID", key="client_id", kind=Kind.ID, need=Need.AUTOMATIC, unique=True,
            aliases=("客户编号", "客户号"), example="C000001", daily=True
        ),
        Column(
            label="姓名", key="name", kind=Kind.TEXT, need=Need.REQUIRED,
            aliases=("客户姓名", "客户名称", "名称", "联系人", "客户", "姓名/称呼"), prompt="客户姓名, 写全名",
            example="王芳", width=10, daily=True, entry=True
        ),
        Column(
            label="称谓", key="salutation", kind=Kind.TEXT, need=Need.REQUIRED, aliases=("称呼", "尊称"),
            prompt="消息里怎么称呼, 如 王女士、李哥", example="王女士", width=10, daily=True, entry=True
        ),
        Column(label="性别", key="gender", kind=Kind.CHOICE, choices=("男", "女", "未知")),
        Column(
            label="年龄段", key="age_band", kind=Kind.CHOICE, choices=("<25", "25-35", "36-45", "46-60", ">60"),
            aliases=("年龄", "年龄区间")
        ),
        Column(
            label="手机1", key="phone1", kind=Kind.PHONE, need=Need.REQUIRED,
            aliases=("电话", "联系电话", "手机", "手机号", "手机号码", "电话号码",
                "联系方式", "移动电话", "客户电话", "电话1"),
            prompt="11 位手机号, 或 区号-号码", example="13800000001", width=14, daily=True, entry=True, masked=True
        ),
        Column(
            label="手机2", key="phone2", kind=Kind.PHONE, aliases=("备用电话", "电话2", "手机号2", "其他电话", "备用手机"),
            prompt="第二个号码, 没有就留空", masked=True
        ),
        Column(label="微信", key="wechat", kind=Kind.TEXT, aliases=("微信号", "微信ID"), masked=True),
        Column(
            label="邮箱", key="email", kind=Kind.TEXT, aliases=("电子邮箱", "电子邮件", "E-mail", "mail"), masked=True
        ),
        Column(
            label="首选渠道", key="pref_channel", kind=Kind.CHOICE, need=Need.REQUIRED,
            choices=("电话", "微信", "短信", "面谈", "邮件"), aliases=("首选联系方式", "联系渠道"),
            prompt="客户最愿意用哪种方式联系", default="微信"
        ),
        Column(
            label="方便时段", key="pref_time", kind=Kind.TEXT, aliases=("联系时段", "方便时间"),
            prompt="什么时候方便, 如 工作日 19 点后", example="工作日 19 点后", width=16
        ),
        Column(
            label="来源", key="source", kind=Kind.CHOICE, need=Need.REQUIRED,
            choices=("自然到访", "门店接待", "朋友介绍", "线上渠道", "社区活动", "老带新", "其他"),
            aliases=("客户来源", "来源渠道", "渠道", "获客渠道"), prompt="第一次从哪里知道我们", daily=True, entry=True
        ),
        Column(label="来源明细", key="source_detail", kind=Kind.TEXT, prompt="哪个平台、哪位朋友、哪场活动", width=18),
        Column(
            label="推荐人ID", key="referrer_id", kind=Kind.ID, refers="clients", when=When("source", ("老带新",)),
            aliases=("推荐人", "介绍人"), prompt="来源是「老带新」时必填: 推荐人的客户ID"
        ),
        Column(
            label="客户类型", key="client_type", kind=Kind.CHOICE, need=Need.REQUIRED,
            choices=("首次置业", "改善型", "投资型", "租赁", "业主"), aliases=("类型", "客户类别", "客户属性"), daily=True,
            entry=True
        ),
        Column(label="职业", key="job", kind=Kind.TEXT, aliases=("工作", "行业", "工作单位")),
        Column(
            label="家庭结构", key="family", kind=Kind.TEXT, aliases=("家庭情况", "家庭成员"),
            prompt="如 三口之家, 孩子 5 岁", width=18
        ),
        Column(label="决策人", key="decider", kind=Kind.TEXT, aliases=("决策者",), prompt="谁拍板, 如 本人、妻子"),
        Column(label="影响人", key="influencers", kind=Kind.MANY, choices=("配偶", "父母", "子女", "朋友")),
        Column(
            label="关联客户", key="household_id", kind=Kind.ID, refers="clients", aliases=("家庭ID",),
            prompt="一家人填同一位的客户ID"
        ),
        Column(
            label="购房资格", key="eligibility", kind=Kind.CHOICE, need=Need.REQUIRED, choices=("有", "无", "待核"),
            aliases=("资格", "购房资质"), default="待核"
        ),
        Column(label="标签", key="tags", kind=Kind.MANY, lookup="标签", aliases=("客户标签", "偏好"), width=18),
        Column(label="生日", key="birthday", kind=Kind.DATE, aliases=("出生日期", "客户生日")),
        Column(label="纪念日", key="anniversary", kind=Kind.DATE),
        Column(
            label="特殊关怀", key="care", kind=Kind.CHOICE, choices=("无", "老人", "孕妇", "其他"), aliases=("关怀",)
        ),
        Column(
            label="联系同意", key="consent", kind=Kind.CHOICE, need=Need.REQUIRED, choices=CONSENTS,
            aliases=("同意联系", "隐私同意"), prompt="客户是否同意被联系; 选「拒绝」后不再生成消息", default="仅服务"
        ),
        Column(label="公私", key="pool", kind=Kind.CHOICE, need=Need.AUTOMATIC, choices=("私客", "公客")),
        Column(
            label="归属人", key="owner", kind=Kind.STAFF, need=Need.REQUIRED,
            aliases=("归属", "归属经纪人", "经纪人", "业务员", "跟进人", "负责人", "所属人", "维护人", "客户经理"),
            prompt="客户归谁跟进, 从人员表选", daily=True, entry=True
        ),
        Column(
            label="客服", key="service_rep", kind=Kind.STAFF, when=When("lifecycle", ("准客户", "成交", "老客户")),
            prompt="准客户起必填: 负责服务的客服"
        ),
        Column(
            label="门店", key="branch", kind=Kind.CHOICE, need=Need.REQUIRED, lookup="门店",
            aliases=("所属门店", "店面", "分店", "部门", "归属门店"), daily=True, entry=True
        ),
        Column(
            label="首接时间", key="first_contact_at", kind=Kind.MOMENT, need=Need.REQUIRED,
            aliases=("登记时间", "登记日期", "录入时间", "录入日期", "创建时间", "首次接触",
                "首次接待", "来访日期", "接待日期"),
            prompt="第一次接触的时间, 如 2026-02-28 10:30", default="now"
        ),
        Column(
            label="首次响应", key="first_reply_at", kind=Kind.MOMENT, need=Need.AUTOMATIC, not_before="first_contact_at"
        ),
        Column(label="保护至", key="protect_until", kind=Kind.DATE, need=Need.AUTOMATIC),
        Column(label="锁定", key="locked", kind=Kind.YESNO, prompt="选「是」不会掉公, 由店长决定"),
        Column(label="掉公日", key="drop_on", kind=Kind.DATE, need=Need.AUTOMATIC),
        Column(
            label="阶段", key="stage", kind=Kind.CHOICE, need=Need.REQUIRED,
            choices=("潜在", "意向", "洽谈", "成交", "售后"), aliases=("客户阶段", "跟进阶段"), default="潜在", daily=True
        ),
        Column(
            label="状态", key="status", kind=Kind.CHOICE, need=Need.REQUIRED,
            choices=("初步了解", "需求明确", "对比选择", "意向强烈", "待付定金", "已成交", "暂不考虑"),
            aliases=("客户状态", "跟进状态", "意向状态"), default="初步了解", daily=True
        ),
        Column(
            label="流失原因", key="lost_reason", kind=Kind.CHOICE,
            choices=("价格", "配套", "服务", "已购他处", "需求取消", "失联"), when=When("status", ("暂不考虑",)),
            aliases=("无效原因", "战败原因"), prompt="状态为「暂不考虑」时必填"
        ),
        Column(
            label="系统等级", key="grade", kind=Kind.CHOICE, need=Need.AUTOMATIC, choices=("A", "B", "C", "D"), width=10,
            daily=True
        ),
        Column(label="分数", key="score", kind=Kind.INT, need=Need.AUTOMATIC, low=0, high=100),
        Column(label="契合分", key="fit", kind=Kind.INT, need=Need.AUTOMATIC, low=0, high=100),
        Column(label="互动分", key="engage", kind=Kind.INT, need=Need.AUTOMATIC, low=0, high=100),
        Column(label="评级说明", key="grade_why", kind=Kind.TEXT, need=Need.AUTOMATIC, width=40),
        Column(
            label="人工等级", key="grade_manual", kind=Kind.CHOICE, choices=("A", "B", "C", "D"),
            aliases=("客户等级", "等级", "级别", "客户级别", "意向等级"), prompt="只在不同意系统等级时填"
        ),
        Column(
            label="人工理由", key="grade_reason", kind=Kind.TEXT, when=When("grade_manual"), prompt="填了人工等级就写理由",
            width=20
        ),
        Column(
            label="生命周期", key="lifecycle", kind=Kind.CHOICE, need=Need.AUTOMATIC,
            choices=("潜在", "准客户", "成交", "老客户", "流失")
        ),
        Column(
            label="价值分层", key="value_seg", kind=Kind.CHOICE, need=Need.AUTOMATIC,
            choices=("高净值", "改善", "刚需", "潜力")
        ),
        Column(
            label="活跃度", key="activity", kind=Kind.CHOICE, need=Need.AUTOMATIC,
            choices=("活跃", "观察", "沉默", "沉睡")
        ),
        Column(label="最近有效跟进", key="last_valid_at", kind=Kind.MOMENT, need=Need.AUTOMATIC, daily=True),
        Column(label="下次跟进", key="next_due", kind=Kind.DATE, need=Need.AUTOMATIC, daily=True),
        Column(label="逾期天数", key="overdue_days", kind=Kind.INT, need=Need.AUTOMATIC, unit="天", daily=True),
        Column(label="公私说明", key="pool_why", kind=Kind.TEXT, need=Need.AUTOMATIC, width=32),
        Column(
            label="备注", key="remark", kind=Kind.TEXT, aliases=("备注信息", "客户备注", "说明"),
            prompt="别处放不下的话", width=24
        ),
        Column(
            label="响应用时", key="reply_minutes", kind=Kind.INT, need=Need.AUTOMATIC, unit="分钟", low=0,
            prompt="从首接时间到首次响应, 只计营业时间"
        ),
        Column(
            label="首看日", key="first_viewed_on", kind=Kind.DATE, need=Need.AUTOMATIC,
            prompt="第一次已看的带看在哪天"
        ),
        Column(
            label="首次签约日", key="first_signed_on", kind=Kind.DATE, need=Need.AUTOMATIC,
            prompt="第一笔成交的签约日, 解约的不算"
        ),
        Column(
            label="最近签约日", key="last_signed_on", kind=Kind.DATE, need=Need.AUTOMATIC,
            prompt="最近一笔成交的签约日, 解约的不算"
        ),
        Column(
            label="成交次数", key="deal_count", kind=Kind.INT, need=Need.AUTOMATIC, unit="次", low=0,
            prompt="签过几笔, 解约的不算"
        ),
        Column(
            label="成交用时", key="days_to_deal", kind=Kind.INT, need=Need.AUTOMATIC, unit="天", low=0,
            prompt="从首接到首次签约"
        ),
        Column(
            label="流失日", key="lost_on", kind=Kind.DATE, need=Need.AUTOMATIC,
            prompt="状态「暂不考虑」的客户最后一次跟进在哪天, 没有跟进就是首接那天"
        ),
        Column(
            label="近期有效跟进", key="contacts_recent", kind=Kind.INT, need=Need.AUTOMATIC, unit="次", low=0,
            prompt="设置「慢指标回看」的天数内有效跟进几次"
        ),
        Column(
            label="原等级", key="grade_before", kind=Kind.CHOICE, need=Need.AUTOMATIC, choices=("A", "B", "C", "D"),
            prompt="系统等级最近一次变动之前是什么"
        ),
        Column(
            label="等级变动日", key="grade_moved_on", kind=Kind.DATE, need=Need.AUTOMATIC, prompt="系统等级最近一次变动在哪天"
        ),
    ),
)  # fmt: skip
