"""The report as a picture for a phone: as wide as phones show it, whole, and nothing cut off at its sides."""

import io
import struct

import numpy as np
import pytest
from PIL import Image
from reported import TEXT, reported

from macros.reports.render_png import PIXELS, png, to_png
from macros.reports.shown_parts import Line, Shown


@pytest.fixture(scope="module")
def march() -> Shown:
    return reported()


@pytest.fixture(scope="module")
def picture(march) -> np.ndarray:
    return pixels(to_png(march))


def pixels(content: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))


def test_picture_is_as_wide_as_a_phone_and_taller_than_wide(picture):
    assert picture.shape[1] == PIXELS == 1_242
    assert PIXELS < picture.shape[0] < 8 * PIXELS


def test_sides_top_and_bottom_are_free(picture):
    edges = picture[:, :40], picture[:, -40:], picture[:40], picture[-40:]
    assert all((edge == 255).all() for edge in edges)


def test_something_stands_everywhere(picture):
    """No gap is higher than a fifth of the width: the page ends where its last part does."""
    used = np.flatnonzero((picture != 255).any(axis=(1, 2)))
    assert np.diff(used).max() < PIXELS / 5
    assert used[0] < 150
    assert picture.shape[0] - used[-1] < 150


def test_charts_are_in_it_and_their_colours_too(picture):
    for colour in ((0x24, 0x58, 0x8F), (0xC2, 0x57, 0x1A)):
        assert (picture == colour).all(axis=2).sum() > 1_000


def test_same_report_is_the_same_picture(march):
    assert to_png(march) == to_png(reported())


def test_report_of_an_empty_workbook_is_a_short_picture(picture):
    assert pixels(to_png(reported("", {}))).shape[0] < picture.shape[0]


def test_only_the_first_rows_of_a_list_are_in_it():
    few, many = (reported(TEXT, {"owed": tuple(Line((f"D{n}", "", "", n)) for n in range(rows))}) for rows in (6, 200))
    assert abs(pixels(to_png(few)).shape[0] - pixels(to_png(many)).shape[0]) < 10


def test_report_that_is_longer_than_a_page_can_be_is_cut_at_its_end():
    lines = {"weak": tuple(Line((f"第 {n} 句。",), "客户!B2") for n in range(700))}
    found = pixels(to_png(reported(extra=lines)))
    assert found.shape[0] == 14_400 * 3
    assert (found[:150] != 255).any()


def test_png_is_read_back_as_it_was():
    rng = np.random.default_rng(1)
    given = rng.integers(0, 256, (7, 5, 3), dtype=np.uint8)
    content = png(given)
    assert (pixels(content) == given).all()
    assert struct.unpack(">II", content[16:24]) == (5, 7)
