"""What the three formats have in common, proved on the text that is taken out of the finished files."""

import io
import re
import subprocess
import sys
from pathlib import Path

import docx
import pytest
from django.conf import settings
from docx import Document
from lxml import html as lxml_html

from documents.publishing.content import Content, Contents, Heading, ListBlock, Note, Table, para
from documents.publishing.docx import docx_body_text
from documents.publishing.formats import FORMATS, render
from documents.tests.browsing import numbered_headings
from documents.tests.papers import bookmarks_of, reader_of, text_of_pages
from documents.tests.samples import (
    HOSTILE_PRINTED,
    REPORT_BODY,
    REPORT_LABELS,
    REPORT_SENTENCES,
    make_board_cover,
    make_hostile,
    make_letter,
    make_report,
)


def flat(text: str) -> str:
    """One blank between words; pypdf reads the bullets and sub-bullets of a list as text."""
    return re.sub(r"\s+", " ", text.replace("\u200b", "")).strip()


def text_in_html(data: bytes) -> str:
    page = lxml_html.fromstring(data.decode())
    for line_end in page.iter("br", "p", "td", "th", "li", "div", "h1", "h2", "h3", "h4", "caption"):
        line_end.tail = f"\n{line_end.tail or ''}"
    return page.find(".//main").text_content()


def text_in_docx(data: bytes) -> str:
    body = Document(io.BytesIO(data)).element.body
    lines = ("".join(_pieces(paragraph)) for paragraph in body.iter("{*}p"))
    return "\n".join(lines)


def _pieces(paragraph):
    for piece in paragraph.iter("{*}t", "{*}tab", "{*}br"):
        yield piece.text if piece.tag.endswith("}t") else "\n"


def text_in_pdf(data: bytes) -> str:
    return text_of_pages(reader_of(data))


TEXT_IN = {"html": text_in_html, "docx": text_in_docx, "pdf": text_in_pdf}


def headings_in_html(data: bytes) -> list[str]:
    page = lxml_html.fromstring(data.decode())
    return [heading.text_content() for heading in page.xpath("//h2|//h3|//h4")]


def headings_in_pdf(data: bytes) -> list[str]:
    return bookmarks_of(reader_of(data))


HEADINGS_IN = {"html": headings_in_html, "docx": numbered_headings, "pdf": headings_in_pdf}


def test_every_format_is_tested():
    assert set(FORMATS) == set(TEXT_IN) == set(HEADINGS_IN)


@pytest.mark.parametrize("format", FORMATS)
def test_headings_and_numbers_are_the_same_everywhere(format):
    assert HEADINGS_IN[format](render(make_report(), format).data) == REPORT_LABELS


@pytest.mark.parametrize("format", FORMATS)
def test_words_are_the_same_everywhere(format):
    text = flat(TEXT_IN[format](render(make_report(), format).data))

    places = [text.index(sentence) for sentence in ["Background", *REPORT_SENTENCES]]
    assert places == sorted(places)


@pytest.mark.parametrize("format", FORMATS)
def test_cover_is_printed_everywhere(format):
    text = flat(TEXT_IN[format](render(make_report(), format).data))

    for words in (
        "INTERNATIONAL TELECOMMUNICATION UNION",
        "STUDY PERIOD 2017–2020",
        "TSAG-TD900",
        "Question(s):",
        "Virtual, 11–18 January 2021",
        "TD",
        "Contact:",
        "Tel: +41 22 730 0000",
        "Abstract:",
        "This TD reports on progress.",
        "Action:",
    ):
        assert words in text


@pytest.mark.parametrize("format", FORMATS)
def test_letter_is_printed_in_order(format):
    text = flat(TEXT_IN[format](render(make_letter(), format).data))

    order = [
        "International Electrotechnical Commission",
        "Geneva, 15 December 2020",
        "Ref:",
        "AC/7/2020",
        "To:",
        "Chairs and secretaries",
        "Subject:",
        "Dear Madam, dear Sir,",
        "The boards have approved the attached paper.",
        "Yours faithfully,",
        "IEC secretary",
        "for the General Secretary",
        "Annex: SPCG-32C",
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert "Dear Madam" not in docx_body_text(render(make_letter(), "docx").data)


@pytest.mark.parametrize("format", FORMATS)
def test_hostile_text_comes_out_as_typed_everywhere(format):
    text = TEXT_IN[format](render(make_hostile(), format).data)

    # On paper long words break at the end of a line, so blanks do not count here.
    bare, printed = re.sub(r"\s|\u200b", "", text), re.sub(r"\s", "", HOSTILE_PRINTED)
    body = ["heading", "paragraph", "item", "sub-item", "caption", "three cells", "attachment", "note"]
    assert bare.count(printed) >= len(body) + 6
    assert "root:" not in text
    assert "javascript:" not in text


@pytest.mark.parametrize("format", FORMATS)
def test_draft_and_fingerprint_are_marked(format):
    content = make_report(draft=True, footer_note="Fingerprint of the text: 0123 4567 89ab", reference="SPCG-52")

    text = everything(render(content, format).data, format)

    assert "Draft" in text
    assert "Fingerprint of the text: 0123 4567 89ab" in text
    assert "Draft" not in everything(render(make_report(), format).data, format)


def everything(data: bytes, format: str) -> str:
    """The text with the head and foot of the pages."""
    if format != "docx":
        return TEXT_IN[format](data)
    section = Document(io.BytesIO(data)).sections[0]
    parts = (section.header, section.first_page_header, section.footer, section.first_page_footer)
    return "\n".join(paragraph.text for part in parts for paragraph in part.paragraphs)


@pytest.mark.parametrize("format", FORMATS)
def test_same_content_gives_the_same_bytes(format):
    assert render(make_report(), format) == render(make_report(), format)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    "content",
    [
        Content("Only a title"),
        Content("Empty parts", body=(ListBlock(()), Table("", ("a",), ()), para(""), Note(" "), Contents())),
        Content("Two tables", body=(Table("", ("a",), (("b",),)), Table("", ("c",), (("d",),)))),
        Content("Ends below", body=(Heading(3, "Deep"), Heading(1, "Flat", numbered=False))),
        Content("中文 عربي עברית 日本語 한국어 😀", body=(Heading(1, "中文"), para("中文 Łódź 😀 𝒳"))),
        Content("Other language", language="zh-Hant"),
        Content("Long word", body=(para("x" * 400), Table("", ("a", "b"), (("y" * 300, "z"),)))),
    ],
    ids=lambda content: content.title.split()[0],
)
def test_unusual_content_is_rendered(content, format):
    rendered = render(content, format)

    assert rendered.extension == format
    assert len(rendered.data) > 500


@pytest.mark.parametrize("format", ["odt", "", "PDF", "../pdf"])
def test_unknown_format_is_refused(format):
    with pytest.raises(ValueError, match="docx, pdf, html"):
        render(make_report(), format)


def test_links_of_the_site_are_completed(settings):
    settings.SITE_URL = "https://portal.example"

    page = lxml_html.fromstring(render(make_report(), "html").data.decode())
    word = Document(io.BytesIO(render(make_report(), "docx").data))
    paper = reader_of(render(make_report(), "pdf").data)

    address = "https://portal.example/documents/SPCG-47B/"
    assert page.xpath("//a/@href") == [address]
    assert [link.address for found in word.paragraphs for link in found.hyperlinks] == [address]
    notes = (note.get_object() for sheet in paper.pages for note in sheet.get("/Annots", []))
    assert [note["/A"]["/URI"] for note in notes] == [address]


def test_body_is_the_same_when_only_the_cover_differs():
    reports = [make_report(), make_report(cover=make_board_cover()), make_report(cover=None)]

    words = {docx_body_text(render(report, "docx").data) for report in reports}

    (body,) = words
    assert body.startswith("Background\nSPCG met twice")
    assert "Audience\tWhen\nChairs\tDecember" in body
    assert "TMB is invited" not in body
    assert docx_body_text(render(make_report(body=REPORT_BODY[:-1]), "docx").data) != body


def test_a_title_stated_on_the_cover_is_not_printed_twice():
    stated, not_stated = make_report(), make_report(title="Another title")

    assert not stated.shows_title
    assert not_stated.shows_title
    assert "Another title" in text_in_pdf(render(not_stated, "pdf").data)
    styles = [found.style.name for found in Document(io.BytesIO(render(not_stated, "docx").data)).paragraphs]
    assert styles.count("Title") == 1


# Every format in a process of its own. Once everything is imported, it tells what it opens, connects to and starts.
# Typst reads on its own; what it may read, the tests of the PDF say.
WATCHED = """
import sys
from django.conf import settings
settings.configure(USE_I18N=False, SITE_URL="https://portal.example")
from documents.publishing.formats import FORMATS, render
from documents.tests.samples import make_hostile, make_report
for format in FORMATS:
    render(make_report(), format)
CALLS = ("open", "os.listdir", "os.scandir", "os.exec", "os.posix_spawn", "os.system", "socket.", "subprocess.")
sys.addaudithook(lambda event, given: event.startswith(CALLS) and print(event, given[0]))
for make in (make_hostile, make_report):
    for format in FORMATS:
        render(make(), format)
"""


def test_rendering_reads_no_file_but_its_templates_and_opens_no_connection():
    command = [sys.executable, "-c", WATCHED]
    told = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True).stdout
    read = {line.removeprefix("open ") for line in told.splitlines()}
    assert len(read) >= 4
    allowed = (str(settings.BASE_DIR / "documents/publishing"), str(Path(docx.__file__).parent))
    assert [name for name in read if not name.startswith(allowed)] == []
