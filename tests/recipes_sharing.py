"""How the cases of several people with one workbook come about: see recipes.py."""

import os
import shutil
from pathlib import Path

import openpyxl

from tests.recipes import BOOK, Patch, Recipe, rewrite, run, without_sheet
from tests.sharing import Person

SHARING_RECIPES: dict[str, Recipe] = {}
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
AGENT = Path("门店-分发/门店-魏佳.xlsx")


def recipe(function: Recipe) -> Recipe:
    SHARING_RECIPES[function.__name__] = function
    return function


def hand_out() -> None:
    run("split", BOOK, "--who", "魏佳")


def write_at_both_ends() -> None:
    """Let the agent and somebody at the workbook write into one cell."""
    hand_out()
    client = Person(AGENT).tables["clients"]["client_id"].iloc[0]
    for file, text in ((AGENT, "她说"), (BOOK, "他说")):
        Person(file).edit("clients", client, remark=text).done()


@recipe
def split_where_a_file_is_still_out(_: Patch) -> None:
    hand_out()


@recipe
def split_without_owners(_: Patch) -> None:
    person = Person(BOOK)
    for client in person.tables["clients"]["client_id"]:
        person.edit("clients", client, owner=None, service_rep=None)
    person.done()


@recipe
def split_into_what_is_a_file(_: Patch) -> None:
    Path("资料").write_text("", "utf-8")


@recipe
def merge_of_what_has_no_clients(_: Patch) -> None:
    book = openpyxl.load_workbook(BOOK)
    del book["客户"]
    book.save("名单.xlsx")


@recipe
def merge_with_a_conflict(_: Patch) -> None:
    write_at_both_ends()


@recipe
def merge_with_a_conflict_and_no_sheet_for_it(_: Patch) -> None:
    write_at_both_ends()
    without_sheet("冲突")


@recipe
def merge_after_the_base_was_lost(_: Patch) -> None:
    write_at_both_ends()
    shutil.rmtree("门店.genjin/bases")


@recipe
def merge_after_the_base_was_forgotten(_: Patch) -> None:
    write_at_both_ends()
    for base in Path("门店.genjin/bases").iterdir():
        os.utime(base, (0, 0))
    run("split", BOOK, "--who", "刘思斌")


@recipe
def split_where_a_pivot_table_remembers_others(_: Patch) -> None:
    clients = Person(BOOK).tables["clients"]
    (name, *_rest) = clients.loc[clients["owner"] == "刘思斌", "name"]
    records = f'<pivotCacheRecords xmlns="{MAIN}" count="1"><r><s v="{name}"/></r></pivotCacheRecords>'
    rewrite({}, {"xl/pivotCache/pivotCacheRecords1.xml": records.encode()})


@recipe
def copy_beside_the_workbook(_: Patch) -> None:
    shutil.copy(BOOK, "门店 (1).xlsx")
