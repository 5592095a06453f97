import tests.test_macros_reports_thirteen as t
from tests.told_pages import said
import pytest
def test_write(reports):
    t.GOLDEN.mkdir(exist_ok=True)
    for kind, one in reports.items():
        (t.GOLDEN / f"{kind}.txt").write_text(said(one.html), "utf-8")
reports = t.reports
