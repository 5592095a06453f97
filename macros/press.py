"""A press on a button: what it does to the workbook that a person has open, and how it answers.

Whatever goes wrong ends here, as one sentence in a message box and on 首页, with the details in a file.
"""

import datetime as dt
import importlib
from collections.abc import Callable, Sequence
from pathlib import Path

from macros import previews
from macros.actions import BUTTON, BY_NAME, Button
from macros.imports.report import counts_of, lines_of
from macros.losses import losses
from macros.mishaps import sentence_of, write_down
from macros.run import Draft, draft_of, drafted, settle
from macros.sentences import LABELS
from macros.session import Options, Result, Session, start
from macros.spoken import Place, Said, told
from workbook.book import OpenBook
from workbook.build.anchors import gap
from workbook.build.home_cells import STATUS_CELL
from workbook.changes import Outcome
from workbook.memory import Memory
from workbook.sheets import HOME
from workbook.tables import Tables

SHOWN = ("whatif", "backtest")  # actions pressed to look at their sheet of results, which has their name
LINES_SHOWN = 12  # of an import, in the status cell; the rest is in 日志


Handler = Callable[[Session, OpenBook, str], Said]


def press(
    name: str, desk: OpenBook, argument: str = "", memory: Memory | None = None, now: dt.datetime | None = None
) -> bool:
    """Do what a button does to the open workbook; return whether it was done. Never raises.

    `argument` is the path of a picked file. `memory` is what is known of this workbook from earlier presses.
    """
    button, now = BUTTON[name], now or dt.datetime.now().replace(microsecond=0)
    try:
        desk.say(f"{button.label}…")
        options = Options(now.date(), now, progress=lambda what: desk.say(f"{button.label}: {what}…"))
        given = argument if button.picks else button.argument
        said = handler_of(button)(start(desk, options, memory, button.unread), desk, given)
    except Exception as problem:
        _complain(desk, button, problem, now)
        return False
    go = said.go
    _each(
        lambda: desk.go(*go) if go else None,
        lambda: _show_status(desk, f"{now:%H:%M} {said.text}"),  # the last to be seen: after it no sheet jumps away
        lambda: desk.say(""),
    )
    return True


def _each(*attempts: Callable[[], None]) -> None:
    """Do one thing after the other, whether or not those before could be done; what could not is written down.

    The work is done (or refused) by then. A page may be protected or gone, the program closed: then the other ways have to do.
    """
    for attempt in attempts:
        try:
            attempt()
        except Exception as problem:
            write_down(problem)


def handler_of(button: Button) -> Handler:
    """Return the function that carries a press out."""
    if button.does in BY_NAME:
        return lambda session, desk, _: act(session, desk, button)
    module, name = button.does.split(":")
    found: Handler = getattr(importlib.import_module(module), name)
    return found


def act(session: Session, desk: OpenBook, button: Button) -> Said:
    """Run the action of a button."""
    go = _first_cell(button.does) if button.does in SHOWN else None
    return finish(session, desk, drafted(BY_NAME[button.does], session), go)


def _first_cell(key: str) -> Callable[[Tables], Place | None]:
    return lambda after: (after.layouts[key].name, 1, 1)


def carry_out(
    session: Session,
    desk: OpenBook,
    button: Button,
    outcome: Outcome,
    go: Callable[[Tables], Place | None] | None = None,
) -> Said:
    """Write an outcome, or show it first where something could be lost; `go` finds the cell to show in the tables after it."""
    return finish(session, desk, draft_of(button.name, session, outcome), go)


def finish(session: Session, desk: OpenBook, draft: Draft, go: Callable[[Tables], Place | None] | None) -> Said:
    """Write a draft, or show it first where something could be lost; `go` finds the cell to show in the tables after it."""
    lost = losses(draft.plan, session)
    if lost:
        return previews.show(session, draft, lost)
    return told(settle(draft, session), go(draft.after) if go else None)


def bring_in(session: Session, desk: OpenBook, argument: str) -> Said:
    """Import the picked file, or show first what it would change in rows that stand there already."""
    from macros.bring import planned, written

    found = planned(session, [Path(argument)], None)
    lines = [f"{counts_of(found.figures)}。", *(line for item in found.items for line in lines_of(item))]
    if lost := losses(found.plan, session):
        waits = previews.show(session, Draft("import", Outcome(), found.items, found.plan, session.tables), lost)
        return Said("\n".join([waits.text, *lines][:LINES_SHOWN]), waits.go)
    return Said("\n".join(lines[:LINES_SHOWN]), _first_new(written(session, found)))


def _first_new(result: Result) -> Place | None:
    """Return the first cell that an import filled."""
    change = next(iter(result.plan.changes), None)
    layout = result.tables.layouts.get(change.sheet) if change else None
    return (layout.name, min(change.rows), 1) if layout and change else None


def take_back(session: Session, desk: OpenBook, argument: str) -> Said:
    """Undo the newest run that still stands."""
    from macros.undo import undo

    result = undo(session)
    figures, items = result.figures, result.items
    what = f"第 {figures['undone']} 次运行 ({LABELS[str(figures['action'])]})"
    left = f" {len(items)} 处在那之后改过, 没有动。" if isinstance(items, Sequence) and items else ""
    return Said(f"已撤销{what}: {len(result.plan):,} 格放回旧值。{left}")


def _show_status(desk: OpenBook, text: str) -> None:
    """Write the answer into the status cell of 首页, where there is one."""
    if HOME.label in desk.sheet_names() and not gap(HOME.key, desk.read(HOME.label)):
        row, column = STATUS_CELL
        desk.write(HOME.label, {row: {column: text}})
        desk.save()


def _complain(desk: OpenBook, button: Button, problem: Exception, now: dt.datetime) -> None:
    """Tell what went wrong: on 首页, in a message box, and in the file of mishaps; what was not written yet is dropped first."""
    sentence, file = sentence_of(problem), write_down(problem)
    _each(
        desk.drop,
        lambda: _show_status(desk, f"{now:%H:%M} {button.label}没有做成。{sentence}"),
        lambda: desk.say(""),
        lambda: desk.tell(f"{sentence}\n\n详情: {file}"),
    )
