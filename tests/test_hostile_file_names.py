"""Names of files out of names and ids of any kind: one part of a path, that every system takes, and nobody else's."""

import csv
import os
import re
import shutil
import unicodedata
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from macros.cli import main
from macros.file_names import FILE_BYTES, id_part, safe_name, safe_names
from macros.privacy.exporting import as_csv
from macros.proposals.literal import file_stem
from tests.commands import genjin
from tests.posting import put, tables_of

NAMES = (
    "../x", "..\\x", "../../../../out/x", "/etc/passwd", "C:\\x", "\\\\server\\x", "a\0b", "CON", "con.txt", "NUL", "nul .x", "COM1.tar.gz", "LPT¹",
    "CONOUT$", "x.", "x ", ".x", "...", "", " ", "~$x", "-rf", "王" * 300, "😀" * 100, "\u202egpj.exe", "a\u200fb", "a\u200bb", "\ud800x",
    "a:b", "x\n y", "x\x1b[2J", "é", "e\u0301", "a\u2028b", '"|?*<>', "%2e%2e%2f", "$(x)", "\ufeffx", "\uffff", "k001", "K001", "K\u212a",
)  # fmt: skip
DEVICES = r"(?i)(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)"
ANY = st.text(max_size=40)


def is_safe(name: str) -> None:
    """Hold a name against what Windows, macOS and Linux take, and against what leads elsewhere."""
    assert name
    assert not re.search(
        r'[\\/:*?"<>|\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]', name
    )
    assert not re.match(DEVICES, name)
    assert name == name.strip(" .")
    assert Path(name).name == name
    assert len(name.encode()) <= FILE_BYTES


@pytest.mark.requirement("R5")
@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_any_name_is_one_part_of_a_path_on_every_system(name: str) -> None:
    for made in (safe_name(name), id_part(name), file_stem(name), file_stem("画像", id_part(name), name)):
        is_safe(made)


def on_disk(name: str) -> str:
    """What the disks of Windows and macOS tell names by."""
    return unicodedata.normalize("NFC", name).casefold()


def test_no_two_people_share_a_file() -> None:
    stems = safe_names(NAMES, taken="店长")
    assert len({on_disk(stem) for stem in stems.values()}) == len(NAMES)
    for stem in stems.values():
        is_safe(stem)
    assert safe_names(["店长"], taken="店长") == {"店长": "店长-2"}
    assert all(len(stem) <= 10 for stem in safe_names(["王" * 30, "李" * 30], letters=10).values())


def test_no_two_ids_share_a_file_whichever_comes_first() -> None:
    ids = (
        *NAMES,
        "K/1",
        "K:1",
        "K／1",
        "K_1",
        "K1",
        "K1 ",
        "k1",
        "C" * 30 + "1",
        "C" * 30 + "2",
        f"K001~{id_part('k001')[-8:]}".upper(),
    )
    parts = {one: on_disk(file_stem("画像", id_part(one), "王芳")) for one in ids}
    assert not [pair for pair in combinations(ids, 2) if parts[pair[0]] == parts[pair[1]]]
    assert [id_part(one) for one in ("C000001", "K-12", "客户7")] == ["C000001", "K-12", "客户7"], (
        "ordinary ids stand as they are"
    )


@given(one=ANY, other=ANY)
@example(one="K~00000000", other="k")
def test_ids_that_differ_have_names_that_differ(one: str, other: str) -> None:
    assert one == other or on_disk(id_part(one)) != on_disk(id_part(other))


@given(name=st.text(max_size=300))
def test_no_name_leads_out_of_its_folder(name: str) -> None:
    is_safe(safe_name(name))
    is_safe(id_part(name))


@given(text=ANY)
@example(text=" =1+1")
@example(text="＝1+1")
@example(text="\n@SUM(A1)")
@example(text="x;=1+1")
def test_no_cell_of_a_csv_begins_like_a_formula_whatever_divides_them(text: str) -> None:
    import pandas as pd

    written = as_csv(pd.DataFrame({"备注": [text], "数": [-5]}, dtype=object)).decode("utf-8-sig")
    for sign in ",;\t":
        for line in list(csv.reader(written.splitlines(keepends=True), delimiter=sign))[1:2]:
            assert not line[0].strip().startswith(tuple("=+-@＝＋－＠")), line
    (_, (cell, number)) = csv.reader(written.splitlines(keepends=True))
    assert (cell.removeprefix("'"), number) == (text.encode(errors="replace").decode().removeprefix("'"), "-5")


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    book = tmp_path_factory.mktemp("blank") / "店.xlsx"
    assert main(["new", str(book), "--sample", "small", "--today", "2026-11-20", "--quiet"]) == 0
    return book


@pytest.mark.requirement("R5", "F19")
def test_what_is_held_on_a_client_is_written_beside_the_workbook_whatever_the_id(
    blank: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "一" / "二" / "三"
    folder.mkdir(parents=True)
    book = Path(shutil.copy(blank, folder / "店.xlsx"))
    evil, row = "x/../../../../外面", int(tables_of(book)["clients"].index[0])
    put(book, {("clients", row, "client_id"): evil})
    (file,) = genjin(capsys, "holdings", book, "--client", evil)["files"]
    assert Path(file).resolve().parent == folder / "店-导出"
    assert {path.relative_to(tmp_path).parts[:3] for path in tmp_path.rglob("*") if path.is_file()} == {
        ("一", "二", "三")
    }


def test_the_terminal_is_steered_by_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if os.name == "nt":
        pytest.skip("no such names of files on Windows")
    for name in ("\x1b]0;x\x07\x1b[2J.xlsx", "\x9b2J\u202exslx.exe", "a\rb.xlsx"):
        assert main(["inspect", str(tmp_path / name)]) == 2
        said = capsys.readouterr()
        assert "找不到这个文件" in said.err
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", said.err + said.out)
