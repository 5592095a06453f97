"""Every column of the six real listing files: what it means for us, and in every row the value that a dozen plain lines read from it.

The readers of this test know one file each and share nothing with the program. A column is `unused`, where our sheets have no place
for it, or `words`, where it is kept in the remark behind its label.
"""

import csv
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from macros.imports import Imported, import_files
from tests.tables import tables_from

Reader = Callable[[str], object]
NOTHING = ("", "暂无数据", "None", "未知")
UNUSED = "unused"


class Meaning(NamedTuple):
    """What a column means: the key of ours and how its text is read; `label`: behind it the text stands in the remark."""

    key: str
    read: Reader = str.strip
    label: str = ""


def words(label: str) -> Meaning:
    return Meaning("remark", str.strip, label)


def number(text: str) -> float | None:
    """Return the digits and points of a text as a number: 104,569元/平, 290 万."""
    found = re.sub(r"[^\d.]", "", text.replace("m3", ""))
    return float(found) if found else None


def among(*choices: str, **others: str) -> Reader:
    """Return a reader for a drop-down: its own words, others by what they are called there, None for the rest."""
    return lambda text: others.get(text.strip(), text.strip() if text.strip() in choices else None)


def part(pattern: str, group: int = 1, kind: Callable[[str], object] = str) -> Reader:
    """Return a reader that takes one group of a pattern, None where the pattern is not there."""

    def read(text: str) -> object:
        found = re.search(pattern, text)
        return kind(found[group]) if found and found[group] else None

    return read


def many(**readers: Reader) -> list[Meaning]:
    return [Meaning(key, read) for key, read in readers.items()]


CHINESE = {**{character: n for n, character in enumerate("零一二三四五六七八九")}, "两": 2}
ROOMS, HALLS, BATHS = (
    part(r"(\d+) ?(?:室|房间)", kind=int),
    part(r"(\d+) ?厅", kind=int),
    part(r"(\d+) ?卫", kind=int),
)
LAYOUT = many(rooms=ROOMS, halls=HALLS, baths=BATHS)
FLOORS = part(r"(?:/|共|地上)(\d+)层", kind=int)


def direction(text: str) -> object:
    """Return the direction in our words: of several, 南北通透 or the best lit."""
    bare = re.sub(r"\(进门\)|朝", " ", text)
    if not bare.strip() or bare.strip() in NOTHING:
        return None
    letters = re.sub(r"\s", "", bare)
    points = bare.split() if len(bare.split()) > 1 else [letters] if letters in _POINTS else list(letters)
    if len(set(points)) > 1 and {"南", "北"} <= set(points):
        return "南北通透"
    return next((point for point in _POINTS if point in points), None)


_POINTS = ("南", "东南", "西南", "东", "西", "东北", "西北", "北")


def year(text: str) -> object:
    found = re.match(r"(\d{4})(?!\d)", text)
    return int(found[1]) if found and 1800 <= int(found[1]) < 2100 else None


BJ: dict[str, list[Meaning] | str] = {
    "Direction": [Meaning("orient", direction)],
    "District": [Meaning("area_name")],
    "Elevator": [words("建筑类型")],
    "Floor": [Meaning("floors", number)],
    "Garden": [Meaning("estate")],
    "Id": [words("原编号")],
    "Layout": LAYOUT,
    "Price": [Meaning("price", number)],
    "Region": [Meaning("district")],
    "Renovation": [Meaning("decor", among("精装", "简装", "毛坯"))],
    "Size": [Meaning("area", number)],
    "UnitPrice": [Meaning("unit_price", number)],
    "Year": [Meaning("built", year)],
}
AJK: dict[str, list[Meaning] | str] = {
    "Aveprice": [Meaning("unit_price", number)],
    "Floor": [Meaning("floors", number)],
    "Garden": [Meaning("estate")],
    "Layout": LAYOUT,
    "Price": [Meaning("price", number)],
    "Region": [
        Meaning(
            "district",
            part(
                "^(怀柔|丰台|房山|延庆|大兴|昌平|密云|北京周边|东城|西城|朝阳|海淀|石景山|通州|顺义|平谷|门头沟|燕郊)"
            ),
        )
    ],
    "Size": [Meaning("area", number)],
    "Year": [Meaning("built", year)],
}
NB: dict[str, list[Meaning] | str] = {
    "总价": [Meaning("price", number)],
    "单价": [Meaning("unit_price", number)],
    "小区名称": [Meaning("estate")],
    "所在区域": many(district=part("^(\\S+)"), area_name=part(r"\s(\S+)\s*$")),
    "房屋户型": LAYOUT,
    "所在楼层": [Meaning("floors", FLOORS)],
    "建筑面积": [Meaning("area", number)],
    "户型结构": [words("户型结构")],
    "套内面积": [Meaning("area_in", number)],
    "建筑类型": [words("建筑类型")],
    "房屋朝向": [Meaning("orient", direction)],
    "建筑结构": [words("建筑结构")],
    "装修情况": [Meaning("decor", among("精装", "简装", "毛坯"))],
    "梯户比例": [words("梯户")],
    "配备电梯": [Meaning("lift", lambda text: {"有": True, "无": False}.get(text))],
    "挂牌时间": [words("挂牌")],
    "交易权属": [
        Meaning("title", among("商品房", 拆迁安置房="其他", 已购公房="公房", 经济适用房="经济适用", 私产="其他"))
    ],
    "上次交易": [words("上次交易")],
    "房屋用途": [
        Meaning("use", among("别墅", 普通住宅="住宅", 商住两用="公寓", 酒店式公寓="公寓", 底商="商铺", 商业="商铺"))
    ],
    "房屋年限": [Meaning("hold", among(未满两年="不满二", 满两年="满二", 满五年="满五"))],
    "产权所属": [Meaning("co_owned", lambda text: text == "共有")],
    "抵押信息": [
        Meaning("mortgage", lambda text: 0.0 if text == "无抵押" else part(r"([\d.]+)万", kind=float)(text)),
    ],
    "房本备件": UNUSED,
    "房源核验码": [words("核验码")],
    "用水类型": UNUSED,
    "用电类型": UNUSED,
    "燃气价格": UNUSED,
    "别墅类型": [words("别墅")],
}
SH: dict[str, list[Meaning] | str] = {
    "小区名称": [Meaning("estate")],
    "户型": LAYOUT,
    "面积": [Meaning("area", number)],
    "区域": [Meaning("district")],
    "楼层": [Meaning("floors", FLOORS)],
    "朝向": [Meaning("orient", direction)],
    "单价（平方米）Y": [Meaning("unit_price", number)],
    "建筑时间": [Meaning("built", year)],
}
HZ: dict[str, list[Meaning] | str] = {
    "advertisement": UNUSED,
    "area": [],  # empty in every row, as direction and layout
    "city": [Meaning("area_name")],
    "community": [Meaning("estate", part(r"(?:(?:余杭|西湖)(?:未来科技城|闲林|西溪|翡翠城))?(.+)"))],
    "direction": [],
    "distance": UNUSED,
    "houseInfo": [
        *many(rooms=part(r"(\d+)室", kind=int), halls=HALLS, baths=BATHS, orient=lambda t: direction(re.sub("[^东南西北]", "", t))),
        Meaning("area", part(r"^(?:精选)?(?:--)?([\d.]+)㎡", kind=float)),
    ],
    "lat": UNUSED,
    "layout": [],
    "link": [words("链接")],
    "lng": UNUSED,
    "price": [Meaning("price", lambda text: None if "-" in text else float(text))],
    "time": UNUSED,
    "title": [words("")],
    "url": UNUSED,
}  # fmt: skip
SH19: dict[str, list[Meaning] | str] = {
    "区域": [Meaning("district")],
    "位置": [],  # taken apart: the addresses of test_macros_imports_listings.py
    "房型": many(
        rooms=lambda text: (
            1 if text in ("开间", "单间") else part("^([一二三四五六七八九])室", kind=CHINESE.__getitem__)(text)
        ),
        halls=lambda text: (
            0 if text in ("开间", "单间") else part("([一二三四五六七八九])厅", kind=CHINESE.__getitem__)(text)
        ),
    ),
    "朝向": [Meaning("orient", direction)],
    "楼层": [Meaning("floors", lambda text: int(text) or None if text.isdigit() else None)],
    "面积（平方米）": [Meaning("area", lambda text: number(text) or None)],
    "总价（元）": [
        Meaning("price", lambda text: round(number(text) / 1e4, 6) if 1e4 <= (number(text) or 0) < 1e9 else None)
    ],
}
FILES = {
    "bj_ershou_34020.csv": BJ, "bj_anjuke_2342.csv": AJK, "nb_ershou_3000x28.csv": NB, "sh_ershou_28201_gb18030_cn.csv": SH,
    "hz_rent_3625.csv": HZ, "sh_ershou_19sheets.xlsx": SH19,
}  # fmt: skip


def raw_lines(path: Path) -> tuple[list[str], dict[tuple[str, int], list[str]]]:
    """Return the header and (sheet, row number) -> cells of a file."""
    if path.suffix == ".xlsx":
        book = CalamineWorkbook.from_path(path)
        grids = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    else:
        with path.open(encoding="gb18030" if "gb18030" in path.name else "utf-8", newline="") as file:
            grids = {path.stem: list(csv.reader(file))}
    header = next(iter(grids.values()))[0]
    return header, {(name, n): line for name, grid in grids.items() for n, line in enumerate(grid, 1) if n > 1}


@pytest.fixture(scope="module", params=FILES)
def file(
    request: pytest.FixtureRequest, shared: Path
) -> tuple[str, Imported, list[str], dict[tuple[str, int], list[str]]]:
    path = shared / "data" / "listings" / request.param
    return request.param, import_files([path], tables_from({})), *raw_lines(path)


@pytest.mark.requirement("F23")
def test_every_column_has_its_meaning_or_is_named_as_unused(file) -> None:
    name, result, header, _ = file
    meanings = FILES[name]
    assert set(meanings) == set(header)
    for item in result.items:
        assert set(item["unmapped"]) == {column for column, held in meanings.items() if held == UNUSED}
        for column, held in meanings.items():
            keys = set(str(item["mapped"].get(column, "")).split(","))
            assert {meaning.key for meaning in held if held != UNUSED} - {"remark"} <= keys or column == "link", column


@pytest.mark.requirement("F23")
def test_every_row_says_in_every_column_what_the_file_says(file) -> None:
    name, result, header, lines = file
    frame = result.results["listings"]
    origins = [(origin.sheet, origin.row) for origin in result.origins["listings"]]
    raws = [lines[origin] for origin in origins]
    remarks = frame["remark"].tolist()
    for at, column in enumerate(header):
        for meaning in FILES[name][column] if FILES[name][column] != UNUSED else ():
            texts = [str(line[at]) for line in raws]
            if meaning.key == "remark":
                wrong = [
                    (origin, text)
                    for origin, text, remark in zip(origins, texts, remarks, strict=True)
                    if text.strip() not in (*NOTHING, "未知结构")
                    and f"{meaning.label} {text.strip()}".strip() not in remark
                ]
                assert [(o, t) for o, t in wrong if not (column == "房源核验码" and t.endswith("0000"))] == [], column
                continue
            expected = [None if text.strip() in NOTHING else meaning.read(text) for text in texts]
            held = frame[meaning.key].tolist() if meaning.key in frame else [None] * len(frame)
            found = [None if cell == "" or pd.isna(cell) else cell for cell in held]
            wrong = [
                (origin, text, want, got)
                for origin, text, want, got in zip(origins, texts, expected, found, strict=True)
                if want != got
            ]
            assert wrong[:5] == [], (column, meaning.key, len(wrong))


@pytest.mark.requirement("F23")
def test_what_could_not_be_read_is_named_cell_by_cell(file) -> None:
    """A cell that says something and of which nothing came in is in the list of refusals, with its row and its words."""
    name, result, header, lines = file
    refused = {
        (item["source_sheet"], entry["row"], entry["column"]) for item in result.items for entry in item["refused"]
    }
    prices = next(
        column
        for column, held in FILES[name].items()
        if held and held[0] != "u" and held[0].key in ("price", "unit_price")
    )
    key = FILES[name][prices][0].key
    at = header.index(prices)
    for origin, price in zip(result.origins["listings"], result.results["listings"][key].tolist(), strict=True):
        text = str(lines[origin.sheet, origin.row][at]).strip()
        if pd.isna(price) and text not in NOTHING:
            assert (origin.sheet, origin.row, prices) in refused, text
