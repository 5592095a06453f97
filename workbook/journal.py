"""What was done to a workbook: runs with every cell's old and new value, backups, and the way back.

Beside `门店.xlsx` lies the folder `门店.genjin` with `runs/000001.json.gz` per run and `backups/`. A cell of a people's sheet is
remembered with the id of its row, so that undoing finds it after the sheet was sorted.
"""

import datetime as dt
import gzip
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from workbook.changes import ColumnChange, Plan
from workbook.differences import identities
from workbook.errors import UndoRefused
from workbook.tables import Tables
from workbook.values import Link

_PLAIN = {str, int, float, bool, type(None)}  # what JSON says by itself
BACKUPS_KEPT = 20  # design of saving: the last twenty


@dataclass(frozen=True)
class Run:
    """One run: its number, what it was, who and when, its plan, and the row ids of people's sheets (sheet key -> row -> id)."""

    number: int
    action: str
    who: str
    at: str
    today: str
    plan: Plan
    undone: bool = False
    undoes: int = 0
    changed: int = 0
    ids: Mapping[str, Mapping[int, str]] = field(default_factory=dict)


class Journal:
    """The folder beside one workbook."""

    def __init__(self, book: Path) -> None:
        self.book = book
        self.folder = book.with_name(f"{book.stem}.genjin")

    def _file(self, number: int) -> Path:
        return self.folder / "runs" / f"{number:06}.json.gz"

    def numbers(self) -> list[int]:
        """Return the numbers of the runs that are kept, ascending."""
        return sorted(int(file.name[:6]) for file in self.folder.glob("runs/[0-9]*.json.gz"))

    def next_number(self) -> int:
        """Return the number of the next run."""
        return max(self.numbers(), default=0) + 1

    def backup(self) -> Path:
        """Return a copy of the workbook as it is now; the oldest copies beyond the last twenty go."""
        folder = self.folder / "backups"
        folder.mkdir(parents=True, exist_ok=True)
        copy = folder / f"{self.next_number():06}{self.book.suffix}"
        shutil.copy2(self.book, copy)
        for old in sorted(folder.glob(f"[0-9]*{self.book.suffix}"))[:-BACKUPS_KEPT]:
            old.unlink()
        return copy

    def keep(self, run: Run) -> Path:
        """Write a run down and return its file, replacing an earlier state of the same run."""
        file = self._file(run.number)
        file.parent.mkdir(parents=True, exist_ok=True)
        changes = [
            [c.sheet, c.column, list(c.rows), [*map(_pack, c.old)], [*map(_pack, c.new)]] for c in run.plan.changes
        ]
        head = {key: value for key, value in asdict(replace(run, plan=Plan())).items() if key != "plan"}
        part = file.with_suffix(".part")
        with gzip.open(part, "wt", encoding="utf-8", compresslevel=1) as stream:
            for line in (head, changes):  # the head on a line of its own: a history need not read the cells
                stream.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
        part.replace(file)
        return file

    def run(self, number: int, *, cells: bool = True) -> Run:
        """Return a run, without its cells if they are not wanted. Raises UndoRefused where it is not there."""
        file = self._file(number)
        if not file.exists():
            known = ", ".join(map(str, self.numbers())) or "无"
            raise UndoRefused(
                self.book.name, f"没有第 {number} 次运行的记录", f"有记录的运行: {known}", code="RUN_MISSING"
            )
        with gzip.open(file, "rt", encoding="utf-8") as stream:
            head: dict[str, Any] = json.loads(stream.readline())
            held = json.loads(stream.readline()) if cells else []
        plan = Plan([
            ColumnChange(sheet, column, rows, [*map(_unpack, old)], [*map(_unpack, new)])
            for sheet, column, rows, old, new in held
        ])  # fmt: skip
        ids = {sheet: {int(row): name for row, name in rows.items()} for sheet, rows in head.pop("ids").items()}
        return Run(plan=plan, ids=ids, **head)

    def history(self) -> Iterator[Run]:
        """Yield the runs without their cells, the newest first."""
        for number in reversed(self.numbers()):
            yield self.run(number, cells=False)


def row_ids(plan: Plan, tables: Tables) -> dict[str, dict[int, str]]:
    """Return sheet key -> row -> the id that names it once the plan is written, for the rows of people's sheets that it touches."""
    found: dict[str, dict[int, str]] = {}
    for key, names in _names(plan, tables).items():
        rows = {row for change in plan.changes if change.sheet == key for row in change.rows}
        found[key] = {row: names[row] for row in sorted(rows & names.keys())}
    return found


def _names(plan: Plan, tables: Tables) -> dict[str, dict[int, str]]:
    """Return the ids of all rows of the people's sheets that a plan touches, those that it gives included."""
    found: dict[str, dict[int, str]] = {}
    for change in plan.changes:
        layout = tables.layouts.get(change.sheet)
        if layout is None or layout.sheet.automatic:
            continue
        if change.sheet not in found:
            names = identities(layout, tables[change.sheet])
            rows = tables[change.sheet].index.tolist()
            found[change.sheet] = {row: "|".join(name) for row, name in zip(rows, names, strict=True) if all(name)}
        if (change.column,) == layout.sheet.identity:
            found[change.sheet] |= {row: str(new) for row, new in zip(change.rows, change.new, strict=True) if new}
    return found


def moved(run: Run, tables: Tables) -> Plan:
    """Return the run's inverse with rows where the ids stand now; rows whose id is gone keep their old number."""
    now = _names(Plan([replace(change, rows=(), old=(), new=()) for change in run.plan.changes]), tables)
    changes = []
    for change in run.plan.inverse.changes:
        then = run.ids.get(change.sheet, {})
        where = {name: row for row, name in now.get(change.sheet, {}).items()}
        rows = [where.get(then.get(row, ""), row) for row in change.rows]
        changes.append(replace(change, rows=rows))
    return Plan(changes)


def _packed(values: Sequence[object]) -> list[object]:
    return [value if value.__class__ in _PLAIN else _pack(value) for value in values]


def _pack(value: object) -> object:
    if isinstance(value, Link):
        return {"link": str(value)}
    if isinstance(value, dt.datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, dt.date):
        return {"date": value.isoformat()}
    return value


def _unpack(value: object) -> object:
    if not isinstance(value, dict):
        return value
    ((kind, text),) = value.items()
    return (
        Link(text)
        if kind == "link"
        else dt.datetime.fromisoformat(text)
        if kind == "moment"
        else dt.date.fromisoformat(text)
    )
