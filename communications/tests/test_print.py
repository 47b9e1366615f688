"""The timeline on paper: one A4 page, and the table that says the same after it."""

from io import BytesIO

import pytest
from pypdf import PdfReader

from communications.models import WorkPlan

pytestmark = pytest.mark.browser
A4 = {210, 297}


def test_the_timeline_prints_on_one_a4_page_and_the_table_says_the_same(demo, reader):
    secretary = reader()
    secretary.sign_in("iso.secretary", "/communications/work-plan/")
    pages = PdfReader(BytesIO(secretary.page.pdf(prefer_css_page_size=True))).pages
    sizes = {round(float(side) * 25.4 / 72) for page in pages for side in (page.mediabox.width, page.mediabox.height)}
    assert sizes == A4
    first, *rest = ["".join(page.extract_text().split()) for page in pages]
    table = "".join(rest)
    titles = ["".join(step.title.split()) for step in WorkPlan.objects.first().steps.all()]
    assert len(titles) > 5
    assert [title for title in titles if title not in first] == []
    assert [title for title in titles if title not in table] == []
    assert "Thesameplanasatable" in table
    assert "Thesameplanasatable" not in first
