"""The documents say what the code does."""

import re
import runpy
from pathlib import Path

import pytest

from macros.actions import ACTIONS, BUTTONS
from macros.checks import CHECKS
from macros.reports.asking import KINDS
from macros.reports.figure_rows import MOST, MOST_OF_TABLE
from macros.reports.render_png import LISTED
from macros.settings import each_setting
from workbook.build.help import COMMANDS
from workbook.figures.declared import FIGURES
from workbook.figures.layout import BRANCH_ROWS, STAFF_ROWS, People, TableBlock
from workbook.figures.reports import REPORT_PAGES
from workbook.sheets import SHEETS

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = runpy.run_path(str(ROOT / "docs" / "reference.py"))
ON_REPORTS = ["docs/report.md", "docs/report.zh-CN.md"]


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


def test_every_figure_and_every_block_of_a_report_stands_in_the_reference() -> None:
    text = (ROOT / "docs" / "reference.md").read_text("utf-8")
    for figure in FIGURES:
        assert f"| {figure.name} | {figure.unit} |" in text
        assert f"| {figure.definition} |" in text
    for page in REPORT_PAGES:
        assert f"### Page {page.label} `{page.key}`" in text
        for block in page.blocks:
            assert f"| {block.title} |" in text
    for name, (page, term) in KINDS.items():
        assert f"| {name} | {page.label} | {term} |" in text


def test_the_reference_says_of_a_figure_its_days_its_target_and_its_pages() -> None:
    rows = {line.split(" | ")[0].removeprefix("| "): line for line in REFERENCE["figures"]().splitlines()}
    nps, listings, owed = rows["净推荐值 NPS"], rows["房源量"], rows["待发奖励"]
    assert "| look-back ◷ |" in nps
    assert nps.endswith("| `report.nps_target` (50) | higher | 报表 | R90 |")
    assert "| as it is today |" in listings
    assert listings.endswith("| 房源!状态=在售、在租、议价中 |  |  | 报表 | R95 |")
    assert owed.endswith("|  | lower | 老带新 | R85, F17 |")


@pytest.mark.parametrize("name", ON_REPORTS)
def test_what_is_told_of_reports_has_their_names_buttons_and_limits(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert [kind for kind in KINDS if kind not in text] == []
    of_reports = [button.label for button in BUTTONS if button.like == "report"]
    assert "生成报表" in of_reports
    assert [label for label in of_reports if f"**{label}**" not in text] == []
    defaults = {str(setting["key"]): f"{setting['default']}" for setting in each_setting()}
    assert dict(re.findall(r"`(report\.small_sample)` \((\d+)\)", text)) == {
        "report.small_sample": defaults["report.small_sample"]
    }
    assert re.search(rf"\b{defaults['report.slow_days']} (?:days|天)[^`]*`report.slow_days`", text)
    weights = [defaults[f"report.weight_{part}"] for part in ("result", "process", "satisfaction")]
    assert (
        re.findall(r"(\d+) ?%", next(line for line in text.splitlines() if "得分" in line and "业绩" in line))
        == weights
    )
    assert re.search(rf"\b{STAFF_ROWS} (?:rows|行)", text)
    assert re.search(rf"\b{MOST} (?:rows|行)", text)
    assert re.search(rf"\b{MOST_OF_TABLE}\b", text)
    assert LISTED == 5
    assert "first five rows" in text or "前五行" in text


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_limits_of_the_pages_of_reports_stand_in_the_readme(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    tables = [block.rows for page in REPORT_PAGES for block in page.blocks if isinstance(block, TableBlock)]
    people = {rows.count for rows in tables if isinstance(rows, People)}
    assert people == {30}
    listed = next(line for line in text.splitlines() if "人员" in line and f"{BRANCH_ROWS}" in line)
    assert {f"{STAFF_ROWS}", f"{BRANCH_ROWS}", "30", "20"} <= set(re.findall(r"\d+", listed))


def commands_named_in(text: str) -> set[str]:
    """Return the words after `genjin` where a command is quoted, alone or at the start of a line of a block."""
    return set(re.findall(r"(?:^|[`/] ?|bin/)genjin ([a-z]+)", text, re.MULTILINE))


@pytest.mark.parametrize(
    "name", ["README.md", "README.zh-CN.md", "CHANGELOG.md", "docs/design.md", "docs/windows.md", *ON_REPORTS]
)
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


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md", *ON_REPORTS])
def test_links_and_pictures_of_what_is_read_first_are_there(name: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)", (ROOT / name).read_text("utf-8")):
        assert (ROOT / name).parent.joinpath(target).exists(), target


def test_the_project_speaks_of_itself_only() -> None:
    texts = [p for p in ROOT.rglob("*") if p.suffix in {".py", ".md", ".toml", ".j2", ".sh"} and ".venv" not in str(p)]
    for path in texts:
        if path.name != "test_docs.py":
            text = path.read_text("utf-8")
            assert not re.search(r"/(?:home|root|tmp|work)/\w", text), path
