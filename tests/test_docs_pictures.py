"""The script of the documentation's pictures: what it does to the workbook and how it crops; drawing itself needs a person's eyes."""

import importlib.util
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("PIL")
from PIL import Image

DOCS = Path(__file__).parent.parent / "docs"


@pytest.fixture(scope="module")
def pictures():
    spec = importlib.util.spec_from_file_location("pictures", DOCS / "pictures.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_frozen_workbook_knows_no_other_day(pictures, tmp_path):
    with zipfile.ZipFile(tmp_path / "book.xlsx", "w") as file:
        file.writestr("xl/worksheets/sheet1.xml", "<f>A1&lt;TODAY()</f>")
    with zipfile.ZipFile(pictures.frozen(tmp_path / "book.xlsx", tmp_path)) as file:
        assert file.read("xl/worksheets/sheet1.xml") == b"<f>A1&lt;DATE(2026,11,20)</f>"


def test_a_long_sheet_is_cut_between_two_rows(pictures):
    picture = Image.new("RGB", (100, 60), "white")
    for y in (10, 30, 50):
        picture.paste("#DDE4EC", (0, y, 100, y + 1))
    assert pictures.row_end(picture, 45) == 31


@pytest.mark.parametrize(
    "name", ["home", "clients", "entry", "preview", "due", "matches", "whatif", "report", "report_web", "lists"]
)
def test_every_picture_is_there_sharp_and_light(name):
    path = DOCS / f"{name}.png"
    assert path.stat().st_size < 400_000
    with Image.open(path) as picture:
        assert 900 <= picture.width <= 1_700
