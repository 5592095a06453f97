"""One flat has one address in every spelling, in one cell or in three; a neighbour has another. And which names of estates may be one."""

import pandas as pd
import pytest

from macros.duplicates.address import Address, address_of, addresses, duplicate_keys, estate_root
from macros.duplicates.names import alike

ESTATE = "阳光花园"
FLAT = Address("", "3", "2", "501")

SPELLINGS = [
    ("3", "2", "501"), ("3栋", "2单元", "501"), ("3号楼", "二单元", "501室"), ("３幢", "２", "５０１"), ("叁号楼", "贰单元", "501"),
    ("3#", "2门", "501 号"), ("03", "02", "0501"), ("3楼", "2单元", "501"), ("第3栋", "第2单元", "501房"), ("三座", "2梯", "五〇一"),
    ("3栋", "2", "五百零一"), ("3", "2", "5-01"), ("3", "2", "2-501"), ("3", "2", "3-2-501"), ("3号楼", "", "2单元501"), ("3", "", "2-501"),
    ("3栋2单元", "", "501"), ("3-2", "", "501"), ("", "", "3-2-501"), ("", "", "3—2—501"), ("", "", "3/2/501"), ("", "", "3 2 501"),
    ("3-2-501", "", ""), ("", "", "3栋2单元501"), ("", "", "3栋2单元5楼501"), ("", "", "3号楼5层2单元501室"), ("3号2单元501号", "", ""),
    ("", "", "阳光花园3号楼二单元501室"), ("阳光花园3-2-501", "", ""), ("3#楼", "2单元", "501户"),
]  # fmt: skip


@pytest.mark.requirement("F2")
@pytest.mark.parametrize("cells", SPELLINGS)
def test_one_flat_in_every_spelling(cells: tuple[str, str, str]) -> None:
    assert address_of(ESTATE, *cells) == FLAT


@pytest.mark.requirement("F2")
@pytest.mark.parametrize(
    ("cells", "address"),
    [
        (("3", "2", "502"), ("", "3", "2", "502")),
        (("3", "2", "1501"), ("", "3", "2", "1501")),
        (("13", "2", "501"), ("", "13", "2", "501")),
        (("", "", "32-501"), ("", "32", "", "501")),
        (("3", "", "501"), ("", "3", "", "501")),
        (("3栋501", "", ""), ("", "3", "", "501")),
        (("A座", "", "501"), ("", "a", "", "501")),
        (("Ａ", "", "A501"), ("", "a", "", "501")),
        (("", "", "A501"), ("", "a", "", "501")),
        (("B", "", "A501"), ("", "b", "", "a501")),
        (("A3", "2", "501"), ("", "a3", "2", "501")),
        (("3A", "2", "501"), ("", "3a", "2", "501")),
        (("3", "3", "3-501"), ("", "3", "3", "501")),
        (("二期3栋", "2", "501"), ("2期", "3", "2", "501")),
        (("1号院3号楼", "2单元", "501"), ("1院", "3", "2", "501")),
        (("1期3栋", "2", "501"), ("1期", "3", "2", "501")),
        (("天字3号楼", "2", "501"), ("", "天字3", "2", "501")),
        (("十二栋", "2", "二十一"), ("", "12", "2", "21")),
        (("二十栋", "廿一", "一百零二"), ("", "20", "21", "102")),
        (("商业街", "", "12"), ("", "商业街", "", "12")),
        (("3", "2", ""), ("", "3", "2", "")),
        (("", "", ""), ("", "", "", "")),
    ],
)
def test_other_flats_and_what_is_not_told(cells: tuple[str, str, str], address: tuple[str, str, str, str]) -> None:
    assert tuple(address_of(ESTATE, *cells)) == address


def test_addresses_are_those_of_each_row() -> None:
    rows = list(zip(*SPELLINGS, strict=True))
    assert addresses([ESTATE] * len(SPELLINGS), *rows) == [FLAT] * len(SPELLINGS)


def test_a_key_names_estate_phase_building_unit_and_room() -> None:
    frame = pd.DataFrame(
        [(" 阳光 花园", "叁号楼", "", "２－501"), (ESTATE, "二期3栋", "2", "501"), ("", "3", "2", "501"), (ESTATE, "3", "2", "")],
        columns=["estate", "building", "unit", "room_no"], index=[4, 2, 9, 5],
    )  # fmt: skip
    keys = duplicate_keys(frame)
    assert keys.to_dict() == {4: "阳光花园|3|2|501", 2: "阳光花园|2期3|2|501", 9: "", 5: ""}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("阳光花园", "阳光花园小区", True),
        ("阳光花园（一期）", "阳光花园一期", True),
        ("DBC加州·小镇", "dbc加州小镇", True),
        ("小区", "小区", True),
        ("阳光花园一期", "阳光花园二期", False),
    ],
)
def test_the_root_of_an_estates_name(one: str, other: str, same: bool) -> None:
    assert (estate_root(one) == estate_root(other)) is same


@pytest.mark.parametrize(
    ("one", "other", "may_be"),
    [
        ("阳光花园", "阳光花圆", True),
        ("阳光花园", "阳花光园", True),
        ("阳光花园", "阳光大花园", True),
        ("阳光花园", "朝阳区阳光花园", True),
        ("阳光花园", "朝阳区大阳光花园", False),  # four more
        ("阳光花园", "月光花圆", False),  # two changed
        ("阳光花园", "阳光花园一期", False),
        ("阳光花园一期", "阳光花园二期", False),
        ("阳光花园东区", "阳光花园西区", False),
        ("东湖家园", "西湖家园", False),
        ("远洋a座公寓", "远洋b座公寓", False),
        ("星城", "新城", False),
        ("阳光花园", "阳光花园", False),  # the same name is no other spelling
    ],
)
def test_names_that_may_be_one(one: str, other: str, may_be: bool) -> None:
    assert alike(one, other) is may_be
    assert alike(other, one) is may_be
