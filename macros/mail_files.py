"""Mails as files (.eml), for who has no mail server set up: opened in the person's own program, looked at, sent from there."""

from pathlib import Path

from macros.file_names import FILE_BYTES, id_part, safe_name
from macros.mail import Letter, composed
from macros.mail_letters import Held, for_files, letters
from macros.outbox.addresses import mail_address
from macros.run import needed_folder
from macros.session import Session
from workbook import disk
from workbook.book import missing_sheet
from workbook.errors import FileRefused
from workbook.refusals import cause


def write_letters(session: Session) -> tuple[list[Path], list[Held]]:
    """Write a file per text of today that is to be mail, below the folder of reports; return the files, and every text with what kept it.

    The same day's files are written over, with the same content. Raises SheetRefused without 消息, FileRefused where one cannot be written.
    """
    tables, settings = session.tables, session.settings
    if not tables.layouts["messages"].columns:
        raise missing_sheet(tables.layouts["messages"].name)
    sender = mail_address(settings.mail.sender or settings.mail.user)
    held = letters(tables, session.options.today, settings, for_files(tables, session.options.today), sender)
    folder = needed_folder(session) / f"邮件-{session.options.today.isoformat()}"
    return [_put(folder / file_name(one.letter), one.letter) for one in held if one.letter], held


def file_name(letter: Letter) -> str:
    """Return what a letter's file is called: id, name and template, as every system allows it, never one of another letter's."""
    client, name, template = (
        id_part(letter.client_id),
        safe_name(letter.name, 120),
        _cut(safe_name(letter.key.rpartition("|")[2], 40), 80),
    )
    return f"{client}-{_cut(name, FILE_BYTES - len(f'{client}--{template}'.encode()))}-{template}.eml"


def _cut(text: str, most: int) -> str:
    """Return as much of a text as fits into so many bytes."""
    return text.encode()[:most].decode(errors="ignore")


def _put(file: Path, letter: Letter) -> Path:
    message = composed(letter)
    message["X-Unsent"] = "1"  # Outlook then opens it as a draft
    message.set_boundary(f"genjin-{letter.message_id[1:25]}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        disk.put(file, message.as_bytes())
    except OSError as problem:
        do = "请检查磁盘空间和权限, 关闭打开着的邮件, 再做一次"
        raise FileRefused(
            f"{file.parent.name}/{file.name}", f"邮件文件没有写成 ({cause(problem)})", do, code="EML_NOT_WRITTEN"
        ) from problem
    return file
