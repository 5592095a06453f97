"""More of tests/recipes.py: what comes beside and after a deal: complaints, rewards, answers, events, weights."""

import datetime as dt

import openpyxl

from tests.recipes import BOOK, Patch, Recipe, without_sheet
from tests.recipes_rows import in_row, mended

SERVICE_RECIPES: dict[str, Recipe] = {}


def service_recipe(function: Recipe) -> Recipe:
    SERVICE_RECIPES[function.__name__] = function
    return function


def calm() -> None:
    """Put right the rest of what the sample gets wrong, so that the terminal has room for what comes last."""
    mended()
    in_row("需求", 19, 客户ID="C000001")
    in_row("房源", 11, 总层=40)
    in_row("房源", 25, 不利因素="临街")
    in_row("房源", 65, 挂牌价=438)
    in_row("跟进", 181, 计划时间=None, 下步行动="无")
    in_row("跟进", 194, 承诺期限=dt.date(2026, 12, 31))
    in_row("跟进", 371, 摘要="已经联系过了")
    in_row("客户", 36, 手机1="16600000009")


def _complaint(**times: dt.datetime) -> None:
    calm()
    in_row("投诉", 2, **{"响应时间": None, "记录时间": None, "解决时间": None, "回访时间": None, **times})


@service_recipe
def finding_complaint_not_solved(_: Patch) -> None:
    _complaint(响应时间=dt.datetime(2026, 11, 10, 9), 记录时间=dt.datetime(2026, 11, 10, 10))


@service_recipe
def finding_complaint_answered_late(_: Patch) -> None:
    _complaint(投诉时间=dt.datetime(2026, 11, 18, 9), 响应时间=dt.datetime(2026, 11, 18, 12))


def _won(paid: dt.date | None, kind: str = "礼品") -> None:
    """Let the referral in row 2, the first of all, be about the deal in row 2."""
    calm()
    deal = openpyxl.load_workbook(BOOK)["成交"]["A2"].value
    in_row(
        "转介绍",
        2,
        被推荐电话="16600000001",
        登记时间=dt.datetime(2020, 1, 1, 9),
        进度="成交",
        成交ID=deal,
        奖励类型=kind,
        发放日=paid,
    )


@service_recipe
def finding_reward_not_paid(_: Patch) -> None:
    _won(None)


@service_recipe
def finding_reward_paid_for_nothing(_: Patch) -> None:
    _won(dt.date(2026, 10, 12))
    in_row("成交", 2, 状态="解约", 解约原因="贷款没批")


@service_recipe
def finding_reward_without_an_area(_: Patch) -> None:
    _won(None, kind="物业费1年")
    book = openpyxl.load_workbook(BOOK)
    buyers = {cell.value for cell in book["成交"]["C"]}
    in_row("转介绍", 2, 推荐人ID=next(cell.value for cell in book["客户"]["A"][1:] if cell.value not in buyers))


@service_recipe
def finding_marks_without_a_day(_: Patch) -> None:
    calm()
    in_row("满意度", 2, 回收日=None, 总体满意=5, 推荐意愿=9)


@service_recipe
def finding_guest_who_is_no_client(_: Patch) -> None:
    calm()
    in_row("签到", 2, 客户ID=None, 姓名="何来", 电话="16600000002", 到场="是")


@service_recipe
def finding_guest_whom_nobody_knows(_: Patch) -> None:
    calm()
    in_row("签到", 2, 客户ID=None, 姓名="何来", 电话=None, 到场="是")


@service_recipe
def finding_weights_of_the_appraisal(_: Patch) -> None:
    calm()
    _set("绩效权重: 过程", 30)


def _set(name: str, value: object) -> None:
    """Type a value beside a setting."""
    names = [cell.value for cell in openpyxl.load_workbook(BOOK)["设置"]["B"]]
    in_row("设置", names.index(name) + 1, 值=value)


@service_recipe
def finding_agency_name(_: Patch) -> None:
    calm()
    in_row("设置", 2, 值="")


@service_recipe
def report_without_follow_ups(_: Patch) -> None:
    without_sheet("跟进")


@service_recipe
def awards_without_referrals(_: Patch) -> None:
    without_sheet("转介绍")


@service_recipe
def finding_improvement_late(_: Patch) -> None:
    calm()
    in_row("改进", 3, 期限=dt.date(2026, 11, 19))
