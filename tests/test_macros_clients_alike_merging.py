"""合并客户: one row of two, field by field; all rows of others go along; undo puts every cell back."""

import datetime as dt
import shutil
from pathlib import Path

import pandas as pd
import pytest

from macros.clients_alike import clients_alike
from macros.clients_alike.merging import merged
from macros.numbering import number
from macros.settings import Settings
from tests.commands import cells, column, genjin, type_in
from tests.tables import read_from, tables_from
from workbook.figures.reports import REPORT_PAGES
from workbook.sheets import SHEETS
from workbook.sheets.client_pairs import WHOLE
from workbook.tables import Tables

TODAY = dt.date(2026, 3, 20)
SHEET = "重复客户\n| 分数 | 栏 | 判断 | 取谁的 |\n"
COUNTED = ("日志", "首页", *(page.label for page in REPORT_PAGES))
"""What counts rows, also those typed in before anything ran."""
NEEDS = "需求 Q1、Q2 都在找房, 是同一条的请停掉一条"
TEXT = """客户
| 客户ID | 姓名 | 手机1 | 手机2 | 归属人 | 来源 | 首接时间 | 联系同意 | 备注 | 推荐人ID | 关联客户 | 决策人 |
| C1 | 王芳 | 13800001111 | | 李雷 | 自然到访 | 2026-01-05 10:00 | 同意 | 急 | | | |
| C2 | 王女士 | 13900002222 | 13800001111 | 韩梅 | 线上渠道 | 2026-02-05 10:00 | 拒绝 | 要学区 | C1 | | 丈夫 |
| C3 | 李强 | 13700003333 | | 李雷 | 老带新 | 2026-02-05 10:00 | 同意 | | C2 | C2 | |
需求
| 需求ID | 客户ID | 交易 | 需求状态 |
| Q1 | C2 | 买 | 有效 |
| Q2 | C1 | 买 | |
跟进
| 跟进ID | 对象 | 对象ID | 时间 | 结果 |
| F1 | 客户 | C2 | 2026-03-01 10:00 | 接通 |
| F2 | 房源 | C2 | 2026-03-01 10:00 | 接通 |
带看
| 带看ID | 客户ID |
| V1 | C2 |
成交
| 成交ID | 客户ID |
| D1 | C2 |
任务
| 任务ID | 对象ID | 来源规则 |
| T1 | C2 | TR01¦C2¦2026-03-05 |
| T2 | C3 | TR01¦C3¦2026-03-05 |
转介绍
| 转介绍ID | 推荐人ID |
| R1 | C2 |
消息
| 生成日 | 客户ID | 模板 | 已发 |
| 2026-03-01 | C2 | a | 是 |
"""


def judged(verdict: str = "同一人", text: str = TEXT, **choice: str) -> Tables:
    """The tables after 查重, in which a person judged every pair alike and chose 甲 or 乙 by column; 归属人 of 乙 where nothing is said."""
    tables, choice = read_from(f"{text}{SHEET}")[0], {"归属人": "乙", **choice}
    listed = clients_alike(tables, TODAY, Settings()).results["client_pairs"]
    listed = listed.set_axis(range(2, len(listed) + 2))
    whole = listed["field"] == WHOLE
    chosen = [choice.get(field, "") for field in listed["field"]]
    listed = listed.assign(verdict=whole.map({True: verdict, False: ""}), choice=chosen)
    return tables.updated({}, {"client_pairs": listed})


def client(tables: Tables, client_id: str) -> pd.Series:
    clients = tables["clients"]
    return clients.loc[clients["client_id"] == client_id].iloc[0]


@pytest.mark.requirement("F1")
def test_everything_that_named_the_other_row_names_the_kept_one() -> None:
    found = merged(judged(**{WHOLE: "甲"}))
    after = found.tables
    assert found.gone == {3: "C2"}
    assert "C2" not in after["clients"]["client_id"].tolist()
    for sheet, key, ids in (
        ("requests", "client_id", ["C1", "C1"]), ("followups", "obj_id", ["C1", "C2"]), ("viewings", "client_id", ["C1"]),
        ("deals", "client_id", ["C1"]), ("tasks", "obj_id", ["C1", "C3"]), ("referrals", "referrer_id", ["C1"]),
        ("messages", "client_id", ["C1"]),
    ):  # fmt: skip
        assert after[sheet][key].tolist() == ids, sheet
    assert after["tasks"]["rule"].tolist() == ["TR01|C1|2026-03-05", "TR01|C3|2026-03-05"], "an event is not told again"
    third = client(after, "C3")
    assert (third["referrer_id"], third["household_id"]) == ("C1", "C1")
    assert found.items == [{"kept": "C1", "gone": "C2", "moved": 10, "name": "王芳", "told": NEEDS}]


def test_each_column_is_kept_by_its_rule_where_nobody_chose() -> None:
    one = client(merged(judged(**{WHOLE: "甲"})).tables, "C1")
    assert (one["phone1"], one["phone2"]) == ("13900002222", "13800001111"), "the newer row's, and no number is lost"
    assert (one["name"], one["owner"]) == ("王芳", "韩梅"), "the full name, and who was chosen"
    assert (one["source"], f"{one['first_contact_at']:%F}") == ("自然到访", "2026-01-05"), "of the first contact"
    assert one["consent"] == "拒绝", "a refusal holds"
    assert one["remark"] == "急; 要学区"
    assert one["decider"] == "丈夫", "what is filled wins over what is empty"
    assert one["referrer_id"] == "", "nobody refers themselves"


def test_a_person_chooses_column_by_column() -> None:
    found = merged(judged(**{WHOLE: "乙", "姓名": "乙", "归属人": "甲", "手机1": "甲", "来源": "乙"}))
    one = client(found.tables, "C2")
    assert found.gone == {2: "C1"}
    assert (one["name"], one["owner"], one["source"]) == ("王女士", "李雷", "线上渠道")
    assert one["phone1"] == "13800001111"
    assert one["phone2"] == "13900002222"
    assert "合并前" not in one["remark"], "both numbers found a place"


@pytest.mark.parametrize("verdict", ["", "不是", "稍后"])
def test_nothing_is_merged_that_nobody_judged_to_be_one(verdict: str) -> None:
    found = merged(judged(verdict))
    assert (found.items, found.updates, found.gone) == ([], {}, {})


def test_a_family_is_linked_and_stays_two() -> None:
    found = merged(judged("一家人"))
    assert client(found.tables, "C2")["household_id"] == "C1"
    assert len(found.tables["clients"]) == 3
    assert clients_alike(found.tables, TODAY, Settings()).items == []


def test_three_rows_of_one_person_become_one_whatever_the_order() -> None:
    rows = "".join(f"| C{n} | 王芳 | 13800001111 | 第{n} |\n" for n in (1, 2, 3))
    tables = tables_from(
        f"客户\n| 客户ID | 姓名 | 手机1 | 备注 |\n{rows}需求\n| 需求ID | 客户ID |\n| Q1 | C3 |\n| Q2 | C3 |\n| Q3 | C1 |\n"
    )
    listed = clients_alike(tables, TODAY, Settings()).results["client_pairs"]
    after = merged(tables.updated({}, {"client_pairs": listed.assign(verdict="同一人")})).tables
    assert len(after["clients"]) == 1
    assert {*after["requests"]["client_id"]} == {*after["clients"]["client_id"]}
    assert sorted(after["clients"]["remark"].item().split("; ")) == ["第1", "第2", "第3"]


def pair(first: dict[str, str], second: dict[str, str], **choice: str) -> tuple[pd.Series, str]:
    """Merge two rows of one number; return the one that stays and what was told. C1 stays."""
    both = {"姓名": "王芳", "手机1": "13800001111"}
    rows = [{"客户ID": "C1", **both, **first}, {"客户ID": "C2", **both, **second}]
    labels = [*dict.fromkeys([*rows[0], *rows[1]])]
    lines = [f"| {' | '.join(row.get(label, '') for label in labels)} |\n" for row in rows]
    found = merged(judged(text=f"客户\n| {' | '.join(labels)} |\n{''.join(lines)}", **{WHOLE: "甲", **choice}))
    return client(found.tables, "C1"), str(found.items[0]["told"])


@pytest.mark.requirement("F1", "F9")
@pytest.mark.parametrize(
    ("one", "other", "choice", "holds", "told"),
    [
        ("同意", "拒绝", "", "拒绝", ""), ("拒绝", "同意", "", "拒绝", ""), ("仅服务", "同意", "", "仅服务", ""), ("同意", "", "", "同意", ""),
        ("", "仅服务", "", "仅服务", ""), ("", "", "", "", ""), ("同意", "拒绝", "甲", "拒绝", "联系同意从严取「拒绝」, 没有按所选"),
        ("同意", "拒绝", "乙", "拒绝", ""),
    ],
)  # fmt: skip
def test_the_stricter_consent_holds_whatever_was_chosen(
    one: str, other: str, choice: str, holds: str, told: str
) -> None:
    found = pair({"联系同意": one}, {"联系同意": other}, 联系同意=choice)
    assert (found[0]["consent"], found[1]) == (holds, told)


def test_who_may_not_be_called_on_one_number_may_not_on_those_that_are_left() -> None:
    banned = "禁拨名单\n| 号码 | 登记日 |\n| 13900002222 | 2026-01-05 |\n"
    text = "客户\n| 客户ID | 姓名 | 手机1 | 手机2 | 联系同意 |\n| C1 | 王芳 | 13800001111 | 13800003333 | 同意 |\n"
    found = merged(judged(text=f"{text}| C2 | 王芳 | 13800001111 | 13900002222 | 同意 |\n{banned}", 手机2="甲"))
    (one,) = found.tables["clients"].itertuples()
    assert (one.phone1, one.phone2, one.consent) == ("13800001111", "13800003333", "拒绝")
    assert one.remark == "合并前的其他号码 13900002222"
    assert found.items[0]["told"] == "联系同意改成「拒绝」, 因为139****2222 在禁拨名单(禁拨名单!A2, 2026-01-05 登记)"
    kept = merged(judged(text=f"{text}| C2 | 王芳 | 13800001111 | 13900002222 | 同意 |\n{banned}", 手机2="乙"))
    assert kept.tables["clients"]["consent"].tolist() == ["同意"], "its own number still stands for it"


def test_what_says_more_of_a_column_comes_from_the_same_row() -> None:
    one, _ = pair(
        {"来源": "自然到访", "首接时间": "2026-01-05 10:00", "状态": "暂不考虑", "流失原因": "价格", "人工等级": "A", "人工理由": "急"},
        {"来源": "线上渠道", "来源明细": "某平台", "首接时间": "2026-02-05 10:00", "状态": "需求明确", "人工等级": "C"},
    )  # fmt: skip
    assert (one["source"], one["source_detail"]) == ("自然到访", "")
    assert (one["status"], one["lost_reason"]) == ("需求明确", "")
    assert (one["grade_manual"], one["grade_reason"]) == ("C", "")
    chosen, _ = pair({"来源": "自然到访"}, {"来源": "线上渠道", "来源明细": "某平台"}, 来源="乙")
    assert (chosen["source"], chosen["source_detail"]) == ("线上渠道", "某平台")
    same, _ = pair({"来源": "线上渠道"}, {"来源": "线上渠道", "来源明细": "某平台"})
    assert same["source_detail"] == "某平台", "of one source, what is filled"


@pytest.mark.parametrize(
    ("label", "one", "other", "taken"),
    [
        ("购房资格", "有", "待核", "有"), ("购房资格", "待核", "无", "无"), ("购房资格", "有", "无", "无"), ("阶段", "洽谈", "潜在", "洽谈"),
        ("状态", "意向强烈", "初步了解", "意向强烈"), ("状态", "暂不考虑", "初步了解", "初步了解"), ("状态", "初步了解", "暂不考虑", "暂不考虑"),
    ],
)  # fmt: skip
def test_what_was_said_counts_more_than_what_stands_there_by_default(
    label: str, one: str, other: str, taken: str
) -> None:
    early, late = {"首接时间": "2026-01-05 10:00"}, {"首接时间": "2026-02-05 10:00"}
    found, _ = pair({label: one, **early}, {label: other, **late})
    assert taken in found.tolist()
    assert ({one, other} - {taken}).isdisjoint(found.tolist())


def test_the_later_of_first_and_last_contact_tells_which_row_is_newer() -> None:
    one, _ = pair(
        {"姓名": "王芳", "首接时间": "2026-01-05 10:00", "最近有效跟进": "2026-02-01 10:00"},
        {"姓名": "王小芳", "首接时间": "2026-03-01 10:00"},
    )
    assert one["name"] == "王小芳"
    assert f"{one['first_contact_at']:%F}" == "2026-01-05"


def test_no_number_and_no_address_is_lost() -> None:
    one, _ = pair(
        {"手机2": "13800002222", "微信": "wf-a", "邮箱": "WF@example.com"},
        {"手机1": "13900003333", "手机2": "13800001111", "微信": "wf-b", "邮箱": "wf@example.com"}, 微信="乙",
    )  # fmt: skip
    everything = " ".join(one[["phone1", "phone2", "wechat", "email", "remark"]])
    for way in ("13800001111", "13800002222", "13900003333", "wf-a", "wf-b"):
        assert everything.count(way) == 1, way
    assert one["wechat"] == "wf-b"
    assert "邮箱" not in one["remark"], "the same address in capitals"


def test_until_when_a_client_is_theirs_goes_with_whose_they_are() -> None:
    public = {"归属人": "李雷", "公私": "公客", "掉公日": "2026-03-01", "公私说明": "掉公"}
    private = {"归属人": "韩梅", "公私": "私客", "保护至": "2026-04-01", "掉公日": "2026-04-02"}
    one, _ = pair(public, private, 归属人="乙")
    assert (one["owner"], one["pool"], f"{one['drop_on']:%F}", one["pool_why"]) == ("韩梅", "私客", "2026-04-02", "")
    one, _ = pair(public, private, 归属人="甲")
    assert (one["owner"], one["pool"], f"{one['drop_on']:%F}") == ("李雷", "公客", "2026-03-01")
    one, _ = pair(public, {**private, "归属人": "李雷"})
    assert one["pool"] == "私客"


def held(text: str, verdict: str = "同一人", **choice: str) -> list[str]:
    """What is said of a merge of which nothing may come."""
    found = merged(judged(verdict, text, **choice))
    assert (found.items, found.updates, found.gone) == ([], {}, {})
    return found.held


@pytest.mark.requirement("F1", "F7")
def test_whose_client_it_is_nobody_decides_but_a_person() -> None:
    told = held(TEXT, 归属人="")
    assert told == [
        "重复客户!D7: C1 和 C2 的归属人不一样(李雷、韩梅), 没有合并。请在「取谁的」选甲或乙, 客户归谁要由人定。"
    ]
    one, _ = pair({"归属人": "李雷"}, {"归属人": ""}, 归属人="")
    assert one["owner"] == "李雷", "where one has none there is no question"


def test_a_cell_that_cannot_be_read_is_not_merged_away() -> None:
    text = "客户\n| 客户ID | 姓名 | 手机1 | 生日 |\n| C1 | 王芳 | 13800001111 | |\n| C2 | 王芳 | 13800001111 | 秋天 |\n"
    assert held(text) == ["客户!W3: 这一格读不出来, 合并会丢掉它, C1 和 C2 没有合并。请先改好这一格。"]


REFERRING = (
    "需求 客户ID", "带看 客户ID", "成交 客户ID", "满意度 客户ID", "投诉 客户ID", "签到 客户ID", "转介绍 推荐人ID", "消息 客户ID", "今日待办 客户ID",
    "重点客户复盘 客户ID", "置业方案 客户ID", "规则试算 客户ID", "客户 推荐人ID", "客户 关联客户",
    "跟进 对象ID", "任务 对象ID", "交接单 记录ID", "变更 ID",
)  # fmt: skip
"""Every sheet that names clients, and in which column; see the data dictionary."""


@pytest.mark.requirement("F1")
def test_on_every_sheet_that_names_clients_the_kept_one_is_named() -> None:
    text, beside = "", {"跟进": "对象", "交接单": "表", "变更": "表"}
    for place in REFERRING:
        sheet, label = place.split()
        kind = f" {beside[sheet]} |" if sheet in beside else ""
        own = " 客户ID | 姓名 |" if sheet == "客户" else ""
        line = " 客户 |" if kind else " C9 | 李强 |" if own else ""
        text += f"{sheet}\n|{kind}{own} {label} |\n|{line} C2 |\n" if place != "客户 关联客户" else ""
    text = text.replace("客户\n| 客户ID | 姓名 | 推荐人ID |\n| C9 | 李强 | C2 |\n", "")
    people = "| C1 | 王芳 | 13800001111 | | |\n| C2 | 王芳 | 13800001111 | | |\n| C9 | 李强 | | C2 | C2 |\n"
    after = merged(
        judged(text=f"客户\n| 客户ID | 姓名 | 手机1 | 推荐人ID | 关联客户 |\n{people}{text}", **{WHOLE: "甲"})
    ).tables
    named = {sheet.key: sheet for sheet in SHEETS}
    seen = set()
    for key, frame in after.items():
        for one in named[key].columns:
            values = frame[one.key].tolist()
            assert key == "client_pairs" or "C2" not in values, (key, one.key)
            if "C1" in values:
                seen.add(f"{named[key].label} {one.label}")
    assert seen >= {*REFERRING}


def test_what_comes_later_for_who_was_merged_goes_to_the_kept_one() -> None:
    listed = clients_alike(tables_from(TEXT), TODAY, Settings()).results["client_pairs"].iloc[:1]
    settled = listed.assign(verdict="同一人", state="已了结")
    text = (
        "客户\n| 客户ID | 姓名 |\n| C1 | 王芳 |\n| C3 | 李强 |\n跟进\n| 跟进ID | 对象 | 对象ID |\n| F9 | 客户 | C2 |\n"
    )
    found = merged(tables_from(text).updated({}, {"client_pairs": settled}))
    assert found.tables["followups"]["obj_id"].tolist() == ["C1"]
    assert found.items == [{"kept": "C1", "late": "C2", "moved": 1}]


def test_the_id_of_who_was_merged_is_not_given_to_somebody_new() -> None:
    settled = clients_alike(tables_from(TEXT), TODAY, Settings()).results["client_pairs"].iloc[:1]
    text = "客户\n| 客户ID | 姓名 | 手机1 |\n| C1 | 王芳 | 13800001111 |\n| | 新来的 | 13600009999 |\n"
    tables = tables_from(text).updated({}, {"client_pairs": settled.assign(verdict="同一人", state="已了结")})
    numbered = tables.with_outcome(number(tables, TODAY, Settings()))
    assert numbered["clients"]["client_id"].tolist() == ["C1", "C000003"], "C2 stands on 重复客户 as 同一人"
    assert merged(numbered).gone == {}


@pytest.fixture
def shop(fresh: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A workbook in which the client of row 2 stands once more, in the first free row, with a need of their own."""
    book = tmp_path / "店.xlsx"
    shutil.copy(fresh, book)
    clients, needs = column(book, "客户", "客户ID"), column(book, "需求", "需求ID")
    names, phones = column(book, "客户", "姓名"), column(book, "客户", "手机1")
    row, need = max(clients) + 1, max(needs) + 1
    again = {"姓名": names[2], "手机1": phones[2], "客户ID": "C999999", "来源": "线上渠道", "备注": "又来一次"}
    type_in(book, {"客户": {row: again}, "需求": {need: {"需求ID": "Q999999", "客户ID": "C999999"}}})
    genjin(capsys, "duplicates", book, code=None)
    return book


def pair_row(book: Path) -> int:
    """The row of 重复客户 that is about the planted pair."""
    second = column(book, "重复客户", "客户乙ID")
    return next(
        row for row, field in column(book, "重复客户", "栏").items() if field == WHOLE and second[row] == "C999999"
    )


@pytest.mark.requirement("F1", "F20")
def test_the_command_merges_and_undo_restores_every_cell(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    type_in(shop, {"重复客户": {pair_row(shop): {"判断": "同一人", "取谁的": "甲"}}})
    before = cells(shop, without=COUNTED)
    shown = genjin(capsys, "merge-clients", shop, "--preview")
    assert shown["changed"] > 0
    assert cells(shop, without=COUNTED) == before
    done = genjin(capsys, "merge-clients", shop)
    kept = done["items"][0]["kept"]
    assert done["items"][0]["gone"] == "C999999"
    assert "C999999" not in column(shop, "客户", "客户ID").values()
    assert kept in {
        owner
        for row, owner in column(shop, "需求", "客户ID").items()
        if column(shop, "需求", "需求ID")[row] == "Q999999"
    }
    assert "又来一次" in str([*column(shop, "客户", "备注").values()])
    assert genjin(capsys, "merge-clients", shop)["changed"] == 0, "the same again changes nothing"
    genjin(capsys, "undo", shop, done["run"])
    assert cells(shop, without=COUNTED) == before


def test_without_a_judgement_nothing_is_written(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = cells(shop, without=("首页",))
    assert genjin(capsys, "merge-clients", shop)["items"] == []
    assert cells(shop, without=("首页",)) == before
