"""The documents say what the code does."""

import re
import runpy
from pathlib import Path

import pytest

from macros.actions import ACTIONS, BUTTONS
from macros.checks import CHECKS
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
