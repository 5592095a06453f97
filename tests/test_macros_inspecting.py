"""genjin inspect: what it finds in files made for it, in our own workbooks, and that it writes nothing."""

import struct
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from macros.cli import main
from macros.inspecting import concerns_in, our_macros, secrets_in
from tests.commands import genjin
from tests.hostile_files import beside, compound, holding, linked, parts, with_parts, workbook, xlsx, zipped
from workbook.apart import read_apart
from workbook.concerns import CONCERNS
from workbook.oldbook import dangers_of_old
from workbook.vbamodules import CompoundFile, decompressed

MACROS_ON = b'<Types xmlns="x"><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>'


def found_in(tmp_path: Path, content: bytes, name: str = "名单.xlsx") -> list[tuple[str, str]]:
    path = tmp_path / name
    path.write_bytes(content)
    return [(concern.code, concern.where("")) for concern in concerns_in(path)]


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    book = tmp_path_factory.mktemp("ours") / "店.xlsm"
    assert main(["new", str(book), "--quiet"]) == 0
    return book


def test_our_own_workbook_is_fine_and_its_macros_are_known(ours: Path) -> None:
    assert [concern.code for concern in concerns_in(ours)] == ["VBA_OURS"]


def test_our_macros_saved_anew_with_the_same_text_are_ours(
    ours: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, modules = our_macros()
    monkeypatch.setattr("macros.inspecting.our_macros", lambda: ("0" * 64, modules))
    assert [concern.code for concern in concerns_in(ours)] == ["VBA_OURS"]


def test_a_module_of_ours_that_was_changed_is_named(ours: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, modules = our_macros()
    changed = {**modules, "Genjin": modules["Genjin"] + '\nSub Extra()\n    Shell "calc"\nEnd Sub\n'}
    monkeypatch.setattr("macros.inspecting.our_macros", lambda: ("0" * 64, changed))
    assert [(c.code, c.detail) for c in concerns_in(ours)] == [("VBA_CHANGED", "Genjin")]


def test_a_module_that_is_not_ours_and_runs_by_itself_is_named(ours: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, modules = our_macros()
    monkeypatch.setattr("macros.inspecting.our_macros", lambda: ("0" * 64, modules))
    theirs = {
        **modules,
        "Evil": 'Option Explicit\nPrivate Sub Workbook_Open()\n    Shell "calc"\nEnd Sub\nSub auto_open()\nEnd Sub\n',
    }
    monkeypatch.setattr("macros.inspecting.modules_of", lambda _: theirs)
    found = [(c.code, c.place) for c in concerns_in(ours)]
    assert found == [
        ("AUTO_MACRO", "宏 Evil.Workbook_Open"), ("AUTO_MACRO", "宏 Evil.auto_open"), ("MACRO", "宏 Evil"), ("VBA_OURS", "xl/vbaProject.bin"),
    ]  # fmt: skip


def test_macros_that_cannot_be_read_are_told_of(tmp_path: Path) -> None:
    content = with_parts({"xl/vbaProject.bin": b"\0" * 1032, "[Content_Types].xml": MACROS_ON})
    assert found_in(tmp_path, content, "名单.xlsm") == [("MACRO", "xl/vbaProject.bin")]


def test_what_would_run_by_itself_comes_first(tmp_path: Path) -> None:
    names = '<definedNames><definedName name="Auto_Open">客户!$A$1</definedName></definedNames>'
    content = zipped(
        parts(book=workbook(names))
        | {"xl/connections.xml": b"<c/>", "xl/embeddings/a.bin": b"x", "xl/vbaProject.bin": b"x"}
    )
    assert [code for code, _ in found_in(tmp_path, content)] == [
        "AUTO_NAME",
        "MACRO_IN_XLSX",
        "MACRO",
        "CONNECTION",
        "EMBEDDED",
    ]


def test_hidden_sheets_are_looked_into(tmp_path: Path) -> None:
    content = xlsx(book=workbook(state=' state="veryHidden"'))
    assert ("VERY_HIDDEN_SHEET", "客户") in found_in(tmp_path, content)
    secret = zipped(
        parts(book=workbook(state=' state="hidden"')) | {"xl/worksheets/sheet1.xml": _sheet_with("密码: hunter2222")}
    )
    assert ("SECRET", "客户!D3") in found_in(tmp_path, secret)


def _sheet_with(text: str) -> bytes:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(holding("K2", "李雷", "", text))) as package:
        return package.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize(
    ("cells", "columns"),
    [
        (["邮箱密码：abcd1234"], [1]), (["api_key = sk1234567890"], [1]), (["密码", "Pa55word!"], [1]), (["授权码", "qwertyuiopasdfgh"], [1]),
        (["-----BEGIN RSA PRIVATE KEY-----"], [1]), (["https://x.cn/hook?key=0123456789abcdef0123"], [1]), (["AKIAABCDEFGHIJKLMNOP"], [1]),
        (["密码", "请到系统里改"], []), (["密码", ""], []), (["密码锁房, 看房方便"], []), (["token"], []), (["王芳", "13800000001"], []),
        (["门锁密码", None], []),
    ],
)  # fmt: skip
def test_what_looks_like_a_secret(cells: list[object], columns: list[int]) -> None:
    found = secrets_in("表", [cells])
    assert [concern.column for concern in found] == columns
    assert not any("abcd1234" in concern.sentence("") or "Pa55" in concern.sentence("") for concern in found)


def test_a_text_file_is_looked_at_as_well(tmp_path: Path) -> None:
    found = found_in(tmp_path, "姓名,备注\n王芳,=1+1\n李雷,password: abcdef\n".encode(), "a.csv")
    assert found == [("SECRET", "a!B3"), ("FORMULA_TEXT", "a!B2")]


def test_the_command_writes_nothing_and_ends_with_1_where_it_found_something(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad, good = tmp_path / "坏.xlsx", tmp_path / "好.xlsx"
    bad.write_bytes(linked("file:///c:/x.exe"))
    good.write_bytes(xlsx())
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}
    answer = genjin(capsys, "inspect", bad, code=1)
    assert (answer["action"], answer["findings"]) == ("inspect", {"error": 0, "warning": 1, "info": 0})
    assert answer["items"][0] | {"what": "", "do": ""} == {
        "code": "HOSTILE_LINK", "where": "坏.xlsx 客户!B2", "sheet": "客户", "row": 2, "column": "B", "cell": "B2", "what": "", "do": "",
    }  # fmt: skip
    assert genjin(capsys, "inspect", good)["items"] == []
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before
    assert answer["items"][0]["code"] in CONCERNS


def test_a_result_that_looks_like_a_formula_is_not_what_somebody_typed(tmp_path: Path) -> None:
    """Criteria such as ="="&A1 yield it."""
    cells = '<c r="B3" t="str"><f>"="&amp;A1</f><v>=1+1</v></c><c r="C3" t="inlineStr"><is><t>=1+1</t></is></c>'
    content = xlsx(sheet=beside(cells))
    assert found_in(tmp_path, content) == [("FORMULA_TEXT", "客户!C3")]
    (tmp_path / "名单.xlsx").write_bytes(content)
    told = {concern.cell for concern in read_apart(tmp_path / "名单.xlsx").concerns if concern.code == "FORMULA_TEXT"}
    assert told == {"B3", "C3"}, "an import takes the result over as a text"


def record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<2H", kind, len(body)) + body


def listed(name: str, state: int = 0, kind: int = 0, at: int = 0) -> bytes:
    """A sheet in the list of an old workbook ([MS-XLS] 2.4.28)."""
    return record(0x85, struct.pack("<L4B", at, state, kind, len(name), 1) + name.encode("utf-16-le"))


def source(path: str, sheets: int = 0) -> bytes:
    """A link to elsewhere (2.4.271)."""
    return record(0x1AE, struct.pack("<2HB", sheets, len(path), 1) + path.encode("utf-16-le"))


def named(flags: int, name: str) -> bytes:
    """A defined name (2.4.150)."""
    return record(0x18, struct.pack("<H2B", flags, 0, len(name)) + bytes(10) + b"\1" + name.encode("utf-16-le"))


def old_book(*records: bytes) -> bytes:
    """An .xls with one sheet without cells, and more records about the workbook."""
    begin, end = record(0x809, struct.pack("<4H2L", 0x600, 5, 0, 0, 0, 0)), record(0x0A)
    sheet = record(0x809, struct.pack("<4H2L", 0x600, 0x10, 0, 0, 0, 0)) + end
    rest = b"".join(records) + end
    at = len(begin) + len(listed("名单")) + len(rest)
    return compound("Workbook", begin + listed("名单", at=at) + rest + sheet)


DANGEROUS = (
    listed("宏表1", kind=1), listed("藏", state=2), source("cmd\x03/C calc"), source("\x01C店.xls", 1),
    record(0x1AE, struct.pack("<2H", 1, 0x0401)), named(0x21, "\x01"), named(0, "auto_open_x"), named(1, "藏着"), named(0x20, "\x06"),
)  # fmt: skip


def test_an_old_workbook_is_looked_into_by_its_records(tmp_path: Path) -> None:
    found = found_in(tmp_path, old_book(*DANGEROUS), "名单.xls")
    assert [code for code, _ in found] == [
        "DDE_LINK", "AUTO_NAME", "AUTO_NAME", "MACRO_SHEET", "EXTERNAL_LINK", "VERY_HIDDEN_SHEET", "HIDDEN_NAME", "OLD_FORMAT",
    ]  # fmt: skip
    assert found[3:4] == [("MACRO_SHEET", "宏表1")]
    assert found[1][1] == "名称「Auto_Open」"


def test_of_a_harmless_old_workbook_is_said_what_was_not_looked_at(tmp_path: Path) -> None:
    assert found_in(tmp_path, old_book(), "名单.xls") == [("OLD_FORMAT", "")]
    assert found_in(tmp_path, old_book(), "名单.xlsx") == [("OLD_FORMAT", ""), ("WRONG_EXTENSION", "")]
    assert found_in(tmp_path, xlsx(), "名单.xls") == [("WRONG_EXTENSION", "")]


@given(noise=st.binary(max_size=300))
def test_records_of_any_kind_end(noise: bytes) -> None:
    for name in ("Workbook", "Book"):
        assert all(
            c.code in CONCERNS for c in dangers_of_old(compound(name, b"".join(DANGEROUS)[: len(noise)] + noise))
        )
    assert dangers_of_old(compound()[:520] + noise) == []


def test_a_text_of_macros_that_expands_without_end_is_none() -> None:
    """A piece of two bytes may ask for four thousand, again and again."""
    piece = (
        b"\xfeA" + struct.pack("<H", 0x0FFF) * 7 + b"".join(b"\xff" + struct.pack("<H", 0x0FFF) * 8 for _ in range(200))
    )
    with pytest.raises(ValueError, match="more text"):
        decompressed(b"\1" + struct.pack("<H", 0x8000 | (len(piece) - 1) & 0xFFF) + piece)
    sound = b"\1" + struct.pack("<H", 0x8000 | 8) + b"\0" + b"Attribut"
    assert decompressed(sound) == b"Attribut"
    with pytest.raises(ValueError, match="too much"):
        decompressed(sound, most=4)


def shared_chain(size: int, sectors: int = 6000, entries: int = 2800) -> bytes:
    """A compound file whose streams, of `size` bytes each, all start at the head of one long chain."""
    tables, folders = (sectors + entries // 4) // 128 + 2, entries // 4
    start = tables + folders
    following = [0xFFFFFFFD] * tables + [*range(tables + 1, start), 0xFFFFFFFE]
    following += [*range(start + 1, start + sectors), 0xFFFFFFFE]
    following += [0xFFFFFFFF] * (tables * 128 - len(following))
    head = bytearray(compound()[:512])
    struct.pack_into("<2L", head, 44, tables, tables)
    struct.pack_into("<109L", head, 76, *range(tables), *[0xFFFFFFFF] * (109 - tables))
    names = (f"s{number:06}".encode("utf-16-le") for number in range(folders * 4))
    listed = (name.ljust(64, b"\0") + struct.pack("<HB49xLL4x", 16, 2, start, size) for name in names)
    return bytes(head) + struct.pack(f"<{len(following)}L", *following) + b"".join(listed) + b"x" * 512 * sectors


@pytest.mark.parametrize("size", [4096, 6000 * 512, 0xFFFFFFF0])
def test_streams_that_share_one_long_chain_are_refused_in_time(size: int) -> None:
    content, began = shared_chain(size), time.process_time()
    with pytest.raises(ValueError, match="share"):
        CompoundFile(content)
    assert time.process_time() - began < 2


def test_a_stream_takes_no_more_of_its_chain_than_its_size() -> None:
    streams = CompoundFile(shared_chain(4096, entries=8)).streams
    assert {len(content) for content in streams.values()} == {4096}
    assert len(streams) == 8
