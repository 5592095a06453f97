"""Import: rows of other people's files become rows of the workbook, by the same plan, log and undo as any other run."""

from collections.abc import Sequence
from pathlib import Path

from macros.commits import commit
from macros.imports.importing import ImportOptions, import_files
from macros.session import Result, Session
from workbook.book import missing_sheet
from workbook.changes import Plan
from workbook.differences import appended, extended


def bring(session: Session, files: Sequence[Path], sheet: str | None) -> Result:
    """Append what the files hold and return what became of every column and row; items are one per source sheet.

    Raises FileRefused for a file that cannot be read and SheetRefused where the workbook lacks the sheet that rows belong to; nothing
    is written then.
    """
    session.options.progress("读取要导入的文件")
    found = import_files(files, session.tables, ImportOptions(sheet or ""))
    changes = []
    for key, rows in found.results.items():
        layout = session.tables.layouts[key]
        if not layout.columns:
            raise missing_sheet(layout.name)
        if key == "lists":
            changes += extended(session.tables, key, rows)
        else:
            changes += appended(session.tables, key, rows, session.book)
    plan = Plan(changes)
    number = 0 if session.options.preview else commit(session, "import", plan)
    return Result("import", number, plan, session.tables, items=found.items, figures=found.figures)
