"""Draw the pictures of the documentation from a workbook that `genjin demo` built.

Usage: python docs/pictures.py BOOK.xlsx [FOLDER]      (needs LibreOffice and poppler-utils; writes FOLDER/home.png and so on)

LibreOffice prints the workbook to a PDF in a profile of its own, pdftoppm draws the pages, and the paper's margins are cut off.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageChops

PICTURES = {"首页": "home", "客户": "clients", "今日待办": "due", "匹配结果": "matches", "报表": "report"}
RESOLUTION, MARGIN = 110, 16  # dots per inch, pixels
PAGES = 400  # a workbook prints in fewer pages than this, or the first sheets are enough


def main(arguments: list[str]) -> int:
    """Draw every picture, say where it is, and return the exit code."""
    if not 1 <= len(arguments) <= 2:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    book, folder = Path(arguments[0]).resolve(), Path(arguments[1] if len(arguments) == 2 else Path(__file__).parent)
    with tempfile.TemporaryDirectory() as scratch:
        pdf = print_to_pdf(book, Path(scratch))
        pages = first_pages(pdf)
        for sheet, name in PICTURES.items():
            target = folder / f"{name}.png"
            draw_page(pdf, pages[sheet], target)
            print(f"{target}: {sheet}, page {pages[sheet]}")
    return 0


def print_to_pdf(book: Path, scratch: Path) -> Path:
    """Return the workbook as a PDF, printed by LibreOffice with a fresh profile."""
    profile = f"-env:UserInstallation={(scratch / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", scratch, book]
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    return scratch / f"{book.stem}.pdf"


def first_pages(pdf: Path) -> dict[str, int]:
    """Return sheet name -> its first page, told by the footers; 首页 has none and comes first."""
    command = ["pdftotext", "-layout", "-l", str(PAGES), pdf, "-"]
    text = subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout
    found = {"首页": 1}
    for number, page in enumerate(text.split("\f"), start=1):
        for line in page.splitlines():
            if "Genjin 跟进 · " in line:
                found.setdefault(line.split(" · ")[1].split()[0], number)
    return found


def draw_page(pdf: Path, page: int, target: Path) -> None:
    """Draw one page without the paper around it."""
    number = str(page)
    command = [
        "pdftoppm",
        "-r",
        str(RESOLUTION),
        "-f",
        number,
        "-l",
        number,
        "-png",
        "-singlefile",
        pdf,
        target.with_suffix(""),
    ]
    subprocess.run(command, check=True, capture_output=True)
    with Image.open(target) as drawn:
        picture = drawn.convert("RGB")
    content = picture.crop((0, 0, picture.width, int(picture.height * 0.94)))  # without the footer
    left, top, right, bottom = ImageChops.invert(content).getbbox() or (0, 0, *content.size)
    box = (
        max(left - MARGIN, 0),
        max(top - MARGIN, 0),
        min(right + MARGIN, content.width),
        min(bottom + MARGIN, content.height),
    )
    content.crop(box).quantize(256).save(target, optimize=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
