"""Message templates: read from files, checked before anything is rendered, compiled once.

A template is a text file in Jinja2 whose name is its id. It opens with a comment that says what it is for:

    {#
    name: 市场动态
    channel: 微信
    type: 市场资讯
    purpose: 营销
    trigger: 定期跟进:B 计划跟进:B
    order: 30
    again: 14
    fields: 称谓 经纪人 机构 区域行情 日期
    optional: 意向区域
    #}

`trigger` names the 事由 of 今日待办, alone or with what it is for: the 下步行动 that was planned, 成交, 流失 or 洽谈 for clients who have come so
far, else the grade. Of several templates for the same, the lowest `order` comes first. `purpose` is 服务 (to everyone who did not refuse
contact), 关怀 or 营销 (only to who agreed; 营销 not on a day on which the client was in touch). `again` is the number of days before a
client may get the template once more, `channel` the one for clients who prefer none. A client for whom one of `fields` is empty gets
no such message; `optional` ones may be empty. A trigger 指定 means: only where a rule or a task names the template. The English texts stand
in the folder `en`, under the same ids. The rows of 模板 say the same in columns, see `macros.template_book`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from jinja2 import Template as Compiled

from macros.message_fields import FIELDS
from macros.places import TEMPLATES
from macros.template_guard import ENVIRONMENT, HEADER, guard, nearest, place, unknown_field
from workbook.errors import TemplateRefused
from workbook.sheets.templates import CHANNELS, LANGUAGES, PURPOSES

FOLDER = TEMPLATES / "messages"
CHINESE, ENGLISH = LANGUAGES
FOLDERS = {CHINESE: ".", ENGLISH: "en"}
"""Language -> the folder of its texts, beneath that of all."""
MARKETING, SERVICE = "营销", "服务"


@dataclass(frozen=True, kw_only=True)
class Template:
    """One checked template. `fields` must be filled, `optional` may be empty; `again_days` counts from the day it was sent."""

    id: str
    name: str
    channel: str
    type: str
    purpose: str
    trigger: tuple[str, ...]
    order: int
    again_days: int
    fields: tuple[str, ...]
    optional: tuple[str, ...]
    source: str

    @cached_property
    def compiled(self) -> Compiled:
        """The text ready for rendering: compiled once, and only where it is used."""
        return ENVIRONMENT.from_string(self.source)

    def render(self, values: Mapping[str, object]) -> str:
        """Return the text for one client; `values` holds a text or list of texts for each of `names`, "" where empty."""
        return re.sub(r"\n{3,}", "\n\n", self.compiled.render(values)).strip()

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that the text uses."""
        return self.fields + self.optional

    @property
    def occasions(self) -> tuple[str, ...]:
        """Those of `fields` that are filled only while an occasion lasts."""
        return tuple(name for name in self.fields if FIELDS[name].occasion)


def load_templates(folder: Path = FOLDER) -> tuple[list[Template], list[TemplateRefused]]:
    """Return the usable templates of a folder by file name, and why the others cannot be used.

    Raises TemplateRefused where the folder holds no template at all.
    """
    paths = sorted(folder.glob("*.j2"))
    if not paths:
        raise TemplateRefused(str(folder), "没有消息模板", "请恢复这个文件夹里的 .j2 文件", code="template_none")
    good: list[Template] = []
    bad: list[TemplateRefused] = []
    for path in paths:
        try:
            good.append(load_template(path))
        except TemplateRefused as refusal:
            bad.append(refusal)
    return good, bad


def load_template(path: Path) -> Template:
    """Return the template of a file. Raises TemplateRefused with the file, the line and the nearest field name."""
    try:
        source = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise TemplateRefused(path.name, "不是 UTF-8 文本", "请用 UTF-8 编码另存", code="template_encoding") from None
    return read_template(source, path.stem)


@lru_cache(maxsize=256)  # 待办 and 消息 read the same files; what is refused is read again
def read_template(source: str, name: str) -> Template:
    """Return a template from its text; `name` is its id. Raises TemplateRefused."""
    file = f"模板 {name}.j2"
    header, line_of = _front_matter(source, file)
    used = guard(source, file)
    required, optional = tuple(header["fields"].split()), tuple(header.get("optional", "").split())
    _declared(used, {"fields": required, "optional": optional}, file, line_of)
    return Template(
        id=name, name=header["name"], channel=header["channel"], type=header["type"], purpose=header["purpose"],
        trigger=tuple(header["trigger"].split()), order=_whole(header, "order", 50, file), again_days=_whole(header, "again", 1, file),
        fields=required, optional=optional, source=source,
    )  # fmt: skip


def header_of(source: str) -> dict[str, str]:
    """Return name -> content of the lines with which a template opens, whether they can be used or not."""
    opening = HEADER.match(source)
    lines = (line.replace("：", ":", 1).partition(":") for line in (opening[1] if opening else "").splitlines())
    return {key.strip(): value.strip() for key, _, value in lines}


_KEYS = ("name", "channel", "type", "purpose", "trigger", "fields")
_MORE_KEYS = ("optional", "order", "again")


def _front_matter(source: str, file: str) -> tuple[dict[str, str], dict[str, int]]:
    found = HEADER.match(source)
    lines = found[1].splitlines() if found else []
    first = source[: found.start(1)].count("\n") + 1 if found else 1
    header: dict[str, str] = {}
    line_of: dict[str, int] = {}
    for line, text in enumerate(lines, start=first):
        key, colon, value = text.replace("：", ":", 1).partition(":")
        if text.strip() and (not colon or key.strip() not in _KEYS + _MORE_KEYS):
            near = nearest(key.strip(), _KEYS + _MORE_KEYS)
            do = (
                f"您是不是想写「{near}:」"
                if near
                else f"每行请写成「名称: 内容」, 名称只能是 {'、'.join(_KEYS + _MORE_KEYS)}"
            )
            raise _header_refused(place(file, line), f"开头的说明里不认识「{text.strip()[:40]}」", do)
        if text.strip():
            header[key.strip()], line_of[key.strip()] = value.strip(), line
    for key in _KEYS:
        if not header.get(key):
            raise _header_refused(
                place(file, 1), f"开头的说明里没有「{key}:」", f"请在第一行的 {{# 之后补一行「{key}: …」"
            )
    for key, choices in (("purpose", PURPOSES), ("channel", CHANNELS)):
        if header[key] not in choices:
            do = f"请写 {'、'.join(choices)} 之一"
            raise _header_refused(place(file, line_of[key]), f"{key} 不能是「{header[key][:40]}」", do)
    return header, line_of


def _header_refused(where: str, what: str, do: str) -> TemplateRefused:
    return TemplateRefused(where, what, do, code="template_header")


def _whole(header: Mapping[str, str], key: str, default: int, file: str) -> int:
    text = header.get(key, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        raise _header_refused(place(file, 1), f"{key} 不是整数: 「{text[:40]}」", f"请写成「{key}: {default}」这样")
    return int(text)


def _declared(
    used: Mapping[str, int],
    declared: Mapping[str, tuple[str, ...]],
    file: str,
    line_of: Mapping[str, int],
) -> None:
    """Hold the header's fields against those that the text uses."""
    for key, names in declared.items():
        for name in names:
            where = place(file, line_of[key])
            if name not in FIELDS:
                raise unknown_field(where, name)
            if name not in used:
                do = "请从这一行删去, 否则缺它的客户收不到消息"
                raise _header_refused(where, f"正文没有用到「{name}」", do)
    named = {name for names in declared.values() for name in names}
    for name, line in used.items():
        if name not in named:
            do = f"请在开头的 fields: (缺了就不发) 或 optional: (可以没有) 后面加上「{name}」"
            raise _header_refused(place(file, line), f"用到的「{name}」没有写进开头的说明", do)


def template_table(folder: Path = FOLDER) -> list[dict[str, str]]:
    """Return a row per template for the reference: id, name, channel, type, purpose, trigger, fields (optional ones in brackets)."""
    return [
        {
            "id": t.id, "name": t.name, "channel": t.channel, "type": t.type, "purpose": t.purpose, "trigger": " ".join(t.trigger),
            "fields": "、".join([*t.fields, *(f"({name})" for name in t.optional)]),
        }
        for t in load_templates(folder)[0]
    ]  # fmt: skip
