"""Attacks typed on 模板: only that row stops, whatever it says; the run goes on, and nothing takes the place of the text that was stopped."""

import datetime as dt
import json
import time
from pathlib import Path

import pytest

from macros.cli import main
from macros.messages import messages
from macros.settings import Agency, Settings
from tests.commands import genjin
from tests.posting import put, tables_of
from tests.tables import tables_from
from workbook.tables import Tables

TODAY = dt.date(2026, 3, 5)
GOOD = "{{ 称谓 }}您好，{{ 机构 }}的{{ 经纪人 }}问声好。"
DEEP = 3900
ATTACKS = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}", "{{ 称谓.__class__ }}", "{{ 称谓['__class__'] }}", "{{ 称谓|attr('__class__') }}",
    "{{ '{0.__class__}'.format(称谓) }}", "{{ 推荐房源.append('x') }}", "{{ 推荐房源|map(attribute='x')|list }}", "{{ (lambda: 1)() }}",
    "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}", "{{ 'a'*10**9 }}", "{{ 2**(2**30) }}", "{{ [0]*10**9 }}",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "{{ " + "(" * DEEP + " }}", "{{ " + "1+" * (DEEP // 2) + "1 }}",
    "{{ " + "[" * DEEP + " }}", "{{ 称谓" + "|trim" * (DEEP // 5) + " }}", "{{ 0x" + "f" * DEEP + " }}", "{{ 1e999 }}", "您" * 20_000,
    "{% import 'os' as os %}{{ os }}", "{% include '/etc/passwd' %}", "{% extends 'x' %}", "{% from 'x' import y %}", "{% block a %}{% endblock %}",
    "{% if 称谓 %}", "{% endfor %}", "{{ 称谓 }", "{{ 称谓 }}{{", "{% raw %}{{ 称谓 }}", "{# 没写完", "{{ 姓明 }}", "{姓名}您好", "｛｛称谓｝｝",
    "{{ 称谓.strftime('%Y') }}", "{{ 称谓|safe }}", "{% autoescape false %}{{ 称谓 }}{% endautoescape %}", "{% set 称谓 = 1 %}", "{{ 推荐房源 }}",
    "{% for 称谓 in 推荐房源 %}{% endfor %}", "{{ self }}", "{{ lipsum(5) }}", "{{ '\\ud83d' }}{{ 7**7 }}",
]  # fmt: skip


@pytest.fixture(scope="module")
def attacks() -> list[str]:
    """Those above, and those of ../shared/hostile where it is there, but for what is a field here."""
    path = Path(__file__).resolve().parents[2] / "shared" / "hostile" / "templates.json"
    more = json.loads(path.read_text("utf-8")) if path.is_file() else []
    return ATTACKS + [case["t"] for case in more if case["id"] != "J103"]


def world(texts: list[str]) -> Tables:
    """Return tables in which a client each is due for every text; the task asks for the row of 模板 that holds it."""
    many = range(1, len(texts) + 1)
    parts = {
        "今日待办\n| 名次 | 负责人 | 客户ID | 姓名 | 等级 | 事由 | 原因 | 事由编号 |": "| {n} | 李娜 | C{n} | 张伟 | A | 任务 | 任务 | T{n} |",
        "任务\n| 任务ID | 对象ID | 模板 | 状态 |": "| T{n} | C{n} | a{n} | 待办 |",
        "客户\n| 客户ID | 姓名 | 称谓 | 联系同意 | 归属人 |": "| C{n} | 张伟 | 张先生 | 同意 | 李娜 |",
        "模板\n| 编号 | 名称 | 语言 | 渠道 | 内容类型 | 用途 | 什么时候用 | 启用 |": "| a{n} | 名{n} | 中文 | 微信 | 试 | 服务 | 指定 | 是 |",
    }
    text = "\n".join("\n".join([head, *(row.format(n=n) for n in many)]) for head, row in parts.items())
    tables = tables_from(text)
    rows = tables["templates"]
    return tables.updated({"templates": {"body": rows["template_id"].map(lambda one: texts[int(one[1:]) - 1])}})


@pytest.mark.requirement("R40", "F9")
def test_every_attack_on_the_sheet_stops_its_own_row_and_no_other(attacks: list[str]) -> None:
    texts = [text for attack in attacks for text in (attack, GOOD)]
    tables = world(texts)
    began = time.process_time()
    outcome = messages(tables, TODAY, Settings(agency=Agency(name="安居")))
    assert time.process_time() - began < 0.2 * len(texts)
    rows = outcome.results["messages"].set_index("client_id").sort_index(key=lambda ids: ids.str[1:].astype(int))
    assert rows["status"].tolist() == ["跳过", "可发"] * len(attacks)
    assert set(rows.loc[rows["status"] == "可发", "text"]) == {"张先生您好，安居的李娜问声好。"}
    assert set(rows.loc[rows["status"] == "跳过", "text"]) == {""}
    assert all("模板" in why for why in rows.loc[rows["status"] == "跳过", "skipped"])
    told = outcome.updates["templates"]["verdict"]
    for number, attack in enumerate(texts, start=1):
        said = str(told[number + 1])
        assert (said == "可以用") == (attack == GOOD), attack[:60]
        assert attack == GOOD or (said.startswith(f"模板!G{number + 1} 第 ") and "\n" not in said)
    found = {finding.row for finding in outcome.findings}
    assert found == {number + 1 for number, text in enumerate(texts, start=1) if text != GOOD}
    assert all((one.sheet, one.column, one.check) == ("templates", "body", "bad_template") for one in outcome.findings)


def writable(text: str) -> bool:
    """Whether Excel has a cell for it: it holds 32,767 characters, and no half ones."""
    return len(text) < 32_000 and text.isprintable() and not any("\ud800" <= sign <= "\udfff" for sign in text)


@pytest.mark.requirement("R40", "F9")
def test_attacks_in_a_workbook_leave_the_day_as_it_is(
    attacks: list[str], yesterday: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Through the file and the whole day: texts that were ready from other templates are ready afterwards, word for word."""
    path = tmp_path / "店.xlsx"
    path.write_bytes(yesterday.read_bytes())
    before = tables_of(path)
    rows = before["templates"]
    used = set(before["messages"].loc[before["messages"]["status"] == "可发", "template"])
    typed = [text for text in attacks if writable(text)]
    free = rows.index[~rows["template_id"].isin(used - {"market"})].tolist()[: len(typed)]
    put(path, {("templates", row, "body"): text for row, text in zip(free, typed, strict=False)})
    ill = set(rows.loc[free, "template_id"])
    genjin(capsys, "all", path, code=None)
    after = tables_of(path)
    verdicts = after["templates"]["verdict"]
    assert all(verdicts[row].startswith(f"模板!G{row} 第 ") for row in free)
    assert set(verdicts.drop(free)) == {"可以用"}
    ready = before["messages"].loc[before["messages"]["status"] == "可发"].set_index("client_id")
    now = after["messages"].drop_duplicates("client_id").set_index("client_id")
    kept = ready.loc[~ready["template"].isin(ill)]
    assert len(kept) > 5
    assert now.loc[kept.index, ["template", "status", "text"]].equals(kept[["template", "status", "text"]])
    assert not set(now.loc[now["status"] == "可发", "template"]) & ill
    told = after["findings"]
    told = told.loc[told["check"] == "bad_template"]
    assert {one.partition("|")[0] for one in told["row_id"]} <= ill
    assert len(told) == min(len(ill), 51)  # after fifty, one more says how many there are
    code = main(["lint", str(path), "--json"])
    items = json.loads(capsys.readouterr().out)["items"]
    assert code == 1
    assert sum(not item["ok"] for item in items) == len(free)
    assert max(item["seconds"] for item in items) < 0.2
