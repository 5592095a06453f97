"""Reading in a process of its own: its limits, its answers, and that a sound file hardly waits for it."""

import io
import os
import pickle
import statistics
import subprocess
import sys
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


UNDER_LIMITS = """
import resource, sys
from pathlib import Path
for kind, most in ((resource.RLIMIT_AS, 1 << 30), (resource.RLIMIT_CPU, 60)):
    resource.setrlimit(kind, (most, most))
sys.path.insert(0, sys.argv[1])
from workbook.apart import read_apart
print(len(read_apart(Path(sys.argv[2])).sheets))
"""


def test_whoever_has_less_memory_than_our_limit_reads_as_well(sound: Path) -> None:
    """ulimit -v in a shop's script: the child may not ask for more than it was given, and says nothing of the file for that."""
    pytest.importorskip("resource")
    done = subprocess.run(
        [sys.executable, "-c", UNDER_LIMITS, str(apart.ROOT), str(sound)], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("1\n", "")


@pytest.mark.parametrize("platform", ["win32", "darwin", "sunos5"])
def test_where_the_system_limits_nothing_the_parent_watches(
    sound: Path, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    """Windows has no `resource` at all, macOS keeps no limit of memory; what cannot be measured is no reason to refuse a file."""
    monkeypatch.setitem(sys.modules, "resource", None)
    monkeypatch.setattr(sys, "platform", platform)
    apart._limit(1 << 30)
    asked: list[int] = []
    monkeypatch.setattr(apart, "resident_bytes", lambda pid: asked.append(pid) or 0)
    monkeypatch.setattr(apart, "WATCH_SECONDS", 0.001)
    assert len(read_apart(sound).sheets) == 1
    assert asked
    monkeypatch.setattr(apart, "resident_bytes", lambda _: 8 << 30)
    monkeypatch.setattr(apart, "CHILD", "import time; time.sleep(60)")
    assert refusal_of(sound) == "READER_MEMORY"


def test_a_system_that_starts_no_process_is_a_refusal(sound: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(sound / "python"))
    assert refusal_of(sound) == "READER_DIED"
    assert refusal_of(Path("a\0b.xlsx")) == "READER_DIED"
