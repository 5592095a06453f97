"""Eighteen workbooks of other people, edited by every command: all parts outside Genjin's cells keep their bytes.

Each gets our sheets behind its own, with a few rows in all of them. On the smallest file every command runs, and what each writes is
written down; the other seventeen are then given the very same writes, save by save, for it is the file that makes the difference, and
working everything out again for each takes half an hour. Commands that put parts together themselves run on each file.
"""

import copy
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from weakref import WeakKeyDictionary

import pandas as pd
import pytest

from macros.cli import main
from macros.new import all_buttons, rules_of_a_new_book
from macros.usage import COMMANDS
from tests.commands import TODAY, cells, type_in
from tests.kept import TAB_CAME, Held, held, lost
from tests.odd_parts import LIST, odd_workbook
from tests.parts import Parts, around, rows_of
from workbook import build
from workbook.files import FileBook, open_package
from workbook.forms import CLIENT, Form
from workbook.grafting import Graft
from workbook.partsedit import PartsEdit
from workbook.reading import plain_grid, reader_of
from workbook.samples import sample
from workbook.sheetlist import contents_of
from workbook.sheets import ENTRY, TABS

OTHERS = range(1, 18)
DAY = dt.date.fromisoformat(TODAY)
CLIENTS, ROWS = 2, 12
PEOPLE = "姓名,手机,区域\n林测,13900007777,天河\n何测,13900007776,越秀\n"
HANDED = ("--purpose", "核对", "--recipient", "总部")
SEEKING, AGENT = "C000002", "刘思斌"
"""The client in row 3, who has a need, and whose client that is."""
NEW = {
    "name": "王芳", "salutation": "王女士", "phone1": "13900005555", "source": "朋友介绍", "client_type": "改善型", "owner": AGENT,
    "branch": "青枫路店", "deal_type": "买", "budget_max": 650, "districts": "澄湖区", "rooms_min": 3,
}  # fmt: skip


def few_rows() -> dict[str, pd.DataFrame]:
    """Return a few rows for every sheet of people's that belong together: sheet key -> frame."""
    frames = sample("small", today=DAY, clean=True)
    referred = frames["deals"]["deal_id"].isin(frames["referrals"]["deal_id"])
    deals = pd.concat([frames["deals"][~referred].head(2), frames["deals"][referred].head(2)])
    seeking = frames["requests"][
        (frames["requests"]["req_status"] == "有效") & (frames["requests"]["deal_type"] == "买")
    ]
    known = [*seeking["client_id"].head(2), *deals["client_id"], *frames["clients"]["client_id"].head(CLIENTS)]
    wanted = {
        "client_id": known, "obj_id": known, "deal_id": deals["deal_id"], "listing_id": deals["listing_id"], "owner_id": deals["owner_id"],
    }  # fmt: skip
    for key, frame in frames.items():
        whose = next((name for name in wanted if name in frame), "")
        if whose:
            first = frame[frame[whose].isin(list(wanted[whose]))]
            frame = (
                first
                if key in ("clients", "deal_steps", "splits")
                else pd.concat([first, frame]).drop_duplicates(frame.columns[0])
            )
        frames[key] = frame if key in ("clients", "deal_steps", "splits", "staff", "lists") else frame.head(ROWS)
        frames[key].index = range(2, len(frames[key]) + 2)
    return frames | {"deals": deals.set_axis(range(2, len(deals) + 2))}


RUNS: tuple[tuple[str, ...], ...] = (
    ("validate", "{book}"), ("grade", "{book}"), ("match", "{book}"), ("match", "{book}", "--rows", "客户!3"), ("due", "{book}"),
    ("messages", "{book}"), ("report", "{book}", "--of", "月报"), ("handover", "{book}"), ("deals", "{book}"),
    ("viewings", "{book}"), ("commission", "{book}"), ("whatif", "{book}"), ("backtest", "{book}"), ("pool", "{book}"),
    ("lists", "{book}"), ("calendar", "{book}"), ("eml", "{book}"), ("send", "{book}", "--preview"), ("robot", "{book}", "--preview"),
    ("lint", "{book}"), ("inspect", "{book}"), ("proposal", "{book}", "--rows", "客户!3"), ("portrait", "{book}", "--rows", "客户!3"),
    ("awards", "{book}"), ("contract", "{book}", "--rows", "成交!2"), ("contract", "{book}"), ("all", "{book}"),
    ("export", "{book}", "--to", "{folder}/出.xlsx", *HANDED), ("holdings", "{book}", "--client", SEEKING),
    ("enter", "{book}"), ("watch", "{folder}", "--once"), ("import", "{folder}/新.csv", "--into", "{book}"),
    ("duplicates", "{book}"), ("merge-clients", "{book}"),
    ("undo", "{book}"), ("split", "{book}", "--who", AGENT), ("merge", "{book}", "{part}"), ("adopt", "{book}"), ("history", "{book}"),
    ("backups", "{book}"), ("doctor", "{book}"), ("forget", "{book}", "--client", SEEKING, "--anonymise", "--keep-backups"),
)  # fmt: skip
"""Every command that takes a workbook, in an order in which each has something to do."""
WHOLE: tuple[tuple[str, ...], ...] = (("restore", "{book}"), ("undo", "{book}"), ("buttons", "{book}"))
"""Those that put whole files in place, after all others."""
MACROS = {"[Content_Types].xml", "xl/workbook.xml: workbookPr", TAB_CAME}
"""Where a workbook says that it has macros, and a tab in the ribbon."""
ELSEWHERE = {"new", "demo", "install"}
"""Commands that take no workbook, or make one."""
WRITE = {
    "validate", "grade", "match", "due", "messages", "report", "handover", "whatif", "backtest", "proposal", "contract", "deals",
    "viewings", "commission", "all", "export", "holdings", "enter", "watch", "import", "duplicates", "merge-clients", "undo", "split",
    "merge", "forget", "restore",
}  # fmt: skip
"""Those that must have written into the workbook here, or nothing was shown."""
READ = {
    "pool": "shows what will be, and writes nothing", "lists": "writes pages beside it", "calendar": "writes files beside it",
    "eml": "writes files beside it", "portrait": "writes pages beside it", "awards": "writes pages beside it",
    "send": "sends for real without --preview", "robot": "sends for real without --preview",
    "lint": "looks only", "inspect": "looks only", "history": "looks only", "backups": "looks only", "doctor": "looks only",
    "adopt": "our sheets are there already; their own lists are taken over in test_macros_adopt_real",
    "buttons": "an .xlsx gets an .xlsm beside it, which is looked at for every file",
}  # fmt: skip
"""Those that write nothing into a workbook, whichever of the eighteen it is: why."""
WRONG: dict[str, tuple[str, str, object]] = {
    "deals": ("成交步骤", "逾期天数", 99), "viewings": ("带看", "带看ID", None), "commission": ("分佣", "金额", None),
}  # fmt: skip
"""Command -> a cell in row 2, by sheet and header, and what is put there before, so that the command has something to mend."""

Calls = list[tuple[str, str, object]]
"""What was called on a workbook before it was saved: the method, the sheet, and what it was told."""


@dataclass
class Done:
    """What happened to the smallest file: `lost` by command, the commands that `wrote`, every save of cells in order, and our cells after."""

    path: Path
    lost: dict[str, list[str]] = field(default_factory=dict)
    wrote: set[str] = field(default_factory=set)
    saves: list[Calls] = field(default_factory=list)
    cells: Mapping[str, object] = field(default_factory=dict)


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a workbook with a few rows on every sheet."""
    path = tmp_path_factory.mktemp("few") / "少.xlsm"
    build.make(path, {**rules_of_a_new_book(DAY), **few_rows()}, today=DAY, buttons=all_buttons())
    return path.read_bytes()


def originals(shared: Path) -> list[Path]:
    """Return the eighteen, the smallest first."""
    return sorted((shared / "data" / "workbooks").glob("*.xlsx"), key=lambda path: (path.stat().st_size, path.name))


def with_ours(source: Path, ours: bytes, path: Path) -> Path:
    """Write a workbook to `path` with all of our sheets behind its own, and return `path`."""
    edit = PartsEdit(open_package(source.read_bytes(), source.name))
    Graft(edit, ours, lambda text: text).put(list(contents_of(open_package(ours, "")).sheets))
    path.write_bytes(edit.content())
    return path


def typed(form: Form, values: Mapping[str, object]) -> Iterator[tuple[int, int, object]]:
    return ((*at, values[key]) for (_, key), at in form.places.items() if key in values)


def prepare(command: str, path: Path) -> None:
    """Do what a person does before a command has anything to do."""
    if command == "enter":
        book = FileBook(path)
        for row, column, value in typed(CLIENT, NEW):
            book.write(ENTRY.label, {row: {column: value}})
        book.save()
    elif command == "handover":
        type_in(path, {"人员": {6: {"离职": DAY}}})
    elif command in ("duplicates", "split"):
        below = max(row for row, _ in cells(path)["客户"]) + 1
        type_in(path, {"客户": {below: {"姓名": "林测", "手机1": "13900007777", "归属人": AGENT}}})
    elif command == "merge-clients":
        row = next(row for (row, _), text in cells(path)["重复客户"].items() if text == "是同一人吗")
        type_in(path, {"重复客户": {row: {"判断": "同一人", "取谁的": "甲"}}})
    elif command in WRONG:
        sheet, header, value = WRONG[command]
        type_in(path, {sheet: {2: {header: value}}})
    elif command == "merge":
        part = min((path.parent / f"{path.stem}-分发").glob("*.xlsx"))
        type_in(part, {"客户": {2: {"备注": "分出去以后写的"}}})


def noted(into: Done, patch: pytest.MonkeyPatch) -> None:
    """Let every save of cells into the workbook be written down."""
    calls: WeakKeyDictionary[FileBook, Calls] = WeakKeyDictionary()
    save = FileBook.save

    def noting(name: str) -> None:
        real = getattr(FileBook, name)

        def call(self: FileBook, sheet: str, what: object) -> None:
            calls.setdefault(self, []).append((name, sheet, copy.deepcopy(what)))
            real(self, sheet, what)

        patch.setattr(FileBook, name, call)

    def saving(self: FileBook) -> None:
        mine = calls.pop(self, [])
        save(self)
        if mine and self.path and self.path.resolve() == into.path.resolve():
            into.saves.append(mine)

    for name in ("write", "refresh", "show"):
        noting(name)
    patch.setattr(FileBook, "save", saving)


@pytest.fixture(scope="module")
def done(shared: Path, ours: bytes, tmp_path_factory: pytest.TempPathFactory) -> Done:
    """Every command on the smallest of the files."""
    folder, source = tmp_path_factory.mktemp("smallest"), originals(shared)[0]
    into = Done(with_ours(source, ours, folder / "店.xlsx"))
    (folder / "新.csv").write_text(PEOPLE, "utf-8")
    before = held(source)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENJIN_HOME", str(folder / "home"))
        with pytest.MonkeyPatch.context() as noting:
            noted(into, noting)
            for run in RUNS:
                carry_out(run, into, before)
            into.cells = ours_in(into.path)
        for run in WHOLE:
            carry_out(run, into, before)
    return into


def carry_out(run: tuple[str, ...], into: Done, before: Held) -> None:
    """Run a command on the smallest file, and note what it wrote and lost."""
    prepare(run[0], into.path)
    was, folder = into.path.read_bytes(), into.path.parent
    part = min((folder / "店-分发").glob("*.xlsx"), default=folder)
    words = [word.format(book=into.path, folder=folder, part=part) for word in run]
    assert main([*words, "--today", TODAY, "--quiet"]) < 2, run
    if missing := lost(before, held(into.path)):
        into.lost[" ".join(run)] = missing
    if into.path.read_bytes() != was:
        into.wrote.add(run[0])


def test_every_command_has_its_place_here() -> None:
    assert {run[0] for run in (*RUNS, *WHOLE)} | ELSEWHERE == set(COMMANDS)
    assert WRITE | READ.keys() | ELSEWHERE == set(COMMANDS)


@pytest.mark.requirement("R5")
def test_no_command_loses_anything_of_the_smallest_file(done: Done) -> None:
    assert done.lost == {}
    assert done.wrote == WRITE
    assert len(done.saves) >= len(WRITE)


def replayed(done: Done, path: Path, before: Held, written: frozenset[str] = frozenset()) -> list[str]:
    """Give a workbook every save that the smallest file got, and return what any of them lost of `before`."""
    found: list[str] = []
    for number, calls in enumerate(done.saves):
        book = FileBook(path)
        for name, sheet, what in calls:
            getattr(book, name)(sheet, what)
        book.save()
        found += [f"{number}: {part}" for part in lost(before, held(path), written)]
    return found


def ours_in(path: Path) -> dict[str, object]:
    reader, labels = reader_of(path.read_bytes(), path.name), {tab.label for tab in TABS}
    return {name: plain_grid(reader, name, path.name) for name in reader.sheet_names if name in labels}


@pytest.mark.requirement("R5")
@pytest.mark.parametrize("number", OTHERS)
def test_every_save_of_every_command_keeps_the_other_files_too(
    number: int, done: Done, shared: Path, ours: bytes, tmp_path: Path
) -> None:
    source = originals(shared)[number]
    path = with_ours(source, ours, tmp_path / "店.xlsx")
    before = held(source)
    assert lost(before, held(path)) == [], "putting our sheets in"
    assert replayed(done, path, before) == []
    assert ours_in(path) == done.cells
    assert main(["buttons", str(path), "--today", TODAY, "--quiet"]) == 0
    assert set(lost(before, held(path.with_suffix(".xlsm")))) <= MACROS
    assert sheets_of(path)[: len(sheets_of(source))] == sheets_of(source)


def sheets_of(path: Path) -> list[str]:
    return list(contents_of(open_package(path.read_bytes(), path.name)).sheets)


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    return odd_workbook(tmp_path / "店.xlsm")


def test_parts_that_the_eighteen_lack_are_kept_by_every_save(
    done: Done, ours: bytes, odd: Path, tmp_path: Path
) -> None:
    path = with_ours(odd, ours, tmp_path / "二店.xlsm")
    before = held(odd)
    assert lost(before, held(path)) == []
    assert replayed(done, path, before) == []
    assert ours_in(path) == done.cells
    assert main(["buttons", str(path), "--today", TODAY, "--quiet"]) == 0
    assert lost(before, held(path)) == []


def test_parts_that_the_eighteen_lack_are_kept_where_the_list_is_theirs(odd: Path) -> None:
    original, book = odd.read_bytes(), Parts(odd)
    part, before = book.sheet(LIST), held(odd)
    theirs = rows_of(book[part])
    assert main(["adopt", str(odd), "--today", TODAY, "--quiet"]) == 0
    for action in ("all", "undo", "undo"):
        assert lost(before, held(odd), frozenset({part})) == []
        now = Parts(odd)[part]
        assert around(now) == around(book[part])
        for row, (_, wanted) in theirs.items():
            there = rows_of(now)[row][1]
            assert {at: there[at] for at in wanted} == wanted
        assert main([action, str(odd), "--today", TODAY, "--quiet"]) == 0
    assert odd.read_bytes() == original
