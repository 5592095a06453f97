"""After adopting, every action works on an agency's workbook as on one of ours with the same rows, and nothing of the agency's changes."""

import re
from pathlib import Path

import pytest

from tests.agency import CLIENT_HEADERS, HOME_HEADERS, LOG_HEADERS, make_agencys, make_ours
from tests.commands import Cells, cells, genjin
from tests.parts import Parts, around, parts, rows_of
from workbook.book import column_letter, column_number

ACTIONS = ("validate", "grade", "due", "match", "messages", "report")
GROWS = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
THEIRS = {"客源表": (2, CLIENT_HEADERS), "房源表": (1, HOME_HEADERS), "跟进记录": (1, LOG_HEADERS)}


@pytest.fixture
def agencys(tmp_path: Path) -> Path:
    path = tmp_path / "老店" / "门店.xlsx"
    path.parent.mkdir()
    make_agencys(path)
    return path


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    path = tmp_path / "新店" / "门店.xlsx"
    path.parent.mkdir()
    make_ours(path)
    return path


def by_header(path: Path, sheet: str, row: int, labels: tuple[str, ...]) -> list[tuple[object, ...]]:
    """Return the cells of some columns, row by row below the header."""
    held = cells(path)[sheet]
    at = {value: column for (line, column), value in held.items() if line == row}
    last = max(line for line, _ in held)
    return [tuple(held.get((line, at[label])) for label in labels) for line in range(row + 1, last + 1)]


def plain(held: Cells) -> dict[tuple[int, int], object]:
    """Return the cells of a page without what names places or runs: there the two workbooks differ."""
    runs = {column for (row, column), value in held.items() if row == 1 and value == "运行号"}
    errors = re.compile(r"数据里有 [\d,]+ 个错误")  # an agency's own list has other checks
    return {
        at: re.sub(r"\(?(?:客源表|客户|跟进记录|跟进|房源表|房源)![A-Z]*\d+\)?", "", errors.sub("数据里有错误", value))
        if isinstance(value, str)
        else value
        for at, value in held.items()
        if at[1] not in runs
    }


def test_every_action_says_the_same_as_on_a_workbook_of_ours(
    agencys: Path, ours: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    genjin(capsys, "adopt", agencys)
    for action in ACTIONS:
        codes = [genjin(capsys, action, path, code=None)["code"] for path in (agencys, ours)]
        assert codes == ([1, 1] if action == "validate" else [0, 0]), action
    labels = ("客户ID", "系统等级", "分数", "契合分", "互动分", "下次跟进", "逾期天数", "生命周期", "活跃度")
    grades = by_header(agencys, "客源表", 2, labels)
    assert {grade for _, grade, *_ in grades} == {"C", "D"}
    assert grades == by_header(ours, "客户", 1, labels)
    stamps = ("跟进ID", "对象ID", "有效")
    assert by_header(agencys, "跟进记录", 1, stamps) == by_header(ours, "跟进", 1, stamps)
    theirs, own = cells(agencys), cells(ours)
    assert by_header(agencys, "今日待办", 1, ("客户ID", "姓名")) != []
    for page in ("今日待办", "匹配结果", "反向匹配", "消息", "报表"):
        assert plain(theirs[page]) == plain(own[page]), page


def test_all_at_once_says_the_same_too(agencys: Path, ours: Path, capsys: pytest.CaptureFixture[str]) -> None:
    genjin(capsys, "adopt", agencys)
    told = [genjin(capsys, "all", path, code=None) for path in (agencys, ours)]
    lists = [{name: len(items) for name, items in one["items"].items() if name != "validate"} for one in told]
    assert lists[0] == lists[1]
    assert lists[0]["match"] > 0
    assert lists[0]["due"] > 0
    for page in ("今日待办", "匹配结果", "反向匹配", "消息", "任务"):
        assert plain(cells(agencys)[page]) == plain(cells(ours)[page]), page


def test_nothing_of_theirs_changes_but_what_stands_right_of_their_lists(
    agencys: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, held = Parts(agencys), agencys.read_bytes()
    genjin(capsys, "adopt", agencys)
    runs = [genjin(capsys, action, agencys, code=None)["run"] for action in (*ACTIONS, "all")]
    after = Parts(agencys)
    lists = {before.sheet(name): len(headers) for name, (_, headers) in THEIRS.items()}
    assert {name for name in before if after.get(name) != before[name]} == {*lists, *GROWS}
    for part, width in lists.items():
        there = rows_of(after[part])
        for row, (_, wanted) in rows_of(before[part]).items():
            assert {at: cell for at, cell in there[row][1].items() if column_number(at) <= width} == wanted, (part, row)
    theirs = around(before[before.sheet("客源表")]), around(after[after.sheet("客源表")])
    for old, new in zip(*theirs, strict=True):
        assert re.sub(rb'(<autoFilter ref="A2:)[A-Z]+', rb"\1", new) == re.sub(
            rb'(<autoFilter ref="A2:)[A-Z]+', rb"\1", old
        )
    assert around(before[before.sheet("房源表")]) == around(after[after.sheet("房源表")])
    for _ in [1, *filter(None, runs)]:
        genjin(capsys, "undo", agencys)
    assert agencys.read_bytes() == held


def test_the_parts_that_people_made_are_all_there(agencys: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = parts(agencys)
    kinds = ("comments", "drawing", "chart", "chartsheets", "vmlDrawing", "theme", "sharedStrings")
    assert all(any(kind in name for name in before) for kind in kinds)
    genjin(capsys, "adopt", agencys)
    after = parts(agencys)
    for name in (name for name in before if name not in GROWS and "worksheets/sheet" not in name):
        assert after[name] == before[name], name
    book = after["xl/workbook.xml"].decode()
    assert '<definedName name="提成率">0.02</definedName>' in book
    assert '<definedName name="电话列">客源表!$D$3:$D$400</definedName>' in book
    names = re.findall(r'<sheet [^>]*?name="([^"]*)"', book)
    assert names[:5] == ["客源表", "房源表", "跟进记录", "月报", "总价图"]


def test_a_plain_list_gets_one_finding_per_missing_column(agencys: Path, capsys: pytest.CaptureFixture[str]) -> None:
    genjin(capsys, "adopt", agencys)
    answer = genjin(capsys, "validate", agencys, code=1)
    missing = [item for item in answer["items"] if item["check"] == "required"]
    assert len({(item["sheet"], item["column"]) for item in missing}) == len(missing) > 5
    assert {item["sheet"] for item in missing} == {"客源表", "房源表", "跟进记录", "需求"}
    asked = next(item for item in missing if item["column"] == "客户类型")
    assert asked["message"] == "整列都没有填, 共 10 行。请从这一行起补上客户类型。"
    assert cells(agencys)["客源表"][2, column_number(asked["cell"].rstrip("0123456789"))] == "客户类型"
    assert asked["cell"].endswith("3")


def test_a_column_that_was_begun_is_asked_for_row_by_row(agencys: Path, capsys: pytest.CaptureFixture[str]) -> None:
    genjin(capsys, "adopt", agencys)
    at = next(column for (row, column), value in cells(agencys)["客源表"].items() if (row, value) == (2, "客户类型"))
    book = Parts(agencys)
    part = book.sheet("客源表")
    cell = re.search(rf'<c r="{column_letter(at)}3"[^>]*?(?:/>|>.*?</c>)'.encode(), book[part])
    new = f'<c r="{column_letter(at)}3" t="inlineStr"><is><t>改善型</t></is></c>'.encode()
    assert cell is None or b"<v>" not in cell[0]
    row = re.search(rb'<row r="3"[^>]*>', book[part])
    assert row
    end = book[part].index(b"</row>", row.end())
    cells_there = sorted(
        [
            *re.findall(rb'<c r="[A-Z]+3"[^>]*?(?:/>|>.*?</c>)', book[part][row.end() : end]),
            *([] if cell else [new]),
        ],
        key=lambda c: column_number(re.search(rb'r="([A-Z]+)', c)[1].decode()),  # type: ignore[index]
    )
    body = b"".join(new if cell and c == cell[0] else c for c in cells_there)
    book[part] = book[part][: row.end()] + body + book[part][end:]
    book.save(agencys)
    items = genjin(capsys, "validate", agencys, code=1)["items"]
    found = [item["cell"] for item in items if (item["sheet"], item["column"]) == ("客源表", "客户类型")]
    assert found == [f"{column_letter(at)}{row}" for row in range(4, 13)]


def test_the_mapping_says_that_names_were_read_into_ids(agencys: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = genjin(capsys, "adopt", agencys)
    notes = {(line["sheet"], line["header"]): line["note"] for line in answer["items"]}
    assert notes["跟进记录", "客户姓名"].startswith("按客户的姓名, 读进了「对象ID」")
    assert "需求的「意向区域」" in notes["客源表", "求购区域"]
    needs = by_header(agencys, "需求", 1, ("客户ID", "意向区域", "预算下限", "预算上限", "室下限"))
    assert needs[:2] == [("C000001", "海淀", 300, 360, 2), ("C000002", "朝阳", 320, 380, 3)]
