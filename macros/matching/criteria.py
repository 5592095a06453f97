"""THE list of criteria, in the order in which explanations name them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from macros.matching import facts, judges, refusals, wishes, words
from macros.matching.states import Array
from workbook.sheets.choices import DECORATIONS, ORIENTATIONS

Table = Callable[[Sequence[Any], Sequence[Any]], Array]


@dataclass(frozen=True)
class Criterion:
    """One thing that a need may ask of a listing.

    `column` of 需求 is where a person would relax it. `wishes` and `facts` read the two sides, `table` judges them; without one they
    are numbers within limits. `always`: 必须 whenever it is asked, there is no column that says how important it is. `learnt`: 优先, from
    what the client refused; no column asks for it.
    """

    key: str
    label: str
    column: str
    wishes: wishes.Wishes
    facts: facts.Facts
    table: Table | None
    say: words.Say
    always: bool = False
    learnt: bool = False

    @property
    def weight(self) -> str:
        """The setting that says how much it counts."""
        return "refusal_points" if self.learnt else f"w_{self.key}"


def _learnt(key: str, kind: str, told: Callable[[Any], str] | None = None) -> Criterion:
    say = refusals.say_price if told is None else refusals.say(kind, told)
    table = refusals.dear if told is None else refusals.shares
    label, wish = f"拒绝过的{kind}", refusals.wished(kind)
    return Criterion(f"refused_{key}", label, "req_id", wish, refusals.KINDS[kind], table, say, learnt=True)


def _judged(judge: judges.Judge) -> Table:
    return partial(judges.tabulated, judge)


CRITERIA: tuple[Criterion, ...] = (
    Criterion("budget", "预算", "budget_max", wishes.limits("budget_min", "budget_max"), facts.prices, None, words.budget),
    Criterion("district", "区域", "districts", wishes.places, facts.places, judges.place_table, words.district),
    Criterion("rooms", "户型", "rooms_min", wishes.limits("rooms_min", "rooms_max", elastic=False), facts.whole("rooms"), None, words.rooms),
    Criterion("area", "面积", "area_min", wishes.limits("area_min", "area_max"), facts.areas, None, words.area),
    Criterion("use", "用途", "use", wishes.text("use"), facts.text("use"), _judged(judges.same), words.use, always=True),
    Criterion("orient", "朝向", "orient", wishes.any_of("orient", *ORIENTATIONS), facts.text("orient"), _judged(judges.orient), words.orient),
    Criterion("floor", "楼层", "floor_pref", wishes.any_of("floor_pref", *wishes.FLOORS), facts.floors, _judged(judges.floor), words.floor),
    Criterion("lift", "电梯", "lift", wishes.one_of("lift", "要"), facts.lifts, _judged(judges.there), words.lift),
    Criterion("decor", "装修", "decor", wishes.any_of("decor", *DECORATIONS), facts.text("decor"), _judged(judges.among), words.decor),
    Criterion("age", "房龄", "age_max", wishes.at_most("age_max"), facts.ages, None, words.age),
    Criterion("school", "学区", "school", wishes.any_of("school"), facts.schools, _judged(judges.school), words.school),
    Criterion("metro", "地铁", "metro_m", wishes.at_most("metro_m"), facts.metres, _judged(judges.metro), words.metro),
    Criterion("tax", "税费", "tax_pref", wishes.taxes, facts.taxes, _judged(judges.tax), words.tax),
    Criterion("parking", "车位", "parking", wishes.one_of("parking", "要"), facts.parkings, _judged(judges.there), words.parking),
    Criterion(
        "avoid", "避免", "avoid", wishes.any_of("avoid", *wishes.AVOIDED), facts.drawbacks, _judged(judges.avoided), words.avoid, always=True
    ),
    _learnt("price", "价格"),
    _learnt("place", "位置", lambda fact: f"在{fact[1]}"),
    _learnt("rooms", "户型", lambda fact: f"是 {fact[0]}室{fact[1]}厅"),
    _learnt("floor", "楼层", lambda fact: f"是{fact}楼层"),
    _learnt("decor", "房况", lambda fact: f"是{fact}"),
    _learnt("road", "临街", lambda _: "临街"),
)  # fmt: skip
BY_KEY: dict[str, int] = {criterion.key: place for place, criterion in enumerate(CRITERIA)}
LABELS: tuple[str, ...] = tuple(criterion.label for criterion in CRITERIA if not criterion.learnt)
EARLY: tuple[int, ...] = tuple(BY_KEY[key] for key in ("district", "use", "budget", "rooms"))
"""Those that remove most pairs at little cost come first; what they leave is judged on all."""
