"""The landscape as a file: cells that look like formulas are text, hidden scores stay hidden."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from landscape.exports import export_landscape
from landscape.services.decisions import record_decision
from landscape.services.rounds import close_round
from landscape.tests.factories import give_score, make_area, make_full_area, make_round


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
    assert (rows[1][7], rows[1][11]) == ("IEC", "illustrative: the owner")


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
    column = "J2"
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
    heading = sheet_of(export_landscape("xlsx", cast.iso_member, round).data)["J1"].value
    assert heading.startswith("Result (Sample, illustrative, open until ")
    close_round(round, cast.iso_secretary)
    assert sheet_of(export_landscape("xlsx", cast.observer, round).data)["J1"].value == "Result (Sample, illustrative)"


def test_what_the_group_decided_enters_the_files(cast):
    from documents.publishing.docx import docx_body_text

    area = make_area(cast.iso_secretary, name="Decided")
    make_area(cast.iso_secretary, name="Open")
    record_decision(area, cast.iec_secretary, answer="yes", reason="=Three committees overlap.")
    sheet = sheet_of(export_landscape("xlsx", cast.observer, None).data)
    assert [cell.value for cell in sheet[1]][12:] == ["Extra support", "Reason"]
    assert [cell.value for cell in sheet[2]][12:] == ["Yes", "=Three committees overlap."]
    assert sheet[2][13].data_type == "s"
    assert [cell.value or "" for cell in sheet[3]][12:] == ["", ""]
    text = docx_body_text(export_landscape("docx", cast.observer, None).data)
    assert "Extra support: Yes. =Three committees overlap." in str(text)
