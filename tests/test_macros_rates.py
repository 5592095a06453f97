"""税费利率: the newest row on or before a day holds; what cannot be used is said, what is not known stays unknown."""

import datetime as dt
from decimal import Decimal as D
from pathlib import Path

import pandas as pd
import pytest

from macros.new import build
from macros.rates import NoRate, default_rates, read_rates
from macros.rule_book import changed, rules_of, shipped_rules, version_of
from macros.settings import Settings
from tests.tables import tables_from
from workbook.build.columns import number_format_of
from workbook.files import FileBook
from workbook.sheets import SHEETS
from workbook.sheets.rates import ITEMS, RATES
from workbook.tables import Tables, read_tables

TODAY = dt.date(2026, 3, 1)
HEADER = "税费利率\n| 生效日 | 项目 | 条件 | 数值 | 单位 |\n"


def table(*rows: str) -> pd.DataFrame:
    return tables_from(HEADER + "\n".join(f"| {row} |" for row in rows))["rates"]


def test_the_shipped_rows_can_all_be_used_on_any_day() -> None:
    for day in (dt.date(2000, 1, 1), TODAY, dt.date(2030, 1, 1)):
        assert read_rates(default_rates(), day)[1] == []


def test_the_shipped_rows_name_their_source_and_stand_once() -> None:
    rows = default_rates()
    assert (rows["source"].str.len() > 4).all()
    assert not rows.duplicated(list(RATES.identity)).any()
    assert {(item, case) for item, (_, cases) in ITEMS.items() for case in cases} == set(
        zip(rows["item"], rows["condition"], strict=True)
    )


def test_a_document_that_nobody_could_look_up_says_so_on_the_sheet() -> None:
    """The numbers that rest on memory; with the next one looked up, take it off here and off the row."""
    sources = default_rates()["source"]
    to_check = sources[sources.str.endswith("（文号待核对）")]
    assert {source.partition("《")[0].split()[-1] for source in to_check if source.partition("《")[0]} == {
        "人民银行", "人民银行、金融监管总局", "银发〔2015〕98号", "建金〔2015〕128号", "国务院令第448号",
    }  # fmt: skip
    for known in (
        "公告2024年第16号",
        "公告2025年第17号",
        "公告2023年第12号",
        "国税发〔2006〕108号",
        "财税〔2016〕23号",
    ):
        assert sources.str.contains(known).any()
        assert not to_check.str.contains(known).any()


def test_what_differs_by_city_says_so_and_a_cap_is_not_made_up() -> None:
    rates, _ = read_rates(default_rates(), TODAY)
    assert rates.find("公积金最高额", "首套").value is None
    for name in (
        ("公积金最高额", "首套"),
        ("商贷加点", "首套"),
        ("契税", "三套及以上"),
        ("个人所得税", "核定"),
        ("LPR", "5年期以上"),
    ):
        assert rates.find(*name).local, name
        assert rates.find(*name).note, name
    assert not rates.find("契税", "首套不超线").local


def test_an_empty_sheet_means_the_shipped_rows() -> None:
    assert read_rates(table(), TODAY)[0].value("LPR", "5年期以上") == D("3.5")


@pytest.mark.parametrize(("day", "value"), [("2026-02-28", "3.5"), ("2026-03-01", "3.4"), ("2026-03-02", "3.4")])
def test_a_row_holds_from_its_day_on_wherever_it_stands(day: str, value: str) -> None:
    rows = ("2026-03-01 | LPR | 5年期以上 | 3.4 | %", "2025-05-20 | LPR | 5年期以上 | 3.5 | %")
    for order in (rows, rows[::-1]):
        rates, _ = read_rates(table(*order), dt.date.fromisoformat(day))
        assert rates.value("LPR", "5年期以上") == D(value)


def test_no_row_and_no_value_are_both_unknown() -> None:
    rates, findings = read_rates(table("2026-04-01 | LPR | 1年期 | 3 | %", "2026-01-01 | LPR | 5年期以上 | | %"), TODAY)
    assert findings == []
    with pytest.raises(NoRate) as later:
        rates.value("LPR", "1年期")
    assert later.value.what == "「税费利率」里没有这天已生效的「LPR 1年期」, 请补一行"
    with pytest.raises(NoRate) as empty:
        rates.value("LPR", "5年期以上")
    assert empty.value.what == "「税费利率」第 3 行「LPR 5年期以上」没有可用的数值, 请填"


@pytest.mark.parametrize(
    ("row", "column", "check"),
    [
        ("2026-01-01 | 印花税 | 所有 | 1 | %", "item", "rate_item"),
        ("2026-01-01 | LPR | 首套 | 3 | %", "condition", "rate_condition"),
        (" | LPR | 1年期 | 3 | %", "since", "rate_since"),
        ("2026-01-01 | LPR | 1年期 | 3 | 基点", "unit", "rate_unit"),
        ("2026-01-01 | LPR | 1年期 | -3 | %", "value", "rate_value"),
        ("2026-01-01 | LPR | 1年期 | 300 | %", "value", "rate_value"),
        ("2026-01-01 | LPR | 1年期 | 0.03 | %", "value", "rate_fraction"),  # typed as 3%
        ("2026-01-01 | 商贷最低首付 | 首套 | 0.5 | %", "value", "rate_fraction"),
    ],
)
def test_a_row_that_cannot_be_used_is_said(row: str, column: str, check: str) -> None:
    """What it is for or since when: passed over. How much: unknown, for the older value would be wrong."""
    good = "2025-05-20 | LPR | 1年期 | 3 | %"
    rates, findings = read_rates(table(row, good), TODAY)
    assert [(f.sheet, f.row, f.column, f.check) for f in findings] == [("rates", 2, column, check)]
    assert rates.find("LPR", "1年期").value == (None if column in ("unit", "value") and "LPR" in row else 3)


def test_negative_basis_points_and_no_percent_at_all_are_fine() -> None:
    rows = table("2026-01-01 | 商贷加点 | 首套 | -45 | 基点", "2026-01-01 | 契税 | 首套不超线 | 0.51 | %")
    assert read_rates(rows, TODAY)[1] == []


def test_two_values_from_one_day_say_nothing() -> None:
    rows = ("2026-01-01 | LPR | 1年期 | 3 | %", "2026-01-01 | LPR | 1年期 | 2.9 | %")
    for order in (rows, rows[::-1]):
        rates, findings = read_rates(table(*order), TODAY)
        assert [(f.check, f.column) for f in findings] == [("rate_twice", "value")]
        assert rates.find("LPR", "1年期").value is None
    assert read_rates(table(rows[0], rows[0]), TODAY)[1] == []


def test_a_rate_in_words() -> None:
    rates, _ = read_rates(default_rates(), TODAY)
    words = rates.find("商贷加点", "首套").words
    assert words.startswith("商贷加点 首套 0 基点（2024-05-18 起, 2024-05-17 人民银行《")
    assert words.endswith(", 各地不同, 请核对）")
    assert rates.find("契税面积线").words.startswith("契税面积线 140 ㎡（2024-12-01 起")
    assert rates.find("增值税", "不满二").words.startswith("增值税 不满二 3%（2026-01-01 起")


def test_a_new_workbook_holds_the_shipped_rows(tmp_path: Path) -> None:
    build(tmp_path / "店.xlsx", None, 0, TODAY)
    tables, findings = read_tables(FileBook(tmp_path / "店.xlsx", read_only=True), SHEETS)
    assert findings == []
    pd.testing.assert_frame_equal(tables["rates"], default_rates())


def test_a_changed_rate_is_another_version_of_the_rules() -> None:
    rows = default_rates()
    rows.loc[rows["item"] == "附加减征", "source"] = "别处"
    tables = tables_from("")
    same = rules_of(Tables({**tables, "rates": rows}, tables.layouts), Settings())
    assert version_of(same) == version_of(shipped_rules())
    rows.loc[2, "value"] = 3.4
    other = rules_of(Tables({**tables, "rates": rows}, tables.layouts), Settings())
    assert [tuple(change) for change in changed(same, other)] == [
        (("税费利率", "2024-07-22 LPR 1年期", "数值"), "3.35", "3.4")
    ]


def test_a_rate_is_shown_with_all_its_digits() -> None:
    assert number_format_of(RATES["value"]) == "General"  # 3.075 is not 3.08
