"""The exceptions that a person may see. Everything else that goes wrong is a defect and is reported as one.

GenjinError                 one sentence: WHERE: WHAT. DO.
├── UsageError              the command line cannot be carried out as it was typed
├── FileRefused             a file cannot be read or written: missing, damaged, encrypted, open elsewhere, no workbook
├── SheetRefused            a sheet cannot be used: missing, without its key column, a header twice
├── SheetChanged            the sheet is no longer what the plan was made from
├── TemplateRefused         a message template cannot be used
├── UndoRefused             a run cannot be undone
└── SendRefused             a server (mail, robot) cannot be reached or used
"""


class GenjinError(Exception):
    """Says where it happened, what is wrong and what to do, in the words of the sheet; `code` is a stable name for programs."""

    def __init__(self, where: str, what: str, do: str, *, code: str = "") -> None:
        self.where, self.what, self.do, self.code = where, what, do, code
        super().__init__(f"{where}: {what.rstrip('。')}。{do.rstrip('。')}。")


class UsageError(GenjinError):
    """The command line cannot be carried out as it was typed."""


class FileRefused(GenjinError):
    """A file cannot be read or written."""


class SheetRefused(GenjinError):
    """A sheet cannot be used."""


class SheetChanged(GenjinError):
    """The sheet is no longer what the plan was made from; nothing was written."""


class TemplateRefused(GenjinError):
    """A message template cannot be used."""


class UndoRefused(GenjinError):
    """A run cannot be undone."""


class SendRefused(GenjinError):
    """A server cannot be reached or used; nothing was handed to it that is not said."""
