"""Fuzz import, templates or cells: `python bench/fuzz.py imports|opens|templates|cells [SECONDS] [CORPUS]`.

All but the last need atheris, which no extra brings along, for it has no wheels for Windows: `pip install atheris` in an environment of
its own. What must hold of every input, tests/fuzzing.py tells; what is fed at first, tests/corpus holds. New inputs that reach new lines
are added to CORPUS (a folder of the system's for temporary files, unless named); what fails stays in it as crash-* or timeout-*.
Prints how many inputs were tried; exit code 1 where one failed.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
CORPUS = ROOT / "tests" / "corpus"
WATCHED = ["workbook", "macros"]
FED = {"imports": "imports", "opens": "imports", "templates": "templates"}
"""What is fuzzed -> the folder of the corpus that it begins with."""
LONGEST = {"imports": 60_000, "opens": 60_000, "templates": 6_000}
MEMORY_MEGABYTES, INPUT_SECONDS = 3_000, 60
CANNOT_BEGIN = 1  # what it ends with where its own arguments are wrong


def watched(kind: str, arguments: list[str]) -> None:
    """Run the fuzzer in this process; it does not return."""
    import atheris

    if hasattr(os, "nice"):
        os.nice(19)  # whoever else works on this computer goes first
    with atheris.instrument_imports(include=WATCHED):
        from tests import fuzzing
    judge = getattr(fuzzing, kind)
    atheris.Setup([sys.argv[0], *arguments], lambda data: judge(data) and None)
    atheris.Fuzz()


def fuzz(kind: str, seconds: int, found: Path) -> int:
    """Feed inputs until the time is up, anew after each that failed; return how many failed."""
    found.mkdir(parents=True, exist_ok=True)
    words, failed = dictionary(kind, found), 0
    until = time.monotonic() + seconds
    while (left := int(until - time.monotonic())) > 0:
        command = [
            sys.executable, __file__, "--watched", kind, f"-max_total_time={left}", f"-max_len={LONGEST[kind]}", f"-timeout={INPUT_SECONDS}",
            f"-rss_limit_mb={MEMORY_MEGABYTES}", f"-artifact_prefix={found}{os.sep}", f"-dict={words}", "-print_final_stats=1",
            str(found), str(CORPUS / FED[kind]),
        ]  # fmt: skip
        done = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
        if done.returncode == CANNOT_BEGIN:
            raise SystemExit(CANNOT_BEGIN)
        failed += done.returncode != 0
    return failed


def dictionary(kind: str, folder: Path) -> Path:
    """Return a copy of the list of words as the fuzzer wants it: letters beyond ASCII by their bytes."""
    written = folder.with_name(f"{folder.name}.dict")
    held = (CORPUS / f"{FED[kind]}.dict").read_bytes()
    written.write_bytes(b"".join(bytes([one]) if one < 128 else b"\\x%02x" % one for one in held))
    return written


def cells(seconds: int) -> int:
    """Run the properties of cells with ever new examples until the time is up; return how many runs failed."""
    until, failed = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        command = f"{sys.executable} -m pytest -q -p no:cacheprovider --hypothesis-seed=random tests/test_fuzz_cells.py"
        done = subprocess.run(command.split(), cwd=ROOT, env={**os.environ, "GENJIN_EXAMPLES": "1000"}, check=False)
        failed += done.returncode != 0
    return failed


def main(kind: str, seconds: str = "600", folder: str = "") -> int:
    """Return the exit code."""
    if kind == "cells":
        return min(cells(int(seconds)), 1)
    failed = fuzz(kind, int(seconds), Path(folder or tempfile.mkdtemp(prefix=f"fuzz-{kind}-")))
    print(f"{kind}: {failed} failures")
    return min(failed, 1)


if __name__ == "__main__":
    if sys.argv[1] == "--watched":
        watched(sys.argv[2], sys.argv[3:])
    raise SystemExit(main(*sys.argv[1:]))
