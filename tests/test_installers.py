"""What is double-clicked: install.command is run whole with a stand-in for the download, install.bat is read."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from macros.actions import BUTTONS

ROOT = Path(__file__).resolve().parent.parent
MAC, WINDOWS = ROOT / "install.command", ROOT / "install.bat"

PYTHON = """#!/bin/bash
echo "$@" >> "{log}"
case "$*" in
  *"import sys; sys.exit"*) exit {too_old} ;;
  "-m venv"*) mkdir -p "$4/bin" && cp "$0" "$4/bin/python" && printf '#!/bin/bash\\nexec "{genjin}" -I -m macros.cli "$@"\\n' > "$4/bin/genjin"
              chmod +x "$4/bin/genjin" ;;
  "-m pip"*) exit {no_network} ;;
esac
"""
"""Stands for Python: makes an environment without downloading anything, whose genjin is the one under test."""


class Machine:
    """A home in which install.command runs, with a Python of our making first on the PATH and no other."""

    def __init__(self, place: Path) -> None:
        self.home, self.log, self.path = place / "张三 home", place / "log", place / "bin"
        for folder in (self.home / "Documents", self.path):
            folder.mkdir(parents=True)
        for name in ("bash", "dirname", "mkdir", "cp", "chmod"):
            (self.path / name).symlink_to(shutil.which(name) or name)

    def python(self, name: str = "python3", *, too_old: bool = False, no_network: bool = False) -> None:
        told = {"log": self.log, "genjin": sys.executable, "too_old": int(too_old), "no_network": int(no_network)}
        (self.path / name).write_text(PYTHON.format(**told))
        (self.path / name).chmod(0o755)

    def run(self, script: Path = MAC) -> subprocess.CompletedProcess[str]:
        environ = {"HOME": str(self.home), "PATH": str(self.path), "PYTHONUTF8": "1", "LANG": "C.UTF-8"}
        return subprocess.run(
            ["bash", script],
            env=environ,
            cwd=self.home,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    if os.name != "posix":
        pytest.skip("bash is not on this machine")
    return Machine(tmp_path)


def test_a_double_click_makes_the_environment_the_settings_and_the_first_workbooks(machine: Machine) -> None:
    machine.python()
    done = machine.run()
    assert done.returncode == 0, done.stdout + done.stderr
    assert (machine.home / ".genjin" / "python").exists()
    books = machine.home / "Documents"
    assert {path.name for path in books.iterdir()} == {"跟进.xlsm", "跟进示例.xlsm"}
    assert f"新建: {books / '跟进示例.xlsm'}" in done.stdout
    assert "-m pip install --disable-pip-version-check --quiet --upgrade ." in machine.log.read_text()
    before = {path: path.read_bytes() for path in books.iterdir()}
    again = machine.run()
    assert again.returncode == 0
    assert "已经有了" in again.stdout
    assert {path: path.read_bytes() for path in books.iterdir()} == before
    assert machine.log.read_text().count("-m venv") == 1


def test_an_old_python_is_passed_over_for_a_newer_one(machine: Machine) -> None:
    machine.python(too_old=True)
    machine.python("python3.12")
    assert machine.run().returncode == 0


def test_without_a_python_it_says_where_to_get_one(machine: Machine, tmp_path: Path) -> None:
    machine.python(too_old=True)
    script = tmp_path / MAC.name
    script.write_text(MAC.read_text("utf-8").replace("/opt/homebrew/bin/python3 /usr/local/bin/python3", ""), "utf-8")
    done = machine.run(script)
    assert done.returncode == 2
    assert "https://www.python.org/downloads/" in done.stdout
    assert not (machine.home / ".genjin").exists()


def test_without_a_network_it_says_so_and_changes_no_setting(machine: Machine) -> None:
    machine.python(no_network=True)
    done = machine.run()
    assert done.returncode == 2
    assert "没有装成" in done.stdout
    assert not (machine.home / ".xlwings").exists()


def test_packages_beside_it_are_taken_instead_of_the_network(machine: Machine, tmp_path: Path) -> None:
    machine.python()
    (tmp_path / "U 盘" / "wheels").mkdir(parents=True)
    machine.run(Path(shutil.copy(MAC, tmp_path / "U 盘")))
    assert "--upgrade --no-index --find-links wheels ." in machine.log.read_text()


def test_the_script_for_the_mac_can_be_clicked_and_has_no_mistake() -> None:
    assert os.access(MAC, os.X_OK)
    assert MAC.read_bytes().startswith(b"#!/bin/bash\n")
    assert b"\r" not in MAC.read_bytes()
    if shutil.which("bash"):
        assert subprocess.run(["bash", "-n", MAC], check=False).returncode == 0


# Windows: nothing here runs cmd.exe


def test_the_batch_file_is_as_cmd_reads_it() -> None:
    content = WINDOWS.read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n")
    assert not content.startswith(b"\xef\xbb\xbf")
    before, _, after = content.partition(b"chcp 65001")
    assert before.isascii()
    assert not after.isascii()
    assert "%%" not in content.decode("utf-8")


def test_every_jump_of_the_batch_file_has_its_label() -> None:
    text = WINDOWS.read_bytes().decode("utf-8")
    labels = set(re.findall(r"^:(\w+)", text, re.M))
    assert set(re.findall(r"goto (\w+)", text)) == labels
    for label in labels - {"failed"}:
        part = text.split(f":{label}\r\n")[1]
        assert re.search(r"goto failed|^:failed", part, re.M)


def test_both_scripts_do_the_same() -> None:
    mac, windows = MAC.read_text("utf-8"), WINDOWS.read_bytes().decode("utf-8")
    for words in ("-m venv --clear", "-m pip install --disable-pip-version-check --quiet --upgrade", "install --new-book",
                  "--no-index --find-links", "sys.exit(sys.version_info < (3, 11) or sys.maxsize < 2**32)"):  # fmt: skip
        assert words in mac
        assert words in windows
    quoted = [line for line in windows.splitlines() if "%PLACE%" in line and not line.startswith(("echo", "set"))]
    assert all(f'"%PLACE%{rest}' in line for line in quoted for rest in re.findall(r"%PLACE%([^\" ]*)", line))


# what people read about it


@pytest.mark.parametrize("name", ["windows.md", "windows.zh-CN.md"])
def test_the_way_to_the_first_button_has_six_steps_and_each_says_what_one_sees(name: str) -> None:
    text = (ROOT / "docs" / name).read_text("utf-8")
    steps = [line.strip("|").split("|") for line in text.splitlines() if re.match(r"\| \d \|", line)]
    assert [int(number) for number, *_ in steps] == [1, 2, 3, 4, 5, 6]
    assert all(len(step) == 3 and all(cell.strip() for cell in step) for step in steps)
    for words in ("install.bat", "跟进示例.xlsm", r"%USERPROFILE%\.genjin\venv\Scripts\genjin.exe", "shell:startup"):
        assert words in text


def test_the_checklist_has_every_button_and_says_that_nothing_here_runs_excel() -> None:
    text = (ROOT / "docs" / "excel-checklist.md").read_text("utf-8")
    assert "No automated test of this project runs Excel" in text
    assert [button.label for button in BUTTONS if button.label not in text] == []


@pytest.mark.parametrize("name", ["windows.md", "windows.zh-CN.md", "excel-checklist.md"])
def test_links_of_the_documents_are_there(name: str) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", (ROOT / "docs" / name).read_text("utf-8")):
        assert (ROOT / "docs" / target).exists(), target
