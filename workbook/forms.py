"""The two forms of 录入: which columns a person fills in there, and which cell of the page each one has.

They derive from the declaration: the `entry` columns of their sheets, and with each those that one of its values makes necessary.
What links a need to its client is not among them: Genjin knows it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from workbook.book import column_letter
from workbook.schema import Column, Need, Sheet
from workbook.sheets import BY_KEY, ENTRY

Field = tuple[str, str]
"""The key of a sheet and of one of its columns."""

FIRST_ROW, FIELD_ROWS = 6, 12
LABEL, INPUT, HINT, COLUMNS = 1, 2, 3, 4  # of a form, counted from its first column
MESSAGE_ROW = FIRST_ROW + FIELD_ROWS + 1  # one high row: of cells merged downwards LibreOffice redraws only the first


@dataclass(frozen=True, eq=False)
class Form:
    """One form. `fields` stand below each other from FIRST_ROW on, each one row high unless `rows` says more.

    `left` is the number of its first column, which names the sheets; then come the columns of labels, input cells and hints. `name_of` are fields
    that take the id, the name or the phone of a client. `optional` is the sheet that stays without a row where nothing of it is filled
    in, and the (field, value) for which that may be. `hints` replace the prompts of columns that mean more here than on their sheet.
    """

    key: str
    label: str
    fields: tuple[Field, ...]
    left: int
    name_of: tuple[Field, ...]
    rows: Mapping[Field, int] = field(default_factory=dict)
    optional: tuple[str, Field, str] | None = None
    hints: Mapping[Field, str] = field(default_factory=dict)

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The sheets that get a row, in order."""
        return tuple(BY_KEY[key] for key in dict.fromkeys(sheet for sheet, _ in self.fields))

    @cached_property
    def places(self) -> dict[Field, tuple[int, int]]:
        """Field -> row and column of its input cell, counted from 1, in the order in which they are filled in."""
        found, row = {}, FIRST_ROW
        for place in self.fields:
            found[place] = row, self.left + INPUT
            row += self.rows.get(place, 1)
        return found

    @property
    def first(self) -> tuple[int, int]:
        """Row and column of the first input cell."""
        return self.places[self.fields[0]]

    @property
    def message(self) -> tuple[int, int]:
        """Row and column of the cell that says what is wrong, or what comes next."""
        return MESSAGE_ROW, self.left

    def column(self, place: Field) -> Column:
        """Return the declaration of a field's column."""
        return BY_KEY[place[0]][place[1]]

    def address(self, place: Field) -> str:
        """Return a field's input cell, such as D8."""
        row, column = self.places[place]
        return f"{column_letter(column)}{row}"

    def cell(self, place: Field) -> str:
        """Return a field's input cell with its page, such as 录入!D8."""
        return f"{ENTRY.label}!{self.address(place)}"


def entered(sheet: Sheet, link: str = "") -> Iterator[Field]:
    """Yield the fields of a sheet: its entry columns but for `link`, each with those that its values may make necessary."""
    listed = [column.key for column in sheet.columns if column.entry and column.key != link]
    asked: dict[str, list[str]] = {}
    for column in sheet.columns:
        if column.when and column.when.values and column.key not in listed:
            asked.setdefault(column.when.column, []).append(column.key)
    for key in listed:
        yield from ((sheet.key, name) for name in (key, *asked.get(key, ())))


def must(column: Column) -> bool:
    """Return whether a person must fill a column in: it is required, and nothing stands for an empty cell."""
    return column.need is Need.REQUIRED and column.default is None


SUMMARY, OBJECT, AT = ("followups", "summary"), ("followups", "obj_id"), ("followups", "at")
STAFF, REFERRER, TYPE = ("followups", "staff"), ("clients", "referrer_id"), ("clients", "client_type")

CLIENT = Form(
    "client",
    "新客户",
    (*entered(BY_KEY["clients"]), *entered(BY_KEY["requests"], link="client_id")),
    left=2,
    name_of=(REFERRER,),
    optional=("requests", TYPE, "业主"),
    hints={
        REFERRER: "老带新必填: 客户ID、姓名或手机号", ("clients", "salutation"): "怎么称呼, 如 王女士、李哥",
        ("requests", "districts"): "可多选, 用「、」分隔; 可填的见 字典",
    },
)  # fmt: skip
CONTACT = Form(
    "contact",
    "记跟进",
    (*entered(BY_KEY["followups"]),),
    left=7,
    name_of=(OBJECT,),
    rows={SUMMARY: 5},
    hints={
        OBJECT: "客户ID、姓名或手机号", AT: "空着就是现在", ("followups", "result"): "没联系上的不算有效跟进",
        ("followups", "next_at"): "晚于这次联系; 选「无」就空着",
    },
)  # fmt: skip
FORMS: tuple[Form, ...] = (CLIENT, CONTACT)
