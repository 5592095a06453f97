"""Text files with separators -> a grid: which encoding, which separator, what is no text at all."""

import csv
import io
from collections import Counter
from pathlib import Path

from workbook.book import Grid
from workbook.errors import FileRefused

LONGEST_LINE = 1_000_000  # characters; a real row of a hundred full cells has a few thousand
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SEPARATORS = ",;\t|"
_SAMPLE_LINES = 60


def read_delimited(path: Path, content: bytes) -> tuple[Grid, list[str]]:
    """Return the cells of a .csv, and what is to be said about the file. Lines without any character are empty rows of the grid.

    Raises FileRefused for binary content and for text without line breaks.
    """
    text, notes = decoded(path, content)
    if any(len(line) > LONGEST_LINE for line in text.splitlines()):
        raise FileRefused(
            path.name,
            "整个文件只有一行, 没有换行",
            "请在原系统重新导出, 或用 Excel/WPS 另存为 .xlsx",
            code="CSV_BROKEN",
        )
    if "\ufffd" in text:
        notes.append("MOJIBAKE: 文件里有乱码(�), 相应的字已丢失, 请对照原文件补上")
    csv.field_size_limit(LONGEST_LINE)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text)))
    except csv.Error:
        raise FileRefused(
            path.name, "引号或分隔符不成对, 读不成表格", "请用 Excel/WPS 打开, 另存为 .xlsx", code="CSV_BROKEN"
        ) from None
    return [list(row) for row in rows], notes


def decoded(path: Path, content: bytes) -> tuple[str, list[str]]:
    """Return the text of a file in UTF-8 (with or without BOM), UTF-16 with BOM, GB18030, or what charset-normalizer makes of it."""
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return content.decode(encoding, "replace"), []
    if b"\0" in content:
        raise FileRefused(path.name, "不是文本, 里面有二进制内容", "请重新导出为 .csv 或 .xlsx", code="CSV_BINARY")
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding), []
        except UnicodeDecodeError:
            continue
    from charset_normalizer import from_bytes

    best = from_bytes(content).best()
    if best is None:
        return content.decode("gb18030", "replace"), ["ENCODING: 编码认不出, 按 GB18030 读取"]
    return str(best), [f"ENCODING: 按 {best.encoding} 读取, 请核对文字"]


def separator_of(text: str) -> str:
    """Return the separator under which most of the first lines have the same number of cells, and more than one."""
    lines = [line for line in text[:200_000].splitlines() if line.strip()][:_SAMPLE_LINES]

    def score(separator: str) -> tuple[float, int]:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=separator) if len(row) > 1)
        width, count = widths.most_common(1)[0] if widths else (0, 0)
        return count / max(len(lines), 1), width

    return max(_SEPARATORS, key=score)
