"""Made-up computers: a Windows, a Mac or a Linux in a folder, for what looks at its surroundings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from macros.computer import Computer

PYTHONS = {"win32": "AppData/Python/python.exe", "darwin": "venv/bin/python3", "linux": "venv/bin/python3"}


@dataclass
class Programs:
    """Stands for starting programs: remembers each command; one that holds a word of `fails` ends with what is said there."""

    fails: Mapping[str, str] = field(default_factory=dict)
    says: str = ""
    ran: list[str] = field(default_factory=list)

    def __call__(self, command: Sequence[str]) -> tuple[int, str]:
        line = " ".join(command)
        self.ran.append(line)
        for word, said in self.fails.items():
            if word in line:
                return 1, said
        return 0, self.says


def computer(
    place: Path, platform: str, registry: Mapping[tuple[str, str], str] | None = None, **more: Any
) -> Computer:
    """A computer whose home, programs and Python lie in a folder."""
    home = place / "张三"
    python = home / PYTHONS[platform]
    python.parent.mkdir(parents=True, exist_ok=True)
    python.touch()
    (home / "Documents").mkdir(exist_ok=True)
    known = registry or {}
    told: dict[str, Any] = {
        "platform": platform, "home": home, "environ": {"APPDATA": str(home / "Roaming")}, "folder": home / ".genjin",
        "registry": lambda key, name: known.get((key, name), ""), "run": Programs(), "listens": lambda port: False,
        "free": lambda folder: 50 << 30, "encoding": "gbk" if platform == "win32" else "utf-8",
        "applications": place / "Applications",
    }  # fmt: skip
    return Computer(**(told | more))


def python_of(told: Computer) -> Path:
    """The Python of a made-up computer."""
    return told.home / PYTHONS[told.platform]


def with_libreoffice(told: Computer) -> Computer:
    """The computer with LibreOffice installed, never started yet."""
    from dataclasses import replace

    if told.mac:
        program = told.applications / "LibreOffice.app" / "Contents" / "MacOS" / "soffice"
        changed = told
    else:
        folder = told.home.parent / "Programs"
        program = folder / "LibreOffice" / "program" / "soffice.exe" if told.windows else folder / "soffice"
        changed = replace(told, environ={**told.environ, "ProgramFiles": str(folder), "PATH": str(folder)})
    program.parent.mkdir(parents=True, exist_ok=True)
    program.touch()
    program.chmod(0o755)
    return changed
