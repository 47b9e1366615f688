"""One letter, the same words: in the mail's text, in its HTML, in the PDF and on the page."""

import re
from html.parser import HTMLParser
from io import BytesIO

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from communications.editions import differences, mark_differences
from communications.enclosures import enclosures
from communications.mail import body_of
from communications.paper import on_paper
from communications.queries.letters import covers_of
from communications.services.letters import edit_cover
from communications.tests.factories import make_letter, make_revision
from documents.publishing.formats import render

BODY = """The boards have **approved** the *attached* paper, déjà vu and coördination; 7 < 8 & {{7*7}}.

## Why it matters

- first, a reason of {organization}
- second, `another` one
  - deeper

| Organization | Officer |
|---|---|
| ISO | manager |
| IEC | secretary |

Please use the checklist."""


class _Visible(HTMLParser):
    """The words that a reader of the HTML sees."""

    def __init__(self):
        super().__init__()
        self.text, self.hidden = [], 0

    def handle_starttag(self, tag, attrs):
        self.hidden += tag in ("head", "style", "script")

    def handle_endtag(self, tag):
        self.hidden -= tag in ("head", "style", "script")

    def handle_data(self, data):
        if not self.hidden:
            self.text.append(data)


def visible(html):
    parser = _Visible()
    parser.feed(html)
    return " ".join(parser.text)


def words(text):
    """Words and numbers in their order; marks of lists, tables and line ends are not words."""
    return re.findall(r"[^\W_]+", text.replace("\xad", ""))


def between(text, first, last):
    """The letter proper: from the salutation to the function of the signatory."""
    found = words(text)
    start, end = words(first), words(last)
    begins = [i for i in range(len(found)) if found[i : i + len(start)] == start]
    ends = [i for i in range(len(found)) if found[i : i + len(end)] == end]
    return found[begins[0] : ends[-1] + len(end)]


@pytest.fixture
def letter(cast):
    letter = make_letter(cast, body=BODY, revisions=[make_revision()])
    for organization, who, reference in (
        (cast.ISO, "iso", "TMB/117"),
        (cast.IEC, "iec", "AC/34/2020"),
        (cast.ITU_T, "itu_t", "TSB Circular 280"),
    ):
        cover = letter.covers.get(organization=organization)
        person = cast.fresh(f"{who}_secretary")
        changes = {"reference": reference, "salutation": f"Dear colleagues of {organization},"}
        edit_cover(cover, person, cover.version, signatory_title=f"Officer of {organization}", **changes)
    letter.refresh_from_db()
    return letter


def forms_of(letter, cover, client):
    """The letter with this cover in each of its forms, as a reader gets it."""
    files = enclosures(letter)
    body = body_of(letter, cover, files)
    pdf = render(on_paper(letter, cover, [file.revision.reference for file in files]), "pdf").data
    address = reverse("communications:letter", args=[letter.pk])
    page = client.get(f"{address}?cover={cover.organization.slug}").content.decode()
    return {
        "text": body.text,
        "html": visible(body.html),
        "pdf": "\n".join(sheet.extract_text() for sheet in PdfReader(BytesIO(pdf)).pages),
        "page": visible(page[page.index('id="cover"') :]),
    }


@pytest.mark.parametrize("code", ["ISO", "IEC", "ITU-T"])
def test_mail_pdf_and_page_say_the_same_words(cast, client_of, letter, code):
    cover = next(item for item in covers_of(letter) if item.organization.code == code)
    forms = forms_of(letter, cover, client_of("iso_secretary"))
    proper = {name: between(text, cover.salutation, cover.signatory_title) for name, text in forms.items()}
    assert len(proper["text"]) > 40
    assert proper["html"] == proper["text"]
    assert proper["pdf"] == proper["text"]
    assert proper["page"] == proper["text"]


@pytest.mark.parametrize("code", ["ISO", "IEC", "ITU-T"])
def test_every_form_carries_the_whole_cover(cast, client_of, letter, code):
    cover = next(item for item in covers_of(letter) if item.organization.code == code)
    organization = cover.organization
    parts = {
        "letterhead": organization.name,
        "office": organization.office,
        "reference": cover.reference,
        "place and date": on_paper(letter, cover, []).cover.right[0].text,
        "addressees": cover.addressees,
        "subject": letter.subject,
        "attachment": letter.attachments.get().revision.reference,
    }
    for name, text in forms_of(letter, cover, client_of("iso_secretary")).items():
        said = " ".join(words(text))
        assert [part for part, value in parts.items() if " ".join(words(value)) not in said] == [], name


def test_nothing_of_another_cover_is_said(cast, client_of, letter):
    covers = covers_of(letter)
    for cover in covers:
        others = [other for other in covers if other != cover]
        foreign = [value for o in others for value in (o.reference, o.salutation, o.signatory_title, o.signatory)]
        for text in list(forms_of(letter, cover, client_of("iso_secretary")).values())[:3]:
            assert [value for value in foreign if " ".join(words(value)) in " ".join(words(text))] == []


# The covers side by side ----------------------------------------------------------------------


def marked(parts):
    return "".join(f"[{part.text}]" if part.differs else part.text for part in parts)


def test_only_what_differs_is_marked():
    texts = ["ISO member bodies, committee chairs", "IEC National Committees, committee chairs", "ISO committee chairs"]
    assert [marked(parts) for parts in mark_differences(texts)] == [
        "[ISO member bodies, ]committee chairs",
        "[IEC National Committees, ]committee chairs",
        "[ISO ]committee chairs",
    ]


@given(st.lists(st.text("ab \n", max_size=12), min_size=1, max_size=3))
def test_marks_lose_nothing_and_what_is_not_marked_is_in_all(texts):
    parts = mark_differences(texts)
    assert ["".join(part.text for part in found) for found in parts] == texts
    same = [" ".join(part.text for part in found if not part.differs).split() for found in parts]
    assert all(words == same[0] for words in same)


def test_same_texts_have_no_marks():
    assert not any(part.differs for parts in mark_differences(["a b", "a b", "a b"]) for part in parts)


def test_covers_side_by_side_mark_only_what_differs(cast, client_of, letter):
    rows = {row["label"]: row for row in differences(covers_of(letter))}
    assert rows["Closing"]["differ"] is False
    assert marked(rows["Salutation"]["values"][1][1]) == "Dear colleagues of [IEC,]"
    page = client_of("iso_secretary").get(reverse("communications:covers", args=[letter.pk])).content.decode()
    assert "Dear colleagues of <mark>ITU-T,</mark>" in page
    assert "<mark>Yours faithfully,</mark>" not in page
    for words_ in ("Letterhead", "AC/34/2020", "TSB Circular 280", "day of sending"):
        assert words_ in page


def test_typed_marks_stay_text_in_the_comparison(cast, client_of, letter):
    cover = letter.covers.get(organization=cast.ISO)
    edit_cover(cover, cast.fresh("iso_secretary"), cover.version, addressees="<b>All</b> of us")
    page = client_of("iso_secretary").get(reverse("communications:covers", args=[letter.pk])).content.decode()
    assert "<b>All</b>" not in page
    assert "&lt;b&gt;All&lt;/b&gt;" in page
