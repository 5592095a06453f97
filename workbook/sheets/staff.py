"""人员: the people of the agency; the source of every drop-down of persons."""

from workbook.schema import Column, Kind, Need, Sheet
from workbook.sheets.choices import ROLES

STAFF = Sheet(
    label="人员",
    key="staff",
    identity=("staff_id",),
    aliases=("员工", "经纪人"),
    purpose="本机构的人员: 各表「负责人」「归属人」的下拉来自这里。",
    columns=(
        Column(
            label="工号", key="staff_id", kind=Kind.ID, need=Need.REQUIRED, unique=True,
            aliases=("员工编号", "员工号", "编号"), prompt="每人一个, 不能重复", example="S001", daily=True, entry=True
        ),
        Column(
            label="姓名", key="name", kind=Kind.TEXT, need=Need.REQUIRED, aliases=("员工姓名", "经纪人", "员工"),
            prompt="各表下拉里显示的姓名, 不要重名", example="李强", daily=True, entry=True
        ),
        Column(
            label="角色", key="role", kind=Kind.CHOICE, need=Need.REQUIRED, choices=ROLES,
            aliases=("职位", "岗位", "职务"), daily=True, entry=True
        ),
        Column(
            label="门店", key="branch", kind=Kind.CHOICE, need=Need.REQUIRED, lookup="门店",
            aliases=("所属门店", "店面", "分店", "部门"), daily=True, entry=True
        ),
        Column(
            label="入职", key="from_date", kind=Kind.DATE, need=Need.REQUIRED, aliases=("入职日期", "入职时间"),
            default="today", daily=True, entry=True
        ),
        Column(
            label="离职", key="to_date", kind=Kind.DATE, not_before="from_date", aliases=("离职日期", "离职时间"),
            prompt="离职当天填, 在职留空", daily=True
        ),
        Column(label="私客上限", key="cap", kind=Kind.INT, unit="人", low=0, prompt="最多带几个私客", daily=True),
        Column(label="暂停接客", key="paused", kind=Kind.YESNO, prompt="选「是」暂不分配新客户", daily=True),
        Column(label="分配权重", key="weight", kind=Kind.INT, low=0, prompt="分配新客户的份数, 空 = 1"),
    ),
)  # fmt: skip
