"""The house rules hold: style, types, direction of imports, sizes."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]],
    ids=["ruff check", "ruff format", "mypy strict"],
)
def test_style_and_types(command: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def imports_of(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names


def test_imports_point_one_way() -> None:
    for path in (ROOT / "workbook").rglob("*.py"):
        assert not any(name.split(".")[0] == "macros" for name in imports_of(path)), path


def test_nothing_paid_is_imported_and_openpyxl_saves_nothing() -> None:
    for package in ("workbook", "macros"):
        for path in (ROOT / package).rglob("*.py"):
            names = imports_of(path)
            assert not any(name.startswith("xlwings.pro") for name in names), path
            assert "openpyxl" not in names or ".save(" not in path.read_text("utf-8"), path


def test_marks_of_the_house_are_met(shared: Path) -> None:
    done = subprocess.run(
        [sys.executable, shared / "checks" / "marks.py", ROOT], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_the_help_starts_without_anything_heavy() -> None:
    code = (
        "import sys; from macros.cli import parser; parser().format_help();"
        "print(','.join(sorted({'pandas','numpy','openpyxl','xlsxwriter','reportlab','jinja2','python_calamine'} & set(sys.modules))))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
