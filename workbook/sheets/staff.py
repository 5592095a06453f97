"""人员."""

from workbook.schema import Column, Kind, Need, Sheet

STAFF = Sheet(
    label="人员",
    key="staff",
    identity=("staff_id",),
    purpose="人员",
    columns=(
        Column(label="工号", key="staff_id", kind=Kind.ID, need=Need.REQUIRED, unique=True),
        Column(label="姓名", key="name", kind=Kind.TEXT, need=Need.REQUIRED),
        Column(
            label="角色",
            key="role",
            kind=Kind.CHOICE,
            need=Need.REQUIRED,
            choices=("经纪人", "助理", "权证员", "客服", "客户成功经理", "社区运营", "店长", "管理员"),
        ),
        Column(label="门店", key="branch", kind=Kind.CHOICE, need=Need.REQUIRED, lookup="门店"),
        Column(label="入职", key="from_date", kind=Kind.DATE, need=Need.REQUIRED),
        Column(label="离职", key="to_date", kind=Kind.DATE, not_before="from_date"),
        Column(label="私客上限", key="cap", kind=Kind.INT),
        Column(label="暂停接客", key="paused", kind=Kind.YESNO),
        Column(label="分配权重", key="weight", kind=Kind.INT),
    ),
)
