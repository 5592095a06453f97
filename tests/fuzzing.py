"""What bench/fuzz.py feeds with anything at all, and what must hold whatever it is: a refusal, or an answer that adds up.

The first letter of an input says what the rest of it is; so an input of the corpus can be read and written by hand. `imports`: a part of
a workbook that is sound but for it, a whole file, or changes of the bytes of a sound one; `opens` takes the same. `templates`: a message
or a part of a Word file.
"""

import io
import json
import pickle
import re
import tempfile
import time
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from unittest import mock

from macros.contracts.facts import ALL_FIELDS
from macros.contracts.guard import GuardedEnvironment
from macros.imports import importing, sources
from macros.imports.headers import is_empty
from macros.inspecting import secrets_in
from macros.message_fields import FIELDS
from macros.template_guard import ENVIRONMENT, guard
from macros.templates import read_template
from tests import hostile_files as made
from tests.hostile_files import SHEET, SHEET_RELS, parts, worksheet, xlsx, zipped
from tests.tables import tables_from
from workbook.apart import _Plain
from workbook.book import Grid
from workbook.concerns import CONCERNS
from workbook.errors import FileRefused, GenjinError, TemplateRefused
from workbook.files import FileBook
from workbook.foreign import Foreign, read_foreign

KINDS = {
    b"S": SHEET, b"T": made.TEXTS, b"Y": made.STYLES, b"B": made.BOOK, b"R": made.BOOK_RELS, b"P": made.RELS, b"C": made.TYPES,
    b"L": SHEET_RELS, b"E": "xl/externalLinks/externalLink1.xml",
}  # fmt: skip
"""First letter -> the part that the rest is. Besides: X a whole workbook, O an old one, Z changes of a sound one, V a .csv."""
SLOW_SECONDS = 20  # of the processor, with what watches every line; no input of the corpus takes one
_PATCH = 4  # bytes per change: where (three) and what
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TABLES = tables_from({})


def file_of(data: bytes) -> tuple[str, bytes]:
    """Return the name and the content of the file that an input stands for."""
    kind, rest = data[:1], data[1:]
    if kind == b"V":
        return "名单.csv", rest
    if kind in (b"X", b"O"):
        return ("名单.xlsx" if kind == b"X" else "名单.xls"), rest
    if kind == b"Z":
        return "名单.xlsx", _patched(xlsx(), rest)
    content = parts()
    part = KINDS.get(kind, SHEET)
    if part == SHEET_RELS:
        content[SHEET] = worksheet(tail='<hyperlinks><hyperlink ref="B2" r:id="rId1"/></hyperlinks>')
    content[part] = rest
    return "名单.xlsx", zipped(content)


def _patched(content: bytes, changes: bytes) -> bytes:
    found = bytearray(content)
    for at in range(0, len(changes) - _PATCH + 1, _PATCH):
        found[int.from_bytes(changes[at : at + 3], "big") % len(found)] = changes[at + 3]
    return bytes(found)


def imports(data: bytes) -> str:
    """Import a file. Returns the code of its refusal, "READ" where it was read; whatever does not add up is an AssertionError."""
    name, content = file_of(data)
    began = time.process_time()
    found = _imported(name, content)
    assert time.process_time() - began < SLOW_SECONDS
    if isinstance(found, GenjinError):
        assert isinstance(found, FileRefused), found
        assert found.code
        assert "\n" not in str(found), found
        return found.code
    _adds_up(found)
    return "READ"


def _imported(name: str, content: bytes) -> importing.Imported | GenjinError:
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("error")
        path = Path(folder) / name
        path.write_bytes(content)
        with mock.patch.object(sources, "read_apart", _here):
            try:
                return importing.import_files([path], _TABLES, importing.ImportOptions(sheet="客户"))
            except GenjinError as refusal:
                return refusal


def opens(data: bytes) -> str:
    """Open a file as one's own workbook, which no child process does, and read all of it. Returns as `imports` does."""
    name, content = file_of(data)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        try:
            book = FileBook(path, read_only=True)
            for sheet in book.sheet_names():
                book.read(sheet)
                book.formulas(sheet)
                book.regions(sheet)
        except FileRefused as refusal:
            return refusal.code or "UNNAMED"
    return "READ"


def _here(path: Path, hidden: bool = False) -> Foreign:
    """Read in this process, which is watched, and send the answer the way that a child does."""
    answer = read_foreign(path.read_bytes(), path.name, hidden)
    kind, found = _Plain(io.BytesIO(pickle.dumps(("read", answer), protocol=5))).load()
    assert (kind, found) == ("read", answer) or "nan" in repr(answer)
    return answer


def _adds_up(found: importing.Imported) -> None:
    json.dumps(found.items, ensure_ascii=False, default=str).encode()
    for sheet, item in zip(found.sheets, found.items, strict=True):
        parted = sum(int(str(item[key])) for key in ("imported", "changed", "duplicates", "refused_rows"))
        assert item["rows"] == parted, item
        if sheet.recognised:
            below = sheet.source.grid[sheet.recognised.header_row :]
            assert filled_lines(below) <= parted, "a row was lost"
        told = item["warnings"]
        assert isinstance(told, list)
        for warning in told:
            assert warning["code"] in CONCERNS
            assert warning["where"].startswith(sheet.source.file)
        secrets_in(sheet.source.name, sheet.source.grid)
    for rows in found.results.values():
        for text in rows.select_dtypes("str").stack() if len(rows) else ():
            assert not _CONTROL.search(str(text)), text


def filled_lines(grid: Grid) -> int:
    """Return how many lines say anything; 暂无 or ? says nothing."""
    return sum(any(not is_empty(cell) for cell in line) for line in grid)


VALUES: Mapping[str, object] = {
    name: [f"{name}{{{{甲}}}}", f"{name}<乙>"] if one.many else f"{name}{{% 丙 %}}" for name, one in FIELDS.items()
}
"""What every field holds: a text that would be a tag, if anything looked at it again."""
_WORDS = "TrueFalseNone0123456789.\n"  # a carriage return comes out as a line break


def templates(data: bytes) -> str:
    """Judge a text as a message (M), with its header (H) or as a part of a Word file (W), and fill it in. Returns "USED" or the code."""
    kind, text = data[:1], data[1:].decode("utf-8", "replace")
    judged: Callable[[str], object] = {b"H": _headed, b"W": _word}.get(kind, _message)
    began = time.process_time()
    try:
        judged(text)
        outcome = "USED"
    except TemplateRefused as refusal:
        outcome = refusal.code if refusal.what and refusal.do else ""
    assert outcome, "a refusal without a word or a code"
    assert time.process_time() - began < SLOW_SECONDS
    return outcome


def _message(text: str) -> None:
    guard(text, "模板 x")
    _is_of_its_letters(ENVIRONMENT.from_string(text).render(VALUES), text)


def _headed(text: str) -> None:
    template = read_template(text, "x")
    _is_of_its_letters(template.render(VALUES), text)


def _word(text: str) -> None:
    environment = GuardedEnvironment("合同.docx", {**ALL_FIELDS, "套": ("名", "价"), "各": ()})
    environment.check(text)


def _is_of_its_letters(said: str, text: str) -> None:
    """Nothing but what the text and the values hold, numbers and truth may come out; and not much more of it."""
    held = {*text, *_WORDS, *"".join(map(str, VALUES.values()))}
    assert {*said} <= held or "\\" in text, {*said} - held  # '\\x41' in a text is an A
    assert len(said) <= 100_000
    assert "object at 0x" not in said
    assert "<class" not in said
