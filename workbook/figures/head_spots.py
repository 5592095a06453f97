"""The formula cells above a report's blocks and beside them: title, days, words, and who is in scope."""

from collections.abc import Iterator

from workbook.build.places import cells, letter
from workbook.build.spot import Spot
from workbook.figures.layout import (
    BRANCH_ROWS,
    DAY_CELL,
    FIRST_VALUE,
    FROM_ROW,
    HELPER_TOP,
    IN_SCOPE_CELL,
    LISTED_CELL,
    LOOK_BACK,
    SCOPE,
    SCOPE_CELL,
    SCOPE_CRITERIA,
    SCOPE_LIST,
    SCOPE_NAMES,
    SCOPE_NUMBERS,
    SCOPE_PLACES,
    SLOW_ROW,
    SMALL_CELL,
    SPAN_HEADS,
    STAFF_ROWS,
    TERM,
    TITLE,
    TO_ROW,
    WORDS,
    address,
    helper_range,
)
from workbook.figures.periods import Days, day_formula, span_formulas
from workbook.figures.quantities import COMPANY
from workbook.figures.seen import SLOW, SMALL, Seen
from workbook.sheets.staff import STAFF

NOBODY = "=§"
"""A criterion that no cell meets."""
LIST_ROWS = 1 + BRANCH_ROWS + STAFF_ROWS


def head_spots(seen: Seen) -> Iterator[Spot]:
    """Yield title, days, words and settings of a page."""
    yield Spot(*DAY_CELL, day_formula(daily=seen.page.daily), seen.asked.until)
    scope, wanted = address(*SCOPE), address(*SCOPE_CELL)
    yield Spot(*SCOPE_CELL, f'IF({scope}="","{COMPANY}",{scope})', seen.scope)
    yield Spot(*SMALL_CELL, SMALL.formula, seen.number(SMALL))
    title = f'"{seen.page.label} · "&{wanted}&" · "&{address(*TERM)}'
    yield Spot(*TITLE, title, f"{seen.page.label} · {seen.scope} · {seen.asked.term}")
    yield from _days(seen)
    yield from _words(seen)


def _days(seen: Seen) -> Iterator[Spot]:
    formulas = span_formulas()
    for span, days in enumerate(seen.spans):
        for row, day in zip((FROM_ROW, TO_ROW), days, strict=True):
            yield Spot(row, FIRST_VALUE + span, formulas[row, FIRST_VALUE + span], day)
        last = address(TO_ROW, FIRST_VALUE + span)
        yield Spot(SLOW_ROW, FIRST_VALUE + span, f"{last}-{SLOW.formula}+1", seen.slow(span).first)


def _words(seen: Seen) -> Iterator[Spot]:
    row, column = WORDS
    for span, (head, days) in enumerate(zip(SPAN_HEADS, seen.spans, strict=True)):
        first, last = (address(at, FIRST_VALUE + span) for at in (FROM_ROW, TO_ROW))
        formula = f'"{head}  "&{_span_formula(first, last)}'
        yield Spot(row + span, column, formula, f"{head}  {_span(days)}")
    look = seen.slow(0)
    formula = _span_formula(address(SLOW_ROW, FIRST_VALUE), address(TO_ROW, FIRST_VALUE))
    yield Spot(*LOOK_BACK, f'"{LOOK_WORDS[0]}"&{formula}&"{LOOK_WORDS[1]}"', f"{_span(look)}".join(LOOK_WORDS))


LOOK_WORDS = ("名称后有 ◷ 的指标样本少, 看 ", "。 改上面浅黄的格子, 整页立即重算; 点指标名看它背后的行。")


def _span(days: Days) -> str:
    return f"{days.first:%Y-%m-%d} 至 {days.last:%Y-%m-%d} ({(days.last - days.first).days + 1} 天)"


def _span_formula(first: str, last: str) -> str:
    return f'TEXT({first},"yyyy-mm-dd")&" 至 "&TEXT({last},"yyyy-mm-dd")&" ("&({last}-{first}+1)&" 天)"'


def people_spots(seen: Seen) -> Iterator[Spot]:
    """Yield the helper cells that say who is in scope, and who of them serves in the period."""
    numbers = {name: number for number, name in enumerate(seen.serving, start=1)}
    places = {row: number for number, row in enumerate(seen.inside, start=1)}
    called = [person.name for person in seen.inside.values()]
    yield Spot(*IN_SCOPE_CELL, f"MAX(1,COUNT({helper_range(SCOPE_PLACES)}))", max(1, len(called)))
    for at in range(STAFF_ROWS):
        row = HELPER_TOP + at
        name = seen.inside[row].name if row in seen.inside else ""
        cell = address(row, SCOPE_NAMES)
        yield Spot(row, SCOPE_NAMES, f'IF({_inside(row)},{_staff("name", row)},"")', name)
        yield Spot(row, SCOPE_PLACES, f'IF({cell}="","",{_next(row, SCOPE_PLACES)})', places.get(row, ""))
        shown = f'AND({cell}<>"",{_serves(row)})'
        number = numbers.get(name, "") if name else ""
        yield Spot(row, SCOPE_NUMBERS, f'IF({shown},{_next(row, SCOPE_NUMBERS)},"")', number)
        found = f"INDEX({helper_range(SCOPE_NAMES)},MATCH({at + 1},{helper_range(SCOPE_PLACES)},0))"
        criterion = f"={literal(called[at])}" if at < len(called) else NOBODY
        yield Spot(row, SCOPE_CRITERIA, f'IFERROR("="&{literal_formula(found)},"{NOBODY}")', criterion)


def _inside(row: int) -> str:
    """Return the condition that a row of 人员 is in scope, and the first with its name."""
    name, branch, scope = _staff("name", row), _staff("branch", row), address(*SCOPE_CELL)
    above = f"{_staff('name', HELPER_TOP)}:{name}"
    anybody = f'OR({scope}="{COMPANY}",{branch}={scope},{name}={scope})'
    return f'AND({name}<>"",SUMPRODUCT(--({above}={name}))=1,{anybody})'


def _serves(row: int) -> str:
    since, until = _staff("from_date", row), _staff("to_date", row)
    first, last = (address(at, FIRST_VALUE) for at in (FROM_ROW, TO_ROW))
    return f'OR({since}="",{since}<={last}),OR({until}="",{until}>={first})'


def _staff(key: str, row: int) -> str:
    return f"{STAFF.label}!${letter(STAFF, key)}${row}"


def _next(row: int, column: int) -> str:
    return f"COUNT({address(1, column)}:{address(row - 1, column)})+1"


def scope_spots(seen: Seen) -> Iterator[Spot]:
    """Yield what the drop-down of the scope offers: the company, the branches of 字典, the names of 人员; and how many that are."""
    branches, names = seen.branches(), {row: person.name for row, person in seen.people.items()}
    last = HELPER_TOP + BRANCH_ROWS - 1, HELPER_TOP + STAFF_ROWS - 1
    sources = cells("lists", "branches", last[0]), cells("staff", "name", last[1])
    counts = [f"COUNTA({source})" for source in sources]
    yield Spot(*LISTED_CELL, f"1+{counts[0]}+{counts[1]}", 1 + len(branches) + len(names))
    yield Spot(HELPER_TOP, SCOPE_LIST, f'"{COMPANY}"', COMPANY)
    for number in range(1, LIST_ROWS):
        place = number - len(branches)
        value = branches.get(number + 1, "") if place <= 0 else names.get(place + 1, "")
        second = f'IF({number}-{counts[0]}<={counts[1]},INDEX({sources[1]},{number}-{counts[0]})&"","")'
        formula = f'IF({number}<={counts[0]},INDEX({sources[0]},MIN({number},{BRANCH_ROWS}))&"",{second})'
        yield Spot(HELPER_TOP + number, SCOPE_LIST, formula, value)


def literal(text: str) -> str:
    """Return a text as COUNTIFS has to be given it to mean it literally."""
    return text.replace("~", "~~").replace("*", "~*").replace("?", "~?")


def literal_formula(cell: str) -> str:
    """Return the same as a formula."""
    return f'SUBSTITUTE(SUBSTITUTE(SUBSTITUTE({cell},"~","~~"),"*","~*"),"?","~?")'
