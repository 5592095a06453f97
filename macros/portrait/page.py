"""What stands on a portrait, whatever it is printed with."""

from macros.portrait.parts import Portrait, Section

TITLE = "客户画像"
NOTE = "内容都来自工作簿, 灰字是所在的单元格。手机号已隐去中间几位; 内部资料, 不给客户或外人。"
NOTE_WITH_PHONES = "内容都来自工作簿, 灰字是所在的单元格。有完整手机号: 用完请销毁, 不给外人。"


def heading(portrait: Portrait) -> str:
    """Return whose page it is."""
    return f"{TITLE} · {portrait.called}"


def subject(portrait: Portrait) -> str:
    """Return the line below the heading."""
    return f"{portrait.agency} · 客户 {portrait.client_id} · {portrait.day:%Y-%m-%d}"


def more(section: Section, shown: int) -> str:
    """Return how many rows there are where not all stand on the page."""
    return f"共 {section.total} 行, 这里 {shown} 行" if section.total > shown else ""


def left_out(portrait: Portrait) -> str:
    """Return which parts have nothing to tell."""
    return f"还没有: {'、'.join(portrait.nothing)}。" if portrait.nothing else ""
