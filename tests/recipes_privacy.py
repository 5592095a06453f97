"""How the cases of what is handed out, merged and forgotten come about: see recipes.py."""

from pathlib import Path

from tests.commands import column, type_in
from tests.recipes import BOOK, Patch, Recipe, edit, run, without_sheet

PRIVACY_RECIPES: dict[str, Recipe] = {}
CLIENT = "C900001"


def recipe(function: Recipe) -> Recipe:
    PRIVACY_RECIPES[function.__name__] = function
    return function


def _one_more() -> None:
    row = max(column(BOOK, "客户", "客户ID")) + 1
    type_in(BOOK, {"客户": {row: {"客户ID": CLIENT, "姓名": "查无此人", "手机1": "18699990001"}}})


@recipe
def forget_of_a_buyer(_: Patch) -> None:
    _one_more()
    edit("成交", "客户ID", 2, CLIENT)


@recipe
def undo_of_a_deletion(_: Patch) -> None:
    _one_more()
    run("forget", BOOK, "--client", CLIENT)


@recipe
def export_into_a_file_that_is_there(_: Patch) -> None:
    Path("客户.csv").write_text("姓名", "utf-8")


@recipe
def export_that_cannot_be_logged(_: Patch) -> None:
    without_sheet("日志")


@recipe
def merge_without_its_sheet(_: Patch) -> None:
    without_sheet("重复客户")


@recipe
def number_of_an_id_card_in_a_text(_: Patch) -> None:
    edit("客户", "备注", 2, "身份证 11010519491231002X")
