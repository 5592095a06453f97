"""Documents: those that are open, opening a file, keeping it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workbook.errors import FileRefused
from workbook.uno.bridge import arguments, enum, exception, load_uno

FILTERS = {
    ".xlsx": "Calc MS Excel 2007 XML",
    ".xlsm": "Calc MS Excel 2007 VBA XML",
    ".ods": "calc8",
}
"""The name of the filter that writes a kind of file."""

RUN_MACROS = 4  # com.sun.star.document.MacroExecMode.ALWAYS_EXECUTE_NO_WARN
X_WINDOW = 6  # com.sun.star.lang.SystemDependent.SYSTEM_XWINDOW
NEW = "private:factory/scalc"


def open_documents(desktop: Any) -> Iterator[Any]:
    """Yield the spreadsheets that are open."""
    components = desktop.Components.createEnumeration()
    while components.hasMoreElements():
        component = components.nextElement()
        if hasattr(component, "Sheets"):
            yield component


def document_at(desktop: Any, url: str) -> Any:
    """Return the open spreadsheet with an address; those that were never saved share "", of them the one in front is meant.

    Raises FileRefused where there is none, as after it was closed.
    """
    found = [document for document in open_documents(desktop) if url == document.URL]
    if found:
        front = desktop.getCurrentComponent() if len(found) > 1 else None
        return front if front in found else found[0]
    name = Path(path_of(url)).name if url else "新的工作簿"
    raise FileRefused(name, "在 LibreOffice 里没有打开", "请先打开并保存它, 再点一次按钮", code="BOOK_CLOSED")


def load(desktop: Any, url: str, *, hidden: bool) -> Any:
    """Return the document of an address, its macros allowed. Raises FileRefused where LibreOffice does not take it."""
    macros = load_uno().Any("short", RUN_MACROS)
    try:
        document = desktop.loadComponentFromURL(url, "_blank", 0, arguments(Hidden=hidden, MacroExecutionMode=macros))
    except exception() as error:
        raise FileRefused(
            Path(path_of(url)).name, "LibreOffice 打不开", "请检查文件在不在、是不是表格", code="NOT_LOADED"
        ) from error
    if document is None:  # so it does with a lock file that a killed office left
        raise FileRefused(
            Path(path_of(url)).name,
            "LibreOffice 打不开",
            "请关掉打开它的程序, 删掉旁边的 .~lock 文件, 再试一次",
            code="NOT_LOADED",
        )
    return document


def store(document: Any, path: str | None = None) -> None:
    """Write a document to its file, or to another one of a kind in FILTERS, which is its file from then on."""
    if path is None:
        document.store()
        return
    kind = FILTERS[Path(path).suffix.lower()]
    document.storeAsURL(url_of(path), arguments(FilterName=kind))


def url_of(path: str | Path) -> str:
    """Return the address of a file."""
    url: str = load_uno().systemPathToFileUrl(str(Path(path).absolute()))
    return url


def path_of(url: str) -> str:
    """Return the path of a file's address; any other address as it is."""
    if not url.startswith("file:"):
        return url
    path: str = load_uno().fileUrlToSystemPath(url)
    return path


def is_shown(window: Any) -> bool:
    """Tell whether a person can see a window: it is not hidden, and the office has a screen. Without one it calls windows visible."""
    if not window.isVisible():
        return False
    system = window.getWindowHandle(load_uno().ByteSequence(b""), X_WINDOW)
    return system is None or bool(
        system.WindowHandle or system.DisplayPointer
    )  # None: no X11 and no Wayland, so Windows or a Mac


def message(window: Any, text: str, title: str, buttons: int, kind: str) -> int:
    """Show a message box and return the number of the pressed button. `kind` is a com.sun.star.awt.MessageBoxType."""
    box = window.Toolkit.createMessageBox(window, enum("awt.MessageBoxType", kind), buttons, title, text)
    pressed: int = box.execute()
    box.dispose()
    return pressed
