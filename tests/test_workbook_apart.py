"""Reading in a process of its own: its limits, its answers, and that a sound file hardly waits for it."""

import io
import os
import pickle
import statistics
import time
from pathlib import Path

import pytest

from tests.hostile_files import WANG, rows_of, worksheet, xlsx
from workbook import apart
from workbook.apart import read_apart, resident_bytes
from workbook.errors import FileRefused
from workbook.foreign import read_foreign

MOST_SECONDS = 0.5


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "名单.xlsx"
    path.write_bytes(xlsx(sheet=worksheet(rows_of(*[WANG] * 300))))
    return path


def refusal_of(path: Path) -> str:
    with pytest.raises(FileRefused) as refused:
        read_apart(path)
    return refused.value.code


def test_the_answer_is_what_reading_here_would_give(sound: Path) -> None:
    assert read_apart(sound) == read_foreign(sound.read_bytes(), sound.name)


@pytest.mark.slow
def test_a_sound_file_waits_less_than_half_a_second_for_its_process(sound: Path) -> None:
    pytest.importorskip("resource")
    import resource

    def spent() -> float:
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(part.ru_utime + part.ru_stime for part in used)

    def cost(read: object) -> float:
        before = spent()
        read()  # type: ignore[operator]
        return spent() - before

    here = statistics.median(cost(lambda: read_foreign(sound.read_bytes(), sound.name)) for _ in range(3))
    there = statistics.median(cost(lambda: read_apart(sound)) for _ in range(3))
    assert there - here < MOST_SECONDS


def test_a_reader_that_takes_too_long_is_ended(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "SECONDS", 0.2)
    monkeypatch.setattr(apart, "CHILD", "import time; time.sleep(60)")
    began = time.monotonic()
    assert refusal_of(sound) == "READER_TIME"
    assert time.monotonic() - began < 30


def test_a_reader_that_grows_too_large_is_ended(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MEMORY_BYTES", 64 << 20)
    monkeypatch.setattr(
        apart, "CHILD", "import time; x = bytearray(200 << 20); x[::4096] = b'1' * len(x[::4096]); time.sleep(60)"
    )
    assert refusal_of(sound) == "READER_MEMORY"


def test_a_reader_whose_memory_the_system_limits_says_so(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grow = "import sys; sys.path.append(sys.argv[1]); from workbook import apart; apart.read_foreign = lambda *_: bytearray(8 << 30); apart.answer()"
    monkeypatch.setattr(apart, "CHILD", grow)
    assert refusal_of(sound) in ("READER_MEMORY", "READER_DIED")


@pytest.mark.parametrize(
    "code", ["import os; os.abort()", "raise SystemExit(3)", "print('hello')", "import os; os.kill(os.getpid(), 9)"]
)
def test_a_reader_that_dies_is_a_refusal(sound: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr(apart, "CHILD", code)
    assert refusal_of(sound) == "READER_DIED"


class _Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("exit 1",)


def test_nothing_but_plain_values_is_unpacked() -> None:
    with pytest.raises(pickle.UnpicklingError, match="system"):
        apart._Plain(io.BytesIO(pickle.dumps(("read", _Evil())))).load()


def test_a_file_that_goes_away_meanwhile_is_a_refusal(tmp_path: Path) -> None:
    assert refusal_of(tmp_path / "没有.xlsx") == "FILE_UNREADABLE"


def test_how_large_a_process_is() -> None:
    assert resident_bytes(os.getpid()) > 1 << 20
    assert resident_bytes(2**22 + 1) == 0
