"""Why a pair of listings may be one flat, in words with the cells, and which of the two to keep."""

import pandas as pd

from macros import wording
from macros.contacts import cell_prefix
from macros.duplicates.kept import REASONS, rank
from macros.duplicates.pairs import SAME_FACTS, SAME_ID
from workbook.tables import Tables
from workbook.values import text_of

_ADDRESS = ("building", "unit", "room_no")
_COMPARED = (
    "area", "price", "unit_price", "floor", "floors", "rooms", "halls", "orient", "built", "decor", "district", "owner_id",
)  # fmt: skip
_KIND = {SAME_ID: "原编号或产权证号相同"}


class Words:
    """What is said about listings, from the sheet as it stands."""

    def __init__(self, tables: Tables) -> None:
        sheet = tables.layouts["listings"].sheet
        self._listings = tables["listings"]
        self._labels = {column.key: column.label for column in sheet.columns}
        self._at = {
            key: cell_prefix(tables, "listings", key) for key in ("listing_id", "estate", *_ADDRESS, *_COMPARED)
        }
        columns = (
            "listing_id",
            "estate",
            *_ADDRESS,
            *_COMPARED,
            "deal_type",
            "r_keep",
            "verify",
            "mandate",
            "listed_on",
        )
        self._known: dict[int, dict[str, object]] = {}
        self._columns = list(columns)

    def know(self, rows: list[int]) -> None:
        """Read the rows that will be spoken of."""
        part = self._listings.loc[rows, self._columns]
        self._known = dict(zip(rows, part.to_dict("records"), strict=True))

    def cell(self, row: int, column: str = "listing_id") -> str:
        """Return the address of a cell of 房源."""
        return f"{self._at[column]}{row}"

    def home(self, row: int) -> str:
        """Return a listing in a line: 阳光花园 3栋 2单元 501 2室1厅 89.5㎡ 520万元 李雷."""
        at = self._known[row]
        price = wording.price(_float(at["price"]), str(at["deal_type"]))
        parts = [str(at["estate"]), self._address(row), wording.layout(_float(at["rooms"]), _float(at["halls"]))]
        parts += [wording.area(_float(at["area"])), price, str(at["r_keep"])]
        return " ".join(filter(None, parts))

    def _address(self, row: int) -> str:
        return " ".join(filter(None, (str(self._known[row][key]) for key in _ADDRESS)))

    def why(self, kind: str, first: int, second: int) -> str:
        """Return what agrees and what differs, each difference with both cells."""
        one, other = self._known[first], self._known[second]
        same = [key for key in _COMPARED if _told(one[key]) and one[key] == other[key]]
        apart = [key for key in _COMPARED if _told(one[key]) and _told(other[key]) and one[key] != other[key]]
        parts = [self._start(kind, first, second)]
        parts += ["相同: " + "、".join(self._same(key, one) for key in same)] if same else []
        parts += ["不同: " + "、".join(self._apart(key, first, second) for key in apart)] if apart else []
        return "; ".join(parts)

    def _start(self, kind: str, first: int, second: int) -> str:
        one, other = self._address(first), self._address(second)
        if kind == SAME_ID:
            return f"{_KIND[kind]}({self.cell(first)}、{self.cell(second)})"
        if kind == SAME_FACTS:
            return f"没有完整的楼栋室号可比, 各项资料一样({self.cell(first, 'estate')}、{self.cell(second, 'estate')})"
        names = {key: str(self._known[row]["estate"]) for key, row in (("one", first), ("other", second))}
        told = f"{self.cell(first, 'building')}「{one}」、{self.cell(second, 'building')}「{other}」"
        if names["one"] != names["other"]:
            return f"{kind}: {self.cell(first, 'estate')}「{names['one']}」、{self.cell(second, 'estate')}「{names['other']}」, {told}"
        return f"{kind}{'相同' if one == other else ''}: {told}"

    def _same(self, key: str, one: dict[str, object]) -> str:
        return f"{self._labels[key]} {_said(one[key])}"

    def _apart(self, key: str, first: int, second: int) -> str:
        told = (f"{_said(self._known[row][key])}({self.cell(row, key)})" for row in (first, second))
        return f"{self._labels[key]} {' / '.join(told)}"

    def keep(self, first: int, second: int) -> str:
        """Return the id to keep and why: the first of `kept.REASONS` in which the two differ."""
        rows = [self._known[first], self._known[second]]
        one, other = map(rank, rows)
        at = next(number for number, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1])
        reason = (
            REASONS[at] if all(_told(row["listed_on"]) for row in rows) or REASONS[at] != "上架在前" else "写了上架日"
        )
        return f"{min(rows, key=rank)['listing_id']} ({reason})"


def _told(value: object) -> bool:
    return value == value and value not in ("", None)


def _float(value: object) -> float:
    return float(value) if value is not None else float("nan")  # type: ignore[arg-type]


def _said(value: object) -> str:
    return wording.number(value) if isinstance(value, float) else text_of(value)


def frame_of(rows: list[dict[str, object]], keys: list[str]) -> pd.DataFrame:
    """Return rows for a sheet of results, numbered as they will stand."""
    return pd.DataFrame(rows, columns=keys, dtype=object).set_axis(pd.RangeIndex(2, len(rows) + 2))
