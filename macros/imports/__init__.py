"""Other people's files become rows of the workbook: sources -> headers -> rows -> duplicates -> frames and a report."""

from macros.imports.importing import Imported, ImportOptions, import_files
from macros.imports.report import lines_of

__all__ = ["ImportOptions", "Imported", "import_files", "lines_of"]
