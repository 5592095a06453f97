"""Draws xlwings.conf: the hidden sheet on which xlwings' VBA looks its settings up first, and ours its Chinese words.

The interpreter is not among them: it is the computer's, not the workbook's, and stands in the person's own configuration.
"""

from collections.abc import Mapping

from xlsxwriter.worksheet import Worksheet

NAME = "xlwings.conf"
SETTINGS: Mapping[str, str] = {
    "ADD_WORKBOOK_TO_PYTHONPATH": "False",  # otherwise a workbook on OneDrive or SharePoint is refused before our code runs
    "SHOW CONSOLE": "False",
    "USE UDF SERVER": "False",
    "SHOW_ERROR_POPUPS": "True",  # otherwise an error adds a sheet
    "PYTHONPATH": "",
    "CONDA PATH": "",
    "CONDA ENV": "",
}
"""What must not come from the person's configuration, which may be meant for other workbooks."""
WORDS: Mapping[str, str] = {
    "GENJIN NO PYTHON": "按钮: 这台电脑上还没有装好 Genjin。请先在终端运行 genjin install, 再按一次。",
    "GENJIN PICK": "选择要导入的表格",
    "GENJIN FILES": "表格 (Excel、CSV)",
    "GENJIN PATTERNS": "*.xlsx;*.xlsm;*.xls;*.csv;*.txt",
}
"""What the macros say. Their source knows only one code page, cells know every letter."""


def draw_xlwings_sheet(page: Worksheet) -> None:
    """Write keys and values in two columns without a gap, and hide the sheet from the list of sheets."""
    for row, (key, value) in enumerate({**SETTINGS, **WORDS}.items()):
        page.write_string(row, 0, key)
        page.write_string(row, 1, value)
    page.set_column(0, 0, 32)
    page.set_column(1, 1, 80)
    page.very_hidden()
