"""The hostile files handed along with the project: what must happen to each stands beside them in cases.json."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from macros.cli import main

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT.parent / "shared" / "hostile"
LISTED = FOLDER / "cases.json"
CASES = json.loads(LISTED.read_text("utf-8"))["cases"] if LISTED.exists() else []
MEASURED = """
import json, os, sys
from pathlib import Path
import macros.bring, macros.commands
from macros.cli import main
for case in sorted(Path(sys.argv[1]).iterdir()):
    child = os.fork()
    if not child:
        for name, number in (("out", 1), ("err", 2)):
            os.dup2(os.open(case / name, os.O_WRONLY | os.O_CREAT, 0o600), number)
        file = next(path for path in case.iterdir() if path.suffix in (".xlsx", ".xls", ".csv") and path.stem != "book")
        code = main(["import", str(file), "--into", str(case / "book.xlsx"), "--sheet", "客户", "--json"])
        sys.stdout.flush()
        os._exit(code)
    _, status, used = os.wait4(child, 0)
    told = {"code": os.waitstatus_to_exitcode(status), "seconds": used.ru_utime + used.ru_stime, "megabytes": used.ru_maxrss / 1024}
    (case / "used").write_text(json.dumps(told))
"""


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a folder per case: the file, the workbook that it was imported into, what was said, and what that took."""
    pytest.importorskip("resource")
    folder, blank = tmp_path_factory.mktemp("cases"), tmp_path_factory.mktemp("blank") / "店.xlsx"
    assert main(["new", str(blank), "--quiet"]) == 0
    for case in CASES:
        place = folder / case["id"]
        place.mkdir()
        shutil.copy(blank, place / "book.xlsx")
        shutil.copy(blank, place / "before")
        shutil.copyfile(FOLDER / case["file"], place / case["file"])
    subprocess.run([sys.executable, "-c", MEASURED, str(folder)], check=True, cwd=ROOT, timeout=1800)
    return folder


def codes_in(answer: dict[str, Any]) -> set[str]:
    found = {item["code"] for item in answer["items"] if "code" in item}
    return found | {warning["code"] for item in answer["items"] for warning in item.get("warnings", ())}


def test_the_hostile_files_are_there() -> None:
    if not CASES:
        pytest.skip(f"{FOLDER} is absent")
    assert all((FOLDER / case["file"]).exists() for case in CASES)


@pytest.mark.slow
@pytest.mark.requirement("R5")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_hostile_file_ends_as_it_must(case: dict[str, Any], ended: Path) -> None:
    place = ended / case["id"]
    used, said = json.loads((place / "used").read_text()), (place / "out").read_text("utf-8")
    assert used["seconds"] <= case["max_seconds"]
    assert used["megabytes"] <= case["max_mem_mb"]
    assert "Traceback" not in (place / "err").read_text("utf-8")
    answer = json.loads(said)
    if case["expect"] == "reject":
        assert (used["code"], (place / "book.xlsx").read_bytes()) == (2, (place / "before").read_bytes())
        assert codes_in(answer) == {case["reason"]}
        assert len((place / "err").read_text("utf-8").splitlines()) == 1
        return
    assert used["code"] == 0
    if case["reason"]:
        assert case["reason"] in codes_in(answer)
    else:
        assert codes_in(answer) == set()
    if "rows" in case:
        assert sum(item["rows"] for item in answer["items"]) == case["rows"]
    for warning in (warning for item in answer["items"] for warning in item["warnings"]):
        assert warning["where"].startswith(case["file"])
        assert warning["what"]
        assert warning["do"]
