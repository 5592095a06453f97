"""疑似重复: which pairs are listed and why, what a person decided, and until when a verification holds."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest

from macros.checks.duplicate_address import duplicate_address
from macros.checks.verification_expired import verification_expired
from macros.duplicates import duplicates, verified_until
from macros.duplicates.pairs import joined, neighbours
from macros.settings import Duplicate, Settings
from tests.shuffling import shuffled
from tests.tables import tables_from
from workbook.changes import Outcome
from workbook.tables import Tables

TODAY = dt.date(2026, 3, 2)
HEADER = "| 房源ID | 交易 | 小区 | 栋 | 单元 | 室号 | 建筑面积 | 所在层 | 总层 | 室 | 朝向 | 挂牌价 | 状态 | 区域 | 备注 | 业主ID | 装修 |"
FIRST = "H1 | 售 | 阳光花园 | 3栋 | 2单元 | 501 | 89.5 | 5 | 18 | 2 | 南 | 520 | 在售 | 城东 | | |"


def other(**changed: str) -> str:
    """Return the first row with another id and some other cells."""
    words = [word.strip() for word in HEADER.strip("| ").split("|")]
    cells = [cell.strip() for cell in FIRST.split("|")]
    row = {**dict(zip(words, cells, strict=True)), "房源ID": "H2", **changed}
    return " | ".join(row.values())


def tables_with(*rows: str, pairs: str = "") -> Tables:
    lines = "\n".join(f"| {row} |" for row in rows)
    return tables_from(f"房源\n{HEADER}\n{lines}\n{pairs}")


def found(tables: Tables, limits: Duplicate | None = None) -> Outcome:
    return duplicates(tables, TODAY, Settings(duplicate=limits or Duplicate()))


def names(outcome: Outcome) -> list[tuple[str, str]]:
    return list(zip(outcome.results["pairs"]["first_id"], outcome.results["pairs"]["second_id"], strict=True))


BARE = {"栋": "", "单元": "", "室号": ""}
LISTED = {
    "the same address": {},
    "one cell for all": BARE | {"室号": "3-2-501"},
    "in words, another price": {"栋": "叁号楼", "单元": "二单元", "室号": "５０１室", "挂牌价": "610"},
    "no unit": {"单元": ""},
    "no room": {"室号": ""},
    "the estate misspelled": {"小区": "阳光花圆"},
    "the phase not written": {"小区": "阳光花园二期"},
    "the estate with its district": {"小区": "城东区阳光花园"},
    "no price": {"挂牌价": ""},
    "for sale or to let": {"交易": "租售"},
    "no district": {"区域": ""},
    "area 1 % off, no unit": {"单元": "", "建筑面积": "90.39"},
    "price 10 % off, no unit": {"单元": "", "挂牌价": "572"},
}
NOT_LISTED = {
    "the next door": {"室号": "502"},
    "the next unit": {"单元": "1单元"},
    "the next building": {"栋": "13栋"},
    "another phase": {"栋": "二期3栋", "室号": "502"},
    "another estate": {"小区": "阳光家园里"},
    "to let": {"交易": "租", "挂牌价": "5000"},
    "sold": {"状态": "已售"},
    "taken down": {"状态": "下架"},
    "no unit, another area": {"单元": "", "建筑面积": "90.41"},
    "no unit, another price": {"单元": "", "挂牌价": "573"},
    "no unit, another side": {"单元": "", "朝向": "北"},
    "no unit, another height": {"单元": "", "总层": "11"},
    "no room, another storey": {"室号": "", "所在层": "6"},
    "no room, another price": {"室号": "", "挂牌价": "530"},
    "misspelled, another district": {"小区": "阳光花圆", "区域": "城西"},
    "the phase not written, another price": {"小区": "阳光花园二期", "挂牌价": "573"},
    "the phase not written, another storey": {"小区": "阳光花园二期", "所在层": "4"},
    "no address, another price": BARE | {"挂牌价": "521"},
    "no id": {"房源ID": ""},
}


@pytest.mark.requirement("F2", "R67")
@pytest.mark.parametrize("changed", LISTED.values(), ids=LISTED)
def test_a_flat_listed_twice_is_found(changed: dict[str, str]) -> None:
    outcome = found(tables_with(FIRST, other(**changed)))
    assert names(outcome) == [("H1", "H2")]
    assert outcome.results["pairs"]["state"].tolist() == ["待判断"]
    assert outcome.figures == {"pairs": 1, "pairs_open": 1, "pairs_left_out": 0, "pairs_crowded": 0}


@pytest.mark.requirement("F2")
@pytest.mark.parametrize("changed", NOT_LISTED.values(), ids=NOT_LISTED)
def test_a_neighbour_is_not(changed: dict[str, str]) -> None:
    assert names(found(tables_with(FIRST, other(**changed)))) == []


def score(**changed: str) -> float:
    return float(found(tables_with(FIRST, other(**changed))).results["pairs"]["score"].iloc[0])


def test_what_is_told_alike_counts_more() -> None:
    ladder = [{}, {"挂牌价": "600"}, {"挂牌价": "800"}, {"挂牌价": "800", "建筑面积": "120"}]
    points = [score(**changed) for changed in ladder]
    assert points == sorted(points, reverse=True)
    assert len({*points}) == len(points)
    assert score() == 100
    assert score(单元="") < score()
    assert score(小区="阳光花圆") < score()


def test_without_an_address_it_takes_more_to_be_listed() -> None:
    noted = {**BARE, "装修": "精装", "业主ID": "O1"}
    first = other(房源ID="H1", **noted)
    assert names(found(tables_with(first, other(**noted)))) == [("H1", "H2")]
    assert names(found(tables_with(first, other(**noted | {"装修": "毛坯", "业主ID": ""})))) == []
    without = {"所在层": ""}
    bare = other(房源ID="H1", **BARE, **without)
    assert names(found(tables_with(bare, other(**BARE, **without)))) == []
    same_source = {"备注": "建筑类型 板楼; 原编号 101113515819"}
    certain = found(tables_with(other(房源ID="H1", **BARE, **same_source), other(**BARE, **same_source, 挂牌价="700")))
    assert certain.results["pairs"]["score"].tolist() == [100]
    assert "原编号" in certain.results["pairs"]["why"].iloc[0]


@pytest.mark.requirement("F2")
def test_the_reason_names_what_agrees_and_the_cells_of_what_does_not() -> None:
    row = found(tables_with(FIRST, other(栋="3号楼", 挂牌价="530"))).results["pairs"].iloc[0]
    tables = tables_with(FIRST, FIRST)
    cell = {key: [tables.cell("listings", at, key) for at in (2, 3)] for key in ("building", "price", "listing_id")}
    one, two = cell["building"]
    assert f"{one}「3栋 2单元 501」、{two}「3号楼 2单元 501」" in row["why"]
    one, two = cell["price"]
    assert f"不同: 挂牌价 520({one}) / 530({two})" in row["why"]
    assert "相同: 建筑面积 89.5、所在层 5" in row["why"]
    assert [row["first_cell"], row["second_cell"]] == cell["listing_id"]
    assert row["first"] == "阳光花园 3栋 2单元 501 2室 89.5㎡ 520万元"
    assert row["keep"] == "H1 (编号在前)"


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        ("未核 | 独家 | 2026-01-01", "已核 | 普通 | 2026-02-01", "H2 (已核验)"),
        ("已核 | 普通 | 2026-01-01", "已核 | 限时独家 | 2026-02-01", "H2 (独家委托)"),
        ("未核 | 普通 | 2026-02-01", "未核 | 普通 | 2026-01-01", "H2 (上架在前)"),
        ("未核 | 普通 | 2026-02-01", "未核 | 普通 |", "H1 (写了上架日)"),
        ("未核 | 普通 |", "未核 | 普通 | 2026-02-01", "H2 (写了上架日)"),
        ("未核 | 普通 | 2026-02-01", "未核 | 普通 | 2026-02-01", "H1 (编号在前)"),
    ],
)
def test_which_of_the_two_to_keep(first: str, second: str, kept: str) -> None:
    header = "房源\n| 房源ID | 交易 | 小区 | 栋 | 室号 | 核验 | 委托类型 | 上架日 |\n"
    text = f"{header}| H1 | 售 | 甲园 | 1 | 101 | {first} |\n| H2 | 售 | 甲园 | 1 | 101 | {second} |"
    assert found(tables_from(text)).results["pairs"]["keep"].tolist() == [kept]


def pair_sheet(verdict: str) -> str:
    return f"疑似重复\n| 分数 | 判断 | 房源甲ID | 房源乙ID |\n| 100 | {verdict} | H1 | H2 |"


@pytest.mark.requirement("F2")
@pytest.mark.parametrize(
    ("verdict", "state", "waiting", "warned"),
    [
        ("", "待判断", 1, 2),
        ("稍后", "稍后再看", 1, 2),
        ("不是", "不是同一套", 0, 0),
        ("同一套", "同一套, 请留一行", 0, 2),
    ],
)
def test_a_decision_is_remembered_and_not_asked_again(verdict: str, state: str, waiting: int, warned: int) -> None:
    tables = tables_with(FIRST, other(), pairs=pair_sheet(verdict))
    outcome = found(tables)
    assert outcome.results["pairs"]["state"].tolist() == [state]
    assert len(outcome.items) == outcome.figures["pairs_open"] == waiting
    assert len(duplicate_address(tables, TODAY, Settings())) == warned


def test_one_flat_by_decision_is_told_whatever_the_addresses_say() -> None:
    tables = tables_with(FIRST, other(室号="502"), pairs=pair_sheet("同一套"))
    findings = duplicate_address(tables, TODAY, Settings())
    assert [(f.row, "已判断" in f.message) for f in findings] == [(2, True), (3, True)]
    gone = tables_with(FIRST, other(室号="502", 状态="下架"), pairs=pair_sheet("同一套"))
    assert duplicate_address(gone, TODAY, Settings()) == []


def test_a_third_row_of_the_flat_is_still_told_where_two_are_not_one() -> None:
    tables = tables_with(FIRST, other(), other(房源ID="H3"), pairs=pair_sheet("不是"))
    assert [f.row for f in duplicate_address(tables, TODAY, Settings())] == [2, 3, 4]
    assert "室号" not in duplicate_address(tables, TODAY, Settings())[0].message.split("是同一套房")[0]


def test_what_waits_comes_first_then_by_score() -> None:
    rows = (FIRST, other(), other(房源ID="H3", 单元=""))
    outcome = found(tables_with(*rows, pairs=pair_sheet("不是")))
    assert names(outcome) == [("H1", "H3"), ("H2", "H3"), ("H1", "H2")]
    most = found(tables_with(*rows), Duplicate(most_pairs=1))
    assert names(most) == [("H1", "H2")]
    assert most.figures["pairs_left_out"] == 2


def test_what_was_decided_is_listed_beside_the_most_pairs_and_below_the_least_score() -> None:
    rows = (FIRST, other(), other(房源ID="H3", 单元=""))
    tables = tables_with(*rows, pairs=pair_sheet("不是"))
    one = found(tables, Duplicate(most_pairs=1))
    assert (names(one), one.figures["pairs_left_out"]) == ([("H1", "H3"), ("H1", "H2")], 1)
    none = found(tables, Duplicate(least_score=101))
    assert (names(none), none.results["pairs"]["state"].tolist()) == ([("H1", "H2")], ["不是同一套"])


@pytest.mark.parametrize(
    ("verdict", "status", "state"),
    [("不是", "在售", "已了结"), ("同一套", "在售", "同一套, 请留一行"), ("同一套", "下架", "已了结")],
)
def test_a_decision_outlives_what_spoke_for_the_pair(verdict: str, status: str, state: str) -> None:
    tables = tables_with(FIRST, other(室号="502", 状态=status), pairs=pair_sheet(verdict))
    row = found(tables).results["pairs"].iloc[0]
    assert (row["verdict"], row["state"], row["score"]) == (verdict, state, 100)


@pytest.mark.requirement("F2", "R67")
@pytest.mark.parametrize(("verdict", "warned"), [("不是", 0), ("同一套", 2)])
def test_checks_that_follow_in_the_same_run_know_the_decision(verdict: str, warned: int) -> None:
    for second in (other(), other(室号="502")):
        tables = tables_with(FIRST, second, pairs=pair_sheet(verdict))
        assert len(duplicate_address(tables.with_outcome(found(tables)), TODAY, Settings())) == warned


def test_the_least_score_and_the_bands_are_settings() -> None:
    tables = tables_with(FIRST, other(单元="", 建筑面积="91", 挂牌价="600"))
    assert names(found(tables)) == []
    assert names(found(tables, Duplicate(area_band=2, price_band=20))) == [("H1", "H2")]
    assert names(found(tables, Duplicate(area_band=2, price_band=20, least_score=90))) == []


def test_the_order_of_the_rows_does_not_matter() -> None:
    tables = tables_with(FIRST, other(), other(房源ID="H3", 单元=""), other(房源ID="H4", 室号="502"))
    keys = ["first_id", "second_id", "score", "state", "first", "second", "keep"]
    one, again = (found(each).results["pairs"][keys] for each in (tables, shuffled(tables)))
    pd.testing.assert_frame_equal(one, again)


def test_the_input_is_left_alone_and_no_listing_makes_no_pair() -> None:
    tables = tables_with(FIRST, other())
    before = tables["listings"].copy()
    found(tables)
    pd.testing.assert_frame_equal(tables["listings"], before)
    assert names(found(tables_from(""))) == []


VERIFIED = "房源\n| 房源ID | 状态 | 核验 | 核验到期 |\n"


@pytest.mark.requirement("R67")
@pytest.mark.parametrize(
    ("verify", "stands", "until"),
    [
        ("已核", "", "2026-03-12"),
        ("已核", "2026-02-01", "2026-02-01"),
        ("未核", "", None),
        ("存疑", "2026-05-01", None),
        ("虚假", "", None),
    ],
)
def test_a_verification_holds_for_so_many_days(verify: str, stands: str, until: str | None) -> None:
    tables = tables_from(f"{VERIFIED}| H1 | 在售 | {verify} | {stands} |")
    settings = replace(Settings(), duplicate=Duplicate(verify_days=10))
    day = verified_until(tables["listings"], TODAY, settings).iloc[0]
    assert (None if day != day else f"{day:%Y-%m-%d}") == until
    assert (
        duplicates(tables, TODAY, settings)
        .updates["listings"]["verify_to"]
        .equals(verified_until(tables["listings"], TODAY, settings))
    )


@pytest.mark.requirement("R67")
@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("在售 | 已核 | 2026-03-01", True), ("在售 | 已核 | 2026-03-02", False), ("下架 | 已核 | 2026-03-01", False),
        ("在租 | 未核 | 2026-03-01", False), ("议价中 | 已核 | 2025-03-01", True), ("在售 | 已核 |", False),
    ],
)  # fmt: skip
def test_an_expired_verification_of_a_home_on_offer_is_a_finding(row: str, told: bool) -> None:
    findings = verification_expired(tables_from(f"{VERIFIED}| H1 | {row} |"), TODAY, Settings())
    assert [(f.row, f.column) for f in findings] == ([(2, "verify_to")] if told else [])


def test_neighbours_are_all_pairs_within_a_block_and_a_band() -> None:
    block = pd.Series([1, 1, 1, 2, 0, 0, 1]).to_numpy()
    values = pd.Series([100.0, 101.0, 102.1, 100.0, 5.0, 5.0, float("nan")]).to_numpy()
    first, second, left_out = neighbours(block, values, 0.01)
    assert left_out.size == 0
    assert {*zip(first.tolist(), second.tolist(), strict=True)} == {(0, 1)}
    assert len(neighbours(block, values, 0.011)[0]) == 2


def test_a_combination_with_an_empty_part_is_no_block() -> None:
    one, two = pd.Series([1, 1, 2, 0]).to_numpy(), pd.Series([3, 3, 3, 3]).to_numpy()
    block = joined(one, two)
    assert block[0] == block[1] != block[2]
    assert block[3] == 0
