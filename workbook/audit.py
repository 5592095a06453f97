"""Whether the log beside a workbook is whole: every line follows from the one before, every record and backup is the one it names."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from workbook.chain import Broken, Chain, Entry
from workbook.disk import sha256_of

_RECORD = ".json.gz"


class Named(NamedTuple):
    """The last word of the log about a file: its line and the file's hash, "" where it is gone on purpose."""

    line: int
    sha256: str


def first_broken(folder: Path, chain: Chain, suffix: str) -> Broken | None:
    """Return what is wrong and comes first in the log, None where all is right. Raises OSError where something cannot be read."""
    found = chain.broken()
    if found:
        return found
    records, copies, last = _last_words(chain.entries())
    unfinished = chain.last()
    if unfinished.get("event") == "begin":  # killed before its record had its name
        name = f"{unfinished['run']:06}"
        records[name] = records[name] if list(folder.glob(f"runs/{name}.json.gz")) else Named(last, "")
    kept = records_in(folder)
    if kept and not last:
        return Broken(0, f"有 {len(kept)} 次运行, 却没有 {chain.file.name}: 由旧版本写成, 或被删掉了")
    backups = {file.stem: file for file in folder.glob(f"backups/[0-9]*{suffix}")}
    wrong = [*_wrong(records, kept, "记录", True), *_wrong(copies, backups, "备份", False)]
    return min(wrong, key=lambda broken: broken.line or last + 1, default=None)


def records_in(folder: Path) -> dict[str, Path]:
    """Return the number, as it is written, -> the record of each run; copies that a cloud made of them ("000003 (1)") are none."""
    names = {file.name.removesuffix(_RECORD): file for file in folder.glob(f"runs/[0-9]*{_RECORD}")}
    return {name: file for name, file in names.items() if name.isdecimal()}


def _last_words(entries: Iterator[Entry]) -> tuple[dict[str, Named], dict[str, Named], int]:
    """Return name -> what the log last said of each record and of each backup, and the number of its last line."""
    records: dict[str, Named] = {}
    copies: dict[str, Named] = {}
    line = 0
    for line, told, _ in entries:
        name = f"{told.get('run', 0):06}"
        if told.get("event") == "begin":
            records[name], copies[name] = Named(line, told["record"]), Named(line, told["before"])
        elif told.get("event") == "void":
            records.pop(name, None), copies.pop(name, None)
        for known, key in ((records, "records"), (copies, "backups")):
            known |= {name: Named(line, sha256) for name, sha256 in told.get(key, {}).items()}
    return records, copies, line


def _wrong(named: Mapping[str, Named], files: Mapping[str, Path], what: str, needed: bool) -> Iterator[Broken]:
    """Yield the files that are not what the log says; with `needed` also those that are gone, or that it does not know."""
    for name, (line, sha256) in named.items():
        if name in files and sha256_of(files[name]) != sha256:
            yield Broken(line, f"第 {int(name)} 次运行的{what}和登记时不一样")
        elif needed and sha256 and name not in files:
            yield Broken(line, f"第 {int(name)} 次运行的{what}不见了")
    if needed:
        yield from (
            Broken(0, f"第 {int(name)} 次运行的{what}没有登记: 末尾的行被删掉了") for name in files if name not in named
        )
