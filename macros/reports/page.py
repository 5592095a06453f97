"""The cells of the 报表 page: the report in the layout that the workbook's builder has drawn."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from macros.reports.figures import Result
from macros.reports.wording import NO_DATA, sample
from workbook.build.report_page import SLOTS, block_cells

if TYPE_CHECKING:
    from macros.reports.gather import Report

LEADING = 2  # sentences on the page; all of them stand in the HTML and the PDF


def cells(report: "Report") -> dict[str, object]:
    """Return {"B2": value} for every cell of the page that is the report's; unused cells are None."""
    return {
        SLOTS["title"]: f"{report.agency} 经理{report.term.name}",
        SLOTS["period"]: report.term.line,
        SLOTS["this"]: report.term.this,
        SLOTS["last"]: report.term.last,
        SLOTS["summary"]: "".join(a.text for a in report.first[:LEADING]),
        **block_cells("figures", [_figure_row(result) for result in report.figures]),
        **block_cells("funnel", _counts("stage", report.stages)),
        **block_cells("grades", _counts("grade", report.grades)),
        **block_cells("sources", [source._asdict() for source in report.sources]),
        **block_cells("overdue", [agent._asdict() for agent in report.late]),
    }


def _counts(key: str, counts: Mapping[str, int]) -> list[dict[str, object]]:
    return [{key: name, "count": count} for name, count in counts.items()]


def _figure_row(result: Result) -> dict[str, object]:
    figure = result.figure
    return {
        "name": f"{figure.name} ({figure.unit})",
        "value": NO_DATA if result.value is None else _rounded(result.value),
        "previous": None if result.previous is None else _rounded(result.previous),
        "target": result.target,
        "n": (sample(result) or result.n) if result.value is not None else None,
        "definition": f"{figure.definition}。看 {result.where}" if result.value is not None else result.missing,
    }


def _rounded(value: float) -> float:
    return round(value, 1)
