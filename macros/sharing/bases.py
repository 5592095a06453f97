"""What a file was before its person worked on it: the common base without which nobody can say who changed a cell.

`门店.genjin/bases/` keeps each file as it was handed out, and as it was when it was last merged. The file names its base on 设置
(`sharing.base`); the log beside the workbook holds the hash of the first, the record of the run that of the later.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from macros.settings import Sharing
from macros.sharing.keeping import Known, Told
from macros.wording import quoted
from workbook.book import Book
from workbook.differences import write_plan
from workbook.errors import FileRefused, GenjinError
from workbook.files import FileBook
from workbook.journal import Journal
from workbook.sheets import SHEETS
from workbook.tables import Tables, read_tables

SETTING = "sharing.base"


@dataclass(frozen=True)
class Version:
    """A workbook at one moment."""

    book: Book
    tables: Tables


@dataclass(frozen=True)
class Base:
    """Where a file began: `first` as it was handed out, `last` as it was merged last; None where nobody knows.

    `ids` are its rows that have another id in the workbook; `words` say it to a person.
    """

    words: str
    first: Version | None = None
    last: Version | None = None
    ids: Mapping[str, str] = field(default_factory=dict)
    who: str = ""


def read_version(path: Path) -> Version:
    """Return a workbook as it is on disk. Raises FileRefused, SheetRefused."""
    book = FileBook(path, read_only=True)
    return Version(book, read_tables(book, SHEETS)[0])


def token_of(tables: Tables) -> str:
    """Return the name of a file's base, "" where it was not handed out."""
    rows = tables["settings"]
    found = rows.loc[rows["key"] == SETTING, "value"].tolist()
    return str(found[0]) if found else ""


def name_of(file: Path, tables: Tables) -> str:
    """Return the name under which a file's states are kept: its base and its own, for a base may have copies."""
    return hashlib.sha256(f"{token_of(tables)}|{file.name}".encode()).hexdigest()[:16]


def base_of(known: Known, file: Path, theirs: Tables, rule: Sharing) -> Base:
    """Return where a file began: handed out by `genjin split`, or else a copy of the workbook from before a run that it knows of.

    Raises FileRefused where that was deleted by the rule.
    """
    token, name = token_of(theirs), name_of(file, theirs)
    merges = [told for told in known.merges if (told["token"] == token if token else told["name"] == name)]
    ids = {old: new for told in reversed(merges) for old, new in told["ids"].items()}
    last = next((told for told in merges if told["name"] == name), None)
    state = known.file(last["kept"], last["sha256"]) if last else None
    if last and not state:
        _check_forgotten(known, file, last["kept"], rule)
        return Base("找不到上次合并时的状态", ids=ids, who=_agent(known, token))
    if token:
        return _handed_out(known, file, token, Base("", last=_read(state), ids=ids), rule)
    number, first = _backup(known.journal, theirs)
    words = f"第 {number} 次运行时的工作簿" if first else "上次合并时的状态" if state else "不知道从哪里来的"
    return Base(words, first, _read(state), ids)


def _handed_out(known: Known, file: Path, token: str, base: Base, rule: Sharing) -> Base:
    name = f"{token}{known.journal.book.suffix}"
    path = known.file(name, *(told["base"] for told in _of(known, token)))
    if path is None:
        _check_forgotten(known, file, name, rule)
    words = "分发时的底稿" if path else "上次合并时的状态" if base.last else "找不到分发时的底稿"
    return Base(words, _read(path), base.last, base.ids, _agent(known, token))


def _of(known: Known, token: str) -> list[Told]:
    return [told for told in known.handed_out if token and told["token"] == token]


def _agent(known: Known, token: str) -> str:
    return next((str(told["agent"]) for told in _of(known, token)), "")


def _read(path: Path | None) -> Version | None:
    return read_version(path) if path else None


def _check_forgotten(known: Known, file: Path, name: str, rule: Sharing) -> None:
    """Raise FileRefused where a state was deleted by the rule: without it an old file would take back what others did since."""
    if name in known.forgotten:
        book, days = known.journal.book, rule.base_days
        what = f"分发它时留的底稿已按设置「底稿最多保留几天」({days} 天) 删除, 分不清哪些格是这份文件里改的"
        do = f"请把改过的内容抄进 {book.name}, 再用 genjin split {quoted(book.name)} 重新分发"
        raise FileRefused(file.name, what, do, code="BASE_FORGOTTEN")


def merged_files(journal: Journal) -> set[str]:
    """Return the SHA-256 of all files that were merged and not taken back."""
    return {told["sha256"] for told in Known(journal).merges}


def _backup(journal: Journal, theirs: Tables) -> tuple[int, Version | None]:
    """Return the last run that a copy knows of, and the workbook as that run left it; 0 and None where it cannot be told.

    What people wrote between that run and the copying is taken for the copy's: an edit too many is harmless, one too few is not.
    """
    number = pd.to_numeric(theirs["audit"]["run_id"], errors="coerce").max()
    path = journal.folder / "backups" / f"{0 if number != number else int(number):06}{journal.book.suffix}"
    try:
        if number != number or int(number) not in journal.numbers() or not path.is_file():
            return 0, None
        version = read_version(path)
        write_plan(journal.run(int(number)).plan, version.tables.layouts, version.book)
        return int(number), Version(version.book, read_tables(version.book, SHEETS)[0])
    except (GenjinError, KeyError):
        return 0, None
