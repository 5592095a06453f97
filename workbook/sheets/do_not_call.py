"""禁拨名单: numbers and addresses that nothing may go to, whoever has them; also of people who are on no other sheet any more."""

from workbook.schema import Column, Kind, Need, Sheet

DO_NOT_CALL = Sheet(
    label="禁拨名单",
    key="do_not_call",
    identity=("number",),
    aliases=("勿扰名单", "拒访名单", "黑名单号码"),
    purpose="不能再联系的号码: 换了姓名、重新导入也一样, 不打电话、不写消息、不上待办。",
    columns=(
        Column(
            label="号码", key="number", kind=Kind.TEXT, need=Need.REQUIRED, unique=True, masked=True, width=20,
            aliases=("手机号", "电话", "手机"), daily=True, entry=True,
            prompt="手机号、座机、微信号或邮箱; 删除资料时登记的是号码的指纹 (sha256:...)"
        ),
        Column(
            label="登记日", key="since", kind=Kind.DATE, need=Need.REQUIRED, default="today", daily=True, entry=True,
            prompt="从哪天起不再联系"
        ),
        Column(
            label="来源", key="source", kind=Kind.CHOICE, need=Need.REQUIRED, default="客户要求", daily=True, entry=True,
            choices=("客户要求", "客户拒绝", "投诉", "监管或平台名单", "删除资料", "其他"),
            prompt="凭什么不再联系; 「客户拒绝」是程序从「客户」表的联系同意抄来的"
        ),
        Column(label="登记人", key="who", kind=Kind.STAFF, daily=True, entry=True),
        Column(label="备注", key="remark", kind=Kind.TEXT, width=24, daily=True),
    ),
)  # fmt: skip
