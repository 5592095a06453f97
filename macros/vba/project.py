"""Makes vbaProject.bin out of the module texts: source only, without p-code, so that what runs is what can be read.

Only for those who change the modules: needs pyOpenVBA (MIT), of which nothing is needed when the workbook runs.
"""

import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from xlsxwriter import Workbook

if TYPE_CHECKING:
    pass

PART = "xl/vbaProject.bin"
NO_P_CODE = bytes.fromhex("CC61FFFF000000")
"""The whole stream _VBA_PROJECT of a project without p-code, see [MS-OVBA] 2.3.4.1."""
CLASSES = frozenset({"Dictionary"})


def project_of(modules: Mapping[str, str], sheets: int) -> bytes:
    """Return the project of a workbook with so many sheets: its own modules ThisWorkbook, Sheet1, Sheet2 ... and those given.

    `modules`: name -> source, "\\n" at the ends of lines, plain ASCII. The same modules give the same bytes.
    """
    with tempfile.TemporaryDirectory() as folder:
        bare, full = Path(folder, "bare.xlsm"), Path(folder, "full.xlsm")
        _write_bare(bare, sheets)
        _add_modules(bare, full, modules)
        with zipfile.ZipFile(full) as book:
            return _without_p_code(book.read(PART))


def _write_bare(path: Path, sheets: int) -> None:
    book = Workbook(str(path))
    for _ in range(sheets):
        book.add_worksheet()
    book.close()


def _add_modules(bare: Path, full: Path, modules: Mapping[str, str]) -> None:
    from pyopenvba import ExcelFile, VBAModuleKind

    with ExcelFile(str(bare)) as book:
        project = book.add_vba_project()
        for module in project.modules:  # those of the template come with p-code in front of their source
            module.prefix_bytes, module.text_offset, module.dirty = b"", 0, True
        project.dir_structure_dirty = True
        for name, text in modules.items():
            kind = VBAModuleKind.other if name in CLASSES else VBAModuleKind.standard
            source = text.encode("ascii").decode().replace("\n", "\r\n")
            project.add_module(name, source, kind=kind)
        book.save(str(full))


def _without_p_code(data: bytes) -> bytes:
    from pyopenvba.cfb import CFB

    streams: CFB = CFB.from_bytes(data)
    streams.write_stream_in_storage("VBA", "_VBA_PROJECT", NO_P_CODE)
    return bytes(streams.to_bytes())
