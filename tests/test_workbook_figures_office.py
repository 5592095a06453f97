"""Every formula of every report's page, recalculated by LibreOffice, gives what Python tells from the same workbook."""

import datetime as dt
from itertools import product

import pytest

from tests.reports import Recalculated, differences, filled_sample, recalculate, write_heads
from workbook import build
from workbook.figures.layout import CUSTOM, SCOPE, TERM, TERMS, UNTIL
from workbook.figures.quantities import COMPANY
from workbook.figures.reports import REPORT_PAGES

TODAY = dt.date(2026, 3, 31)
DAYS = (
    TODAY,
    dt.date(2026, 3, 29),
    dt.date(2026, 2, 28),
    dt.date(2024, 2, 29),
    dt.date(2025, 12, 31),
    dt.date(2026, 1, 30),
)
PARTS = 6
"""Files of the sample: in each a page asks for something else, and all pages together, in all files, ask for every kind of every scope."""

pytestmark = [pytest.mark.libreoffice, pytest.mark.slow]


def asked_by(page: int, file: int, scopes: tuple[str, str, str]) -> dict[tuple[int, int], object]:
    """What stands in the head of a page in a file."""
    combinations = list(product(TERMS, scopes))
    term, scope = combinations[(page * PARTS + file) % len(combinations)]
    until = DAYS[(page + file) % len(DAYS)]
    custom = until - dt.timedelta(days=40) if term == "自定义" else None
    return {TERM: term, SCOPE: scope, UNTIL: until, CUSTOM: custom}


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> list[Recalculated]:
    """Workbooks with all pages asked for many things, and the same after LibreOffice calculated them; the last has no rows."""
    folder = tmp_path_factory.mktemp("pages")
    rows = filled_sample("small", TODAY)
    staff = rows["staff"]
    scopes = COMPANY, str(staff["branch"].iloc[0]), str(staff["name"].iloc[2])
    made = []
    for file in range(PARTS + 1):
        path = folder / f"book{file}.xlsx"
        build.make(path, rows if file < PARTS else {}, today=TODAY)
        heads = {page.label: asked_by(number, file, scopes) for number, page in enumerate(REPORT_PAGES)}
        write_heads(path, heads if file < PARTS else {label: head | {SCOPE: COMPANY} for label, head in heads.items()})
        made.append(path)
    return [Recalculated(path, after, TODAY) for path, after in zip(made, recalculate(made, folder), strict=True)]


@pytest.mark.requirement("F18", "R95")
@pytest.mark.parametrize("page", REPORT_PAGES, ids=lambda page: page.key)
def test_every_formula_gives_what_python_tells(books, page):
    counted = 0
    for book in books:
        wanted, found = book.told_and_found(page)
        assert differences(wanted, found) == [], book.name
        counted += len(wanted)
    assert counted > 400 * len(books)


def test_all_kinds_of_all_scopes_are_asked_for():
    scopes = COMPANY, "一店", "周涛"
    asked = [asked_by(page, file, scopes) for page in range(len(REPORT_PAGES)) for file in range(PARTS)]
    assert {(head[TERM], head[SCOPE]) for head in asked} == set(product(TERMS, scopes))
