"""A font for Chinese in the PDF: a TrueType font of this computer, embedded; else the built-in STSong-Light, which viewers bring along.

reportlab embeds TrueType outlines, also out of collections (.ttc); fonts with PostScript outlines (Noto CJK, 思源) it cannot.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

EMBEDDED = "GenjinChinese"
BUILT_IN = "STSong-Light"
CANDIDATES: tuple[str, ...] = (
    "C:/Windows/Fonts/msyh.ttc",  # 微软雅黑
    "C:/Windows/Fonts/msyh.ttf",
    "C:/Windows/Fonts/simhei.ttf",
    "C:/Windows/Fonts/simsun.ttc",
    "/System/Library/Fonts/STHeiti Light.ttc",
    "/System/Library/Fonts/Supplemental/Arial Unicode.ttf",
    "/Library/Fonts/Arial Unicode.ttf",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/wqy-microhei/wqy-microhei.ttc",
    "/usr/share/fonts/wenquanyi/wqy-microhei/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/arphic/uming.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
)


@cache
def chinese_font(candidates: Iterable[str] = CANDIDATES) -> str:
    """Return the name of a registered font that has Chinese: the first candidate that can be embedded, else STSong-Light."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfbase.ttfonts import TTFError, TTFont

    for path in candidates:
        if not Path(path).is_file():
            continue
        try:
            pdfmetrics.registerFont(TTFont(EMBEDDED, path, subfontIndex=0))
        except TTFError:
            continue  # PostScript outlines or a damaged file: the next candidate may do
        return EMBEDDED
    pdfmetrics.registerFont(UnicodeCIDFont(BUILT_IN))
    return BUILT_IN
