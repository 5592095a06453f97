"""Where the project's own files lie, whether it runs from a checkout or from an installed package."""

from pathlib import Path

from workbook.errors import TemplateRefused
from workbook.refusals import cause

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


def template_bytes(file: Path, most: int) -> bytes:
    """Return the content of a template that the agency may have changed.

    Raises TemplateRefused where it is missing or cannot be read, or has more than so many bytes.
    """
    where = f"模板 {file.parent.name}/{file.name}"
    try:
        size = file.stat().st_size
        content = file.read_bytes() if size <= most else b""
    except OSError as problem:
        what, do = f"读不到 ({cause(problem)})", "请恢复这个文件"
        raise TemplateRefused(where, what, do, code="template_none") from problem
    if size > most:
        what, do = f"文件太大 ({-(-size // 1000)} KB)", f"请缩短到 {most // 1000} KB 以内"
        raise TemplateRefused(where, what, do, code="template_size")
    return content
