"""Clients and an agent with hostile names, through a whole day: every sheet, message, mail, document, calendar, page and file name.

A name is data wherever it stands: nothing in it is carried out, taken for a formula, a tag, a header, a template or a folder.
"""

import email
import email.policy
import html
import io
import re
import shutil
import subprocess
import zipfile
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pytest

from macros.cli import main
from macros.proposals.literal import literal
from macros.wording import plain
from tests.commands import TODAY, genjin
from tests.mail_server import mail_server
from tests.posting import free_port, put, setting, tables_of

FORMULA = "=cmd|' /C calc'!A0"
NAMES = (
    "A&B <公司>", FORMULA, "{{7*7}}", "客" * 120, "../../x", "张\nBcc: a@b.cn", "张\u202e伟", "😀王", "+1+2", "@SUM(A1)", '王"&A1&"', "L" * 120,
    "</w:t><b>x</b>", "{% raw %}",
)  # fmt: skip
AGENT = '../李<雷> & "=1+1"'
IN_CONTRACTS = (
    "L" * 120,
    "../../x",
    "😀王",
    '王"&A1&"',
    "</w:t><b>x</b>",
    "{% raw %}",
    "+1+2",
)  # the others: see the tests of contracts
PORT = free_port()


def stem(path: Path, folder: str) -> Path:
    return path.with_name(f"{path.stem}-{folder}")


@pytest.fixture(scope="module")
def day(yesterday: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook after a day on which clients with such names were due, all of the agent with such a name."""
    path = Path(shutil.copy(yesterday, tmp_path_factory.mktemp("hostile") / "店.xlsx"))
    tables = tables_of(path)
    clients, texts = tables["clients"], tables["messages"]
    ready = texts.loc[texts["status"] == "可发"].drop_duplicates("client_id").head(len(NAMES))
    assert len(ready) == len(NAMES)
    told = {"host": "127.0.0.1", "port": PORT, "security": "不加密", "sender": "service@example.com", "wait_seconds": 5}
    cells: dict[tuple[str, int, str], object] = {setting(tables, f"mail.{key}"): value for key, value in told.items()}
    staff = tables["staff"]
    cells["staff", int(staff.index[0]), "name"] = AGENT
    for client, name in zip(ready["client_id"], NAMES, strict=True):
        row = int(clients.index[clients["client_id"] == client][0])
        cells |= {("clients", row, key): name for key in ("name", "salutation")}
        cells |= {("clients", row, "owner"): AGENT, ("clients", row, "pref_channel"): "邮件"}
        cells["clients", row, "email"] = f"{client.lower()}@example.com"
    put(path, cells)
    assert main(["all", str(path), "--today", TODAY, "--quiet"]) in (0, 1)
    after = tables_of(path)["messages"]
    rows = after.index[after["client_id"].isin(ready["client_id"]) & (after["status"] == "可发")]
    assert len(rows) == len(NAMES)
    put(path, {("messages", int(row), "mail"): "是" for row in rows})
    return path


@pytest.fixture
def book(day: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(day, tmp_path / "店.xlsx"))


def ids(path: Path) -> dict[str, str]:
    """Return 客户ID -> name."""
    clients = tables_of(path)["clients"]
    told = {plain(name): name for name in NAMES}
    return {one.client_id: told[plain(one.name)] for one in clients.itertuples() if plain(one.name) in told}


def texts_of(path: Path) -> dict[str, str]:
    """Return name -> the text that 消息 has ready."""
    rows = tables_of(path)["messages"]
    rows = rows.loc[rows["status"] == "可发"]
    names = ids(path)
    return {names[one.client_id]: one.text for one in rows.itertuples() if one.client_id in names}


def test_every_sheet_holds_the_names_as_texts(day: Path) -> None:
    """After saving and opening: no cell that has a name in it is a formula, and nowhere did one become its result."""
    book = openpyxl.load_workbook(day)
    seen: dict[str, set[str]] = {}
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                for name in NAMES:
                    if isinstance(cell.value, str) and name in cell.value.replace("\r\n", "\n"):
                        seen.setdefault(sheet.title, set()).add(name)
                        assert cell.data_type == "s", (sheet.title, cell.coordinate)
    for sheet_name in ("客户", "消息", "今日待办"):
        assert seen[sheet_name] >= {*NAMES} - {"张\nBcc: a@b.cn"}, sheet_name


def test_no_part_of_the_file_has_a_name_in_a_formula(day: Path) -> None:
    with zipfile.ZipFile(day) as package:
        for part in package.namelist():
            if part.startswith("xl/worksheets/sheet"):
                formulas = re.findall(r"<f[ >].*?</f>", package.read(part).decode())
                assert not [one for one in formulas if "calc" in one or "SUM(A1)" in one or "7*7" in one], part


@pytest.mark.requirement("R13", "F9")
def test_every_text_addresses_the_client_literally(day: Path) -> None:
    texts = texts_of(day)
    assert {*texts} == {*NAMES}
    for name, text in texts.items():
        assert plain(name) in text
        assert "\n" not in name or name not in text
        assert "49" not in text.replace(name, "")


# mail


def read(content: bytes) -> EmailMessage:
    letter = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(letter, EmailMessage)
    return letter


def body(letter: EmailMessage, kind: str) -> str:
    part = letter.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def is_of(letter: EmailMessage, name: str, text: str) -> None:
    """Hold a mail against the client's name and text: all parts, and headers that nobody asked for."""
    assert body(letter, "plain") == f"{text}\n"
    page = body(letter, "html")
    assert html.escape(plain(name), quote=False) in page.replace("&#34;", '"').replace("&#39;", "'")
    assert not re.search(r"<(公司|b)>|</w:t>", page)
    assert html.unescape(re.sub(r"</?p[^>]*>\n?|</?(body|html)[^>]*>", "", page.partition("<body")[2])).count(
        plain(name)
    )
    assert not {"Bcc", "Cc"} & {*letter.keys()}
    (to,) = letter["To"].addresses
    assert to.display_name.replace(" ", "") == plain(name).replace(" ", "")
    assert to.addr_spec.endswith("@example.com")
    assert "\n" not in str(letter["Subject"])
    assert letter["From"].addresses[0].addr_spec == "service@example.com"


def test_mails_arrive_with_the_names_and_no_header_more(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names, texts = ids(book), texts_of(book)
    with mail_server(port=PORT) as server:
        genjin(capsys, "send", book, code=None)
    taken = dict(server.taken)
    assert len(taken) == len(NAMES)
    for to, letter in taken.items():
        name = names[to.partition("@")[0].upper()]
        is_of(letter, name, texts[name])


def test_mails_as_files_are_the_same_and_stay_in_their_folder(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names, texts = ids(book), texts_of(book)
    files = [Path(file) for file in genjin(capsys, "eml", book, code=None)["files"]]
    folder = stem(book, "报表") / f"邮件-{TODAY}"
    assert {file.resolve().parent for file in files} == {folder.resolve()}
    mine = {names[file.name.partition("-")[0]]: file for file in files if file.name.partition("-")[0] in names}
    assert {*mine} == {*NAMES}
    for name, file in mine.items():
        is_of(read(file.read_bytes()), name, texts[name])
        named(file)
    assert "L" * 120 in mine["L" * 120].name
    assert "客" * 50 in mine["客" * 120].name  # a disk takes 255 bytes
    assert "{{7_7}}" in mine["{{7*7}}"].name
    assert "A&B _公司_" in mine["A&B <公司>"].name


def named(file: Path) -> None:
    """Hold a file name against what a disk allows, and a person can read."""
    assert not re.search(r'[\\/:*?"<>|\x00-\x1f\u202e]', file.name)
    assert len(f"{file.name}.part".encode()) <= 255
    assert not file.name.startswith(".")


# documents


def rows_of(path: Path, sheet: str, client_ids: set[str]) -> list[int]:
    rows = tables_of(path)[sheet]
    return [int(row) for row in rows.index[rows["client_id"].isin(client_ids)]]


def text_of_docx(content: bytes) -> str:
    from docx import Document

    found = Document(io.BytesIO(content))
    cells = [cell.text for table in found.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in found.paragraphs), *cells])


def text_of_pdf(file: Path) -> str:
    told = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True).stdout.decode()
    return re.sub(r"\s", "", told)


def buyers(path: Path) -> list[int]:
    """Return the rows of clients who want to buy and for whom something was found."""
    tables = tables_of(path)
    needs = tables["requests"]
    found = needs.loc[needs["req_id"].isin(tables["matches"]["req_id"]) & (needs["deal_type"] == "买"), "client_id"]
    return rows_of(path, "clients", {*found})


@pytest.mark.libreoffice
@pytest.mark.requirement("R71")
def test_proposals_carry_the_names_in_word_pdf_sheet_and_file_name(
    yesterday: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path(shutil.copy(yesterday, tmp_path / "店.xlsx"))
    rows = buyers(path)[: len(NAMES)]
    assert len(rows) == len(NAMES)
    put(path, {("clients", row, "name"): name for row, name in zip(rows, NAMES, strict=True)})
    genjin(capsys, "proposal", path, "--rows", f"客户!{','.join(map(str, rows))}")
    folder = stem(path, "报表")
    clients = tables_of(path)["clients"]
    for row, name in zip(rows, NAMES, strict=True):
        client = clients.at[row, "client_id"]
        files = {file.suffix: file for file in folder.rglob(f"置业方案-*{client}*")}
        assert {*files} == {".docx", ".pdf"}, name
        told = text_of_docx(files[".docx"].read_bytes())
        assert f"置业方案 · {literal(name)}" in told
        shown = re.sub(r"\s", "", literal(name)).replace("😀", "")
        assert shown[:40] in text_of_pdf(files[".pdf"])
        for file in files.values():
            named(file)
            assert file.name.count("L") in (0, 120)
            assert file.resolve().parent == folder.resolve()
    book = openpyxl.load_workbook(path)
    header = [cell.value for cell in book["置业方案"][1]]
    column = header.index("客户")
    cells = [line[column] for line in book["置业方案"].iter_rows(min_row=2) if line[column].value]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {plain(str(cell.value)) for cell in cells} >= {plain(name) for name in NAMES}


@pytest.mark.requirement("R76")
def test_contracts_carry_the_names_in_register_word_and_file_name(
    fresh: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path(shutil.copy(fresh, tmp_path / "店.xlsx"))
    deals = tables_of(path)["deals"]
    row = int(deals.index[deals["type"] == "买卖"][0])
    client = rows_of(path, "clients", {deals.at[row, "client_id"]})[0]
    archive = stem(path, "合同")
    for name in IN_CONTRACTS:
        put(path, {("clients", client, "name"): name})
        genjin(capsys, "contract", path, "--rows", f"成交!{row}", code=None)
        line = tables_of(path)["contracts"].iloc[-1]
        assert plain(line["client"]) == plain(name)
        file = archive / line["file"]
        assert file.resolve().parent == archive.resolve()
        named(file)
        assert "L" not in name or "L" * 120 in file.name
        told = text_of_docx(file.read_bytes())
        assert literal(name) in told or literal(name, keep_lines=True) in told
    book = openpyxl.load_workbook(path)
    assert not [cell for line in book["合同登记"].iter_rows() for cell in line if cell.data_type == "f"]
    assert {file.parent for file in tmp_path.rglob("*.docx")} == {archive}


# pages, calendars


def test_pages_and_calendars_show_the_names_and_run_nothing(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("lists", "calendar", "report", "viewings", "commission"):
        genjin(capsys, command, book, code=None)
    made = [file for file in book.parent.rglob("*") if file.is_file() and file != book]
    folder = stem(book, "报表").resolve()
    assert all(folder in file.resolve().parents for file in made)
    for file in made:
        named(file)
    pages = {file.name: file.read_text("utf-8") for file in made if file.suffix == ".html"}
    told = "".join(pages.values())
    for name in NAMES:
        assert html.escape(plain(name), quote=False) in told.replace("&#34;", '"').replace("&#39;", "'").replace(
            "&quot;", '"'
        ), name
    assert not re.search(r"<公司>|<雷>|</w:t>|<b>x</b>", told)
    from icalendar import Calendar

    calendars = [Calendar.from_ical(file.read_bytes()) for file in made if file.suffix == ".ics"]
    said = "\n".join(
        f"{part.get('summary', '')}\n{part.get('description', '')}" for one in calendars for part in one.walk("VEVENT")
    )
    for name in NAMES:
        assert plain(name)[:60] in said, name
    assert not [part for one in calendars for part in one.walk() if part.get("ATTENDEE") or part.get("ATTACH")]
