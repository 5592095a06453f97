"""The white list for message templates: what they may say is checked on the parsed tree, before anything is rendered.

The agency edits its templates, so they are judged as input. Allowed are text, {{ field }}, if, for over a list of texts, == and !=, and the
filters trim, length and join. None of them can reach an object, take long or fail, whatever the values are.
"""

import difflib
import re
from collections.abc import Collection, Iterator

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from macros.message_fields import FIELDS
from workbook.errors import TemplateRefused

SIZE_LIMIT = 4000  # a 微信 message has a few hundred characters
NODE_LIMIT = 400  # the longest shipped template has 60
DEPTH_LIMIT = 25  # of nested tags and filters; the shipped ones reach 7
NUMBER_LIMIT = 1e12
FILTERS = frozenset({"trim", "length", "join"})
_NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Filter, nodes.If, nodes.CondExpr, nodes.Not,
    nodes.And, nodes.Or, nodes.Compare, nodes.Operand, nodes.For,
)  # fmt: skip
HEADER = re.compile(r"\A\s*\{#(.*?)#\}", re.S)
"""The comment with which a template opens."""
_SYNTAX = {
    "Missing end of comment": ("注释没有写完", "请用 #} 结束"),
    "Missing end of raw": ("{% raw %} 没有结束", "请删去它, 或补上 {% endraw %}"),
    "Unexpected end of template": ("{% if %} 或 {% for %} 没有结束", "请补上 {% endif %} 或 {% endfor %}"),
    "unknown tag": ("{tag}标签没有开头, 或不认识", "请只用成对的 {% if %}…{% endif %} 和 {% for %}…{% endfor %}"),
}
_HELP = "请只写文字、{{ 字段 }}、{% if 字段 %}…{% endif %} 和 {% for 项 in 列表 %}…{% endfor %}"


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.globals.clear()
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    return environment


ENVIRONMENT = _environment()


_FULL_WIDTH = re.compile(r"[｛｝]")
_SINGLE = re.compile(r"(?<!\{)\{\s*([^\W\d]\w*)\s*\}(?!\})")  # {姓名}
_BRACKETS = re.compile(r"《\s*(\w+)\s*》|【\s*(\w+)\s*】|\[\s*(\w+)\s*\]|<\s*(\w+)\s*>")
_TAG = re.compile(r"unknown tag '(.+?)'")
_LOOP = re.compile(r"\{%[-+]?\s*for\s+(\w+)")
_IN_TAG = re.compile(r"\{(?:\{|%[-+]?\s*(?:if|elif|for\s+\w+\s+in))[-+]?\s*([^\W\d]\w*)")


def guard(source: str, file: str) -> dict[str, int]:
    """Return the fields that a template uses, each with the line of its first use. Raises TemplateRefused; nothing is rendered.

    `file` is where the text stands, in words: 模板 市场.j2, or a cell such as 模板!G12.
    """
    _allowed_size(source, file)
    if found := _FULL_WIDTH.search(source):
        where = place(file, source[: found.start()].count("\n") + 1)
        do = "请切换到英文输入法, 写成半角的 {{ 字段 }}"
        raise TemplateRefused(where, f"用了全角的「{found[0]}」", do, code="template_syntax")
    tree = _parsed(source, file)
    used: dict[str, int] = {}
    for count, (node, depth, loops) in enumerate(_walk(tree, 0, frozenset())):
        where = place(file, node.lineno)
        if count > NODE_LIMIT or depth > DEPTH_LIMIT:
            raise _too_complex(where)
        _allowed(node, where, loops)
        if isinstance(node, nodes.Name) and node.ctx == "load" and node.name not in loops:
            used.setdefault(node.name, node.lineno)
    return used


def _allowed_size(source: str, file: str) -> None:
    """Refuse a text that is too long, the comment with which it opens left out; that may be as long again."""
    size = len(source)
    if size <= 2 * SIZE_LIMIT:
        size -= len(found[0]) if (found := HEADER.match(source)) else 0
    if size > SIZE_LIMIT:
        do = f"请缩短到 {SIZE_LIMIT} 字以内"
        raise TemplateRefused(place(file, 1), f"模板有 {size} 字, 太长", do, code="template_size")


def _parsed(source: str, file: str) -> nodes.Template:
    try:
        return ENVIRONMENT.parse(source)
    except TemplateSyntaxError as problem:
        what, do = next((said for sign, said in _SYNTAX.items() if sign in str(problem.message)), ("", ""))
        tag = _TAG.search(str(problem.message))
        what = what.replace("{tag}", f"「{tag[1][:40]}」这个" if tag else "这个") or "有没写完整或写错的 {{ }} 或 {% %}"
        do = f"{do or _HELP}{_also_unknown(source)}"
        raise TemplateRefused(place(file, problem.lineno), what, do, code="template_syntax") from None
    except RecursionError:
        raise _too_complex(place(file, 1)) from None


def _also_unknown(source: str) -> str:
    """Return what to say of the first name in a tag that is no field; "" where all are: the tree that would tell more cannot be had."""
    known = {*FIELDS, "loop", *(found[1] for found in _LOOP.finditer(source))}
    name = next((found[1] for found in _IN_TAG.finditer(source) if found[1] not in known), "")
    near = nearest_field(name) if name else ""
    meant = f", 您是不是想写「{near}」" if near else ""
    return f"。「{name[:40]}」也不是字段{meant}" if name else ""


def _walk(node: nodes.Node, depth: int, loops: frozenset[str]) -> Iterator[tuple[nodes.Node, int, frozenset[str]]]:
    """Yield every node before its children, with its depth and the names of the loops around it."""
    yield node, depth, loops
    inner = loops | {node.target.name} if isinstance(node, nodes.For) and isinstance(node.target, nodes.Name) else loops
    for child in node.iter_child_nodes():
        yield from _walk(child, depth + 1, inner)


def _allowed(node: nodes.Node, where: str, loops: Collection[str]) -> None:
    """Raise TemplateRefused unless this node alone is on the white list."""
    if not isinstance(node, _NODES):
        raise _forbidden(node, where, loops)
    if isinstance(node, nodes.Name):
        _allowed_name(node, where, loops)
    elif isinstance(node, nodes.For):
        _allowed_loop(node, where, loops)
    elif isinstance(node, nodes.Filter):
        _allowed_filter(node, where)
    elif isinstance(node, nodes.Compare):
        _allowed_compare(node, where)
    elif isinstance(node, nodes.CondExpr) and node.expr2 is None:
        do = "请补上 else, 例如 {{ 预算 if 预算 else '待定' }}"
        raise TemplateRefused(where, "if 没有 else", do, code="template_syntax")
    elif isinstance(node, nodes.Output):
        _allowed_output(node, where)
    elif isinstance(node, nodes.Const | nodes.TemplateData):
        _allowed_value(node.data if isinstance(node, nodes.TemplateData) else node.value, where)


def _allowed_value(value: object, where: str) -> None:
    """Refuse what could not be written: half a character, or a number of more digits than Python puts into words."""
    if isinstance(value, int | float) and not abs(value) < NUMBER_LIMIT:
        do = "请把它写成文字, 放在 {{ }} 外面"
        raise TemplateRefused(where, "数字太大", do, code="template_size")
    text = str(value)
    _allowed_text(text, where)
    if not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text):
        raise TemplateRefused(where, "有不完整的字符", "请删去乱码或重新输入表情", code="template_encoding")


def _allowed_text(text: str, where: str) -> None:
    """Refuse what was meant as a field and would go out as it stands: {姓名}, 《姓名》. `where` is where the text begins."""
    hits = [(found.start(), found[0], found[1]) for found in _SINGLE.finditer(text)]
    marked = ((found, next(filter(None, found.groups()))) for found in _BRACKETS.finditer(text))
    hits += [(found.start(), found[0], name) for found, name in marked if name in FIELDS]
    if hits:
        at, written, name = min(hits)
        file, _, line = where.removesuffix(" 行").rpartition(" 第 ")
        near = name if name in FIELDS else nearest_field(name) or "字段"
        do = f"字段请写成 {{{{ {near} }}}}, 两边各两个半角花括号"
        line_of = int(line) + text[:at].count("\n")
        raise TemplateRefused(place(file, line_of), f"「{written[:40]}」会原样发给客户", do, code="template_syntax")


def _allowed_name(node: nodes.Name, where: str, loops: Collection[str]) -> None:
    if node.ctx == "load" and node.name not in FIELDS and node.name not in loops:
        raise unknown_field(where, node.name)
    if node.ctx == "store" and node.name in FIELDS:
        what, do = f"「{node.name}」已经是一个字段的名字", "请给 for 后面的项换一个名字, 例如「项」"
        raise TemplateRefused(where, what, do, code="template_syntax")


def _allowed_loop(node: nodes.For, where: str, loops: Collection[str]) -> None:
    plain = isinstance(node.target, nodes.Name) and isinstance(node.iter, nodes.Name)
    if loops or node.recursive or node.else_ or node.test or not plain:
        do = "请写成 {% for 项 in 列表 %}…{% endfor %}, 不要套在另一个 for 里"
        raise TemplateRefused(where, "这样的 for 不能用", do, code="template_forbidden")
    name = node.iter.name  # type: ignore[attr-defined]
    if name in FIELDS and not FIELDS[name].many:
        raise TemplateRefused(where, f"「{name}」不是列表", f"请直接写 {{{{ {name} }}}}", code="template_syntax")


def _allowed_filter(node: nodes.Filter, where: str) -> None:
    """Allow {{ text|trim }}, {{ list|length }} and {{ list|join('、') }}: none of them can fail on any value."""
    if node.name not in FILTERS:
        do = f"请删去「|{node.name}」; 可用的只有 {'、'.join(sorted(FILTERS))}"
        raise TemplateRefused(where, f"不能用「|{node.name}」", do, code="template_forbidden")
    name = node.node.name if isinstance(node.node, nodes.Name) else ""
    many = name in FIELDS and FIELDS[name].many
    texts = [arg for arg in node.args if isinstance(arg, nodes.Const) and isinstance(arg.value, str)]
    odd = node.kwargs or node.dyn_args or node.dyn_kwargs or len(texts) != len(node.args)
    if not name or odd or len(texts) > (node.name == "join") or many == (node.name == "trim"):
        do = "请写成 {{ 列表|join('、') }}、{{ 列表|length }} 或 {{ 文字|trim }}"
        raise TemplateRefused(where, f"「|{node.name}」的写法不能用", do, code="template_forbidden")


def _allowed_compare(node: nodes.Compare, where: str) -> None:
    """Allow == and !=, and the order of a length and a number: nothing else compares without fail."""
    counted = isinstance(node.expr, nodes.Filter) and node.expr.name == "length" and len(node.ops) == 1
    for operand in node.ops:
        number = isinstance(operand.expr, nodes.Const) and isinstance(operand.expr.value, int | float)
        if operand.op not in ("eq", "ne") and not (counted and number and operand.op in ("lt", "lteq", "gt", "gteq")):
            do = "请用 == 或 !=, 或比较个数: {% if 列表|length > 1 %}"
            raise TemplateRefused(where, "这样的比较不能用", do, code="template_forbidden")


def _allowed_output(node: nodes.Output, where: str) -> None:
    for child in node.nodes:
        if isinstance(child, nodes.Name) and child.name in FIELDS and FIELDS[child.name].many:
            do = f"请写成 {{% for 项 in {child.name} %}}{{{{ 项 }}}}{{% endfor %}}"
            raise TemplateRefused(where, f"「{child.name}」是列表, 不能直接写出", do, code="template_syntax")


def _forbidden(node: nodes.Node, where: str, loops: Collection[str]) -> TemplateRefused:
    base = _first_name(node)
    if base is not None and base.name not in FIELDS and base.name not in loops:
        return unknown_field(where, base.name)
    if isinstance(node, nodes.Getattr | nodes.Getitem | nodes.Call) and base is not None:
        what = f"「{base.name}」后面不能再写点、方括号或圆括号"
        return TemplateRefused(where, what, f"请只写 {{{{ {base.name} }}}}", code="template_forbidden")
    return TemplateRefused(where, "用了消息模板里不允许的写法", _HELP, code="template_forbidden")


def _first_name(node: nodes.Node) -> nodes.Name | None:
    """Return the first name in a tree, however deep it is nested: `find_all` would run out of stack."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, nodes.Name):
            return one
        waiting.extend(reversed(list(one.iter_child_nodes())))
    return None


def unknown_field(where: str, name: str) -> TemplateRefused:
    """Return the refusal of a name that is no field, with the nearest one by its Chinese or English name."""
    near = nearest_field(name)
    do = f"您是不是想写「{near}」" if near else f"可用的字段: {'、'.join(FIELDS)}"
    return TemplateRefused(where, f"没有「{name[:40]}」这个字段", do, code="template_field")


def nearest_field(name: str) -> str:
    """Return the Chinese name of the field that this one was meant to be, by its Chinese or English name; "" if none looks like it."""
    by_key = {one.key: one.name for one in FIELDS.values()}
    return nearest(name, FIELDS) or by_key.get(name, "") or by_key.get(nearest(name, list(by_key)), "")


def nearest(name: str, known: Collection[str]) -> str:
    """Return the known name that looks most like this one, "" if none does."""
    near = difflib.get_close_matches(name[:40], known, 1, 0.5)
    return near[0] if near else ""


def _too_complex(where: str) -> TemplateRefused:
    return TemplateRefused(where, "模板套得太深或太复杂", "请拆成简单的几句", code="template_size")


def place(file: str, line: int) -> str:
    """Return where a mistake is: the file or cell, and the line in it."""
    return f"{file} 第 {line} 行"
