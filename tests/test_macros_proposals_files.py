"""置业方案 as files: hostile names come out literally, one page in front, nothing outside the folder, and no Word where it cannot be."""

import datetime as dt
import importlib.util
import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest

from macros.cli import main
from macros.press import press
from macros.proposals import Proposal, made
from macros.proposals.docx import TEMPLATE, to_docx
from macros.proposals.literal import file_stem, literal
from macros.proposals.page import comparison
from macros.proposals.pdf import to_pdf
from macros.settings import Settings
from tests.desks import NOW, MemoryDesk, desk_of
from tests.tables import tables_from

TODAY = dt.date(2026, 3, 1)
HOSTILE = [
    "A&B <公司>", "=cmd|' /C calc'!A0", "{{7*7}}", "{% for x in y %}", "长" * 120, "{_{7*7}_}", "${jndi:ldap://x}", "<w:p/>&amp;", "#REF!",
    "../../etc/passwd", "CON", "</w:t><w:t>", "}} {{", "a\tb",
]  # fmt: skip
BOOK = """
客户
| 客户ID | 姓名 | 归属人 | 购房资格 |
| C1     | {name} | {name} | 待核 |

需求
| 需求ID | 客户ID | 交易 | 用途 | 预算上限 | 意向区域 | 面积下限 | 室下限 | 首付能力 |
| Q1     | C1     | 买   | 住宅 | 250      | 滨江     | 60       | 2      | 20 |

房源
| 房源ID | 交易 | 用途 | 挂牌价 | 区域 | 建筑面积 | 室 | 状态 | 不利因素 | 持有年限 | 唯一 | 税费方式 | 产权性质 | 亮点 | 图片视频 |
| H1 | 售 | 住宅 | 200 | 滨江 | 80 | 2 | 在售 | {cons} | 满五 | 是 | 各付 | 商品房 | {cons} | {media} |
| H2 | 售 | 住宅 | 210 | 滨江 | 80 | 2 | 在售 | 无 | 满五 | 待核 |  | 商品房 | 采光好 | |
| H3 | 售 | 住宅 | 220 | 滨江 | 80 | 2 | 在售 | {cons} | 满二 | 否 | 净得 | 商品房 | {cons} | |
"""


def proposal(name: str = "张伟", cons: str = "临街", media: str = "") -> Proposal:
    tables = tables_from(BOOK.format(name="@", cons="@@", media=media))
    clients = tables["clients"].assign(name=name, owner=name)
    listings = tables["listings"].copy()
    for key in ("cons", "pros"):
        listings[key] = listings[key].replace("@@", cons)
    (found,) = made(tables.updated({}, {"clients": clients, "listings": listings}), TODAY, Settings(), ["C1"])
    return found


def text_of_pdf(content: bytes, folder: Path) -> list[str]:
    """Return the words of every page, without blanks and line breaks, which a page sets as it needs them."""
    file = folder / "one.pdf"
    file.write_bytes(content)
    told = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True).stdout.decode()
    return [re.sub(r"\s", "", page) for page in told.split("\f")]


def text_of_docx(content: bytes) -> str:
    from docx import Document

    found = Document(io.BytesIO(content))
    cells = [cell.text for table in found.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in found.paragraphs), *cells])


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stands_in_the_pdf_letter_by_letter(name, tmp_path):
    told = "".join(text_of_pdf(to_pdf(proposal(name=name, cons=name)), tmp_path))
    assert re.sub(r"\s", "", literal(name))[:40] in told


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stands_in_the_word_file_letter_by_letter(name):
    made_file = to_docx(proposal(name=name, cons=name))
    told = text_of_docx(made_file)
    expected = name.replace("\t", " ")
    assert f"置业方案 · {expected}" in told
    assert "49" not in told.partition("\n")[0]
    assert expected in told.replace("不利因素", "")
    assert zipfile.ZipFile(io.BytesIO(made_file)).testzip() is None


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("张\r\n伟", "张 伟"), ("张\u202e伟\u200f", "张伟"), ("a\x00b\x0bc\x07", "a b c"), ("\ud800张", "张"), ("张\u2028伟", "张 伟"),
        ("👩\u200d👧", "👩👧"), ("Ünïcode", "Ünïcode"), ("", ""),
    ],
)  # fmt: skip
def test_what_has_no_shape_goes_and_everything_else_stays(typed, shown):
    assert literal(typed) == shown
    to_docx(proposal(name=typed))
    to_pdf(proposal(name=typed))


def test_line_breaks_stay_where_they_are_wanted():
    assert literal("一\r\n二\r三", keep_lines=True) == "一\n二\n三"


@pytest.mark.parametrize(
    "name", [*HOSTILE, "张\r\n伟", "张\u202e伟", "nul.txt", "...", " ", "\\\\server\\share", "C:\\x", "a/b"]
)
def test_a_file_name_is_one_name_on_every_system(name, tmp_path):
    stem = file_stem("置业方案", "C000001", name)
    assert stem.startswith("置业方案-C000001")
    assert not set(stem) & set('\\/:*?"<>|\r\n\t\0\u202e')
    assert len(f"{stem}.docx.part".encode()) <= 255
    file = tmp_path / f"{stem}.pdf"
    file.write_bytes(b"")
    assert file.resolve().parent == tmp_path.resolve()


def test_what_a_disk_does_not_allow_stays_readable_in_a_file_name():
    assert file_stem("置业方案", "C1", "A&B <公司>") == "置业方案-C1-A&B ＜公司＞"
    assert file_stem("置业方案", "C1", "{{7*7}}") == "置业方案-C1-{{7＊7}}"


@pytest.mark.libreoffice
@pytest.mark.parametrize("cons", ["临街", "很长的话, " * 400, "行\n" * 60])
def test_the_homes_stand_on_one_page_and_how_it_was_computed_behind_it(cons, tmp_path):
    pages = text_of_pdf(to_pdf(proposal(cons=cons)), tmp_path)
    assert "首期要准备" in pages[0]
    assert "请您确认" in pages[0]
    assert "怎么算的" in pages[1]
    assert "依据的利率和税率" in "".join(pages[1:])


def test_photos_are_links_to_the_web_and_to_nothing_else():
    found = proposal(media="https://a.example/1.jpg https://a.example/2.jpg file:///etc/passwd javascript:alert(1)")
    assert found.homes[0].links == ("https://a.example/1.jpg", "https://a.example/2.jpg")
    uris = re.findall(rb"/URI \(([^)]*)\)", to_pdf(found))
    assert uris == [b"https://a.example/1.jpg", b"https://a.example/2.jpg"]


def hyperlinks(content: bytes) -> list[tuple[str, str]]:
    """Return the words and the address of every link of a Word file."""
    from docx import Document

    found = Document(io.BytesIO(content))
    return [
        (link.text, link.address)
        for table in found.tables
        for row in table.rows
        for cell in row.cells
        for paragraph in cell.paragraphs
        for link in paragraph.hyperlinks
    ]


def test_photos_are_links_in_the_word_file_as_well_and_what_stands_beside_them_stays():
    found = proposal(media="正面 https://a.example/1.jpg 户型 https://a.example/1.jpg?x=2 file:///etc/passwd")
    made_file = to_docx(found)
    assert hyperlinks(made_file) == [("图片 1", "https://a.example/1.jpg"), ("图片 2", "https://a.example/1.jpg?x=2")]
    assert "正面 图片 1 户型 图片 2 file:///etc/passwd" in text_of_docx(made_file)
    assert hyperlinks(to_docx(proposal(cons="https://b.example/"))) == []  # no photo of the home


@pytest.mark.parametrize("homes", [0, 1, 2, 3])
def test_the_word_file_has_a_column_per_home_and_none_that_is_empty(homes):
    from docx import Document

    found = proposal()
    document = Document(io.BytesIO(to_docx(found._replace(homes=found.homes[:homes]))))
    widths = [[cell.width for cell in table.rows[0].cells] for table in document.tables]
    assert [len(width) for width in widths] == ([homes + 1] if homes else [])
    assert all(abs(sum(width) - 17.8 * 360_000) < 10_000 for width in widths)  # cm of A4 between the margins, in EMU
    assert all(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    assert not any(
        before.text == after.text == ""
        for before, after in zip(document.paragraphs, document.paragraphs[1:], strict=False)
    )


def test_every_home_of_the_comparison_has_its_words_on_every_line():
    found = proposal()
    lines = list(comparison(found))
    assert [label for label, _ in lines][:5] == ["", "概况", "为什么合适", "亮点", "不利因素"]
    assert all(len(cells) == len(found.homes) == 3 for _, cells in lines)


def test_the_same_proposal_gives_the_same_pdf():
    assert to_pdf(proposal()) == to_pdf(proposal())


# through the workbook


@pytest.fixture
def desk(yesterday: Path, tmp_path: Path) -> MemoryDesk:
    place = tmp_path / "店.xlsx"
    shutil.copy(yesterday, place)
    return desk_of(place)


def buyer(path: Path) -> int:
    """Return the row of a client for whom something was found."""
    book = openpyxl.load_workbook(path, read_only=True)
    names = {row[2].value for row in book["匹配结果"].iter_rows(min_row=2)}
    buying = {row[1].value for row in book["需求"].iter_rows(min_row=2) if row[2].value == "买"}
    rows = enumerate(book["客户"].iter_rows(min_row=2, values_only=True), start=2)
    return next(number for number, row in rows if row[1] in names and row[0] in buying)


@pytest.mark.requirement("R71", "R84")
def test_a_press_writes_rows_a_pdf_and_a_word_file_and_a_second_press_changes_nothing(desk, tmp_path):
    desk.select("客户", buyer(tmp_path / "店.xlsx"))
    assert press("proposal", desk, now=NOW), desk.boxes
    assert desk.shown
    assert desk.shown[0] == "置业方案"
    rows = desk.sheets["置业方案"][1:]
    assert 1 <= len(rows) <= 3
    files = sorted(file.suffix for file in (tmp_path / "店-报表").glob("置业方案-*"))
    assert files == [".docx", ".pdf"]
    before = [list(row) for row in desk.sheets["置业方案"]]
    assert press("proposal", desk, now=NOW)
    assert desk.sheets["置业方案"] == before


@pytest.mark.parametrize("name", ["A&B <公司>", "=cmd|' /C calc'!A0", "{{7*7}}", "长" * 120])
def test_a_hostile_name_goes_through_the_command_into_sheet_and_files(name, yesterday, tmp_path, capsys):
    path = tmp_path / "店.xlsx"
    shutil.copy(yesterday, path)
    row = buyer(path)
    book = openpyxl.load_workbook(path)
    cell = book["客户"].cell(row, 2)
    cell.value, cell.data_type = name, "s"
    book.save(path)
    assert main(["proposal", str(path), "--rows", f"客户!{row}", "--today", "2026-11-20", "--quiet"]) == 0
    book = openpyxl.load_workbook(path)
    cells = [row[2] for row in book["置业方案"].iter_rows(min_row=2)]
    assert {cell.value for cell in cells} == {name}
    assert {cell.data_type for cell in cells} == {"s"}
    made_files = sorted((tmp_path / "店-报表").glob("置业方案-*"))
    assert len(made_files) == 2
    assert f"置业方案 · {name}" in text_of_docx(made_files[0].read_bytes())


def test_without_docxtpl_the_pdf_is_made_and_the_answer_says_how_to_get_the_rest(desk, tmp_path, monkeypatch):
    real = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *more: None if name == "docxtpl" else real(name, *more)
    )
    desk.select("客户", buyer(tmp_path / "店.xlsx"))
    assert press("proposal", desk, now=NOW), desk.boxes
    assert [file.suffix for file in (tmp_path / "店-报表").glob("置业方案-*")] == [".pdf"]
    assert "pip install genjin[word]" in str(desk.sheets["首页"])


def test_who_gets_no_proposal_is_named_with_the_reason_and_gets_no_file(yesterday, tmp_path, capsys):
    path = tmp_path / "店.xlsx"
    shutil.copy(yesterday, path)
    first = buyer(path)
    book = openpyxl.load_workbook(path)
    clients = {row[0].value: row[0].row for row in book["客户"].iter_rows(min_row=2)}
    needs, labels = book["需求"], [cell.value for cell in book["需求"][1]]
    renting = next(row[1].value for row in needs.iter_rows(min_row=2) if row[2].value == "租")
    closed = next(
        row[1].value
        for row in needs.iter_rows(min_row=2)
        if row[2].value == "买" and clients[row[1].value] != first and row[1].value != renting
    )
    for row in needs.iter_rows(min_row=2):
        if row[1].value == closed:
            row[labels.index("需求状态")].value = "取消"
        if row[1].value == renting:
            row[2].value = "租"
    book.save(path)
    for rows in (f"客户!{first},{clients[renting]},{clients[closed]}", f"客户!{clients[closed]}"):
        code = main(["proposal", str(path), "--rows", rows, "--today", "2026-11-20"])
    told = capsys.readouterr()
    assert f"{renting}: 没有买房需求, 没有做方案。" in told.out
    assert f"{closed}: 买房需求都不是「有效」, 没有做方案。" in told.out
    assert code == 2
    assert "选中的客户的买房需求都不是「有效」" in told.err
    assert len(list((tmp_path / "店-报表").glob("置业方案-*"))) == 2


def test_a_preview_writes_neither_rows_nor_files(yesterday, tmp_path, capsys):
    path = tmp_path / "店.xlsx"
    shutil.copy(yesterday, path)
    content = path.read_bytes()
    assert main(["proposal", str(path), "--rows", f"客户!{buyer(path)}", "--preview", "--today", "2026-11-20"]) == 0
    assert path.read_bytes() == content
    assert not list((tmp_path).rglob("置业方案-*"))


def test_the_template_that_is_shipped_is_what_the_script_makes(tmp_path, monkeypatch):
    from macros.places import TEMPLATES

    folder = TEMPLATES / "contracts"
    monkeypatch.syspath_prepend(str(folder))
    spec = importlib.util.spec_from_file_location("build_templates", folder / "build.py")
    assert spec
    assert spec.loader
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    files = script.every()
    assert TEMPLATE in {file.name for file in files}
    for file, make in files.items():
        script.write(make(), tmp_path / file.name)
        assert parts(tmp_path / file.name) == parts(file), f"run python templates/contracts/build.py: {file.name}"


def parts(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as package:
        return {name: package.read(name) for name in package.namelist()}
