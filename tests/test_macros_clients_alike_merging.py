"""合并客户: one row of two, field by field; all rows of others go along; undo puts every cell back."""

import datetime as dt
import shutil
from pathlib import Path

import pandas as pd
import pytest

from macros.clients_alike import clients_alike
from macros.clients_alike.merging import merged
from macros.settings import Settings
from tests.commands import cells, column, genjin, type_in
from tests.tables import tables_from
from workbook.sheets.client_pairs import WHOLE
from workbook.tables import Tables

TODAY = dt.date(2026, 3, 20)
TEXT = """客户
| 客户ID | 姓名 | 手机1 | 手机2 | 归属人 | 来源 | 首接时间 | 联系同意 | 备注 | 推荐人ID | 关联客户 | 决策人 |
| C1 | 王芳 | 13800001111 | | 李雷 | 自然到访 | 2026-01-05 10:00 | 同意 | 急 | | | |
| C2 | 王女士 | 13900002222 | 13800001111 | 韩梅 | 线上渠道 | 2026-02-05 10:00 | 拒绝 | 要学区 | C1 | | 丈夫 |
| C3 | 李强 | 13700003333 | | 李雷 | 老带新 | 2026-02-05 10:00 | 同意 | | C2 | C2 | |
需求
| 需求ID | 客户ID |
| Q1 | C2 |
| Q2 | C1 |
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


def judged(verdict: str = "同一人", **choice: str) -> Tables:
    tables = tables_from(TEXT)
    listed = clients_alike(tables, TODAY, Settings()).results["client_pairs"]
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
    assert found.items == [{"kept": "C1", "gone": "C2", "moved": 10, "name": "王女士"}]


def test_each_column_is_kept_by_its_rule_where_nobody_chose() -> None:
    one = client(merged(judged(**{WHOLE: "甲"})).tables, "C1")
    assert (one["phone1"], one["phone2"]) == ("13900002222", "13800001111"), "the newer row's, and no number is lost"
    assert (one["name"], one["owner"]) == ("王女士", "韩梅"), "the newer row's"
    assert (one["source"], f"{one['first_contact_at']:%F}") == ("自然到访", "2026-01-05"), "of the first contact"
    assert one["consent"] == "拒绝", "a refusal holds"
    assert one["remark"] == "急; 要学区"
    assert one["decider"] == "丈夫", "what is filled wins over what is empty"
    assert one["referrer_id"] == "", "nobody refers themselves"


def test_a_person_chooses_column_by_column() -> None:
    found = merged(judged(**{WHOLE: "乙", "姓名": "甲", "归属人": "甲", "联系同意": "甲", "手机1": "甲", "来源": "乙"}))
    one = client(found.tables, "C2")
    assert found.gone == {2: "C1"}
    assert (one["name"], one["owner"], one["consent"], one["source"]) == ("王芳", "李雷", "同意", "线上渠道")
    assert one["phone1"] == "13800001111"
    assert one["phone2"] == "13900002222" or "13900002222" in one["remark"]


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
    before = cells(shop, without=("日志", "首页"))
    shown = genjin(capsys, "merge-clients", shop, "--preview")
    assert shown["changed"] > 0
    assert cells(shop, without=("日志", "首页")) == before
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
    assert cells(shop, without=("日志", "首页")) == before


def test_without_a_judgement_nothing_is_written(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = cells(shop, without=("首页",))
    assert genjin(capsys, "merge-clients", shop)["items"] == []
    assert cells(shop, without=("首页",)) == before
