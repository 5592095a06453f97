"""What an agent must be able to write down: the column is in the built workbook, offers the choices, and validate holds people to them.

The choices are written down here from the requirements, not taken from the declaration.
"""

import datetime as dt
from collections.abc import Iterator

import openpyxl
import pytest
from openpyxl.utils.cell import range_boundaries
from openpyxl.workbook import Workbook

from macros.actions import BY_NAME
from macros.new import build
from macros.run import perform
from macros.session import Options, start
from workbook.book import MemoryBook
from workbook.samples import good_row
from workbook.schema import Kind
from workbook.sheets import BY_KEY, SHEETS
from workbook.values import to_cell

TODAY = dt.date(2026, 11, 20)
FREE = ""  # a free text, number or date: no drop-down


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Workbook:
    path = tmp_path_factory.mktemp("built") / "空.xlsx"
    build(path, None, 1, TODAY)
    return openpyxl.load_workbook(path)


def offered(book: Workbook, sheet: str, label: str) -> list[str] | None:
    """Return what the drop-down of a column's first row offers; None where there is none."""
    page = book[sheet]
    cell = next(cell.column_letter for cell in page[1] if cell.value == label) + "2"
    for rule in page.data_validations.dataValidation:
        if cell in rule.sqref and rule.type == "list":
            return list(values_of(book, rule.formula1))
    return None


def values_of(book: Workbook, formula: str) -> Iterator[str]:
    name = formula.lstrip("=")
    where = book.defined_names[name].attr_text if name in book.defined_names else name
    sheet, cells = where.replace("$", "").split("!")
    left, top, right, bottom = range_boundaries(cells)
    for row in book[sheet.strip("'")].iter_rows(
        min_row=top, max_row=bottom, min_col=left, max_col=right, values_only=True
    ):
        yield from (value for value in row if value)


def check(identifier: str, sheet: str, label: str, choices: str = FREE) -> object:
    return pytest.param(sheet, label, choices, id=f"{identifier} {sheet}.{label}")


ENTRIES = [
    check("R6", "客户", "姓名"), check("R6", "客户", "手机1"), check("R6", "需求", "用途", "住宅 公寓 别墅 商铺 写字楼 车位"),
    check("R7", "需求", "预算上限"), check("R7", "需求", "意向区域"), check("R7", "需求", "期望时间"),
    check("R8", "需求", "购房动机", "自住 投资 改善 结婚 生子 学区 工作调动"),
    check("R9", "需求", "学区"), check("R9", "需求", "区域重要度", "必须 优先 无所谓"), check("R9", "需求", "学区重要度", "必须 优先 无所谓"),
    check("R10", "需求", "首付能力"), check("R10", "需求", "决策周期"),
    check("R11", "需求", "预算下限"), check("R11", "需求", "付款方式", "全款 商贷 公积金 组合贷"),
    check("R12", "客户", "家庭结构"), check("R12", "客户", "职业"), check("R12", "客户", "年龄段", "<25 25-35 36-45 46-60 >60"),
    check("R14", "客户", "手机2"), check("R14", "客户", "微信"), check("R14", "客户", "邮箱"), check("R14", "客户", "方便时段"),
    check("R14", "客户", "首选渠道", "电话 微信 短信 面谈 邮件"),
    check("R15", "客户", "来源", "自然到访 门店接待 朋友介绍 线上渠道 社区活动 老带新 其他"),
    check("R16", "客户", "客户类型", "首次置业 改善型 投资型 租赁 业主"),
    check("R17", "需求", "面积下限"), check("R17", "需求", "室下限"), check("R17", "需求", "朝向"), check("R17", "需求", "楼层"),
    check("R17", "需求", "装修"), check("R18", "需求", "意向小区"), check("R18", "需求", "配套"), check("R19", "需求", "期望时间"),
    check("R20", "客户", "决策人"), check("R20", "客户", "影响人"), check("R20", "客户", "关联客户"),
    check("R23", "客户", "生日"), check("R23", "客户", "纪念日"), check("R23", "客户", "特殊关怀", "无 老人 孕妇 其他"),
    check("R30", "客户", "状态", "初步了解 需求明确 对比选择 意向强烈 待付定金 已成交 暂不考虑"),
    check("R47", "跟进", "方式", "电话 微信 短信 面谈 邮件 带看 活动"), check("R50", "跟进", "情绪", "积极 平和 犹豫 抵触 愤怒"),
    check("R51", "跟进", "下步行动", "发资料 邀约到访 约看房 报价 活动通知 回访 无"), check("R51", "跟进", "预期目标"),
    check("R64", "房源", "来源渠道", "内部录入 业主委托 外部合作"), check("R65", "房源", "委托类型", "普通 独家 限时独家"),
    check("R65", "房源", "图片视频"), check("R65", "房源", "产权性质", "商品房 公房 经济适用 限价 商住 央产 其他"),
]  # fmt: skip


@pytest.mark.requirement(
    "R6", "R7", "R8", "R9", "R10", "R11", "R12", "R14", "R15", "R16", "R17", "R18", "R19", "R20", "R23", "R50", "R51", "R64", "R65"
)  # fmt: skip
@pytest.mark.parametrize(("sheet", "label", "choices"), ENTRIES)
def test_the_built_workbook_has_the_column_and_offers_the_choices(
    built: Workbook, sheet: str, label: str, choices: str
) -> None:
    assert label in [cell.value for cell in built[sheet][1]]
    if choices:
        assert offered(built, sheet, label) == choices.split()


@pytest.mark.parametrize(("sheet", "label", "choices"), [entry for entry in ENTRIES if entry.values[2]])
def test_validate_accepts_each_choice_and_nothing_else(sheet: str, label: str, choices: str) -> None:
    declared = next(s for s in SHEETS if s.label == sheet)
    key = next(column.key for column in declared.columns if column.label == label)
    found = complaints(declared.key, key, [*choices.split(), "随便写的"])
    assert [("choice", label) in row for row in found] == [False] * len(choices.split()) + [True]


@pytest.mark.requirement("R6", "R7")
@pytest.mark.parametrize(
    ("sheet", "label"),
    [("客户", "姓名"), ("客户", "手机1"), ("需求", "用途"), ("需求", "预算上限"), ("需求", "意向区域")],
)
def test_what_a_first_contact_must_hold_is_missed_when_it_is_empty(sheet: str, label: str) -> None:
    declared = next(s for s in SHEETS if s.label == sheet)
    key = next(column.key for column in declared.columns if column.label == label)
    empty, filled = complaints(declared.key, key, [None, good_value(declared.key, key)])
    assert ("required", label) in empty
    assert ("required", label) not in filled


def good_value(sheet: str, key: str) -> object:
    return to_cell(BY_KEY[sheet][key], good_row(BY_KEY[sheet])[key])


def complaints(sheet: str, key: str, values: list[object]) -> list[set[tuple[str, str]]]:
    """Return (check, column) of what validate finds in rows that are right but for one cell, a row per value."""
    declared = BY_KEY[sheet]
    good = {column: good_value(sheet, column) for column in good_row(declared)}
    rows = [[(good | {key: value}).get(column.key) for column in declared.columns] for value in values]
    grids = {s.label: [list(s.labels), *(rows if s is declared else [])] for s in SHEETS}
    options = Options(TODAY, dt.datetime(2026, 11, 20, 9), preview=True)
    result = perform(BY_NAME["validate"], start(MemoryBook(grids), options))
    found: list[set[tuple[str, str]]] = [set() for _ in values]
    for item in result.items:  # type: ignore[attr-defined]
        if item["sheet"] == declared.label:
            found[int(item["cell"].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) - 2].add((item["check"], item["column"]))
    return found


def test_free_columns_are_no_drop_downs(built: Workbook) -> None:
    for sheet, label, choices in (entry.values for entry in ENTRIES):
        declared = next(s for s in SHEETS if s.label == sheet)
        column = next(column for column in declared.columns if column.label == label)
        if not choices and column.kind in (Kind.TEXT, Kind.DECIMAL, Kind.DATE, Kind.INT, Kind.PHONE):
            assert offered(built, sheet, label) is None, label
