"""Pages to print: 带看单 per agent and day, and 分佣单 (R75, F15). They are drawn from templates/reports and write nothing into the workbook."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from macros import wording
from macros.places import TEMPLATES
from macros.reports import palette
from macros.settings import Settings


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES / "reports"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )  # fmt: skip
    return environment.get_template(name)


def draw(template: str, settings: Settings, given: Mapping[str, Any]) -> bytes:
    """Return a page drawn from a template of templates/reports; texts stand in it literally, whatever is in them."""
    agency = wording.plain(settings.agency.name)
    return _template(template).render(agency=agency, colours=palette, **given).encode()
