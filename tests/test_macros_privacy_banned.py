"""禁拨名单: a number that must not be called is left alone under any name, after any import, and the reason names its cell."""

import datetime as dt
import random
from pathlib import Path

import pytest

from macros.checks import validate
from macros.due import due
from macros.due_lists import open_lines
from macros.imports.importing import ImportOptions, import_files
from macros.imports.report import lines_of
from macros.messages import messages, objections
from macros.permission import Banned, allowed, consented
from macros.privacy.arrivals import barred_rows
from macros.privacy.banned import PRINT, fingerprint, folded, refused_ways
from macros.privacy.masks import shown
from macros.privacy.refusals import refusals
from macros.selected_messages import messages_for
from macros.settings import Settings
from macros.triggers import triggers
from tests.commands import column, genjin
from tests.sharing import plain
from tests.tables import tables_from
from workbook.tables import Tables

TODAY = dt.date(2026, 3, 20)
LIST = """禁拨名单
| 号码 | 登记日 | 来源 |
| {} | 2026-01-05 | 客户要求 |
"""
CLIENTS = """客户
| 客户ID | 姓名 | 称谓 | 归属人 | 首接时间 | 手机1 | 手机2 | 微信 | 邮箱 | 首选渠道 | 联系同意 |
| C1 | 张伟 | 张先生 | 李雷 | 2026-03-01 10:00 | {} | {} | {} | {} | 电话 | {} |
| C2 | 王芳 | 王女士 | 李雷 | 2026-03-01 10:00 | 13900002222 | | | | 电话 | 同意 |
"""
WHY = "138****1111 在禁拨名单(禁拨名单!A2, 2026-01-05 登记, 客户要求)"


def tables(*ways: str, number: str = "13800001111", consent: str = "同意") -> Tables:
    ways = (*ways, *[""] * (4 - len(ways)))
    return tables_from(LIST.format(number) + CLIENTS.format(*ways, consent))


@pytest.mark.requirement("F9", "F19")
@pytest.mark.parametrize("consent", ["同意", "仅服务", ""])
@pytest.mark.parametrize(
    "number",
    ["13800001111", "+86 138-0000-1111", "１３８００００１１１１", "8613800001111", fingerprint("13800001111")],
)
def test_who_has_a_listed_number_is_left_alone_and_the_reason_names_the_cell(number: str, consent: str) -> None:
    known = tables("13800001111", number=number, consent=consent)
    found = allowed(known, TODAY, Settings()).iloc[0]
    assert (found["may"], found["refused"], found["service"], found["marketing"]) == (False, True, False, False)
    assert WHY in found["why"]
    assert "禁拨名单!A2" in found["cells"].split("、")
    lines = due(known, TODAY, Settings()).results["due"]
    assert {*lines["client_id"]} == {"C2"}, "the other one is still to be called"
    row = messages_for(known, TODAY, Settings(), {"C1"}).results["messages"].iloc[0]
    assert (row["status"], row["text"], row["skipped"]) == ("跳过", "", f"{WHY}, 请勿发送")
    finding = next(f for f in validate(known, TODAY, Settings()).findings if f.check == "number_banned")
    assert (finding.sheet, finding.row, finding.column) == ("clients", 2, "phone1")
    assert WHY in finding.message
    assert "13800001111" not in finding.message


@pytest.mark.parametrize(
    ("ways", "number", "banned"),
    [
        (("13900009999", "13800001111"), "13800001111", True),
        (("13900009999", "", "ZhangWei_88"), "zhangwei_88", True),
        (("13900009999", "", "13800001111"), "138 0000 1111", True),
        (("13900009999", "", "", "Zhang@Example.com"), "zhang@example.COM", True),
        (("010-62345678",), "(010)62345678", True),
        (("13800001112",), "13800001111", False),
        (("13900009999", "", "zhangwei_8"), "zhangwei_88", False),
        (("13800001111",), fingerprint("13800001112"), False),
    ],
)  # fmt: skip
def test_any_way_to_somebody_counts_however_it_is_written(ways: tuple[str, ...], number: str, banned: bool) -> None:
    known = tables(*ways, number=number)
    assert (Banned(known).of_clients(known["clients"]).tolist()[0] != "") is banned
    assert Banned(known).of_clients(known["clients"]).tolist()[1] == ""


def test_a_line_that_stands_there_already_is_no_longer_shown_or_sent() -> None:
    free = tables("13800001111", number="13100000000")
    listed = due(free, TODAY, Settings())
    written = messages(free.with_outcome(listed), TODAY, Settings()).results["messages"]
    assert {*written["client_id"]} == {"C1", "C2"}
    banned = tables("13800001111").with_outcome(listed)
    assert {*open_lines(banned, TODAY, Settings())["client_id"]} == {"C2"}
    assert objections(banned, TODAY, Settings(), written.loc[written["client_id"] == "C1"]) == [f"{WHY}, 请勿发送"]


def test_the_own_refusal_is_said_first_and_needs_no_finding() -> None:
    known = tables("13800001111", consent="拒绝")
    assert "客户拒绝联系(" in allowed(known, TODAY, Settings())["why"].iloc[0]
    assert not [f for f in validate(known, TODAY, Settings()).findings if f.check == "number_banned"]


def test_imported_again_under_another_name_the_number_is_still_listed(tmp_path: Path) -> None:
    file = tmp_path / "名单.csv"
    file.write_text("姓名,手机,来源\n章先生,+86 138 0000 1111,线上渠道\n李女士,13911112222,线上渠道\n", "utf-8")
    before = tables_from(LIST.format(fingerprint("13800001111")))
    rows = import_files([file], before, ImportOptions("客户")).results["clients"]
    after = before.updated({}, additions={"clients": rows})
    assert len(rows) == 2
    refused = consented(after["clients"], Banned(after))
    assert dict(zip(after["clients"]["name"], refused["refused"], strict=True)) == {"章先生": True, "李女士": False}


@pytest.mark.requirement("F9", "F19")
def test_an_import_names_the_rows_that_must_be_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "名单.csv"
    file.write_text("姓名,手机,微信号\n甲,13911112222,ZhangWei_88\n乙,138 0000 1111,无\n丙,13911113333,无\n", "utf-8")
    refusing = CLIENTS.format("13900009999", "", "zhangwei_88", "", "拒绝")
    before = tables_from(LIST.format(fingerprint("13800001111")) + refusing)
    found = import_files([file], before, ImportOptions("客户"))
    (barred,) = barred_rows(found.sheets, before)
    assert [(entry["row"], entry["column"]) for entry in barred] == [(2, "微信"), (3, "手机1")]
    assert barred[1]["why"] == WHY
    assert barred[0]["why"] == f"Zha****88 已拒绝联系({before.cell('clients', 2, 'consent')})"
    said = [line for line in lines_of({**found.items[0], "barred": barred}) if "不上待办" in line]
    assert len(said) == 2
    assert said[1].startswith(f"  第 3 行 手机1: {WHY}, ")


def test_without_a_list_nothing_changes() -> None:
    for known in (tables("13800001111", number=""), tables_from(CLIENTS.format("13800001111", "", "", "", "同意"))):
        assert allowed(known, TODAY, Settings())["may"].all()


def test_what_a_client_refuses_is_copied_once_and_outlasts_the_row() -> None:
    refusing = CLIENTS.format("13900002222", "0571-88886666", "同手机号", "Zhang@Example.com", "拒绝")
    listed = tables_from(LIST.format(fingerprint("13900002222")) + refusing)
    outcome = refusals(listed, TODAY, Settings())
    rows = outcome.additions["do_not_call"]
    assert rows["number"].tolist() == ["0571-88886666", "Zhang@Example.com"], "known by its print; words lead to nobody"
    assert {*rows["source"]} == {"客户拒绝"}
    assert {*rows["since"].dt.date} == {TODAY}
    assert rows["remark"].tolist() == ["C1 的联系同意是「拒绝」"] * 2
    known = listed.with_outcome(outcome)
    assert not refusals(known, TODAY, Settings()).additions
    assert not refusals(tables_from(LIST.format("") + refusing.replace("拒绝", "仅服务")), TODAY, Settings()).additions
    assert not refusals(tables_from(refusing), TODAY, Settings()).additions, "no sheet to write to"


@pytest.mark.requirement("F20")
def test_a_copied_refusal_goes_with_the_run_that_wrote_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = plain(tmp_path / "店.xlsx", {
        "clients": [{"client_id": "C000001", "name": "张伟", "phone1": "13900002222", "consent": "拒绝"}],
        "do_not_call": [{"number": "13800001111", "since": "2026-01-05", "source": "客户要求"}],
        "followups": [], "due": [], "tasks": [], "audit": [],
    })  # fmt: skip
    before = column(book, "禁拨名单", "号码")
    done = genjin(capsys, "due", book)
    assert [*column(book, "禁拨名单", "号码").values()] == ["13800001111", "13900002222"]
    assert [*column(book, "禁拨名单", "来源").values()] == ["客户要求", "客户拒绝"]
    genjin(capsys, "due", book)
    assert len(column(book, "禁拨名单", "号码")) == 2
    genjin(capsys, "undo", book, done["run"])
    assert column(book, "禁拨名单", "号码") == before


LATER = """禁拨名单
| 号码 | 登记日 | 来源 |
| 13900002222 | 2026-01-05 | 客户拒绝 |
"""


@pytest.mark.requirement("F9", "F19")
@pytest.mark.parametrize(
    ("consent", "banned"),
    [("拒绝", False), ("同意", True)],
    ids=[
        "the row stands: it decides, the other number of C2 stays free",
        "the row says so no more, or another has the number",
    ],
)
def test_a_copied_refusal_holds_from_when_no_row_says_so(consent: str, banned: bool) -> None:
    known = tables_from(LATER + CLIENTS.format("13900002222", "", "", "", consent))
    both = known["clients"].assign(phone2=["", "13900003333"])
    told = Banned(known).of_clients(both)
    assert [text != "" for text in told] == [banned, banned]
    found = [f.row for f in validate(known, TODAY, Settings()).findings if f.check == "number_banned"]
    assert found == ([2, 3] if banned else [])
    if banned:
        assert "客户拒绝)" in told.iloc[0]


@pytest.mark.parametrize("way", ["无", "同手机", "小王", "138****1111", "", "不详", "1234"])
def test_what_many_rows_may_have_is_nobodys_refusal(way: str) -> None:
    known = tables_from(CLIENTS.format("13900009999", "", way, "", "拒绝"))
    assert way.casefold() not in refused_ways(known["clients"])
    assert [*refused_ways(known["clients"])] == ["13900009999"]


def test_tasks_that_need_a_contact_end_with_the_reason() -> None:
    text = CLIENTS.format("13800001111", "", "", "", "同意").replace("| 联系同意 |", "| 联系同意 | 生日 |")
    text = text.replace("| 同意 |", "| 同意 | 1990-03-22 |")
    free = tables_from(text)
    made = triggers(free, TODAY, Settings())
    listed = triggers(tables_from(LIST.format("13800001111") + text), TODAY, Settings())
    wanted = made.additions["tasks"]["obj_id"].value_counts() if made.additions else {}
    left = listed.additions["tasks"]["obj_id"].value_counts() if listed.additions else {}
    assert wanted.get("C1", 0) >= left.get("C1", 0)


def test_what_is_shown_of_a_way_is_never_all_of_it() -> None:
    rng = random.Random(8)
    for _ in range(200):
        way = "".join(rng.choice("0123456789abc_@.-") for _ in range(rng.randrange(2, 24)))
        assert shown(way) != way
    assert folded("+86 138 0000 1111") == folded("13800001111") == "13800001111"
    assert fingerprint("13800001111").startswith(PRINT)
    assert "1380000" not in fingerprint("13800001111")


@pytest.mark.requirement("F9")
def test_a_number_that_another_row_refused_is_not_offered_for_a_call() -> None:
    known = tables_from(CLIENTS.format("13900002222", "", "zhang_w", "", "拒绝"))
    line = due(known, TODAY, Settings()).results["due"].iloc[0]
    assert (line["client_id"], line["channel"]) == ("C2", "")
    assert f"同一个号码已拒绝联系({known.cell('clients', 2, 'consent')})" in line["reason"]
    both = tables_from(
        CLIENTS.format("13900002222", "", "", "", "拒绝").replace("13900002222 | | |", "13900002222 | 13900003333 | |")
    )
    assert due(both, TODAY, Settings()).results["due"]["channel"].tolist() == ["电话"], "the other number is free"
