"""模板: the texts that 消息 writes, as rows that the agency edits; a row wins over the shipped file of the same 编号 (R40, F9)."""

from workbook.schema import Column, Kind, Need, Sheet

CHANNELS = ("微信", "短信", "邮件", "电话")
PURPOSES = ("服务", "关怀", "营销")
LANGUAGES = ("中文", "English")

TEMPLATES = Sheet(
    label="模板",
    key="templates",
    identity=("template_id", "language"),
    purpose="消息用的模板: 改正文就是改以后发出去的话。没改过的行随新版本更新; 删掉的行改用安装时带的原文, 停用请在「启用」选「否」。",
    columns=(
        Column(
            label="编号", key="template_id", kind=Kind.TEXT, need=Need.REQUIRED, width=18, daily=True,
            prompt="触发规则、挽回策略里写的就是它; 同一语言里不能重复"
        ),
        Column(label="名称", key="name", kind=Kind.TEXT, need=Need.REQUIRED, width=16, daily=True),
        Column(label="渠道", key="channel", kind=Kind.CHOICE, choices=CHANNELS, need=Need.REQUIRED, default="微信", daily=True, width=8),
        Column(label="内容类型", key="content_type", kind=Kind.TEXT, need=Need.REQUIRED, width=12, daily=True),
        Column(
            label="用途", key="aim", kind=Kind.CHOICE, choices=PURPOSES, need=Need.REQUIRED, default="服务", width=8, daily=True,
            prompt="营销: 只发给同意的客户, 正文要有机构、经纪人和怎么不再收"
        ),
        Column(
            label="什么时候用", key="trigger", kind=Kind.TEXT, need=Need.REQUIRED, width=40, daily=True,
            prompt="今日待办的事由, 或 事由:等级、事由:下步行动, 几个用空格分开; 指定: 只在规则或任务写了编号时用"
        ),
        Column(
            label="正文", key="body", kind=Kind.TEXT, need=Need.REQUIRED, width=90, daily=True,
            prompt="文字和 {{ 字段 }}; 有就写: {% if 预算 %}…{% endif %}"
        ),
        Column(
            label="可以没有的字段", key="optional", kind=Kind.TEXT, width=22, daily=True,
            prompt="空着也照发的字段, 用空格分开; 其余字段缺了就不发"
        ),
        Column(label="次序", key="order", kind=Kind.INT, low=0, high=9999, default="50", width=7, daily=True, prompt="小的先用"),
        Column(
            label="几天内不重发", key="again_days", kind=Kind.INT, unit="天", low=0, high=9999, default="1", width=11, daily=True
        ),
        Column(label="语言", key="language", kind=Kind.CHOICE, choices=LANGUAGES, need=Need.REQUIRED, default="中文", width=9, daily=True),
        Column(label="启用", key="enabled", kind=Kind.YESNO, need=Need.REQUIRED, default="是", width=7, daily=True, prompt="选「否」停用"),
        Column(label="检查", key="verdict", kind=Kind.TEXT, need=Need.AUTOMATIC, width=50, daily=True),
        Column(label="出厂", key="shipped", kind=Kind.TEXT, need=Need.AUTOMATIC, width=11),
    ),
)  # fmt: skip
