"""What people decided about pairs: three of one person, decisions against each other, and what holds after one was merged away."""

import datetime as dt
from collections.abc import Sequence

import pandas as pd
import pytest

from macros.clients_alike import clients_alike
from macros.clients_alike.judged import became, carried_on, groups
from macros.clients_alike.merging import merged
from macros.settings import Settings
from tests.tables import tables_from
from workbook.sheets.client_pairs import WHOLE
from workbook.tables import Tables

TODAY = dt.date(2026, 3, 20)
OWNERS = ("李雷", "韩梅", "李雷")
SHEET = "重复客户\n| 分数 | 栏 | 判断 | 取谁的 |\n"


def three(owners: Sequence[str] = ("", "", ""), **verdict: str) -> Tables:
    """Three rows of one number after 查重; `verdict` by the two numbers, as _12="同一人"."""
    rows = "".join(f"| C{n} | 王芳 | 13800001111 | {owner} |\n" for n, owner in enumerate(owners, 1))
    return decided(tables_from(f"客户\n| 客户ID | 姓名 | 手机1 | 归属人 |\n{rows}{SHEET}"), **verdict)


def decided(tables: Tables, **verdict: str) -> Tables:
    listed = clients_alike(tables, TODAY, Settings()).results["client_pairs"]
    listed = listed.set_axis(range(2, len(listed) + 2))
    said = {(f"C{name[1]}", f"C{name[2]}"): one for name, one in verdict.items()}
    pairs = zip(listed["first_id"], listed["second_id"], listed["field"], strict=True)
    chosen = [said.get((one, other), "") if field == WHOLE else "" for one, other, field in pairs]
    return tables.updated({}, {"client_pairs": listed.assign(verdict=chosen)})


def ids(tables: Tables) -> list[str]:
    return sorted(tables["clients"]["client_id"])


def test_groups_hang_together_by_common_clients() -> None:
    same = [("C4", "C5"), ("C1", "C2"), ("C2", "C3")]
    found = groups(same, {("C1", "C3"): "不是", ("C4", "C1"): "不是"})
    assert [group.pairs for group in found] == [(("C1", "C2"), ("C2", "C3")), (("C4", "C5"),)]
    assert [group.against for group in found] == [("C1", "C3"), None]


@pytest.mark.requirement("F1")
@pytest.mark.parametrize(
    "verdict",
    [{"_12": "同一人", "_23": "同一人"}, {"_13": "同一人", "_23": "同一人"}, {"_12": "同一人", "_13": "同一人"}],
)
def test_two_judgements_make_one_of_three(verdict: dict[str, str]) -> None:
    assert len(merged(three(("", "", ""), **verdict)).tables["clients"]) == 1


@pytest.mark.parametrize("other", ["不是", "一家人"])
def test_judgements_that_contradict_each_other_merge_nobody(other: str) -> None:
    tables = three(_12="同一人", _23="同一人", _13=other)
    found = merged(tables)
    assert (found.gone, found.updates, found.items) == ({}, {}, [])
    rows = tables["client_pairs"].loc[tables["client_pairs"]["verdict"] != ""]
    cells = {(row.first_id, row.second_id): f"重复客户!C{row.Index}" for row in rows.itertuples()}
    where = f"{cells['C1', 'C2']}、{cells['C1', 'C3']}"
    assert found.held == [
        f"{where}: 判断互相矛盾, 没有合并: C1、C3 判成了两个人, 别的几对又把他们连成同一人。请改其中一处的「判断」。"
    ]


def test_a_group_is_merged_whole_or_not_at_all() -> None:
    found = merged(three(_13="同一人", _12="同一人", owners=OWNERS))
    assert ids(found.tables) == ["C1", "C2", "C3"]
    assert len(found.held) == 1
    assert "归属人不一样(李雷、韩梅)" in found.held[0]


def test_what_was_chosen_of_two_holds_when_the_third_comes() -> None:
    tables = three(_12="同一人", _23="同一人", owners=OWNERS)
    listed = tables["client_pairs"]
    asked = (listed["field"] == "归属人") & (listed["first_id"] == "C1")
    tables = tables.updated({}, {"client_pairs": listed.assign(choice=asked.map({True: "乙", False: ""}))})
    found = merged(tables)
    assert found.held == []
    assert found.tables["clients"]["owner"].tolist() == ["韩梅"]


@pytest.mark.requirement("F1")
def test_who_is_not_b_is_not_a_once_b_is_a() -> None:
    found = merged(three(_12="同一人", _23="不是"))
    assert ids(found.tables) == ["C1", "C3"]
    after = clients_alike(found.tables, TODAY, Settings())
    assert carried_on(found.tables) == {("C1", "C3"): "不是"}
    assert after.items == [], "the two are not asked about again"
    assert became(found.tables) == {"C2": "C1"}


def test_chains_of_merging_lead_to_who_is_left() -> None:
    first = merged(three(_12="同一人")).tables
    again = decided(first, _13="同一人")
    both = first["client_pairs"].loc[first["client_pairs"]["verdict"] != ""].assign(state="已了结")
    rows = again["client_pairs"].set_axis(range(50, 50 + len(again["client_pairs"])))
    table = again.updated({}, {"client_pairs": pd.concat([both, rows])})
    last = merged(table).tables
    assert ids(last) == ["C1"]
    assert became(last) == {"C2": "C1", "C3": "C1"}


def test_a_judgement_in_the_wrong_row_is_told() -> None:
    tables = three(owners=OWNERS)
    listed = tables["client_pairs"]
    row = listed.index[listed["field"] == "归属人"][0]
    wrong = listed.assign(verdict=["同一人" if one == row else "" for one in listed.index])
    found = merged(tables.updated({}, {"client_pairs": wrong}))
    assert found.items == []
    assert found.held == [
        f"重复客户!C{row}: 「判断」选在了「归属人」这一行, 没有照做。请选在这一对客户的「{WHOLE}」那一行。"
    ]
    whole = wrong.assign(verdict=wrong["verdict"].where(listed["field"] != WHOLE, "稍后"))
    assert merged(tables.updated({}, {"client_pairs": whole})).held == [], "filled down: what the pair says counts"


def test_households_grow_together() -> None:
    people = (
        "| C1 | 王芳 | 13800001111 | |",
        "| C2 | 李强 | 13800001111 | C4 |",
        "| C3 | 王小 | | C1 |",
        "| C4 | 李父 | | |",
    )
    text = "\n".join(("客户", "| 客户ID | 姓名 | 手机1 | 关联客户 |", *people, ""))
    found = merged(decided(tables_from(text), _12="一家人"))
    assert [item["linked"] for item in found.items] == ["C2"]
    assert clients_alike(found.tables, TODAY, Settings()).items == []
    clients = found.tables["clients"].set_index("client_id")["household_id"]
    assert {clients["C2"], clients["C3"], clients["C4"]} == {"C1"}
    assert merged(found.tables).items == [], "the same again changes nothing"
