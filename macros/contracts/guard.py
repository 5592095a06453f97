"""The white list for Word templates: what they may say is checked on the parsed tree of every part, before anything is filled in.

The agency edits its templates in Word, so they are judged as input. Allowed are text, {{ field }}, if, for over one list, and == and !=.
No filter, no call, no attribute but the columns of a list: nothing can reach an object, take long or fail.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from macros.template_guard import nearest
from workbook.errors import TemplateRefused

SIZE_LIMIT = 2_000_000  # characters of one part; the shipped templates have 60,000
NODE_LIMIT, DEPTH_LIMIT = 3_000, 25
HELP = "请只写文字、{{ 字段 }}、{% if 字段 %}…{% endif %} 和 {%p for 项 in 列表 %}…{%p endfor %}, 一对花括号不要分成两种字体"
_NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.Const, nodes.If, nodes.Not, nodes.And, nodes.Or,
    nodes.Compare, nodes.Operand, nodes.For,
)  # fmt: skip
Fields = Mapping[str, tuple[str, ...] | None]
"""Name of a field -> None for a text, () for a list of texts, the names of its columns for a list of rows."""


@dataclass
class Used:
    """The fields that a template was found to use: all of them, and those that it writes without asking first whether they are there."""

    all: set[str] = field(default_factory=set)
    needed: set[str] = field(default_factory=set)


class GuardedEnvironment(ImmutableSandboxedEnvironment):
    """Checks every text that is to be rendered against the white list, whatever part of a document it comes from."""

    def __init__(self, where: str, fields: Fields) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=True)
        self.globals.clear()
        self.filters.clear()
        self.where, self.fields, self.used = where, fields, Used()

    def from_string(self, source: Any, globals: Any = None, template_class: Any = None) -> Any:
        """Return the template of a text. Raises TemplateRefused."""
        self.check(source)
        return super().from_string(source, globals, template_class)

    def check(self, source: str) -> None:
        """Note the fields that a text uses. Raises TemplateRefused; nothing is rendered."""
        if len(source) > SIZE_LIMIT:
            raise self.refused("文件太大", f"请去掉图片, 缩短到 {SIZE_LIMIT} 个字符以内")
        try:
            tree = self.parse(source)
        except (TemplateSyntaxError, RecursionError):
            raise self.refused("有没写完整或写错的 {{ }} 或 {% %}", HELP) from None
        for count, (node, depth, loops, asked) in enumerate(_walk(tree, 0, {}, frozenset())):
            if count > NODE_LIMIT or depth > DEPTH_LIMIT:
                raise self.refused("套得太深或太复杂", "请拆成简单的几段")
            self._allow(node, loops)
            if isinstance(node, nodes.Name) and node.name in self.fields:
                self.used.all.add(node.name)
                self.used.needed |= {node.name} - asked

    def refused(self, what: str, do: str) -> TemplateRefused:
        """Return the refusal of the template."""
        return TemplateRefused(self.where, what, do, code="DOCUMENT_TEMPLATE")

    def _allow(self, node: nodes.Node, loops: Mapping[str, str]) -> None:
        if not isinstance(node, _NODES):
            raise self.refused("用了不允许的写法", HELP)
        if (
            isinstance(node, nodes.Name)
            and node.ctx == "load"
            and node.name not in self.fields
            and node.name not in loops
        ):
            raise self._unknown(node.name, self.fields)
        if isinstance(node, nodes.Getattr):
            self._allow_column(node, loops)
        elif isinstance(node, nodes.For):
            self._allow_loop(node, loops)
        elif isinstance(node, nodes.Output):
            self._allow_output(node)
        elif isinstance(node, nodes.Compare) and any(operand.op not in ("eq", "ne") for operand in node.ops):
            raise self.refused("这样的比较不能用", "请用 == 或 !=")

    def _unknown(self, name: str, known: Collection[str]) -> TemplateRefused:
        near = nearest(name, known)
        do = f"您是不是想写「{near}」" if near else f"可用的: {'、'.join(known)}"
        return self.refused(f"没有「{name[:40]}」这个字段", do)

    def _allow_column(self, node: nodes.Getattr, loops: Mapping[str, str]) -> None:
        base = node.node.name if isinstance(node.node, nodes.Name) else ""
        columns = self.fields.get(loops.get(base, ""), None)
        if not columns:
            raise self.refused(f"「{base[:40]}」后面不能再写点", HELP)
        if node.attr not in columns:
            raise self._unknown(node.attr, columns)

    def _allow_loop(self, node: nodes.For, loops: Mapping[str, str]) -> None:
        plain = isinstance(node.target, nodes.Name) and isinstance(node.iter, nodes.Name)
        listed = plain and self.fields.get(node.iter.name) is not None  # type: ignore[attr-defined]
        hides = plain and node.target.name in self.fields  # type: ignore[attr-defined]
        if loops or node.recursive or node.else_ or node.test or not listed or hides:
            raise self.refused("这样的 for 不能用", "请写成 {%p for 项 in 列表 %}…{%p endfor %}, 不要套在另一个 for 里")

    def _allow_output(self, node: nodes.Output) -> None:
        for child in node.nodes:
            if isinstance(child, nodes.Name) and self.fields.get(child.name) is not None:
                raise self.refused(f"「{child.name}」是列表, 不能直接写出", HELP)


_Step = tuple[nodes.Node, int, Mapping[str, str], frozenset[str]]


def _walk(node: nodes.Node, depth: int, loops: Mapping[str, str], asked: frozenset[str]) -> Iterator[_Step]:
    """Yield every node before its children, with its depth, the loops around it (item -> list) and the fields that an if asked for."""
    yield node, depth, loops, asked
    if isinstance(node, nodes.For) and isinstance(node.target, nodes.Name) and isinstance(node.iter, nodes.Name):
        yield from _walk(node.iter, depth + 1, loops, asked | {node.iter.name})  # an empty list is a list
        loops = {**loops, node.target.name: node.iter.name}
        for child in node.body:
            yield from _walk(child, depth + 1, loops, asked)
        return
    if isinstance(node, nodes.If):
        asked |= {name.name for name in node.test.find_all(nodes.Name)} | _self(node.test)
    for child in node.iter_child_nodes():
        yield from _walk(child, depth + 1, loops, asked)


def _self(node: nodes.Node) -> set[str]:
    return {node.name} if isinstance(node, nodes.Name) else set()
