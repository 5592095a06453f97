"""Word files out of templates: checked, filled in so that a value is text whatever it says, and stamped.

docxtpl does the filling; it is an optional part (`pip install genjin[word]`) and imported when the first file is made.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from macros.contracts.guard import Fields, GuardedEnvironment, Used
from macros.proposals.literal import literal
from workbook.errors import FileRefused, TemplateRefused

Value = str | Sequence[str] | Sequence[Mapping[str, str]]
_SHIELD = {ord("{"): "\ue000", ord("}"): "\ue001", 0xE000: None, 0xE001: None}
_UNSHIELD = {0xE000: "{", 0xE001: "}"}
MOST_BYTES = 20_000_000  # of a template
UNPACKED_LIMIT = 50_000_000  # bytes of all parts together
_WATERMARK = """<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"
 xmlns:o="urn:schemas-microsoft-com:office:office"><w:pict><v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800"
 path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/>
<v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/>
<v:f eqn="if @0 @4 21600"/></v:formulas><v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/></v:shapetype>
<v:shape id="GenjinMark" o:spid="_x0000_s2049" type="#_x0000_t136" style="position:absolute;margin-left:0;margin-top:0;width:360pt;height:150pt;
rotation:315;z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;mso-position-vertical:center;
mso-position-vertical-relative:margin" o:allowincell="f" fillcolor="#d9d9d9" stroked="f"><v:fill opacity=".5"/>
<v:textpath style="font-family:&quot;SimSun&quot;;font-size:1pt" string="{words}"/></v:shape></w:pict></w:r>"""


def filled(source: bytes, where: str, values: Mapping[str, Value], fields: Fields) -> bytes:
    """Return a template filled in. Every value is a text; line breaks in it stay.

    Raises TemplateRefused where the template may not be used, FileRefused where docxtpl is not installed.
    """
    template, environment = _opened(source, where, fields)
    template.render({name: _shielded(value) for name, value in values.items()}, environment)
    return _saved(template)


def used(source: bytes, where: str, fields: Fields) -> Used:
    """Return the fields that a template uses; it is checked and rendered with nothing but stand-ins. Raises as `filled` does."""
    template, environment = _opened(source, where, fields)
    template.render({name: "" if columns is None else [] for name, columns in fields.items()}, environment)
    return environment.used


def stamped(document: bytes, line: str, words: str) -> bytes:
    """Return a document with a line on top of every page and large grey words across it."""
    from docx import Document
    from docx.oxml import parse_xml
    from docx.shared import Pt, RGBColor

    found = Document(io.BytesIO(document))
    both = found.settings.odd_and_even_pages_header_footer
    for section in found.sections:
        kinds = [section.header]
        kinds += [section.first_page_header] if section.different_first_page_header_footer else []
        kinds += [section.even_page_header] if both else []
        for header in kinds:
            header.is_linked_to_previous = False
            first = header.paragraphs[0] if header.paragraphs else header.add_paragraph()
            mark = first.insert_paragraph_before()
            run = mark.add_run(line)
            run.bold, run.font.size, run.font.color.rgb = True, Pt(11), RGBColor(0xC0, 0x00, 0x00)
            mark._p.append(parse_xml(_WATERMARK.replace("{words}", words)))
    return _saved(found)


def _saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _shielded(value: Value) -> Any:
    """Return a value so that nothing in it is taken for a template: its braces come back when everything is filled in."""
    if isinstance(value, str):
        return literal(value, keep_lines=True).translate(_SHIELD)
    return [{k: _shielded(v) for k, v in one.items()} if isinstance(one, Mapping) else _shielded(one) for one in value]


def _opened(source: bytes, where: str, fields: Fields) -> tuple[Any, GuardedEnvironment]:
    shape = _template_class()
    environment = GuardedEnvironment(where, fields)
    try:
        with zipfile.ZipFile(io.BytesIO(source)) as package:
            too_large = sum(part.file_size for part in package.infolist()) > UNPACKED_LIMIT
        if too_large:
            raise environment.refused("文件太大", "请去掉大图片再试")
        template = shape(io.BytesIO(source))
        template.init_docx()
    except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError):
        raise TemplateRefused(
            where, "不是完好的 Word 文件 (.docx)", "请用 Word 打开, 另存为 .docx", code="DOCUMENT_TEMPLATE"
        ) from None
    return template, environment


@cache
def _template_class() -> Any:
    try:
        from docxtpl import DocxTemplate
    except ImportError:
        what, do = "没有安装做 Word 文件的部分 (docxtpl)", "请运行 pip install genjin[word], 再试一次"
        raise FileRefused("Word", what, do, code="NO_WORD") from None

    class Shielded(DocxTemplate):  # type: ignore[misc]
        """Gives the braces of values back when a part is filled in."""

        def render_xml_part(self, src_xml: Any, part: Any, context: Any, jinja_env: Any = None) -> Any:
            """Return the XML of a part, filled in."""
            return super().render_xml_part(src_xml, part, context, jinja_env).translate(_UNSHIELD)

    return Shielded
