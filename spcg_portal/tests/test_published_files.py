"""What leaves the portal, as a person downloads it: every PDF before a validator of PDF/UA-1, every Word file read back
by another library and opened in LibreOffice."""

from __future__ import annotations

import io
import re
from functools import cached_property
from pathlib import Path

import page as validator
import pytest
import typst
from django.test import Client
from docx import Document

from core.models import User
from documents.publishing.docx import docx_body_text
from documents.tests.browsing import numbered_headings
from documents.tests.office import saved_as
from documents.tests.papers import (
    bookmarks_of,
    claims_accessibility,
    fonts_of,
    is_embedded,
    metadata_of,
    reader_of,
    tags_of,
)
from reports.models import BoardReport
from spcg_portal.tests.demonstration import load_demonstration

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
REPORTS = ("TSAG", "TMB", "SMB")
# What is exported, its address, and the tags without which its structure would not be told.
FILES = {
    "meeting report": ("/meetings/8/export/{}/", {"H1", "H2", "P", "L", "LI", "Table", "TR", "TH", "TD", "Link"}),
    "TSAG": ("/reports/{report}/export/itu-t/{}/", {"H1", "H2", "P", "L", "LI"}),
    "TMB": ("/reports/{report}/export/iso/{}/", {"H1", "H2", "P", "L", "LI"}),
    "SMB": ("/reports/{report}/export/iec/{}/", {"H1", "H2", "P", "L", "LI"}),
    "proposal": ("/proposals/2020-11/export/{}/", {"H1", "H2", "P", "Table", "TR", "TH", "TD"}),
    "recommendation": ("/proposals/2020-11/recommendation/export/{}/", {"H1", "P", "Table", "TR", "TH", "TD"}),
    "checklist": ("/proposals/2020-11/checklist/export/{}/", {"P", "Table", "TR", "TH", "TD"}),
    "paper": ("/documents/SPCG-32C/export/{}/", {"P"}),
    "landscape": ("/landscape/export/{}/", {"H1", "P"}),
}
every = pytest.mark.parametrize("name", FILES)


class Files:
    """The files of the demonstration by name, taken by a secretary over the web once per process."""

    @cached_property
    def _taken(self) -> dict[str, bytes]:
        load_demonstration()
        client, report = Client(), BoardReport.objects.get().pk
        client.force_login(User.objects.get(email="iso.secretary@spcg.example"))
        addresses = {
            f"{name}.{form}": address.format(form, report=report)
            for name, (address, _tags) in FILES.items()
            for form in ("docx", "pdf", "html")
        }
        addresses["overview.pptx"] = "/reports/overview/"
        return {name: client.get(address).content for name, address in addresses.items()}

    def __getitem__(self, name: str) -> bytes:
        return self._taken[name]


_files = Files()


@pytest.fixture
def files(db) -> Files:
    return _files


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


# PDF ---------------------------------------------------------------------------------------------


def judged(data: bytes) -> list[str]:
    """What the validator has against the file, by the rules of PDF/UA-1."""
    report = validator.validate_pdf_bytes(data, profile=validator.ValidationProfile.PDF_UA_1)
    return [f"{failure.rule_id}: {failure.message}" for failure in report.failures]


@every
def test_pdf_is_accessible_by_the_judgement_of_a_validator(files, name):
    assert judged(files[f"{name}.pdf"]) == []


def test_the_validator_sees_what_is_missing():
    found = "\n".join(judged(typst.compile(b"= Heading\n\nText", format="pdf", pdf_tags=False)))
    for rule in ("STRUCT-TREE-ROOT", "TAGGED-DOCUMENT", "CONTENT-TAGGING", "METADATA-TITLE", "ID-PART"):
        assert f"PDFUA1-{rule}-001" in found


@every
def test_pdf_has_its_structure_language_title_and_claim(files, name):
    reader, title = reader_of(files[f"{name}.pdf"]), _title(files[f"{name}.docx"])
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert set(tags_of(reader)) >= FILES[name][1] | {"Document"}
    assert (root["/Lang"], reader.metadata.title) == ("en-GB", title)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert claims_accessibility(reader)
    assert "<dc:title>" in metadata_of(reader)


@every
def test_bookmarks_of_the_pdf_are_the_numbered_headings_of_the_word_file(files, name):
    headings = numbered_headings(files[f"{name}.docx"])
    assert bookmarks_of(reader_of(files[f"{name}.pdf"])) == headings
    assert headings or name == "paper" or name == "checklist"


@every
def test_pdf_carries_its_fonts_and_the_words_of_the_word_file(files, name):
    reader = reader_of(files[f"{name}.pdf"])
    pages = [page.extract_text() for page in reader.pages]
    assert all(is_embedded(font) for font in fonts_of(reader))
    assert _lost(docx_body_text(files[f"{name}.docx"]), pages) == []
    assert _left_alone(bookmarks_of(reader), pages) == []


def _lost(lines: str, pages: list[str]) -> list[str]:
    """The lines, cell by cell, whose words are not on the pages; the head and foot of a page may come between."""
    first, *others = [re.sub(r"(?m)^.*Page \d+ of \d+$", "", text.replace("\u200b", "")) for text in pages]
    found = bare("".join([first, *(text.partition("\n")[2] for text in others)]))
    parts = [part for line in lines.splitlines() for part in line.split("\t") if part.strip("_ ")]
    return [part for part in parts if bare(part) not in found]


def _left_alone(headings: list[str], pages: list[str]) -> list[str]:
    """The headings that stand last on their page, with nothing below them."""
    shown = [[line for line in text.splitlines() if line.strip() and "Page " not in line] for text in pages]
    return [heading for heading in headings if any(bare(lines[-1]) == bare(heading) for lines in shown)]


def _title(data: bytes) -> str:
    return Document(io.BytesIO(data)).core_properties.title


# Word, read back by python-docx ------------------------------------------------------------------


@every
def test_word_file_reads_back_with_its_structure(files, name):
    document = Document(io.BytesIO(files[f"{name}.docx"]))
    levels = [int(found.style.name[-1]) for found in document.paragraphs if found.style.name.startswith("Heading")]
    assert all(below <= above + 1 for above, below in zip([0, *levels], levels, strict=False))
    assert document.core_properties.title
    assert document.core_properties.language == "en-GB"
    assert [found.text for found in document.paragraphs[:-1] if not found.text.strip()] == []
    section = document.sections[0]
    for foot in (section.footer, section.first_page_footer):
        fields = [field.get(W + "instr").strip() for field in foot._element.iter(W + "fldSimple")]
        assert fields == ["PAGE", "NUMPAGES"]
    for table in document.tables:
        repeated = [bool(row._tr.xpath("w:trPr/w:tblHeader")) for row in table.rows]
        assert repeated == [table.style.name != "Cover Table"] + [False] * (len(repeated) - 1)
    assert all(link.address.startswith("http") for found in document.paragraphs for link in found.hyperlinks)


def test_the_bodies_of_the_three_boards_are_one_text(files):
    words = {docx_body_text(files[f"{board}.docx"]) for board in REPORTS}
    assert len(words) == 1
    assert "Response to recent proposals" in words.pop()
    covers = {Document(io.BytesIO(files[f"{board}.docx"])).tables[0].rows[0].cells[0].text for board in REPORTS}
    assert len(covers) == 3


# The web page, printed ----------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize("name", ["meeting report", *REPORTS])
def test_web_page_prints_on_a4_with_every_word_and_no_heading_left_alone(files, chromium, tmp_path, name):
    (tmp_path / "page.html").write_bytes(files[f"{name}.html"])
    tab = chromium.new_page()
    tab.goto(f"file://{tmp_path}/page.html")
    reader = reader_of(tab.pdf(prefer_css_page_size=True))
    tab.close()
    pages = [page.extract_text() for page in reader.pages]
    assert {tuple(round(float(side)) for side in page.mediabox[2:]) for page in reader.pages} == {(595, 842)}
    assert _lost(docx_body_text(files[f"{name}.docx"]), ["\n".join(pages)]) == []
    assert _left_alone(numbered_headings(files[f"{name}.docx"]), pages) == []
    assert [text for text in pages if len(bare(text)) < 100] == []


# LibreOffice --------------------------------------------------------------------------------------

_converted: dict[str, bytes] = {}


@pytest.fixture
def opened(files, tmp_path) -> dict[str, bytes]:
    """Every Word file and the slides, opened by LibreOffice and saved as tagged PDF."""
    if not _converted:
        _converted.update(_through_libreoffice(files, tmp_path))
    return _converted


def _through_libreoffice(files: Files, folder: Path) -> dict[str, bytes]:
    names = [*(f"{name}.docx" for name in FILES), "overview.pptx"]
    for name in names:
        (folder / name).write_bytes(files[name])
    options = '{"UseTaggedPDF":{"type":"boolean","value":"true"},"ExportBookmarks":{"type":"boolean","value":"true"}}'
    papers = saved_as(f"pdf:writer_pdf_Export:{options}", folder, *names[:-1])
    return dict(zip(names, papers + saved_as("pdf", folder, names[-1]), strict=True))


@pytest.mark.office
@every
def test_libreoffice_opens_the_word_file_with_all_its_words_and_structure(files, opened, name):
    """Numbered headings, header rows, lists, language, title and page numbers as another program reads them."""
    data = files[f"{name}.docx"]
    reader = reader_of(opened[f"{name}.docx"])
    assert bookmarks_of(reader) == numbered_headings(data)
    assert set(tags_of(reader)) >= FILES[name][1]
    assert (reader.trailer["/Root"]["/Lang"], reader.metadata.title) == ("en-GB", _title(data))
    pages = [page.extract_text() for page in reader.pages]
    assert all(f"Page {number} of {len(pages)}" in text for number, text in enumerate(pages, start=1))
    assert [text for text in pages if len(bare(text)) < 100] == []
    assert _lost(docx_body_text(data), pages) == []
    assert _left_alone(bookmarks_of(reader), pages) == []


@pytest.mark.office
def test_libreoffice_opens_the_slides(opened):
    pages = [page.extract_text() for page in reader_of(opened["overview.pptx"]).pages]
    assert len(pages) == 8
    assert "Overview of SPCG" in pages[0]
    assert "Smart cities and communities" in pages[5]
