"""The map on paper: every name in a part of the map that can be read, on A4, and the same in words after it."""

from io import BytesIO
from unicodedata import normalize

import pytest
from django.utils import timezone
from pypdf import PdfReader

from landscape.models import Area, AreaCommittee, Baseline, PriorityRound
from landscape.services.areas import edit_area

pytestmark = pytest.mark.browser
A4 = {210, 297}
SMALLEST_POINTS = 7


def sizes_on(page) -> list[float]:
    """The height of every stretch of text on a page, in points."""
    found = []

    def visit(text, cm, tm, _font, size):
        if text.strip():
            found.append(abs(cm[3] * tm[3] * size))

    page.extract_text(visitor_text=visit)
    return found


@pytest.mark.parametrize("focus", ["", "?organization=iec", "?area=smart-cities-and-communities"])
def test_the_map_prints_on_a4_with_every_name_legible(demo, reader, focus):
    """Seen red with the whole picture on one sheet: its names came out at less than 6 points."""
    member = reader()
    member.sign_in("iec.member", f"/landscape/map/{focus}")
    pages = PdfReader(BytesIO(member.page.pdf(prefer_css_page_size=True))).pages
    sides = {round(float(side) * 25.4 / 72) for page in pages for side in (page.mediabox.width, page.mediabox.height)}
    assert sides == A4
    assert min(size for page in pages for size in sizes_on(page)) >= SMALLEST_POINTS


def test_every_area_and_committee_stands_in_a_printed_part_and_in_words(demo, reader):
    member = reader()
    member.sign_in("iec.member", "/landscape/map/")
    pages = PdfReader(BytesIO(member.page.pdf(prefer_css_page_size=True))).pages
    # Letters that are printed as one sign are taken apart again.
    text = "".join("".join(normalize("NFKC", page.extract_text()).split()) for page in pages)
    picture, words = text.split("Themapinwords")
    names = {item for row in AreaCommittee.objects.all() for item in (row.area.name, row.committee.acronym)}
    assert len(names) > 150
    for part in (picture, words):
        assert [name for name in names if "".join(name.split()) not in part] == []


@pytest.mark.parametrize("address", ["/landscape/", "/landscape/smart-cities-and-communities/", "/landscape/ranking/"])
def test_the_other_pages_print_on_a4_and_legibly_without_their_forms(demo, reader, address):
    member = reader()
    member.sign_in("iec.member", address)
    text = printed(member)
    assert [word for word in ("Savescore", "Addcomment", "Filter") if word in text] == []


def printed(member) -> str:
    """The words of the page as it prints, without white space; on A4 and legibly."""
    pages = PdfReader(BytesIO(member.page.pdf(prefer_css_page_size=True))).pages
    sides = {round(float(side) * 25.4 / 72) for page in pages for side in (page.mediabox.width, page.mediabox.height)}
    assert sides == A4
    assert min(size for page in pages for size in sizes_on(page)) >= SMALLEST_POINTS
    return normalize("NFKC", "".join("".join(page.extract_text().split()) for page in pages))


def test_baselines_comparisons_rounds_and_a_committee_print_legibly(demo, reader):
    area = Area.objects.get(slug="smart-cities-and-communities")
    old = area.text
    edit_area(area, None, area.version, text=f"{old} Another sentence.", reason="More", at=timezone.now())
    baseline, round = Baseline.objects.get(), PriorityRound.objects.get(state="closed")
    committee = area.committees.first().committee
    expected = {
        baseline.get_absolute_url(): ["Robotics", old],
        f"{baseline.get_absolute_url()}compare/today/": ["Another sentence."],
        round.get_absolute_url(): ["The top five stays", area.name],
        f"/landscape/rounds/{round.pk}/compare/{round.pk}/": [area.name],
        f"{area.get_absolute_url()}compare/1/2/": ["Another sentence."],
        committee.get_absolute_url(): [committee.acronym, area.name],
        "/landscape/history/": ["added the area"],
    }
    member = reader()
    member.sign_in("iec.member")
    for address, words in expected.items():
        member.open(address)
        text = printed(member)
        assert [said for said in words if "".join(said.split()) not in text] == [], address
        assert [word for word in ("Export", "Comparewithtoday") if word in text] == [], address
