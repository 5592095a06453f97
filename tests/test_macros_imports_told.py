"""Import where a person says what a sheet is, and what a list of offers says by itself."""

from pathlib import Path

import pytest

from macros.imports import ImportOptions, import_files
from tests.tables import tables_from


def test_in_a_sheet_that_a_person_names_an_unknown_header_is_no_row(tmp_path: Path) -> None:
    path = tmp_path / "怪.csv"
    path.write_text("最近联系,备用名\n2024-03-05,张三\n2024-03-06,李四\n", "utf-8")
    (item,) = import_files([path], tables_from({}), ImportOptions("客户")).items
    assert (item["rows"], item["sheet"], list(item["mapped"])) == (2, "客户", ["最近联系", "备用名"])
    (blind,) = import_files([path], tables_from({})).items
    assert (blind["rows"], blind["imported"], blind["sheet"]) == (3, 0, "")


@pytest.mark.parametrize(
    ("text", "statuses"),
    [
        ("小区,总价,面积\n甲园,300万,90\n", ["在售"]),
        ("小区,租金,面积\n甲园,3000元/月,90\n", ["在租"]),
        ("小区,总价,面积,状态\n甲园,300万,90,下架\n乙园,200万,60,在售\n", ["下架", "在售"]),
    ],
)
def test_an_offer_counts_as_on_the_market_unless_the_file_says_otherwise(
    tmp_path: Path, text: str, statuses: list[str]
) -> None:
    path = tmp_path / "房源.csv"
    path.write_text(text, "utf-8")
    found = import_files([path], tables_from({}))
    assert found.results["listings"]["status"].tolist() == statuses
    assert set(found.results["listings"]["verify"]) == {"未核"}
    assert ("核验记为「未核」" in str(found.items[0]["notes"])) == ("状态" not in text)
