"""Findings about lines of a sheet that a later rule writes anew: they follow their lines."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from workbook.changes import Finding, Outcome
from workbook.differences import identities
from workbook.tables import Tables


def followed(findings: Sequence[Finding], before: Tables, after: Tables, sheets: Collection[str]) -> list[Finding]:
    """Return findings with the rows that their lines have once `sheets` are written anew; those of lines that are gone are left out."""
    places = {key: _places(before, after, key) for key in sheets if any(f.sheet == key and f.row for f in findings)}
    told = [(f, places[f.sheet].get(f.row) if f.sheet in places and f.row else f.row) for f in findings]
    return [finding._replace(row=row) for finding, row in told if row is not None]


def told_after(outcomes: Sequence[Outcome], before: Tables, found: Outcome) -> tuple[list[Outcome], list[Finding]]:
    """Return earlier outcomes with what they told of the sheets that `found` writes anew, and all findings that `before` holds, alike."""
    after, sheets = before.updated({}, found.results), [*found.results]
    told = [replace(one, findings=followed(one.findings, before, after, sheets)) for one in outcomes]
    return told, followed([*before.findings], before, after, sheets)


def _places(before: Tables, after: Tables, key: str) -> dict[int, int]:
    """Return old row -> new row of the lines that stand on a sheet before and after."""
    layout = before.layouts[key]
    names = dict(zip(identities(layout, after[key]), after[key].index.tolist(), strict=True))
    old = zip(before[key].index.tolist(), identities(layout, before[key]), strict=True)
    return {int(row): int(names[name]) for row, name in old if name in names}
