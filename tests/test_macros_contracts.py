"""Contracts, part by part: capital numerals, the white list for Word templates, what is missing, numbers, and what may be printed."""

import datetime as dt
import io
import json
import zipfile
from decimal import Decimal
from pathlib import Path
from threading import Thread

import pytest

from macros.contracts.amounts import capital
from macros.contracts.drafts import EARLY, OF_DEAL, TEMPLATE, inside, type_of
from macros.contracts.facts import ALL_FIELDS, FIELDS, facts_of
from macros.contracts.guard import GuardedEnvironment
from macros.contracts.numbers import Number, absent, give_back, next_of, number_of, take, taken
from macros.contracts.word import filled, stamped, used
from macros.places import TEMPLATES
from macros.settings import Settings
from tests.tables import tables_from
from workbook.errors import FileRefused, TemplateRefused
from workbook.sheets import BY_KEY, CONTRACTS
from workbook.sheets.contracts import TYPES

NOW = dt.datetime(2026, 11, 20, 9, 30)
FIELDS_HERE = {"姓名": None, "备注": None, "项目": (), "行": ("甲", "乙")}

# amounts: the examples of 《支付结算办法》附件一 (银发〔1997〕393号), and the bounds


@pytest.mark.parametrize(
    ("yuan", "words"),
    [
        ("1409.50", "壹仟肆佰零玖元伍角整"), ("6007.14", "陆仟零柒元壹角肆分"), ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("107000.53", "壹拾万零柒仟元伍角叁分"), ("16409.02", "壹万陆仟肆佰零玖元零贰分"), ("325.04", "叁佰贰拾伍元零肆分"),
        ("0", "零元整"), ("0.05", "伍分"), ("0.50", "伍角整"), ("10", "壹拾元整"), ("5200000", "伍佰贰拾万元整"),
        ("100000000", "壹亿元整"), ("100000001", "壹亿零壹元整"), ("10000.5", "壹万元伍角整"), ("20010000", "贰仟零壹万元整"),
        ("3090000", "叁佰零玖万元整"), ("1000000000000", "壹万亿元整"), ("0.005", "壹分"),
    ],
)  # fmt: skip
def test_an_amount_in_capital_numerals(yuan, words):
    assert capital(Decimal(yuan)) == words


@pytest.mark.parametrize("yuan", ["-0.01", "10000000000000000"])
def test_an_amount_that_no_cheque_has_is_refused(yuan):
    with pytest.raises(ValueError, match="capital numerals"):
        capital(Decimal(yuan))


# the white list


def check(source: str) -> GuardedEnvironment:
    environment = GuardedEnvironment("模板 一.docx", FIELDS_HERE)
    environment.check(source)
    return environment


@pytest.mark.parametrize(
    "source",
    [
        "{{ 姓名 }}", "{% if 姓名 %}{{ 姓名 }}{% endif %}", "{% for 项 in 项目 %}{{ 项 }}{% endfor %}",
        "{% if 姓名 == '王' %}x{% else %}y{% endif %}",
        "{% for 项 in 行 %}{{ 项.甲 }}{{ 项.乙 }}{% endfor %}", "{% if not 项目 and 姓名 %}无{% endif %}", "没有字段", "",
    ],
)  # fmt: skip
def test_what_a_template_may_say(source):
    check(source)


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("{{ 姓名.__class__ }}", "后面不能再写点"), ("{{ 姓名['__class__'] }}", "不允许"), ("{{ 姓名|upper }}", "不允许"),
        ("{{ ''.join(姓名) }}", "不允许"), ("{{ 姓名 * 1000000000 }}", "不允许"), ("{{ range(9) }}", "不允许"), ("{{ 1 + 1 }}", "不允许"),
        ("{% for a in 项目 %}{% for b in 项目 %}{% endfor %}{% endfor %}", "这样的 for"), ("{% set x = 1 %}", "不允许"),
        ("{% include 'x' %}", "不允许"), ("{% import 'x' as y %}", "不允许"), ("{% macro x() %}{% endmacro %}", "不允许"),
        ("{{ 姓明 }}", "没有「姓明」这个字段"), ("{% for 项 in 行 %}{{ 项.丙 }}{% endfor %}", "没有「丙」这个字段"), ("{{ 项目 }}", "是列表"),
        ("{% for 项 in 姓名 %}{% endfor %}", "这样的 for"), ("{% for 姓名 in 项目 %}{% endfor %}", "这样的 for"), ("{{ 姓名", "没写完整"),
        ("{% if 姓名 %}", "没写完整"), ("{{ 姓名 < 3 }}", "这样的比较"), ("{{ self }}", "没有「self」"),
        ("{{ cycler }}", "没有「cycler」"), ("{{ lipsum.__globals__ }}", "后面不能再写点"), ("{% if 姓名 %}" * 30 + "{% endif %}" * 30, "太复杂"),
        ("x" * 2_000_001, "太大"), ("{{ 姓名 }}" * 3001, "太复杂"), ("{{ " + "(" * 500 + "姓名" + ")" * 500 + " }}", "没写完整"),
    ],
)  # fmt: skip
def test_what_a_template_may_not_say_is_refused_before_anything_is_rendered(source, what):
    with pytest.raises(TemplateRefused) as refusal:
        check(source)
    assert what in refusal.value.what
    assert (refusal.value.where, refusal.value.code) == ("模板 一.docx", "DOCUMENT_TEMPLATE")


def test_a_field_that_an_if_asks_for_is_not_needed_and_one_that_is_written_anyway_is():
    found = check("{% if 备注 %}{{ 备注 }}{% endif %}{{ 姓名 }}{% for 项 in 项目 %}{{ 项 }}{% endfor %}").used
    assert (found.all, found.needed) == ({"备注", "姓名", "项目"}, {"姓名"})
    assert check("{% if 备注 %}{% endif %}{{ 备注 }}").used.needed == {"备注"}


# Word files


def word_file(*lines: str) -> bytes:
    from docx import Document

    document = Document()
    for line in lines:
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def lines_of(content: bytes) -> list[str]:
    from docx import Document

    return [paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs]


@pytest.mark.parametrize(
    "value",
    ["{{ 备注 }}", "{% raw %}", "{_{x}_}", "<w:p>", "&lt;", "A&B", "'\"", "\ue000\ue001", "=1+1", "{#", "多\n行"],
)
def test_a_value_is_text_whatever_it_says(value):
    made = filled(word_file("<{{ 姓名 }}>"), "x", {"姓名": value, "备注": "秘密", "项目": [], "行": []}, FIELDS_HERE)
    assert lines_of(made) == [f"<{value}>".replace("\ue000", "").replace("\ue001", "")]


def test_a_template_is_checked_in_headers_and_properties_too():
    from docx import Document

    document = Document(io.BytesIO(word_file("x")))
    document.sections[0].header.paragraphs[0].text = "{{ 姓名.__class__ }}"
    in_header = io.BytesIO()
    document.save(in_header)
    document = Document(io.BytesIO(word_file("x")))
    document.core_properties.title = "{{ 7 * 7 }}"
    in_title = io.BytesIO()
    document.save(in_title)
    for source in (in_header.getvalue(), in_title.getvalue()):
        with pytest.raises(TemplateRefused):
            used(source, "x", FIELDS_HERE)


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b"0" * 50_000_001)
    return out.getvalue()


@pytest.mark.parametrize("source", [b"", b"no zip", bomb()])
def test_a_template_that_is_no_word_file_is_refused(source):
    with pytest.raises(TemplateRefused):
        used(source, "x", FIELDS_HERE)


def test_a_draft_bears_its_mark_on_every_kind_of_page():
    from docx import Document

    document = Document(io.BytesIO(word_file("正文")))
    document.sections[0].different_first_page_header_footer = True
    document.settings.odd_and_even_pages_header_footer = True
    document.add_section()
    out = io.BytesIO()
    document.save(out)
    marked = Document(io.BytesIO(stamped(out.getvalue(), "不得签署", "草稿")))
    for section in marked.sections:
        for header in (section.header, section.first_page_header, section.even_page_header):
            assert header.paragraphs[0].text == "不得签署"
            assert 'string="草稿"' in header._element.xml


@pytest.mark.parametrize("type_", TEMPLATE)
def test_every_shipped_template_uses_known_fields_and_asks_for_what_may_be_missing(type_):
    found = used((TEMPLATES / "contracts" / TEMPLATE[type_]).read_bytes(), "x", ALL_FIELDS)
    assert {"合同号", "客户姓名", "房屋坐落", "不利因素"} <= found.needed
    assert not {"产权证号", "抵押余额", "租约至", "贷款额"} & found.needed
    assert set(TYPES) == set(TEMPLATE)


@pytest.mark.parametrize("type_", TEMPLATE)
@pytest.mark.parametrize("optional", ["", "有"])
def test_every_shipped_template_is_filled_in_with_and_without_what_may_be_missing(type_, optional):
    source = (TEMPLATES / "contracts" / TEMPLATE[type_]).read_bytes()
    fields = used(source, "x", ALL_FIELDS)
    values = {name: f"〔{name}〕" if name in fields.needed else optional for name in ALL_FIELDS}
    made = filled(source, "x", values, ALL_FIELDS)
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        told = "".join(package.read(name).decode() for name in package.namelist() if name.startswith("word/"))
    assert all(f"〔{name}〕" in told for name in fields.needed)
    assert "{{" not in told
    assert "{%" not in told


# what is missing

DEAL = """
成交
| 成交ID | 类型 | 客户ID | 房源ID | 业主ID | 成交价 | 定金 | 状态 | 付款方式 | 佣金应收 |
| D1     | 买卖 | C1     | H1     | O1     | 520    | 10   | 定金 | 商贷     | 10.4     |
| D2     | 租赁 | C9     | H1     | O1     | 6500   |      | 议价 | 全款     | 6500     |

客户
| 客户ID | 姓名 | 手机1       | 归属人 |
| C1     | 张伟 | 13800000001 | 王店   |

业主
| 业主ID | 姓名 | 电话 |
| O1     | 李娜 |      |

房源
| 房源ID | 小区 | 栋 | 室号 | 区域 | 建筑面积 | 用途 | 产权性质 | 不利因素 | 户口 |
| H1     | 枫华 | 3  | 502  | 滨江 | 89.5     | 住宅 | 商品房   | 临街     | 无   |
"""


def test_values_come_from_their_cells_in_the_words_of_a_contract():
    tables = tables_from(DEAL)
    sale, lease = tables["deals"].itertuples()
    values = facts_of(tables, sale, Settings()).values
    assert (values["成交价"], values["成交价大写"]) == ("5,200,000 元", "伍佰贰拾万元整")
    assert (values["定金"], values["佣金大写"]) == ("100,000 元", "壹拾万零肆仟元整")
    assert (values["房屋坐落"], values["建筑面积"], values["签约日"]) == ("滨江枫华3栋502室", "89.5", "")
    assert facts_of(tables, lease, Settings()).values["成交价"] == "6,500 元"  # a month


def test_what_is_missing_is_named_with_its_cell_and_an_unknown_id_with_that_of_the_id():
    tables = tables_from(DEAL)
    sale, lease = tables["deals"].itertuples()
    facts = facts_of(tables, sale, Settings())
    assert facts.missing({"业主电话", "客户姓名"}) == [f"业主电话({tables.cell('owners', 2, 'phone')})"]
    lacks = facts_of(tables, lease, Settings()).missing({"客户姓名", "客户电话"})
    assert lacks == [f"客户姓名({tables.cell('deals', 3, 'client_id')})"]


def test_the_fingerprint_tells_what_the_template_uses_and_nothing_else():
    tables = tables_from(DEAL)
    facts = facts_of(tables, next(tables["deals"].itertuples()), Settings())
    other = tables_from(DEAL.replace("520 ", "521 "))
    changed = facts_of(other, next(other["deals"].itertuples()), Settings())
    assert facts.fingerprint(b"t", {"成交价"}) != changed.fingerprint(b"t", {"成交价"})
    assert facts.fingerprint(b"t", {"客户姓名"}) == changed.fingerprint(b"t", {"客户姓名"})
    assert facts.fingerprint(b"t", {"客户姓名"}) != facts.fingerprint(b"u", {"客户姓名"})


def test_every_field_has_a_column_that_is_there():
    for name, field in FIELDS.items():
        assert field.column in BY_KEY[field.sheet].by_key, name


def test_a_deal_needs_the_contract_of_its_stage():
    tables = tables_from(DEAL)
    sale, lease = tables["deals"].itertuples()
    assert (type_of(sale), type_of(lease)) == ("定金", "租赁")
    assert type_of(sale._replace(status="签约")) == "买卖"
    assert all(type_of(sale._replace(status=status)) in OF_DEAL["买卖"] for status in (*EARLY, "完结"))


# numbers


def test_a_number_is_read_as_it_is_written():
    assert str(Number("MM", 2026, 7)) == "MM-2026-0007"
    assert number_of("MM-2026-0007") == Number("MM", 2026, 7)
    assert number_of("MM-2026-12345") == Number("MM", 2026, 12345)
    assert Number("MM", 2026, 7).type == "买卖"
    assert [number_of(text) for text in ("", "MM-26-1", "7", "mm-2026-0007", "MM-2026-0007x")] == [None] * 5


def test_every_type_and_year_has_a_series_of_its_own():
    known = {Number("MM", 2026, 3), Number("MM", 2025, 9), Number("DJ", 2026, 5)}
    assert next_of(known, "买卖", 2026) == Number("MM", 2026, 4)
    assert next_of(known, "买卖", 2027) == Number("MM", 2027, 1)
    assert next_of(known, "租赁", 2026) == Number("ZL", 2026, 1)


def test_numbers_that_stand_on_the_register_no_more_are_found_without_a_gap():
    here = {Number("MM", 2026, 2)}
    assert absent({Number("MM", 2026, 4), *here}, here) == [Number("MM", 2026, at) for at in (1, 3, 4)]
    assert absent(here | {Number("MM", 2026, 1)}, here | {Number("MM", 2026, 1)}) == []


def test_numbers_are_known_from_register_log_and_folder(tmp_path):
    text = """
    合同登记
    | 合同号       |
    | MM-2026-0001 |

    日志
    | 运行号 | 表       | ID           | 单元格 | 新值         |
    | 1      | 合同登记 |              | A3     | MM-2026-0002 |
    | 2      | 客户     |              | A3     | MM-2026-0009 |
    | 3      | 合同登记 | MM-2026-0003 | B4     | 作废         |
    """
    take(Number("MM", 2026, 4), tmp_path, {}, NOW)
    found = taken(tables_from(text), tmp_path)
    assert found == {Number("MM", 2026, at) for at in (1, 2, 3, 4)}


def test_two_who_want_the_same_number_get_two(tmp_path):
    got: list[Number] = []
    threads = [
        Thread(target=lambda: got.append(take(Number("MM", 2026, 1), tmp_path, {"deal_id": "D1"}, NOW)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(number.nth for number in got) == list(range(1, 9))
    file = tmp_path / "号码" / "MM-2026-0001.json"
    assert json.loads(file.read_text("utf-8")) == {"no": "MM-2026-0001", "at": "2026-11-20T09:30:00", "deal_id": "D1"}
    give_back(got[0], tmp_path)
    give_back(got[0], tmp_path)  # once more does no harm


def test_a_folder_that_cannot_be_written_is_told_of(tmp_path):
    (tmp_path / "号码").write_text("a file in its place")
    with pytest.raises(FileRefused) as refusal:
        take(Number("MM", 2026, 1), tmp_path, {}, NOW)
    assert refusal.value.code == "CONTRACT_NOT_WRITTEN"


# the archive


@pytest.mark.parametrize(
    "name",
    ["", "../x.pdf", "a/b.pdf", "a\\b.pdf", "/etc/passwd", "C:x.pdf", "missing.pdf", "folder", "link.pdf", "..", "."],
)
def test_only_a_file_of_the_archive_itself_is_looked_at(name, tmp_path):
    archive = tmp_path / "合同"
    (archive / "folder").mkdir(parents=True)
    (tmp_path / "x.pdf").write_bytes(b"x")
    (archive / "link.pdf").symlink_to(tmp_path / "x.pdf")
    assert inside(archive, name) is None
    (archive / "x.pdf").write_bytes(b"x")
    assert inside(archive, "x.pdf") == Path(archive / "x.pdf")


def test_the_register_says_who_fills_what():
    people = [column.key for column in CONTRACTS.columns if not column.automatic]
    assert people == [
        "review", "reviewer", "reviewed_on", "comment", "esign_link", "esign", "signed_file", "void_why", "remark",
    ]  # fmt: skip
