"""The empty Word document that every document starts from, and the finished bytes that it ends as."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml.parser import parse_xml
from docx.shared import Mm

from documents.publishing.content import Content
from documents.publishing.docx_xml import name

_FOLDER = Path(__file__).with_name("word")
_REGIONS = {"en": "en-GB", "fr": "fr-FR", "es": "es-ES", "de": "de-DE"}
_KEPT = {RT.STYLES, RT.SETTINGS, RT.NUMBERING, RT.OFFICE_DOCUMENT, RT.CORE_PROPERTIES}
_TEXT_WIDTH_MM = 170
TEXT_WIDTH = 9638  # the same in twentieths of a point, Word's unit


def new_document(content: Content) -> WordDocument:
    """A document on A4 with our styles, its language and its properties, and nothing of the library's template."""
    document = Document()
    _replace(document.styles.element, "styles.xml")
    _replace(document.settings.element, "settings.xml")
    _replace(document.part.numbering_part.element, "numbering.xml")
    _drop_template_parts(document)
    language = _REGIONS.get(content.language, content.language)
    next(document.styles.element.iter(name("w:lang"))).set(name("w:val"), language)
    _set_page(document)
    _set_properties(document, content, language)
    return document


def _replace(element, file_name: str) -> None:
    element[:] = list(parse_xml((_FOLDER / file_name).read_bytes()))


def _drop_template_parts(document: WordDocument) -> None:
    for rels in (document.part.rels, document.part.package.rels):
        for identifier in [rid for rid, relationship in rels.items() if relationship.reltype not in _KEPT]:
            del rels[identifier]


def _set_page(document: WordDocument) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(20)
    section.header_distance = section.footer_distance = Mm(10)
    grid = section._sectPr.find(name("w:docGrid"))
    if grid is not None:
        section._sectPr.remove(grid)


def _set_properties(document: WordDocument, content: Content, language: str) -> None:
    core = document.core_properties
    for element in list(core._element):
        core._element.remove(element)  # the template's dates and author
    core.title, core.author, core.language = content.title[:255], "SPCG", language
    core.identifier = content.reference[:255]


def finished(document: WordDocument) -> bytes:
    """The file, with the clock kept out of it: the same content gives the same bytes."""
    raw, out = BytesIO(), BytesIO()
    document.save(raw)
    with ZipFile(raw) as parts, ZipFile(out, "w", ZIP_DEFLATED) as package:
        for part in parts.infolist():
            entry = ZipInfo(part.filename, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o600 << 16
            package.writestr(entry, parts.read(part))
    return out.getvalue()
