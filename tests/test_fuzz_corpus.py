"""The inputs that fuzzing found worth keeping: each ends as it did, and what must hold of any input holds of them."""

from pathlib import Path

import pytest

from tests import fuzzing
from workbook.refusals import REASONS

CORPUS = Path(__file__).resolve().parent / "corpus"
KEPT = {kind: sorted((CORPUS / kind).iterdir()) for kind in ("imports", "templates")}
MOST_BYTES = 300_000
"""Of all inputs together: the corpus is a start, what a long run finds is kept elsewhere."""


def test_the_corpus_is_small_and_there() -> None:
    files = [file for kept in KEPT.values() for file in kept]
    assert sum(file.stat().st_size for file in files) < MOST_BYTES
    assert all(len(kept) >= 8 for kept in KEPT.values())


@pytest.mark.parametrize("path", KEPT["imports"], ids=lambda path: path.name)
def test_an_import_of_the_corpus_adds_up(path: Path) -> None:
    outcome = fuzzing.imports(path.read_bytes())
    assert outcome == "READ" or outcome in REASONS or outcome.startswith("CSV_")


@pytest.mark.parametrize("path", KEPT["imports"], ids=lambda path: path.name)
def test_one_opens_a_file_of_the_corpus_or_is_told_why_not(path: Path) -> None:
    outcome = fuzzing.opens(path.read_bytes())
    assert outcome == "READ" or outcome in REASONS


@pytest.mark.parametrize("path", KEPT["templates"], ids=lambda path: path.name)
def test_a_template_of_the_corpus_is_used_or_refused(path: Path) -> None:
    outcome = fuzzing.templates(path.read_bytes())
    assert outcome == "USED" or outcome.startswith("template_") or outcome == "DOCUMENT_TEMPLATE"


def test_what_must_hold_is_noticed_where_it_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """The judge itself: a row that is lost, and a text that comes from nowhere, are not let pass."""
    from macros.imports import importing

    real = importing.read_rows
    monkeypatch.setattr(importing, "read_rows", lambda grid, known: real(grid[:-1], known))
    with pytest.raises(AssertionError, match="a row was lost"):
        fuzzing.imports("V姓名,电话\n王芳,13800000001\n李雷,13800000002\n".encode())
    monkeypatch.setitem(fuzzing.VALUES, "称谓", object())
    with pytest.raises(AssertionError):
        fuzzing.templates("M{{ 称谓 }}".encode())


def test_every_kind_of_input_stands_for_a_file() -> None:
    names = {fuzzing.file_of(kind + b"x")[0] for kind in (*fuzzing.KINDS, b"X", b"O", b"Z", b"V", b"?")}
    assert names == {"名单.xlsx", "名单.xls", "名单.csv"}
