"""What a person decided about a pair, in the workbook: it outlives runs, sorting and swapped ids, and a flat is not offered twice to one client."""

import datetime as dt
import shutil
from pathlib import Path

import pandas as pd
import pytest

from macros.checks.duplicate_address import duplicate_address
from macros.checks.verification_expired import verification_expired
from macros.duplicates import UNCLEAR, duplicates
from macros.matching.outcome import match
from macros.matching.partial import match_listings
from macros.press import press
from macros.settings import Duplicate, Settings
from tests.desks import NOW, MemoryDesk, desk_of
from tests.tables import read_from, tables_from
from workbook.sheets import BY_KEY
from workbook.tables import Tables, read_tables

TODAY = dt.date(2026, 3, 2)
DAY = pd.Timedelta(days=1)
LISTINGS = "房源\n| 房源ID | 交易 | 小区 | 栋 | 室号 | 区域 | 用途 | 室 | 建筑面积 | 挂牌价 | 状态 | 核验 | 上架日 |\n"
ONE = "| H1 | 售 | 阳光花园 | 3 | 501 | 城东 | 住宅 | 2 | 89.5 | 500 | 在售 | {0} | |\n"
TWO = "| H2 | 售 | 阳光花园 | 3栋 | 501室 | 城东 | 住宅 | 2 | 89.5 | 505 | {1} | 未核 | |\n"
OTHER = "| H3 | 售 | 阳光花园 | 3 | 601 | 城东 | 住宅 | 2 | 89.5 | 500 | 在售 | 未核 | |\n"
NEED = "需求\n| 需求ID | 客户ID | 交易 | 需求状态 | 预算上限 | 区域 | 用途 |\n| Q1 | C1 | 买 | 有效 | 600 | 城东 | 住宅 |\n"


def market(verdict: str, verify: str = "未核", status: str = "在售", more: str = "") -> Tables:
    """Return a need, a flat that is listed as H1 and H2, another as H3, and what a person decided about the first two."""
    pair = f"疑似重复\n| 房源甲ID | 房源乙ID | 判断 |\n| H2 | H1 | {verdict} |\n"
    return tables_from(LISTINGS + ONE.format(verify) + TWO.format("", status) + OTHER + NEED + pair + more)


def offered(tables: Tables) -> list[str]:
    return sorted(match(tables, TODAY, Settings()).results["matches"]["listing_id"])


@pytest.mark.requirement("F2", "R70")
@pytest.mark.parametrize(
    ("verdict", "verify", "status", "homes"),
    [
        ("", "未核", "在售", ["H1", "H2", "H3"]),
        ("不是", "未核", "在售", ["H1", "H2", "H3"]),
        ("稍后", "未核", "在售", ["H1", "H2", "H3"]),
        ("同一套", "未核", "在售", ["H1", "H3"]),
        ("是", "未核", "在售", ["H1", "H3"]),
        ("同一套", "已核", "在售", ["H1", "H3"]),
        ("同一套", "未核", "下架", ["H1", "H3"]),
        ("同一套", "虚假", "在售", ["H2", "H3"]),  # the one that may be offered stands for the flat
    ],
)
def test_one_flat_by_decision_is_offered_once(verdict: str, verify: str, status: str, homes: list[str]) -> None:
    assert offered(market(verdict, verify, status)) == homes


@pytest.mark.requirement("F2", "R70")
def test_in_both_directions_and_for_the_selected() -> None:
    tables = market("同一套")
    reverse = match(tables, TODAY, Settings()).results["reverse"]
    assert sorted(reverse["listing_id"]) == ["H1", "H3"]
    assert match_listings(tables, TODAY, Settings(), ["H1", "H2"]).figures["listings"] == 1


@pytest.mark.requirement("F2", "R70")
@pytest.mark.parametrize(("verdict", "homes"), [("同一套", ["H3"]), ("不是", ["H1", "H3"])])
@pytest.mark.parametrize("status", ["在售", "下架"])
def test_a_flat_that_was_refused_is_refused_under_its_other_id(verdict: str, homes: list[str], status: str) -> None:
    refused = "匹配结果\n| 需求ID | 房源ID | 客户反馈 |\n| Q1 | H2 | 拒绝 |\n"
    assert offered(market(verdict, status=status, more=refused)) == homes


@pytest.mark.requirement("F2")
def test_a_decided_flat_is_a_finding_that_says_what_to_do() -> None:
    findings = duplicate_address(market("同一套"), TODAY, Settings())
    assert [f.row for f in findings] == [2, 3]
    assert all("匹配只推荐其中一行。请留一行" in f.message for f in findings)


@pytest.mark.parametrize(
    ("word", "state", "waiting"),
    [
        ("是", "同一套, 请留一行", 0), ("否", "不是同一套", 0), ("不是同一套", "不是同一套", 0), ("待定", "稍后再看", 1), ("看看再说", UNCLEAR, 1),
    ],
)  # fmt: skip
def test_words_near_the_three_are_understood_and_others_are_asked_about(word: str, state: str, waiting: int) -> None:
    text = LISTINGS + ONE.format("未核") + TWO.format("", "在售")
    tables, _ = read_from(f"{text}疑似重复\n| 房源甲ID | 房源乙ID | 判断 |\n| H1 | H2 | {word} |\n")
    outcome = duplicates(tables, TODAY, Settings())
    row = outcome.results["pairs"].iloc[0]
    assert (row["state"], row["verdict"], len(outcome.items)) == (state, word, waiting)
    assert "请选" in UNCLEAR


@pytest.mark.requirement("F2")
def test_what_nobody_understands_stays_below_what_nobody_has_judged() -> None:
    text = LISTINGS + ONE.format("未核") + TWO.format("", "在售") + OTHER.replace("H3", "H4").replace("601", "501")
    tables, _ = read_from(f"{text}疑似重复\n| 房源甲ID | 房源乙ID | 判断 |\n| H1 | H2 | 问问 |\n")
    assert duplicates(tables, TODAY, Settings()).results["pairs"]["state"].tolist() == ["待判断", "待判断", UNCLEAR]


VERIFIED = "房源\n| 房源ID | 状态 | 核验 | 核验到期 |\n"


@pytest.mark.requirement("R67")
@pytest.mark.parametrize("days", [1, 90])
def test_a_verification_holds_to_the_end_of_its_last_day_and_is_asked_again_the_day_after(days: int) -> None:
    tables, settings = tables_from(f"{VERIFIED}| H1 | 在售 | 已核 | |"), Settings(duplicate=Duplicate(verify_days=days))
    tables = tables.with_outcome(duplicates(tables, TODAY, settings))
    last = TODAY + dt.timedelta(days=days)
    assert f"{tables['listings']['verify_to'].iloc[0]:%Y-%m-%d}" == f"{last}"
    told = {}
    for day in (TODAY, last, last + dt.timedelta(days=1)):  # later runs do not move the day
        tables = tables.with_outcome(duplicates(tables, day, settings))
        told[day] = [f.message for f in verification_expired(tables, day, settings)]
    assert [len(told[day]) for day in told] == [0, 0, 1]
    assert f"{last}" in told[last + dt.timedelta(days=1)][0]


@pytest.mark.requirement("R67")
def test_who_verifies_again_empties_the_cell_and_a_doubt_takes_the_day_away() -> None:
    tables = tables_from(f"{VERIFIED}| H1 | 在售 | 已核 | 2026-02-01 |\n| H2 | 在售 | 存疑 | 2026-02-01 |\n")
    assert len(verification_expired(tables, TODAY, Settings())) == 1
    again = tables.updated(
        {"listings": {"verify_to": pd.Series([pd.NaT, pd.NaT], index=[2, 3], dtype="datetime64[s]")}}
    )
    after = Tables(again, tables.layouts).with_outcome(duplicates(Tables(again, tables.layouts), TODAY, Settings()))
    assert verification_expired(after, TODAY, Settings()) == []
    assert after["listings"]["verify_to"].tolist() == [pd.Timestamp(TODAY) + 90 * DAY, pd.NaT]


# by action, on a workbook of the size of a small shop


@pytest.fixture
def desk(yesterday: Path, tmp_path: Path) -> MemoryDesk:
    """A workbook in which two rows of 房源 are one flat, after 查重."""
    path = Path(shutil.copy(yesterday, tmp_path))
    desk = MemoryDesk(desk_of(path).sheets, path)
    same = {"estate": "同一小区", "unit": "", "deal_type": "售", "status": "在售"}
    for row, cells in ((2, {"building": "3", "room_no": "501"}), (3, {"building": "三号楼", "room_no": "5层01室"})):
        type_into(desk, "listings", row, **same, **cells)
    assert press("duplicates", desk, now=NOW), desk.boxes
    return desk


def type_into(desk: MemoryDesk, key: str, row: int, **values: object) -> None:
    sheet = BY_KEY[key]
    desk.type(sheet.label, {row: {sheet.labels.index(sheet[c].label) + 1: value for c, value in values.items()}})


def pairs_of(desk: MemoryDesk) -> list[tuple[str, str, str, str]]:
    pairs = read_tables(desk, list(BY_KEY.values()))[0]["pairs"]
    return [*zip(pairs["first_id"], pairs["second_id"], pairs["verdict"], pairs["state"], strict=True)]


@pytest.mark.requirement("F2", "R67")
def test_a_decision_outlives_runs_sorting_and_swapped_ids(desk: MemoryDesk) -> None:
    [(first, second, verdict, state)] = pairs_of(desk)
    assert (verdict, state) == ("", "待判断")
    type_into(desk, "pairs", 2, verdict="不是", first_id=second, second_id=first)  # judged, and the two ids swapped
    grid = desk.sheets["房源"]
    grid[1:] = grid[:0:-1]  # sorted the other way round
    desk.save()
    for _ in range(2):
        assert press("duplicates", desk, now=NOW), desk.boxes
        assert [row[2:] for row in pairs_of(desk)] == [("不是", "不是同一套")]
        assert {*pairs_of(desk)[0][:2]} == {first, second}
    type_into(desk, "pairs", 2, verdict="同一套")
    assert press("duplicates", desk, now=NOW), desk.boxes
    assert [row[2:] for row in pairs_of(desk)] == [("同一套", "同一套, 请留一行")]
    said = str(desk.sheets["问题"])
    assert said.count("匹配只推荐其中一行") == 2
    assert press("match", desk, now=NOW), desk.boxes
    homes = read_tables(desk, list(BY_KEY.values()))[0]
    there = {first, second} & ({*homes["reverse"]["listing_id"]})
    assert len(there) == 1
    assert not ({first, second} - there) & {*homes["matches"].loc[homes["matches"]["feedback"] == "", "listing_id"]}
