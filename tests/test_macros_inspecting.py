"""genjin inspect: what it finds in files made for it, in our own workbooks, and that it writes nothing."""

from pathlib import Path

import pytest

from macros.cli import main
from macros.inspecting import concerns_in, our_macros, secrets_in
from tests.commands import genjin
from tests.hostile_files import holding, linked, parts, with_parts, workbook, xlsx, zipped
from workbook.concerns import CONCERNS

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
