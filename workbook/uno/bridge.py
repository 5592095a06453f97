"""The `uno` module, wherever the distribution keeps it, and the way to an office that listens on a pipe."""

import builtins
import importlib
import os
import sys
import time
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from types import ModuleType
from typing import Any, ParamSpec, TypeVar

from workbook.errors import FileRefused, GenjinError

PLACES = (
    "/usr/lib/python3/dist-packages",  # Debian, Ubuntu
    f"/usr/lib/python3.{sys.version_info.minor}/site-packages",  # Arch
    f"/usr/lib64/python3.{sys.version_info.minor}/site-packages",  # Fedora, openSUSE
    "/usr/lib64/libreoffice/program", "/usr/lib/libreoffice/program", "/opt/libreoffice/program",
)  # fmt: skip
"""Where Linux distributions put uno.py. Packages of libreoffice.org add /opt/libreoffice24.8/program and the like."""

P = ParamSpec("P")
T = TypeVar("T")

PAUSE = 0.1
ATTEMPTS = 50


@cache
def load_uno() -> ModuleType:
    """Return the module `uno`. Raises GenjinError where it is not installed for this Python.

    Its folder goes to the end of sys.path, so that nothing else is taken from it. `uno` puts an import function of its own into the
    builtins; that is undone, because it slows all imports down and changes their errors.
    """
    own_import = builtins.__import__
    path = list(sys.path)
    try:
        return _mended(importlib.import_module("uno"))
    except ImportError:
        return _mended(_search(path))
    finally:
        builtins.__import__ = own_import


def _mended(uno: ModuleType) -> ModuleType:
    """Let UNO's exceptions take a traceback as all others do: contextlib gives them one, and they answer with another error."""
    set_field = uno._uno_struct__setattr__

    def set_attribute(self: object, name: str, value: object) -> None:
        (BaseException.__setattr__ if name == "__traceback__" else set_field)(self, name, value)

    uno._uno_struct__setattr__ = set_attribute  # type: ignore[attr-defined]
    return uno


def _search(path: list[str]) -> ModuleType:
    for place in [*PLACES, *map(str, sorted(Path("/opt").glob("libreoffice*/program"), reverse=True))]:
        if not os.path.isfile(os.path.join(place, "uno.py")):
            continue
        sys.path[:] = [*path, place]
        try:
            return importlib.import_module("uno")
        except ImportError:  # made for another Python
            sys.modules.pop("uno", None)
    sys.path[:] = path
    raise GenjinError(
        "LibreOffice", "找不到它的 Python 接口 (uno)", "请安装 python3-uno (Debian/Ubuntu: sudo apt install python3-uno) 后再试",
        code="UNO_MISSING",
    )  # fmt: skip


def struct(name: str, *values: object) -> Any:
    """Return a UNO struct by the end of its name: struct("table.CellRangeAddress", sheet, left, top, right, bottom)."""
    return load_uno().createUnoStruct(f"com.sun.star.{name}", *values)


def enum(name: str, value: str) -> Any:
    """Return a value of a UNO enum."""
    return load_uno().Enum(f"com.sun.star.{name}", value)


def exception(name: str = "uno.Exception") -> type[Exception]:
    """Return the class of a UNO exception, without a name the one of them all."""
    found: type[Exception] = load_uno().getClass(f"com.sun.star.{name}")
    return found


def plain(call: Callable[P, T]) -> Callable[P, T]:
    """Make Python's exceptions of UNO's, and FileRefused of those that a closed book or office gives."""

    @wraps(call)
    def guarded(*given: P.args, **named: P.kwargs) -> T:
        try:
            return call(*given, **named)
        except exception("lang.DisposedException") as gone:
            raise closed() from gone
        except exception() as failed:
            raise RuntimeError(f"LibreOffice: {type(failed).__name__}: {failed}") from failed

    return guarded


def closed() -> FileRefused:
    """Return the refusal for a book that was closed while it was worked with."""
    return FileRefused("LibreOffice", "工作簿已经关掉", "请重新打开它, 再点一次按钮", code="BOOK_CLOSED")


def arguments(**values: object) -> tuple[Any, ...]:
    """Return named arguments in the form that UNO wants."""
    return tuple(struct("beans.PropertyValue", name, 0, value, 0) for name, value in values.items())


def connect(pipe: str, attempts: int = ATTEMPTS, alive: Callable[[], bool] = lambda: True) -> Any:
    """Return the component context of the office that listens on a pipe. Raises FileRefused where nobody does.

    It is tried again every tenth of a second while `alive()` holds: a macro opens its pipe and starts Python at the same moment.
    """
    here = load_uno().getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
    nobody = exception("connection.NoConnectException")
    for attempt in range(attempts):
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except nobody:
            if attempt + 1 == attempts or not alive():
                break
            time.sleep(PAUSE)
    raise FileRefused("LibreOffice", "连不上", "请重新打开工作簿, 再点一次按钮", code="OFFICE_UNREACHABLE")


def desktop_of(context: Any) -> Any:
    """Return the Desktop: it holds the open documents."""
    return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
