"""重复客户: who may be one person, and why; near misses are not asked about; what a person decided is not asked again."""

import datetime as dt

import pytest

from macros.clients_alike import OPEN, clients_alike
from macros.clients_alike.names import full_name, names_alike
from macros.clients_alike.pairs import CROWDED, pairs_of
from macros.settings import Settings
from tests.shuffling import shuffled
from tests.tables import tables_from
from workbook.sheets.client_pairs import WHOLE
from workbook.tables import Tables

TODAY = dt.date(2026, 3, 20)
HEAD = "客户\n| 客户ID | 姓名 | 手机1 | 手机2 | 微信 | 邮箱 | 归属人 | 关联客户 | 首接时间 | 来源 |\n"


def book(*rows: str) -> Tables:
    """Rows as: name, phone1, phone2, wechat, e-mail, owner, household, first contact, source; what lacks is empty."""
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = [cell.strip() for cell in row.split(",")]
        lines.append(f"| C{number} | {' | '.join([*cells, *[''] * (9 - len(cells))])} |\n")
    return tables_from(HEAD + "".join(lines))


@pytest.mark.requirement("F1")
@pytest.mark.parametrize(
    ("one", "other", "score", "why"),
    [
        ("王芳,13800001111", "王芳,13800001111", 95, "号码相同(138****1111, 客户!F2、客户!F3), 姓名相同"),
        ("王芳,13800001111", "王女士,+86 138-0000-1111", 95, "姓相同(王芳、王女士)"),
        ("王芳,13800001111", "李强,13800001111", 75, "姓名不同: 也可能是一家人"),
        ("王芳,13800001111", "王芳,13900009999,13800001111", 95, "客户!F2、客户!G3"),
        ("王芳,13800001111", "王芳,13900009999,,13800001111", 95, "客户!F2、客户!H3"),
        ("王芳,13800001111,,wangfang88", "小王,13900002222,,WangFang88", 85, "微信相同(wan****88, 客户!H2、客户!H3)"),
        ("王芳,,,,wf@example.com", "李强,13900002222,,,WF@example.com", 60, "邮箱相同(w***@example.com"),
        ("王小芳,13800001111", "王小方,13800001911", 80, "号码只差 1 位"),
        ("王小芳,13800001111", "王小芳,13977771111", 60, "号码尾数相同(1111"),
        ("王芳,13800001111", "王芳,13900002222", 0, ""),
        ("王芳,13800001111", "李强,13900001111", 0, ""),
        ("王女士,13812341111", "王女士,13977771111", 0, ""),
        ("王小芳,13800001111", "王大明,13800001911", 0, ""),
        ("王芳,", "王芳,", 0, ""),
        ("王芳(老客户),13800001111", "王 芳,0086 138 0000 1111", 95, "姓名相同"),
        ("王芳,13800001111", "王芳女士,１３８００００１１１１", 95, "姓名相同(王芳、王芳女士)"),
        ("王芳,13800001111", "小王,13800001111", 95, "姓相同(王芳、小王)"),
        ("王芳,13800001111", "李强,13900002222,,+86 138-0000-1111", 75, "客户!F2、客户!H3"),
        ("王芳,13800001111,,微信号：WF88", "李强,13900002222,,wf88", 75, "姓名不同: 也可能是一家人"),
        ("王芳,13800001111,,同手机号", "李强,13900002222,,同手机号", 0, ""),
        ("王芳,13800001111,,无", "李强,13900002222,,无", 0, ""),
        ("王芳,13800001111,,未来可期", "芳芳,13900002222,,未来可期", 75, "微信相同"),
        ("王芳,13800001111,,,无", "李强,13900002222,,,无", 0, ""),
    ],
)  # fmt: skip
def test_what_makes_two_rows_one_person_and_what_does_not(one: str, other: str, score: int, why: str) -> None:
    found = pairs_of(book(one, other))
    assert [pair.score for pair in found] == ([score] if score else [])
    assert not score or why in found[0].why
    assert not score or "13800001111" not in found[0].why, "a number is never shown whole"


def test_more_evidence_is_more_points() -> None:
    phone = pairs_of(book("王芳,13800001111", "王芳,13800001111"))[0].score
    both = pairs_of(book("王芳,13800001111,,wf1", "王芳,13800001111,,wf1"))[0]
    assert both.score > phone
    assert "; " in both.why


def test_a_household_is_not_asked_about_and_a_switchboard_says_nothing() -> None:
    assert pairs_of(book("王芳,13800001111", "李强,13800001111,,,,,C1")) == []
    assert pairs_of(book("王芳,13800001111,,,,,C2", "李强,13800001111")) == []
    third = pairs_of(book("王芳,13800001111", "李强,13800001111,,,,,C1", "王小,13800001111,,,,,C1"))
    assert third == [], "two who name the same 关联客户 are one household"
    crowd = [f"客{n}甲,010-62345678" for n in range(CROWDED)]
    assert pairs_of(book(*crowd))
    assert pairs_of(book(*crowd, "又一位,010-62345678")) == []


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("王芳", "王芳", True), ("王芳", "王女士", True), ("欧阳先生", "欧阳锋", True), ("欧阳锋", "欧女士", False), ("张伟", "张帅", False),
        ("张小伟", "张小为", True), ("张小伟", "张大为", False), ("", "", False), ("王芳", "", False),
        ("王芳", "王芳女士", True), ("王芳", "小王", True), ("王芳", "小李", False), ("张伟", "张伟先生", True), ("张伟哥", "张帅哥", False),
    ],
)  # fmt: skip
def test_names(one: str, other: str, alike: bool) -> None:
    assert bool(names_alike(one, other)) is alike
    assert bool(names_alike(other, one)) is alike


def test_a_full_name_is_nothing_but_a_name() -> None:
    assert [name for name in ("王芳", "王女士", "小王", "王芳(老客户)", "欧阳锋", "") if full_name(name)] == [
        "王芳",
        "欧阳锋",
    ]


@pytest.mark.requirement("F1")
def test_the_sheet_has_a_row_per_pair_and_one_per_column_in_which_they_differ() -> None:
    tables = book(
        "王芳,13800001111,,,,李雷,,2026-01-05 10:00,自然到访",
        "王女士,13800001111,13900002222,,,韩梅,,2026-02-05 10:00,线上渠道",
    )
    outcome = clients_alike(tables, TODAY, Settings())
    rows = outcome.results["client_pairs"]
    assert rows["field"].tolist()[0] == WHOLE
    assert {*rows["field"]} == {WHOLE, "姓名", "来源", "归属人"}, "手机2 is empty in one of them: no question"
    assert rows["state"].tolist() == [OPEN, "", "", ""]
    assert rows["score"].notna().tolist() == [True, False, False, False], "one sees where a pair begins"
    told = rows.set_index("field")
    assert told.loc["来源", "advice"] == "取甲: 首次接触的那一行"
    assert told.loc["姓名", "advice"] == "取甲: 写了全名的那一行"
    assert told.loc["归属人", "advice"] == "取乙: 联系更近的那一行, 请人选定"
    assert (told.loc["归属人", "first"], told.loc["归属人", "second"]) == ("李雷", "韩梅")
    assert told.loc["姓名", "first_cell"] == "客户!B2"
    assert told.loc[WHOLE, "first"] == "王芳, 138****1111, 归属人 李雷"
    assert "13800001111" not in rows.to_csv()
    assert [item["first_id"] for item in outcome.items] == ["C1"]


@pytest.mark.parametrize(
    ("verdict", "waits"), [("", True), ("不是", False), ("稍后", False), ("一家人", False), ("同一人", False)]
)
def test_what_a_person_decided_is_not_asked_again(verdict: str, waits: bool) -> None:
    tables = book("王芳,13800001111", "王芳,13800001111", "张三,13700003333", "张三,13700003333")
    listed = clients_alike(tables, TODAY, Settings()).results["client_pairs"]
    first = listed.index[(listed["first_id"] == "C1") & (listed["field"] == WHOLE)][0]
    judged = tables.updated(
        {}, {"client_pairs": listed.assign(verdict=listed["verdict"].where(listed.index != first, verdict))}
    )
    again = clients_alike(judged, TODAY, Settings())
    assert (("C1", "C2") in [(item["first_id"], item["second_id"]) for item in again.items]) is waits
    kept = again.results["client_pairs"]
    assert kept.loc[(kept["first_id"] == "C1") & (kept["field"] == WHOLE), "verdict"].item() == verdict
    assert kept["first_id"].tolist()[0] == ("C1" if waits else "C3"), "what is still to be decided comes first"


def test_the_order_of_the_rows_does_not_matter() -> None:
    tables = book(
        "王芳,13800001111", "王芳,13800001111", "王女士,13800001111", "李强,13700003333,,lq", "强子,13600004444,,lq"
    )
    found = clients_alike(tables, TODAY, Settings()).results["client_pairs"]
    again = clients_alike(shuffled(tables, 3), TODAY, Settings()).results["client_pairs"]
    keys = ["first_id", "second_id", "field", "score", "advice"]
    assert found[keys].fillna(0).to_numpy().tolist() == again[keys].fillna(0).to_numpy().tolist()
