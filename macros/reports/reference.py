"""The figures as a table for the documentation."""

from macros.reports.figures import FIGURES


def figure_table() -> str:
    """Return a Markdown table: figure, unit, span, definition, rows."""
    lines = ["| 指标 | 单位 | 期间 | 口径 | 出处 |", "|---|---|---|---|---|"]
    lines += [
        f"| {f.name} | {f.unit} | {f.span.value} | {f.definition} | {f.where.format(span='期内')} |" for f in FIGURES
    ]
    return "\n".join(lines) + "\n"
