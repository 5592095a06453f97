"""Each rule fires on the marked cells (column `!`, by key) and nowhere else; the order of the rows does not matter."""

import datetime as dt
from dataclasses import replace

import pytest

from macros.checks import validate
from macros.settings import Settings
from tests.tables import marks, tables_from
from workbook.tables import Tables

TODAY = dt.date(2026, 3, 2)


@pytest.fixture
def fires(request):
    """Compare what a check finds in the tables of the test's docstring with its marks; return the findings."""

    def compare(check, settings=None):
        text = request.function.__doc__
        tables = tables_from(text)
        upside_down = Tables({key: frame.iloc[::-1] for key, frame in tables.items()}, tables.layouts)
        found, again = (
            [f for f in validate(t, TODAY, settings or Settings()).findings if f.check == check]
            for t in (tables, upside_down)
        )
        assert sorted((f.sheet, f.row, f.column) for f in found) == sorted(marks(text))
        assert again == found
        return found

    return compare


@pytest.mark.requirement("F1")
def test_two_clients_share_a_phone(fires):
    """
    客户
    | 客户ID  | 姓名 | 手机1           | 手机2       | 关联客户 | !      |
    | C000001 | 张伟 | 138-0000-1111   |             |          | phone1 |
    | C000002 | 李娜 | 13900002222     | +8613800001111 |       | phone2 |
    | C000003 | 王芳 | 13700003333     | 13700003333 |          |        |
    | C000004 | 王强 | 13600004444     |             |          |        |
    | C000005 | 王明 | 13600004444     |             | C000004  |        |
    | C000006 | 何平 | 13500005555     |             | C000007  |        |
    | C000007 | 何安 | 13500005555     |             | C000006  |        |
    """
    first, second = fires("duplicate_phones")
    assert first.message.startswith("「138****1111」与 客户!G3（李娜）相同。")
    assert second.message.startswith("「138****1111」与 客户!F2（张伟）相同。")


@pytest.mark.requirement("F2")
def test_one_flat_is_listed_twice(fires):
    """
    房源
    | 房源ID  | 交易 | 小区 | 栋 | 单元 | 室号 | 状态 | !       |
    | H000001 | 售   | 云里 | 3  | 1    | 101  | 在售 | room_no |
    | H000002 | 售   | 云里 | 3  | 1    | 101  | 待核 | room_no |
    | H000003 | 售   | 云里 | 3  | 1    | 102  | 在售 |         |
    | H000004 | 售   | 云里 | 3  | 2    | 101  | 在售 |         |
    | H000005 | 租   | 云里 | 3  | 1    | 101  | 在租 |         |
    | H000006 | 售   | 云里 | 3  | 1    | 101  | 已售 |         |
    | H000007 | 售   | 云里 | 3  |      |      | 在售 |         |
    | H000008 | 售   | 云里 | 3  |      |      | 在售 |         |
    """
    assert "房源!F3" in fires("duplicate_address")[0].message


@pytest.mark.requirement("R28", "R30")
def test_status_and_stage_contradict_each_other(fires):
    """
    客户
    | 客户ID  | 阶段 | 状态     | !      |
    | C000001 | 洽谈 | 已成交   | stage  |
    | C000002 | 成交 | 已成交   |        |
    | C000003 | 售后 | 已成交   |        |
    | C000004 | 售后 | 意向强烈 | status |
    | C000005 | 洽谈 | 意向强烈 |        |
    | C000006 |      | 已成交   |        |
    | C000007 | 洽谈 | 待付定金 | status |
    | C000008 | 洽谈 | 待付定金 |        |
    | C000009 | 意向 | 需求明确 |        |
    成交
    | 成交ID  | 客户ID  | 签约日     | 状态 |
    | D000001 | C000007 | 2026-02-20 | 签约 |
    | D000002 | C000008 | 2026-02-20 | 解约 |
    | D000003 | C000009 | 2025-02-20 | 完结 |
    """
    assert "成交!I2" in fires("status_stage")[-1].message


@pytest.mark.requirement("R41")
def test_a_new_client_has_heard_nothing(fires):
    """
    客户
    | 客户ID  | 首接时间         | 状态     | 联系同意 | !                |
    | C000001 | 2026-02-26 10:00 | 初步了解 | 同意     | first_contact_at |
    | C000002 | 2026-02-27 10:00 | 初步了解 | 同意     |                  |
    | C000003 | 2026-02-26 10:00 | 初步了解 | 同意     |                  |
    | C000004 | 2026-02-26 10:00 | 暂不考虑 | 同意     |                  |
    | C000005 | 2026-02-26 10:00 | 初步了解 | 拒绝     |                  |
    | C000006 | 2026-01-31 00:00 | 初步了解 | 同意     | first_contact_at |
    | C000007 | 2026-01-30 23:59 | 初步了解 | 同意     |                  |
    | C000008 | 2026-02-26 10:00 | 初步了解 | 同意     |                  |
    跟进
    | 跟进ID  | 对象 | 对象ID  | 时间             |
    | F000001 | 客户 | C000003 | 2026-02-26 12:00 |
    带看
    | 带看ID  | 客户ID  | 预约时间         | 状态 |
    | V000001 | C000008 | 2026-02-27 10:00 | 已看 |
    """
    first, _ = fires("first_contact_unanswered")
    said = "首接「2026-02-26 10:00」后没有跟进记录, 应在 24 小时内, 到 02-27 10:00。请今天联系客户并记一条跟进。"
    assert first.message == said


@pytest.mark.requirement("R1")
def test_someone_who_left_is_still_in_charge(fires):
    """
    客户
    | 客户ID  | 归属人 | 客服 | !                 |
    | C000001 | 甲     |      | owner             |
    | C000002 | 乙     | 甲   | service_rep       |
    | C000003 | 丙     |      |                   |
    | C000004 | G001   |      | owner             |
    房源
    | 房源ID  | 维护人 | 状态 | !      |
    | H000001 | 甲     | 在售 | r_keep |
    | H000002 | 甲     | 已售 |        |
    任务
    | 任务ID  | 负责人 | 状态 | !   |
    | T000001 | 甲     | 待办 | who |
    | T000002 | 甲     | 完成 |     |
    人员
    | 工号 | 姓名 | 离职       |
    | G001 | 甲   | 2026-03-01 |
    | G002 | 乙   | 2026-03-02 |
    | G003 | 丙   |            |
    """
    assert fires("staff_left")[0].message == "「甲」已于 2026-03-01 离职。请办理交接, 换成在职的人。"


def test_a_namesake_who_stays_is_not_taken_for_the_one_who_left(fires):
    """
    客户
    | 客户ID  | 归属人 |
    | C000001 | 甲     |
    人员
    | 工号 | 姓名 | 离职       |
    | G001 | 甲   | 2025-03-01 |
    | G002 | 甲   |            |
    """
    fires("staff_left")


def test_a_contact_is_about_something_that_exists(fires):
    """
    客户
    | 客户ID  |
    | C000001 |
    房源
    | 房源ID  |
    | H000001 |
    跟进
    | 跟进ID  | 对象 | 对象ID  | !      |
    | F000001 | 客户 | C000001 |        |
    | F000002 | 客户 | H000001 | obj_id |
    | F000003 | 房源 | H000001 |        |
    | F000004 | 业主 | O000001 | obj_id |
    | F000005 | 客户 |         |        |
    任务
    | 任务ID  | 对象ID  | !      |
    | T000001 | H000001 |        |
    | T000002 | X000001 | obj_id |
    """
    fires("object_unknown")


@pytest.mark.requirement("F13")
def test_a_viewing_is_for_a_need_of_its_client(fires):
    """
    客户
    | 客户ID  |
    | C000001 |
    | C000002 |
    需求
    | 需求ID  | 客户ID  |
    | Q000001 | C000001 |
    | Q000002 | C999999 |
    带看
    | 带看ID  | 客户ID  | 需求ID  | !      |
    | V000001 | C000001 | Q000001 |        |
    | V000002 | C000002 | Q000001 | req_id |
    | V000003 | C000002 |         |        |
    | V000004 | C000002 | Q000002 |        |
    | V000005 | C000002 | Q000009 |        |
    """
    fires("viewing_of_other")


@pytest.mark.requirement("R52")
def test_what_happened_is_not_dated_in_the_future(fires):
    """
    跟进
    | 跟进ID  | 对象 | 时间             | 计划时间         | !  |
    | F000001 | 客户 | 2026-03-02 23:59 | 2026-04-01 10:00 |    |
    | F000002 | 客户 | 2026-03-03 00:00 | 2026-04-01 10:00 | at |
    带看
    | 带看ID  | 预约时间         | 状态 | !  |
    | V000001 | 2026-03-05 10:00 | 已约 |    |
    | V000002 | 2026-03-05 10:00 | 已看 | at |
    房源
    | 房源ID  | 建成年 | !     |
    | H000001 | 2026   |       |
    | H000002 | 2027   | built |
    成交
    | 成交ID  | 签约日     | 交房日     | !         |
    | D000001 | 2026-03-02 | 2026-05-01 |           |
    | D000002 | 2026-03-03 | 2026-05-01 | signed_on |
    """
    fires("future_dates")


@pytest.mark.requirement("R49", "F26")
def test_a_promise_is_dated_after_it_was_made_and_has_words(fires):
    """
    跟进
    | 跟进ID  | 时间             | 承诺事项 | 承诺期限   | !          |
    | F000001 | 2026-03-01 10:00 | 发资料   | 2026-03-01 |            |
    | F000002 | 2026-03-01 10:00 | 发资料   | 2026-02-28 | promise_by |
    | F000003 | 2026-03-01 10:00 |          | 2026-03-02 | promise    |
    | F000004 | 2026-03-01 10:00 |          |            |            |
    """
    fires("promise_dates")


def test_a_price_was_typed_in_another_unit(fires):
    """
    房源
    | 房源ID  | 交易 | 建筑面积 | 挂牌价  | !     |
    | H000001 | 售   | 100      | 500     |       |
    | H000002 | 售   | 100      | 5000000 | price |
    | H000003 | 售   | 100      | 10      |       |
    | H000004 | 售   | 100      | 9.99    | price |
    | H000005 | 售   | 100      | 3000    |       |
    | H000006 | 售   | 100      | 3001    | price |
    | H000007 | 租   | 100      | 5000    |       |
    | H000008 | 租   | 100      | 0.5     | price |
    | H000009 | 租   | 100      | 300     |       |
    | H000010 | 租   | 100      | 299     | price |
    | H000011 | 租   | 100      | 100001  | price |
    | H000012 | 租售 | 100      | 500     |       |
    | H000013 | 售   | 0        | 500     |       |
    需求
    | 需求ID  | 交易 | 预算上限 | !          |
    | Q000001 | 买   | 30000    |            |
    | Q000002 | 买   | 3000000  | budget_max |
    | Q000003 | 租   | 100      |            |
    | Q000004 | 租   | 0.5      | budget_max |
    """
    messages = {f"{f.sheet}{f.row}": f.message for f in fires("price_unit")}
    assert messages["listings3"] == "「5000000」万元, 每平米合 500,000,000 元, 像是按元填的。请改成 500 万元。"
    assert messages["listings9"] == "「0.5」元/月, 每平米合 0 元, 像是按万元填的。请改成 5000 元/月。"


def test_no_building_has_a_floor_zero(fires):
    """
    房源
    | 房源ID  | 所在层 | !     |
    | H000001 | 0      | floor |
    | H000002 | -1     |       |
    | H000003 | 1      |       |
    | H000004 |        |       |
    """
    fires("floor_zero")


@pytest.mark.requirement("F16")
def test_a_mandate_has_ended(fires):
    """
    房源
    | 房源ID  | 状态 | 委托止     | !          |
    | H000001 | 在售 | 2026-03-01 | mandate_to |
    | H000002 | 在售 | 2026-03-02 |            |
    | H000003 | 已售 | 2026-03-01 |            |
    | H000004 | 在租 |            |            |
    """
    fires("mandate_expired")


@pytest.mark.requirement("R69")
def test_a_sold_listing_is_still_offered(fires):
    """
    房源
    | 房源ID  | 状态 | !      |
    | H000001 | 在售 | status |
    | H000002 | 已售 |        |
    | H000003 | 在售 |        |
    | H000004 | 议价中 |      |
    成交
    | 成交ID  | 房源ID  | 签约日     | 状态 |
    | D000001 | H000001 | 2026-02-01 | 签约 |
    | D000002 | H000002 | 2026-02-01 | 签约 |
    | D000003 | H000003 | 2026-02-01 | 解约 |
    | D000004 | H000004 |            | 定金 |
    """
    fires("sold_on_market")


@pytest.mark.requirement("R73", "R79")
def test_the_days_of_a_deal_are_in_order(fires):
    """
    成交
    | 成交ID  | 定金日     | 条款确认日 | 签约日     | 网签日     | 缴税日     | 过户日     | 交房日     | ! |
    | D000001 | 2026-01-01 | 2026-01-02 | 2026-01-02 | 2026-01-02 | 2026-01-20 | 2026-01-21 | 2026-02-01 |   |
    | D000002 | 2026-01-05 |            | 2026-01-04 |            |            |            |            | signed_on |
    | D000003 |            | 2026-01-05 | 2026-01-04 |            |            |            |            | signed_on |
    | D000004 |            |            | 2026-01-04 |            | 2026-01-20 | 2026-01-19 |            | transfer_on |
    | D000005 |            |            | 2026-01-04 |            | 2026-01-03 | 2026-01-19 |            | tax_on |
    | D000006 |            |            | 2026-01-04 |            |            |            | 2026-01-03 | handover_on |
    | D000007 |            |            |            |            |            |            | 2026-01-03 |   |
    """
    assert fires("dates_in_order")[3].message == "「2026-01-03」早于签约日「2026-01-04」。请核对这两个日期。"


@pytest.mark.requirement("R78")
def test_a_deal_was_signed_without_qualification(fires):
    """
    成交
    | 成交ID  | 签约日     | 状态 | 资格审核 | !       |
    | D000001 | 2026-02-01 | 签约 | 是       |         |
    | D000002 | 2026-02-01 | 签约 | 否       | elig_ok |
    | D000003 | 2026-02-01 | 定金 |          | elig_ok |
    | D000004 | 2026-02-01 | 签约 |          |         |
    | D000005 |            | 定金 | 否       |         |
    | D000006 | 2026-02-01 | 解约 | 否       |         |
    """
    fires("deal_without_qualification")


def test_a_deposit_is_too_large(fires):
    """
    成交
    | 成交ID  | 类型 | 成交价 | 定金  | !       |
    | D000001 | 买卖 | 500    | 100   |         |
    | D000002 | 买卖 | 500    | 100.1 | deposit |
    | D000003 | 租赁 | 5000   | 5000  |         |
    | D000004 | 买卖 | 500    |       |         |
    """
    assert fires("deposit_share")[0].message == "「100.1」超过成交价的 20%(最多 100)。请核对定金和成交价。"


def test_the_largest_deposit_is_a_setting(fires):
    """
    成交
    | 成交ID  | 类型 | 成交价 | 定金 | !       |
    | D000001 | 买卖 | 500    | 50   |         |
    | D000002 | 买卖 | 500    | 51   | deposit |
    """
    shipped = Settings()
    fires("deposit_share", replace(shipped, check=replace(shipped.check, deposit_share=10)))


@pytest.mark.requirement("F15")
def test_the_shares_of_a_deal_make_one_hundred(fires):
    """
    分佣
    | 成交ID  | 角色 | 人员 | 比例  | !   |
    | D000001 | 录入 | 甲   | 60    |     |
    | D000002 | 录入 | 甲   | 60    | pct |
    | D000001 | 成交 | 乙   | 40    |     |
    | D000002 | 成交 | 乙   | 30    |     |
    | D000003 | 录入 | 甲   | 33.33 |     |
    | D000003 | 维护 | 甲   | 33.33 |     |
    | D000003 | 成交 | 乙   | 33.34 |     |
    """
    assert fires("splits_sum")[0].message == "成交 D000002 的分佣比例合计 90%, 不是 100%。请改到合计 100%。"
