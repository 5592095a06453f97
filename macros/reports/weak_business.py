"""薄弱环节 of a period (R98): who waits too long, targets missed, what fell against the period before and a year ago, why clients leave."""

import math
from collections.abc import Iterator
from typing import NamedTuple

from macros.grades import effective_grade
from macros.reports.numbers import measure
from macros.reports.weak_losses import course_of, risen, rose
from macros.reports.weak_parts import BEFORE, NOTABLE, YEAR_AGO, Reader, Share, Told, percent, rows_of
from macros.reports.weak_words import DEFAULT, TODO, Todo
from workbook.figures.criteria import Filled, Is
from workbook.figures.declared import overdue
from workbook.figures.figure_spots import is_share, wilson
from workbook.figures.layout import Better, Figure, FigureBlock
from workbook.figures.quantities import Ratio, Rows
from workbook.schema import Kind

TENFOLD = 10
PERSONS_NAMED, TARGETS_NAMED, FALLS_NAMED = 3, 2, 2
READINGS = {"占成交": "referral_of_referrals", "占转介绍": "referral_of_deals"}
"""What 设置 says of the referral rate -> the figure that is the other reading: it is told, and held against no target."""
TOLD_APART = ("lost",)
OVERDUE = overdue().of
OPEN = Rows("clients", OVERDUE.tests[:-1], "", "owner")
ERROR = "错误"


class Fall(NamedTuple):
    """A figure that became worse; `size` is by how much, of what was before; `by_year`: a year ago there was something to compare with."""

    figure: Figure
    size: float
    by_year: bool


def weak_spots(reader: Reader) -> Iterator[Told]:
    """Yield what is weak, the most urgent first, and last what went well."""
    figures = [figure for block in reader.page.blocks if isinstance(block, FigureBlock) for figure in block.figures]
    found = [*_late(reader), *_persons(reader), *_errors(reader), *_lost(reader), *_targets(reader, figures)]
    found += [_fallen(reader, fall) for fall in _falls(reader, figures)[:FALLS_NAMED]]
    yield from found
    yield from _good(reader, figures)
    if not found:
        text = "没有逾期的客户, 目标都没有落下, 各项数字与上期相近。请照「今日待办」继续。"
        yield Told(text, "今日待办", reader.cell("due", 1, "rank"))


def _late(reader: Reader) -> Iterator[Told]:
    """Yield how many wait past their day; where nobody's day is known, that."""
    open_ones = reader.picked(OPEN)
    if not len(open_ones):
        return
    if not open_ones["overdue_days"].notna().any():
        text = f"还不知道谁逾期: {len(open_ones):,} 位在跟的客户都没有「逾期天数」。请先运行「待办」。"
        yield reader.told(
            text, Rows("clients", (*OPEN.tests, Filled("overdue_days", Kind.INT, empty=True)), "", "owner")
        )
        return
    late = reader.picked(OVERDUE)
    if len(late):
        best = int((effective_grade(late) == "A").sum())
        share = _share(reader, Share(len(late), len(open_ones)))
        told = f"{len(late):,} 位客户逾期未跟进, 占在跟的 {share}, 最久 {late['overdue_days'].max():,.0f} 天"
        do = f"其中 A 级 {best:,} 位, 请今天先联系这几位" if best else "请从逾期最久的联系起"
        yield reader.told(f"{told}。{do}。", OVERDUE, by="overdue_days")


def _share(reader: Reader, share: Share) -> str:
    """Return a share in words; one of few rows without a percentage."""
    return share.words if share.whole >= reader.small else f"{share.part:,} / {share.whole:,} (样本小)"


def _persons(reader: Reader) -> Iterator[Told]:
    """Yield who has most overdue clients among those whose share is above that of all: by number, share, name; nobody with few clients."""
    late, everyone = (reader.picked(rows)["owner"].value_counts() for rows in (OVERDUE, OPEN))
    shares = {name: Share(int(late.get(name, 0)), int(n)) for name, n in everyone.items() if name}
    if len(shares) < 2:
        return
    whole = Share(sum(share.part for share in shares.values()), sum(share.whole for share in shares.values()))
    worst = [
        (name, share) for name, share in shares.items() if share.whole >= reader.small and share.percent > whole.percent
    ]
    worst.sort(key=lambda pair: (-pair[1].part, -pair[1].percent, pair[0]))
    if worst:
        told = "; ".join(f"{name} {share.words}" for name, share in worst[:PERSONS_NAMED])
        name = worst[0][0]
        rows = Rows("clients", (*OVERDUE.tests, Is("owner", (name,))), "", "owner")
        text = f"逾期最多的人: {told}。请店长今天和 {name} 过一遍, 跟不过来的分给别人。"
        yield reader.told(text, rows, by="overdue_days")


def _errors(reader: Reader) -> Iterator[Told]:
    found = reader.tables["findings"]
    errors = found.index[found["severity"] == ERROR]
    if len(errors):
        first = int(errors.min())
        if found.index.min() == 0:  # of this run, not read from the sheet, which will be written from its first row on
            first += reader.tables.layouts["findings"].header_row + 1
        cell = reader.cell("findings", first, "cell")
        yield Told(
            f"数据里有 {len(errors):,} 个错误, 会让数字不准。请先按「问题」表逐个改。", f"问题!严重度={ERROR}", cell
        )


def _lost(reader: Reader) -> Iterator[Told]:
    course = course_of(reader)
    if rose(reader, course):
        yield risen(reader, course)


def _targets(reader: Reader, figures: list[Figure]) -> Iterator[Told]:
    """Yield the targets that were missed, the farthest first, then as the page lists them; where the sample is small nothing is judged."""
    missed = sorted(_missed(reader, figures), key=lambda pair: -pair[1])
    for figure, _ in missed[:TARGETS_NAMED]:
        text = f"{figure.name} {reader.said(figure)} ({reader.sampled(figure)}), 没有达到目标 {_target(reader, figure)}{_doubt(reader, figure)}。"
        yield _todo(reader, figure, text)
    if rest := missed[TARGETS_NAMED:]:
        told = "、".join(f"{figure.name} {reader.said(figure)} (目标 {_target(reader, figure)})" for figure, _ in rest)
        yield _todo(reader, rest[0][0], f"还有 {len(rest)} 项没有达到目标: {told}。")


def _missed(reader: Reader, figures: list[Figure]) -> Iterator[tuple[Figure, float]]:
    """Yield the figures that miss their targets, and by how much of the target."""
    for figure in figures:
        value = reader.value(figure)
        if (
            figure.target is None
            or figure.key == _other_reading(reader)
            or value is None
            or reader.size(figure) < reader.small
        ):
            continue
        target = reader.seen.number(figure.target)
        gap = (target - value) if figure.better is Better.UP else (value - target)
        if gap > 0:
            yield figure, gap / abs(target) if target else math.inf


def _other_reading(reader: Reader) -> str:
    """Return the key of the referral rate that 设置 does not hold against the target."""
    settings = reader.tables["settings"]
    said = settings.loc[settings["key"] == "report.referral_reading", "value"].astype(str)
    return READINGS.get(said.iloc[0] if len(said) else "", READINGS["占成交"])


def _target(reader: Reader, figure: Figure) -> str:
    assert figure.target
    sign = "≥" if figure.better is Better.UP else "≤"
    return f"{sign} {measure(figure.unit, figure.quantity)(reader.seen.number(figure.target))}"


def _doubt(reader: Reader, figure: Figure) -> str:
    """Return that the target lies within the interval, where it does."""
    value, size = reader.value(figure), reader.size(figure)
    if figure.target is None or value is None or not is_share(figure.quantity):
        return ""
    low, high = (int(bound) for bound in wilson(value, size).split("–"))
    return ", 但目标还在区间里, 可能是偶然" if low <= reader.seen.number(figure.target) <= high else ""


def _todo(reader: Reader, figure: Figure, text: str) -> Told:
    """Return a sentence with what to do about its figure, and the rows to begin with."""
    todo = TODO.get(figure.key, DEFAULT)
    rows = _rows_to_look_at(figure, todo)
    if rows is None:
        return Told(f"{text}{todo.what}。", figure.quantity.words())
    count = len(reader.picked(rows, slow=figure.slow))
    told = f"{text}{todo.what}" + (f" ({count:,} 行)" if todo.rows and count else "")
    return reader.told(f"{told}。", rows, slow=figure.slow, by=todo.by)


def _rows_to_look_at(figure: Figure, todo: Todo) -> Rows | None:
    return todo.rows or rows_of(figure.quantity.part if isinstance(figure.quantity, Ratio) else figure.quantity)


def _falls(reader: Reader, figures: list[Figure]) -> list[Fall]:
    """Return the figures of the period that became worse by a fifth against the period before and a year ago, the worst first."""
    return _moves(reader, figures, worse=True)


def _moves(reader: Reader, figures: list[Figure], *, worse: bool) -> list[Fall]:
    found = []
    for figure in figures:
        if (
            figure.state
            or figure.slow
            or figure.better is Better.NEITHER
            or figure.key in TOLD_APART
            or _per_head(figure)
        ):
            continue
        by_year = reader.recorded(figure, YEAR_AGO)
        moves = [_move(reader, figure, span, worse=worse) for span in (BEFORE, YEAR_AGO)[: 1 + by_year]]
        if all(move is not None for move in moves):
            found.append(Fall(figure, min(move for move in moves if move is not None), by_year))
    return sorted(found, key=lambda fall: -fall.size)


def _per_head(figure: Figure) -> bool:
    """Return whether a figure divides rows of one sheet by those of another: the rows themselves are told already."""
    parts = (figure.quantity.part, figure.quantity.whole) if isinstance(figure.quantity, Ratio) else ()
    return len({rows.sheet for part in parts if (rows := rows_of(part))}) > 1


def _move(reader: Reader, figure: Figure, span: int, *, worse: bool) -> float | None:
    """Return by how much of what was before a figure became worse (or better) since a span; None where it did not, or not surely.

    Counts and means moved by a fifth; of a share, what was lies outside of the interval of now. Small samples say nothing: those of both
    for shares and means, for a count the greater of both.
    """
    now, before = reader.value(figure), reader.value(figure, span)
    sizes = reader.size(figure), reader.size(figure, span)
    enough = min(sizes) if isinstance(figure.quantity, Ratio) else max(sizes)
    if now is None or before is None or enough < reader.small or now == before or not reader.recorded(figure, span):
        return None
    if (
        before and not isinstance(figure.quantity, Ratio) and sizes[0] > TENFOLD * sizes[1]
    ):  # the records of then were hardly begun
        return None
    up = now > before
    if up != ((figure.better is Better.DOWN) == worse):
        return None
    if is_share(figure.quantity):
        low, high = (int(bound) for bound in wilson(now, sizes[0]).split("–"))
        sure = not low <= before <= high
    else:
        sure = not before or abs(now - before) / abs(before) >= NOTABLE
    return (abs(now - before) / abs(before) if before else math.inf) if sure else None


def _compared(reader: Reader, fall: Fall) -> str:
    """Return 带看量 12 次, 比上期 (20 次) 少 40.0%, 比去年同期 (18 次) 少 33.3%."""
    figure, now = fall.figure, reader.value(fall.figure)
    parts = [f"{figure.name} {reader.said(figure)}" + (f" ({sampled})" if (sampled := reader.sampled(figure)) else "")]
    for span, called in ((BEFORE, "上期"), (YEAR_AGO, "去年同期")):
        before = reader.value(figure, span)
        if span == YEAR_AGO and not fall.by_year:
            parts.append("去年同期没有记录")
        elif now is not None and before is not None:
            parts.append(f"比{called} ({reader.said(figure, span)}) {_by_how_much(figure, now, before)}")
    return ", ".join(parts)


def _by_how_much(figure: Figure, now: float, before: float) -> str:
    word = "多" if now > before else "少"
    if figure.unit == "%":
        return f"{word} {abs(now - before):.1f} 点"
    return f"{word} {percent((now - before) / before)}" if before else word


def _fallen(reader: Reader, fall: Fall) -> Told:
    return _todo(reader, fall.figure, f"{_compared(reader, fall)}。")


def _good(reader: Reader, figures: list[Figure]) -> Iterator[Told]:
    """Yield the figure that became better by most."""
    for fall in _moves(reader, figures, worse=False)[:1]:
        rows = rows_of(fall.figure.quantity)
        text = f"做得好: {_compared(reader, fall)}。请在早会上讲一讲是怎么做到的。"
        yield reader.told(text, rows) if rows else Told(text, fall.figure.quantity.words())


def is_empty(reader: Reader) -> bool:
    """Return whether nobody has entered anything that a report counts."""
    return not any(len(reader.tables[key]) for key in ("clients", "followups", "viewings", "deals", "listings"))


def nothing(reader: Reader) -> Told:
    """Return what to enter first."""
    text = "工作簿里还没有数据。请先在「客户」录入客户, 在「跟进」记下联系, 再按一次「报表」。"
    return Told(text, "客户", reader.cell("clients", 1, "name"))
