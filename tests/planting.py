"""A market with planted duplicates, for the search for duplicates: each plant is typed as another agent would have typed the same flat.

Written from what agents type, not from what the program reads. `market(Size(...), seed)` returns rows by column key, the pairs that are one flat, and
the pairs that nobody could decide from the rows, which count neither way. Homes of one stack share their area and nearly their price, so every
building holds look-alikes that are not duplicates; further look-alikes are planted on purpose.
"""

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace

Row = dict[str, object]
Pair = tuple[str, str]

DIGITS = "零一二三四五六七八九"
ZEROES = "〇一二三四五六七八九"
WIDE = str.maketrans(
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-#",
    "０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ－＃",
)
HEADS = [
    "阳光", "金地", "万科", "保利", "龙湖", "华润", "碧水", "翠竹", "锦绣", "远洋", "滨江", "望江", "紫荆", "丽景", "东方", "西湖", "南国", "北辰",
    "中海", "绿地",
    "星河", "天鹅", "玉兰", "银杏", "凤凰", "海棠",
]  # fmt: skip
MIDDLES = [
    "花园", "家园", "名苑", "公馆", "雅居", "新城", "华庭", "豪庭", "国际", "嘉园", "佳苑", "半岛", "尚城", "名邸", "景苑", "府邸", "天地", "雅苑",
]  # fmt: skip
TAILS = ["", "", "一期", "二期", "三期", "东区", "西区", "南区", "北区", "A区", "B区"]
TYPOS = "化圆元华苑园城诚景井海河江佳家嘉"
DISTRICTS = [
    "朝阳", "海淀", "丰台", "通州", "昌平", "大兴",
]  # fmt: skip


@dataclass(frozen=True)
class Size:
    """How many rows in all, how many of them are plants, and how many pairs of look-alikes are put in on purpose."""

    listings: int
    plants: int
    alike: int


@dataclass(frozen=True)
class Flat:
    """One real home. `unit` is "" in a building without units, `room` is floor and door, such as 0501 without its zero."""

    estate: str
    district: str
    building: str
    unit: str
    floor: int
    door: str
    area: float
    price: float
    rooms: int

    @property
    def room(self) -> str:
        return f"{self.floor}{self.door}"

    @property
    def place(self) -> tuple[str, str, str, str]:
        return self.estate, self.building, self.unit, self.room


@dataclass
class Market:
    """Rows in the order they were entered, ids in `listing_id`; which pairs are one flat, by the kind of plant; which count neither way."""

    rows: list[Row] = field(default_factory=list)
    same: dict[Pair, str] = field(default_factory=dict)
    open: set[Pair] = field(default_factory=set)
    alike: dict[Pair, str] = field(default_factory=dict)

    def judge(self, found: set[Pair]) -> tuple[float, float]:
        """Return precision and recall of the pairs found (ids in ascending order)."""
        counted = found - self.open
        hits = len(counted & self.same.keys())
        return hits / max(len(counted), 1), hits / len(self.same)


def chinese(number: int) -> str:
    """Return 1 to 99 as it is spoken."""
    tens, ones = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else DIGITS[tens] + "十"
    return head + (DIGITS[ones] if ones or not tens else "")


def spelled(digits: str, zero: str = DIGITS) -> str:
    """Return a room number digit by digit: 501 is 五零一. Letters stay."""
    return "".join(zero[int(c)] if c.isdigit() else c for c in digits)


def _number(building: str) -> str:
    return chinese(int(building)) if building.isdigit() else building


Cells = tuple[str, str, str]
Style = Callable[[Flat, random.Random], Cells]


def plain(flat: Flat, chance: random.Random) -> Cells:
    """Return 栋, 单元, 室号 as the office wants them."""
    return flat.building, flat.unit, flat.room


def _styles_with_unit() -> dict[str, Style]:
    return {
        "3栋 2单元 501室": lambda f, c: (f"{f.building}{c.choice('栋幢座')}", f"{f.unit}单元", f"{f.room}室"),
        "3号楼 2单元 501": lambda f, c: (f"{f.building}号楼", f"{f.unit}单元", f.room),
        "三号楼 二单元 五零一": lambda f, c: (
            f"{_number(f.building)}号楼", f"{chinese(int(f.unit))}单元", spelled(f.room, c.choice((DIGITS, ZEROES)))
        ),
        "3栋2单元501 in 室号": lambda f, c: ("", "", f"{f.building}栋{f.unit}单元{f.room}{c.choice(('', '室'))}"),
        "3栋2单元501 in 栋": lambda f, c: (f"{f.building}栋{f.unit}单元{f.room}", "", ""),
        "3-2-501": lambda f, c: ("", "", f"{f.building}-{f.unit}-{f.room}"),
        "3-2-501 twice": lambda f, c: (f.building, "", f"{f.building}-{f.unit}-{f.room}"),
        "3 | 2-501": lambda f, c: (f.building, "", f"{f.unit}-{f.room}"),
        "3-2 | 501": lambda f, c: (f"{f.building}-{f.unit}", "", f.room),
        "3#-2-0501": lambda f, c: ("", "", f"{f.building}#-{f.unit}-{f.room:0>4}"),
        "3# 2 0501": lambda f, c: (f"{f.building}#", f.unit, f"{f.room:0>4}"),
        "3幢 501室(2单元)": lambda f, c: (f"{f.building}幢", "", f"{f.room}室{c.choice(('({}单元)', '（{}单元）')).format(f.unit)}"),
        "3栋2门501": lambda f, c: (f"{f.building}楼", f"{f.unit}门", f.room),
        "03 02 0501": lambda f, c: (f"{f.building:0>2}", f"{f.unit:0>2}", f"{f.room:0>4}"),
        "3.2.501": lambda f, c: ("", "", f"{f.building}.{f.unit}.{f.room}"),
        "3/2/501": lambda f, c: ("", "", f"{f.building}/{f.unit}/{f.room}"),
        "3#楼 第2单元": lambda f, c: (f"{f.building}#楼", f"第{f.unit}单元", f.room),
        "two lines of spaces": lambda f, c: (f" {f.building} 栋", f"{f.unit} 单元 ", f"\u3000{f.room} 室"),
    }  # fmt: skip


def _styles_of_any() -> dict[str, Style]:
    return {
        "3座 5楼01": lambda f, c: (
            f"{f.building}座",
            f.unit and f"{f.unit}单元",
            f"{f.floor}{c.choice('楼层')}{f.door}",
        ),
        "5层01室": lambda f, c: (f"{f.building}栋", f.unit, f"{f.floor}层{f.door}室"),
        "5F-01": lambda f, c: (f.building, f.unit, f"{f.floor}F-{f.door}"),
        "五楼01": lambda f, c: (f"{f.building}号楼", f.unit, f"{chinese(f.floor)}楼{f.door}"),
        "full width": lambda f, c: (f.building.translate(WIDE), f.unit.translate(WIDE), f.room.upper().translate(WIDE)),
        "small letters": lambda f, c: (f.building.lower(), f.unit, f"{f.room.lower()}室"),
        "501房": lambda f, c: (f"{f.building}栋", f.unit, f"{f.room}{c.choice(('房', '号', '户', '室'))}"),
        "3号 501室": lambda f, c: (f"{f.building}号", f.unit, f"{f.room}室"),
    }


def _styles_without_unit() -> dict[str, Style]:
    return {
        "3-501": lambda f, c: ("", "", f"{f.building}-{f.room}"),
        "3栋501": lambda f, c: ("", "", f"{f.building}栋{f.room}"),
        "3号楼501室 in 栋": lambda f, c: (f"{f.building}号楼{f.room}室", "", ""),
        "3座501 twice": lambda f, c: (f"{f.building}座", "", f"{f.building}座{f.room}"),
        "三栋 五〇一": lambda f, c: (f"{_number(f.building)}栋", "", spelled(f.room, ZEROES)),
    }


def _typo(name: str, chance: random.Random) -> str:
    at = chance.randrange(4)
    return name[:at] + chance.choice([c for c in TYPOS if c != name[at]]) + name[at + 1 :]


def _phase(name: str, chance: random.Random) -> str:
    number = "一二三".find(name[-2]) + 1
    base = name[:-2]
    if not number:
        return f"{base}{chance.choice(('({})', '（{}）', ' {}', '·{}', '-{}')).format(name[-2:])}"
    return base + chance.choice(
        (
            f"{number}期",
            f"({number}期)",
            f"（{name[-2:]}）",
            f"{'ⅠⅡⅢ'[number - 1]}期",
            f"·{name[-2:]}",
            f" {name[-2:]}",
            f"第{name[-2:]}",
        )
    )


class Maker:
    """Fills a Market; every draw comes from one seeded generator, so a seed always makes the same rows."""

    def __init__(self, size: Size, seed: int) -> None:
        self.size, self.chance, self.market = size, random.Random(seed), Market()
        self.flats: dict[str, Flat] = {}
        self.taken: set[tuple[str, str, str, str]] = set()
        self.unit_missing: set[str] = set()
        self.by_room: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        wanted = max(20, size.listings // 60)
        names = [h + m + t for h in HEADS for m in MIDDLES for t in TAILS[1:]]
        self.chance.shuffle(names)
        self.estates = {name: self._estate() for name in names[:wanted]}
        self.bare = {name[:4] for name in self.estates}
        self.any = _styles_of_any()
        self.with_unit, self.without_unit = _styles_with_unit() | self.any, _styles_without_unit() | self.any

    def _estate(self) -> tuple[str, float, int, bool]:
        """Return district, 万元 per ㎡, floors, and whether its buildings have units."""
        pick = self.chance
        return pick.choice(DISTRICTS), pick.uniform(1.5, 9), pick.choice((6, 11, 18, 33)), pick.random() < 0.65

    def flat(self) -> Flat:
        """Return a home that is not yet on the market. Homes of one stack have one area."""
        pick = self.chance
        while True:
            name = pick.choice(list(self.estates))
            district, each, floors, units = self.estates[name]
            building = pick.choice("ABCD") if not units and pick.random() < 0.3 else str(pick.randint(1, 24))
            door = f"{pick.randint(1, 6):02d}" + ("A" if pick.random() < 0.02 else "")
            area = 45 + sum(map(ord, name + door)) * 37 % 900 / 10
            flat = Flat(
                name, district, building, str(pick.randint(1, 4)) if units else "", pick.randint(1, floors), door,
                round(area, 2), round(area * each * pick.uniform(0.96, 1.04), 1), 1 + int(area // 45),
            )  # fmt: skip
            if flat.place not in self.taken:
                self.taken.add(flat.place)
                return flat

    def enter(self, flat: Flat, cells: Cells, **other: object) -> str:
        """Add a row and return its id."""
        name = f"H{len(self.market.rows) + 1:06d}"
        district, _, floors, _ = self.estates[flat.estate]
        self.market.rows.append({
            "listing_id": name, "deal_type": "售", "estate": flat.estate, "building": cells[0], "unit": cells[1], "room_no": cells[2],
            "district": district, "area_name": f"{district}一带", "use": "住宅", "rooms": flat.rooms, "halls": 1 + (flat.rooms > 1), "baths": 1,
            "area": flat.area, "price": flat.price, "floor": flat.floor, "floors": max(floors, flat.floor), "orient": "南", "decor": "精装",
            "lift": floors > 6,
            "owner_id": f"Y{len(self.market.rows) + 1:06d}", "status": "在售", "pool": "公盘",
        } | other)  # fmt: skip
        self.flats[name] = flat
        self.by_room[flat.estate[:4], flat.building, flat.room].append(name)
        return name

    def again(self, kind: str, flat: Flat) -> tuple[Cells, dict[str, object]]:
        """Return the cells of a second row of the same home, spelled as `kind` says; area within 0.5 ㎡, price within 3 %."""
        pick = self.chance
        styles = self.with_unit if flat.unit else self.without_unit
        cells = pick.choice(list(styles.values()))(flat, pick)
        other: dict[str, object] = {
            "area": round(flat.area + pick.choice((0, pick.uniform(-0.5, 0.5))), 2),
            "price": round(flat.price * (1 + pick.uniform(-0.03, 0.03)), 1),
        }
        if kind == "unit missing":
            cells = pick.choice(list(self.without_unit.values()))(replace(flat, unit=""), pick)
        elif kind == "phase":
            other["estate"] = _phase(flat.estate, pick)
        elif kind == "phase missing":
            other["estate"] = flat.estate[:-2]
        elif kind == "typo":
            other["estate"] = self._new_typo(flat.estate)
        elif kind == "alias":
            form = pick.choice(("{}小区", "{}（{d}）", "{}({d}区)", "{d}{}", "{}【急售】", "{}社区"))
            other["estate"] = form.format(flat.estate, d=flat.district)
        return cells, other

    def _new_typo(self, name: str) -> str:
        while True:
            typed = _typo(name, self.chance)
            if typed[:4] not in self.bare:
                return typed

    def plant(self, kind: str) -> None:
        """Enter a home twice, the second time as `kind` says, and note which other rows the second could be as well."""
        flat = self.flat()
        while kind == "phase missing" and len(flat.estate) < 6:
            flat = self.flat()
        if kind == "merged":
            flat = self._merged(flat)
        first = self.enter(flat, plain(flat, self.chance))
        cells, other = self.again(kind, flat)
        if kind == "merged":
            a, b = flat.room.split("+")
            form = self.chance.choice(("{}/{}", "{}、{}", "{}室+{}室", "{}＋{}", "{},{}", "{}和{}", "{}&{}"))
            cells = (f"{flat.building}栋", flat.unit and f"{flat.unit}单元", form.format(a, b))
        second = self.enter(flat, cells, **other)
        if kind == "unit missing":
            self.unit_missing.add(second)
        self.market.same[_pair(first, second)] = kind

    def _merged(self, flat: Flat) -> Flat:
        room, after = flat.room.rstrip("A"), f"{flat.floor}{int(flat.door[:2]) + 1:02d}"
        door = f"{room}+{after}"[len(str(flat.floor)) :]
        return replace(flat, door=door, area=flat.area * 2, price=flat.price * 2)

    def alike(self, kind: str) -> None:
        """Enter two homes that look alike and are two."""
        flat = self.flat()
        if kind == "other letter":
            flat = replace(flat, door=flat.door[:2] + "A")
        other = replace(flat, **self._changed(kind, flat))
        if other.place in self.taken:
            return
        self.taken.add(other.place)
        estates = {}
        if other.estate not in self.estates:
            estates, other = {"estate": other.estate}, replace(other, estate=flat.estate)
        styles = list((self.with_unit if flat.unit else self.without_unit).values())
        first = self.enter(flat, self.chance.choice(styles)(flat, self.chance))
        second = self.enter(other, self.chance.choice(styles)(other, self.chance), **estates)
        self.market.alike[_pair(first, second)] = kind

    def _changed(self, kind: str, flat: Flat) -> dict[str, object]:
        pick = self.chance
        if kind == "other floor":
            return {"floor": flat.floor + 1 if flat.floor == 1 else flat.floor - 1}
        if kind == "ten floors up":
            return {"floor": flat.floor + 10}
        if kind == "other door":
            return {"door": f"{int(flat.door[:2]) + 1:02d}"}
        if kind == "other unit" and flat.unit:
            return {"unit": str(int(flat.unit) % 4 + 1)}
        if kind == "other letter":
            return {"door": flat.door[:2] + pick.choice("BCD")}
        if kind == "other phase" and "期" in flat.estate:
            return {"estate": flat.estate[:-2] + "二三一"["一二三".index(flat.estate[-2])] + "期"}
        if kind == "half of two":
            room = flat.room.rstrip("A")
            return {"door": f"{flat.door[:2]}+{int(room) + 1}", "area": flat.area * 2, "price": flat.price * 2}
        return {"building": str(int(flat.building) + 1) if flat.building.isdigit() else "E"}

    def leave_open(self) -> None:
        """Note the pairs that nobody could decide: rooms of one number where one row lacks what tells them apart, and 501 beside 501A."""
        rows = {str(r["listing_id"]): r for r in self.market.rows}
        plain_rooms: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for (estate, building, room), names in self.by_room.items():
            plain_rooms[estate, building, room.rstrip("ABCD")] += names
        for names in plain_rooms.values():
            for at, first in enumerate(names):
                for second in names[at + 1 :]:
                    if self._undecided(rows[first], rows[second]) and _pair(first, second) not in self.market.same:
                        self.market.open.add(_pair(first, second))

    def _undecided(self, one: Row, two: Row) -> bool:
        """Return whether two rows of different homes do not tell that they are: 501 beside 501A, a unit or a phase not written, or a typo."""
        first, second = str(one["listing_id"]), str(two["listing_id"])
        a, b = self.flats[first], self.flats[second]
        if a.place == b.place:
            return True
        if a.estate == b.estate and a.unit == b.unit:
            return a.room != b.room and "" in (a.door[2:], b.door[2:])
        told = all(not flat.unit or name not in self.unit_missing for name, flat in ((first, a), (second, b)))
        return not told or any(row["estate"] == flat.estate[:-2] for row, flat in ((one, a), (two, b)))


def _pair(one: str, two: str) -> Pair:
    return (one, two) if one < two else (two, one)


PLANTS = {"spelling": 9, "unit missing": 3, "phase": 2, "phase missing": 1, "typo": 3, "alias": 2, "merged": 1}
ALIKE = [
    "other floor",
    "ten floors up",
    "other door",
    "other unit",
    "other letter",
    "other phase",
    "half of two",
    "other building",
]


def market(size: Size, seed: int = 1) -> Market:
    """Return a market of that size: ordinary homes first, then look-alikes and plants."""
    maker = Maker(size, seed)
    for _ in range(size.listings - 2 * size.plants - 2 * size.alike):
        flat = maker.flat()
        styles = maker.with_unit if flat.unit else maker.without_unit
        maker.enter(
            flat,
            maker.chance.choice(list(styles.values()))(flat, maker.chance)
            if maker.chance.random() < 0.3
            else plain(flat, maker.chance),
        )
    for number in range(size.alike):
        maker.alike(ALIKE[number % len(ALIKE)])
    kinds = [kind for kind, times in PLANTS.items() for _ in range(times)]
    for number in range(size.plants):
        maker.plant(kinds[number % len(kinds)])
    maker.leave_open()
    return maker.market
