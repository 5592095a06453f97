"""`genjin split`: the file of an agent works by itself, shows their own figures, and says nothing of anybody else's clients."""

import datetime as dt
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from openpyxl.comments import Comment

from macros.cli import main
from macros.sharing import splitting
from macros.sharing.cleared import check_parts, without_empty_end, words_of_others
from macros.sharing.portions import portion_of
from macros.wording import quoted
from tests.commands import TODAY, genjin
from tests.sharing import Person, one, sample, tables_of
from workbook.build.home_cells import home_values
from workbook.build.report_values import report_values, serial
from workbook.errors import FileRefused
from workbook.figures.reports import REPORT_PAGES
from workbook.files import FileBook
from workbook.sheets import HOME
from workbook.tables import Tables

Capsys = pytest.CaptureFixture[str]
WHO = "林海雪"
OWN, HEAD = "经理的名单", "客户名"


def spread(path: Path) -> None:
    """Give every client a name that nobody else has, on notes and on a sheet with a table that somebody added as well."""
    book = openpyxl.load_workbook(path)
    sheet, own = book["客户"], book.create_sheet(OWN)
    labels = [cell.value for cell in sheet[1]]
    name, phone = labels.index("姓名") + 1, labels.index("手机1") + 1
    own.append([HEAD, "电话"])
    for row in range(2, sheet.max_row + 1):
        if sheet.cell(row, 1).value:
            sheet.cell(row, name).value = f"客孤{row:03}"
            sheet.cell(row, name).comment = Comment(f"客孤{row:03} 的太太做主", "经理")
            own.append([f"客孤{row:03}", sheet.cell(row, phone).value])
    own["D1"] = "=A3"
    own.add_table(openpyxl.worksheet.table.Table(displayName="名单", ref=f"A1:B{own.max_row}"))
    book.save(path)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook in which every sheet and page has been filled, with the file of one agent. To be copied, not written."""
    book = sample(tmp_path_factory.mktemp("shop") / "门店.xlsx")
    spread(book)
    for command in ("all", "report"):
        assert main([command, str(book), "--today", TODAY, "--quiet"]) in (0, 1)
    assert main(["split", str(book), "--who", WHO, "--today", TODAY, "--quiet"]) == 0
    return book


@pytest.fixture
def own(shop: Path, tmp_path: Path) -> Path:
    """The agency's workbook, in a copy of the folder."""
    shutil.copytree(shop.parent, tmp_path / "店")
    return tmp_path / "店" / shop.name


def handed(book: Path, who: str = WHO) -> Path:
    return book.parent / "门店-分发" / f"门店-{who}.xlsx"


def strangers(book: Path) -> pd.DataFrame:
    whole, part = tables_of(book)["clients"], tables_of(handed(book))["clients"]
    return whole.loc[~whole["client_id"].isin(part["client_id"])]


def test_no_part_of_the_file_says_anything_of_another_agents_client(shop: Path) -> None:
    foreign, tables = strangers(shop), tables_of(handed(shop))
    shared = {*tables["owners"]["phone"], *tables["do_not_call"]["number"], *tables["referrals"]["phone"]}
    shared |= {*tables["clients"]["phone1"], *tables["clients"]["phone2"]}
    example, referrers = {"C000001"}, {*tables["clients"]["referrer_id"]}
    ids = {*foreign["client_id"]} - example - referrers
    words = {*foreign["name"], *({*foreign["phone1"], *foreign["phone2"]} - shared - {""}), *ids}
    assert len(words) > 80
    with zipfile.ZipFile(handed(shop)) as package:
        for name in package.namelist():
            text = package.read(name).decode("utf-8", "replace")
            assert [word for word in words if word in text] == [], name


def test_their_own_notes_go_too_and_what_headers_say_stays(shop: Path) -> None:
    with zipfile.ZipFile(handed(shop)) as package:
        texts = b"".join(package.read(name) for name in package.namelist() if "comments" in name).decode()
    assert "太太做主" not in texts
    with zipfile.ZipFile(sample(shop.with_name("新.xlsx"))) as package:
        hints = re.findall(r"<t[^>]*>([^<]{8,})</t>", package.read("xl/comments1.xml").decode())
    assert len(hints) > 3
    assert [hint for hint in hints if hint not in texts] == []


def test_charts_remember_nothing_of_the_whole_agency(shop: Path) -> None:
    with zipfile.ZipFile(handed(shop)) as package:
        charts = [package.read(name) for name in package.namelist() if "/charts/" in name]
    assert not [chart for chart in charts if b"Cache>" in chart]


def test_a_sheet_that_somebody_added_goes_along_empty_with_the_headers_of_its_table(
    shop: Path, own: Path, capsys: Capsys
) -> None:
    book = openpyxl.load_workbook(handed(shop))
    assert [
        [cell.value for cell in row] for row in book[OWN].iter_rows(max_col=2) if any(cell.value for cell in row)
    ] == [[HEAD, "电话"]]


def figures(path: Path) -> dict[str, dict[int, dict[int, object]]]:
    """Return what 首页 and the pages of reports have to say of the rows that a file holds."""
    tables, book, today = tables_of(path), FileBook(path, read_only=True), pd.Timestamp(TODAY).date()
    pages = {page.label: report_values(page, book.read(page.label), tables, today) for page in REPORT_PAGES}
    return {HOME.label: home_values(tables, today), **pages}


def shown(path: Path, expected: dict[str, dict[int, dict[int, object]]]) -> list[object]:
    """Return the cells that show something else than what they have to say."""
    book, odd = FileBook(path, read_only=True), []
    for name, lines in expected.items():
        grid = book.read(name)
        for row, cells in lines.items():
            for column, value in cells.items():
                found = grid[row - 1][column - 1] if row <= len(grid) and column <= len(grid[row - 1]) else None
                if not alike(found, value):
                    odd.append((name, row, column, found, value))
    return odd


def alike(found: object, value: object) -> bool:
    found = serial(found) if isinstance(found, dt.date) else found
    value = serial(value) if isinstance(value, dt.date) else value
    if isinstance(found, int | float) and isinstance(value, int | float):
        return abs(found - value) < 1e-6
    return (found or "") == (value or "") or str(found) == str(value)


def test_the_pages_remember_the_agents_own_figures(shop: Path) -> None:
    assert shown(handed(shop), figures(handed(shop))) == []
    own, whole = (FileBook(path, read_only=True).read(HOME.label) for path in (handed(shop), shop))
    row, column = next((at, line.index("在跟客户")) for at, line in enumerate(own) if "在跟客户" in line)
    number, of_all = own[row + 1][column], whole[row + 1][column]
    assert isinstance(number, int | float)
    assert isinstance(of_all, int | float)
    assert 0 < number <= len(tables_of(handed(shop))["clients"])
    assert number < of_all


@pytest.mark.libreoffice
@pytest.mark.slow
def test_libreoffice_opens_the_file_and_calculates_the_same(shop: Path, tmp_path: Path) -> None:
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path), str(handed(shop))]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    saved = tmp_path / handed(shop).name
    assert shown(saved, {HOME.label: home_values(tables_of(handed(shop)), dt.date.today())}) == []
    assert len(tables_of(saved)["clients"]) == len(tables_of(handed(shop))["clients"])


def test_commands_run_on_the_file_and_what_was_done_in_it_comes_back_alone(own: Path, capsys: Capsys) -> None:
    file = handed(own)
    client = tables_of(file)["clients"]["client_id"].iloc[0]
    Person(file).edit("clients", client, remark="等学区").add(
        "followups", obj="客户", obj_id=client, summary="看了三套"
    ).done()
    for command in ("all", "report", "validate"):
        genjin(capsys, command, file, code=None)
    genjin(capsys, "undo", file)
    assert len(tables_of(file)["due"]) > 0
    before = {key: frame.copy() for key, frame in tables_of(own).items()}
    answer = genjin(capsys, "merge", own, file)
    after = tables_of(own)
    assert one(own, "clients", client, "remark") == "等学区"
    assert after["followups"]["summary"].tolist().count("看了三套") == 1
    assert answer["items"][0]["conflicts"] == 0
    assert answer["items"][0]["deleted"] == 0
    differing = {key for key in before if not before[key].equals(after[key])}
    assert differing <= {"clients", "followups", "tasks", "audit"}
    assert before["clients"].drop(columns="remark").equals(after["clients"].drop(columns="remark"))
    assert shown(own, figures(own)) == []


@pytest.mark.parametrize(
    ("rows", "left"),
    [
        (
            '<row r="1"><c r="A1"><v>1</v></c></row><row r="2"/><row r="3" ht="18"><c r="A3" s="1"/><c r="B3" s="2"></c></row>',
            1,
        ),
        ('<row r="1"/><row r="2"><c r="A2"><f>1+1</f></c></row>', 2),
        ('<row r="1"/>', 0),
        ("", 0),
    ],
)
def test_a_sheet_ends_with_its_last_row(rows: str, left: int) -> None:
    for tag in ("", "x:"):
        xml = f"<{tag}sheetData>{rows}</{tag}sheetData><{tag}pageMargins/>".replace("<row", f"<{tag}row").replace(
            "</row", f"</{tag}row"
        )
        xml = xml.replace("<c ", f"<{tag}c ").replace("</c>", f"</{tag}c>")
        found = without_empty_end(xml.encode()).decode()
        assert found.count(f"<{tag}row ") == left
        assert found.endswith(f"</{tag}sheetData><{tag}pageMargins/>")
        assert found == without_empty_end(found.encode()).decode()
    assert without_empty_end(b"<sheetData/><pageMargins/>") == b"<sheetData/><pageMargins/>"


# where it cannot be done


def test_the_same_workbook_split_again_on_another_day_leaves_the_first_files_their_base(
    own: Path, capsys: Capsys
) -> None:
    again = own.parent / "第二次"
    assert main(["split", str(own), "--who", WHO, "--out", str(again), "--today", "2026-11-21"]) == 0
    told = capsys.readouterr().out
    assert f"自己加的表没有带内容, 免得带走别人的客户: {OWN}。" in told
    assert "请只发给本人" in told
    assert "公客" not in told
    for file in (handed(own), again / handed(own).name):
        assert genjin(capsys, "merge", own, file)["items"][0]["base"] == "对照分发时的底稿"


def test_where_one_file_cannot_be_written_none_is_and_files_of_before_keep_their_base(
    own: Path, capsys: Capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, count, out = splitting.disk.put, [], own.parent / "第二次"

    def full(path: Path, *rest: Any, **named: Any) -> None:
        if path.parent == out:
            count.append(path)
            if len(count) == 2:
                raise OSError(28, "No space left on device")
        real(path, *rest, **named)

    monkeypatch.setattr(splitting.disk, "put", full)
    monkeypatch.setattr(splitting, "agents_of", lambda _: [WHO, "魏佳"])
    answer = genjin(capsys, "split", own, "--out", out, code=2)
    assert answer["code"] == 2
    assert len(count) == 2
    assert [*out.iterdir()] == []
    monkeypatch.undo()
    assert genjin(capsys, "merge", own, handed(own))["items"][0]["base"] == "对照分发时的底稿"


def test_what_a_pivot_table_remembers_of_others_is_refused_by_name(shop: Path, tmp_path: Path) -> None:
    stranger = str(strangers(shop)["name"].iloc[0])
    file, part = tmp_path / "x.xlsx", "xl/pivotCache/pivotCacheRecords1.xml"
    shutil.copy(handed(shop), file)
    with zipfile.ZipFile(file, "a") as package:
        package.writestr(part, f'<pivotCacheRecords><r><s v="{stranger}"/></r></pivotCacheRecords>')
    names = FileBook(handed(shop), read_only=True).sheet_names()
    with pytest.raises(FileRefused) as caught:
        check_parts(file.read_bytes(), "门店.xlsx", {stranger}, names)
    assert caught.value.code == "OTHERS_INSIDE"
    assert str(caught.value).startswith(f"门店.xlsx: 数据透视表 ({part}) 里还记着别人的客户")
    check_parts(file.read_bytes(), "门店.xlsx", {"没有的人"}, names)


def test_a_client_called_as_our_own_charts_and_buttons_say_is_in_nobody_s_way(shop: Path) -> None:
    names = FileBook(handed(shop), read_only=True).sheet_names()
    check_parts(handed(shop).read_bytes(), "门店.xlsx", {"新客户", "来源"}, names)


def test_whose_words_are_others_words(shop: Path) -> None:
    tables = tables_of(shop)
    mine = pd.Index(sorted(portion_of(tables, WHO)["clients"]))
    clients = tables["clients"].copy()
    foreign = clients.index.difference(mine)
    clients.loc[foreign[0], "phone1"] = clients.loc[mine[0], "phone1"]  # of one household
    words = words_of_others(Tables({**tables, "clients": clients}, tables.layouts), mine)
    assert clients.loc[mine[0], "phone1"] not in words
    assert clients.loc[foreign[0], "name"] in words
    assert not words & {*clients.loc[mine, "name"]}


def test_a_pair_of_clients_goes_along_only_where_both_are_theirs(shop: Path) -> None:
    tables = tables_of(shop)
    clients, pairs = tables["clients"], tables["client_pairs"]
    theirs = (clients["owner"] == WHO) | (clients["service_rep"] == WHO)
    mine, other = clients["client_id"][theirs].tolist(), clients["client_id"][~theirs].tolist()
    lines = pd.DataFrame({"first_id": [mine[0], mine[0], other[0]], "second_id": [mine[1], other[0], other[1]]})
    rows = lines.reindex(columns=pairs.columns, fill_value="").set_axis([2, 3, 4])
    portion = portion_of(Tables({**tables, "client_pairs": rows}, tables.layouts), WHO)
    assert portion["client_pairs"] == {2}
    assert portion["import_columns"] == frozenset()


@pytest.mark.parametrize(
    ("name", "typed"),
    [("门店.xlsx", "门店.xlsx"), ("我的 门店.xlsx", '"我的 门店.xlsx"'), ("门店(1).xlsx", '"门店(1).xlsx"')],
)
def test_names_are_told_as_a_person_types_them(name: str, typed: str) -> None:
    assert quoted(name) == typed
