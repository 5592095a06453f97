"""Every file of the register against its hash, and every signed PDF against its signature."""

import hashlib
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from macros.contracts.drafts import inside
from macros.contracts.signatures import check_signed
from workbook.changes import Outcome
from workbook.tables import Tables

DO = "请找回原来的文件、向签署平台重新下载, 或写作废原因后重新起草"
LARGEST = 100_000_000  # bytes of a signed file: a scan of a contract has a few million


class Found(NamedTuple):
    """What was found of one file: the words, whether it may be relied on (None: not known), and its hash."""

    words: str
    sound: bool | None
    sha256: str


def check_all(tables: Tables, archive: Path) -> tuple[Outcome, list[str]]:
    """Return 核对 and 签署哈希 of every row that names a file, and a line per file that may not be relied on.

    A hash that was recorded once stays: a file that is another since is told of. Items: no, words, sound; figure `wrong`.
    """
    register = tables["contracts"]
    rows = [row for row in register.itertuples() if row.file or row.signed_file]
    told = {int(row.Index): _row(row, archive) for row in rows}
    numbers = {int(row.Index): row.no for row in rows}
    wrong = [
        f"{tables.cell('contracts', at, 'checked')}: {numbers[at]} {found.words}。{DO}。"
        for at, found in told.items()
        if found.sound is False
    ]
    updates = {
        "checked": pd.Series({at: found.words for at, found in told.items()}, dtype=object),
        "signed_sha": pd.Series({at: found.sha256 for at, found in told.items() if found.sha256}, dtype=object),
    }
    items = [{"no": numbers[at], "words": found.words, "sound": found.sound} for at, found in told.items()]
    outcome = Outcome(
        updates={"contracts": {key: values for key, values in updates.items() if len(values)}},
        items=items,
        figures={"wrong": len(wrong)},
    )
    good = f"核对了 {len(told)} 份合同: {len(told) - len(wrong)} 份没有发现问题, {len(wrong)} 份不对。"
    return outcome, [good, *wrong]


def _row(row: Any, archive: Path) -> Found:
    drafted, signed = _file(row, archive), _signed(row, archive)
    parts = [found for found in (drafted, signed) if found.words]
    sounds = [found.sound for found in parts]
    sound = False if False in sounds else None if None in sounds else True
    return Found("; ".join(found.words for found in parts), sound, signed.sha256)


def _file(row: Any, archive: Path) -> Found:
    if not row.file:
        return Found("", True, "")
    file = inside(archive, row.file)
    if file is None:
        return Found(f"合同文件夹里没有「{row.file}」", False, "")
    if hashlib.sha256(file.read_bytes()).hexdigest() != row.sha256:
        return Found("文件被改过, 和登记的哈希不一样", False, "")
    return Found("文件和登记的一样", True, "")


def _signed(row: Any, archive: Path) -> Found:
    if not row.signed_file:
        return Found("", True, "")
    file = inside(archive, row.signed_file)
    if file is None:
        return Found(f"合同文件夹里没有「{row.signed_file}」, 请把签好的 PDF 放进去, 只写文件名", False, "")
    if file.stat().st_size > LARGEST:
        return Found("签署文件太大, 没有核对", None, "")
    content = file.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if row.signed_sha and row.signed_sha != found:
        return Found("签署文件和登记时不一样, 哈希变了", False, row.signed_sha)
    checked = check_signed(content)
    return Found(checked.words, checked.sound, found)
