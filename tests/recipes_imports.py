"""More of tests/recipes.py: what a person may write on 导入对照 that cannot be followed."""

from pathlib import Path

from tests.recipes import BOOK, Patch, Recipe, edit, run

IMPORT_RECIPES: dict[str, Recipe] = {}


def import_recipe(function: Recipe) -> Recipe:
    IMPORT_RECIPES[function.__name__] = function
    return function


def imported_and_corrected(row: int, ours: str) -> None:
    Path("名单.csv").write_text("姓名,电话\n王芳,13800000001\n", "utf-8")
    run("import", "名单.csv", "--into", BOOK)
    edit("导入对照", "Genjin 的列", row, ours)


@import_recipe
def import_with_a_wrong_name_on_the_sheet_of_columns(_: Patch) -> None:
    imported_and_corrected(2, "大名")


@import_recipe
def import_with_one_name_for_two_columns(_: Patch) -> None:
    imported_and_corrected(3, "姓名")
