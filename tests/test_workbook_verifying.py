"""What is found wrong in a written workbook before it takes the place of the old one, and what is not wrong."""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from workbook import disk
from workbook.errors import FileRefused
from workbook.files import FileBook, open_package
from workbook.verifying import rows_of

SHEET = "xl/worksheets/sheet1.xml"
OTHER = "xl/worksheets/sheet2.xml"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "门店.xlsx"
    with xlsxwriter.Workbook(path) as made:
        for name in ("客户", "房源"):
            sheet = made.add_worksheet(name)
            for row in range(6):
                sheet.write_row(row, 0, [f"C{row}", f"姓名{row}", row])
    return path


def changed(content: bytes, change: Callable[[dict[str, bytes]], object]) -> bytes:
    """Return the bytes of a workbook after its parts were changed, all packed anew."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = {info.filename: package.read(info) for info in package.infolist()}
    change(parts)
    with zipfile.ZipFile(out := io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), part, zipfile.ZIP_DEFLATED, 1)
    return out.getvalue()


def edited(part: str, old: str, new: str) -> Callable[[dict[str, bytes]], object]:
    def change(parts: dict[str, bytes]) -> None:
        after, count = re.subn(old.encode(), new.encode(), parts[part], count=1)
        assert count == 1
        parts[part] = after

    return change


def save(book: Path, monkeypatch: pytest.MonkeyPatch, damage: Callable[[bytes], bytes]) -> None:
    """Write a cell and a new row, and let the disk give back other bytes than those that were written."""
    held = FileBook(book)
    held.write("客户", {3: {2: "改过"}, 9: {1: "C9"}})
    monkeypatch.setattr(disk, "_read_back", lambda file, content: damage(content))
    held.save()


def test_what_was_written_is_right(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(book, monkeypatch, lambda content: content)
    assert FileBook(book).read("客户")[2][:2] == ["C2", "改过"]


DAMAGES = {
    "a row nobody edited is gone": edited(SHEET, r'<row r="5".*?</row>', ""),
    "an edited row is gone": edited(SHEET, r'<row r="3".*?</row>', ""),
    "the new row is gone": edited(SHEET, r'<row r="9".*?</row>', ""),
    "a row nobody edited has another value": edited(SHEET, r"<v>4</v></c></row>", "<v>5</v></c></row>"),
    "an edited row has another id": edited(SHEET, r'(<c r="A3" t="s"><v>)\d+', r"\g<1>0"),
    "a row that came from nowhere": edited(SHEET, "</sheetData>", '<row r="12"><c r="A12"><v>1</v></c></row></sheetData>'),
    "rows out of order": edited(SHEET, '<row r="5"', '<row r="2"'),
    "no sheet any more": edited(SHEET, "<worksheet", "<chartsheet"),
    "a sheet nobody touched": edited(OTHER, "<v>4</v>", "<v>5</v>"),
    "a part is gone": lambda parts: parts.pop("xl/theme/theme1.xml"),
    "a part too many": lambda parts: parts.update({"xl/more.xml": b"<a/>"}),
    "another name of a sheet": edited("xl/workbook.xml", "房源", "房屋"),
}  # fmt: skip


@pytest.mark.requirement("F20")
@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_what_is_wrong_is_found_and_the_old_file_stays(
    damage: Callable[[dict[str, bytes]], object], book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbook.verifying._same_parts", _same_contents)
    before = book.read_bytes()
    with pytest.raises(FileRefused):
        save(book, monkeypatch, lambda content: changed(content, damage))
    assert book.read_bytes() == before
    assert [file.name for file in book.parent.iterdir()] == [book.name]


def _same_contents(old: object, new: object, patch: object) -> bool:
    """Compare parts by their content: the test packs them anew."""
    names = [info.filename for info in old.infos]  # type: ignore[attr-defined]
    if [info.filename for info in new.infos] != names:  # type: ignore[attr-defined]
        return False
    return all(old.read(name) == new.read(name) for name in names if name not in patch.replaced)  # type: ignore[attr-defined]


def test_parts_that_nobody_touched_keep_their_very_bytes(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileRefused, match="读回来的内容不对"):
        save(book, monkeypatch, lambda content: changed(content, lambda _: None))


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9, 0.999])
def test_a_byte_that_changed_on_the_disk_is_found(share: float, book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def flipped(content: bytes) -> bytes:
        at = int(share * len(content))
        return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]

    before = book.read_bytes()
    with monkeypatch.context() as patch:
        read = Path.read_bytes
        patch.setattr(Path, "read_bytes", lambda file: flipped(read(file)) if file.suffix == ".tmp" else read(file))
        held = FileBook(book)
        held.write("客户", {3: {2: "改过"}})
        with pytest.raises(FileRefused, match="磁盘读写出错"):
            held.save()
    assert book.read_bytes() == before


@pytest.mark.parametrize(
    ("rows", "numbers"),
    [
        ('<row r="1"><c/></row><row r="3" spans="1:2"><c/></row>', [1, 3]),
        ("<row><c/></row> <row><c/></row>", [1, 2]),
        ('<row r="2"/><row spans="1:2" r="5"><c/></row><row/>', [2, 5, 6]),
        ("", []),
        ('<row r="2"><c/></row><row r="2"><c/></row>', None),
        ('<row r="3"/><row r="2"/>', None),
    ],
)
def test_rows_are_found_as_every_program_writes_them(rows: str, numbers: list[int] | None, book: Path) -> None:
    def put(parts: dict[str, bytes]) -> None:
        parts[SHEET] = re.sub(rb"<sheetData>.*</sheetData>", f"<sheetData>{rows}</sheetData>".encode(), parts[SHEET])

    found = rows_of(open_package(changed(book.read_bytes(), put), "门店.xlsx"), SHEET)
    assert (list(found.spans) if found else None) == numbers


def test_what_stands_between_rows_is_no_part_of_them(book: Path) -> None:
    def put(parts: dict[str, bytes]) -> None:
        rows = b'<row r="1"><c/></row>\n  <row r="2"/>\n<row r="3"><c/></row>\n'
        parts[SHEET] = re.sub(rb"<sheetData>.*</sheetData>", b"<sheetData>%b</sheetData>" % rows, parts[SHEET])

    found = rows_of(open_package(changed(book.read_bytes(), put), "门店.xlsx"), SHEET)
    assert found
    assert [found.row(number) for number in (1, 2, 3)] == [b'<row r="1"><c/>', b'<row r="2"/', b'<row r="3"><c/>']
