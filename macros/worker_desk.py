"""A press in the process that does it, the warm worker or the button's own: from the message to the open workbook."""

import importlib
from collections import OrderedDict
from collections.abc import Callable

from macros.actions import BUTTON, BUTTONS, RULES
from macros.mishaps import sentence_of
from macros.wire import Message
from workbook.book import OpenBook
from workbook.caller import Caller
from workbook.errors import UsageError
from workbook.memory import Memory

WORKBOOKS = 4  # a person has one or two open; what is known of a store's takes up to 300 MB


def warm_up() -> None:
    """Import what presses need: the live book, every rule and every button's function."""
    named = [*RULES, *(button.does for button in BUTTONS)]
    modules = {name.partition(":")[0] for name in named if ":" in name}
    for module in ("workbook.live", "macros.press", *sorted(modules)):
        importlib.import_module(module)


def _open(caller: Caller) -> OpenBook:
    from workbook.live import open_caller

    return open_caller(caller)


class Desks:
    """The workbooks of the last presses, with what is known of each. Whether it still holds is the Memory's business."""

    def __init__(self, open_desk: Callable[[Caller], OpenBook] = _open) -> None:
        self._open = open_desk
        self._memories: OrderedDict[tuple[str, str], Memory] = OrderedDict()

    def memory(self, program: str, place: str) -> Memory:
        """Return what is known of a workbook, the last few used are kept; an unsaved one has no place to be known by."""
        memory = self._memories.pop((program, place), None) or Memory()
        if place:
            self._memories[program, place] = memory
            while len(self._memories) > WORKBOOKS:
                self._memories.popitem(last=False)
        return memory

    def press(self, message: Message) -> str:
        """Do a press; return the sentence that nobody has seen yet, "" where the workbook itself has said what there was to say."""
        try:
            name, caller = _name(message), _caller(message)
            from macros.press import press

            desk = self._open(caller)
            place = str(desk.path) if desk.path else caller.url
            press(name, desk, _text(message, "argument"), self.memory(caller.program, place))
        except Exception as problem:  # there was no workbook yet to say it in: the button's process must
            return str(sentence_of(problem))
        return ""


def _name(message: Message) -> str:
    """Return which button was pressed. Raises UsageError for one that this installation does not have."""
    name = _text(message, "press")
    if name not in BUTTON:
        what, do = f"这个版本没有叫「{name}」的按钮", "请更新 Genjin, 或用 genjin new 新建工作簿"
        raise UsageError("按钮", what, do, code="BUTTON_UNKNOWN")
    return name


def _caller(message: Message) -> Caller:
    """Return where the workbook is open."""
    argv = message.get("argv")
    words = tuple(map(str, argv)) if isinstance(argv, list) else ()
    return Caller(_text(message, "program"), _text(message, "pipe"), _text(message, "url"), words)


def _text(message: Message, key: str) -> str:
    return str(message.get(key, ""))
