"""Draw the pictures of the documentation: the small sample on a fixed day, as LibreOffice prints it and a browser shows web pages.

Usage: python docs/pictures.py [FOLDER]      (needs LibreOffice and poppler-utils, for web pages Chromium if there is one)

The pages with buttons are drawn by docs/screens.py, as they look on a screen.

TODAY() in the workbook is replaced by the day first, for LibreOffice always computes it anew.
"""

import datetime as dt
import runpy
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from PIL import Image, ImageChops

from macros.cli import main as genjin
from workbook.files import FileBook

DAY = dt.date(2026, 11, 20)
PICTURES = {"今日待办": "due", "匹配结果": "matches", "报表": "report", "规则试算": "whatif"}
MONTH = "月报"
TRIED = {"grade.b_score": 55, "segment.active_days": 20}
"""The rules that are changed for the picture of 规则试算."""
RESOLUTION, MARGIN = 150, 14  # dots per inch: a page is then 1,600 pixels wide; pixels
TALLEST = 860  # pixels: of a long sheet, the first rows
TALLER = {"report": 1_150}  # pixels: down to the figures of the page 报表
WINDOW = "1060,1275"  # pixels: the web page of a report, down to the same
PHONE, PHONES = (390, 760), "844,800"  # pixels: a screen; two of them with what is around
PAGES = 400  # the sheets that are drawn come before this page
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def main(arguments: list[str]) -> int:
    """Draw every picture, say where it is, and return the exit code."""
    if len(arguments) > 1:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    folder = Path(arguments[0] if arguments else Path(__file__).parent).resolve()
    with tempfile.TemporaryDirectory() as scratch:
        here = Path(scratch)
        if code := genjin(["demo", str(here / "demo"), "--today", DAY.isoformat(), "--quiet"]):
            return code
        book = next((here / "demo").glob("*.xlsx"))
        genjin(["report", str(book), "--of", MONTH, "--today", DAY.isoformat(), "--quiet"])
        try_rules(book)
        pdf = print_to_pdf(frozen(book, here), here)
        pages = first_pages(pdf)
        for sheet, name in PICTURES.items():
            draw_page(pdf, pages[sheet], folder / f"{name}.png")
        drawn = [*PICTURES.values(), *draw_pages(here, folder)]
        screens = runpy.run_path(str(Path(__file__).with_name("screens.py")))
        drawn += [picture.stem for picture in screens["draw"](here, folder)]
    for name in drawn:
        print(folder / f"{name}.png")
    return 0


def frozen(book: Path, scratch: Path) -> Path:
    """Return a copy of the workbook in which today is the day of the pictures."""
    copy, day = scratch / "frozen.xlsx", f"DATE({DAY.year},{DAY.month},{DAY.day})".encode()
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(copy, "w") as target:
        for part in source.infolist():
            target.writestr(part, source.read(part).replace(b"TODAY()", day))
    return copy


def print_to_pdf(book: Path, scratch: Path) -> Path:
    """Return the workbook as a PDF, printed by LibreOffice with a fresh profile."""
    profile = f"-env:UserInstallation={(scratch / 'profile').as_uri()}"
    command: list[str | Path] = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", scratch, book]
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    return scratch / f"{book.stem}.pdf"


def first_pages(pdf: Path) -> dict[str, int]:
    """Return sheet name -> its first page, told by the footers; 首页 has none and comes first."""
    command: list[str | Path] = ["pdftotext", "-layout", "-l", str(PAGES), pdf, "-"]
    text = subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout
    found = {"首页": 1}
    for number, page in enumerate(text.split("\f"), start=1):
        for line in page.splitlines():
            if "Genjin 跟进 · " in line:
                found.setdefault(line.split(" · ")[1].split()[0], number)
    return found


def draw_page(pdf: Path, page: int, target: Path) -> None:
    """Draw the upper part of one page, without the paper around it."""
    number, bare = str(page), target.with_suffix("")
    command: list[str | Path] = [
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
        bare,
    ]
    subprocess.run(command, check=True, capture_output=True)
    with Image.open(target) as drawn:
        picture = drawn.convert("RGB")
    content = picture.crop((0, 0, picture.width, int(picture.height * 0.94)))  # without the footer
    left, top, right, bottom = ImageChops.invert(content).getbbox() or (0, 0, *content.size)
    tallest = TALLER.get(target.stem, TALLEST)
    if bottom - top > tallest and page > 1:
        bottom = row_end(content, top + tallest)
    box = (left - MARGIN, top - MARGIN, right + MARGIN, bottom + MARGIN)
    white = Image.new("RGB", (box[2] - box[0], box[3] - box[1]), "white")
    white.paste(content.crop((left, top, right, bottom)), (MARGIN, MARGIN))
    save(white, target)


def row_end(picture: Image.Image, below: int) -> int:
    """Return the height of the last line between two rows above `below`."""
    width = picture.width
    for y in range(below, 0, -1):
        dark = sum(value < 250 for value in picture.crop((0, y, width, y + 1)).convert("L").tobytes())
        if dark > width * 0.7:
            return y + 1
    return below


def try_rules(book: Path) -> None:
    """Change the rules of TRIED in the workbook and let 规则试算 say who would change."""
    desk = FileBook(book)
    rows = desk.read("设置")
    key, value = (rows[0].index(label) + 1 for label in ("键", "值"))
    for number, row in enumerate(rows, start=1):
        if row[key - 1] in TRIED:
            desk.write("设置", {number: {value: TRIED[str(row[key - 1])]}})
    desk.save()
    genjin(["whatif", str(book), "--today", DAY.isoformat(), "--quiet"])


def draw_pages(scratch: Path, folder: Path) -> list[str]:
    """Draw the beginning of a month's report, and two lists on a phone; without a browser the report's first page alone. Return the names."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        draw_page(report_of(scratch, "pdf"), 1, folder / "report_web.png")
        return ["report_web"]
    book = next((scratch / "demo").glob("*.xlsx"))
    genjin(["lists", str(book), "--out", str(scratch), "--today", DAY.isoformat(), "--quiet"])
    shoot(browser, report_of(scratch, "html"), WINDOW, folder / "report_web.png")
    shoot(browser, two_phones(scratch), PHONES, folder / "lists.png")
    return ["report_web", "lists"]


def report_of(scratch: Path, kind: str) -> Path:
    """Return a file of the month's report."""
    return next(scratch.glob(f"demo/*/{MONTH}-*.{kind}"))


def two_phones(scratch: Path) -> Path:
    """Return a page that shows the list of an agent and that of the manager, each as a phone does."""
    lists = sorted(scratch.glob("待办-*/*.html"), key=lambda page: (page.stem == "店长", page.name))
    width, height = PHONE
    screens = "".join(
        f'<iframe src="{page.as_uri()}" width="{width}" height="{height}"></iframe>' for page in (lists[0], lists[-1])
    )
    page = scratch / "phones.html"
    style = "body{margin:18px;display:flex;gap:20px}iframe{border:1px solid #9aa5b1;border-radius:14px}::-webkit-scrollbar{width:0}"
    page.write_text(f"<!DOCTYPE html><style>{style}</style>{screens}", "utf-8")
    return page


def shoot(browser: str, page: Path, window: str, target: Path) -> None:
    """Take the picture of a page in a browser's window."""
    command = [
        browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={page.parent / 'browser'}",
        "--force-device-scale-factor=1.25", f"--window-size={window}", f"--screenshot={target}", page.as_uri(),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    with Image.open(target) as drawn:
        save(drawn.convert("RGB"), target)


def save(picture: Image.Image, target: Path) -> None:
    """Write a picture in 256 colours: all that text and flat charts need."""
    picture.quantize(256).save(target, optimize=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
