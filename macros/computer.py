"""The computer that the buttons run on: where its programs keep what `genjin install` writes and `genjin doctor` looks at.

Every look at the surroundings goes through a Computer, so that tests can show a Windows or a Mac to code that runs elsewhere.
"""

import locale
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from macros.userfolder import user_folder

XCU = "registrymodifications.xcu"
_SHELL_FOLDERS = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Explorer\User Shell Folders"
_CLOUDS = (
    (r"OneDrive( - .+)?", "OneDrive"), (r".*SharePoint.*", "SharePoint"), (r"Mobile Documents|iCloud ?Drive", "iCloud"),
    (r"Dropbox( \(.+\))?", "Dropbox"), (r"Google ?Drive.*|My Drive|我的云端硬盘", "Google Drive"), (r"坚果云|Nutstore.*", "坚果云"),
    (r"BaiduSyncdisk|百度网盘同步空间", "百度网盘"), (r"WPS ?云盘|WPSDrive", "WPS 云盘"), (r"CloudStorage", "网盘"),
)  # fmt: skip
"""Names of folders that a cloud keeps in step; the part of a path, and the cloud."""


@dataclass(frozen=True)
class Computer:
    """What is asked of a computer. `platform` is sys.platform's word, `folder` Genjin's own folder, `encoding` that of old text files.

    `registry(key, name)` is a value of the Windows registry, "" where there is none; `run(command)` the exit code and all that a
    program said; `listens(port)` whether a program answers there on this computer; `free(folder)` the bytes that are free.
    """

    platform: str
    home: Path
    environ: Mapping[str, str]
    folder: Path
    registry: Callable[[str, str], str]
    run: Callable[[Sequence[str]], tuple[int, str]]
    listens: Callable[[int], bool]
    free: Callable[[Path], int]
    encoding: str = "utf-8"
    applications: Path = Path("/Applications")

    @property
    def windows(self) -> bool:
        """Whether it runs Windows."""
        return self.platform == "win32"

    @property
    def mac(self) -> bool:
        """Whether it runs macOS."""
        return self.platform == "darwin"

    def documents(self) -> Path:
        """Return the person's folder for documents, which Windows and Linux let people move."""
        if self.windows and (said := self.registry(_SHELL_FOLDERS, "Personal")):
            return Path(_expanded(said, self.environ))
        config = self._config() / "user-dirs.dirs"
        if not self.windows and not self.mac and config.is_file():
            found = re.search(r'^XDG_DOCUMENTS_DIR="(.+)"', config.read_text("utf-8"), re.M)
            folder = Path(found[1].replace("$HOME", str(self.home))) if found else self.home
            if folder != self.home:  # which is how a system says that there is none
                return folder
        return self.home / "Documents"

    def _config(self) -> Path:
        return Path(self.environ.get("XDG_CONFIG_HOME") or self.home / ".config")

    def xlwings_conf(self) -> Path:
        """Return the file in which Excel's macro looks for its Python."""
        if self.mac:
            return self.home / "Library" / "Containers" / "com.microsoft.Excel" / "Data" / "xlwings.conf"
        return self.home / ".xlwings" / "xlwings.conf"

    def interpreter_key(self) -> str:
        """Return the key of that file under which it stands."""
        return "INTERPRETER_MAC" if self.mac else "INTERPRETER_WIN"

    def scripts(self) -> Path:
        """Return the folder from which Excel for Mac may start scripts."""
        return self.home / "Library" / "Application Scripts" / "com.microsoft.Excel"

    def profiles(self) -> list[Path]:
        """Return the settings file of every LibreOffice profile of the person."""
        return sorted(file for folder in self._profile_folders() for file in folder.glob(f"*/user/{XCU}"))

    def first_profile(self) -> Path:
        """Return where LibreOffice will look for its settings file when it starts for the first time."""
        return self._profile_folders()[0] / "4" / "user" / XCU

    def _profile_folders(self) -> list[Path]:
        if self.windows:
            return [Path(self.environ.get("APPDATA") or self.home / "AppData" / "Roaming") / "LibreOffice"]
        if self.mac:
            return [self.home / "Library" / "Application Support" / "LibreOffice"]
        packed = (".var/app/org.libreoffice.LibreOffice/config", "snap/libreoffice/current/.config")
        return [folder / "libreoffice" for folder in (self._config(), *(self.home / name for name in packed))]

    def libreoffice(self) -> Path | None:
        """Return LibreOffice's program, None where it is not found."""
        if self.windows:
            said = self.registry(r"HKLM\SOFTWARE\LibreOffice\UNO\InstallPath", "")
            folders = [Path(said)] if said else []
            names = ("ProgramFiles", "ProgramW6432", "ProgramFiles(x86)")
            folders += [Path(self.environ[n]) / "LibreOffice" / "program" for n in names if self.environ.get(n)]
            return next((folder / "soffice.exe" for folder in folders if (folder / "soffice.exe").exists()), None)
        if self.mac:
            program = self.applications / "LibreOffice.app" / "Contents" / "MacOS" / "soffice"
            return program if program.exists() else None
        found = shutil.which("soffice", path=self.environ.get("PATH", "")) or shutil.which(
            "libreoffice", path=self.environ.get("PATH", "")
        )
        return Path(found) if found else None

    def cloud(self, path: Path) -> str:
        """Return the name of the cloud that keeps a file or folder in step with other computers, "" where none is known to."""
        for name in ("OneDrive", "OneDriveCommercial", "OneDriveConsumer"):
            if self.environ.get(name) and path.is_relative_to(self.environ[name]):
                return "OneDrive"
        found = (cloud for part in path.parts for pattern, cloud in _CLOUDS if re.fullmatch(pattern, part, re.I))
        return next(found, "")


def _expanded(text: str, environ: Mapping[str, str]) -> str:
    """Return a text with %NAMES% replaced, as Windows does."""
    upper = {name.upper(): value for name, value in environ.items()}
    return re.sub("%([^%]+)%", lambda found: upper.get(found[1].upper(), found[0]), text)


def this_computer() -> Computer:
    """Return the computer that this runs on."""
    return Computer(
        sys.platform, Path.home(), os.environ, user_folder(), _registry, _run, _listens, _free, locale.getencoding()
    )


def _registry(key: str, name: str) -> str:
    if sys.platform != "win32":
        return ""
    import winreg

    hive, _, path = key.partition("\\")
    roots = {"HKCU": winreg.HKEY_CURRENT_USER, "HKLM": winreg.HKEY_LOCAL_MACHINE, "HKCR": winreg.HKEY_CLASSES_ROOT}
    try:
        with winreg.OpenKey(roots[hive], path) as opened:
            return str(winreg.QueryValueEx(opened, name)[0])
    except FileNotFoundError:
        return ""


def _run(command: Sequence[str]) -> tuple[int, str]:
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=300, check=False)
    except (OSError, subprocess.TimeoutExpired) as problem:
        return 127, str(problem)
    return done.returncode, (done.stdout + done.stderr).strip()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=0.5).close()
    except OSError:
        return False
    return True


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free
