"""A log that only grows: whatever is changed in it, the first line that cannot be right is named."""

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.chain import FIRST, Chain


@pytest.fixture
def chain(tmp_path: Path) -> Chain:
    return filled(tmp_path / "门店.genjin" / "log.jsonl")


def filled(file: Path, count: int = 5) -> Chain:
    chain = Chain(file)
    for number in range(1, count + 1):
        chain.append("begin", run=number, who="小王")
    return chain


def edited(chain: Chain, change: Callable[[list[bytes]], list[bytes]]) -> None:
    lines = chain.file.read_bytes().splitlines(keepends=True)
    chain.file.write_bytes(b"".join(change(lines)))


def first_broken(chain: Chain) -> int:
    broken = chain.broken()
    return broken.line if broken else 0


def test_each_line_holds_the_hash_of_the_one_before(chain: Chain) -> None:
    told = [json.loads(line) for line in chain.file.read_bytes().splitlines()]
    assert told[0]["prev"] == FIRST
    assert [line["run"] for line in told] == [1, 2, 3, 4, 5]
    assert len({line["prev"] for line in told}) == 5
    assert chain.last()["run"] == 5
    assert first_broken(chain) == 0


def test_nothing_is_whole(tmp_path: Path) -> None:
    chain = Chain(tmp_path / "log.jsonl")
    assert (chain.size(), chain.last(), chain.broken()) == (0, {}, None)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda lines: [*lines[:2], lines[2].replace("小王".encode(), "小李".encode()), *lines[3:]], 3),
        (lambda lines: [*lines[:4], lines[4].replace(b'"run":5', b'"run":6')], 5),
        (lambda lines: [*lines[:1], *lines[2:]], 2),
        (lambda lines: lines[1:], 1),
        (lambda lines: [lines[1], lines[0], *lines[2:]], 1),
        (lambda lines: [*lines[:3], lines[2], *lines[3:]], 4),
        (lambda lines: [*lines[:2], b"{}\n", *lines[3:]], 3),
        (lambda lines: [*lines[:4], b"not json\n"], 5),
        (lambda lines: [*lines[:2], lines[2][:20] + b"\n", *lines[3:]], 3),
    ],
    ids=["changed", "last changed", "taken out", "first out", "swapped", "twice", "emptied", "last unreadable", "cut"],
)
def test_the_first_line_that_cannot_be_right_is_named(
    change: Callable[[list[bytes]], list[bytes]], line: int, chain: Chain
) -> None:
    edited(chain, change)
    assert first_broken(chain) == line


@given(st.data())
def test_no_byte_can_be_changed_unseen(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    chain = filled(tmp_path_factory.mktemp("chain") / "log.jsonl", 3)
    content = bytearray(chain.file.read_bytes())
    at = data.draw(st.integers(0, len(content) - 2))  # the end of the last line is no content
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != content[at]))
    line = content[:at].count(b"\n") + 1
    content[at] = byte
    chain.file.write_bytes(content)
    assert first_broken(chain) in (line, line + 1)


def test_who_writes_a_line_anew_with_its_own_hash_is_seen_at_the_next(chain: Chain, tmp_path: Path) -> None:
    forged = Chain(tmp_path / "forged.jsonl")
    for number in (1, 2):
        forged.append("begin", run=number, who="小李")
    lines = chain.file.read_bytes().splitlines(keepends=True)
    forged_lines = forged.file.read_bytes().splitlines(keepends=True)
    chain.file.write_bytes(b"".join([*forged_lines, *lines[2:]]))
    assert first_broken(chain) == 3


def test_a_line_that_a_killed_process_did_not_finish_stays_and_breaks_nothing(chain: Chain) -> None:
    os.truncate(chain.file, chain.size() - 30)
    assert first_broken(chain) == 0
    assert chain.last() == {}
    torn = chain.file.read_bytes()
    chain.append("done", run=4)
    assert chain.file.read_bytes().startswith(torn + b"\n")
    assert first_broken(chain) == 0
    assert [entry.told.get("run") for entry in chain.entries()] == [1, 2, 3, 4, None, 4]
    edited(chain, lambda lines: [*lines[:4], lines[4][:10] + b"\n", lines[5]])
    assert first_broken(chain) == 6


def test_what_could_not_be_written_to_its_end_is_taken_back(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = chain.file.read_bytes()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        chain.append("begin", run=6)
    assert chain.file.read_bytes() == before
    new = Chain(chain.file.with_name("new.jsonl"))
    with pytest.raises(OSError, match="No space"):
        new.append("begin", run=1)
    assert not new.file.exists()


def test_a_line_longer_than_a_look_is_followed_all_the_same(tmp_path: Path) -> None:
    chain = Chain(tmp_path / "log.jsonl")
    for size in (10, 200_000, 70_000, 10):
        chain.append("known", records={"x": "0" * size})
    assert first_broken(chain) == 0
    assert len(list(chain.entries())) == 4
