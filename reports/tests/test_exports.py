"""Every file that leaves is on record, and the record alone says what a file is."""

from __future__ import annotations

import hashlib
from copy import deepcopy as copy
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.utils import DatabaseError
from django.test.utils import CaptureQueriesContext
from docx import Document
from docx.oxml import OxmlElement
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.moves import NotAllowed
from documents.publishing.docx import docx_body_text
from documents.publishing.docx_body import body_lines
from documents.tests.office import saved_as
from reports.models import BoardReport, ReportExport
from reports.queries import newest_revision, reports_visible_to
from reports.services.board_reports import edit_report
from reports.services.exports import export_all, export_report
from reports.tests.factories import approve_by_all, make_report
from reports.verification import Verdict, verify_file


@pytest.fixture
def approved(cast):
    return approve_by_all(cast, make_report(cast))


def exported(report, cast, format="docx", code="ITU-T") -> bytes:
    return export_report(report, report.covers.get(organization__code=code), format, cast.observer).rendered.data


def verified(data: bytes, cast, name="report.docx", who="observer"):
    return verify_file(name, BytesIO(data), reports_visible_to(getattr(cast, who)))


def docx(words: str) -> bytes:
    document, stream = Document(), BytesIO()
    document.add_paragraph(words)
    document.save(stream)
    return stream.getvalue()


def edited(data: bytes, change) -> bytes:
    document, stream = Document(BytesIO(data)), BytesIO()
    change(document)
    document.save(stream)
    return stream.getvalue()


def paragraph(document, words: str):
    return next(item for item in document.paragraphs if words in item.text)


def marked(finding) -> str:
    return " ".join(f"{change.kind}:{change.text}" for line in finding.lines for change in line)


@pytest.mark.parametrize("format", ["docx", "pdf", "html"])
def test_every_export_is_recorded_with_hash_body_person_and_moment(approved, cast, format):
    data = exported(approved, cast, format, "IEC")
    row = ReportExport.objects.get()
    assert row.sha256 == hashlib.sha256(data).hexdigest()
    assert (row.size, row.format, row.organization, row.by) == (len(data), format, cast.IEC, cast.observer)
    assert (row.revision, row.fingerprint) == (newest_revision(approved), newest_revision(approved).fingerprint)
    assert (row.draft, row.by_label) == (False, "Observer")


def test_record_of_an_export_is_never_changed(approved, cast):
    exported(approved, cast)
    with pytest.raises(DatabaseError):
        ReportExport.objects.update(sha256="0" * 64)


def test_all_nine_come_in_one_archive_and_each_is_recorded(approved, cast):
    archive = export_all(approved, cast.observer).rendered.data
    with ZipFile(BytesIO(archive)) as package:
        files = {name: package.read(name) for name in package.namelist()}
    assert len(files) == 9
    assert {name.rpartition(".")[2] for name in files} == {"docx", "pdf", "html"}
    assert "SPCG progress report ISO-TMB 2026-06-30.docx" in files
    assert len({docx_body_text(data) for name, data in files.items() if name.endswith("docx")}) == 1
    hashes = {hashlib.sha256(data).hexdigest() for data in (*files.values(), archive)}
    assert {row.sha256 for row in ReportExport.objects.all()} == hashes
    for name, data in files.items():
        assert verified(data, cast, name).verdict == Verdict.EXPORTED
    assert verified(archive, cast, "nine.zip").good


def test_a_stranger_takes_nothing(approved, cast):
    with pytest.raises(NotAllowed):
        export_all(approved, cast.outsider)
    assert ReportExport.objects.count() == 0


def test_the_same_bytes_are_told_by_their_hash(approved, cast):
    finding = verified(exported(approved, cast, "pdf"), cast, "other name.bin")
    assert (finding.verdict, finding.good) == (Verdict.EXPORTED, True)
    assert "byte for byte" in finding.sentence


def test_export_of_a_draft_is_told_as_one(cast):
    report = make_report(cast)
    data = export_report(report, report.covers.first(), "docx", cast.administrator).rendered.data
    finding = verified(data, cast, who="iso_secretary")
    assert (finding.verdict, finding.good) == (Verdict.EXPORTED, False)
    assert "draft" in finding.sentence
    assert verified(data, cast, who="observer").verdict == Verdict.CANNOT_TELL


def test_word_file_whose_cover_alone_was_changed_still_has_the_approved_body(approved, cast):
    def sign(document):
        document.tables[0].rows[-1].cells[-1].text = "TSAG is invited to approve."

    finding = verified(edited(exported(approved, cast), sign), cast)
    assert (finding.verdict, finding.good) == (Verdict.SAME, True)


def test_word_file_whose_body_was_changed_shows_where(approved, cast):
    def change(document):
        item = paragraph(document, "did not meet")
        item.runs[0].text = item.text.replace("did not meet", "met nine times")

    finding = verified(edited(exported(approved, cast), change), cast)
    assert (finding.verdict, finding.good) == (Verdict.DIFFERS, False)
    assert "removed:did" in marked(finding)
    assert "added:nine" in marked(finding)


def _before_the_body(document):
    document.tables[0]._tbl.addnext(document.add_paragraph("TSAG agreed already.")._p)


def _after_the_body(document):
    document.add_paragraph("And one more thing.")


def _hidden(document):
    for run in paragraph(document, "did not meet").runs:
        run.font.hidden = True


def _deleted_as_tracked(document):
    item = paragraph(document, "did not meet")._p
    gone = OxmlElement("w:del")
    for run in list(item.r_lst):
        gone.append(run)
    item.append(gone)


def _picture(document):
    paragraph(document, "did not meet").runs[0]._r.append(OxmlElement("w:drawing"))


def _footnote(document):
    paragraph(document, "did not meet").runs[0]._r.append(OxmlElement("w:footnoteReference"))


@pytest.mark.parametrize(
    "change", [_before_the_body, _after_the_body, _hidden, _deleted_as_tracked, _picture, _footnote]
)
def test_nothing_is_added_to_or_taken_from_the_body_unseen(approved, cast, change):
    assert verified(edited(exported(approved, cast), change), cast).verdict == Verdict.DIFFERS


def test_printed_fingerprint_is_not_believed(approved, cast):
    digits = newest_revision(approved).fingerprint
    data = docx(f"A text of somebody else. Fingerprint {digits[:4]} {digits[4:8]} {digits[8:12]}, {digits}")
    assert verified(data, cast).verdict == Verdict.CANNOT_TELL


def test_body_of_an_earlier_revision_is_not_the_approved_one(cast):
    report = make_report(cast)
    early = export_report(report, report.covers.first(), "docx", cast.administrator).rendered.data
    text = "We met in a room that no record knows."
    edit_report(report, cast.iso_secretary, report.version, {"background": text})
    approve_by_all(cast, BoardReport.objects.get())
    finding = verified(edited(early, lambda document: None), cast)
    assert (finding.verdict, finding.good) == (Verdict.DIFFERS, False)
    assert finding.revision.number == 2


def test_edited_pdf_and_any_other_file_cannot_be_told(approved, cast):
    data = exported(approved, cast, "pdf") + b"\n%changed"
    assert verified(data, cast, "x.pdf").verdict == Verdict.CANNOT_TELL
    assert verified(b"", cast, "empty").verdict == Verdict.CANNOT_TELL
    assert verified(exported(approved, cast, "html") + b" ", cast, "x.html").verdict == Verdict.CANNOT_TELL


def _saved_by_another_program(document):
    """Marks dropped, runs cut in pieces, a content control around a paragraph: what editors do to a file."""
    for mark in document.element.body.xpath(".//w:bookmarkStart | .//w:bookmarkEnd"):
        mark.getparent().remove(mark)
    run = paragraph(document, "did not meet").runs[0]
    words, run.text = run.text, ""
    for letter in words:
        run._r.getparent().append(copy(run._r))
        run._r.getparent()[-1].text = letter
    control, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
    last = document.paragraphs[-2]._p
    last.addprevious(control)
    control.append(content)
    content.append(last)


def test_file_saved_by_another_program_has_the_same_body(approved, cast):
    finding = verified(edited(exported(approved, cast), _saved_by_another_program), cast)
    assert (finding.verdict, finding.good, marked(finding)) == (Verdict.SAME, True, "")


RICH = """We **met** in *Geneva*, see [the page](https://example.org/a?b=c&d): “quotes” – Łódź, Ελληνικά, Кириллица.

1. First, SPCG-47B
2. Second

- One
  - Below one
- Two with  blanks"""


@pytest.mark.office
@pytest.mark.parametrize("way", [("docx:MS Word 2007 XML",), ("odt", "docx:MS Word 2007 XML")])
def test_word_file_saved_again_by_libreoffice_has_the_approved_body_until_a_word_is_changed(cast, tmp_path, way):
    report = make_report(cast)
    edit_report(report, cast.iso_secretary, report.version, {"background": RICH})
    approve_by_all(cast, BoardReport.objects.get())
    name, data = "report.docx", exported(BoardReport.objects.get(), cast)
    for form in way:
        (tmp_path / name).write_bytes(data)
        (data,) = saved_as(form, tmp_path, name)
        name = f"report.{form.partition(':')[0]}"
    finding = verified(data, cast)
    assert (finding.verdict, finding.good, marked(finding)) == (Verdict.SAME, True, "")

    def change(document):
        paragraph(document, "Second").runs[-1].text = "Second thoughts"

    assert verified(edited(data, change), cast).verdict == Verdict.DIFFERS


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_damaged_files_are_told_and_never_an_error(approved, cast, data):
    whole = bytearray(docx("Words that stand in the document."))
    for at, byte in data.draw(st.lists(st.tuples(st.integers(0, len(whole) - 1), st.integers(0, 255)), max_size=40)):
        whole[at] = byte
    cut = data.draw(st.integers(0, len(whole)))
    assert verified(bytes(whole[:cut]), cast).verdict == Verdict.CANNOT_TELL
    assert isinstance(body_lines(BytesIO(bytes(whole[:cut]))), list)


@given(data=st.binary(max_size=400))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_bytes_are_told(approved, cast, data):
    assert verified(data, cast).verdict == Verdict.CANNOT_TELL


# The command ------------------------------------------------------------------------------------


def test_command_says_what_a_file_is_and_ends_accordingly(approved, cast, tmp_path, capsys):
    file = tmp_path / "report.docx"
    call_command("export_board_report", board="TMB", format="docx", out=file)
    call_command("verify_report", file)
    told = capsys.readouterr().out
    assert "exported: This file is, byte for byte, an export of the approved report" in told
    assert "command line" in told
    file.write_bytes(edited(file.read_bytes(), _after_the_body))
    with pytest.raises(SystemExit) as ended:
        call_command("verify_report", file)
    assert ended.value.code == 1
    assert "[+And one more thing.+]" in capsys.readouterr().out
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("verify_report", tmp_path / "none")


def test_command_writes_all_nine(approved, tmp_path):
    out = tmp_path / "nine.zip"
    call_command("export_board_report", board="all", format="zip", out=out)
    assert len(ZipFile(out).namelist()) == 9
    for board, format in (("all", "pdf"), ("TMB", "zip")):
        with pytest.raises(CommandError, match="All nine"):
            call_command("export_board_report", board=board, format=format, out=out)


# Pages ------------------------------------------------------------------------------------------


def test_pages_export_list_and_verify(approved, cast, client_of):
    client = client_of("observer")
    answer = client.get(f"/reports/{approved.pk}/export/all/")
    assert answer.headers["Content-Type"] == "application/zip"
    assert "all three boards 2026-06-30.zip" in answer.headers["Content-Disposition"]
    listed = client.get(f"/reports/{approved.pk}/exports/").content.decode()
    assert hashlib.sha256(answer.content).hexdigest() in listed
    file = SimpleUploadedFile("nine.zip", answer.content)
    page = client.post("/reports/verify/", {"file": file}).content.decode()
    assert "byte for byte" in page
    assert approved.title in page
    changed = edited(exported(approved, cast), _after_the_body)
    page = client.post("/reports/verify/", {"file": SimpleUploadedFile("a.docx", changed)}).content.decode()
    assert "And one more thing." in page
    assert "The body of the file differs" in page


def test_verify_without_a_file_or_right_says_so(approved, client_of):
    page = client_of("observer").post("/reports/verify/", {}).content.decode()
    assert "Error:" in page
    assert client_of("outsider").get("/reports/verify/").status_code == 404


def test_list_of_exports_takes_the_same_number_of_queries_with_many_rows(approved, cast, client_of):
    client, path = client_of("observer"), f"/reports/{approved.pk}/exports/"
    exported(approved, cast, "html")
    client.get(path)
    with CaptureQueriesContext(connection) as few:
        client.get(path)
    for _n in range(29):
        exported(approved, cast, "html")
    with CaptureQueriesContext(connection) as many:
        assert client.get(path).status_code == 200
    assert len(many) == len(few)
