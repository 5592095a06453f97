"""Draw the pictures of the workbook with its buttons: as LibreOffice shows it on a virtual screen (needs Xvfb, xdotool and ImageMagick too).

docs/pictures.py calls `draw`. The workbook knows no other day than that of the pictures.
"""

import datetime as dt
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from macros.cli import main as genjin  # noqa: E402
from macros.press import press  # noqa: E402
from tests.screen import Screen, shown  # noqa: E402
from workbook.book import Selection  # noqa: E402
from workbook.build.home_cells import STATUS_CELL  # noqa: E402
from workbook.files import FileBook  # noqa: E402
from workbook.forms import CLIENT, Form  # noqa: E402

NOW = dt.datetime(2026, 11, 20, 9, 30)
SCREENS = {"首页": "home", "客户": "clients", "录入": "entry", "预览": "preview"}
SIZES = {
    "home": (1250, 466),
    "clients": (1500, 540),
    "entry": (1175, 620),
    "preview": (1260, 420),
}  # pixels: up to where nothing new comes
FORMULA_BAR = 33  # pixels
CLIENT_TYPED = ("何示例", "何女士", "13900000123", "线上渠道", None, "改善型", None, None, "买", 420, None, 3)


class ClosedDesk(FileBook):
    """A closed workbook in which buttons can be pressed: `chosen` are the selected rows."""

    chosen: Selection | None = None

    def selection(self) -> Selection | None:
        return self.chosen

    def say(self, text: str) -> None:
        pass

    def tell(self, text: str) -> None:
        sys.stderr.write(f"{text}\n")

    def go(self, name: str, row: int, column: int = 1) -> None:
        pass

    def drop(self) -> None:
        self._edits.clear()


def draw(scratch: Path, folder: Path) -> list[Path]:
    """Draw the pages of SCREENS into a folder and return the pictures."""
    book, home = scratch / "门店.xlsm", scratch / "home"
    home.mkdir()
    genjin(["new", str(book), "--sample", "small", "--today", NOW.date().isoformat(), "--quiet"])
    fill(book)
    freeze(book)
    with shown(book, home, scratch, scratch / "shots") as screen:
        return [picture(screen, sheet, folder / f"{name}.png") for sheet, name in SCREENS.items()]


def fill(book: Path) -> None:
    """Put the workbook into the state that the pictures show: forms half filled in, and a preview that waits."""
    desk = ClosedDesk(book)
    press("due", desk, now=NOW)
    answer = desk.read("首页")[STATUS_CELL[0] - 1][STATUS_CELL[1] - 1]
    press("all", desk, now=NOW)
    clients = desk.read("客户")
    type_in(desk, CLIENT, CLIENT_TYPED)
    days = clients[0].index("逾期天数") + 1
    late = [n for n, line in enumerate(clients, 1) if n > 1 and isinstance(line[days - 1], int | float)]
    desk.write("客户", {late[2]: {days: 5}})
    desk.save()
    desk.chosen = Selection("客户", (late[0],))
    press("due", desk, now=NOW + dt.timedelta(days=3))
    press("contact", desk, now=NOW)
    desk.write("首页", {STATUS_CELL[0]: {STATUS_CELL[1]: answer}})
    desk.save()


def freeze(book: Path) -> None:
    """Let today be the day of the pictures in the workbook's formulas, for LibreOffice always computes TODAY() anew."""
    with zipfile.ZipFile(book) as source:
        parts = [(part, source.read(part)) for part in source.infolist()]
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as target:
        for part, content in parts:
            fixed = content.replace(b"TODAY()", f"DATE({NOW.year},{NOW.month},{NOW.day})".encode())
            target.writestr(part, fixed if part.filename.endswith(".xml") else content)


def type_in(desk: FileBook, form: Form, values: tuple[object, ...]) -> None:
    places = dict(zip(form.places.values(), values, strict=True))
    for (row, column), value in places.items():
        desk.write("录入", {row: {column: value}})


def picture(screen: Screen, sheet: str, target: Path) -> Path:
    """Take the picture of a sheet: the window without menus, tabs and what is below."""
    screen.turn_to(sheet)
    screen.select(sheet, "B3" if sheet == "客户" else "A1")
    view, (width, height) = screen.controller, SIZES[target.stem]
    view.ShowPageBreaks, view.HasColumnRowHeaders = False, sheet == "客户"
    time.sleep(2)  # until everything is drawn
    shot = screen.keep(target.stem)
    area = screen.controller.getFrame().getComponentWindow().getAccessibleContext()
    at = area.getLocationOnScreen()
    with Image.open(shot) as taken:
        box = (at.X, at.Y + FORMULA_BAR, at.X + width, at.Y + FORMULA_BAR + height)
        taken.convert("RGB").crop(box).quantize(256).save(target, optimize=True)
    return target


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        draw(Path(place), Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs")
