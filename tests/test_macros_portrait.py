"""客户画像: what stands on all sheets about a client, each with its cell, phones masked, and the same on both kinds of paper."""

import datetime as dt
import re
import shutil
from pathlib import Path

import pytest

from macros.cli import main
from macros.portrait import Portrait, portraits
from macros.portrait.html import to_html
from macros.portrait.making import MOST_CLIENTS, draw
from macros.portrait.page import NOTE_WITH_PHONES, more
from macros.portrait.parts import MOST, Section
from macros.portrait.pdf import _pages, to_pdf
from macros.selected_rows import clients_in
from macros.session import Options, start
from macros.settings import Settings
from tests.desks import NOW, desk_of
from tests.shuffling import sample_tables, shuffled
from tests.tables import tables_from
from workbook.book import Selection
from workbook.errors import GenjinError

TODAY = dt.date(2026, 3, 31)
PORTRAITS = ("画像", MOST_CLIENTS)
WHY = (
    "意向程度 12/35: 状态「对比选择」+12。购买能力 11/25: 购房资格「有」+8; 说了预算+3(需求!G2)。"
    "需求明确度 0/20: 没有得分。合作可能性 4/20: 联系同意「同意」+4。"
)
TEXT = f"""
客户
| 客户ID | 姓名 | 称谓 | 手机1 | 微信 | 归属人 | 状态 | grade | 分数 | grade_why | 人工等级 | 人工理由 | 推荐人ID | 关联客户 | 逾期天数 | 备注 |
| C1 | 王芳 | 王女士 | 13800000001 | wf_138 | 李雷 | 对比选择 | B | 62 | {WHY} | A | 急着买 | C2 | C3 | 2 | 另一个号 13900000009 |
| C2 | 张伟 | 张先生 | 13800000002 | | 李雷 | 已成交 | D | 10 | | | | | | | |
| C3 | 王强 | 王先生 | 13800000003 | | 韩梅 | 需求明确 | C | 45 | | | | | | | |
| C4 | 王小 | 王小姐 | 13800000004 | | 韩梅 | 需求明确 | | | | | | | C3 | | |
需求
| 需求ID | 客户ID | 交易 | 购房动机 | 预算下限 | 预算上限 | 意向区域 | 面积下限 | 室下限 | 付款方式 | 需求状态 |
| Q1     | C1     | 买   | 自住     | 200      | 250      | 滨江     | 80       | 2      | 商贷     | 取消     |
| Q2     | C1     | 买   | 学区     |          | 300      | 滨江     | 90       | 3      | 全款     | 有效     |
| Q3     | C2     | 租   | 自住     |          | 5000     | 滨江     | 0        | 1      | 全款     | 有效     |
跟进
| 跟进ID | 对象 | 对象ID | 时间 | 方式 | 结果 | 摘要 | 客户反馈 | 承诺事项 | 承诺期限   | 承诺结果 | 人员 | 疑虑点 |
| F1     | 客户 | C1     | 2026-03-01 10:00 | 电话 | 接通   | 想看三居, 打13800000001 | 犹豫     | 找学区房 | 2026-03-05 | 兑现 | 李雷 | 学区、价格 |
| F2     | 客户 | C1     | 2026-03-20 09:30 | 微信 | 已回复 | 约周末看                |          | 发户型图 | 2026-03-21 | 未兑现   | 李雷 | 价格 |
| F3     | 房源 | C1     | 2026-03-21 09:30 | 电话 | 接通   | 说的是房源              |          |          |            |          | 李雷 | 物业 |
| F4     | 客户 | C2     | 2026-03-22 09:30 | 电话 | 接通   | 别人的联系              |          |          |            |          | 李雷 | 质量 |
带看
| 带看ID | 客户ID | 房源ID | 预约时间         | 状态 | 反馈   | 满意点 | 不满意点 | 出价 | 带看人 |
| V1     | C1     | H1     | 2026-03-22 14:00 | 已看 | 意向强 | 采光好 | 价格高   | 240  | 李雷   |
房源
| 房源ID | 小区     | 栋 | 单元 | 室号 |
| H1     | 阳光花园 | 3  | 2    | 501  |
匹配结果
| 需求ID | 房源ID | 房源              | 名次 | 总分 | 匹配说明 |
| Q2     | H1     | 阳光花园 3室2厅   | 1    | 88   | 区域合适 |
| Q3     | H1     | 别人的            | 1    | 99   |          |
成交
| 成交ID | 客户ID | 房源ID | 类型 | 成交价 | 签约日     | 状态 |
| D1     | C1     | H1     | 买卖 | 238    | 2024-05-01 | 完结 |
转介绍
| 转介绍ID | 推荐人ID | 被推荐人 | 被推荐电话  | 登记时间   | 有效性 | 进度 | 应发 |
| R1       | C1       | 新一     | 13900000001 | 2026-02-01 | 有效   | 带看 | 500  |
满意度
| 问卷ID | 客户ID | 节点   | 发送日     | 总体满意 | 推荐意愿 | 意见     |
| S1     | C1     | 签约后 | 2024-05-04 | 5        | 9        | 服务很好 |
任务
| 任务ID | 对象ID | 负责人 | 内容     | 到期       | 状态 |
| T1     | C1     | 李雷   | 发户型图 | 2026-04-01 | 待办 |
| T2     | C1     | 李雷   | 做完的   | 2026-03-01 | 完成 |
投诉
| 投诉ID | 客户ID | 类别 | 内容   | 响应时间         | 责任人 |
| P1     | C1     | 服务 | 回电慢 | 2025-01-05 10:00 | 李雷   |
"""


def portrait(text: str = TEXT, client: str = "C1", *, phones: bool = False) -> Portrait:
    (found,) = portraits(tables_from(text), TODAY, Settings(), [client], phones=phones)
    return found


def section(found: Portrait, title: str) -> Section:
    return next(one for one in found.sections if one.title == title)


def fact(found: Portrait, label: str) -> tuple[str, str]:
    facts = (*found.standing, *section(found, "基本情况").facts)
    return next((one.text, one.cell) for one in facts if one.label == label)


@pytest.mark.requirement("R22")
def test_the_page_joins_all_sheets():
    found = portrait()
    assert (found.client_id, found.called, found.grade, found.agency) == ("C1", "王女士", "A", "示例地产")
    assert [one.title for one in found.sections] == [
        "基本情况", "等级和依据", "需求", "待办", "答应客户的事", "最近联系", "带看", "匹配的房源", "成交", "介绍来的人", "满意度", "投诉", "一家人",
    ]  # fmt: skip
    assert found.nothing == ()


def test_every_fact_names_its_cell():
    found = portrait()
    facts = [*found.standing, *(one for part in found.sections for one in part.facts)]
    wheres = [line.where for part in found.sections for line in part.lines]
    assert all(re.fullmatch(r"[\u4e00-\u9fff]+![A-Z]+\d+", cell) for cell in [*wheres, *(one.cell for one in facts)])
    assert fact(found, "归属人") == ("李雷", "客户!AB2")
    assert section(found, "带看").lines[0].where == "带看!A2"


def test_where_the_client_stands_is_told_first():
    assert fact(portrait(), "状态") == ("对比选择", "客户!AK2")
    assert fact(portrait(), "逾期天数")[0] == "2 天"


def test_who_brought_the_client_is_told_by_name():
    assert fact(portrait(), "推荐人")[0] == "C2 张先生"


def test_empty_cells_are_no_facts():
    labels = [one.label for one in section(portrait(client="C2"), "基本情况").facts]
    assert "微信" not in labels
    assert "备注" not in labels


@pytest.mark.requirement("R26")
def test_the_grade_is_told_with_its_points_and_the_persons_own_first():
    lines = [line.cells for line in section(portrait(), "等级和依据").lines]
    assert lines == [
        ("人工等级 A", "", "急着买"), ("系统等级 B", "62 / 100", ""), ("意向程度", "12 / 35", "状态「对比选择」+12"),
        ("购买能力", "11 / 25", "购房资格「有」+8; 说了预算+3(需求!G2)"), ("需求明确度", "0 / 20", "没有得分"),
        ("合作可能性", "4 / 20", "联系同意「同意」+4"),
    ]  # fmt: skip
    assert portrait(client="C3").grade == "C"


def test_an_explanation_that_is_not_in_blocks_stands_as_it_is():
    found = portrait(TEXT.replace(WHY, "手工写的。一句话"))
    assert section(found, "等级和依据").lines[-1].cells == ("评级说明", "", "手工写的。一句话")


def test_needs_that_hold_come_first():
    first, second = section(portrait(), "需求").lines
    assert first.cells == ("Q2", "买 · 学区 · 滨江", "300万元以内", "90㎡以上 · 3室以上", "全款", "有效")
    assert second.cells[:3] == ("Q1", "买 · 自住 · 滨江", "200–250万元")
    rent = section(portrait(client="C2"), "需求").lines[0]
    assert rent.cells[2] == "5000元/月以内"


def test_contacts_are_the_clients_own_the_latest_first():
    assert [line.cells[:3] for line in section(portrait(), "最近联系").lines] == [
        ("2026-03-20 09:30", "微信 · 已回复", "约周末看"), ("2026-03-01 10:00", "电话 · 接通", "想看三居, 打138****0001"),
    ]  # fmt: skip


@pytest.mark.requirement("R21")
def test_the_doubts_of_all_contacts_of_the_client_are_counted_the_last_named_first():
    text, cell = fact(portrait(), "疑虑点")
    assert text == "价格 2 次、学区 1 次"
    assert re.fullmatch(r"跟进![A-Z]+3", cell)
    assert section(portrait(), "最近联系").lines[1].cells[3] == "犹豫 · 学区、价格"


def test_promises_not_kept_come_first():
    assert [line.cells[1:3] for line in section(portrait(), "答应客户的事").lines] == [
        ("发户型图", "未兑现"),
        ("找学区房", "兑现"),
    ]


def test_other_sheets_are_told_in_words():
    found = portrait()
    assert section(found, "待办").lines[0].cells == ("2026-04-01", "发户型图", "", "李雷")
    assert section(found, "带看").lines[0].cells == (
        "2026-03-22 14:00", "阳光花园3-2-501", "已看 · 意向强", "采光好", "价格高", "240 万元", "李雷",
    )  # fmt: skip
    assert [line.cells[:3] for line in section(found, "匹配的房源").lines] == [("Q2", "阳光花园 3室2厅", "88")]
    assert section(found, "成交").lines[0].cells[:5] == ("D1", "买卖", "阳光花园3-2-501", "238万元", "2024-05-01")
    assert section(found, "介绍来的人").lines[0].cells == ("R1", "新一", "2026-02-01", "有效", "带看", "500 元", "")
    assert section(found, "满意度").lines[0].cells == ("签约后", "2024-05-04", "", "5", "9", "服务很好")
    assert section(found, "投诉").lines[0].cells[:2] == ("服务", "回电慢")


def test_a_household_is_who_names_the_same_client_and_that_client():
    assert [line.cells[:2] for line in section(portrait(), "一家人").lines] == [("C3", "王先生"), ("C4", "王小姐")]
    assert [line.cells[0] for line in section(portrait(client="C3"), "一家人").lines] == ["C1", "C4"]
    assert "一家人" in portrait(client="C2").nothing


@pytest.mark.requirement("F9")
def test_phones_are_masked_wherever_they_stand_unless_they_are_asked_for():
    found = portrait()
    assert fact(found, "手机1")[0] == "138****0001"
    assert fact(found, "微信")[0] == "已填 (不显示)"
    assert fact(found, "备注")[0] == "另一个号 139****0009"
    assert not re.search(r"1[3-9]\d{9}", repr(found) + to_html(found, Settings()).decode())
    whole = portrait(phones=True)
    assert (fact(whole, "手机1")[0], fact(whole, "备注")[0]) == ("13800000001", "另一个号 13900000009")
    assert NOTE_WITH_PHONES in to_html(whole, Settings(), phones=True).decode()


def test_who_is_not_on_the_sheet_has_no_page_and_pages_come_by_id():
    found = portraits(tables_from(TEXT), TODAY, Settings(), ["C3", "", "C9", "C1"])
    assert [one.client_id for one in found] == ["C1", "C3"]


def test_a_client_of_whom_nothing_else_is_known_has_a_page():
    found = portrait("客户\n| 客户ID | 姓名 |\n| C1 | 王芳 |\n")
    assert (found.called, found.grade, found.sections, found.standing) == ("王芳", "", (), ())
    assert "还没有: 基本情况、等级和依据、需求" in to_html(found, Settings()).decode()
    assert _pages(to_pdf(found)) == 1


# the papers


def test_the_html_shows_every_fact_and_carries_nothing_out():
    found = portrait()
    page = to_html(found, Settings()).decode()
    for part in found.sections:
        assert f"<h2>{part.title}" in page
    assert "客户!AB2" in page
    assert "<script" not in page
    assert "http" not in page
    assert page == to_html(portrait(), Settings()).decode()


@pytest.mark.parametrize("name", ["<b>王&芳</b>", "{{7*7}}", "王\u202e芳", "长" * 200, "=cmd|' /C calc'!A0"])
def test_a_hostile_name_stands_literally(name):
    tables = tables_from(TEXT)
    clients = tables["clients"].assign(salutation=name)
    (found,) = portraits(tables.updated({}, {"clients": clients}), TODAY, Settings(), ["C1"])
    page = to_html(found, Settings()).decode()
    assert "<b>王" not in page
    assert "49" not in re.search(r"<h1>(.*?)</h1>", page)[1]
    assert _pages(to_pdf(found)) == 1


def crowded(rows: int, letters: int) -> str:
    said = "这是一段很长的话, " * (letters // 9)
    log = "".join(
        f"| F{n} | 客户 | C1 | 2026-03-{n % 28 + 1:02} | 电话 | 接通 | {said} | 承诺{n} | 2026-03-05 |\n"
        for n in range(rows)
    )
    seen = "".join(f"| V{n} | C1 | H1 | 2026-03-{n % 28 + 1:02} | 已看 | 一般 | {said} |\n" for n in range(rows))
    return (
        f"客户\n| 客户ID | 姓名 | 备注 |\n| C1 | 王芳 | {said} |\n"
        f"跟进\n| 跟进ID | 对象 | 对象ID | 时间 | 方式 | 结果 | 摘要 | 承诺事项 | 承诺期限 |\n{log}"
        f"带看\n| 带看ID | 客户ID | 房源ID | 预约时间 | 状态 | 反馈 | 下步 |\n{seen}"
    )


@pytest.mark.parametrize(("rows", "letters"), [(1, 9), (8, 90), (40, 900)])
def test_a_long_history_stays_on_one_page(rows, letters):
    found = portrait(crowded(rows, letters))
    assert _pages(to_pdf(found)) == 1
    contacts = section(found, "最近联系")
    assert (len(contacts.lines), contacts.total) == (min(rows, MOST), rows)
    assert more(contacts, MOST) == ("共 40 行, 这里 8 行" if rows == 40 else "")


def test_the_same_portrait_gives_the_same_pdf():
    assert to_pdf(portrait()) == to_pdf(portrait())


# the selection


def test_rows_of_other_sheets_mean_their_client_too():
    tables = tables_from(TEXT)
    assert clients_in(tables, Selection("需求", (2, 4)), PORTRAITS) == {"C1", "C2"}


@pytest.mark.parametrize(
    ("selection", "code"), [(None, "NOTHING_SELECTED"), (Selection("房源", (2,)), "NOTHING_SELECTED")]
)
def test_a_selection_without_clients_is_refused(selection, code):
    with pytest.raises(GenjinError, match="没有选中客户") as refused:
        clients_in(tables_from(TEXT), selection, PORTRAITS)
    assert refused.value.code == code


@pytest.mark.parametrize(("count", "refused"), [(MOST_CLIENTS, False), (MOST_CLIENTS + 1, True)])
def test_too_many_clients_at_once_are_refused(count, refused):
    tables = tables_from("客户\n| 客户ID | 姓名 |\n" + "".join(f"| C{n} | 王芳 |\n" for n in range(count)))
    selection = Selection("客户", tuple(range(2, count + 2)))
    if not refused:
        assert len(clients_in(tables, selection, PORTRAITS)) == count
        return
    with pytest.raises(GenjinError, match="一次最多 50 位"):
        clients_in(tables, selection, PORTRAITS)


def test_a_press_writes_a_page_of_each_kind_and_no_cell(yesterday: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(yesterday, tmp_path / "店.xlsx"))
    desk = desk_of(path)
    desk.select("客户", 2, 3)
    before = {name: [list(row) for row in grid] for name, grid in desk.sheets.items()}
    said = draw(start(desk, Options(NOW.date(), NOW)), desk, "")
    files = sorted(file.name for file in (tmp_path / "店-报表").glob("客户画像-*"))
    assert [Path(name).suffix for name in files] == [".html", ".pdf"] * 2
    first, second = said.text.splitlines()
    assert first.startswith("客户画像: 2 位客户的画像, 每位一份: PDF 一页 A4 供打印, 网页供电脑和手机看。")
    assert first.endswith("手机号和备注、跟进里的号码都隐去中间几位, 微信和邮箱不显示。")
    assert second.startswith("文件在 店-报表: 客户画像-")
    assert said.go is None
    assert {name: [list(row) for row in grid] for name, grid in desk.sheets.items()} == before


def test_a_preview_makes_no_files(yesterday: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(yesterday, tmp_path / "店.xlsx"))
    desk = desk_of(path)
    desk.select("客户", 2)
    draw(start(desk, Options(NOW.date(), NOW, preview=True)), desk, "")
    assert not (tmp_path / "店-报表").exists()


def test_portraits_of_a_sample_show_no_phone_and_do_not_depend_on_the_order_of_rows():
    tables = sample_tables("small", TODAY)
    ids = tables["clients"]["client_id"].tolist()[::7]
    found = portraits(tables, TODAY, Settings(), ids)
    same = portraits(shuffled(tables, 3), TODAY, Settings(), ids)
    told = [[[line.cells for line in part.lines] for part in one.sections] for one in (*found, *same)]
    assert told[: len(found)] == told[len(found) :]
    assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", repr(found))


@pytest.mark.requirement("R22")
@pytest.mark.parametrize("phones", [False, True])
def test_the_command_says_whether_phone_numbers_are_whole(
    yesterday: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], phones: bool
) -> None:
    path = Path(shutil.copy(yesterday, tmp_path / "店.xlsx"))
    asked = ["portrait", str(path), "--rows", "客户!2,3", "--today", f"{NOW:%Y-%m-%d}"]
    assert main([*asked, *["--phones"][: int(phones)]]) == 0
    said = capsys.readouterr().out
    assert ("手机号是完整的, 用完请销毁" in said) == phones
    assert ("都隐去中间几位" in said) != phones
    pages = [file.read_text("utf-8") for file in (tmp_path / "店-报表").glob("客户画像-*.html")]
    assert len(pages) == 2
    assert all(bool(re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", page)) == phones for page in pages)
