"""The documents say what the code does."""

import re
import runpy
from pathlib import Path

import pytest

from macros.actions import ACTIONS, BUTTONS
from macros.checks import CHECKS
from macros.settings import each_setting
from workbook.build.help import COMMANDS
from workbook.sheets import SHEETS

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = runpy.run_path(str(ROOT / "docs" / "reference.py"))


@pytest.mark.parametrize("name", ["docs/reference.md", "docs/troubleshooting.md", "README.md", "README.zh-CN.md"])
def test_generated_tables_are_up_to_date(name: str) -> None:
    wanted = REFERENCE["wanted"]()[ROOT / name]
    assert (ROOT / name).read_text("utf-8") == wanted, "run: python docs/reference.py"


def test_every_column_check_command_and_button_stands_in_the_reference() -> None:
    text = (ROOT / "docs" / "reference.md").read_text("utf-8")
    for sheet in SHEETS:
        assert f"### {sheet.label} `{sheet.key}`" in text
        for column in sheet.columns:
            assert f"| {column.label} | `{column.key}` |" in text
    for check in CHECKS:
        assert f"| `{check.name}` |" in text
    for action in ACTIONS:
        assert f"`genjin {action.name} " in text
    for button in BUTTONS:
        assert f"| {button.label} | `{button.name}` |" in text


def commands_named_in(text: str) -> set[str]:
    """Return the words after `genjin` where a command is quoted, alone or at the start of a line of a block."""
    return set(re.findall(r"(?:^|[`/] ?|bin/)genjin ([a-z]+)", text, re.MULTILINE))


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md", "CHANGELOG.md", "docs/design.md", "docs/windows.md"])
def test_every_command_that_a_document_names_is_one(name: str) -> None:
    named = commands_named_in((ROOT / name).read_text("utf-8"))
    known = set(re.findall(r"\| `genjin ([a-z]+)", REFERENCE["commands"]()))
    assert {"new", "import", "adopt", "all"} <= known
    assert named <= known


def test_every_command_that_the_sheet_of_help_names_is_one() -> None:
    known = set(re.findall(r"\| `genjin ([a-z]+)", REFERENCE["commands"]()))
    named = {word for name, _ in COMMANDS for word in name.removeprefix("genjin ").split(" / ")}
    assert {"import", "adopt", "duplicates", "match"} <= named <= known


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_a_readme_names_every_command_outside_of_its_table(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    before, rest = text.split("<!-- generated: commands -->")
    told = commands_named_in(before + rest.split("<!-- end: commands -->")[1])
    assert {"adopt", "import", "duplicates", "all", "undo", "buttons", "watch"} <= told


def test_every_setting_that_the_design_names_is_one() -> None:
    known = {setting["key"] for setting in each_setting()}
    groups = "|".join(sorted({key.partition(".")[0] for key in known}))
    text = (ROOT / "docs" / "design.md").read_text("utf-8")
    named = set(re.findall(rf"`((?:{groups})\.(?!py`)\w+)`", text))  # pool.py is a file
    assert {"due.texts_each", "listing.cut_again_days"} <= named <= known


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_links_and_pictures_of_the_readme_are_there(name: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", (ROOT / name).read_text("utf-8")):
        assert (ROOT / target).exists(), target


def test_the_project_speaks_of_itself_only() -> None:
    texts = [p for p in ROOT.rglob("*") if p.suffix in {".py", ".md", ".toml", ".j2", ".sh"} and ".venv" not in str(p)]
    for path in texts:
        if path.name != "test_docs.py":
            text = path.read_text("utf-8")
            assert not re.search(r"/(?:home|root|tmp|work)/\w", text), path
