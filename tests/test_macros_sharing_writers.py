"""Several processes write into one workbook at once: what each was told to be written is there, or stands on 冲突."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sharing import plain, tables_of
from tests.sharing_writer import EDITS
from workbook.files import FileBook
from workbook.journal import Journal

ROOT = Path(__file__).resolve().parent.parent
WRITERS = 6


def written_by_all(book: Path) -> list[tuple[str, str, int]]:
    """Let all write, each in a process of its own, and return what each was acknowledged: (mark, kind, run)."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.sharing_writer", str(book), str(number), str(EDITS)],
            cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for number in range(WRITERS)
    ]  # fmt: skip
    ended = [(process.communicate(timeout=900), process.returncode) for process in running]
    assert [error for (_, error), code in ended if code] == []
    return [tuple(edit) for (out, _), _ in ended for edit in json.loads(out)]


@pytest.mark.slow
@pytest.mark.requirement("R5", "F22")
def test_of_six_writers_with_25_edits_each_all_150_are_there(tmp_path: Path) -> None:
    followups = [{"fu_id": f"F{number:06}", "obj_id": "C000001"} for number in range(1, WRITERS * EDITS + 1)]
    rows = {"clients": [{"client_id": "C000001", "name": "张三"}], "followups": followups}
    book = plain(tmp_path / "门店.xlsx", {**rows, "conflicts": (), "audit": (), "settings": ()})
    acknowledged = written_by_all(book)
    assert len(acknowledged) == WRITERS * EDITS
    tables = tables_of(book)
    log, lost = tables["audit"], {*tables["conflicts"]["lost"]}
    wanted = {*tables["clients"]["remark"]}
    overwritten = {old for old in log["old"] if old.startswith("w")}  # by somebody who had seen it
    places = {
        "field": {*tables["followups"]["goal"]}, "new row": {*tables["followups"]["summary"]},
        "one for all": wanted | lost | overwritten,
    }  # fmt: skip
    assert [mark for mark, kind, _ in acknowledged if mark not in places[kind]] == []
    assert tables["followups"]["fu_id"].is_unique
    assert len(tables["followups"]) == len(followups) + WRITERS * EDITS // 5
    runs = [run for *_, run in acknowledged]
    assert sorted(runs) == list(range(1, WRITERS * EDITS + 1)), "each edit is a run of its own"
    assert {mark for mark, kind, _ in acknowledged if kind == "one for all"} >= {*lost}
    assert Journal(book).broken() is None
    assert FileBook(book).is_current()
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".genjin-")] == []
