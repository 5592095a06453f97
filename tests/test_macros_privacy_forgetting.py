"""Forgetting a client: nothing is left of them in sheets, 日志, records, backups, or behind the cells of the file; the others stay."""

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest

from macros.checks import validate
from macros.cli import main
from macros.due import due
from macros.mail_journal import digest
from macros.settings import read_settings
from tests.commands import TODAY, cells, column, genjin, type_in
from tests.everywhere import bytes_in
from workbook.files import FileBook
from workbook.journal import Journal
from workbook.sheets import SHEETS
from workbook.tables import read_tables

NAME, PHONE, WECHAT, MAIL = "欧阳查无此人", "18699990001", "wx_chawu_001", "chawu001@example.com"
SECRET = "住在湖边的独栋里"
ID = "C900001"
WRITTEN = "+86 186-9999 0001"
TRACES = (NAME, PHONE, WRITTEN, WECHAT, MAIL, SECRET, ID, digest(MAIL))


def quietly(*arguments: object) -> None:
    assert main([*map(str, arguments), "--today", TODAY, "--quiet"]) in (0, 1), arguments


@pytest.fixture(scope="module")
def prepared(fresh: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a workbook in which one more client stands, with a need, follow-ups, a task, and in texts of somebody else's; with all that
    a day makes of it: lists, reports, files for agents and their bases, a letter that could not be delivered. To be copied."""
    book = tmp_path_factory.mktemp("forgetting") / "店" / "门店.xlsx"
    book.parent.mkdir()
    shutil.copy(fresh, book)
    row, need, log, task = (max(column(book, sheet, key)) + 1 for sheet, key in (
        ("客户", "客户ID"), ("需求", "需求ID"), ("跟进", "跟进ID"), ("任务", "任务ID")))  # fmt: skip
    likes = {label: column(book, "需求", label)[2] for label in ("交易", "预算上限")}
    type_in(book, {
        "客户": {
            row: {
                "客户ID": ID, "姓名": NAME, "称谓": "欧阳先生", "手机1": PHONE, "微信": WECHAT, "邮箱": MAIL, "备注": SECRET, "首选渠道": "微信",
                "联系同意": "同意", "归属人": column(book, "客户", "归属人")[2], "首接时间": "2026-11-01 10:00", "来源": "线上渠道",
            },
            2: {"备注": f"由 {ID} {NAME} 介绍, 电话 {WRITTEN}", "关联客户": ID, "推荐人ID": ID},
        },
        "冲突": {
            2: {"编号": "1-1", "表": "客户", "记录ID": ID, "名称": NAME, "列": "手机1", "留下的值": PHONE, "明细": f'{{"手机1":"{PHONE}"}}'},
            3: {"编号": "1-2", "表": "任务", "记录ID": "T000001", "名称": NAME, "列": "内容", "没有采用的值": f"回电 {WRITTEN}", "进度": "待处理"},
        },
        "需求": {need: {"需求ID": "Q900001", "客户ID": ID, "备注": SECRET, **likes}},
        "跟进": {log: {"跟进ID": "F900001", "对象": "客户", "对象ID": ID, "时间": "2026-11-10 10:00", "结果": "接通", "摘要": SECRET}},
        "任务": {task: {"任务ID": "T900001", "对象ID": ID, "内容": f"回电 {PHONE}", "状态": "待办"}},
    })  # fmt: skip
    quietly("all", book)
    quietly("lists", book)
    quietly("report", book, "--of", "周报")
    quietly("split", book, "--who", column(book, "客户", "归属人")[2])
    told = {"key": "1", "state": "rejected", "at": "x", "id": "x", "to": digest(MAIL), "said": f"550 <{MAIL}> unknown"}
    (book.parent / "门店.genjin" / "mail.jsonl").write_text(json.dumps(told) + "\n{", "utf-8")
    return book.parent


@pytest.fixture
def shop(prepared: Path, tmp_path: Path) -> Path:
    shutil.copytree(prepared, tmp_path / "店")
    return tmp_path / "店" / "门店.xlsx"


def left(folder: Path, *, but: tuple[str, ...] = ()) -> set[tuple[str, str]]:
    """Which traces are in which file; what was printed or handed out is a person's to delete."""
    found = set()
    for text in bytes_in(folder):
        if not text.file.startswith(("门店-报表", "门店-分发")):
            found |= {(text.file, word) for word in TRACES if word in text.text and word not in but}
    return found


@pytest.mark.requirement("F19")
def test_a_deleted_client_is_nowhere_any_more(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert {word for _, word in left(shop.parent)} == {*TRACES}
    before = cells(shop)
    shown = genjin(capsys, "forget", shop, "--client", ID, "--preview")
    assert shown["changed"] > 0
    assert cells(shop) == before
    done = genjin(capsys, "forget", shop, "--client", ID)
    assert left(shop.parent) == set()
    assert done["failed"] == []
    assert done["records"] >= 1
    assert done["backups"] >= 2
    assert done["copies"] == 1, "the base of the agent's file"
    after = cells(shop)
    others = {
        at: value for at, value in before["客户"].items() if value != before["客户"].get((at[0], 2)) and at[0] < 5
    }
    assert {at: after["客户"].get(at) for at in others if at[0] > 2} == {
        at: value for at, value in others.items() if at[0] > 2
    }
    assert (
        after["客户"][2, max(c for r, c in before["客户"] if r == 1 and before["客户"][r, c] == "备注")]
        == "由 [已删除] [已删除] 介绍, 电话 [已删除]"
    )
    assert {column(shop, "客户", label).get(2) for label in ("关联客户", "推荐人ID")} == {None}
    assert [*column(shop, "冲突", "编号").values()] == ["1-2"], "of a line about somebody else only the words go"
    assert genjin(capsys, "history", shop, "--verify")["lines"] > 0, "what was rewritten on purpose is named anew"
    named = next(line for line in done["lines"] if line.startswith("这些文件里还有"))
    assert "待办-" in named
    assert "门店-分发" in named


def test_the_number_is_known_again_when_an_old_list_brings_it_back(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    genjin(capsys, "forget", shop, "--client", ID)
    old = shop.parent / "旧名单.csv"
    old.write_text(f"姓名,手机,来源\n另一个名字,{PHONE},线上渠道\n", "utf-8")
    genjin(capsys, "import", old, "--into", shop, "--sheet", "客户")
    tables, _ = read_tables(FileBook(shop, read_only=True), SHEETS)
    clients = tables["clients"]
    (back,) = clients.loc[clients["phone1"] == PHONE, "client_id"]
    settings, today = read_settings(tables["settings"])[0], dt.date.fromisoformat(TODAY)
    assert back not in {*due(tables, today, settings).results["due"]["client_id"]}
    found = [one for one in validate(tables, today, settings).findings if one.check == "number_banned"]
    assert len(found) == 1
    assert "禁拨名单!" in found[0].message


@pytest.mark.requirement("F19")
def test_an_anonymous_client_still_counts(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = column(shop, "客户", "来源")
    genjin(capsys, "forget", shop, "--client", ID, "--anonymise")
    assert {word for _, word in left(shop.parent)} == {ID}
    row = next(row for row, client in column(shop, "客户", "客户ID").items() if client == ID)
    assert column(shop, "客户", "姓名")[row] == "已匿名"
    assert column(shop, "客户", "联系同意")[row] == "拒绝"
    assert column(shop, "客户", "来源")[row] == source[row]
    assert "F900001" in column(shop, "跟进", "跟进ID").values(), "that there was a contact is nobody's secret"


def test_backups_may_be_kept_and_are_then_named_with_their_end(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = genjin(capsys, "forget", shop, "--client", ID, "--keep-backups")
    kept = {file for file, _ in left(shop.parent)}
    assert kept == {f"门店.genjin/backups/{copy.file.name}" for copy in Journal(shop).backups()}
    for copy in Journal(shop).backups():
        assert any(line.startswith(f"备份 {copy.number} ") and "保留到" in line for line in done["lines"])
    genjin(capsys, "forget", shop, "--client", ID)
    assert left(shop.parent) == set(), "the client is gone from the sheets by then; the backups tell who it was"


def test_a_deletion_is_not_taken_back(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    genjin(capsys, "forget", shop, "--client", ID)
    assert "不能撤销" in genjin(capsys, "undo", shop, code=2)["stderr"]
    genjin(capsys, "undo", shop, 1, code=None)
    assert left(shop.parent) == set(), "the record of a run before does not bring anything back"


def test_business_that_was_done_is_kept(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    phones = column(shop, "客户", "手机1")
    own = {
        client
        for row, client in column(shop, "客户", "客户ID").items()
        if [*phones.values()].count(phones.get(row)) == 1
    }
    buyer = next(client for client in column(shop, "成交", "客户ID").values() if client in own)
    before = shop.read_bytes()
    refused = genjin(capsys, "forget", shop, "--client", buyer, code=2)
    assert "--anonymise" in refused["stderr"]
    assert shop.read_bytes() == before
    deals = column(shop, "成交", "成交ID")
    phone = next(phones[row] for row, one in column(shop, "客户", "客户ID").items() if one == buyer)
    genjin(capsys, "forget", shop, "--client", buyer, "--anonymise")
    assert column(shop, "成交", "成交ID") == deals
    assert not any(str(phone) in text.text for text in bytes_in(shop.parent) if "-报表" not in text.file)


def test_whoever_is_gone_from_the_workbook_takes_nobody_elses_rows_along(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    genjin(capsys, "forget", shop, "--client", ID, "--keep-backups")
    row = max(column(shop, "跟进", "跟进ID")) + 1
    type_in(shop, {
        "跟进": {row: {"跟进ID": "F900002", "对象": "客户", "对象ID": column(shop, "客户", "客户ID")[2], "时间": "2026-11-11", "摘要": "别人的"}},
        "任务": {max(column(shop, "任务", "任务ID")) + 1: {"任务ID": "T900002", "对象ID": ID, "内容": "回电", "状态": "待办"}},
    })  # fmt: skip
    done = genjin(capsys, "forget", shop, "--client", ID)
    assert "F900002" in column(shop, "跟进", "跟进ID").values()
    assert "T900002" not in column(shop, "任务", "任务ID").values(), "a row that still has their id goes"
    assert done["changed"] > 0
    assert left(shop.parent) == set()


def test_a_copy_from_before_the_row_had_an_id_is_cleaned(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = Journal(shop).backups()[-1].file
    row = next(row for row, client in column(first, "客户", "客户ID").items() if client == ID)
    type_in(first, {"客户": {row: {"客户ID": None}}})
    genjin(capsys, "forget", shop, "--client", ID)
    assert left(shop.parent) == set()


def test_a_file_that_comes_back_brings_nobody_back(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (file,) = (shop.parent / "门店-分发").iterdir()
    row = next(row for row, client in column(file, "客户", "客户ID").items() if client not in (ID, None))
    genjin(capsys, "forget", shop, "--client", ID)
    type_in(file, {"客户": {row: {"备注": "写在自己的文件里"}}})
    merged = genjin(capsys, "merge", shop, file)
    assert (merged["items"][0]["forgotten"], merged["items"][0]["edited"], merged["items"][0]["added"]) == (1, 1, 0)
    assert "写在自己的文件里" in column(shop, "客户", "备注").values()
    assert left(shop.parent) == set(), "nor does the copy of it that is kept"
    assert genjin(capsys, "merge", shop, file)["items"][0]["edited"] == 0, "that copy is known again"
