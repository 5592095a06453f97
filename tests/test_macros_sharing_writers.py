"""Several processes write into one workbook at once: what each was told to be written is there, or stands on 冲突."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sharing import sample, tables_of
from workbook.files import FileBook
from workbook.journal import Journal

ROOT = Path(__file__).resolve().parent.parent
WRITERS, EDITS = 6, 25


@pytest.mark.slow
@pytest.mark.requirement("R5")
def test_of_six_writers_with_25_edits_each_all_150_are_there(tmp_path: Path) -> None:
    book = sample(tmp_path / "门店.xlsx")
    before = len(tables_of(book)["followups"])
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.sharing_writer", str(book), str(number), str(EDITS)],
            cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for number in range(WRITERS)
    ]  # fmt: skip
    ended = [(process.communicate(timeout=3000), process.returncode) for process in running]
    assert [code for (_, error), code in ended if code] == [], [error for (_, error), _ in ended]
    acknowledged = [edit for (out, _), _ in ended for edit in json.loads(out)]
    assert len(acknowledged) == WRITERS * EDITS
    tables = tables_of(book)
    fields, lost = {*tables["followups"]["goal"]}, {*tables["conflicts"]["lost"]}
    rows, wanted = {*tables["followups"]["summary"]}, {*tables["clients"]["remark"]}
    overwritten = {old for old in tables["audit"]["old"] if old.startswith("w")}
    places = {"field": fields, "new row": rows, "one for all": wanted | lost | overwritten}
    assert [mark for mark, kind, _ in acknowledged if mark not in places[kind]] == []
    assert tables["followups"]["fu_id"].is_unique
    assert len(tables["followups"]) == before + WRITERS * EDITS // 5
    runs = [run for *_, run in acknowledged]
    assert len({*runs}) == len(runs), "each edit is a run of its own"
    assert Journal(book).broken() is None
    assert FileBook(book).is_current()
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".genjin-")] == []
