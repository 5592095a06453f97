"""The file of a workbook with buttons: what XlsxWriter writes, and the ribbon, the VBA project, and buttons in the workbook's own font."""

import io
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.packager import Packager

from workbook.build.buttons import Buttons
from workbook.build.ribbon import PART, RELATION, ribbon_xml
from workbook.build.styles import FONT, NAVY

_XLSXWRITERS_FONT = '<font face="Calibri" size="220" color="#000000">'
_OUR_FONT = f'<font face="{FONT}" size="180" color="{NAVY.lower()}">'
_BUTTON = '<x:ClientData ObjectType="Button">'
_STAYS = f"{_BUTTON}<x:MoveWithCells/><x:SizeWithCells/>"
"""The two words say that a button does NOT move or stretch with the cells below it: folded columns would squeeze it."""


class ButtonWorkbook(Workbook):  # type: ignore[misc]  # XlsxWriter is not typed
    """A workbook whose file carries buttons' macros and a ribbon."""

    def __init__(self, path: str | io.BytesIO, options: dict[str, Any], buttons: Buttons) -> None:
        super().__init__(path, options)
        self._ribbon = ribbon_xml(buttons.specs)
        self.add_vba_project(io.BytesIO(buttons.project), True)

    def _get_packager(self) -> Packager:
        return _RibbonPackager(self._ribbon)


class _RibbonPackager(Packager):  # type: ignore[misc]
    def __init__(self, ribbon: str) -> None:
        super().__init__()
        self._ribbon = ribbon

    def _write_root_rels_file(self) -> None:
        super()._write_root_rels_file()
        relation = f'<Relationship Id="genjinRibbon" Type="{RELATION}" Target="{PART}"/></Relationships>'
        _replace(self.filenames[-1][0], {"</Relationships>": relation})
        Path(self._filename(PART)).write_text(self._ribbon, encoding="utf-8")

    def _write_vml_files(self) -> None:
        before = len(self.filenames)
        super()._write_vml_files()
        for file, _, _ in self.filenames[before:]:
            _replace(file, {_XLSXWRITERS_FONT: _OUR_FONT, _BUTTON: _STAYS})


def _replace(file: str, texts: dict[str, str]) -> None:
    content = Path(file).read_text(encoding="utf-8")
    for old, new in texts.items():
        content = content.replace(old, new)
    Path(file).write_text(content, encoding="utf-8")
