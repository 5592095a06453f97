"""Every message that a person may see has a case in tests/errors: the command as typed, and what it says, word for word.

A case is a file. `$` is the command, typed in a folder that holds `门店.xlsx`; `!` what stands on stderr; `>` a line that stands on
stdout; the last line the exit code and, of a refusal, its stable code. How the bad book comes about is the function of the same name in
tests/recipes.py or one of tests/recipes_*.py; a case without one needs nothing bad. `{folder}` is the folder, `{row}` any row.
Cases in which a button is pressed are those of tests/test_errors_presses.py.
"""

import re
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from macros import cli
from tests.recipes import BOOK, RECIPES
from tests.recipes_adopt import ADOPT_RECIPES
from tests.recipes_buttons import BUTTON_RECIPES
from tests.recipes_contracts import CONTRACT_RECIPES
from tests.recipes_hostile import HOSTILE_RECIPES
from tests.recipes_imports import IMPORT_RECIPES
from tests.recipes_listings import LISTING_RECIPES
from tests.recipes_privacy import PRIVACY_RECIPES
from tests.recipes_rows import ROW_RECIPES
from tests.recipes_saving import SAVING_RECIPES
from tests.recipes_sending import SENDING_RECIPES
from tests.recipes_service import SERVICE_RECIPES
from tests.recipes_sharing import SHARING_RECIPES
from workbook.errors import GenjinError
from workbook.refusals import REASONS

ROOT = Path(__file__).resolve().parent.parent
CASES = sorted((ROOT / "tests" / "errors").glob("*.txt"))
ALL_RECIPES = (
    RECIPES
    | ROW_RECIPES
    | BUTTON_RECIPES
    | ADOPT_RECIPES
    | LISTING_RECIPES
    | IMPORT_RECIPES
    | HOSTILE_RECIPES
    | SENDING_RECIPES
    | SAVING_RECIPES
    | PRIVACY_RECIPES
    | CONTRACT_RECIPES
    | SHARING_RECIPES
    | SERVICE_RECIPES
)
WRITTEN_ALL_THE_SAME = {"file_changed_meanwhile", "report_open_elsewhere", "send_while_another_does"}
"""Cases in which another program, or the run before the refusal, writes into the workbook."""
UNREACHABLE = {
    "NOT_LOADED": "neither a command nor a button has LibreOffice open a file; tests do",
    "TABLE_HEADER": "no plan writes into a header row",
    "OUTSIDE_SHEET": "a sheet filled to its last row is refused as SHEET_TOO_LARGE when it is read",
}


ANY_ROW = re.escape("{row}")


class PressCase(NamedTuple):
    label: str
    complaint: list[str]
    code: str


def press_case(file: Path) -> PressCase | None:
    """Return a case in which a button is pressed, None for the others."""
    lines = file.read_text("utf-8").splitlines()
    found = re.fullmatch(r"\$ 按「(.+)」", lines[0])
    if not found:
        return None
    assert lines[-1].startswith("box"), f"{file.name} must end with box and its code"
    return PressCase(found[1], [line[2:] for line in lines if line.startswith("!")], lines[-1][4:])


class Case(NamedTuple):
    command: list[str]
    complaint: list[str]
    said: list[str]
    exit_code: int
    code: str


COMMANDS = [file for file in CASES if not press_case(file)]


def read_case(file: Path) -> Case:
    lines = file.read_text("utf-8").splitlines()
    marked = {mark: [line[2:] for line in lines if line.startswith(mark)] for mark in "$!>"}
    found = re.fullmatch(r"exit (\d) ?(\w*)", lines[-1])
    assert found, f"{file.name} must end with its exit code"
    exit_code, code = found.groups()
    return Case(marked["$"][0].split()[1:], marked["!"], marked[">"], int(exit_code), code)


def snapshot(folder: Path) -> dict[Path, bytes]:
    found = {}
    for file in folder.rglob("*"):
        if file.is_file():
            with open(file, "rb") as stream:  # Path.read_bytes is what a case may take away
                found[file] = stream.read()
    return found


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook with sample rows."""
    book = tmp_path_factory.mktemp("small") / BOOK
    assert cli.main(["new", str(book), "--sample", "small", "--today", "2026-11-20", "--quiet"]) == 0
    return book


@pytest.fixture
def folder(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that a case is played in, with a good workbook."""
    place = tmp_path / "店"
    place.mkdir()
    shutil.copy(small, place / BOOK)
    monkeypatch.chdir(place)
    return place


class Played(NamedTuple):
    exit_code: int
    out: str
    err: str
    codes: list[str]
    touched: bool


def play(name: str, command: list[str], folder: Path, capsys: pytest.CaptureFixture[str]) -> Played:
    """Make the bad book of a case, run its command, and say what came of it."""
    refusals: list[object] = []
    tell = cli._refuse
    with pytest.MonkeyPatch.context() as patch:
        ALL_RECIPES.get(name, lambda _: None)(patch)
        before = snapshot(folder)
        capsys.readouterr()
        patch.setattr(cli, "_refuse", lambda refusal: refusals.append(refusal) or tell(refusal))
        exit_code = cli.main(command if "--today" in command else [*command, "--today", "2026-11-20"])
    out, err = (text.replace(str(folder.parent), "{folder}") for text in capsys.readouterr())
    codes = [refusal.code for refusal in refusals if isinstance(refusal, GenjinError)]
    return Played(exit_code, out, err, codes, snapshot(folder) != before)


@pytest.mark.parametrize("file", COMMANDS, ids=lambda file: file.stem)
def test_a_message_is_word_for_word_and_a_refusal_changes_nothing_on_disk(
    file: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = read_case(file)
    played = play(file.stem, case.command, folder, capsys)
    assert played.err.splitlines() == case.complaint
    assert (played.exit_code, played.codes) == (case.exit_code, [case.code] if case.code else [])
    for line in case.said:
        assert re.search(rf"^ *{re.escape(line).replace(ANY_ROW, '[0-9]+')}$", played.out, re.M), played.out
    if case.exit_code == 2:
        assert len(case.complaint) == 1
        assert not played.out or case.said
        assert not played.touched or file.stem in WRITTEN_ALL_THE_SAME


def codes_in_the_source() -> set[str]:
    """Every `code=` of an exception and every reason that a file can be refused for."""
    files = [file for package in ("macros", "workbook") for file in (ROOT / package).rglob("*.py")]
    return {code for file in files for code in re.findall(r'code="(\w+)"', file.read_text("utf-8"))} | REASONS.keys()


def test_every_code_has_a_case_or_a_reason_why_no_command_reaches_it() -> None:
    presses = {case.code for file in CASES if (case := press_case(file))}
    refused = ({read_case(file).code for file in COMMANDS} | presses) - {""}
    named = {file.stem for file in CASES}  # templates that cannot be used stop their messages, not the command
    assert codes_in_the_source() - refused - named == UNREACHABLE.keys()
    assert refused <= codes_in_the_source()


def test_every_case_has_what_its_recipe_makes_and_every_recipe_a_case() -> None:
    assert ALL_RECIPES.keys() <= {file.stem for file in CASES}


def test_every_refusal_is_one_sentence_of_where_what_and_do() -> None:
    for file in CASES:
        for sentence in (press_case(file) or read_case(file)).complaint:
            assert re.fullmatch(r"[^:]+(: [^:]+)*?: .+。.+。", sentence), (file.name, sentence)
