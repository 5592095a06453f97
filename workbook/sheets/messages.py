"""消息: texts ready to copy, one per day, client and template; rows ticked as sent stay and keep a text from going out twice."""

from workbook.schema import Column, Kind, Need, Sheet

MESSAGES = Sheet(
    label="消息",
    key="messages",
    identity=("on", "client_id", "template"),
    automatic=True,
    purpose="写好待发的消息: 复制到微信即可; 缺资料的一行说明缺什么。",
    columns=(
        Column(label="生成日", key="on", kind=Kind.DATE, need=Need.AUTOMATIC, daily=True),
        Column(label="负责人", key="who", kind=Kind.STAFF, need=Need.AUTOMATIC, daily=True),
        Column(label="客户ID", key="client_id", kind=Kind.ID, need=Need.AUTOMATIC, refers="clients", daily=True),
        Column(label="姓名", key="name", kind=Kind.TEXT, need=Need.AUTOMATIC, daily=True),
        Column(label="渠道", key="channel", kind=Kind.TEXT, need=Need.AUTOMATIC, width=8, daily=True),
        Column(label="内容类型", key="content_type", kind=Kind.TEXT, need=Need.AUTOMATIC, daily=True),
        Column(label="模板", key="template", kind=Kind.TEXT, need=Need.AUTOMATIC),
        Column(label="正文", key="text", kind=Kind.TEXT, need=Need.AUTOMATIC, width=80, daily=True),
        Column(label="状态", key="status", kind=Kind.TEXT, need=Need.AUTOMATIC, width=10, daily=True),
        Column(label="跳过原因", key="skipped", kind=Kind.TEXT, need=Need.AUTOMATIC, width=40, daily=True),
        Column(label="发送原因", key="why", kind=Kind.TEXT, need=Need.AUTOMATIC, width=40),
        Column(label="跟进ID", key="fu_id", kind=Kind.ID, need=Need.AUTOMATIC, refers="followups"),
        Column(label="短信条数", key="sms_parts", kind=Kind.INT, need=Need.AUTOMATIC, unit="条", width=8, daily=True),
        Column(label="链接", key="link", kind=Kind.LINK, need=Need.AUTOMATIC, width=14, daily=True, masked=True),
        Column(label="发送情况", key="delivery", kind=Kind.TEXT, need=Need.AUTOMATIC, width=24, daily=True),
        Column(
            label="已发", key="sent", kind=Kind.YESNO, width=8, daily=True,
            prompt="发出后选「是」, 不再重复生成, 下次运行记到 跟进; 「不确定」的核对后选「是」或「否」"
        ),
        Column(
            label="发邮件", key="mail", kind=Kind.YESNO, width=8, daily=True,
            prompt="选「是」, 再做 genjin send: 由发信服务器发出, 并记为已发"
        ),
    ),
)  # fmt: skip
