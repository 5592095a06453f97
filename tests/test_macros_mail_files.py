"""Hostile names through the workbook into the mail server and into files, and mails as files where there is no server."""

import datetime as dt
import email
import email.policy
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pytest

from macros.mail_commands import NOTHING, send_ticked
from macros.session import Options, start
from tests.commands import genjin, said
from tests.desks import NOW, desk_of
from tests.mail_server import mail_server
from tests.posting import free_port, posting_book, put, tables_of, ticked
from workbook.sheets import SHEETS
from workbook.tables import read_tables

PORT = free_port()
TODAY = dt.date(2026, 11, 20)
NAMES = ("A&B <公司>", "=cmd|' /C calc'!A0", "{{7*7}}", "客" * 120)
TODAY_FOLDER = "门店-报表/邮件-2026-11-20"


@pytest.fixture(scope="module")
def prepared(yesterday: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook whose four ticked clients have hostile names, also in their texts."""
    path = posting_book(yesterday, tmp_path_factory.mktemp("hostile"), len(NAMES), PORT)
    clients = tables_of(path)["clients"]
    cells: dict[tuple[str, int, str], object] = {}
    for row, name in zip(ticked(path), NAMES, strict=True):
        cells["clients", int(clients.index[clients["client_id"] == row["client_id"]][0]), "name"] = name
        cells["messages", row["row"], "name"] = name
        cells["messages", row["row"], "text"] = f"{name}您好\n再见"
    put(path, cells)
    return path


@pytest.fixture
def book(prepared: Path, tmp_path: Path) -> Path:
    path = tmp_path / "门店.xlsx"
    path.write_bytes(prepared.read_bytes())
    return path


def words(letter: EmailMessage, kind: str) -> str:
    body = letter.get_body((kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def named(letter: EmailMessage) -> str:
    """Return the name in To, without the blanks that Python puts between the pieces of a long one."""
    name = str(letter["To"].addresses[0].display_name)
    return name.replace("客 客", "客客")


def read(file: Path) -> EmailMessage:
    letter = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert isinstance(letter, EmailMessage)
    return letter


def test_hostile_names_arrive_literally_in_the_mail_and_stay_so_in_the_sheets(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with mail_server(port=PORT) as server:
        genjin(capsys, "send", book)
        for letter, name in zip(server.letters, NAMES, strict=True):
            assert words(letter, "plain") == f"{name}您好\n再见\n"
            assert named(letter) == name
        assert "A&amp;B &lt;公司&gt;您好" in words(server.letters[0], "html")
        assert "<公司>" not in words(server.letters[0], "html")
    after = tables_of(book)
    assert [row["name"] for row in ticked(book)] == list(NAMES)
    logged = after["followups"].loc[after["followups"]["summary"].str.startswith("已发消息"), "summary"].tolist()
    assert sorted(text.partition(": ")[2] for text in logged) == sorted(
        (f"{name}您好 再见" if len(name) < 50 else f"{'客' * 60}…") for name in NAMES
    )


@pytest.mark.requirement("R108")
def test_without_a_server_the_mails_become_files_that_open_as_drafts(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = book.read_bytes()
    answer = genjin(capsys, "eml", book)
    files = [Path(file) for file in answer["files"]]
    assert {file.parent for file in files} == {book.parent / TODAY_FOLDER}
    mine = [next(file for file in files if file.name.startswith(row["client_id"])) for row in ticked(book)]
    for file, name in zip(mine, NAMES, strict=True):
        letter = read(file)
        assert (named(letter), letter["X-Unsent"], letter["Date"]) == (name, "1", None)
        assert words(letter, "plain") == f"{name}您好\n再见\n"
        assert file.name.isprintable()
    assert mine[0].name.startswith(f"{ticked(book)[0]['client_id']}-A&B _公司_-")
    contents = [file.read_bytes() for file in files]
    again = genjin(capsys, "eml", book)
    assert (again["files"], [file.read_bytes() for file in files]) == (answer["files"], contents)
    assert book.read_bytes() == before
    _, out, _ = said(capsys, "eml", book)
    assert out.startswith(f"邮件文件 {len(files)} 封, 在 {book.parent / TODAY_FOLDER}: ")


def test_nobody_who_refused_or_has_no_address_gets_a_file(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clients = tables_of(book)["clients"]
    rows = [int(clients.index[clients["client_id"] == row["client_id"]][0]) for row in ticked(book)]
    put(book, {("clients", rows[0], "consent"): "拒绝", ("clients", rows[1], "email"): None})
    answer = genjin(capsys, "eml", book)
    ids = [row["client_id"] for row in ticked(book)]
    kept = {item["client_id"]: item["skipped"] for item in answer["items"]}
    assert "客户拒绝联系" in kept[ids[0]]
    assert "缺少邮箱" in kept[ids[1]]
    assert not any(Path(file).name.startswith((ids[0], ids[1])) for file in answer["files"])


def test_on_another_day_there_is_nothing_to_write(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = genjin(capsys, "eml", book, today="2026-11-21")
    assert (answer["items"], answer["files"]) == ([], [])
    assert not (book.parent / "门店-报表").exists()


def test_the_button_sends_from_the_open_workbook_and_answers_in_two_lines(book: Path) -> None:
    """Nothing is stored: the cells of the open sheet say what became of the letters, and saving stays the person's."""
    desk = desk_of(book)
    with mail_server(port=PORT) as server:
        said_first = send_ticked(start(desk, Options(TODAY, NOW)), desk, "")
        assert len(server.taken) == len(NAMES)
        said_again = send_ticked(start(desk, Options(TODAY, NOW)), desk, "")
        assert len(server.taken) == len(NAMES)
    assert said_first.text.startswith(f"发邮件: 已发 {len(NAMES)} 封。")
    assert said_again.text == NOTHING
    texts = read_tables(desk, SHEETS)[0]["messages"]
    assert (texts.loc[texts["mail"] == True, "sent"] == True).all()  # noqa: E712


def test_a_client_who_prefers_mail_gets_a_link_that_opens_it_and_a_second_run_changes_nothing(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    clients = tables_of(book)["clients"]
    row = int(clients.index[clients["client_id"] == ticked(book)[0]["client_id"]][0])
    put(book, {("clients", row, "pref_channel"): "邮件"})
    genjin(capsys, "messages", book)
    link = ticked(book)[0]["link"]
    assert link.startswith(f"mailto:{ticked(book)[0]['client_id'].lower()}@example.com?subject=")
    assert genjin(capsys, "messages", book)["changed"] == 0
    file = openpyxl.load_workbook(book)
    cell = next(cell for line in file["消息"].iter_rows() for cell in line if str(cell.value).startswith("=HYPERLINK"))
    assert cell.value == f'=HYPERLINK("{link}","{link}")'
    file.save(book)  # forgets what formulas yielded: the link is read from the formula itself
    assert ticked(book)[0]["link"] == link


def test_a_password_on_the_sheet_of_settings_is_told_among_the_problems(
    book: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = int(tables_of(book)["settings"].index.max()) + 1
    put(book, {("settings", row, "name"): "发信密码", ("settings", row, "value"): "geheim"})
    answer = genjin(capsys, "validate", book, code=1)
    found = [item for item in answer["items"] if item["check"] == "secret_in_workbook"]
    assert len(found) == 1
    assert "geheim" not in str(found)
