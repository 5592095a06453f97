"""Finding 5,000 planted near duplicates among 100,000 listings: precision, recall and CPU seconds, reading and writing aside.

    python bench/duplicates.py [--rows N] [--planted N] [--seed N] [--blind]

The flats stand in buildings of several units with stacks of one area, so that most have neighbours that differ by a digit and in nothing
else; one row of fifty of them is on the list. Every row is written in one of a dozen spellings; one of a hundred lacks its unit, one of a
hundred its room. A planted row is a flat of the list once more, written by somebody else: another spelling, the price and area a little
off, and some without unit or room, or with the estate's name spelled otherwise (see KINDS). Beside it stands what is usually done: the
likeness of the whole address (difflib's ratio, within an estate), on some estates. Exits with 1 where a mark is missed.

With --blind the market is that of tests/planting.py, which was written without knowing what the program reads: more spellings (storey and
door, rooms that were joined), phases, names with a slip, and look-alikes on purpose.
"""

import argparse
import datetime as dt
import sys
import time
from collections import Counter
from difflib import SequenceMatcher
from itertools import combinations
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import pandas as pd

from macros.duplicates import duplicates
from macros.settings import Duplicate, Settings
from tests.planting import Size, market
from workbook.sheets import BY_KEY, SHEETS
from workbook.tables import Layout, Tables, empty_frame, to_frame

TODAY = dt.date(2026, 11, 20)
LEAST, MOST_SECONDS, ROUNDS = 0.99, 3.0, 3
KINDS = {"spelling": 0.72, "unit missing": 0.1, "estate's name": 0.08, "room missing": 0.05, "old price": 0.05}
NUMERALS = "零一二三四五六七八九"
CAPITALS = "零壹贰叁肆伍陆柒捌玖"
NAMES = "阳光金碧翠湖东海绿城星河玉兰锦绣龙泉紫云桂香枫林海棠雅苑丽景华府和平安康世纪"
ENDS = ("花园", "家园", "新村", "名苑", "公馆", "小区", "嘉园", "广场")
Flat = dict[str, object]
Pair = tuple[str, str]


def wide(text: str) -> str:
    """Return a text in wide letters, as some input methods type them."""
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


def counted(number: str, signs: str) -> str:
    """Return 1 to 99 in Chinese numerals: 12 -> 十二; letters as they are."""
    if not number.isdigit():
        return number
    tens, ones = divmod(int(number), 10)
    ten = "拾" if signs == CAPITALS else "十"
    return (("" if tens == 1 else signs[tens]) + ten if tens else "") + (signs[ones] if ones or not tens else "")


def written(flat: Flat, style: int) -> tuple[str, str, str]:
    """Return the cells 栋, 单元, 室号 of a flat in one of twelve spellings; a flat without unit or room has none in any."""
    b, u, r = (str(flat[key]) for key in ("b", "u", "r"))
    unit, room = f"{u}单元" if u else "", f"{r}室" if r else ""
    dashes = "-".join(filter(None, (b, u, r)))
    sign = counted(u, NUMERALS) + "单元" if u else ""
    one_by_one = "".join(NUMERALS[int(c)] for c in r)
    styles = (
        (b, u, r), (f"{b}栋", unit, room), (f"{b}号楼", sign, room), (wide(b) + "幢", wide(u), wide(r)),
        (counted(b, CAPITALS) + "号楼", u, r), (b.zfill(2) if b.isdigit() else b, u.zfill(2) if u else "", r.zfill(4) if r else ""),
        ("", "", dashes) if r else (f"{b}栋", u, ""), (f"{b}#", f"{u}门" if u else "", f"{r}房" if r else ""),
        ("", "", f"{b}号楼{sign}{room}") if r else (f"{b} 栋", u, ""), (f"{b}栋{unit}", "", r),
        (f"第{b}栋", f"第{u}单元" if u else "", f"{r} 室" if r else ""), (f"{b}座", f"{u}梯" if u else "", one_by_one),
    )  # fmt: skip
    return styles[style]


STYLES = 12


def flats(count: int, rng: np.random.Generator) -> list[Flat]:
    """Return so many different flats; fifty times as many stand in their buildings."""
    found: list[Flat] = []
    number = 0
    while len(found) < count:
        name = (
            "".join(rng.choice([*NAMES], 3))
            + str(rng.choice(ENDS))
            + (f"({NUMERALS[1 + number % 3]}期)" if number % 5 == 0 else "")
        )
        found += _estate(name, f"区{number % 16}", rng)
        number += 1
    order = rng.permutation(len(found))[:count]
    return [found[at] for at in order]


def _estate(name: str, district: str, rng: np.random.Generator) -> list[Flat]:
    """Return one of fifty of the flats of an estate, with the price of the estate and of the storey."""
    found: list[Flat] = []
    unit_price, built = rng.uniform(1.5, 12), int(rng.integers(1985, 2022))
    for number in range(1, int(rng.integers(5, 25))):
        building = str(number) if rng.random() < 0.8 or number > 6 else "ABCDEF"[number - 1]
        units, floors = int(rng.integers(1, 5)), int(rng.choice([6, 11, 18, 28]))
        stacks = [
            (round(float(rng.uniform(45, 150)), 2), str(rng.choice(["南", "南北", "东", "西"]))) for _ in range(2)
        ]
        stacks += stacks[: int(rng.integers(0, 3))]  # a mirrored stack has the same area
        every = units * floors * len(stacks)
        for at in rng.choice(every, max(1, every // 50), replace=False).tolist():
            unit, rest = divmod(at, floors * len(stacks))
            floor, stack = divmod(rest, len(stacks))
            area, orient = stacks[stack]
            price = area * unit_price * (0.92 + 0.16 * floor / floors) * rng.normal(1, 0.06)
            found.append({
                "estate": name, "district": district, "b": building, "u": str(unit + 1) if units > 1 else "",
                "r": f"{floor + 1}{stack + 1:02}", "area": area, "price": round(float(price)), "floor": floor + 1, "floors": floors,
                "orient": orient, "rooms": 1 + int(area > 60) + int(area > 90), "halls": 1, "built": built,
            })  # fmt: skip
    return found


def again(flat: Flat, kind: str, rng: np.random.Generator) -> Flat:
    """Return a flat as somebody else lists it."""
    area, price = float(str(flat["area"])), float(str(flat["price"]))
    new = flat | {
        "area": round(area * float(rng.choice([1, 1, 1.002, 0.998])), 1),
        "price": round(price * float(rng.uniform(0.98, 1.02))),
    }
    if kind == "unit missing":
        return new | {"u": ""}
    if kind == "room missing":
        return new | {"r": "", "price": price}
    if kind == "old price":
        return new | {"price": round(price * float(rng.uniform(1.1, 1.25)))}
    return (
        new | {"estate": _misspelled(str(flat["estate"]), str(flat["district"]), rng)}
        if kind == "estate's name"
        else new
    )


def _misspelled(name: str, district: str, rng: np.random.Generator) -> str:
    at = int(rng.integers(1, 3))
    swapped = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    other = name.replace("(", "（").replace(")", "）")
    return str(
        rng.choice([f"{name}小区", f"{name[:2]} {name[2:]}", other + " ", name[:at] + "园" + name[at + 1 :], swapped])
    )


def planted(rows: int, count: int, seed: int) -> tuple[pd.DataFrame, dict[Pair, str]]:
    """Return 房源 of so many rows in random order, and the pairs that were planted with what was done to each."""
    rng = np.random.default_rng(seed)
    plain = flats(rows - count, rng)
    kinds = rng.choice(list(KINDS), count, p=list(KINDS.values())).tolist()
    able = [at for at, flat in enumerate(plain) if flat["u"]]
    picked = rng.permutation(able)[:count].tolist()
    second = [again(plain[at], kind, rng) for at, kind in zip(picked, kinds, strict=True)]
    hidden = {
        at: str(rng.choice(["u", "r"]))
        for at in set(rng.permutation(rows - count)[: rows // 50].tolist()) - set(picked)
    }
    plain = [flat | ({hidden[at]: ""} if at in hidden else {}) for at, flat in enumerate(plain)]
    styles = rng.integers(0, STYLES, rows).tolist()
    for at, place in enumerate(picked):
        styles[rows - count + at] = (styles[place] + int(rng.integers(1, STYLES))) % STYLES
    order = rng.permutation(rows)
    place = np.argsort(order)
    ids = [f"H{at + 1:06}" for at in place.tolist()]
    pairs = zip(picked, range(rows - count, rows), kinds, strict=True)
    truth = {(min(ids[a], ids[b]), max(ids[a], ids[b])): kind for a, b, kind in pairs}
    every = [*plain, *second]
    return _listings([every[at] for at in order], [styles[at] for at in order]), truth


def _listings(every: list[Flat], styles: list[int]) -> pd.DataFrame:
    cells = [written(flat, style) for flat, style in zip(every, styles, strict=True)]
    same = ("estate", "district", "area", "price", "floor", "floors", "orient", "rooms", "halls", "built")
    columns: dict[str, object] = {key: [flat[key] for flat in every] for key in same}
    for number, key in enumerate(("building", "unit", "room_no")):
        columns[key] = [cell[number] for cell in cells]
    frame = pd.DataFrame(columns, index=pd.RangeIndex(2, len(every) + 2))
    frame = frame.assign(
        listing_id=[f"H{n + 1:06}" for n in range(len(every))], deal_type="售", status="在售", verify="未核"
    )
    return to_frame(BY_KEY["listings"], frame)


def tables_of(listings: pd.DataFrame) -> Tables:
    """Return tables in which only 房源 has rows."""
    layouts = {s.key: Layout(s, s.label, 1, {c.key: i for i, c in enumerate(s.columns, 1)}) for s in SHEETS}
    return Tables({s.key: empty_frame(s) for s in SHEETS} | {"listings": listings}, layouts)


def found_in(listings: pd.DataFrame) -> set[Pair]:
    """Return the pairs that 查重 lists, however many."""
    settings = Settings(duplicate=Duplicate(most_pairs=50_000))
    result = duplicates(tables_of(listings), TODAY, settings).results["pairs"]
    return set(zip(result["first_id"], result["second_id"], strict=True))


def by_likeness(listings: pd.DataFrame, truth: set[Pair], estates: int) -> tuple[float, float]:
    """Return precision and recall of a whole address 90 % alike within an estate, on some estates that hold a planted pair."""
    ids = {name for pair in truth for name in pair}
    some = listings.loc[listings["listing_id"].isin(ids), "estate"].drop_duplicates().head(estates)
    part = listings[listings["estate"].isin(some)]
    texts = part["estate"] + part["building"] + part["unit"] + part["room_no"]
    found: set[Pair] = set()
    for _, group in part.assign(text=texts).groupby("estate"):
        for (a, one), (b, other) in combinations(zip(group["listing_id"], group["text"], strict=True), 2):
            if SequenceMatcher(None, one, other).ratio() >= 0.9:
                found.add((min(a, b), max(a, b)))
    here = {pair for pair in truth if set(pair) <= set(part["listing_id"])}
    return len(found & here) / max(len(found), 1), len(found & here) / max(len(here), 1)


def blind(rows: int, count: int, seed: int) -> tuple[pd.DataFrame, dict[Pair, str], set[Pair]]:
    """Return what `planted` returns of the market of tests/planting.py, and the pairs that count neither way."""
    whole = market(Size(rows, count, count * 2 // 5), seed)
    frame = pd.DataFrame(whole.rows, index=pd.RangeIndex(2, len(whole.rows) + 2))
    return to_frame(BY_KEY["listings"], frame), whole.same, whole.open


def main() -> int:
    """Print the figures; return 1 where a mark is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--planted", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--blind", action="store_true")
    given = parser.parse_args()
    make = blind if given.blind else planted
    listings, truth, *undecided = make(given.rows, given.planted, given.seed)
    seconds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        found = found_in(listings).difference(*undecided)
        seconds.append(time.process_time() - began)
    hits = found & truth.keys()
    precision, recall = len(hits) / max(len(found), 1), len(hits) / len(truth)
    print(
        f"{len(listings):,} listings, {len(truth):,} planted, {len(found):,} found, {min(seconds):.2f} s of CPU, {max(seconds):.2f} the first time"
    )
    print(f"precision {precision:.4f}, recall {recall:.4f}")
    all_kinds, hit_kinds = Counter(truth.values()), Counter(truth[pair] for pair in hits)
    for kind, count in all_kinds.items():
        print(f"  {kind:14} {hit_kinds[kind]:5,} of {count:5,}")
    like = by_likeness(listings, set(truth), 200)
    print(f"likeness of whole addresses: precision {like[0]:.2f}, recall {like[1]:.2f}")
    return 0 if precision >= LEAST and recall >= LEAST and max(seconds) <= MOST_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
