"""签到: who was expected at an event, and who came. Who came was in touch with us (R112)."""

from workbook.schema import Column, Kind, Need, Sheet

ATTENDANCE = Sheet(
    label="签到",
    key="attendance",
    identity=("event_id", "client_id", "phone"),
    seldom=("client_id", "phone"),
    aliases=("签到表",),
    purpose="每场活动谁报了名、谁到了场; 到场算一次互动。",
    columns=(
        Column(
            label="活动ID", key="event_id", kind=Kind.ID, need=Need.REQUIRED, refers="events", daily=True, entry=True
        ),
        Column(
            label="客户ID", key="client_id", kind=Kind.ID, refers="clients", prompt="还不是客户的空着, 填电话", daily=True,
            entry=True
        ),
        Column(label="姓名", key="name", kind=Kind.TEXT, need=Need.REQUIRED, aliases=("来宾", "客户姓名"), daily=True, entry=True),
        Column(
            label="电话", key="phone", kind=Kind.PHONE, aliases=("手机", "联系电话", "手机号"),
            prompt="没有客户ID 时按电话找客户", width=14, daily=True, entry=True, masked=True
        ),
        Column(
            label="到场", key="came", kind=Kind.YESNO, prompt="来了选「是」, 报了名没来选「否」", daily=True, entry=True
        ),
        Column(
            label="签到时间", key="signed_in_at", kind=Kind.MOMENT, prompt="空着按活动日期", daily=True
        ),
        Column(label="备注", key="note", kind=Kind.TEXT, width=30, daily=True),
    ),
)  # fmt: skip
