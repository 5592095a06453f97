"""A writer in a process of its own: so many edits, each read, thought about and written with others at it. Prints what it was acknowledged."""

import json
import random
import sys
import time
from pathlib import Path

from macros.commits import commit
from tests.sharing import session_of
from workbook.changes import ColumnChange, Plan
from workbook.errors import FileRefused

EDITS = 25
"""Of each writer; each has as many rows of 跟进 to itself."""


def main(book: Path, number: int, count: int) -> None:
    """Write `count` edits: of every five, three are fields of rows of everybody, one a new row, one a field that all want."""
    draw, done = random.Random(number), []
    for turn in range(count):
        mark = f"w{number}-{turn}"
        while True:
            session = session_of(book)
            time.sleep(draw.random() / 20)
            kind, plan = _plan(session, number, turn, mark)
            try:
                run = commit(session, "enter", plan)
            except FileRefused as refusal:  # nothing was acknowledged
                if refusal.code != "FILE_LOCKED":
                    raise
                continue
            done.append([mark, kind, run])
            break
    print(json.dumps(done))


def _plan(session, number: int, turn: int, mark: str) -> tuple[str, Plan]:  # type: ignore[no-untyped-def]
    tables, book = session.tables, session.book
    if turn % 5 == 3:
        row = tables.free_rows("followups", 1)[0]
        last = max(int(name[1:]) for name in tables["followups"]["fu_id"])
        cells = {"fu_id": f"F{last + 1:06}", "obj_id": "C000001", "summary": mark}
        return "new row", Plan(
            [ColumnChange("followups", name, [row], [None], [value]) for name, value in cells.items()]
        )
    key, field, at = ("clients", "remark", 0) if turn % 5 == 4 else ("followups", "goal", number * EDITS + turn)
    layout = tables.layouts[key]
    row = int(tables[key].index[at])
    grid, column = book.read(layout.name), layout.columns[field]
    line = grid[row - 1]
    old = line[column - 1] if column <= len(line) else None
    return "one for all" if key == "clients" else "field", Plan([ColumnChange(key, field, [row], [old], [mark])])


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
