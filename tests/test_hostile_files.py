"""Hostile and broken files of every kind: refused whole or read with a warning for each problem, within time and memory, in a child.

How each file comes about, tests/hostile_refused.py and tests/hostile_read.py tell.
"""

import json
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from macros.imports.sources import read_sources
from tests.commands import genjin
from tests.hostile_files import ROWS, WANG, Made, beside, cell, parts, rows_of, worksheet, write_all, xlsx, zipped
from tests.hostile_read import READ
from tests.hostile_refused import REFUSED
from workbook import apart
from workbook.concerns import CONCERNS
from workbook.errors import FileRefused
from workbook.refusals import REASONS

SECONDS, MEGABYTES = 5, 300
ROOT = Path(__file__).resolve().parent.parent
MEASURED = """
import json, resource, sys, time
from pathlib import Path
from macros.imports.sources import read_sources
from workbook.errors import FileRefused
found = {}
for path in sorted(Path(sys.argv[1]).iterdir()):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    mine = time.process_time()
    try:
        sources = read_sources(path)
        said = {
            "codes": sorted({c.code for s in sources for c in s.concerns}),
            "names": [str(cell) for s in sources for line in s.grid[1:] for cell in line],
        }
    except FileRefused as refusal:
        said = {"refused": refusal.code, "sentence": str(refusal)}
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime + time.process_time() - mine
    found[path.name] = said | {"seconds": spent}
mine = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
peak = max(int(mine[0].split()[1]), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
print(json.dumps({"found": found, "megabytes": peak / 1024}))
"""

Measured = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Measured, float]:
    """Every made file read in one process: what came of each, and the largest that any process of these was."""
    if not Path("/proc/self/status").exists():
        pytest.skip("the memory of a process is told by /proc; ru_maxrss counts that of the process it was forked from")
    folder = tmp_path_factory.mktemp("hostile")
    write_all(folder, REFUSED | READ)
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(folder)], capture_output=True, text=True, check=True, cwd=ROOT, timeout=600
    )
    answer = json.loads(done.stdout)
    return answer["found"], answer["megabytes"]


@pytest.mark.slow
@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_trusted_is_refused_with_the_reason(name: str, measured: tuple[Measured, float]) -> None:
    found = measured[0][name]
    assert found.get("refused") == REFUSED[name][1]
    assert found["sentence"].startswith(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", READ)
def test_what_can_be_read_is_read_and_warned_of(name: str, measured: tuple[Measured, float]) -> None:
    found = measured[0][name]
    assert set(found.get("codes", [found.get("refused")])) == READ[name][1]
    assert any(text in found["names"] for text in ("王芳", "王\ufffd")), "a record that is there is never lost"


@pytest.mark.slow
def test_every_file_is_done_with_in_time_and_memory(measured: tuple[Measured, float]) -> None:
    found, megabytes = measured
    assert {name: held["seconds"] for name, held in found.items() if held["seconds"] > SECONDS} == {}
    assert megabytes < MEGABYTES


def test_every_code_is_made_by_a_file_or_by_a_cell() -> None:
    """What a column or a record shows, tests/test_macros_imports_warned.py tells."""
    assert {code for _, code in REFUSED.values()} <= REASONS.keys() | {"CSV_BINARY", "CSV_BROKEN"}
    assert {code for _, codes in READ.values() for code in codes} <= CONCERNS.keys()


def read(made: Made, tmp_path: Path, name: str = "名单.xlsx") -> list[object]:
    path = tmp_path / name
    path.write_bytes(made())
    return [cell for source in read_sources(path) for line in source.grid for cell in line]


@pytest.mark.slow
def test_a_file_damaged_anywhere_is_refused_or_read(tmp_path: Path) -> None:
    """Bytes changed, taken out and put in at any place: what comes is a refusal or the cells, nothing else."""
    dice, sound = random.Random(8), xlsx(sheet=worksheet(rows_of(*[WANG] * 20)))
    outcomes = set()
    for _ in range(40):
        broken = bytearray(sound)
        for _ in range(dice.randint(1, 4)):
            at = dice.randrange(len(broken))
            broken[at : at + dice.choice((0, 1, 1, 30))] = dice.randbytes(dice.choice((0, 1, 1, 20)))
        try:
            outcomes.add("王芳" in read(lambda data=bytes(broken): data, tmp_path))
        except FileRefused as refusal:
            outcomes.add(refusal.code)
    assert outcomes <= REASONS.keys() | {True}
    assert "BROKEN_ZIP" in outcomes


@pytest.mark.slow
def test_xml_damaged_anywhere_is_refused_or_read(tmp_path: Path) -> None:
    """The zip is sound; what stands in its parts is not."""
    dice, pieces = (
        random.Random(9),
        (
            b"<",
            b">",
            b'"',
            b"&",
            b"</c>",
            b"<row>",
            b'r="XFD1048576"',
            b't="s"',
            b"\xff",
            b"<!DOCTYPE x>",
            b"99999999999",
        ),
    )
    outcomes = set()
    for _ in range(40):
        made = parts()
        name = dice.choice(list(made))
        held = made[name]
        at = dice.randrange(len(held))
        made[name] = held[:at] + dice.choice(pieces) + held[at + dice.choice((0, 0, 5)) :]
        try:
            read(lambda made=made: zipped(made), tmp_path)
            outcomes.add("READ")
        except FileRefused as refusal:
            outcomes.add(refusal.code)
    assert outcomes <= REASONS.keys() | {"READ"}
    assert "BROKEN_XML" in outcomes


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("cut50.xlsx", "BROKEN_ZIP"),
        ("laughs_sheet1.xml.xlsx", "DTD_FORBIDDEN"),
        ("nul.csv", "CSV_BINARY"),
        ("ole.xls", "READER_PANIC"),
    ],
)
def test_a_refused_import_leaves_the_workbook_as_it_is_and_tells_programs_why(
    name: str, code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], blank: Path
) -> None:
    book = Path(shutil.copy(blank, tmp_path / "店.xlsx"))
    before = book.read_bytes()
    (tmp_path / name).write_bytes(REFUSED[name][0]())
    answer = genjin(capsys, "import", tmp_path / name, "--into", book, "--sheet", "客户", code=2)
    assert [item["code"] for item in answer["items"]] == [code]
    assert answer["refused"] == answer["stderr"].strip()
    assert book.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".")] == []


OPENED = """
import sys
from pathlib import Path
from workbook.errors import FileRefused
from workbook.files import FileBook
for path in sorted(Path(sys.argv[1]).glob("*.xlsx")):
    print(path.name, end=" ", flush=True)
    try:
        book = FileBook(path, read_only=True)
        grids = [book.read(name) for name in book.sheet_names()]
        print("READ", len(grids))
    except FileRefused as refusal:
        print(refusal.code)
"""


@pytest.mark.slow
def test_what_kills_a_reader_never_reaches_it_where_it_is_opened_as_ones_own_workbook(tmp_path: Path) -> None:
    """There is no child to be killed: the process would be the person's."""
    shapes = {
        "same_digits.xlsx": lambda: xlsx(sheet=worksheet(ROWS + f'<row r="100000">{cell("XFD999999")}</row>')),
        "long_merge.xlsx": lambda: xlsx(
            sheet=worksheet(tail=f'<mergeCells><mergeCell ref="A1:B{"9" * 5000}"/></mergeCells>')
        ),
        "long_row.xlsx": lambda: xlsx(sheet=worksheet(ROWS + f'<row r="{"9" * 5000}"></row>')),
        "long_number.xlsx": lambda: xlsx(sheet=beside(cell("A" + "9" * 5000))),
        "long_letters.xlsx": lambda: xlsx(sheet=beside(cell("Z" * 3000 + "3"))),
        "no_row_number.xlsx": lambda: xlsx(sheet=worksheet(ROWS + f"<row>{cell('XFD9999999')}</row>")),
    }
    write_all(tmp_path, REFUSED | READ | {name: (made, "") for name, made in shapes.items()})
    done = subprocess.run(
        [sys.executable, "-c", OPENED, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-200:] + done.stderr[-2000:]
    told = dict(line.split(" ", 1) for line in done.stdout.splitlines())
    assert {*told.values()} - {"READ 1", "READ 2"} <= REASONS.keys()
    assert not {name: told[name] for name in shapes if told[name].startswith("READ")}
    assert told["sound.xlsx"] == "READ 1"


def test_a_sound_file_and_a_hostile_one_together_write_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], blank: Path
) -> None:
    book = Path(shutil.copy(blank, tmp_path / "店.xlsx"))
    before = book.read_bytes()
    write_all(tmp_path, {"sound.xlsx": READ["sound.xlsx"], "corner.xlsx": REFUSED["corner.xlsx"]})
    genjin(capsys, "import", tmp_path / "sound.xlsx", tmp_path / "corner.xlsx", "--into", book, code=2)
    assert book.read_bytes() == before


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook without rows."""
    from macros.cli import main

    book = tmp_path_factory.mktemp("blank") / "店.xlsx"
    assert main(["new", str(book), "--quiet"]) == 0
    return book


def test_a_file_that_never_ends_is_not_begun(tmp_path: Path) -> None:
    if not Path("/dev/zero").exists():
        pytest.skip("no such device on this system")
    with pytest.raises(FileRefused, match="不是普通的文件"):
        read_sources(Path("/dev/zero"))


def test_a_program_beside_the_file_is_not_taken_for_a_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "python_calamine.py").write_text("raise SystemExit(1)")
    (tmp_path / "zipfile.py").write_text("raise SystemExit(1)")
    monkeypatch.chdir(tmp_path)
    assert "王芳" in read(xlsx, tmp_path)
    assert apart.ROOT == ROOT
