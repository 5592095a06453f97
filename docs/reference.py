"""Write docs/reference.md and the command table of both READMEs from the code: `python docs/reference.py`.

With `--check` nothing is written; the exit code is 1 where a file is out of date.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from macros.actions import BUTTONS
from macros.cli import parser
from macros.reports.asking import KINDS
from macros.settings import each_setting
from workbook.figures.declared import FIGURES
from workbook.figures.layout import Better, Block, Figure, FigureBlock, ListBlock, ReportPage, TableBlock, TextBlock
from workbook.figures.reports import REPORT_PAGES
from workbook.schema import Column, Need
from workbook.sheets import BUTTON_PAGES, SHEETS, TABS

ROOT = Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- generated: {} -->", "<!-- end: {} -->"
FIGURE_WORDS = (
    "How to read one: [report.md](report.md). 在期内 is the report's period, of figures marked ◷ the look-back (`report.slow_days`). A target is a\n"
    "setting, with its default."
)
NEEDS = {Need.REQUIRED: "required", Need.OPTIONAL: "", Need.AUTOMATIC: "Genjin"}


def table(head: list[str], rows: Iterator[list[str]] | list[list[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join([*lines, *("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows)])


def commands() -> str:
    choices = next(a for a in parser()._actions if isinstance(a, argparse._SubParsersAction))
    rows = []
    for action in choices._choices_actions:
        command = choices.choices[action.dest]
        usage = " ".join(command.format_usage().split()) + " "
        for everywhere in ("usage: ", "用法: ", "[-h] ", "[--today YYYY-MM-DD] ", "[--json] ", "[--quiet] "):
            usage = usage.replace(everywhere, "")
        usage = usage.strip()
        rows.append([f"`{usage}`", action.help or ""])
    return table(["command", "what it does"], rows)


def buttons() -> str:
    labels = {tab.key: tab.label for tab in (*TABS, *BUTTON_PAGES)}
    rows = []
    for button in BUTTONS:
        more = [
            word for word, yes in (("the selected rows", button.selected), ("asks for a file", button.picks)) if yes
        ]
        places = "、".join(labels[key] for key in button.places)
        rows.append([button.label, f"`{button.name}`", places, button.tip, ", ".join(more)])
    return table(["button", "name", "stands on", "what it does", ""], rows)


def pages() -> str:
    tabs = [tab for tab in (*TABS, *BUTTON_PAGES) if not any(tab.key == sheet.key for sheet in SHEETS)]
    return table(["page", "key", "what it is for"], [[tab.label, f"`{tab.key}`", tab.purpose] for tab in tabs])


def settings() -> str:
    return table(
        ["key", "名称", "default", "unit", "source"],
        [[f"`{s['key']}`", s["label"], f"{s['default']}", s["unit"], s["source"]] for s in each_setting()],
    )


def figures() -> str:
    head = ["figure", "unit", "days", "definition", "rows", "target", "better", "stands on", "source"]
    return f"{FIGURE_WORDS}\n\n{table(head, [figure_row(figure) for figure in declared()])}"


def declared() -> list[Figure]:
    """Return the figures that every page shares, then those that only one page has, in the order of the pages."""
    blocks = (block for page in REPORT_PAGES for block in page.blocks if isinstance(block, FigureBlock))
    return [*dict.fromkeys([*FIGURES, *(figure for block in blocks for figure in block.figures)])]


def figure_row(figure: Figure) -> list[str]:
    days = "as it is today" if figure.state else "look-back ◷" if figure.slow else "period"
    target = f"`{figure.target.key}` ({figure.target.default:g})" if figure.target else ""
    better = {Better.UP: "higher", Better.DOWN: "lower", Better.NEITHER: ""}[figure.better]
    on = "、".join(
        page.label
        for page in REPORT_PAGES
        if any(isinstance(block, FigureBlock) and figure in block.figures for block in page.blocks)
    )
    words = figure.quantity.words()
    return [figure.name, figure.unit, days, figure.definition, words, target, better, on, ", ".join(figure.sources)]


def reports() -> str:
    rows = [[name, page.label, term, page.purpose] for name, (page, term) in KINDS.items()]
    kinds = table(["report (`--of`)", "page", "days where none are named", "what it answers"], rows)
    return "\n\n".join([kinds, *(f"### Page {page.label} `{page.key}`\n\n{blocks(page)}" for page in REPORT_PAGES)])


def blocks(page: ReportPage) -> str:
    return table(["block", "what it is", "what stands in it", "charts"], [block_row(block) for block in page.blocks])


def block_row(block: Block) -> list[str]:
    charts = ""
    if isinstance(block, FigureBlock):
        kind, inside = "figures, live", "、".join(figure.name for figure in block.figures)
    elif isinstance(block, TableBlock):
        units = (f"{column.header} ({column.unit})" if column.unit else column.header for column in block.columns)
        kind, inside = "table, live", f"{block.head}: {'、'.join(units)}"
        charts = "、".join(chart.title for chart in block.charts)
    elif isinstance(block, TextBlock):
        kind, inside = "sentences, written by a press", f"up to {block.count}"
    else:
        assert isinstance(block, ListBlock)
        kind, inside = "rows, written by a press", f"up to {block.count}: {'、'.join(block.headers)}"
    return [block.title, kind, inside, charts]


def checks() -> str:
    from macros.checks import CHECKS

    return table(["check", "what it finds"], [[f"`{check.name}`", check.summary] for check in CHECKS])


def templates() -> str:
    from macros.templates import template_table

    rows = template_table()
    return table(list(rows[0]), [[str(value) for value in row.values()] for row in rows])


def columns() -> str:
    parts = []
    for sheet in SHEETS:
        rows = [[c.label, f"`{c.key}`", c.kind.value, needs(c), c.unit, choices_of(c)] for c in sheet.columns]
        head = ["label", "key", "type", "filled by", "unit", "choices"]
        parts.append(f"### {sheet.label} `{sheet.key}`\n\n{sheet.purpose}\n\n{table(head, rows)}")
    return "\n\n".join(parts)


def needs(column: Column) -> str:
    if column.when:
        condition = "、".join(column.when.values) or "filled in"
        return f"required when `{column.when.column}` is {condition}"
    return NEEDS[column.need]


def choices_of(column: Column) -> str:
    return f"字典.{column.lookup}" if column.lookup else "、".join(column.choices)


def reference() -> str:
    parts = {
        "Commands": commands(),
        "Buttons": buttons(),
        "Pages": pages(),
        "Reports": reports(),
        "Figures": figures(),
        "Checks": checks(),
        "Settings": settings(),
        "Message templates": templates(),
        "Columns": columns(),
    }
    body = "\n\n".join(f"## {title}\n\n{text}" for title, text in parts.items())
    return (
        f"# Reference\n\nGenerated from the code by `python docs/reference.py`; a test holds it up to date.\n\n{body}\n"
    )


def troubleshooting() -> str:
    """Collect what commands and buttons say when something is wrong, from the cases that the tests hold word for word."""
    parts = []
    for file in sorted((ROOT / "tests" / "errors").glob("*.txt")):
        lines = [line for line in file.read_text("utf-8").splitlines() if line]
        parts.append(
            "## " + file.stem.replace("_", " ") + "\n\n```\n" + "\n".join(shown(line) for line in lines) + "\n```"
        )
    head = (
        "# What commands and buttons say when something is wrong\n\n"
        "Generated from the cases in `tests/errors` by `python docs/reference.py`. Every message says where, what, and what to do.\n"
        "Exit code 2: nothing was changed. Exit code 1: `validate` or `enter` did its work and found errors. \n"
        "`按「…」` is a press on a button, `box` its message box: nothing was changed unless it says so; it also names the file with the details."
    )
    return "\n\n".join([head, *parts]) + "\n"


def shown(line: str) -> str:
    return line[2:] if line.startswith(("! ", "> ")) else line


def replaced(text: str, name: str, body: str) -> str:
    before, rest = text.split(BEGIN.format(name))
    after = rest.split(END.format(name))[1]
    return f"{before}{BEGIN.format(name)}\n{body}\n{END.format(name)}{after}"


def wanted() -> dict[Path, str]:
    files = {ROOT / "docs" / "reference.md": reference(), ROOT / "docs" / "troubleshooting.md": troubleshooting()}
    for name in ("README.md", "README.zh-CN.md"):
        files[ROOT / name] = replaced((ROOT / name).read_text("utf-8"), "commands", commands())
    return files


def main() -> int:
    stale = [path for path, text in wanted().items() if not path.exists() or path.read_text("utf-8") != text]
    if "--check" in sys.argv:
        print("\n".join(f"out of date: {path.relative_to(ROOT)}" for path in stale))
        return 1 if stale else 0
    for path, text in wanted().items():
        path.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
