"""More of tests/recipes.py: proposals and contracts that cannot be made."""

import sys
from pathlib import Path

from macros.contracts import drafts, word
from tests.commands import type_in
from tests.recipes import BOOK, Patch, Recipe, edit, grid, run

CONTRACT_RECIPES: dict[str, Recipe] = {}
DEAL = "成交!2"  # a sale of the sample of which everything is known


def contract_recipe(function: Recipe) -> Recipe:
    CONTRACT_RECIPES[function.__name__] = function
    return function


def value(sheet: str, label: str, row: int) -> object:
    header, *lines = grid(sheet)
    return lines[row - 2][header.index(label)]


@contract_recipe
def contract_incomplete(_: Patch) -> None:
    edit("成交", "过户日", 2, None)
    edit("成交", "交房日", 2, None)


@contract_recipe
def contract_changed_after_the_review(_: Patch) -> None:
    run("contract", BOOK, "--rows", DEAL)
    edit("合同登记", "审核", 2, "通过")
    edit("合同登记", "审核人", 2, value("人员", "姓名", 2))
    edit("成交", "成交价", 2, 321)


@contract_recipe
def contract_passed_by_nobody(_: Patch) -> None:
    run("contract", BOOK, "--rows", DEAL)
    edit("合同登记", "审核", 2, "通过")
    edit("成交", "资格审核", 2, "否")


@contract_recipe
def contract_that_is_void(_: Patch) -> None:
    run("contract", BOOK, "--rows", DEAL)
    edit("合同登记", "作废原因", 2, "客户改了主意")


@contract_recipe
def contract_of_a_deal_that_is_gone(_: Patch) -> None:
    run("contract", BOOK, "--rows", DEAL)
    edit("成交", "成交ID", 2, "D999999")


@contract_recipe
def contract_that_cannot_be_written(_: Patch) -> None:
    BOOK.with_name("门店-合同").write_text("a file where the folder should be")


@contract_recipe
def contract_with_a_template_that_reaches_further(patch: Patch) -> None:
    from docx import Document

    folder = Path("templates/contracts")
    folder.mkdir(parents=True)
    document = Document()
    document.add_paragraph("甲方 {{ 客户姓明 }}")
    document.save(str(folder / drafts.TEMPLATE["买卖"]))
    patch.setattr(drafts, "TEMPLATES", folder.parent)


@contract_recipe
def contract_with_a_template_that_is_no_word_file(patch: Patch) -> None:
    folder = Path("templates/contracts")
    folder.mkdir(parents=True)
    (folder / drafts.TEMPLATE["买卖"]).write_bytes(b"text")
    patch.setattr(drafts, "TEMPLATES", folder.parent)


@contract_recipe
def contract_without_its_template(patch: Patch) -> None:
    patch.setattr(drafts, "TEMPLATES", Path("templates"))


@contract_recipe
def contract_without_docxtpl(patch: Patch) -> None:
    patch.setitem(sys.modules, "docxtpl", None)
    patch.setattr(
        word, "_template_class", word._template_class.__wrapped__
    )  # the class may have been made by a test before


@contract_recipe
def contract_file_that_was_changed(_: Patch) -> None:
    run("contract", BOOK, "--rows", DEAL)
    (file,) = Path("门店-合同").glob("*.docx")
    file.write_bytes(b"another")


@contract_recipe
def proposal_for_who_only_rents(_: Patch) -> None:
    type_in(BOOK, {"需求": {row: {"交易": "租"} for row in needs_of_the_first()}})


@contract_recipe
def proposal_for_who_no_longer_buys(_: Patch) -> None:
    type_in(BOOK, {"需求": {row: {"需求状态": "已满足"} for row in needs_of_the_first()}})


def needs_of_the_first() -> list[int]:
    """Return the rows of the needs of the first client."""
    client, (header, *lines) = value("客户", "客户ID", 2), grid("需求")
    rows = [row for row, line in enumerate(lines, start=2) if line[header.index("客户ID")] == client]
    assert rows
    return rows
