"""What the buttons say when something is wrong: the cases of tests/errors in which one is pressed, word for word.

`$ 按「…」` is the button that is pressed in an open `门店.xlsm` with sample rows, `!` the message box, which also names the log; the last
line is `box` and the stable code. What is wrong is the function of the same name in tests/recipes_presses.py.
"""

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from macros import button, mishaps
from macros.actions import BUTTONS
from tests.desks import MemoryDesk, desk_of
from tests.recipes_presses import PRESS_RECIPES
from tests.test_errors import CASES, PressCase, press_case
from workbook.build.home_cells import STATUS_CELL
from workbook.errors import GenjinError

PRESSES = [file for file in CASES if press_case(file)]
CHANGED_ALL_THE_SAME = {"press_while_the_person_types", "press_while_nothing_can_be_put_back"}
"""Cases in which a person types, or in which the message says that it could not be put back."""


@pytest.fixture
def desk(macro_book: Path, tmp_path: Path) -> MemoryDesk:
    """The workbook open before a person, nothing selected."""
    place = tmp_path / "门店.xlsm"
    shutil.copy(macro_book, place)
    shutil.copytree(macro_book.with_name("店.genjin"), tmp_path / "门店.genjin")
    return desk_of(place)


class Pressed(NamedTuple):
    boxes: list[str]
    codes: list[str]
    before: dict[str, list[list[object]]]


def cells(desk: MemoryDesk) -> dict[str, list[list[object]]]:
    """Return every sheet without the status cell."""
    row, column = STATUS_CELL
    found = {name: [list(line) for line in grid] for name, grid in desk.sheets.items()}
    found["首页"][row - 1][column - 1] = None
    return found


def press(name: str, case: PressCase, desk: MemoryDesk) -> Pressed:
    """Press the button of a case as its process does; return what the person was shown, and the workbook as it was."""
    codes: list[str] = []
    sentence_of = mishaps.sentence_of

    def noted(problem: BaseException) -> GenjinError:
        codes.append(sentence_of(problem).code)
        return sentence_of(problem)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(button.SWITCH, "1")
        instead = PRESS_RECIPES.get(name, lambda *_: None)(patch, desk)
        before = cells(desk)
        for module in ("macros.press", "macros.worker_desk"):
            patch.setattr(f"{module}.sentence_of", noted)
        patch.setattr("workbook.live.open_caller", instead or (lambda _: desk))
        pressed = next((one.name for one in BUTTONS if one.label == case.label), case.label)
        unsaid = button._pressed(pressed, "", {"program": "libreoffice", "pipe": "pipe", "url": "file:///店/门店.xlsm"})
    return Pressed([*desk.boxes, *([unsaid] if unsaid else [])], codes, before)


@pytest.mark.parametrize("file", PRESSES, ids=lambda file: file.stem)
def test_the_message_box_is_word_for_word_and_a_refusal_changes_no_cell(
    file: Path, desk: MemoryDesk, home: Path
) -> None:
    case = press_case(file)
    assert case
    pressed = press(file.stem, case, desk)
    (box,) = pressed.boxes
    sentence, _, log = box.partition("\n\n详情: ")
    assert [sentence.replace(str(home), "{folder}")] == case.complaint
    assert pressed.codes == ([case.code] if case.code else [])
    if log:  # the workbook was there to say it in
        assert Path(log).exists()
        row, column = STATUS_CELL
        assert sentence in str(desk.sheets["首页"][row - 1][column - 1])
    if file.stem not in CHANGED_ALL_THE_SAME:
        assert cells(desk) == pressed.before


def test_every_case_of_a_press_has_what_its_recipe_makes() -> None:
    assert PRESS_RECIPES.keys() <= {file.stem for file in PRESSES}
