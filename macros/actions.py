"""THE list of buttons: what each is called, which rules it runs, and what it writes.

Command line, sheet buttons, ribbon and the reference tables of the README derive from it. A rule is named as "module:function" and
imported when it runs, so that listing the actions costs nothing. Rules of one action run in order, each on what the ones before it
found out.
"""

from dataclasses import dataclass

CALENDAR = "macros.calendar_days:calendar_days"
PUNCTUALITY = "macros.punctuality:punctuality"
IDS = "macros.numbering:number"
CONFLICTS = "macros.sharing.settling:settled"
MARKS = "macros.due_marks:read_back"
SENT = "macros.outbox:log_sent"
REFUSALS = "macros.privacy.refusals:refusals"
CONTACTS = "macros.contacts:contacts"
COMMISSION = "macros.commission:split_proposals"
DERIVE = "macros.listings:derive"
DUPLICATES = "macros.duplicates:duplicates"
CLIENTS_ALIKE = "macros.clients_alike:clients_alike"
CHANGES = "macros.changes_log:changes"
LISTING_GRADES = "macros.listing_grades:listing_grades"
GRADE = "macros.grades:grade"
SEGMENTS = "macros.segments:segments"
HANDOVER = "macros.handover:handover"
POOL = "macros.pool:pool"
MATCH = "macros.matching:match"
OWNER_QUESTIONS = "macros.matching.asked:owner_questions"
DEALS = "macros.deals:deals"
REFERRALS = "macros.referrals:referrals"
TRIGGERS = "macros.triggers:triggers"
FACTS = "macros.facts:facts"
DUE = "macros.due:due"
CASE_REVIEW = "macros.case_review:case_review"
MESSAGES = "macros.messages:messages"
VALIDATE = "macros.checks:validate"
REPORT = "macros.reports:report"
WHATIF = "macros.what_if:whatif"
BACKTEST = "macros.back_test:backtest"
VIEWING_SHEETS = "macros.deals.viewing_sheets:viewings"
COMMISSION_PAGE = "macros.commission_pages:commission"

RULES = (
    CALENDAR, PUNCTUALITY, IDS, CONFLICTS, MARKS, SENT, REFUSALS, CONTACTS, COMMISSION, DERIVE, DUPLICATES, CLIENTS_ALIKE, CHANGES,
    LISTING_GRADES, GRADE, SEGMENTS, HANDOVER, POOL, MATCH, OWNER_QUESTIONS, DEALS, REFERRALS, TRIGGERS, FACTS, DUE, CASE_REVIEW, MESSAGES,
    VALIDATE, REPORT, WHATIF, BACKTEST, VIEWING_SHEETS, COMMISSION_PAGE,
)  # fmt: skip
"""Every clock goes by 日历, whose new days come first. Punctuality looks at rows before they have an id; what a person decided on 冲突
holds for all that follows; what was handled on 今日待办 is read back before contacts are counted; who is concerned by a change is told by
the matches before it; a fresh match makes a task, and a task a line of 今日待办. A share has its row before its amount, a step its day
before it is late. What reports count (报表栏目) rests on all of these.
"""
DAILY = tuple(rule for rule in RULES if rule not in (HANDOVER, WHATIF, BACKTEST, VIEWING_SHEETS, COMMISSION_PAGE))
"""What 全部 does."""
REPORT_FEEDS = (IDS, CONTACTS, REFERRALS, FACTS)
"""What brings the columns up to date that reports count and that no other button is there for."""
LISTED = (
    CALENDAR, MARKS, SENT, CONTACTS, COMMISSION, DERIVE, DUPLICATES, CHANGES, GRADE, SEGMENTS, POOL, MATCH, OWNER_QUESTIONS, DEALS,
    REFERRALS, TRIGGERS, DUE,
)  # fmt: skip
"""What has to run for a list of today that 全部 would make."""


@dataclass(frozen=True)
class Action:
    """One button. `rules` are those whose results are written, in the order of RULES; `needs` are those that they build on, which run
    as well and write nothing, so that a button never rests on stale results. `writes` says it in the words of the workbook. `sheets`
    are the keys of those that it cannot do without: it would rest on nothing, or write nowhere.
    """

    name: str
    label: str
    rules: tuple[str, ...]
    writes: str
    help: str
    needs: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[str, ...]:
        """All rules that run, in order."""
        return tuple(rule for rule in RULES if rule in self.rules or rule in self.needs)

    @property
    def unread(self) -> frozenset[str]:
        """The sheets of results that none of its rules looks at: they need not be read."""
        return frozenset(key for key, rules in READERS.items() if not rules & {*self.order})


READERS: dict[str, frozenset[str]] = {
    "matches": frozenset({CHANGES, DUE, MATCH, OWNER_QUESTIONS, TRIGGERS, MESSAGES, VALIDATE}),
    "reverse": frozenset({MATCH, VALIDATE}),
    "messages": frozenset({SENT, DUE, MESSAGES, VALIDATE}),
    "findings": frozenset({VALIDATE, REPORT}),
    "figure_rows": frozenset({REPORT}),
}
"""The large sheets of results, and the rules that look at them; all other sheets are always read."""


ACTIONS: tuple[Action, ...] = (
    Action(
        "validate", "校验", (IDS, CONFLICTS, VALIDATE), "问题", "检查每张表: 缺什么、错在哪、怎么改, 写到「问题」表",
        needs=(*LISTED, CASE_REVIEW, MESSAGES), sheets=("findings",),
    ),
    Action(
        "grade", "评级", (IDS, CONFLICTS, CONTACTS, DERIVE, LISTING_GRADES, GRADE, SEGMENTS),
        "客户: 系统等级、分数、评级说明、分层; 房源: 房源等级、等级说明、自动标签、提醒",
        "给每位客户和每套房源评级, 并写明依据", needs=(DUPLICATES, CHANGES), sheets=("clients", "followups"),
    ),
    Action(
        "due", "待办",
        (CALENDAR, IDS, CONFLICTS, MARKS, SENT, REFUSALS, CONTACTS, POOL, OWNER_QUESTIONS, DEALS, REFERRALS, TRIGGERS, DUE, CASE_REVIEW),
        "今日待办、重点客户复盘、任务、成交步骤、看板; 客户: 公私、掉公日、下次跟进、逾期天数; 跟进: 处理结果; 转介绍: 有效性、进度、应发; "
        "日历: 新一年的放假安排; 禁拨名单: 拒绝联系的号码",
        "读回处理结果, 列出今天该联系的客户, 按轻重排好, 写明原因和下一步; 生成触发任务", needs=(DERIVE, DUPLICATES, CHANGES, GRADE, SEGMENTS, MATCH),
        sheets=("clients", "followups", "due"),
    ),
    Action(
        "match", "匹配", (IDS, CHANGES, MATCH), "匹配结果、反向匹配、变更; 房源: 上次价、调价日",
        "为每个需求找房, 为每套房找客户, 两个方向同一把尺子",
        sheets=("requests", "listings", "matches", "reverse"),
    ),
    Action(
        "duplicates", "查重", (IDS, DUPLICATES, CLIENTS_ALIKE, VALIDATE), "疑似重复、重复客户、问题; 房源: 核验到期",
        "找出可能是同一套的房源、可能是同一人的客户, 由人判断一次",
        needs=(*LISTED, CASE_REVIEW, MESSAGES), sheets=("listings", "pairs"),
    ),
    Action(
        "messages", "消息", (IDS, SENT, MESSAGES), "消息; 跟进: 选了已发的; 模板: 检查",
        "为今日待办的客户写好可直接复制的消息, 选了「已发」的记到 跟进", needs=LISTED, sheets=("clients", "followups", "messages"),
    ),
    Action(
        "report", "报表", (*REPORT_FEEDS, REPORT), "报表和八张分析页、指标明细; 各表的报表栏目; 另存网页、PDF 和图片",
        "十三种报表: 日报到年报、分层、互动、老带新、渠道、流失、业绩、佣金、活动; 全公司、一家店或一个人",
        sheets=("clients", "followups"),
    ),
    Action(
        "handover", "离职交接", (IDS, HANDOVER, POOL), "交接单; 客户、任务、房源等: 换成接手人",
        "列出离职人员手里的客户、任务、承诺和房源, 建议接手人; 填了接手人的换过去", needs=(CALENDAR, CONTACTS, DERIVE, GRADE, SEGMENTS),
        sheets=("handover", "clients", "staff"),
    ),
    Action(
        "whatif", "规则试算", (WHATIF,), "规则试算", "改了规则先试: 哪些客户会变、从什么变成什么、因为哪条规则; 客户一格不动",
        needs=(CALENDAR, IDS, MARKS), sheets=("whatif", "clients"),
    ),
    Action(
        "backtest", "评级回测", (BACKTEST,), "评级回测", "30 天前的评级和后来签约的人对照, 给出各条分数的建议; 规则一格不动",
        sheets=("backtest", "clients", "deals", "audit"),
    ),
    Action(
        "deals", "成交流程", (CALENDAR, IDS, DEALS), "成交步骤、看板、任务", "给每笔成交排好步骤、算出计划日、看卡在哪一步, 逾期的生成任务",
        needs=(CONTACTS, DERIVE, GRADE, SEGMENTS, POOL), sheets=("deals", "deal_steps"),
    ),
    Action(
        "viewings", "带看单", (IDS, VIEWING_SHEETS), "带看ID; 另存网页", "打印今天和明天的带看单: 每人每天一页, 有房源、钥匙、客户和签名处",
        sheets=("viewings",),
    ),
    Action(
        "commission", "分佣", (IDS, COMMISSION, DERIVE, COMMISSION_PAGE), "分佣; 房源、带看: 自动列; 另存网页",
        "给已签约的成交按分佣规则提出分配, 算出金额, 打印上月和本月的分佣单", sheets=("deals", "splits"),
    ),
    Action(
        "all", "全部", DAILY, "以上全部", "一次做完以上各项, 工作簿只打开和保存一次",
        sheets=("clients", "requests", "listings", "followups"),
    ),
)  # fmt: skip
BY_NAME = {action.name: action for action in ACTIONS}


@dataclass(frozen=True)
class Button:
    """A button of the workbook. `places` are the keys of the tabs on which it stands, in the order of the ribbon; `icon` is the ribbon's
    imageMso. `does` is what a press carries out: the name of an Action, or "module:function" (see macros.press). With `selected` it
    works on the selected rows, or on the sheet in sight; with `picks` it asks for a file first. `argument` is what is told to what it
    does; `like` names the action whose sheets it reads.
    """

    name: str
    label: str
    tip: str
    icon: str
    places: tuple[str, ...]
    does: str
    selected: bool = False
    picks: bool = False
    argument: str = ""
    like: str = ""

    @property
    def unread(self) -> frozenset[str]:
        """The sheets of results that a press need not read."""
        action = BY_NAME.get(self.like or self.does)
        return action.unread if action else frozenset()


BUTTONS: tuple[Button, ...] = (
    Button("all", "全部", "一次做完: 校验、评级、待办、匹配、消息、报表", "RefreshAll", ("home",), "all"),
    Button("due", "待办", "今天该联系谁", "CalendarInsert", ("home", "due", "followups"), "due"),
    Button(
        "lists", "打印待办", "今日待办每人一页、店长一页, 发到手机或打印", "FilePrint",
        ("due",), "macros.due_lists_writing:print_lists",
    ),
    Button(
        "calendar", "日程", "今日待办和带看写成每人一份手机日历", "NewAppointment",
        ("due",), "macros.ics:hand_out",
    ),
    Button("grade", "评级", "给客户打分评级, 写明依据", "SortDown", ("home", "clients"), "grade"),
    Button(
        "validate", "校验", "检查每张表: 缺什么、错在哪、怎么改", "Spelling",
        ("home", "clients", "requests", "listings", "followups", "findings"), "validate",
    ),
    Button("match", "匹配", "为每个需求找房, 为每套房找客户", "Consolidate", ("home", "requests", "matches"), "match"),
    Button(
        "match_selected", "匹配所选", "只为选中的客户或需求找房", "FindDialog",
        ("clients", "requests"), "macros.selected:match_selected", selected=True,
    ),
    Button(
        "reverse", "反向匹配", "为选中的房源找客户", "ReplaceDialog",
        ("listings",), "macros.selected:reverse_selected", selected=True,
    ),
    Button("messages", "消息", "为今日待办的客户写好消息", "EnvelopesAndLabelsDialog", ("home", "due", "messages"), "messages"),
    Button(
        "messages_selected", "生成消息", "只为选中的客户写消息", "ReviewNewComment",
        ("clients",), "macros.selected:messages_selected", selected=True,
    ),
    Button(
        "proposal", "置业方案", "给选中的客户: 前三套、优缺点、首付月供税费, 做成 PDF 和 Word", "FileSaveAsPdfOrXps",
        ("clients", "proposals"), "macros.proposals.making:propose", selected=True,
    ),
    Button(
        "portrait", "客户画像", "选中的客户每人一页 A4: 情况、等级依据、需求、联系、带看、成交; 手机号隐去中间几位", "BusinessCardInsertMenu",
        ("clients",), "macros.portrait.making:draw", selected=True,
    ),
    Button(
        "contract", "合同", "给选中的成交起草合同, 或按审核状态印选中的合同", "SignatureLineInsert",
        ("deals", "contracts"), "macros.contracts.making:draw_up", selected=True,
    ),
    Button(
        "mail", "发邮件", "把选了「发邮件」的消息发出去, 再记到 跟进", "FileSendAsAttachment",
        ("messages",), "macros.mail_commands:send_ticked",
    ),
    Button("viewings", "带看单", "打印今天和明天的带看单, 每人每天一页", "FilePrintPreview", ("viewings",), "viewings"),
    Button("deals", "成交推进", "排好成交步骤, 看卡在哪一步, 逾期的生成任务", "FileStartWorkflow", ("deals", "deal_steps"), "deals"),
    Button("commission", "分佣单", "给已签约的成交分佣金, 打印上月和本月的分佣单", "AccountingFormat", ("splits",), "commission"),
    Button(
        "pool", "公客预演", "今天和快要掉公的客户, 等认领的公客; 什么都不写", "StartTimer",
        ("due",), "macros.pool_ahead:show",
    ),
    Button(
        "duplicates", "查重", "找出重复的房源和重复的客户", "RemoveDuplicates", ("listings", "pairs", "client_pairs"),
        "macros.selected:duplicates",
    ),
    Button(
        "merge", "合并客户", "把判断为「同一人」的客户合成一行, 一家人互相关联", "MergeCells",
        ("client_pairs",), "macros.clients_alike.merging:press",
    ),
    Button(
        "import", "导入", "从别处的表格导入客户或房源", "ImportTextFile",
        ("home", "listings"), "macros.press:bring_in", picks=True,
    ),
    Button("client", "新客户", "打开登记表, 登记一位新客户", "ContactPictureMenu", ("home", "clients"), "macros.entry:open_client"),
    Button(
        "contact", "记跟进", "打开登记表, 记一次联系 (先选中客户)", "AutoDial",
        ("home", "clients", "followups", "due"), "macros.entry:open_contact", selected=True,
    ),
    Button(
        "report", "周报", "全公司最近七天的数字、薄弱环节、漏斗、逾期, 另存网页、PDF 和图片", "ChartInsert",
        ("home",), "macros.reports.making:press", argument="周报", like="report",
    ),
    Button(
        "month", "月报", "全公司本月的数字, 另存网页、PDF 和图片", "ChartTypeColumnInsertGallery",
        ("home",), "macros.reports.making:press", argument="月报", like="report",
    ),
    Button(
        "reports", "全部报表", "十三种报表一次做完, 全公司, 另存网页、PDF 和图片", "ChartTypeOtherInsertGallery",
        ("report",), "macros.reports.making:press", argument="全部", like="report",
    ),
    Button(
        "make_report", "生成报表", "按本页上方的种类、范围、截止日写出这张报表, 另存网页、PDF 和图片", "ChartTypeLineInsertGallery",
        (
            "report", "segments_report", "contact_report", "referral_report", "channel_report", "lost_report", "staff_report",
            "commission_report", "event_report",
        ), "macros.reports.making:press", selected=True, like="report",
    ),
    Button("handover", "离职交接", "列出离职人员要交接的, 填了接手人的换过去", "DistributionListSelectMembers", ("staff", "handover"), "handover"),
    Button(
        "whatif", "规则试算", "改了规则先试: 谁会变, 因为哪条规则; 客户一格不动", "WhatIfAnalysisMenu",
        ("settings", "score_rules", "cadence", "trigger_rules", "whatif"), "whatif",
    ),
    Button(
        "backtest", "评级回测", "各条分数和后来签约的对照, 建议几分", "ChartTrendline",
        ("score_rules", "backtest"), "backtest",
    ),
    Button(
        "awards", "推荐达人", "排今年 (一月里排去年) 的推荐达人榜: 给前几名各印一张证书, 再印一张公示", "StarRatedFull",
        ("referrals",), "macros.referrals.making:award",
    ),
    Button("undo", "撤销", "把最近一次运行改的格子放回去", "Undo", ("home",), "macros.press:take_back"),
    Button("save_client", "保存客户", "检查、存到 客户 和 需求, 并告诉下一步", "FileSave", ("entry",), "macros.entry:save_client"),
    Button("clear_client", "清空", "清空这张登记表", "Clear", ("entry",), "macros.entry:clear_client"),
    Button("save_contact", "保存跟进", "检查、存到 跟进, 并告诉下一步", "FileSave", ("entry",), "macros.entry:save_contact"),
    Button("clear_contact", "清空", "清空这张登记表", "Clear", ("entry",), "macros.entry:clear_contact"),
    Button("apply", "执行", "写入预览里的内容", "AcceptInvitation", ("preview",), "macros.previews:apply"),
    Button("discard", "取消", "什么都不写, 清空预览", "DeclineInvitation", ("preview",), "macros.previews:discard"),
)  # fmt: skip
BUTTON: dict[str, Button] = {button.name: button for button in BUTTONS}
