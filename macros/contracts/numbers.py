"""Numbers of contracts: one series per type and year, without gaps, and none is ever given twice.

A number is taken by making a file for it in the archive folder, which two programs cannot both do. A row of 合同登记 may be taken back by
撤销 or deleted; its number stays taken, and comes back into the register as a row that says so.
"""

import datetime as dt
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from workbook.errors import FileRefused
from workbook.refusals import cause
from workbook.sheets.contracts import TYPES
from workbook.tables import Tables

FOLDER = "号码"
_SHAPE = re.compile(r"([A-Z]{2})-(\d{4})-(\d{4,})")
UNDONE = "登记的行被撤销或删掉过; 号码不再用"


class Number(NamedTuple):
    """A contract's number: the letters of its type, the year, and which one of that series, from 1."""

    letters: str
    year: int
    nth: int

    def __str__(self) -> str:
        return f"{self.letters}-{self.year}-{self.nth:04}"

    @property
    def type(self) -> str:
        """The type of contract; "" for letters that mean none."""
        return next((name for name, letters in TYPES.items() if letters == self.letters), "")


def number_of(text: str) -> Number | None:
    """Return the number that a text is, None where it is none."""
    found = _SHAPE.fullmatch(text)
    return Number(found[1], int(found[2]), int(found[3])) if found else None


def registered(tables: Tables) -> set[Number]:
    """Return the numbers that stand on 合同登记."""
    return _numbers(tables["contracts"]["no"])


def taken(tables: Tables, archive: Path | None) -> set[Number]:
    """Return all numbers that were ever given: on 合同登记, in the log of its cells, and in the archive folder."""
    log = tables["audit"]
    mine = log["sheet"] == tables.layouts["contracts"].name
    files = (archive / FOLDER).glob("*.json") if archive else ()
    return (
        registered(tables)
        | _numbers(log.loc[mine, "new"])
        | _numbers(log.loc[mine, "row_id"])
        | _numbers(f.stem for f in files)
    )


def _numbers(texts: "Iterable[str] | pd.Series") -> set[Number]:
    return {number for text in texts if (number := number_of(str(text)))}


def next_of(known: Iterable[Number], type_: str, year: int) -> Number:
    """Return the number after the last of a type's series of that year."""
    letters = TYPES[type_]
    last = max((number.nth for number in known if (number.letters, number.year) == (letters, year)), default=0)
    return Number(letters, year, last + 1)


def absent(known: Iterable[Number], here: Iterable[Number]) -> list[Number]:
    """Return the numbers up to the last of each series that are not on the register (`here`), in order."""
    last: dict[tuple[str, int], int] = {}
    for letters, year, nth in known:
        last[letters, year] = max(last.get((letters, year), 0), nth)
    every = {Number(*series, nth) for series, end in last.items() for nth in range(1, end + 1)}
    return sorted(every - set(here))


def take(number: Number, archive: Path, about: dict[str, str], at: dt.datetime) -> Number:
    """Take a number, or the next that is free, and return it. Raises FileRefused where the archive folder cannot be written."""
    folder = archive / FOLDER
    make_folder(folder)
    while True:
        file = folder / f"{number}.json"
        try:
            with open(file, "x", encoding="utf-8") as stream:
                json.dump(
                    {"no": str(number), "at": at.isoformat(timespec="seconds"), **about}, stream, ensure_ascii=False
                )
        except FileExistsError:
            number = number._replace(nth=number.nth + 1)
            continue
        except OSError as problem:
            raise not_written(file, problem) from problem
        return number


def make_folder(folder: Path) -> None:
    """Make a folder of the archive. Raises FileRefused where that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise not_written(folder, problem) from problem


def give_back(number: Number, archive: Path) -> None:
    """Give back a number that nothing was printed with."""
    (archive / FOLDER / f"{number}.json").unlink(missing_ok=True)


def not_written(file: Path, problem: OSError) -> FileRefused:
    """Return the refusal to go on without a file of the archive."""
    what, do = f"合同文件没有写成 ({cause(problem)}), 没有登记", "请检查合同文件夹的权限和磁盘空间, 再试一次"
    return FileRefused(f"{file.parent.name}/{file.name}", what, do, code="CONTRACT_NOT_WRITTEN")
