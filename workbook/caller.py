"""What a button tells the process that carries it out: from which program, and which of its workbooks. Imports nothing heavy."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Caller:
    """The workbook from which a button was pressed.

    `program` is "excel" or "libreoffice". Excel is found again by `argv`, the arguments with which xlwings started Python; LibreOffice
    by the `pipe` that it listens on and the `url` of its document.
    """

    program: str
    pipe: str = ""
    url: str = ""
    argv: tuple[str, ...] = ()
