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
def export_that_cannot_be_written(_: Patch) -> None:
    Path("资料").write_text("a file where the folder should be", "utf-8")


@recipe
def holdings_into_a_file_that_is_there(_: Patch) -> None:
    Path("资料.html").write_text("", "utf-8")


@recipe
def finding_number_banned(_: Patch) -> None:
    edit("客户", "手机1", 2, "18699990001")
    edit("客户", "联系同意", 2, "同意")
    type_in(BOOK, {"禁拨名单": {2: {"号码": "+86 186-9999-0001", "登记日": "2026-11-02", "来源": "投诉"}}})


@recipe
def import_of_a_banned_number(_: Patch) -> None:
    type_in(BOOK, {"禁拨名单": {2: {"号码": "18699990001", "登记日": "2026-11-02", "来源": "投诉"}}})
    Path("名单.csv").write_text("姓名,手机,来源\n甲,18699990002,线上渠道\n乙,18699990001,线上渠道\n", "utf-8")


@recipe
def forget_where_others_have_the_number(_: Patch) -> None:
    _one_more()
    edit("客户", "手机2", 2, "18699990001")
    edit("客户", "备注", 3, "查无此人的邻居")


@recipe
def merge_of_a_file_with_a_client_who_was_forgotten(_: Patch) -> None:
    _one_more()
    who = column(BOOK, "客户", "归属人")[2]
    edit("客户", "归属人", max(column(BOOK, "客户", "客户ID")), who)
    run("split", BOOK, "--who", who, "--out", ".")
    Path(f"门店-{who}.xlsx").rename("回来.xlsx")
    run("forget", BOOK, "--client", CLIENT)


@recipe
def merge_without_its_sheet(_: Patch) -> None:
    without_sheet("重复客户")


def judged(*verdicts: tuple[str, str, str, str]) -> None:
    """Let 重复客户 say of pairs of clients: 客户甲ID, 客户乙ID, 栏, 判断."""
    labels = ("客户甲ID", "客户乙ID", "栏", "判断")
    lines = {row: dict(zip(labels, said, strict=True)) for row, said in enumerate(verdicts, start=2)}
    type_in(BOOK, {"重复客户": dict(lines)})


@recipe
def merge_of_clients_of_two_people(_: Patch) -> None:
    judged(("C000001", "C000002", "是同一人吗", "同一人"))


@recipe
def merge_with_a_cell_that_cannot_be_read(_: Patch) -> None:
    edit("客户", "生日", 4, "秋天")
    judged(("C000001", "C000003", "是同一人吗", "同一人"))


@recipe
def merge_though_judgements_contradict(_: Patch) -> None:
    one = "是同一人吗"
    judged(
        ("C000001", "C000003", one, "同一人"),
        ("C000003", "C000005", one, "同一人"),
        ("C000001", "C000005", one, "不是"),
    )


@recipe
def merge_judged_in_the_wrong_row(_: Patch) -> None:
    judged(("C000001", "C000003", "是同一人吗", ""), ("C000001", "C000003", "姓名", "同一人"))


@recipe
def number_of_an_id_card_in_a_text(_: Patch) -> None:
    edit("客户", "备注", 2, "身份证 11010519491231002X")
