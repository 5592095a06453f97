"""How the cases of tests/errors come about in which a button is pressed: what is wrong with the open workbook, or with its program.

Each gets the workbook as a person has it open, and may return what is to open it instead.
"""

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from macros.press import press
from tests.desks import NOW, MemoryDesk
from workbook import live
from workbook.blocks import Area, Block
from workbook.bookpatch import SheetEdit
from workbook.figures.layout import CUSTOM, SCOPE, TERM, UNTIL
from workbook.livewrite import Landmarks, SheetSave
from workbook.uno import bridge, documents

Patch = pytest.MonkeyPatch
Recipe = Callable[[Patch, MemoryDesk], Callable[[object], Any] | None]
PRESS_RECIPES: dict[str, Recipe] = {}
CLIENTS = "客户"


def recipe(function: Recipe) -> Recipe:
    PRESS_RECIPES[function.__name__] = function
    return function


def column(desk: MemoryDesk, label: str, name: str = CLIENTS) -> int:
    return desk.sheets[name][0].index(label) + 1


def once(act: Callable[[], None], then: Callable[[], None]) -> Callable[[], None]:
    """Return what does one thing when it is called first, and another from then on."""
    left = [act]
    return lambda: (left.pop() if left else then)()


# what is selected, shown, or was done before


@recipe
def press_on_clients_without_a_need(_: Patch, desk: MemoryDesk) -> None:
    needs = {line[column(desk, "客户ID", "需求") - 1] for line in desk.sheets["需求"][1:]}
    ids = [line[column(desk, "客户ID") - 1] for line in desk.sheets[CLIENTS]]
    desk.select(CLIENTS, next(row for row, name in enumerate(ids, 1) if row > 1 and name and name not in needs))


@recipe
def press_after_the_preview_was_overtaken(_: Patch, desk: MemoryDesk) -> None:
    desk.type(CLIENTS, {2: {column(desk, "逾期天数"): 77}})
    assert press("due", desk, now=NOW)
    desk.type(CLIENTS, {2: {column(desk, "逾期天数"): 78}})


@recipe
def press_undo_on_an_unsaved_workbook(_: Patch, desk: MemoryDesk) -> None:
    desk.path = None


@recipe
def press_lists_of_an_unsaved_workbook(_: Patch, desk: MemoryDesk) -> None:
    desk.path = None


PRESS_RECIPES["press_calendar_of_an_unsaved_workbook"] = press_lists_of_an_unsaved_workbook
PRESS_RECIPES["press_awards_of_an_unsaved_workbook"] = press_lists_of_an_unsaved_workbook
PRESS_RECIPES["press_report_of_an_unsaved_workbook"] = press_lists_of_an_unsaved_workbook


@recipe
def press_merge_without_its_sheet(_: Patch, desk: MemoryDesk) -> None:
    del desk.sheets["重复客户"]
    desk.save()


def _asked(desk: MemoryDesk, **head: object) -> None:
    """Type into the head of 报表, which is in sight."""
    places = {"term": TERM, "scope": SCOPE, "until": UNTIL, "custom": CUSTOM}
    for name, value in head.items():
        row, at = places[name]
        desk.type("报表", {row: {at: value}})
    desk.select("报表", 3)


@recipe
def press_report_for_a_branch_that_is_gone(_: Patch, desk: MemoryDesk) -> None:
    _asked(desk, scope="三十六店")


@recipe
def press_report_that_begins_after_its_end(_: Patch, desk: MemoryDesk) -> None:
    _asked(desk, term="自定义", custom=dt.date(2026, 11, 3), until=dt.date(2026, 11, 2))


@recipe
def press_portrait_of_an_unsaved_workbook(_: Patch, desk: MemoryDesk) -> None:
    desk.path = None
    desk.select(CLIENTS, 2)


@recipe
def press_that_would_lose_something_of_an_unsaved_workbook(_: Patch, desk: MemoryDesk) -> None:
    desk.path = None
    desk.type(CLIENTS, {2: {column(desk, "逾期天数"): 77}})


@recipe
def press_though_the_preview_is_gone(_: Patch, desk: MemoryDesk) -> None:
    desk.type(CLIENTS, {2: {column(desk, "逾期天数"): 77}})
    del desk.sheets["预览"]
    desk.save()


@recipe
def press_with_the_key_column_renamed(_: Patch, desk: MemoryDesk) -> None:
    desk.type(CLIENTS, {1: {column(desk, "客户ID"): "编码"}})


@recipe
def press_on_a_moved_form(_: Patch, desk: MemoryDesk) -> None:
    desk.sheets["录入"].insert(0, [])
    desk.save()


@recipe
def press_our_own_mistake(patch: Patch, _: MemoryDesk) -> None:
    patch.setattr("macros.due.due", lambda *_: 1 / 0)


# a program that does not take what is written


class Stubborn:
    """A sheet of an open workbook; `put` says what comes of writing into it."""

    def __init__(self, desk: MemoryDesk, put: Callable[[MemoryDesk, Block], None]) -> None:
        self.name, self.desk, self._put = CLIENTS, desk, put

    def tables(self) -> list[Any]:
        return []

    def show(self, rows: object) -> None:
        pass

    def undress(self) -> None:
        pass

    def values(self, area: Area) -> list[list[object]]:
        lines = self.desk.sheets[self.name][area.top - 1 : area.bottom]
        return [list(line[area.left - 1 : area.right]) for line in lines]

    def formula_texts(self, area: Area) -> list[list[str]]:
        return [[""] * (area.right - area.left + 1) for _ in range(area.top, area.bottom + 1)]

    def number_format(self, area: Area) -> str:
        return "General"

    def put(self, block: Block) -> None:
        self._put(self.desk, block)


def saving_into(desk: MemoryDesk, put: Callable[[MemoryDesk, Block], None], meanwhile: object = None) -> None:
    """Let the next saving write one cell as an open program gets it; `meanwhile` is typed into it first."""
    place = {3: {column(desk, "备注"): "写过"}}
    read = [list(line) for line in desk.sheets[CLIENTS]]

    def save() -> None:
        desk.drop()
        if meanwhile:
            desk.type(CLIENTS, {3: {column(desk, "备注"): meanwhile}})
        sheet: Any = Stubborn(desk, put)
        one = SheetSave(sheet, read, SheetEdit(place), Landmarks(1, (1,)))
        one.check()
        live._write_all([one])

    desk.save = once(save, desk.save)  # type: ignore[method-assign]


def refuse(_: MemoryDesk, block: Block) -> None:
    raise RuntimeError("protected")


@recipe
def press_while_the_sheet_is_protected(_: Patch, desk: MemoryDesk) -> None:
    calls = [refuse]
    saving_into(desk, lambda book, block: calls.pop()(book, block) if calls else None)


@recipe
def press_while_nothing_can_be_put_back(_: Patch, desk: MemoryDesk) -> None:
    def half(book: MemoryDesk, block: Block) -> None:
        book.type(CLIENTS, {block.top: {block.left: "写过"}})
        raise RuntimeError("protected")

    saving_into(desk, half)


@recipe
def press_on_a_cell_that_changes_what_is_written(_: Patch, desk: MemoryDesk) -> None:
    row, number = 3, column(desk, "备注")
    before = desk.sheets[CLIENTS][row - 1][number - 1]

    def put(book: MemoryDesk, block: Block) -> None:
        book.type(CLIENTS, {row: {number: "别的" if block.rows == [["写过"]] else before}})

    saving_into(desk, put)


@recipe
def press_while_the_person_types(_: Patch, desk: MemoryDesk) -> None:
    saving_into(desk, refuse, meanwhile="刚打的字")


# a program that is not there


class FakeUno(Exception):
    """Stands for UNO's exceptions."""


def fake_uno(patch: Patch, resolve: Callable[[str], object]) -> None:
    """Let UNO be there, with an office that answers so."""
    manager = SimpleNamespace(createInstanceWithContext=lambda *_: SimpleNamespace(resolve=resolve))
    uno = SimpleNamespace(
        getComponentContext=lambda: SimpleNamespace(ServiceManager=manager),
        getClass=lambda _: FakeUno,
        fileUrlToSystemPath=lambda url: url.removeprefix("file://"),
    )
    for module in (bridge, documents):
        patch.setattr(module, "load_uno", lambda: uno)


def nobody(_: str) -> object:
    raise FakeUno


@recipe
def press_while_libreoffice_does_not_answer(patch: Patch, _: MemoryDesk) -> Callable[[object], Any]:
    fake_uno(patch, nobody)
    return lambda _: bridge.connect("pipe", attempts=1)


@recipe
def press_in_a_workbook_that_was_closed(patch: Patch, _: MemoryDesk) -> Callable[[object], Any]:
    fake_uno(patch, nobody)
    none = SimpleNamespace(hasMoreElements=lambda: False)
    desktop = SimpleNamespace(Components=SimpleNamespace(createEnumeration=lambda: none))
    return lambda _: documents.document_at(desktop, "file:///店/门店.xlsm")


@recipe
def press_without_uno(patch: Patch, _: MemoryDesk) -> Callable[[object], Any]:
    def open_workbook(_: object) -> object:
        with pytest.MonkeyPatch.context() as only_here:
            only_here.setattr(bridge.importlib, "import_module", missing)
            return bridge.load_uno.__wrapped__()

    return open_workbook


def missing(name: str) -> object:
    raise ImportError(name)


# a button that was not understood, a worker that went away


@recipe
def press_with_a_garbled_file_name(patch: Patch, _: MemoryDesk) -> None:
    patch.setattr("macros.button.decoded", lambda _: bytes.fromhex("不是十六进制").decode())


@recipe
def press_while_the_worker_is_killed(patch: Patch, _: MemoryDesk) -> None:
    heard = iter([{"state": "turn"}])

    def receive(_: float) -> dict[str, str]:
        for said in heard:
            return said
        raise ConnectionResetError

    patch.delenv("GENJIN_NO_WORKER")
    line = SimpleNamespace(send=lambda _: None, receive=receive, close=lambda: None)
    patch.setattr("macros.button._reach", lambda *_: line)
