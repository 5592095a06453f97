"""Set everything up and run every test: `python3 tests/run.py`. Needs nothing but Python 3.11 or newer.

Makes the environment `.venv-test`, installs the project with its test tools, on Debian and Ubuntu also LibreOffice, a Chinese font
and a virtual screen (where it may), and runs pytest, a process for each core. Further arguments go to pytest; `-n 0` has all in one
process, as --pdb needs it.
"""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv-test"
MOST_PROCESSES = 4  # each may run a LibreOffice of half a gigabyte
PROGRAMS = ("soffice", "pdftotext", "chromium", "Xvfb", "xdotool", "import")
PACKAGES = (
    "libreoffice-calc", "python3-uno", "fonts-wqy-microhei", "poppler-utils", "chromium", "xvfb", "xdotool", "imagemagick",
)  # fmt: skip


def main() -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is what an older Python is given first
        print(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.", file=sys.stderr)
        return 2
    install_programs()
    python = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        venv.create(ENVIRONMENT, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--editable", f"{ROOT}[test]"], check=True)
    return subprocess.run([python, "-m", "pytest", *side_by_side(), *sys.argv[1:]], cwd=ROOT, check=False).returncode


def side_by_side() -> list[str]:
    """Return the options that share the files of tests out to a process for each core; `-n 0` among the further arguments undoes it."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if cores == 1:
        return []
    return ["-n", f"{min(cores, MOST_PROCESSES)}", "--dist", "loadfile", "--no-loadscope-reorder"]


def install_programs() -> None:
    """Install the programs that some tests look through, where this is Debian and it is allowed; elsewhere those tests skip."""
    missing = [name for name in PROGRAMS if not shutil.which(name)]
    if not missing or not shutil.which("apt-get"):
        return
    may = hasattr(os, "geteuid") and os.geteuid() == 0
    prefix = [] if may else ["sudo", "-n"]
    if not may and (not shutil.which("sudo") or subprocess.run(["sudo", "-n", "true"], check=False).returncode):
        print(f"Tests that need {', '.join(missing)} will be skipped: no right to install.", file=sys.stderr)
        return
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES]
    for command in (["apt-get", "update", "-qq"], install):
        done = subprocess.run([*prefix, *command], check=False, env=quiet, stdout=subprocess.DEVNULL)
        if done.returncode:
            print(
                f"Tests that need {', '.join(missing)} will be skipped: apt-get did not install them.", file=sys.stderr
            )
            return


if __name__ == "__main__":
    sys.exit(main())
