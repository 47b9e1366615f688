import io
import zipfile

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from documents.judge import judge_upload
from documents.publishing.content import Content, Contents, Heading, ListBlock, ListItem, Run, Table, para
from documents.publishing.docx import docx_body_text, render_docx
from documents.publishing.outline import clauses_of
from documents.tests.browsing import numbered_headings
from documents.tests.samples import make_board_cover, make_hostile, make_letter, make_report

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# The order that the schema of WordprocessingML demands; Word "repairs" a file that has another.
ORDERS = {
    "pPr": "pStyle keepNext keepLines widowControl numPr pBdr tabs spacing ind jc outlineLvl rPr".split(),
    "rPr": "rStyle rFonts b bCs i iCs color sz szCs u lang".split(),
    "tblPr": "tblStyle tblW tblInd tblBorders tblLayout tblCellMar tblLook tblCaption".split(),
    "tcPr": "tcW gridSpan tcBorders tcMar vAlign".split(),
    "sectPr": "headerReference footerReference pgSz pgMar cols titlePg".split(),
}


def parts_of(data: bytes) -> dict[str, etree._Element]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: etree.fromstring(package.read(name)) for name in package.namelist()}


@pytest.fixture(scope="module")
def report() -> bytes:
    return render_docx(make_report(body=(Contents(), *make_report().body)), "https://portal.example")


@pytest.mark.parametrize("make", [make_report, make_letter, make_hostile])
def test_elements_stand_in_the_order_of_the_schema(make):
    for name, root in parts_of(render_docx(make())).items():
        for tag, order in ORDERS.items():
            for element in root.iter(W + tag):
                found = [child.tag.removeprefix(W) for child in element]
                assert found == sorted(found, key=order.index), f"{name}: {tag}"


@pytest.mark.parametrize("make", [make_report, make_letter, make_hostile])
def test_every_row_fills_its_grid_and_every_cell_has_a_paragraph(make):
    for table in parts_of(render_docx(make()))["word/document.xml"].iter(W + "tbl"):
        columns = len(table.find(W + "tblGrid"))
        for row in table.iter(W + "tr"):
            spans = [_span(cell) for cell in row.iter(W + "tc")]
            assert sum(spans) == columns
            assert all(cell[-1].tag == W + "p" for cell in row.iter(W + "tc"))


def _span(cell) -> int:
    span = cell.find(f"{W}tcPr/{W}gridSpan")
    return 1 if span is None else int(span.get(W + "val"))


def test_every_reference_inside_the_file_leads_somewhere(report):
    parts = parts_of(report)
    document, numbering = parts["word/document.xml"], parts["word/numbering.xml"]
    styles = {style.get(W + "styleId") for style in parts["word/styles.xml"].iter(W + "style")}
    numbers = {number.get(W + "numId") for number in numbering.iter(W + "num")}
    bookmarks = {mark.get(W + "name") for mark in document.iter(W + "bookmarkStart")}
    relations = {relation.get("Id"): relation for relation in parts["word/_rels/document.xml.rels"]}

    used = [element.get(W + "val") for tag in ("pStyle", "rStyle", "tblStyle") for element in document.iter(W + tag)]
    assert set(used) <= styles
    assert {number.get(W + "val") for number in document.iter(W + "numId")} <= numbers | {"0"}
    assert {number.get(W + "val") for number in parts["word/styles.xml"].iter(W + "numId")} <= numbers
    anchors = {link.get(W + "anchor") for link in document.iter(W + "hyperlink")} - {None}
    assert anchors == bookmarks - {"body"}
    assert {link.get(qn("r:id")) for link in document.iter(W + "hyperlink")} - {None} <= set(relations)
    assert [relation.get("Target") for relation in relations.values() if relation.get("TargetMode")] == [
        "https://portal.example/documents/SPCG-47B/"
    ]
    marks = [mark.get(W + "id") for mark in document.iter(W + "bookmarkStart")]
    assert len(marks) == len(set(marks))
    assert sorted(marks) == sorted(mark.get(W + "id") for mark in document.iter(W + "bookmarkEnd"))


def test_nothing_of_the_librarys_template_is_left(report):
    assert sorted(parts_of(report)) == [
        "[Content_Types].xml",
        "_rels/.rels",
        "docProps/core.xml",
        "word/_rels/document.xml.rels",
        "word/document.xml",
        "word/footer1.xml",
        "word/footer2.xml",
        "word/header1.xml",
        "word/numbering.xml",
        "word/settings.xml",
        "word/styles.xml",
    ]
    assert b"theme" not in report
    assert "Theme=" not in etree.tostring(parts_of(report)["word/styles.xml"]).decode()


def test_the_clock_is_kept_out_of_the_file(report):
    with zipfile.ZipFile(io.BytesIO(report)) as package:
        assert {entry.date_time[:3] for entry in package.infolist()} == {(1980, 1, 1)}


def test_our_own_word_files_pass_our_own_judge(report):
    judged = judge_upload("SPCG progress report (final).docx", io.BytesIO(report))

    assert (judged.kind, judged.size) == ("docx", len(report))


def test_properties_language_and_page(report):
    document = Document(io.BytesIO(report))
    section = document.sections[0]

    properties = document.core_properties
    assert (properties.title, properties.author, properties.language) == ("SPCG progress report", "SPCG", "en-GB")
    assert properties.created is None
    assert properties.modified is None
    language = next(parts_of(report)["word/styles.xml"].iter(W + "lang"))
    assert language.get(W + "val") == "en-GB"
    assert [round(length.mm) for length in (section.page_width, section.page_height)] == [210, 297]
    margins = (section.left_margin, section.right_margin, section.top_margin, section.bottom_margin)
    assert {round(margin.mm) for margin in margins} == {20}


def test_language_of_the_content_is_that_of_the_file():
    french = render_docx(Content("Rapport", language="fr"))

    assert next(parts_of(french)["word/styles.xml"].iter(W + "lang")).get(W + "val") == "fr-FR"


def test_styles_are_real_and_no_paragraph_is_empty(report):
    document = Document(io.BytesIO(report))

    names = {paragraph.style.name for paragraph in document.paragraphs}
    assert {"Heading 1", "Heading 2", "List Bullet", "List Number", "Caption", "Normal", "toc 1"} <= names
    assert [paragraph.text for paragraph in document.paragraphs if not paragraph.text.strip()] == []
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    assert all(cell.text.strip() for cell in cells)


def test_two_tables_stay_two_tables():
    tables = (Table("", ("a",), (("b",),)), Table("", ("c",), (("d",),)))

    body = Document(io.BytesIO(render_docx(Content("Two", body=tables)))).element.body

    tags = [child.tag.removeprefix(W) for child in body if "bookmark" not in child.tag]
    assert tags == ["p", "tbl", "p", "tbl", "p", "sectPr"]


def test_header_rows_repeat_and_are_marked(report):
    cover, table = Document(io.BytesIO(report)).tables

    first, *others = table._tbl.tr_lst
    assert first.find(f"{W}trPr/{W}tblHeader") is not None
    assert all(row.find(f"{W}trPr/{W}tblHeader") is None for row in others)
    assert table._tbl.tblPr.find(W + "tblLook").get(W + "firstRow") == "1"
    assert cover._tbl.tblPr.find(W + "tblLook").get(W + "firstRow") == "0"
    assert [each._tbl.tblPr.find(W + "tblCaption").get(W + "val") for each in (cover, table)] == [
        "Cover of the document",
        "Where the paper goes",
    ]


def test_page_numbers_are_fields_with_a_value_and_word_asks_nothing(report):
    parts = parts_of(report)

    for name in ("word/footer1.xml", "word/footer2.xml"):
        fields = list(parts[name].iter(W + "fldSimple"))
        assert [field.get(W + "instr").strip() for field in fields] == ["PAGE", "NUMPAGES"]
        assert ["".join(field.itertext()) for field in fields] == ["1", "1"]
    assert parts["word/settings.xml"].find(W + "updateFields") is None


def test_each_ordered_list_begins_where_it_should():
    lists = (ListBlock(("a", "b"), ordered=True), para("between"), ListBlock(("c",), ordered=True, start=5))

    data = render_docx(Content("Lists", body=lists))

    numbers = {
        number.get(W + "numId"): number.find(f".//{W}startOverride")
        for number in parts_of(data)["word/numbering.xml"].iter(W + "num")
    }
    used = [found.get(W + "val") for found in parts_of(data)["word/document.xml"].iter(W + "numId")]
    assert used[0] == used[1] != used[2]
    assert [numbers[number].get(W + "val") for number in (used[0], used[2])] == ["1", "5"]


def test_lists_below_lists_are_indented():
    nested = ListBlock((ListItem("a", ListBlock((ListItem("b", ListBlock(("c",))),), ordered=True)),))

    document = parts_of(render_docx(Content("Nested", body=(nested,))))["word/document.xml"]

    assert [level.get(W + "val") for level in document.iter(W + "ilvl")] == ["0", "1", "2"]


def test_there_is_air_after_a_list_and_after_a_table():
    body = (ListBlock(("a",)), ListBlock(("b",)), para("after"), Table("", ("c",), (("d",),)), para("below"))

    found = Document(io.BytesIO(render_docx(Content("Air", body=body)))).paragraphs

    before = {paragraph.text: paragraph.paragraph_format.space_before for paragraph in found}
    assert [before[text] for text in ("b", "after", "below")] == [None, Pt(6), Pt(9)]


@pytest.mark.parametrize(("day", "spans"), [("18 December 2020", [3, 1]), ("Geneva, 11 to 18 January 2021", [2, 2])])
def test_the_corner_of_a_cover_is_wide_where_a_line_needs_it(day, spans):
    document = parts_of(render_docx(make_report(cover=make_board_cover(date=day))))["word/document.xml"]

    assert [_span(cell) for cell in next(document.iter(W + "tr")).iter(W + "tc")] == spans


def test_line_breaks_tabs_and_blanks_are_kept():
    data = render_docx(Content("Blanks", body=(para(" two  blanks\nnew line\ttab ", Run("bold ", bold=True)),)))

    assert docx_body_text(data) == " two  blanks\nnew line\ttab bold "


def test_a_long_table_is_complete():
    rows = [(f"Row {number}", "word " * 8, "SPCG-47B", "15 December 2020") for number in range(3000)]

    lines = docx_body_text(render_docx(Content("Long", body=(Table("Long", ("a", "b", "c", "d"), rows),)))).split("\n")

    assert lines[:2] == ["Long", "a\tb\tc\td"]
    assert [line.split("\t")[0] for line in lines[2:]] == [row[0] for row in rows]


def test_many_links_are_complete():
    runs = [Run(f"{number} ", link=f"https://example.org/{number}") for number in range(3000)]

    data = render_docx(Content("Links", body=(para(*runs),)))

    assert len(parts_of(data)["word/_rels/document.xml.rels"].findall("*[@TargetMode]")) == 3000


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(1, 3), st.booleans()), min_size=1, max_size=12))
def test_word_counts_the_clauses_as_the_other_formats_do(headings):
    body = tuple(Heading(level, "Words", numbered=numbered) for level, numbered in headings)

    assert numbered_headings(render_docx(Content("Numbers", body=body))) == [
        clause.label for clause in clauses_of(body)
    ]


def test_numbers_of_clauses_are_words_own(report):
    parts = parts_of(report)
    levels = parts["word/numbering.xml"].find(f"{W}abstractNum[@{W}abstractNumId='2']").findall(W + "lvl")

    assert [level.find(W + "pStyle").get(W + "val") for level in levels] == ["Heading1", "Heading2", "Heading3"]
    assert [level.find(W + "lvlText").get(W + "val") for level in levels] == ["%1", "%1.%2", "%1.%2.%3"]
    assert "\nBackground\n" in docx_body_text(report)


def test_unnumbered_headings_stand_at_the_margin():
    data = render_docx(Content("Annex", body=(Heading(1, "One"), Heading(1, "Attachments", numbered=False))))

    numbered, plain = (found for found in Document(io.BytesIO(data)).paragraphs if found.style.name == "Heading 1")
    assert (numbered.text, plain.text) == ("One", "Attachments")
    assert plain._p.pPr.numPr.numId.val == 0
    assert (plain.paragraph_format.left_indent, plain.paragraph_format.first_line_indent) == (0, 0)
