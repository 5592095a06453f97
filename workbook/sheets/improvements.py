"""改进: what meetings, answers, complaints and reports show to be wrong, who changes it, by when, and whether it helped (R105)."""

from workbook.schema import Column, Kind, Need, Sheet, When

TO_DO, GOING_ON, DONE = "待改", "进行", "完成"

IMPROVEMENTS = Sheet(
    label="改进",
    key="improvements",
    identity=("im_id",),
    prefix="I",
    aliases=("改进记录", "整改"),
    purpose="例会、问卷、投诉、报表里看到的问题: 谁改、怎么改、何时改好、有没有用。",
    columns=(
        Column(
            label="改进ID", key="im_id", kind=Kind.ID, need=Need.AUTOMATIC, unique=True, example="I000001", daily=True
        ),
        Column(
            label="提出日", key="on", kind=Kind.DATE, need=Need.REQUIRED, default="today", daily=True, entry=True
        ),
        Column(
            label="来源", key="source", kind=Kind.CHOICE, need=Need.REQUIRED,
            choices=("例会", "满意度", "投诉", "报表", "员工", "客户", "其他"), daily=True, entry=True
        ),
        Column(
            label="问题", key="problem", kind=Kind.TEXT, need=Need.REQUIRED, prompt="哪里不好, 写事实", width=36,
            daily=True, entry=True
        ),
        Column(label="依据", key="basis", kind=Kind.TEXT, prompt="哪张表哪一格, 或哪份报表的哪个数", width=22),
        Column(label="原因", key="cause", kind=Kind.TEXT, prompt="为什么会这样", width=26),
        Column(
            label="措施", key="measure", kind=Kind.TEXT, need=Need.REQUIRED, prompt="怎么改, 写到能照着做", width=36, daily=True,
            entry=True
        ),
        Column(
            label="负责人", key="who", kind=Kind.STAFF, need=Need.REQUIRED, prompt="一个人, 从人员表选", daily=True,
            entry=True
        ),
        Column(
            label="期限", key="due", kind=Kind.DATE, need=Need.REQUIRED, not_before="on", prompt="到哪天改好", daily=True,
            entry=True
        ),
        Column(
            label="进度", key="state", kind=Kind.CHOICE, need=Need.REQUIRED, choices=(TO_DO, GOING_ON, DONE, "取消"),
            default=TO_DO, daily=True
        ),
        Column(
            label="完成日", key="done_on", kind=Kind.DATE, when=When("state", (DONE,)), not_before="on", daily=True
        ),
        Column(label="效果", key="effect", kind=Kind.TEXT, prompt="改前、改后的数字", width=26, daily=True),
    ),
)  # fmt: skip
