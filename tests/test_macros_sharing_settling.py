"""What a person decided on 冲突 is carried out, and nothing that somebody wrote since is lost by it; and copies are known by their names."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from macros.commits import commit
from macros.settings import Settings
from macros.sharing.conflicts import detail_of
from macros.sharing.copies import copies_of
from macros.sharing.fresh import again, current, rebased
from macros.sharing.replay import Origin
from macros.sharing.settling import BY_HAND, ROW_GONE, THERE_AGAIN, settled
from macros.undo import undo
from tests.sharing import Person, one, plain, sample, session_of, tables_of
from workbook.book import MemoryBook
from workbook.changes import ColumnChange, Outcome, Plan
from workbook.sheets.clients import CLIENTS
from workbook.sheets.conflicts import CONFLICTS, DELETED, KEPT, OPEN, TAKEN, WHOLE_ROW
from workbook.tables import Tables, read_tables
from workbook.unused import without_unused_texts

TODAY = dt.date(2026, 11, 20)
FIELDS = ("client_id", "name", "remark", "created")
SHEETS = (CLIENTS, CONFLICTS)


def tables_with(
    *lines: dict[str, object], client: tuple[object, ...] = ("C000001", "张三", "留着", dt.date(2026, 1, 2))
) -> Tables:
    """Return tables with one client and these lines of 冲突, each about C000001 and undecided unless it says otherwise."""
    usual = {
        "sheet": "客户",
        "row_id": "C000001",
        "field": "备注",
        "kept": "留着",
        "lost": "没采用",
        "state": OPEN,
        "choice": "采用",
    }
    names = [column.key for column in CONFLICTS.columns]
    rows = [{**usual, "no": f"1-{number}", **line} for number, line in enumerate(lines, 1)]
    book = MemoryBook({
        CLIENTS.label: [[CLIENTS[name].label for name in FIELDS if name in CLIENTS.by_key], [*client]],
        CONFLICTS.label: [[CONFLICTS[name].label for name in names], *([row.get(name) for name in names] for row in rows)],
    })  # fmt: skip
    return read_tables(book, SHEETS)[0]


def states(outcome: Outcome) -> list[str]:
    return list(outcome.updates["conflicts"]["state"])


def test_a_taken_value_takes_the_place_of_the_one_that_was_kept() -> None:
    outcome = settled(tables_with({}), TODAY, Settings())
    assert outcome.updates["clients"]["remark"].to_dict() == {2: "没采用"}
    assert states(outcome) == [TAKEN]


def test_a_kept_value_stays_and_an_undecided_line_waits() -> None:
    outcome = settled(tables_with({"choice": "保留"}, {"choice": None}), TODAY, Settings())
    assert "clients" not in outcome.updates
    assert outcome.updates["conflicts"]["state"].to_dict() == {2: KEPT}


def test_what_is_settled_is_settled_once() -> None:
    outcome = settled(tables_with({"state": TAKEN}, {"state": KEPT, "choice": "保留"}), TODAY, Settings())
    assert outcome == Outcome()


def test_who_kept_may_change_their_mind() -> None:
    assert states(settled(tables_with({"state": KEPT}), TODAY, Settings())) == [TAKEN]


@pytest.mark.parametrize(
    ("now", "state"),
    [
        ("第三个", "后来又改成「第三个」, 没有采用"),
        (None, "后来又清空了, 没有采用"),
        ("没采用", TAKEN),
        ("留着", TAKEN),
    ],
)
def test_a_third_value_that_somebody_wrote_since_stays(now: object, state: str) -> None:
    outcome = settled(tables_with({}, client=("C000001", "张三", now)), TODAY, Settings())
    assert states(outcome) == [state]
    assert ("clients" in outcome.updates) == (state == TAKEN)


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ({"row_id": "C000009"}, ROW_GONE),
        ({"sheet": "没有的表"}, ROW_GONE),
        ({"field": "门店自己加的列"}, BY_HAND),
        ({"field": WHOLE_ROW, "kept": DELETED, "lost": "备注: 甲"}, THERE_AGAIN),
        ({"field": WHOLE_ROW, "row_id": "C000009", "kept": DELETED, "lost": "备注: 甲"}, BY_HAND),
    ],
)
def test_what_cannot_be_carried_out_says_why(line: dict[str, object], state: str) -> None:
    outcome = settled(tables_with(line), TODAY, Settings())
    assert states(outcome) == [state]
    assert not outcome.additions


def test_a_deleted_row_comes_back_with_all_its_cells() -> None:
    detail = detail_of({"client_id": "C000009", "name": "李四", "remark": "还在谈"})
    line = {"field": WHOLE_ROW, "row_id": "C000009", "kept": DELETED, "lost": "备注: 还在谈", "detail": detail}
    outcome = settled(tables_with(line), TODAY, Settings())
    (row,) = outcome.additions["clients"][["client_id", "name", "remark"]].to_numpy().tolist()
    assert row == ["C000009", "李四", "还在谈"]


def test_a_row_that_is_to_be_deleted_is_gone_for_the_rules_that_follow() -> None:
    tables = tables_with({"field": WHOLE_ROW, "kept": "备注: 留着", "lost": DELETED})
    outcome = settled(tables, TODAY, Settings())
    assert outcome.updates["clients"]["client_id"].tolist() == [""]
    assert len(tables.with_outcome(outcome)["clients"]) == 0


def test_the_order_of_the_lines_does_not_matter() -> None:
    lines = [{"choice": "保留"}, {"row_id": "C000009"}, {"field": "姓名", "kept": "张三", "lost": "张四"}]
    there, back = (settled(tables_with(*some), TODAY, Settings()) for some in (lines, lines[::-1]))
    assert states(there) == states(back)[::-1]
    pd.testing.assert_series_equal(there.updates["clients"]["name"], back.updates["clients"]["name"])


@pytest.mark.parametrize(
    ("name", "copy"),
    [
        ("门店 (1).xlsx", True), ("门店(2).xlsx", True), ("门店（1）.xlsx", True), ("门店 - 副本.xlsx", True), ("门店 - 副本 (2).xlsx", True),
        ("门店 - Copy.xlsx", True), ("门店-PC的冲突.xlsx", True), ("门店.sync-conflict-20261120-101010-ABCDEFG.xlsx", True), ("门店 2.xlsx", True),
        ("门店-DESKTOP-8K2J1QF.xlsx", True), ("复件 门店.xlsx", True), ("Copy of 门店.xlsx", True), ("“门店”的副本.xlsx", True),
        ("门店的副本.xlsm", True), ("南门店.xlsx", False), ("~$门店 (1).xlsx", False), ("门店 20.xlsx", False), ("门店-pcs.xlsx", False),
        ("门店 (小王的冲突副本 2026-11-20).xlsx", True), ("门店_conflict-20261120.xlsx", True),
        ("门店-张三.xlsx", False), ("门店 2026.xlsx", False), ("门店 (1).pdf", False), ("别的 (1).xlsx", False), ("门店-copybook.xlsx", False),
    ],
)  # fmt: skip
def test_copies_are_known_by_their_names(tmp_path: Path, name: str, copy: bool) -> None:
    book = tmp_path / "门店.xlsx"
    book.write_bytes(b"")
    (tmp_path / name).write_bytes(b"x")
    assert [file.name for file in copies_of(book)] == ([name] if copy else [])


def test_a_copy_that_says_the_same_byte_for_byte_or_cannot_be_read_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, copy = tmp_path / "门店.xlsx", tmp_path / "门店 (1).xlsx"
    book.write_bytes(b"x")
    copy.write_bytes(b"x")
    assert copies_of(book) == []

    def in_use(path: Path) -> str:
        raise PermissionError(13, "in use", str(path))

    monkeypatch.setattr("macros.sharing.copies.sha256_of", in_use)
    assert copies_of(book) == [copy]


def test_a_plan_finds_its_rows_though_somebody_sorted_the_sheet_meanwhile(tmp_path: Path) -> None:
    book = sample(tmp_path / "门店.xlsx")
    session = session_of(book)
    row = int(session.tables["clients"].index[-1])
    old = session.tables["clients"].at[row, "remark"] or None
    Person(book).delete("clients", "C000001").done()  # all rows move up
    with current(session) as now:
        assert now is not session
        wanted = Plan([ColumnChange("clients", "remark", [row], [old], ["新"])])
        same_session, plan = rebased(wanted, session, now, Origin("甲", "录入"))
        assert same_session is now
    assert [(cell.row, cell.new) for cell in plan] == [(row - 1, "新")]
    with current(now) as same:
        assert same is now


def test_a_conflict_of_two_who_save_at_once_finds_room_in_a_workbook_of_before_there_was_the_sheet(
    tmp_path: Path,
) -> None:
    rows = {"clients": [{"client_id": "C000001", "name": "张三"}], "audit": (), "settings": ()}
    book = plain(tmp_path / "门店.xlsx", rows)
    first, second = session_of(book), session_of(book)
    for session, text in ((first, "甲说"), (second, "乙说")):
        commit(session, "enter", Plan([ColumnChange("clients", "remark", [2], [None], [text])]))
    assert one(book, "clients", "C000001", "remark") == "甲说"
    lines = tables_of(book)["conflicts"]
    assert lines[["kept", "lost", "state"]].to_numpy().tolist() == [["甲说", "乙说", OPEN]]
    assert len(second.conflicts) == 1
    assert undo(session_of(book)).run == 3  # the second run wrote nothing but the line
    assert len(tables_of(book)["conflicts"]) == 0


def test_a_session_read_again_knows_what_was_saved(tmp_path: Path) -> None:
    book = sample(tmp_path / "门店.xlsx")
    session = session_of(book)
    Person(book).edit("clients", "C000001", remark="别人写的").done()
    assert again(session).tables["clients"]["remark"].iloc[0] == "别人写的" == one(book, "clients", "C000001", "remark")


def test_a_text_that_no_cell_shows_is_not_in_the_file_any_more(tmp_path: Path) -> None:
    book = sample(tmp_path / "门店.xlsx")
    secret = str(one(book, "clients", "C000001", "phone1"))
    Person(book).edit("clients", "C000001", phone1=None).done()
    data = without_unused_texts(book.read_bytes(), book.name)
    book.write_bytes(data)
    assert one(book, "clients", "C000001", "phone1") == ""
    assert without_unused_texts(data, book.name) == data, "a second time nothing is left to do"
    assert secret not in _shared_texts(book)
    assert str(one(book, "clients", "C000002", "name")) in _shared_texts(book)


def _shared_texts(book: Path) -> str:
    import zipfile

    with zipfile.ZipFile(book) as package:
        return package.read("xl/sharedStrings.xml").decode()
