"""Buttons for the selected rows: what a selection means, and that its rows become what the whole action would make of them."""

import datetime as dt
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from tables import tables_from

from macros.actions import BY_NAME
from macros.matching.partial import match_listings, match_needs
from macros.press import press
from macros.run import draft_of, drafted, settle
from macros.selected import (
    outcome_of_match_selected,
    outcome_of_messages_selected,
    outcome_of_reverse_selected,
)
from macros.selected_messages import messages_for
from macros.session import Options, Session, start
from macros.settings import Settings
from tests.desks import NOW, MemoryDesk, desk_of
from workbook.book import Grid, Selection
from workbook.changes import Outcome, Plan
from workbook.errors import GenjinError, SheetRefused
from workbook.sheets import BY_KEY, MATCHES
from workbook.tables import Tables

TODAY = NOW.date()
Find = Callable[[Session, Selection | None], Outcome]


def session_of(desk: MemoryDesk) -> Session:
    return start(desk, Options(TODAY, NOW))


@pytest.fixture(scope="module")
def sheets(yesterday: Path) -> dict[str, Grid]:
    """The cells of a small sample in which everything was run."""
    return desk_of(yesterday).sheets


@pytest.fixture
def desk(sheets: dict[str, Grid]) -> MemoryDesk:
    """That workbook open, and belonging to no file."""
    return MemoryDesk(sheets)


def plan(desk: MemoryDesk, find: Find, sheet: str, *rows: int) -> Plan:
    """Return what a button would write for a selection."""
    session = session_of(desk)
    return draft_of("match", session, find(session, Selection(sheet, rows))).plan


def run(desk: MemoryDesk, name: str) -> None:
    session = session_of(desk)
    settle(drafted(BY_NAME[name], session), session)


def type_into(desk: MemoryDesk, key: str, row: int, **values: object) -> None:
    sheet = BY_KEY[key]
    desk.type(sheet.label, {row: {sheet.labels.index(sheet[c].label) + 1: value for c, value in values.items()}})


def rows_of(desk: MemoryDesk, label: str) -> range:
    return range(2, len(desk.sheets[label]) + 1)


BUTTONS = [
    (outcome_of_match_selected, "客户"),
    (outcome_of_match_selected, "匹配结果"),
    (outcome_of_reverse_selected, "房源"),
    (outcome_of_reverse_selected, "反向匹配"),
    (outcome_of_messages_selected, "今日待办"),
    (outcome_of_messages_selected, "消息"),
]


@pytest.mark.parametrize(("find", "sheet"), BUTTONS)
def test_after_the_whole_action_nothing_is_left_to_do_for_any_selection(find, sheet, desk):
    chance = random.Random(sheet)
    everything = list(rows_of(desk, sheet))
    if sheet == "今日待办":  # some of its lines are about a listing, and about no client
        at = BY_KEY["due"].labels.index("客户ID")
        everything = [row for row in everything if desk.sheets[sheet][row - 1][at]]
    for size in (1, 5, len(everything)):
        some = sorted(chance.sample(everything, size))
        try:
            assert list(plan(desk, find, sheet, *some)) == [], some
        except GenjinError as refusal:
            assert "需求" in refusal.what  # noqa: PT017 - a client of the sample may have none


def test_what_people_wrote_beside_matches_stays_where_a_full_run_has_it(desk):
    chance = random.Random(5)
    for row in chance.sample(rows_of(desk, "匹配结果"), 40):
        type_into(desk, "matches", row, feedback=chance.choice(["拒绝", "想看"]), sent_at=dt.datetime(2026, 11, 19, 9))
    run(desk, "match")
    session = session_of(desk)
    before = session.tables["matches"]
    falls = before["req_id"] < before["req_id"].shift()
    assert falls.any(), "no refused listing is kept below the others"
    needs = sorted({*before["req_id"]})
    for size in (1, 3, 30, len(needs)):
        found = match_needs(session.tables, TODAY, session.settings, chance.sample(needs, size))
        assert list(draft_of("match", session, found).plan) == []


def test_a_listing_refused_now_is_kept_below_as_by_a_full_run(desk):
    first = session_of(desk).tables["matches"].iloc[0]
    type_into(desk, "matches", 2, feedback="拒绝", refusal="价格")
    partly, wholly = (MemoryDesk(desk.sheets) for _ in range(2))
    session = session_of(partly)
    settle(draft_of("match", session, outcome_of_match_selected(session, Selection("匹配结果", (2,)))), session)
    run(wholly, "match")
    alike = [[line[1:] for line in one.sheets["匹配结果"]] for one in (partly, wholly)]
    assert alike[0] == alike[1]
    last = partly.sheets["匹配结果"][-1]
    assert {first["req_id"], first["listing_id"], "拒绝", "价格"} <= set(last)


def needs_with_matches(tables: Tables) -> pd.DataFrame:
    needs = tables["requests"]
    return needs[needs["req_id"].isin(tables["matches"]["req_id"]) & needs["budget_max"].notna()]


def test_rows_of_a_changed_client_are_those_of_a_full_run_and_no_other_sheet_is_touched(desk):
    need = needs_with_matches(session_of(desk).tables).iloc[3]
    other = needs_with_matches(session_of(desk).tables).iloc[7]
    for one in (need, other):
        type_into(desk, "requests", int(one.name), budget_max=one["budget_max"] * 0.8, tolerance=20)
    session = session_of(desk)
    client = session.tables["clients"].index[session.tables["clients"]["client_id"] == need["client_id"]][0]
    found = outcome_of_match_selected(session, Selection("客户", (int(client),)))
    draft = draft_of("match", session, found)
    assert set(draft.plan.counts()) == {"matches"}
    full = drafted(BY_NAME["match"], session).after["matches"]
    mine, whole, before = (
        frame.set_index("req_id").drop(columns="run_id")
        for frame in (found.results["matches"], full, session.tables["matches"])
    )
    assert mine.loc[need["req_id"]].equals(whole.loc[need["req_id"]])
    assert not mine.loc[need["req_id"]].equals(before.loc[need["req_id"]])
    assert mine.loc[other["req_id"]].equals(before.loc[other["req_id"]])
    assert [*zip(*found.results["matches"][["req_id", "rank"]].T.to_numpy(), strict=True)] == sorted(
        zip(*found.results["matches"][["req_id", "rank"]].T.to_numpy(), strict=True)
    )


def test_a_need_that_is_no_longer_open_loses_its_rows_and_only_its_own(desk):
    need = needs_with_matches(session_of(desk).tables).iloc[0]
    type_into(desk, "requests", int(need.name), req_status="取消")
    session = session_of(desk)
    found = outcome_of_match_selected(session, Selection("需求", (int(need.name),)))
    left = found.results["matches"]
    before = session.tables["matches"]
    assert list(left["listing_id"]) == list(before.loc[before["req_id"] != need["req_id"], "listing_id"])
    assert found.figures["chosen"] == 1


def test_a_sheet_sorted_by_a_person_is_put_in_order_and_nothing_lost(desk):
    desk.sheets["匹配结果"][1:] = sorted(desk.sheets["匹配结果"][1:], key=lambda line: str(line[4]))
    rows = {tuple(map(str, line[1:6])) for line in desk.sheets["匹配结果"][1:]}
    session = session_of(desk)
    found = outcome_of_match_selected(session, Selection("匹配结果", (5,))).results["matches"]
    assert list(found["req_id"]) == sorted(found["req_id"])
    assert {
        tuple(map(str, row)) for row in found[[c.key for c in MATCHES.columns[1:6]]].itertuples(index=False)
    } == rows


def test_rows_below_that_name_nothing_are_left_to_the_person(desk):
    desk.sheets["匹配结果"].append([None] * 13 + ["我的备注"])
    assert list(plan(desk, outcome_of_match_selected, "匹配结果", 2)) == []


@pytest.mark.requirement("F10")
def test_rows_of_a_changed_listing_are_those_of_a_full_run_and_no_other_sheet_is_touched(desk):
    listings = session_of(desk).tables["listings"]
    offered = listings[listings["listing_id"].isin(session_of(desk).tables["reverse"]["listing_id"])]
    rows = [int(row) for row in offered.index[:3]]
    for row in rows:
        type_into(desk, "listings", row, price=float(offered.at[row, "price"]) * 0.9)
    session = session_of(desk)
    found = outcome_of_reverse_selected(session, Selection("房源", (rows[0],)))
    assert set(draft_of("reverse", session, found).plan.counts()) == {"reverse"}
    full, before = drafted(BY_NAME["match"], session).after["reverse"], session.tables["reverse"]
    mine, whole, old = (frame.set_index("listing_id") for frame in (found.results["reverse"], full, before))
    ids = list(offered["listing_id"][:3])
    assert mine.loc[ids[0]].equals(whole.loc[ids[0]])
    assert not mine.loc[ids[0]].equals(old.loc[ids[0]])
    assert mine.loc[ids[1]].equals(old.loc[ids[1]])
    assert list(mine["best"].dropna()) == sorted(mine["best"].dropna(), reverse=True)


def test_a_listing_that_left_the_market_loses_its_row(desk):
    row = session_of(desk).tables["reverse"].index[0]
    gone = session_of(desk).tables["reverse"].at[row, "listing_id"]
    listings = session_of(desk).tables["listings"]
    type_into(desk, "listings", int(listings.index[listings["listing_id"] == gone][0]), status="已售")
    found = outcome_of_reverse_selected(session_of(desk), Selection("反向匹配", (int(row),)))
    assert gone not in set(found.results["reverse"]["listing_id"])
    assert (found.figures["chosen"], found.figures["listings"]) == (1, 0)


MARKET = """
需求
| 需求ID | 客户ID | 交易 | 需求状态 | 预算上限 | 意向区域 |
| Q1     | C1     | 买   | 有效     | 500      | 东城     |
房源
| 房源ID | 交易 | 状态 | 区域 | 价格 | 核验 |
| H1     | 售   | 在售 | 东城 | 480  | 已核 |
"""


def test_without_needs_or_listings_there_is_still_an_answer():
    needs, homes = MARKET.split("房源\n")
    nobody = match_listings(tables_from("房源\n" + homes), TODAY, Settings(), {"H1"})
    assert nobody.results["reverse"][["listing_id", "count"]].to_numpy().tolist() == [["H1", 0]]
    nothing = match_needs(tables_from(needs), TODAY, Settings(), {"Q1"})
    assert nothing.results["matches"].empty
    assert [finding.check for finding in nothing.findings] == ["no_match"]


def test_tables_are_not_changed(desk):
    session = session_of(desk)
    before = {key: frame.copy() for key, frame in session.tables.items()}
    for find, sheet in BUTTONS:
        find(session, Selection(sheet, (2, 3, 4)))
    assert all(frame.equals(before[key]) for key, frame in session.tables.items())


def test_a_row_without_an_id_is_given_one_and_matched(desk):
    needs = rows_of(desk, "需求")
    client = session_of(desk).tables["clients"].iloc[0]
    type_into(desk, "requests", needs[-1] + 1, client_id=client["client_id"], deal_type="买", budget_max=900)
    session = session_of(desk)
    found = outcome_of_match_selected(session, Selection("需求", (needs[-1] + 1,)))
    given = found.updates["requests"]["req_id"].iloc[0]
    assert given in set(found.results["matches"]["req_id"])


def test_texts_of_some_clients_do_not_hang_on_who_else_is_selected(desk):
    tables, settings = session_of(desk).tables, session_of(desk).settings
    ids = list(tables["clients"]["client_id"])[:20]
    together = messages_for(tables, TODAY, settings, ids).results["messages"]
    for client in ids[::7]:
        alone = messages_for(tables, TODAY, settings, [client]).results["messages"]
        mine = [frame[(frame["client_id"] == client)].reset_index(drop=True) for frame in (alone, together)]
        assert mine[0].equals(mine[1])


@pytest.mark.parametrize(
    ("find", "sheet", "rows", "complaint"),
    [
        (outcome_of_match_selected, "客户", (1,), "选区: 没有选中客户或需求。请先在「客户」或「需求」表里选中要匹配的几行, 再试一次。"),
        (outcome_of_match_selected, "房源", (2,), "选区: 没有选中客户或需求。请先在「客户」或「需求」表里选中要匹配的几行, 再试一次。"),
        (outcome_of_reverse_selected, "客户", (2,), "选区: 没有选中房源。请先在「房源」表里选中要匹配的几行, 再试一次。"),
        (outcome_of_messages_selected, "房源", (2,), "选区: 没有选中客户。请先在「客户」表里选中要发消息的几行, 再试一次。"),
        (outcome_of_messages_selected, "首页", (2,), "选区: 没有选中客户。请先在「客户」表里选中要发消息的几行, 再试一次。"),
    ],
)  # fmt: skip
def test_where_nothing_fitting_is_selected_it_is_said_what_to_select(find, sheet, rows, complaint, desk):
    for selection in (Selection(sheet, rows), None):
        with pytest.raises(GenjinError) as refusal:
            find(session_of(desk), selection)
        assert str(refusal.value) == complaint


def test_clients_without_a_need_are_named_as_such(desk):
    tables = session_of(desk).tables
    idle = tables["clients"][~tables["clients"]["client_id"].isin(tables["requests"]["client_id"])]
    if idle.empty:
        type_into(desk, "clients", rows_of(desk, "客户")[-1] + 1, name="新来的", phone1="13800001234")
    row = int(idle.index[0]) if len(idle) else rows_of(desk, "客户")[-1]
    with pytest.raises(GenjinError, match="选中的客户还没有需求。请先在「需求」表给他们各添一行"):
        outcome_of_match_selected(session_of(desk), Selection("客户", (row,)))


@pytest.mark.parametrize(
    ("find", "sheet", "missing"),
    [
        (outcome_of_match_selected, "客户", "匹配结果"),
        (outcome_of_reverse_selected, "房源", "反向匹配"),
        (outcome_of_messages_selected, "客户", "消息"),
    ],
)
def test_a_workbook_without_the_sheet_of_results_is_refused(find, sheet, missing, desk):
    del desk.sheets[missing]
    with pytest.raises(SheetRefused, match=missing):
        find(session_of(desk), Selection(sheet, (2,)))


@pytest.fixture
def open_book(sheets: dict[str, Grid], yesterday: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MemoryDesk:
    """The same workbook open, of a file of its own."""
    monkeypatch.setenv("GENJIN_HOME", str(tmp_path / "home"))
    return MemoryDesk(sheets, Path(shutil.copy(yesterday, tmp_path)))


def status(desk: MemoryDesk) -> str:
    """Return what the status cell says, without the time."""
    return next(c for line in desk.sheets["首页"] for c in line if str(c).startswith("09:30"))[6:]  # type: ignore[index]


@pytest.mark.requirement("F21")
def test_match_selected_writes_the_rows_shows_the_first_and_says_how_many(open_book):
    need = needs_with_matches(session_of(open_book).tables).iloc[5]
    type_into(open_book, "requests", int(need.name), tolerance=30, budget_max=need["budget_max"] * 1.1)
    open_book.select("需求", int(need.name))
    assert press("match_selected", open_book, now=NOW), open_book.boxes
    first = session_of(open_book).tables["matches"]
    row = first.index[first["req_id"] == need["req_id"]][0]
    assert open_book.shown == ("匹配结果", row, 1)
    best = first.loc[row]
    said = f"首选 {best['listing_id']} {best['home']}: {best['score']:g} 分, {best['why']}"
    assert status(open_book).startswith(f"1 个需求有合适房源, 0 个没有。\n{said}")
    assert "\n匹配所选: 改了" in status(open_book)
    assert press("match_selected", open_book, now=NOW)
    assert status(open_book).endswith("没有需要改的格子。")


def test_match_selected_says_why_a_need_found_nothing(open_book):
    need = needs_with_matches(session_of(open_book).tables).iloc[5]
    type_into(open_book, "requests", int(need.name), budget_min=None, budget_max=1, tolerance=0)
    open_book.select("需求", int(need.name))
    assert press("match_selected", open_book, now=NOW), open_book.boxes
    assert status(open_book).startswith("0 个需求有合适房源, 1 个没有。\n需求!")
    assert "没有合适的房源: 在市" in status(open_book)
    assert open_book.shown is None


@pytest.mark.parametrize(
    ("name", "sheet", "shown", "said"),
    [
        ("reverse", "房源", "反向匹配", "套房源有合适的需求"),
        ("messages_selected", "客户", "消息", "条可以复制发送"),
    ],
)
def test_the_other_buttons_write_show_and_say_too(name, sheet, shown, said, open_book):
    tables = session_of(open_book).tables
    listed = tables["reverse"]["listing_id"]
    rows = tables["listings"].index[tables["listings"]["listing_id"].isin(listed)] if sheet == "房源" else [2, 3, 4, 5]
    open_book.select(sheet, *(int(row) for row in list(rows)[:4]))
    assert press(name, open_book, now=NOW), open_book.boxes
    assert open_book.shown is not None
    assert open_book.shown[0] == shown
    assert said in status(open_book)


def test_a_refused_press_writes_nothing(open_book):
    before = [list(line) for line in open_book.sheets["匹配结果"]]
    open_book.select("客户", 1)
    assert not press("match_selected", open_book, now=NOW)
    assert open_book.sheets["匹配结果"] == before
    assert open_book.boxes[0].startswith("选区: 没有选中客户或需求。")


def test_a_number_that_somebody_refused_gets_no_text_for_a_selection_either(desk):
    """The client of row 3 refused, and has the number of row 2: it rings at the same place."""
    phone = session_of(desk).tables["clients"].loc[2, "phone1"]
    type_into(desk, "clients", 3, phone1=phone, consent="拒绝")
    tables = session_of(desk).tables
    found = messages_for(tables, NOW.date(), Settings(), [tables["clients"].loc[2, "client_id"]])
    (item,) = found.items
    assert not item.get("text")
    assert "客户!" in str(item["skipped"])
    assert "3" in str(item["skipped"])
