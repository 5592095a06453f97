"""An office of one's own: a new process with a profile that nobody else uses. Tests work in one."""

import os
import signal
import subprocess
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbook.uno.bridge import connect, desktop_of, exception

PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="ShowTipOfTheDay" oor:op="fuse"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Setup/Office"><prop oor:name="ooSetupInstCompleted" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Setup/Product"><prop oor:name="ooSetupLastVersion" oor:op="fuse"><value>99.9</value></prop></item>
</oor:items>
"""
"""What a fresh profile holds: macros run without a question, no first-start windows."""

START = 600  # tenths of a second until it must answer
STOP = 20  # seconds that it may take to end


@dataclass(frozen=True)
class Office:
    """A running office: its process, the pipe on which it listens, and its context."""

    process: "subprocess.Popen[bytes]"
    pipe: str
    context: Any

    @property
    def desktop(self) -> Any:
        """The Desktop of the office."""
        return desktop_of(self.context)

    def close(self) -> None:
        """End the office, by force where it does not go by itself. Unsaved changes are lost."""
        if self.process.poll() is None:
            try:
                self.desktop.terminate()
            except exception():  # it hangs up while it answers
                pass
        try:
            self.process.wait(STOP)
        except subprocess.TimeoutExpired:
            _kill(self.process)


def _kill(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)  # soffice is a script that starts the office
        process.wait()


def launch(profile: Path, *, headless: bool = True, environment: Mapping[str, str] | None = None) -> Office:
    """Start an office with a profile of its own, a folder that is made; `environment` None is that of this process.

    Raises FileRefused where it does not answer.
    """
    settings = profile / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(PROFILE, encoding="utf-8")
    pipe = f"genjin{uuid.uuid4().hex}"
    process = subprocess.Popen(
        ["soffice", "--norestore", "--nologo", "--nodefault", f"--accept=pipe,name={pipe};urp;", f"-env:UserInstallation={profile.as_uri()}",
         *(["--headless"] if headless else [])],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True, env=environment,
    )  # fmt: skip
    try:
        return Office(process, pipe, connect(pipe, START, alive=lambda: process.poll() is None))
    except BaseException:
        _kill(process)
        raise
