"""What is said of one criterion of a pair: why it suits, what falls short, what is not known. In words of the sheets' columns."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from macros.matching.facts import NO_METRO_M
from macros.matching.states import FAILS, FITS, UNKNOWN
from macros.matching.wishes import AVOIDED
from macros.wording import LIST_SEPARATOR, spread
from macros.wording import number as written


class Words(NamedTuple):
    """The three kinds of words; most criteria have one of them."""

    why: str = ""
    gap: str = ""
    unknown: str = ""


Say = Callable[[Any, Any, int], Words]
NAN = float("nan")
CACHE = 1 << 16
number = lru_cache(maxsize=CACHE)(written)  # a hundred thousand listings have some thousand areas


def percent(share: float) -> str:
    """Return "3%" or "0.4%"; what is there is never said to be 0."""
    return f"{max(round(share * 100, 1), 0.1):g}%"


def _either(state: int, why: str, gap: str, unknown: str) -> Words:
    if state == UNKNOWN:
        return Words(unknown=unknown)
    return Words(gap=gap) if state == FAILS else Words(why=why)


def _range(low: float | None, high: float | None, unit: str) -> str:
    return spread(NAN if low is None else low, NAN if high is None else high, unit)


def _beyond(low: float | None, high: float | None, value: float) -> tuple[bool, str]:
    """Return whether a value lies above its limits (else below), and by how much."""
    above = high is not None and value > high
    return above, percent(value / high - 1 if above and high else 1 - value / (low or 1))


def budget(wish: tuple[Any, ...], fact: tuple[float | None, ...], state: int) -> Words:
    """预算 against 挂牌价."""
    low, high, _, rent = wish
    value = fact[rent]
    if low is None and high is None:
        return Words(unknown="需求未写预算")
    if value is None:
        return Words(unknown="租金未知" if rent else "挂牌价未知")
    if state != FITS:
        above, by = _beyond(low, high, value)
        return Words(gap=f"超预算 {by}" if above else f"低于预算下限 {by}")
    if high is None:
        return Words(why="预算内")
    spare = number(max(high - value, 0))
    return Words(why="正好在预算上限" if spare == "0" else f"预算内 {spare} {'元/月' if rent else '万'}")


def area(wish: tuple[Any, ...], fact: tuple[float | None], state: int) -> Words:
    """面积."""
    low, high, *_ = wish
    if low is None and high is None:
        return Words(unknown="需求未写面积")
    if fact[0] is None:
        return Words(unknown="面积未知")
    size = f"面积 {number(fact[0])}㎡"
    if state == FITS:
        return Words(size + _within(low, high))
    above, by = _beyond(low, high, fact[0])
    return Words(gap=f"{size}, {'大' if above else '小'} {by}")


@lru_cache(maxsize=CACHE)
def _within(low: float | None, high: float | None) -> str:
    return f" 在 {number(low)}–{number(high)} 内" if low and high else f", 在 {_range(low, high, '㎡')}"


def rooms(wish: tuple[Any, ...], fact: tuple[float | None], state: int) -> Words:
    """户型."""
    low, high, *_ = wish
    if low is None and high is None:
        return Words(unknown="需求未写户型")
    if fact[0] is None:
        return Words(unknown="户型未知")
    layout = f"{number(fact[0])}室"
    return Words(why=f"{layout}符合") if state == FITS else Words(gap=f"{layout}, 希望 {_range(low, high, '室')}")


def age(wish: tuple[Any, ...], fact: tuple[float | None], state: int) -> Words:
    """房龄."""
    if fact[0] is None:
        return Words(unknown="房龄未知")
    years = f"房龄 {number(fact[0])} 年"
    return Words(why=years) if state == FITS else Words(gap=f"{years}, 希望 {_range(None, wish[1], '年')}")


def metro(wish: tuple[Any, ...], fact: tuple[float | None, bool], state: int) -> Words:
    """地铁; 「近地铁」 is not given a distance that nobody has told."""
    metres, near = fact
    if metres is None or state == UNKNOWN:
        return Words(unknown="地铁距离未知")
    if near:
        return Words(why="近地铁")
    if state == FITS:
        return Words(why=f"近地铁({number(metres)} 米)")
    away = "离地铁远" if metres == NO_METRO_M else f"离地铁 {number(metres)} 米"
    return Words(gap=f"{away}, 希望 {_range(None, wish[1], '米')}")


_LEVELS = ("区域", "商圈", "小区")


def district(wish: tuple[Sequence[str], ...], fact: tuple[str, ...], state: int) -> Words:
    """区域, 商圈 and 小区."""
    if not any(wish):
        return Words(unknown="需求未写区域")
    if state == UNKNOWN:
        return Words(unknown="区域未知")
    if state == FAILS:
        return Words(gap=f"{fact[0] or fact[1] or fact[2]}不在意向区域")
    hit = max(level for level in range(3) if fact[level] in wish[level])
    missed = [_LEVELS[level] for level in range(hit + 1, 3) if wish[level]]
    return Words(f"{_LEVELS[hit]}符合({fact[hit]})", f"不在意向{LIST_SEPARATOR.join(missed)}" if missed else "")


def use(wish: str, fact: str, state: int) -> Words:
    """用途; that it fits goes without saying."""
    return _either(state, "", f"用途{fact}, 希望{wish}", "用途未知" if wish else "需求未写用途")


def orient(wish: Sequence[str], fact: str, state: int) -> Words:
    """朝向."""
    return _either(state, f"朝向{fact}", f"朝向{fact}, 希望{LIST_SEPARATOR.join(wish)}", "朝向未知")


def floor(wish: Sequence[str], fact: tuple[float | None, float | None], state: int) -> Words:
    """楼层."""
    told = f"楼层 {'/'.join('?' if part is None else number(part) for part in fact)}"
    return _either(state, f"{told} 符合", f"{told}, 希望{LIST_SEPARATOR.join(wish)}", "楼层未知")


def lift(_: str, __: bool | None, state: int) -> Words:
    """电梯."""
    return _either(state, "有电梯", "无电梯", "电梯未知")


def decor(wish: Sequence[str], fact: str, state: int) -> Words:
    """装修."""
    return _either(state, f"{fact}符合", f"{fact}, 希望{LIST_SEPARATOR.join(wish)}", "装修未知")


def school(wish: Sequence[str], fact: tuple[str, str], state: int) -> Words:
    """学区 and 学位占用."""
    name, used = fact
    gap = "学位已占" if name in wish and used == "已占" else f"学区{name}, 希望{LIST_SEPARATOR.join(wish)}"
    return _either(state, f"学区符合({name})", gap, "学位占用待核" if name else "学区未知")


def tax(wish: str, fact: tuple[str, str], state: int) -> Words:
    """税费."""
    hold, sole = fact
    gap = f"{hold}, 希望{wish}" if sole != "否" or hold != "满五" else f"满五不唯一, 希望{wish}"
    return _either(
        state, f"{wish}符合", gap if hold else "不唯一, 希望满五唯一", "是否唯一待核" if hold else "持有年限未知"
    )


def parking(_: str, __: bool | None, state: int) -> Words:
    """车位."""
    return _either(state, "有车位", "无车位", "车位未知")


def avoid(wish: Sequence[str], fact: tuple[bool | None, ...], state: int) -> Words:
    """避免; everything that is not known is named."""
    there = dict(zip(AVOIDED, fact, strict=False))
    found = LIST_SEPARATOR.join(word for word in wish if there.get(word))
    unsure = [
        f"是否{word}未知" if word in there else f"要避免「{word}」, 需人工核对"
        for word in wish
        if there.get(word) is None
    ]
    clear = LIST_SEPARATOR.join(word for word in wish if there.get(word) is False)
    return Words(
        f"避开了{clear}" if clear and state != FAILS else "", f"要避免的: {found}" if found else "", "; ".join(unsure)
    )
