"""查重 against a market that was planted without knowing what the program reads: tests/planting.py. And lists that are nothing but duplicates."""

import time
from collections import Counter

import pandas as pd
import pytest

from bench.duplicates import LEAST, MOST_SECONDS, TODAY, found_in, tables_of
from macros.duplicates import duplicates
from macros.duplicates.address import address_of, addresses
from macros.duplicates.kept import standing_for
from macros.duplicates.names import alike, lacks_part
from macros.duplicates.pairs import FREE_PAIRS, PAIRS_PER_ROW, Facts, candidates, neighbours
from macros.settings import Settings
from tests.planting import ALIKE, PLANTS, Market, Size, market
from tests.tables import tables_from
from workbook.changes import Outcome
from workbook.sheets import BY_KEY
from workbook.tables import to_frame

MARKET = Size(listings=5_000, plants=400, alike=200)


def listings_of(rows: list[dict[str, object]]) -> pd.DataFrame:
    return to_frame(BY_KEY["listings"], pd.DataFrame(rows, index=pd.RangeIndex(2, len(rows) + 2)))


@pytest.fixture(scope="module", params=[11, 12])
def planted(request: pytest.FixtureRequest) -> Market:
    return market(MARKET, request.param)


def test_the_market_is_what_it_says(planted: Market) -> None:
    assert len(planted.rows) == pytest.approx(MARKET.listings, abs=10)
    assert (len(planted.same), {*planted.same.values()}) == (MARKET.plants, {*PLANTS})
    assert {*planted.alike.values()} == {*ALIKE}
    assert len({str(row["listing_id"]) for row in planted.rows}) == len(planted.rows)
    assert not planted.same.keys() & (planted.open | planted.alike.keys())
    assert len(planted.open) < MARKET.plants / 10
    spelled = {
        (row["building"], row["unit"], row["room_no"]) for row in planted.rows if row["building"] in ("", "三号楼")
    }
    assert any("元" in str(cells[2]) for cells in spelled)


@pytest.mark.requirement("F2", "R67")
def test_planted_duplicates_are_found_and_look_alikes_are_not(planted: Market) -> None:
    found = found_in(listings_of(planted.rows))
    precision, recall = planted.judge(found)
    assert precision >= LEAST
    assert recall >= LEAST
    kinds = Counter(planted.same.values())
    hits = Counter(planted.same[pair] for pair in found & planted.same.keys())
    assert {kind: hits[kind] / count >= 0.95 for kind, count in kinds.items()} == dict.fromkeys(kinds, True)
    assert not found & {pair for pair in planted.alike if pair not in planted.open}


@pytest.mark.slow
@pytest.mark.requirement("F2")
def test_five_thousand_blind_plants_among_a_hundred_thousand() -> None:
    whole = market(Size(100_000, 5_000, 2_000), 13)
    listings = listings_of(whole.rows)
    began = time.process_time()
    found = found_in(listings)
    seconds = time.process_time() - began
    precision, recall = whole.judge(found)
    assert (len(whole.same), precision >= LEAST, recall >= LEAST) == (5_000, True, True)
    assert seconds <= 2 * MOST_SECONDS  # the mark holds on a quiet machine: bench/duplicates.py --blind


SPELLINGS = [
    (("3座", "", "5楼01"), ("3", "", "501")), (("3栋", "2", "5层01室"), ("3", "2", "501")), (("3", "", "5F-01"), ("3", "", "501")),
    (("3号楼", "2", "五楼01"), ("3", "2", "501")), (("3", "", "12层1室"), ("3", "", "1201")), (("", "", "3号楼5楼01"), ("3", "", "501")),
    (("3", "", "十二楼03"), ("3", "", "1203")), (("3", "2", "五零一A"), ("3", "2", "501a")), (("2-2", "", "306"), ("2", "2", "306")),
    (("3", "2", "501+502"), ("3", "2", "501+502")), (("3", "2", "501、502室"), ("3", "2", "501+502")),
    (("3", "2", "502和501"), ("3", "2", "501+502")),
    (("", "", "3栋2单元501室+502室"), ("3", "2", "501+502")), (("3", "2", "０５０１＋０５０２"), ("3", "2", "501+502")),
    (("3楼", "2单元", "501"), ("3", "2", "501")), (("", "", "3楼2单元501"), ("3", "2", "501")),
    (("3", "", "12"), ("3", "", "12")), (("", "", "3号楼01"), ("3", "", "1")),
]  # fmt: skip


@pytest.mark.requirement("F2")
@pytest.mark.parametrize(("cells", "flat"), SPELLINGS)
def test_storeys_with_doors_and_flats_of_two_rooms(cells: tuple[str, str, str], flat: tuple[str, str, str]) -> None:
    assert tuple(address_of("阳光花园", *cells)) == ("", *flat)


@pytest.mark.parametrize("storey", ["5", "15", "6"])
def test_another_storey_is_another_flat_however_it_is_written(storey: str) -> None:
    written = {address_of("甲园", "3", "2", f"{storey}{sign}01").room for sign in ("楼", "层", "F-", "F")}
    assert written == {f"{storey}01"}


def test_plain_numbers_are_read_in_one_way_fast_or_slow() -> None:
    cells = [
        (b, u, r)
        for b in ("3", "03", "0", "12", "3栋")
        for u in ("", "2", "02", "0")
        for r in ("501", "0501", "5", "00", "1501")
    ]
    fast = addresses(["甲园"] * len(cells), *zip(*cells, strict=True))
    assert fast == [address_of("甲园", *cell) for cell in cells]


@pytest.mark.parametrize(
    ("one", "other", "may_be"),
    [
        ("阳光花园", "阳光花园1期", True), ("阳光花园", "阳光花园a区", True), ("阳光花园", "阳光花园东区", True),
        ("阳光花园", "阳光花园1期东区", True),
        ("阳光花园1期", "阳光花园2期", False), ("阳光花园", "阳光花园北", False), ("阳光花园", "阳光花园公馆", False),
        ("星城", "星城1期", False), ("阳光花园", "阳光花园", False), ("花园1期", "阳光花园1期", False),
    ],
)  # fmt: skip
def test_a_name_without_its_phase(one: str, other: str, may_be: bool) -> None:
    assert lacks_part(one, other) is lacks_part(other, one) is may_be


@pytest.mark.parametrize(
    ("one", "other", "may_be"),
    [
        ("西湖府邸西区", "西苑府邸西区", True), ("望京西园四区", "望京东园四区", False), ("芍药居北里", "芍药居里", False),
        ("天通苑东一区", "天通苑东二区", False), ("红莲北里", "红莲中里", False), ("滨江公馆南区", "江江公馆南区", True),
    ],
)  # fmt: skip
def test_a_slip_is_no_other_court(one: str, other: str, may_be: bool) -> None:
    assert alike(one, other) is alike(other, one) is may_be


def crowd(count: int, **changed: object) -> pd.DataFrame:
    """Return so many rows of one flat, each with an id of its own."""
    flat: dict[str, object] = {
        "deal_type": "售", "status": "在售", "estate": "阳光花园", "building": "3", "unit": "2", "room_no": "501", "area": 89.5, "price": 520.0,
        "floor": 5.0, "floors": 18.0, "rooms": 2.0, "halls": 1.0, "orient": "南", "district": "城东",
    }  # fmt: skip
    return listings_of([{"listing_id": f"H{n:06d}"} | flat | changed for n in range(count)])


NO_ADDRESS = dict.fromkeys(("building", "unit", "room_no"), "")
NOTHING = (
    NO_ADDRESS
    | dict.fromkeys(("estate", "orient", "district"), "")
    | dict.fromkeys(("area", "price", "floor", "floors", "rooms", "halls"), None)
)
CROWDS = {
    "one flat": {},
    "no address": NO_ADDRESS,
    "nothing at all": NOTHING,
    "no certificate": NOTHING | {"cert_no": "办理中"},
}


@pytest.mark.parametrize("changed", CROWDS.values(), ids=CROWDS)
def test_a_list_of_one_word_is_not_compared_all_with_all(changed: dict[str, object]) -> None:
    rows = 20_000
    facts = Facts(crowd(rows, **changed))
    began = time.process_time()
    pairs = candidates(facts)
    assert len(pairs.first) <= FREE_PAIRS + PAIRS_PER_ROW * rows  # all with all would be 200 million
    assert bool(facts.crowded.any()) is bool(len(pairs.first))
    assert time.process_time() - began < 10


def test_rows_of_a_crowd_do_not_keep_others_from_being_found() -> None:
    others = crowd(2, room_no="1203", area=61.0, price=333.0).assign(listing_id=["H9000001", "H9000002"])
    listings = pd.concat([crowd(5_000), others], ignore_index=True)
    facts = Facts(listings.set_axis(pd.RangeIndex(2, len(listings) + 2)))
    pairs = candidates(facts)
    named = {*zip(facts.ids[pairs.first].tolist(), facts.ids[pairs.second].tolist(), strict=True)}
    assert ("H9000001", "H9000002") in named
    assert {*facts.ids[facts.crowded].tolist()} == {f"H{n:06d}" for n in range(5_000)}


def test_a_small_crowd_is_compared_all_with_all() -> None:
    block, values = pd.Series([1] * 150).to_numpy(), pd.Series([1.0] * 150).to_numpy()
    first, _, crowded = neighbours(block, values, 0)
    assert (len(first), len(crowded)) == (150 * 149 // 2, 0)


@pytest.mark.requirement("F2")
def test_twenty_thousand_rows_of_one_estate_are_read_in_seconds() -> None:
    place = [
        (number // 480 + 1, number // 120 % 4 + 1, f"{number // 4 % 30 + 1}{number % 4 + 1:02d}")
        for number in range(20_000)
    ]
    listings = crowd(20_000).assign(
        building=[str(b) for b, _, _ in place], unit=[str(u) for _, u, _ in place], room_no=[r for *_, r in place],
        floor=[float(r[:-2]) for *_, r in place],
    )  # fmt: skip
    began = time.process_time()
    assert found_in(listings) == set()
    assert time.process_time() - began < 5


def found(frame: pd.DataFrame) -> Outcome:
    return duplicates(tables_of(frame), TODAY, Settings())


def test_what_was_not_compared_is_told_with_a_cell() -> None:
    outcome = found(crowd(300))
    assert outcome.figures["pairs_crowded"] == 300
    assert outcome.figures["pairs_crowded_at"] == tables_of(crowd(1)).cell("listings", 2, "estate")
    assert "pairs_crowded_at" not in found(crowd(3)).figures


@pytest.mark.parametrize(
    ("number", "listed"), [("办理中", 0), ("无", 0), ("京房权证****", 0), ("x京12", 0), ("京2019号0034567", 1)]
)
def test_a_word_in_place_of_a_certificate_makes_no_pair(number: str, listed: int) -> None:
    rows = crowd(2, **NOTHING, cert_no=number)
    assert len(found(rows).results["pairs"]) == listed


OFFERED = "房源\n| 房源ID | 交易 | 核验 | 委托类型 | 上架日 |\n"


def judged(*pairs: str) -> str:
    lines = "".join(f"| {pair} |\n" for pair in pairs)
    return f"疑似重复\n| 房源甲ID | 房源乙ID | 判断 |\n{lines}"


@pytest.mark.requirement("F2")
@pytest.mark.parametrize(
    ("pairs", "best"),
    [
        (("H1 | H2 | 同一套",), {"H1": "H2", "H2": "H2"}),  # H2 is verified
        (("H2 | H1 | 是",), {"H1": "H2", "H2": "H2"}),
        (("H1 | H2 | 不是", "H1 | H3 | 稍后", "H3 | H4 |"), {}),
        (("H1 | H3 | 同一套", "H3 | H2 | 同一套"), {"H1": "H2", "H2": "H2", "H3": "H2"}),
        (
            ("H1 | H3 | 同一套", "H2 | H4 | 同一套"),
            {"H1": "H3", "H3": "H3", "H2": "H4", "H4": "H4"},
        ),  # exclusive; for sale and to let
        (("H9 | H1 | 同一套",), {"H9": "H1", "H1": "H1"}),  # H9 is gone: a refusal of it counts for H1
        (("H8 | H9 | 同一套",), {}),
    ],
)
def test_which_row_stands_for_a_flat(pairs: tuple[str, ...], best: dict[str, str]) -> None:
    rows = "| H1 | 售 | 未核 | 普通 | |\n| H2 | 售 | 已核 | 普通 | |\n| H3 | 售 | 未核 | 独家 | |\n| H4 | 租售 | 未核 | 普通 | |\n"
    tables = tables_from(f"{OFFERED}{rows}{judged(*pairs)}")
    assert standing_for(tables["listings"], tables["pairs"]) == best
