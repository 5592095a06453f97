"""More of tests/recipes.py: listings that are too much alike, and people who leave."""

import datetime as dt

from tests.commands import type_in
from tests.recipes import BOOK, Patch, Recipe, edit, grid, run

LISTING_RECIPES: dict[str, Recipe] = {}


def listing_recipe(function: Recipe) -> Recipe:
    LISTING_RECIPES[function.__name__] = function
    return function


@listing_recipe
def duplicates_too_many_alike(_: Patch) -> None:
    address = {"交易": "售", "状态": "在售", "小区": "阳光花园", "栋": "1", "室号": "101"}
    end = len(grid("房源")) + 1
    type_in(BOOK, {"房源": {end + number: address | {"房源ID": f"H9{number:05d}"} for number in range(300)}})


@listing_recipe
def handover_with_something_open(_: Patch) -> None:
    edit("人员", "离职", 3, dt.date(2026, 11, 1))


@listing_recipe
def handover_to_who_left(_: Patch) -> None:
    edit("人员", "离职", 3, dt.date(2026, 11, 1))
    run("handover", BOOK)
    edit("交接单", "接手人", 2, grid("人员")[2][1])
