"""The six real listing files: how many rows come in, ten rows each value by value, and what a person can read is read.

The counts and the expected values were taken from the files with csv and awk, not from what the program says.
"""

import csv
import re
from pathlib import Path

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from macros.imports import Imported, import_files
from workbook.book import MemoryBook
from workbook.sheets import SHEETS
from workbook.tables import Tables, read_tables

BJ, NB, SH, HZ, SH19, AJK = (
    "bj_ershou_34020.csv", "nb_ershou_3000x28.csv", "sh_ershou_28201_gb18030_cn.csv", "hz_rent_3625.csv", "sh_ershou_19sheets.xlsx",
    "bj_anjuke_2342.csv",
)  # fmt: skip
NUMBERS = ("price", "area", "rooms", "halls", "baths", "floors", "built")


@pytest.fixture(scope="module")
def tables() -> Tables:
    return read_tables(MemoryBook({sheet.label: [list(sheet.labels)] for sheet in SHEETS}), SHEETS)[0]


@pytest.fixture(scope="module")
def imported(shared: Path, tables: Tables):
    """Return the import of a file; every file is read once."""
    known: dict[str, Imported] = {}

    def once(name: str) -> Imported:
        if name not in known:
            known[name] = import_files([shared / "data" / "listings" / name], tables)
        return known[name]

    return once


def raw_rows(shared: Path, name: str) -> dict[tuple[str, int], list[str]]:
    """Return (sheet, row number) -> cells of a file, read without the program."""
    path = shared / "data" / "listings" / name
    if path.suffix == ".xlsx":
        book = CalamineWorkbook.from_path(path)
        grids = {sheet: book.get_sheet_by_name(sheet).to_python() for sheet in book.sheet_names}
        return {(sheet, n): row for sheet, grid in grids.items() for n, row in enumerate(grid, 1) if n > 1}
    with path.open(encoding="gb18030" if "gb18030" in name else "utf-8", newline="") as file:
        return {(path.stem, n): row for n, row in enumerate(csv.reader(file), 1) if row and n > 1}


def by_origin(result: Imported) -> dict[tuple[str, int], dict[str, object]]:
    """Return (sheet, row number) -> the new row, what is not known as None."""
    rows = result.results["listings"].to_dict("records")
    known = [
        {k: None if v == "" or (not isinstance(v, tuple) and pd.isna(v)) else v for k, v in row.items()} for row in rows
    ]
    return {(o.sheet, o.row): row for o, row in zip(result.origins["listings"], known, strict=True)}


# rows without the header; imported; rows that are no record; exact duplicates
COUNTS = {
    BJ: (
        34_020,
        33_967,
        1,
        52,
    ),  # one header repeated; 52 pairs share Id and content (延庆 and 延庆其他 are one district)
    NB: (3_000, 2_819, 0, 181),
    SH: (28_201, 26_152, 0, 2_049),
    HZ: (3_625, 2_518, 0, 1_107),  # the same link, price, flat and title on several result pages
    SH19: (39_242, 37_068, 0, 2_174),  # 2,095 to the byte, 79 more but for blanks at the end of the address
    AJK: (2_342, 2_342, 0, 0),
}


@pytest.mark.requirement("F23")
@pytest.mark.parametrize("name", COUNTS)
def test_every_row_of_a_listing_file_is_accounted_for(name, imported):
    result = imported(name)
    sums = {key: sum(item[key] for item in result.items) for key in ("rows", "imported", "refused_rows", "duplicates")}
    assert tuple(sums.values()) == COUNTS[name]
    assert len(result.results["listings"]) == COUNTS[name][1]
    for item in result.items:
        assert item["rows"] == item["imported"] + item["refused_rows"] + item["duplicates"]
        assert item["sheet"] == "房源"


def test_counts_of_duplicates_are_those_of_the_files(shared):
    def repeated(name, columns=slice(None)):
        rows = [tuple(cell.strip() for cell in row[columns]) for row in raw_rows(shared, name).values()]
        return len(rows) - len(set(rows))

    assert repeated(NB) == COUNTS[NB][3]
    assert repeated(SH) == COUNTS[SH][3]
    assert repeated(SH19) == COUNTS[SH19][3]
    assert repeated(AJK) == 0
    ids = [row[5] for row in raw_rows(shared, BJ).values()]
    assert len(ids) - len(set(ids)) == COUNTS[BJ][3]
    # all columns that are understood; left out are the result page, its coordinates and 1天前维护
    seen = [tuple(row[at].strip() for at in (2, 3, 6, 9, 11, 13)) for row in raw_rows(shared, HZ).values()]
    assert len(seen) - len(set(seen)) == COUNTS[HZ][3]


# (sheet or "", row): price, area, rooms, halls, baths, floors, built, orient, unit price
PICKED = {
    BJ: {
        2: (650, 62, 2, 1, None, 6, 1950, "西北", 104569),
        3: (530, 44, 1, 0, None, 15, 2006, "东", 118251),
        651: (410, 182, 3, 2, None, 5, 2017, "南北通透", 22528),
        653: (393, 30, 1, 0, None, 7, 2004, "北", 127556),
        1506: (300, 110, 2, 2, None, 7, None, "南北通透", 27040),  # Year 2105
        5000: (279, 99, 3, 1, None, 6, 1998, "南", 27998),  # 东南西
        12345: (1200, 271, 3, 3, None, 3, 2010, "南北通透", 44146),
        20001: (409, 89, 2, 1, None, 24, 2003, "西南", 45541),
        30689: (660, 58, 2, 1, None, 18, None, "西南", 112513),  # Year 9
        29999: None,  # read from the file by plain string operations below
    },
    AJK: {
        2: (290, 89, 2, 2, 1, 4, 2010, None, 32493),
        3: (409, 94, 3, 1, 1, 5, 1985, None, 43387),
        30: (630, 94, 2, 1, 1, 16, 2006, None, 67050),
        100: (350, 84, 2, 1, 1, 6, 2015, None, 41323),
        500: (345, 112, 3, 2, 2, 5, 2006, None, 30804),
        1000: (278, 96, 2, 2, 1, 6, 2009, None, 28959),
        1500: (815, 96, 2, 1, 1, 26, 2005, None, 84896),
        2000: (220, 89, 2, 2, 1, 6, 2006, None, 24720),
        2222: (162, 86, 3, 2, 1, 6, 2005, None, 18649),
        2343: (335, 87, 2, 1, 1, 6, 2001, None, 38400),
    },
    SH: {  # the total is 单价 × 面积
        2: (500.0, 47.72, 2, 0, None, 6, 1992, "南", 104777),
        7: (260.0, 34.84, 1, 0, None, 5, 1983, None, 74626),
        100: (600.0, 91.93, 2, 2, None, 6, 2002, "南北通透", 65267),
        1000: (230.0, 60.6, 2, 1, None, 5, 1981, "南北通透", 37953),
        5000: (315.0, 66.59, 2, 1, None, 6, 1995, "南", 47304),
        10000: (1050.0, 130, 3, 2, None, 11, None, "南北通透", 80769),
        15001: (420.0, 93.12, 3, 2, None, 11, None, "南北通透", 45103),
        25000: (869.98, 168.36, 5, 3, None, 6, 2000, "南北通透", 51674),
        28202: (119.99, 90.61, 2, 2, None, 6, 2004, "南北通透", 13243),
        28201: None,
    },
    NB: {  # an empty line stands between any two rows
        3: (239, 113.62, 3, 1, 2, 16, None, "南", 21036),
        569: (106, 124.16, 3, 2, 2, 13, None, "南", 8538),
        1179: (95, 129.23, 4, 2, 2, 18, None, "南", 7352),
        1837: (55, 47.68, 1, 1, 1, 36, None, "南", 11536),
        2459: (149, 86.29, 3, 2, 1, 6, None, "南", 17268),
        3041: (160, 94.05, 2, 2, 1, 11, None, "南", 17013),
        3615: (120, 114.05, 3, 2, 2, 30, None, "南", 10522),
        4195: (1097, 501.26, 5, 4, 4, 3, None, "南", 21885),
        4805: (520, 133.25, 3, 1, 2, 6, None, "南", 39025),
        5421: (130, 99.59, 3, 2, 1, 26, None, "南", 13054),
    },
    HZ: {  # 元/月
        2: (6850, 139, 4, 2, 2, None, None, "南", None),
        3: (1330, 11.3, 4, 1, 2, None, None, "南", None),
        20: (6300, 88.47, 3, 2, 1, None, None, "南", None),
        65: (1688, 23, 4, 4, 4, None, None, "南", None),
        500: (12000, 206, 4, 3, 3, None, None, "南北通透", None),
        1000: (6500, 88.19, 3, 2, 1, None, None, "东南", None),
        1800: (7800, 89, 3, 2, 1, None, None, "南北通透", None),
        3600: (3350, 40.88, 1, 1, 1, None, None, "东", None),
        4: (4500, 85, 2, 2, 1, None, None, "南", None),
        5: (1490, 16.1, 4, 1, 2, None, None, "南", None),
    },
    SH19: {  # the totals stand there in yuan
        ("崇明区", 2): (140, 47.91, 1, 1, None, 5, None, "南", None),
        ("崇明区", 5): (60, 50.49, 1, 1, None, 14, None, "南", None),
        ("奉贤区", 4): (310, 87.5, 2, 2, None, 6, None, "南", None),
        ("奉贤区", 6): (400, 208.03, None, None, None, 3, None, "南", None),
        ("卢湾区", 4): (1350, 197.52, 4, 2, None, 29, None, "南", None),
        ("长宁区", 5): (800, 138.35, 4, None, None, 14, None, "南", None),  # 四室
        ("浦东新区", 7000): (1395, 150.83, 3, 2, None, 30, None, "南", None),
        ("南汇区", 6): (510, 102.12, 3, 2, None, 6, None, "南", None),
        ("宝山区", 3): (70, 84.63, 2, 1, None, 6, None, "南", None),
        ("徐汇区", 100): (350, 57.64, 2, 1, None, 6, None, "南", None),
    },
}  # fmt: skip


def read_plainly(name: str, raw: list[str]) -> tuple[object, ...]:
    """Return the expected values of a row of the two simplest files, by string operations that share nothing with the program."""
    if name == BJ:
        rooms, halls = raw[6].removesuffix("厅").split("室")
        unit = int(raw[11].removesuffix("元/平").replace(",", ""))
        return (
            float(raw[7].strip()[:-1]),
            float(raw[10]),
            int(rooms),
            int(halls),
            None,
            int(raw[3]),
            int(raw[12]),
            raw[0],
            unit,
        )
    rooms, halls = raw[1].removesuffix("厅").split("室")
    floors, built = int(raw[4].split("/")[1][:-1]), int(raw[7][:4]) if raw[7] else None
    total = round(float(raw[6]) * float(raw[2]) / 10_000, 2)
    return (
        total,
        float(raw[2]),
        int(rooms),
        int(halls),
        None,
        floors,
        built,
        raw[5].removeprefix("朝") or None,
        int(raw[6]),
    )


@pytest.mark.requirement("F23")
@pytest.mark.parametrize("name", PICKED)
def test_ten_rows_say_what_the_file_says(name, imported, shared):
    rows, raws = by_origin(imported(name)), raw_rows(shared, name)
    assert len(PICKED[name]) == 10
    for place, picked in PICKED[name].items():
        at = place if isinstance(place, tuple) else (Path(name).stem, place)
        expected = picked or read_plainly(name, raws[at])
        orient = {"南北": "南北通透"}.get(expected[7], expected[7])
        row = rows[at]
        assert [row.get(key) for key in NUMBERS] == list(expected[:7]), at
        assert (row.get("orient"), row.get("unit_price")) == (orient, expected[8]), at
        assert row["deal_type"] == ("租" if name == HZ else "售")


ESTATES = {BJ: 4, AJK: 2, SH: 0, NB: 2}


@pytest.mark.parametrize("name", ESTATES)
def test_estates_and_districts_are_those_of_the_file(name, imported, shared):
    rows, raws = by_origin(imported(name)), raw_rows(shared, name)
    assert all(row["estate"] == raws[at][ESTATES[name]].strip() for at, row in rows.items())
    place = {BJ: 8, AJK: 5, SH: 3, NB: 3}[name]
    assert all(raws[at][place].startswith(row["district"]) for at, row in rows.items())


def test_rented_estates_are_named_without_district_and_area(imported, shared):
    rows, raws = by_origin(imported(HZ)), raw_rows(shared, HZ)
    glued = [(row, raws[at]) for at, row in rows.items() if raws[at][3] == f"余杭{raws[at][2]}{row['estate']}"]
    assert len(glued) > 2_000
    assert {row["district"] for row, _ in glued} == {"余杭"}
    assert {row["area_name"] for row, raw in glued} == {raw[2] for _, raw in glued}


def test_addresses_are_taken_apart_and_masked_doors_stay_unknown(imported):
    rows = by_origin(imported(SH19))
    door = ("area_name", "building", "room_no")
    assert [rows["崇明区", 2].get(key) for key in door] == ["长兴乡", "21", None]
    assert "30*室" in rows["崇明区", 2]["remark"]
    assert [rows["宝山区", 3].get(key) for key in door] == [None, "2", "60X"]
    assert rows["黄浦区", 31].get("estate") is None  # 位置: 1


# what a person can read, counted by patterns of the test: (column of the file, pattern, key)
READABLE = {
    BJ: ((7, r"\s*\d+(\.\d+)?万", "price"), (10, r"\d+\.\d", "area"), (6, r"\d+(室\d+厅|房间\d+卫)", "rooms")),
    NB: ((0, r"\d+(\.\d+)?万", "price"), (6, r"[\d.]+㎡", "area"), (4, r"\d+室\d+厅\d+厨\d+卫", "rooms")),
    SH: ((6, r"\d+", "price"), (2, r"[\d.]+", "area"), (1, r"\d+室\d+厅", "rooms")),
    HZ: ((11, r"\d+", "price"), (6, r"(?!.*\d-\d).*?[\d.]+㎡.*", "area"), (6, r".*\d+室\d+厅\d+卫", "rooms")),
    SH19: ((6, r"[\d.]+", "price"), (5, r"[\d.]+", "area"), (2, r"[一二三四五]室.*|开间", "rooms")),
    AJK: ((4, r"[\d.]+ 万", "price"), (6, r"\d+", "area"), (3, r"\d 室 \d 厅 \d 卫", "rooms")),
}


@pytest.mark.requirement("F23")
@pytest.mark.parametrize("name", READABLE)
def test_nearly_all_prices_areas_and_layouts_are_read(name, imported, shared):
    rows, raws = by_origin(imported(name)), raw_rows(shared, name)
    for column, pattern, key in READABLE[name]:
        readable = [at for at in rows if re.fullmatch(pattern, raws[at][column])]
        read = sum(rows[at].get(key) is not None for at in readable)
        assert len(readable) > 0.8 * len(rows)
        assert read >= 0.995 * len(readable), key


def test_what_each_column_became(imported):
    (item,) = imported(BJ).items
    assert item["mapped"] == {
        "Direction": "orient", "District": "area_name", "Elevator": "remark", "Floor": "floors", "Garden": "estate", "Id": "remark",
        "Layout": "rooms,halls,baths", "Price": "price", "Region": "district,area_name", "Renovation": "decor", "Size": "area",
        "UnitPrice": "unit_price", "Year": "built",
    }  # fmt: skip
    assert item["unmapped"] == []
    assert imported(HZ).items[0]["unmapped"] == ["advertisement", "distance", "lat", "lng", "time", "url"]


def test_a_column_that_lies_is_read_by_what_it_holds(imported):
    """Elevator holds 板楼 and 塔楼: no lift is made of it, and the words are kept."""
    frame = imported(BJ).results["listings"]
    assert "lift" not in frame
    assert (frame["remark"].str.contains("建筑类型 (?:板楼|塔楼|板塔结合|平房)")).mean() > 0.98
    assert "Elevator: 表头「Elevator」与内容不符, 按内容处理" in imported(BJ).items[0]["notes"]


def test_no_floor_is_invented(imported):
    for name in (BJ, AJK, SH, NB, SH19):
        assert (
            "floor" not in imported(name).results["listings"]
            or imported(name).results["listings"]["floor"].isna().all()
        )
    assert imported(SH).results["listings"]["remark"].str.contains("[低中高]楼层").mean() > 0.9


def test_each_unreadable_value_is_named_with_its_row(imported):
    values = [entry for entry in imported(BJ).items[0]["refused"] if entry["what"] == "value"]
    assert [(e["row"], e["column"], e["value"], e["why"]) for e in values] == [
        (1506, "Year", "2105", "读不出年份"),
        (30689, "Year", "9", "读不出年份"),
    ]
    rows = [entry for entry in imported(BJ).items[0]["refused"] if entry["what"] == "row"]
    assert [(e["row"], e["why"]) for e in rows] == [(652, "重复的表头")]


def test_the_second_import_of_a_file_adds_nothing(imported, tables, shared):
    for name in (NB, HZ, AJK):
        new = imported(name).results
        listings = new["listings"].set_index(pd.RangeIndex(2, 2 + len(new["listings"])))
        again = import_files([shared / "data" / "listings" / name], tables.updated({}, {"listings": listings}))
        assert again.figures["imported"] == 0
        assert again.figures["duplicates"] == again.figures["rows"]


def test_new_places_go_to_the_lists(imported):
    lists = imported(NB).results["lists"]
    frame = imported(NB).results["listings"]
    assert set(lists["districts"]) - {""} == set(frame["district"])
    assert set(lists["estates"]) - {""} == set(frame["estate"])
