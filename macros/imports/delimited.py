"""Text files with separators -> a grid: which encoding, which separator, what is no text at all."""

import csv
import io
import re
from collections import Counter
from pathlib import Path

from workbook.book import Grid
from workbook.errors import FileRefused
from workbook.precheck import MAX_CELLS
from workbook.refusals import refused

LONGEST_LINE = 1_000_000  # characters; a real row of a hundred full cells has a few thousand
WIDEST = 16_384  # cells of a row
MOST_CONTROL = 0.005  # share of control characters above which it is no text
GUESS_BYTES = 200_000  # of a file whose encoding has to be guessed
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
)  # fmt: skip
_SEPARATORS = ",;\t|"
_SAMPLE_LINES = 60
_CONTROL = re.compile("[\x01-\x08\x0e-\x1f\x7f]")
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_CHINESE = re.compile("[\u4e00-\u9fff]")
SURELY_UTF8 = 2
_LINES = re.compile("\r\n|\r|\n")
_END = "\x03the end"  # no line of a text: where the file ends within quotes, it is swallowed


def read_delimited(path: Path, content: bytes) -> tuple[Grid, list[str]]:
    """Return the cells of a .csv, and what is to be said about the file. Lines without any character are empty rows of the grid.

    Raises FileRefused for binary content, for text without line breaks and for quotes that are opened and never closed.
    """
    if not content.strip():
        raise refused(path.name, "EMPTY_FILE")
    text, notes = decoded(path, content)
    if "\0" in text or len(_CONTROL.findall(text)) > max(MOST_CONTROL * len(text), 2):
        raise _binary(path)
    if any(len(line) > LONGEST_LINE for line in _LINES.split(text)):
        raise FileRefused(
            path.name,
            "整个文件只有一行, 没有换行",
            "请在原系统重新导出, 或用 Excel/WPS 另存为 .xlsx",
            code="CSV_BROKEN",
        )
    if "\ufffd" in text:
        notes.append("MOJIBAKE: 文件里有乱码(�), 相应的字已丢失, 请对照原文件补上")
    return _cells(path, text), notes


def _cells(path: Path, text: str) -> Grid:
    """Return the cells of a text. Raises FileRefused where they are too many, or quotes are not closed."""
    csv.field_size_limit(LONGEST_LINE)
    separator = separator_of(text)
    if text.count(separator) + text.count("\n") + text.count("\r") > 2 * MAX_CELLS:
        raise refused(path.name, "SHEET_TOO_LARGE", "单元格过多")
    ended = text + ("" if text.endswith(("\n", "\r")) else "\n") + _END
    try:
        rows = list(csv.reader(io.StringIO(ended, newline=""), delimiter=separator))
    except csv.Error:
        rows = []
    if not rows or rows.pop() != [_END]:
        raise FileRefused(
            path.name, "引号或分隔符不成对, 读不成表格", "请用 Excel/WPS 打开, 另存为 .xlsx", code="CSV_BROKEN"
        )
    if (widest := max(map(len, rows), default=0)) > WIDEST:
        raise FileRefused(path.name, f"一行有 {widest:,} 格, 不是表格", "请在原系统重新导出", code="CSV_BROKEN")
    return [list(row) for row in rows]


def _binary(path: Path) -> FileRefused:
    return FileRefused(path.name, "不是文本, 里面有二进制内容", "请重新导出为 .csv 或 .xlsx", code="CSV_BINARY")


def decoded(path: Path, content: bytes) -> tuple[str, list[str]]:
    """Return the text of a file in UTF-8 (with or without BOM), UTF-16 with BOM, GB18030, or what charset-normalizer makes of it.

    A mark of UTF-8 in front of GB18030 is not believed. Raises FileRefused for binary content.
    """
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            if encoding == "utf-8-sig" and _is_gb(content[len(bom) :]):
                return content[len(bom) :].decode("gb18030"), ["ENCODING: 文件说是 UTF-8, 实为 GB18030, 已按后者读取"]
            return content.decode(encoding, "replace"), []
    if b"\0" in content:
        raise _binary(path)
    for encoding in ("utf-8", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return (text, []) if encoding == "utf-8" else _from_gb(content, text)
    return _guessed(content)


def _from_gb(content: bytes, text: str) -> tuple[str, list[str]]:
    """Return the text of bytes that can be read as GB18030, which nearly all bytes can: other encodings give themselves away.

    Letters that GB18030 leaves to private use are Big5, where that can be read; lines that are UTF-8 were added by another program.
    """
    if _PRIVATE.search(text):
        try:
            return content.decode("big5hkscs"), ["ENCODING: 按 Big5 (繁体) 读取, 请核对文字"]
        except UnicodeDecodeError:
            return text, ["ENCODING: 按 GB18030 读取, 有不认识的字, 请核对文字"]
    lines = content.split(b"\n")
    added = {n: line for n, line in enumerate(lines) if not line.isascii() and _is_utf8(line)}
    if not added:
        return text, []
    read = [line.decode("utf-8" if n in added else "gb18030", "replace") for n, line in enumerate(lines)]
    return "\n".join(read), [f"ENCODING: 第 {min(added) + 1} 行等 {len(added)} 行是 UTF-8, 其余是 GB18030, 请核对文字"]


def _is_utf8(line: bytes) -> bool:
    """Tell whether a line is UTF-8 with at least two letters of Chinese, which is hardly ever GB18030 by chance."""
    try:
        return len(_CHINESE.findall(line.decode("utf-8"))) >= SURELY_UTF8
    except UnicodeDecodeError:
        return False


def _is_gb(content: bytes) -> bool:
    """Tell whether bytes are no UTF-8 but GB18030."""
    for encoding, wanted in (("utf-8", False), ("gb18030", True)):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            if wanted:
                return False
        else:
            return wanted
    return False


def _guessed(content: bytes) -> tuple[str, list[str]]:
    text = content.decode("utf-8", "replace")
    if text.count("\ufffd") <= len(text) // 100:  # UTF-8 that was cut or damaged in a few places
        return text, []
    from charset_normalizer import from_bytes

    best = from_bytes(content[:GUESS_BYTES]).best()
    if best is None:
        return content.decode("gb18030", "replace"), ["ENCODING: 编码认不出, 按 GB18030 读取"]
    return content.decode(best.encoding, "replace"), [f"ENCODING: 按 {best.encoding} 读取, 请核对文字"]


def separator_of(text: str) -> str:
    """Return the separator under which most of the first lines have the same number of cells, and more than one."""
    lines = [line for line in text[:200_000].splitlines() if line.strip()][:_SAMPLE_LINES]

    def score(separator: str) -> tuple[float, int]:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=separator) if len(row) > 1)
        width, count = widths.most_common(1)[0] if widths else (0, 0)
        return count / max(len(lines), 1), width

    return max(_SEPARATORS, key=score)
