"""Weeks of merging: agents work on, give their files back again and again, and sometimes an old copy. Nothing that they wrote is lost."""

import copy
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import given, settings

from macros.session import Session
from macros.settings import Settings
from macros.sharing.bases import Base, Version
from macros.sharing.conflicts import Conflict
from macros.sharing.merging import File, steps_of_file
from macros.sharing.replay import Origin, Replay
from tests.sharing import OPTIONS
from workbook.book import Grid, MemoryBook
from workbook.changes import Plan
from workbook.differences import write_plan
from workbook.sheets.clients import CLIENTS
from workbook.sheets.conflicts import WHOLE_ROW
from workbook.tables import read_tables
from workbook.values import text_of

FIELDS = ("name", "remark", "wechat")
HEADER = [CLIENTS["client_id"].label, *(CLIENTS[name].label for name in FIELDS)]
IDS = [f"C{number:06}" for number in range(1, 7)]
Row = dict[str, object]
Rows = list[Row]
"""A sheet from top to bottom; a row without "client_id" has none yet."""


@dataclass(frozen=True)
class Turn:
    """What an agent does before the file is merged: cells of rows by their place, rows deleted, rows added with an id or without one, rows that
    get the id that they lacked. `old`: it is not this file that comes back, but what it was so many merges ago; `again`: it comes twice.
    """

    who: int
    cells: dict[tuple[int, str], object]
    gone: list[int]
    added: list[bool]
    numbers: bool
    old: int
    again: bool


VALUES = st.sampled_from([None, "甲", "乙", "丙", 7, "=1+1"])
PLACES = st.integers(0, 7)
TURN = st.builds(
    Turn,
    st.integers(0, 2),
    st.dictionaries(st.tuples(PLACES, st.sampled_from(FIELDS[1:])), VALUES, max_size=4),
    st.lists(PLACES, max_size=1),
    st.lists(st.booleans(), max_size=2),
    st.booleans(),
    st.sampled_from([0, 0, 0, 0, 1, 2]),
    st.booleans(),
)
START: Rows = [
    {"client_id": name, "name": f"原{name[-1]}", "remark": None if number % 2 else "旧", "wechat": f"wx{number}"}
    for number, name in enumerate(IDS)
]


def opened(rows: Rows) -> Version:
    grid: Grid = [HEADER, *([row.get("client_id"), *(row.get(name) for name in FIELDS)] for row in rows)]
    book = MemoryBook({CLIENTS.label: grid})
    return Version(book, read_tables(book, [CLIENTS])[0])


@dataclass
class Agent:
    """An agent's file: what it was at each merge, and what Genjin keeps of it."""

    rows: Rows = field(default_factory=lambda: copy.deepcopy(START))
    states: list[Rows] = field(default_factory=list)
    last: Version | None = None
    ids: Mapping[str, str] = field(default_factory=dict)
    highest: int = len(START)


@dataclass
class Agency:
    """The workbook, all that ever stood in its cells, and all that was told of."""

    book: MemoryBook = field(default_factory=lambda: MemoryBook(opened(START).book.sheets))  # type: ignore[attr-defined]
    first: Version = field(default_factory=lambda: opened(START))
    ever: defaultdict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    told: list[Conflict] = field(default_factory=list)

    def rows(self) -> dict[str, Row]:
        grid = self.book.read(CLIENTS.label)
        names = ("client_id", *FIELDS)
        lines = [dict(zip(names, [*line, *[None] * 4], strict=False)) for line in grid[1:] if any(line)]
        assert len({line["client_id"] for line in lines}) == len(lines), "an id stands twice"
        return {str(line["client_id"]): line for line in lines}

    def merge(self, agent: Agent, who: int, rows: Rows) -> None:
        theirs, book = opened(rows), MemoryBook(self.book.sheets)
        session = Session(book, read_tables(book, [CLIENTS])[0], Settings(), OPTIONS, None)
        base = Base("", self.first, agent.last, agent.ids, str(who))
        replay = Replay(session.book, session.tables)
        used = {"clients": [str(row["client_id"]) for row in rows if row.get("client_id")]}
        steps, ids = steps_of_file(File(Path(f"{who}.xlsx"), b"", theirs, base), session, agent.ids)
        replay.take(steps, ids, Origin(str(who), f"{who}.xlsx", used))
        write_plan(Plan(replay.changes()), session.tables.layouts, self.book)
        agent.last, agent.ids = theirs, replay.ids
        self.told += replay.conflicts
        for name, row in self.rows().items():
            for at in FIELDS:
                self.ever[name, at].add(text_of(row.get(at)))

    def knows(self, name: str, at: str, value: object) -> bool:
        """Tell whether a value stands in a row, stood there once, or is on 冲突."""
        text = text_of(value)
        lines = [line for line in self.told if line.row_id == name]
        alone = any(line.field == at and text_of(line.lost) == text for line in lines)
        whole = any(line.field == WHOLE_ROW and text_of(line.whole.get(at)) == text for line in lines if line.whole)
        return text in self.ever[name, at] or alone or whole


def work(agent: Agent, turn: Turn, number: int) -> None:
    """Let an agent do the work of a turn. New rows have names that no other row has."""
    rows = agent.rows
    for (place, at), value in turn.cells.items():
        if place < len(rows):
            rows[place][at] = value
    for place in turn.gone:
        if place < len(rows):
            del rows[place]
    for count, with_id in enumerate(turn.added):
        row: Row = {"name": f"新{turn.who}-{number}-{count}", "remark": "来电", "wechat": None}
        rows.append(({"client_id": next_id(agent)} if with_id else {}) | row)
    for row in rows if turn.numbers else ():
        if "client_id" not in row:
            row["client_id"] = next_id(agent)


def next_id(agent: Agent) -> str:
    """Return the next id as a file by itself gives it, none twice: the files of others give the same."""
    agent.highest += 1
    return f"C{agent.highest:06}"


def check_nothing_lost(agency: Agency, agent: Agent, rows: Rows) -> None:
    first = {str(row["client_id"]): row for row in START}
    now = agency.rows()
    for row in rows:
        if "client_id" in row:
            name = agent.ids.get(str(row["client_id"]), str(row["client_id"]))
            before = first.get(str(row["client_id"]), {})
            for at in FIELDS:
                if row.get(at) != before.get(at):
                    assert agency.knows(name, at, row.get(at)), (name, at, row.get(at))
        else:
            assert any(row["name"] in agency.ever[name, "name"] for name in now) or any(
                line.whole.get("name") == row["name"] for line in agency.told
            ), row


@settings(max_examples=60, deadline=None)
@given(st.lists(TURN, min_size=1, max_size=6))
def test_whatever_agents_wrote_stands_in_the_workbook_stood_there_or_is_told_of(turns: list[Turn]) -> None:
    agency, agents = Agency(), [Agent(), Agent(), Agent()]
    for number, turn in enumerate(turns):
        agent = agents[turn.who]
        work(agent, turn, number)
        agent.states.append(copy.deepcopy(agent.rows))
        rows = agent.states[-1 - min(turn.old, len(agent.states) - 1)]
        agency.merge(agent, turn.who, rows)
        check_nothing_lost(agency, agent, rows)
        names = [row["name"] for row in agency.rows().values() if str(row["name"]).startswith("新")]
        an_older_one = any(turn.old for turn in turns[: number + 1])
        if not an_older_one:  # after one, a row that got its id in the file may be taken for a new one
            assert len({*names}) == len(names), "a new row came twice"
        if turn.again:
            before, told = agency.rows(), len(agency.told)
            agency.merge(agent, turn.who, rows)
            assert (agency.rows(), len(agency.told)) == (before, told), "the same file again brings nothing"


def after(*turns: tuple[int, Rows]) -> tuple[Agency, list[Agent]]:
    """Return the agency after these files were merged, (who, rows), and the agents."""
    agency, agents = Agency(), [Agent(), Agent(), Agent()]
    for who, rows in turns:
        agency.merge(agents[who], who, rows)
    return agency, agents


def with_cells(*cells: tuple[int, str, object]) -> Rows:
    rows = copy.deepcopy(START)
    for place, at, value in cells:
        rows[place][at] = value
    return rows


def test_two_files_in_either_order_leave_the_same_but_for_what_both_wrote() -> None:
    one, other = (
        with_cells((0, "remark", "甲"), (1, "wechat", "a")),
        with_cells((0, "remark", "乙"), (2, "wechat", None)),
    )
    there, back = after((0, one), (1, other))[0], after((1, other), (0, one))[0]
    assert (there.rows()[IDS[0]].pop("remark"), back.rows()[IDS[0]].pop("remark")) == ("甲", "乙")
    assert [line.lost for agency in (there, back) for line in agency.told] == ["乙", "甲"]
    rest = [{name: row for name, row in agency.rows().items() if name != IDS[0]} for agency in (there, back)]
    assert rest[0] == rest[1]
    assert (rest[0][IDS[1]]["wechat"], rest[0][IDS[2]]["wechat"]) == ("a", None)


def test_an_older_copy_with_work_of_its_own_overwrites_nothing_that_was_merged() -> None:
    newer = with_cells((0, "remark", "家里写的"), (1, "remark", "家里"))
    older = with_cells((1, "remark", "店里"), (2, "remark", "店里"))  # never saw what was written at home
    agency, _ = after((0, newer), (0, older))
    rows = agency.rows()
    assert [rows[name]["remark"] for name in IDS[:3]] == ["家里写的", "家里", "店里"]
    assert {(line.row_id, line.kept, line.lost) for line in agency.told} == {
        (IDS[0], "家里写的", "旧"), (IDS[1], "家里", "店里"),
    }  # fmt: skip


def test_a_row_deleted_and_merged_comes_back_by_a_decision_only() -> None:
    gone = [row for row in with_cells() if row["client_id"] != IDS[0]]
    agency, _ = after((0, gone), (0, with_cells()))
    assert IDS[0] not in agency.rows()
    (line,) = agency.told
    assert (line.row_id, line.field, line.whole["name"]) == (IDS[0], WHOLE_ROW, "原1")


def test_a_row_without_an_id_is_the_same_row_when_it_is_edited_numbered_or_deleted_later() -> None:
    typed: Row = {"name": "散客", "remark": "来电", "wechat": None}
    for later, expected in (
        ([{**typed, "remark": "看房"}], {"散客": "看房"}),
        ([{"client_id": "C000007", **typed}], {"散客": "来电"}),
        ([{"client_id": "C000007", **typed, "remark": "看房"}], {"散客": "看房"}),
        ([], {"散客": "来电"}),  # deleted, or an older copy: a person says which
    ):
        other: Row = {"client_id": "C000007", "name": "别人的新客", "remark": None, "wechat": None}
        agency, _ = after((1, [*with_cells(), other]), (0, [*with_cells(), typed]), (0, [*with_cells(), *later]))
        rows = {row["name"]: row["remark"] for row in agency.rows().values() if row["name"] == "散客"}
        assert rows == expected
        assert agency.rows()["C000007"]["name"] == "别人的新客"
        assert [line.field for line in agency.told] == ([] if later else [WHOLE_ROW])


def test_two_rows_alike_without_ids_are_two_rows_and_stay_two() -> None:
    typed: Row = {"name": "散客", "remark": None, "wechat": None}
    rows = [*with_cells(), dict(typed), dict(typed)]
    agency, _ = after((0, rows), (0, rows), (0, [*rows[:-1], {**typed, "remark": "后一位"}]))
    assert sorted(str(row["remark"]) for row in agency.rows().values() if row["name"] == "散客") == ["None", "后一位"]
