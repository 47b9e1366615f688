"""The landscape as a file: cells that look like formulas are text, hidden scores stay hidden."""

from io import BytesIO
from uuid import uuid4
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from documents.tests.factories import make_revision
from landscape.exports import export_landscape
from landscape.services.decisions import record_decision
from landscape.services.rounds import close_round
from landscape.tests.factories import give_score, make_area, make_full_area, make_round
from landscape.tests.pages import says
from landscape.tests.test_query_counts import queries_of
from organizations.tests.factories import make_committee


def sheet_of(data: bytes):
    return load_workbook(BytesIO(data)).active


def test_workbook_has_a_row_per_area_and_its_committees(cast, client_of):
    area = make_full_area(cast.iso_secretary, owner=cast.IEC, illustrative_note="the owner")
    response = client_of("observer").get("/landscape/export/xlsx/")
    assert response.headers["Content-Disposition"].startswith("attachment")
    rows = list(sheet_of(response.content).iter_rows(values_only=True))
    assert rows[0][:6] == ("Area", "Text", "ISO", "IEC", "ISO and IEC", "ITU-T")
    assert rows[1][0] == area.name
    assert [cell.split()[0] for cell in rows[1][2:6]] == ["ISO/TC", "IEC", "ISO/IEC", "ITU-T"]
    assert (rows[1][7], rows[1][12]) == ("IEC", "illustrative: the owner")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r="])
def test_cells_that_begin_like_formulas_are_text(cast, start):
    make_area(cast.iso_secretary, name=f"{start}1+1", text=f'{start}HYPERLINK("http://x","y")')
    data = export_landscape("xlsx", cast.observer, None).data
    for cell in sheet_of(data)[2][:2]:
        assert cell.data_type == "s"
        assert cell.value.strip().startswith(start.strip())
    with ZipFile(BytesIO(data)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_control_characters_do_not_break_the_workbook(cast):
    make_area(cast.iso_secretary, name="A", text="before\x07after")
    assert sheet_of(export_landscape("xlsx", cast.observer, None).data)["B2"].value == "beforeafter"


def test_scores_enter_as_far_as_the_reader_may_see_them(cast):
    area = make_area(cast.iso_secretary)
    round = make_round(cast.iso_secretary)
    give_score(round, area, cast.iso_member, 4)
    column = "K2"
    assert sheet_of(export_landscape("xlsx", cast.iec_member, round).data)[column].value is None
    assert sheet_of(export_landscape("xlsx", cast.iso_member, round).data)[column].value == 4
    close_round(round, cast.iso_secretary)
    assert sheet_of(export_landscape("xlsx", cast.observer, round).data)[column].value == 4


def test_document_has_a_heading_and_the_facts_of_every_area(cast, client_of):
    from docx import Document

    make_full_area(cast.iso_secretary, name="Smart cities", text="# Who\n\nCities.", illustrative=True)
    make_area(cast.iso_secretary, name="Railways")
    data = client_of("observer").get("/landscape/export/docx/").content
    paragraphs = Document(BytesIO(data)).paragraphs
    headings = [
        (item.style.name, item.text.split("\t")[-1]) for item in paragraphs if item.style.name.startswith("Heading")
    ]
    assert [text for style, text in headings if style == "Heading 1"] == ["Smart cities", "Railways"]
    assert ("Heading 2", "Who") in headings
    words = "\n".join(item.text for item in paragraphs)
    assert "Mechanisms: Liaison: category A; Task force" in words
    assert "Kept by: Not known" in words
    assert "illustrative" in words.lower()


@pytest.mark.parametrize("format", ["xlsx", "csv", "docx", "pdf"])
def test_the_register_leaves_in_every_format(cast, client_of, format):
    area = make_full_area(cast.iso_secretary, name="Railways", text="Cranes and quays.", owner=cast.ISO)
    response = client_of("observer").get(f"/landscape/export/{format}/")
    assert response.headers["Content-Disposition"].startswith("attachment")
    acronym = area.committees.first().committee.acronym
    assert says(response.content, format, "Railways", "Cranes and quays", acronym, "liaison", "category A")


def test_pdf_is_a_pdf_and_other_formats_are_not_there(cast, client_of):
    make_area(cast.iso_secretary)
    client = client_of("observer")
    assert client.get("/landscape/export/pdf/").content.startswith(b"%PDF")
    for format in ("html", "exe"):
        assert client.get(f"/landscape/export/{format}/").status_code == 404
    with pytest.raises(ValueError):
        export_landscape("csv", cast.observer, None)


def test_scores_of_a_sample_round_and_of_an_open_one_say_so(cast):
    area = make_area(cast.iso_secretary)
    round = make_round(cast.iso_secretary, title="Sample", illustrative=True)
    give_score(round, area, cast.iso_member, 4)
    heading = sheet_of(export_landscape("xlsx", cast.iso_member, round).data)["K1"].value
    assert heading.startswith("Result (Sample, illustrative, open until ")
    close_round(round, cast.iso_secretary)
    assert sheet_of(export_landscape("xlsx", cast.observer, round).data)["K1"].value == "Result (Sample, illustrative)"


def test_what_the_group_decided_enters_the_files(cast):
    from documents.publishing.docx import docx_body_text

    area = make_area(cast.iso_secretary, name="Decided")
    make_area(cast.iso_secretary, name="Open")
    record_decision(area, cast.iec_secretary, answer="yes", reason="=Three committees overlap.")
    sheet = sheet_of(export_landscape("xlsx", cast.observer, None).data)
    assert [cell.value for cell in sheet[1]][13:] == ["Extra support", "Reason"]
    assert [cell.value for cell in sheet[2]][13:] == ["Yes", "=Three committees overlap."]
    assert sheet[2][14].data_type == "s"
    assert [cell.value or "" for cell in sheet[3]][13:] == ["", ""]
    text = docx_body_text(export_landscape("docx", cast.observer, None).data)
    assert "Extra support: Yes. =Three committees overlap." in str(text)


def test_roles_that_are_known_and_documents_enter_the_files(cast):
    from documents.publishing.docx import docx_body_text

    leader, other = make_committee("ISO/TC 901", "ISO"), make_committee("ISO/TC 902", "ISO")
    shared = make_revision()
    make_area(cast.iso_secretary, committees=[(leader, "leads"), other], documents=[shared])
    sheet = sheet_of(export_landscape("xlsx", cast.observer, None).data)
    assert (sheet["C2"].value, sheet["J2"].value) == ("ISO/TC 901 (leads); ISO/TC 902", shared.reference)
    text = str(docx_body_text(export_landscape("docx", cast.observer, None).data))
    assert "ISO: ISO/TC 901 (leads); ISO/TC 902" in text
    assert f"Documents: {shared.reference}" in text


@pytest.mark.parametrize("format", ["xlsx", "docx"])
def test_an_export_takes_the_same_number_of_queries_with_1_and_10_areas(cast, client_of, format):
    def make():
        pair = [make_committee(f"ISO/TC {uuid4().hex[:6]}", "ISO"), make_committee(f"IEC TC {uuid4().hex[:6]}", "IEC")]
        make_area(cast.iso_secretary, committees=pair, mechanisms=[("liaison", "", *pair)])

    make()
    client, url = client_of("observer"), f"/landscape/export/{format}/"
    client.get(url)
    one = queries_of(client, url)
    for _n in range(9):
        make()
    assert queries_of(client, url) == one
