"""Sentences about clients who were lost: whether more than before, why, in whose hands, and who sleeps (R61, R93, R98).

期内流失率 is the share of those who were lost in a span among all who were followed up in it: first met by its end, not lost before it
began, and not settled before it began.
"""

from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from macros.grades import effective_grade
from macros.reports.weak_parts import BEFORE, NOTABLE, NOW, YEAR_AGO, Reader, Share, Told, in_days
from workbook.figures.criteria import UNFILLED, Filled, Is, Test
from workbook.figures.quantities import Rows

GONE, BOUGHT, ASLEEP = "暂不考虑", "已成交", "沉睡"
REASONS_NAMED, BEST_GRADES = 2, ("A", "B")
LOST = Rows("clients", (Filled("name"), Is("status", (GONE,))), "lost_on", "owner")
FILL_IN = "请归属人先在「客户」补上「流失原因」"
LOOK = "请看这几位最后三次跟进差在哪里"


class Course(NamedTuple):
    """The share of clients who were lost, in this period, the one before, and a year ago."""

    now: Share
    before: Share
    year_ago: Share


def losses(reader: Reader) -> Iterator[Told]:
    """Yield what is seen of the losses, the most urgent first."""
    course = course_of(reader)
    if not course.now.part:
        yield reader.told(_none(reader, course), LOST)
    else:
        yield _trend(reader, course)
        yield from _reasons(reader)
        yield from _unfilled(reader)
        yield from _among(reader, "owner", "归属人")
    yield from _asleep(reader)
    if course.now.part:
        yield from _among(reader, "source", "来源")


def course_of(reader: Reader) -> Course:
    """Return the share of clients lost in the three spans."""
    return Course(*(_lost_share(reader, span) for span in (NOW, BEFORE, YEAR_AGO)))


def rose(reader: Reader, course: Course) -> bool:
    """Return whether the losses rose by a fifth or more; never where one of both samples is small."""
    enough = course.now.part >= reader.small and course.before.whole >= reader.small
    return enough and course.now.percent >= (1 + NOTABLE) * course.before.percent and course.now.part > 0


def risen(reader: Reader, course: Course) -> Told:
    """Return that the losses rose, their main reasons, and what to do about the first."""
    reasons = list(_counted(reader))
    main = "、".join(f"{reason} {now:,} 位 (上期 {before:,} 位)" for reason, now, before in reasons[:REASONS_NAMED])
    top = reasons[0][0]
    return reader.told(f"{_risen_words(reader, course)}。主要原因: {main}。{_do(reader, top)}。", _rows_of_reason(top))


def _risen_words(reader: Reader, course: Course) -> str:
    by_chance = course.before.whole and course.now.bounds[0] <= course.before.bounds[1]
    return f"流失率升高: {_words(reader, course)}{'; 两个区间有重叠, 也可能是偶然' if by_chance else ''}"


def _words(reader: Reader, course: Course) -> str:
    year_ago = f", 去年同期 {course.year_ago.words}" if course.year_ago.whole >= reader.small else ""
    return f"期内流失 {course.now.part:,} 位, 占期内在跟的 {course.now.words}, 上期 {_of(course.before)}{year_ago}"


def _of(share: Share) -> str:
    return share.words if share.whole else "没有在跟的客户"


def _lost_share(reader: Reader, span: int) -> Share:
    lost, followed = _masks(reader, span)
    return Share(int(lost.sum()), int(followed.sum()))


def _masks(reader: Reader, span: int) -> tuple[pd.Series, pd.Series]:
    """Return who was lost in a span, and who was followed up in it."""
    clients, days = reader.tables["clients"], reader.days(span)
    first = pd.Timestamp(days.first)
    ours = clients["name"] != ""
    if reader.seen.names is not None:
        ours &= clients["owner"].isin(reader.seen.names)
    gone = clients["status"] == GONE
    lost = ours & gone & in_days(clients["lost_on"], days)
    before = (gone & (clients["lost_on"] < first)) | (
        (clients["status"] == BOUGHT) & ~(clients["last_signed_on"] >= first)
    )
    met = clients["first_contact_at"] < pd.Timestamp(days.last) + pd.Timedelta(days=1)
    return lost, lost | (ours & met & ~before)


def _none(reader: Reader, course: Course) -> str:
    if not course.now.whole:
        return "这段时间还没有在跟的客户。请先在「客户」录入客户, 不再跟进的把状态改成「暂不考虑」并选流失原因。"
    return f"期内没有流失 (在跟过 {course.now.whole:,} 位), 上期 {_of(course.before)}。请核对不再跟进的客户有没有把状态改成「暂不考虑」。"


def _trend(reader: Reader, course: Course) -> Told:
    if rose(reader, course):
        return reader.told(f"{_risen_words(reader, course)}。请从下面排在前面的原因做起。", LOST)
    told = _words(reader, course)
    if course.now.part < reader.small:
        return reader.told(f"{told}; 样本小, 不判断升降。{LOOK}。", LOST)
    if course.before.whole >= reader.small and course.now.percent <= (1 - NOTABLE) * course.before.percent:
        return reader.told(f"{told}: 比上期少了。请看哪一步做得不同, 照着做下去。", LOST)
    return reader.told(f"{told}: 与上期相近。{LOOK}。", LOST)


def _counted(reader: Reader) -> Iterator[tuple[str, int, int]]:
    """Yield each reason of this period with its numbers now and before, the most frequent first, then as 流失原因 lists them."""
    now, before = (reader.picked(LOST, span)["lost_reason"].value_counts() for span in (NOW, BEFORE))
    listed = [*reader.winback, *sorted(set(now.index) - set(reader.winback) - {""}), ""]
    named = [reason for reason in listed if reason in now.index]
    for reason in sorted(named, key=lambda reason: -now[reason]):
        yield reason or UNFILLED, int(now[reason]), int(before.get(reason, 0))


def _rows_of_reason(reason: str) -> Rows:
    test: Test = Filled("lost_reason", empty=True) if reason == UNFILLED else Is("lost_reason", (reason,))
    return Rows(LOST.sheet, (*LOST.tests, test), LOST.when, LOST.who)


def _do(reader: Reader, reason: str) -> str:
    if reason == UNFILLED:
        return FILL_IN
    return f"请按「挽回策略」做: {reader.winback.get(reason, '补上这个原因的做法, 再逐个联系').rstrip('。')}"


def _reasons(reader: Reader) -> Iterator[Told]:
    counted = [one for one in _counted(reader) if one[0] != UNFILLED]
    everyone = sum(now for _, now, _ in _counted(reader))
    for reason, now, before in counted[:REASONS_NAMED]:
        share = f"{now:,} / {everyone:,} 位" if everyone < reader.small else Share(now, everyone).words
        text = f"因「{reason}」流失 {now:,} 位, 占流失的 {share}, 上期 {before:,} 位。{_do(reader, reason)}。"
        yield reader.told(text, _rows_of_reason(reason))


def _unfilled(reader: Reader) -> Iterator[Told]:
    rows = _rows_of_reason(UNFILLED)
    count = len(reader.picked(rows))
    if count:
        yield reader.told(f"{count:,} 位流失的客户没有填流失原因, 原因的占比因此不准。{FILL_IN}。", rows)


def _among(reader: Reader, column: str, label: str) -> Iterator[Told]:
    """Yield whose share of losses is surely above that of all: whole interval above it, and no small sample; the highest share first."""
    lost, followed = _masks(reader, NOW)
    names = reader.tables["clients"][column]
    everyone = Share(int(lost.sum()), int(followed.sum()))
    shares = {
        name: Share(int(lost[names == name].sum()), int(n))
        for name, n in names[followed].value_counts().items()
        if name
    }
    high = [
        (name, share) for name, share in shares.items()
        if share.whole >= reader.small and len(shares) > 1 and share.bounds[0] > everyone.percent
    ]  # fmt: skip
    for name, share in sorted(high, key=lambda pair: (-pair[1].percent, pair[0]))[:1]:
        rows = Rows(LOST.sheet, (*LOST.tests, Is(column, (name,))), LOST.when, LOST.who)
        do = f"请店长和 {name} 逐个看最后三次跟进" if column == "owner" else "请看这个来源的客户第一次接待差在哪里"
        yield reader.told(f"{label}「{name}」流失 {share.words}, 高于全部的 {everyone.percent:.1f}%。{do}。", rows)


def _asleep(reader: Reader) -> Iterator[Told]:
    """Yield who sleeps among the best clients."""
    asleep = Rows("clients", (Filled("name"), Is("activity", (ASLEEP,))), "", "owner")
    found = reader.picked(asleep)
    best = int(effective_grade(found).isin(BEST_GRADES).sum()) if len(found) else 0
    if best:
        text = f"今天有 {len(found):,} 位客户沉睡, 其中 A、B 级 {best:,} 位。请从这 {best:,} 位开始, 每天联系两位, 问近况。"
        yield reader.told(text, asleep)
