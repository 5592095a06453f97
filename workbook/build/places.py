"""Where things stand in a freshly built workbook: columns by the declaration, rows to the end of what formulas look at."""

from workbook.book import column_letter
from workbook.schema import Sheet
from workbook.sheets import BY_KEY

LAST_ROW = 200_000  # as far as drop-downs, conditional formats and formulas reach
LIST_ROWS = 2_000  # as long as a list on 字典 may grow


def letter(sheet: Sheet, key: str) -> str:
    """Return the letters of a column in a freshly built workbook."""
    return column_letter(position(sheet, key) + 1)


def position(sheet: Sheet, key: str) -> int:
    """Return a column's place, counted from 0 as XlsxWriter does."""
    return [column.key for column in sheet.columns].index(key)


def cells(sheet: str, key: str, last: int = LAST_ROW) -> str:
    """Return the range of a column's cells, such as 客户!$B$2:$B$200000; plain ranges work in every spreadsheet program."""
    at = letter(BY_KEY[sheet], key)
    return f"{BY_KEY[sheet].label}!${at}$2:${at}${last}"


def filled(sheet: str, key: str) -> str:
    """Return the range from the first to the last filled cell of a column that is a list without gaps."""
    start, rest = cells(sheet, key, LIST_ROWS).split(":")
    whole = f"{start}:{rest}"
    return f"{start}:INDEX({whole},MAX(1,COUNTA({whole})))"
