"""The usable templates of a workbook: the rows of 模板, and the shipped files for every id that has no row.

A row that cannot be used is refused, and the file of that id is not used in its place: nobody would notice that their text does not go
out. A row that is switched off switches the file off as well. A row that nobody edited (出厂 is the digest of what was shipped)
says what the file of this version says, so that an upgrade reaches it.
"""

import hashlib
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from macros.message_fields import FIELDS
from macros.settings import Settings
from macros.template_guard import HEADER, guard, nearest, unknown_field
from macros.templates import CHINESE, FOLDER, FOLDERS, Template, header_of, load_template, load_templates
from workbook.changes import Finding, Severity
from workbook.errors import TemplateRefused
from workbook.sheets.templates import TEMPLATES
from workbook.tables import Tables, to_frame

KEY = TEMPLATES.key
_MAIN = ("template_id", "name", "channel", "content_type", "aim", "trigger", "body", "optional", "order", "again_days")
"""What a row says; the digest of a shipped one is over these."""
_CHOICES = ("channel", "aim")
_CELLS = ("body", "optional", "name", *_CHOICES)
"""The columns in which a row can be wrong."""
_DIGITS = 8


class Row(NamedTuple):
    """What one row of 模板 says, as plain texts and whole numbers: _MAIN, in that order."""

    template_id: str
    name: str
    channel: str
    content_type: str
    aim: str
    trigger: str
    body: str
    optional: str
    order: int
    again_days: int

    @property
    def digest(self) -> str:
        """The same as long as nobody changes a word; spaces at the ends of lines do not count."""
        parts = ["\n".join(line.rstrip() for line in str(part).strip().splitlines()) for part in self]
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


@dataclass
class TemplateBook:
    """`good` in the order of the sheet, then of the files; `bad` are the refusals, those of rows also in `rows` by Excel row.

    `columns`: Excel row of a refused row -> the key of the column to be mended.
    `renewed`: Excel row -> what an unedited row has to say in this version; `read`: Excel row -> its template.
    """

    good: list[Template] = field(default_factory=list)
    bad: list[TemplateRefused] = field(default_factory=list)
    rows: dict[int, TemplateRefused] = field(default_factory=dict)
    columns: dict[int, str] = field(default_factory=dict)
    renewed: dict[int, Row] = field(default_factory=dict)
    read: dict[int, Template] = field(default_factory=dict)

    def findings(self) -> list[Finding]:
        """Return a finding per refusal: of a row at the row, of a file at 消息."""
        mine = {id(refusal) for refusal in self.rows.values()}
        told = [
            Finding(KEY, row, self.columns[row], "bad_template", Severity.ERROR, str(refusal))
            for row, refusal in self.rows.items()
        ]
        files = (one for one in self.bad if id(one) not in mine)
        return told + [Finding("messages", 0, "template", "bad_template", Severity.ERROR, str(one)) for one in files]


def templates_of(
    tables: Tables, settings: Settings, folder: Path = FOLDER
) -> tuple[list[Template], list[TemplateRefused]]:
    """Return the usable templates in the agency's language, and why the others cannot be used.

    Raises TemplateRefused where there is no template at all, neither a row nor a file.
    """
    book = book_of(tables, settings.agency.language, folder)
    return book.good, book.bad


def book_of(tables: Tables, language: str = CHINESE, folder: Path = FOLDER) -> TemplateBook:
    """Return the templates of one language with their rows. Raises as `templates_of` does."""
    frame, book = rows_of(tables[KEY], language), TemplateBook()
    taken: set[str] = set()
    ids = frozenset(frame["template_id"])
    files = sorted((folder / FOLDERS[language]).glob("*.j2"))
    shipped = {path.stem: shipped_row(path) for path in files if path.stem in ids}
    for one in frame.itertuples():
        named = str(one.template_id)
        if one.enabled is not False:
            _take(book, tables, one, shipped, taken)
        taken.add(named)
    _add_files(book, [path for path in files if path.stem not in ids])
    if not files and not len(frame):
        load_templates(folder / FOLDERS[language])  # which refuses
    return book


def rows_of(frame: pd.DataFrame, language: str) -> pd.DataFrame:
    """Return the rows of one language; an empty 语言 is Chinese."""
    return frame.loc[frame["language"].isin([language] + [""] * (language == CHINESE))]


def _add_files(book: TemplateBook, files: Iterable[Path]) -> None:
    for path in files:
        try:
            book.good.append(load_template(path))
        except TemplateRefused as refusal:
            book.bad.append(refusal)


def _take(book: TemplateBook, tables: Tables, one: Any, shipped: Mapping[str, Row], taken: Iterable[str]) -> None:
    """Read one row into the book."""
    given, at = _row(one), int(one.Index)
    newer = shipped.get(given.template_id)
    if newer and newer != given and one.shipped and one.shipped == given.digest:
        given = book.renewed[at] = newer
    try:
        if not given.template_id or given.template_id in taken:
            raise _refused_id(tables, at, given)
        book.read[at] = read_row(given, {key: tables.cell(KEY, at, key) for key in _CELLS})
        book.good.append(book.read[at])
    except TemplateRefused as refusal:
        book.rows[at], book.columns[at] = refusal, _column_of(refusal, tables, at)
        book.bad.append(refusal)


def _row(one: Any) -> Row:
    texts = {key: str(getattr(one, key)).replace("\r\n", "\n").strip() for key in _MAIN[:-2]}
    return Row(**texts, order=_whole(one.order, 50), again_days=_whole(one.again_days, 1))


def _whole(value: float, default: int) -> int:
    return default if value != value else int(value)


def _refused_id(tables: Tables, at: int, row: Row) -> TemplateRefused:
    what = f"编号「{row.template_id[:40]}」前面已有" if row.template_id else "没有编号"
    where = tables.cell(KEY, at, "template_id")
    return TemplateRefused(where, what, "请写一个这个语言里没有用过的编号, 如 my_text", code="template_id")


def read_row(row: Row, cells: Mapping[str, str]) -> Template:
    """Return the template of a row; `cells` has the cells of _CELLS. Raises TemplateRefused with the cell, the line, the nearest field."""
    return _read_row(row, tuple(cells[key] for key in _CELLS))


@lru_cache(maxsize=256)  # 待办 and 消息 read the same rows
def _read_row(row: Row, cells: tuple[str, ...]) -> Template:
    body_cell, optional_cell, name_cell, *choice_cells = cells
    for text, where, label in ((row.body, body_cell, "正文"), (row.name, name_cell, "名称")):
        if not text:
            raise TemplateRefused(where, f"没有{label}", f"请填写{label}, 或在「启用」选「否」", code="template_header")
    for key, where in zip(_CHOICES, choice_cells, strict=True):
        choices, given = TEMPLATES[key].choices, getattr(row, key)
        if given not in choices:
            do = f"请选 {'、'.join(choices)} 之一"
            raise TemplateRefused(where, f"{TEMPLATES[key].label}不能是「{given[:40]}」", do, code="template_header")
    used = guard(row.body, body_cell)
    optional = tuple(row.optional.replace("、", " ").split())
    for name in optional:
        _used(name, used, optional_cell)
    return Template(
        id=row.template_id, name=row.name, channel=row.channel, type=row.content_type, purpose=row.aim,
        trigger=tuple(row.trigger.split()), order=row.order, again_days=row.again_days,
        fields=tuple(name for name in used if name not in optional), optional=optional, source=row.body,
    )  # fmt: skip


def _used(name: str, used: Iterable[str], where: str) -> None:
    if name not in FIELDS:
        raise unknown_field(where, name)
    if name not in used:
        near = nearest(name, list(used))
        do = f"是不是「{near}」? 请改正或从这一格删去" if near else "请从这一格删去"
        raise TemplateRefused(where, f"正文没有用到「{name}」", do, code="template_header")


def _column_of(refusal: TemplateRefused, tables: Tables, at: int) -> str:
    """Return the column in which a refused row is mended."""
    cell = refusal.where.partition(" ")[0]
    return next((key for key in _CELLS if tables.cell(KEY, at, key) == cell), "template_id")


def shipped_row(path: Path) -> Row:
    """Return a shipped file as a row: the text without the comment with which it opens. Whether it can be used is not looked at."""
    return _shipped_row(path.read_text("utf-8-sig", errors="replace"), path.stem)


@lru_cache(maxsize=256)
def _shipped_row(source: str, name: str) -> Row:
    header = header_of(source)
    trigger, optional = (" ".join(header.get(key, "").split()) for key in ("trigger", "optional"))
    body = HEADER.sub("", source, count=1).strip()
    return Row(
        template_id=name, name=header.get("name", ""), channel=header.get("channel", ""), content_type=header.get("type", ""),
        aim=header.get("purpose", ""), trigger=trigger, body=body, optional=optional,
        order=_natural(header.get("order", ""), 50), again_days=_natural(header.get("again", ""), 1),
    )  # fmt: skip


def _natural(text: str, default: int) -> int:
    return int(text) if text.isdecimal() else default


def default_templates(language: str = CHINESE, folder: Path = FOLDER) -> pd.DataFrame:
    """Return the shipped templates of a language as rows of 模板, with all its columns."""
    rows = [shipped_row(path) for path in sorted((folder / FOLDERS[language]).glob("*.j2"))]
    frame = pd.DataFrame(rows, columns=pd.Index(_MAIN), index=range(2, len(rows) + 2), dtype=object)
    told = {"language": language, "enabled": True, "verdict": USABLE, "shipped": [row.digest for row in rows]}
    return to_frame(TEMPLATES, frame.assign(**told))


USABLE, OFF = "可以用", "已停用"


def updates_of(tables: Tables, folder: Path = FOLDER) -> dict[str, pd.Series]:
    """Return what is written into 模板: 检查 of every row, and the new texts of the rows that nobody edited.

    Rows of the other language are checked as well. Nothing where the workbook has no such sheet, or an empty one.
    """
    verdicts: dict[int, str] = {}
    renewed: dict[int, Row] = {}
    for spoken in FOLDERS:
        if len(rows_of(tables[KEY], spoken)):
            book = book_of(tables, spoken, folder)
            verdicts |= {row: str(refusal) for row, refusal in book.rows.items()}
            verdicts |= {row: verdict(one) for row, one in book.read.items()}
            renewed |= book.renewed
    if not len(tables[KEY]):
        return {}
    told: dict[str, dict[int, Hashable]] = {
        "verdict": {row: verdicts.get(row, OFF) for row in map(int, tables[KEY].index)}
    }
    for at, row in renewed.items():
        for key, value in zip((*_MAIN, "shipped"), (*row, row.digest), strict=True):
            told.setdefault(key, {})[at] = value
    return {key: pd.Series(values, dtype=object) for key, values in told.items()}


def verdict(template: Template) -> str:
    """Return what 检查 says of a usable row."""
    from macros.lint import advice

    return " ".join(one.message for one in advice(template)) or USABLE
