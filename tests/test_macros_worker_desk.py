import pytest

from macros import press as press_module
from macros import worker_desk
from macros.worker_desk import WORKBOOKS, Desks, warm_up
from workbook.book import MemoryBook
from workbook.errors import FileRefused

LIBREOFFICE = {"program": "libreoffice", "pipe": "genjin", "url": "file:///a.xlsm"}


@pytest.fixture
def pressed(monkeypatch):
    """What reaches macros.press: (name, desk, argument, memory)."""
    calls = []
    monkeypatch.setattr(press_module, "press", lambda *given: calls.append(given) or True)
    return calls


def opened(caller):
    return MemoryBook({}, caller.url or None)


def test_the_workbook_is_opened_where_the_button_was_pressed(pressed):
    callers = []
    desks = Desks(lambda caller: callers.append(caller) or opened(caller))
    assert desks.press({"press": "due", "argument": "", **LIBREOFFICE}) == ""
    assert (
        desks.press({"press": "import", "argument": "客.xlsx", "program": "excel", "argv": ["-c", "--wb=店.xlsm"]})
        == ""
    )
    assert [(caller.program, caller.pipe, caller.url, caller.argv) for caller in callers] == [
        ("libreoffice", "genjin", "file:///a.xlsm", ()),
        ("excel", "", "", ("-c", "--wb=店.xlsm")),
    ]
    assert [(name, argument) for name, _, argument, _ in pressed] == [("due", ""), ("import", "客.xlsx")]


def test_each_workbook_has_its_own_memory(pressed):
    desks = Desks(opened)
    for url in ("a", "b", "a"):
        desks.press({"press": "due", **LIBREOFFICE, "url": url})
    desks.press({"press": "due", **LIBREOFFICE, "url": "a", "program": "excel"})
    first, second, third, other = [memory for *_, memory in pressed]
    assert first is third
    assert len({id(first), id(second), id(other)}) == 3


def test_the_workbook_that_was_not_used_for_longest_is_forgotten():
    desks = Desks(opened)
    kept = [desks.memory("excel", str(number)) for number in range(WORKBOOKS)]
    assert desks.memory("excel", "0") is kept[0]
    desks.memory("excel", "one more")
    assert desks.memory("excel", "0") is kept[0]
    assert desks.memory("excel", "1") is not kept[1]


def test_a_workbook_without_a_place_is_never_taken_for_another():
    desks = Desks(opened)
    assert desks.memory("libreoffice", "") is not desks.memory("libreoffice", "")


def test_a_button_of_another_version_is_told_in_a_sentence(pressed):
    unsaid = Desks(opened).press({"press": "fly", **LIBREOFFICE})
    assert unsaid == "按钮: 这个版本没有叫「fly」的按钮。请更新 Genjin, 或用 genjin new 新建工作簿。"
    assert pressed == []


def test_a_workbook_that_is_closed_is_told_in_a_sentence(pressed):
    def closed(_):
        raise FileRefused("a.xlsm", "在 LibreOffice 里没有打开", "请先打开它")

    assert Desks(closed).press({"press": "due", **LIBREOFFICE}) == "a.xlsm: 在 LibreOffice 里没有打开。请先打开它。"


def test_a_defect_before_the_workbook_is_there_is_a_sentence_and_a_log(pressed, tmp_path, monkeypatch):
    monkeypatch.setenv("GENJIN_HOME", str(tmp_path))

    def broken(_):
        raise AttributeError("no such range")

    unsaid = Desks(broken).press({"press": "due", **LIBREOFFICE})
    assert "程序自己出了错" in unsaid
    assert "Traceback" not in unsaid
    assert "broken" in (tmp_path / "错误.txt").read_text("utf-8")


def test_garbage_in_a_message_is_no_defect(pressed):
    assert Desks(opened).press({"press": "due", "argv": 7, "url": None}) == ""
    assert Desks(opened).press({}) != ""


def test_warming_up_imports_all_that_buttons_do(monkeypatch):
    imported = []
    monkeypatch.setattr(worker_desk.importlib, "import_module", imported.append)
    warm_up()
    assert {"workbook.live", "macros.press", "macros.matching", "macros.selected", "macros.entry"} <= set(imported)
    assert "due" not in imported
