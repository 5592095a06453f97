"""Lists for tests of imports, and what a person does with them: bring them in, type into a cell."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.commands import column, genjin

Captured = pytest.CaptureFixture[str]
Line = dict[str, str]
BOOK = Path("店.xlsx")

NUMBERED = """\
房源编号,小区,户型,面积,总价,楼层,状态
A101,阳光花园,3室2厅1卫,89.5,520万,3/18,在售
A102,阳光花园,2室1厅1卫,60,300万,5/18,在售
A103,翠湖苑,2室1厅1卫,61.2,310万,2/6,在售
A104,翠湖苑,3室1厅1卫,95,455万,4/6,在售
A105,金桂里,1室1厅1卫,41,198万,9/24,在售
A106,金桂里,1室1厅1卫,41,205万,11/24,在售
A107,金桂里,2室2厅1卫,77,380万,20/24,在售
A108,临江府,4室2厅2卫,142,980万,7/11,在售
A109,临江府,4室2厅2卫,142,990万,8/11,在售
A110,临江府,3室2厅2卫,118,790万,6/11,在售
"""
ADDRESSED = """\
小区,栋,单元,室号,户型,建筑面积,总价
阳光花园,3栋,2单元,501,3室2厅1卫,89.5,520
阳光花园,3栋,2单元,502,2室1厅1卫,60,300
翠湖苑,1号楼,一单元,301,2室1厅1卫,61.2,310
翠湖苑,1号楼,一单元,302,3室1厅1卫,95,455
金桂里,6,1,901,1室1厅1卫,41,198
金桂里,6,1,1101,1室1厅1卫,41,205
"""
DESCRIBED = """\
小区,户型,面积,楼层,建成年代,总价
阳光花园,3室2厅1卫,89.5,3/18,2008,520万
阳光花园,3室2厅1卫,89.5,5/18,2008,525万
翠湖苑,2室1厅1卫,61.2,2/6,1998,310万
翠湖苑,3室1厅1卫,95,4/6,1998,455万
金桂里,1室1厅1卫,41,9/24,2015,198万
金桂里,2室2厅1卫,77,20/24,2015,380万
"""
PEOPLE = """\
姓名,电话,预算,备注
王芳,13900000001,300万,看过两次
李勇,13900000002,450万,
周杰,13900000003,200万,电话里问过学区
陈晨,13900000004,,急
"""


def lines(text: str) -> list[Line]:
    return list(csv.DictReader(io.StringIO(text)))


def save(rows: Iterable[Line], name: str = "名单.csv") -> Path:
    held = list(rows)
    with Path(name).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(held[0]))
        writer.writeheader()
        writer.writerows(held)
    return Path(name)


def bring(capsys: Captured, rows: Iterable[Line], *more: object) -> dict[str, Any]:
    answer = genjin(capsys, "import", save(rows), "--into", BOOK, *more)
    item: dict[str, Any] = answer["items"][0]
    assert item["rows"] == item["imported"] + item["changed"] + item["duplicates"] + item["refused_rows"]
    return answer | {"item": item}


def counts(answer: dict[str, Any]) -> dict[str, int]:
    keys = ("imported", "changed", "unchanged", "kept", "vanished", "unclear")
    return {key: answer["item"][key] for key in keys if answer["item"][key]}


def typed(sheet: str, label: str, row: int, value: object) -> None:
    """Type a value into a cell, as a person would."""
    workbook = openpyxl.load_workbook(BOOK)
    at = next(cell.column for cell in workbook[sheet][1] if cell.value == label)
    workbook[sheet].cell(row, at).value = value
    workbook.save(BOOK)


def row_of(sheet: str, label: str, value: object) -> int:
    return next(row for row, held in column(BOOK, sheet, label).items() if held == value)
