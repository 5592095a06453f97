"""Where the project's own files lie, whether it runs from a checkout or from an installed package."""

from pathlib import Path

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
