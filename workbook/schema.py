"""The types of a declaration: `Column` and `Sheet`. A wrong declaration fails when it is imported.

A column is declared once. Header look-up, drop-down, prompt, dtype, column check, sample row, conditional format, import and the
reference tables of the README derive from that one declaration, each in its own module.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property


class Kind(StrEnum):
    """What a cell of a column holds; the values are the codes of the data dictionary."""

    TEXT = "txt"
    ID = "id"
    PHONE = "phone"
    DATE = "date"
    MOMENT = "dt"
    INT = "int"
    DECIMAL = "dec"
    PERCENT = "pct"
    CHOICE = "enum"
    MANY = "multi"
    YESNO = "bool"
    STAFF = "staff"
    LINK = "link"


TEXT_KINDS = frozenset({Kind.TEXT, Kind.ID, Kind.PHONE, Kind.CHOICE, Kind.STAFF, Kind.LINK})
NUMBER_KINDS = frozenset({Kind.INT, Kind.DECIMAL, Kind.PERCENT})
DATE_KINDS = frozenset({Kind.DATE, Kind.MOMENT})


class Need(StrEnum):
    """Who fills a column: people must, people may, or Genjin does (and nobody else)."""

    REQUIRED = "R"
    OPTIONAL = "O"
    AUTOMATIC = "A"


@dataclass(frozen=True, slots=True)
class When:
    """Rows in which a column is required: those whose `column` holds one of `values`, or anything at all if none are named."""

    column: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of one sheet.

    `label` is the Chinese header, `key` the English name in code; both are the contract for import, tests and users.
    `choices` is the closed list of a drop-down; `lookup` names a list on the 字典 sheet that the agency extends itself.
    `refers` is the key of the sheet whose rows this id points to. `low` and `high` bound numbers, both inclusive, in `unit`.
    `not_before` is the key of a column of the same sheet whose value this one must reach (dates, ranges).
    `daily` columns are shown; the others stand in a folded outline group. `entry` columns are the few that a person fills in to
    add a row in a hurry. `default` is what an empty required cell means on entry (a value, or "today", "now").
    """

    label: str
    key: str
    kind: Kind
    need: Need = Need.OPTIONAL
    choices: tuple[str, ...] = ()
    lookup: str = ""
    refers: str = ""
    when: When | None = None
    unit: str = ""
    low: float | None = None
    high: float | None = None
    min_length: int = 0
    unique: bool = False
    not_before: str = ""
    aliases: tuple[str, ...] = ()
    prompt: str = ""
    example: object = None
    default: object = None
    width: float = 0
    daily: bool = False
    entry: bool = False
    masked: bool = False

    def __post_init__(self) -> None:
        if self.kind is Kind.CHOICE and not (self.choices or self.lookup):
            raise ValueError(f"{self.key}: a drop-down needs choices or a lookup")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"{self.key}: low is above high")
        if self.need is Need.AUTOMATIC and (self.entry or self.when):
            raise ValueError(f"{self.key}: what Genjin fills in is neither entered nor required of people")
        if self.choices and self.default is not None and self.default not in self.choices:
            raise ValueError(f"{self.key}: the default is not among the choices")

    @property
    def automatic(self) -> bool:
        """Whether Genjin writes this column, and nobody else."""
        return self.need is Need.AUTOMATIC

    @property
    def headers(self) -> tuple[str, ...]:
        """All headers under which the column is found, the label first."""
        return (self.label, *self.aliases, self.key)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet that is a table: header in row 1, a row per record.

    `identity` are the keys of the columns that name a row (its id, or several together); those in `seldom` are empty in some rows.
    `prefix` starts the ids that Genjin gives to rows that have none. `automatic` sheets are written by Genjin alone, except for
    columns that are not automatic, which people fill in and which stay with their row; `stale` is the column, and what it then
    says, of a row that is kept only because of what people wrote there. `purpose` is the one sentence of the 说明 sheet.
    """

    label: str
    key: str
    columns: tuple[Column, ...]
    identity: tuple[str, ...]
    purpose: str
    prefix: str = ""
    automatic: bool = False
    stale: tuple[str, str] | None = None
    aliases: tuple[str, ...] = ()
    seldom: tuple[str, ...] = ()
    by_key: Mapping[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_key = {column.key: column for column in self.columns}
        labels = {column.label for column in self.columns}
        if len(by_key) != len(self.columns) or len(labels) != len(self.columns):
            raise ValueError(f"{self.key}: a key or a label stands twice")
        for key in (*self.identity, *(c.not_before for c in self.columns if c.not_before)):
            if key not in by_key:
                raise ValueError(f"{self.key}: no column {key}")
        for column in self.columns:
            if column.when and column.when.column not in by_key:
                raise ValueError(
                    f"{self.key}.{column.key}: required by a column that is not there: {column.when.column}"
                )
        object.__setattr__(self, "by_key", by_key)

    @cached_property
    def by_header(self) -> dict[str, Column]:
        """Every header, alias and key (folded by `fold`) -> its column; a label wins over another column's alias."""
        found: dict[str, Column] = {}
        for level in range(max(len(c.headers) for c in self.columns)):
            for column in self.columns:
                if level < len(column.headers):
                    found.setdefault(fold(column.headers[level]), column)
        return found

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The Chinese headers in order."""
        return tuple(column.label for column in self.columns)

    def __getitem__(self, key: str) -> Column:
        return self.by_key[key]


_NOISE = str.maketrans(dict.fromkeys(" \t\r\n\xa0\u3000\u200b\ufeff*:：") | {"（": "(", "）": ")"})


def fold(header: object) -> str:
    """Return a header as it is compared: without blanks, stars and colons, half-width brackets, lower case."""
    return "" if header is None else str(header).translate(_NOISE).lower()
