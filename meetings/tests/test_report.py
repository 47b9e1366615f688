"""The composed report, its exports, the command and the calendar file."""

import io
import zipfile
from datetime import date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from docx import Document as WordDocument
from icalendar import Calendar
from pypdf import PdfReader

from core.dates import GENEVA
from documents.publishing.content import Heading, ListBlock, Note, Paragraph, Table, text_of
from documents.publishing.docx import docx_body_text
from documents.publishing.formats import render
from documents.tests.factories import make_document, make_revision
from meetings.calendar import calendar_of
from meetings.report import compose_meeting_report
from meetings.services import schedule
from meetings.tests.factories import make_attendance, make_item, make_meeting, make_outcome, make_planned


def cells(table: Table) -> list[list[str]]:
    return [[text_of(cell) for cell in row] for row in table.rows]


def tables(content) -> dict[str, Table]:
    return {block.caption: block for block in content.body if isinstance(block, Table)}


def headings(content) -> list[tuple[int, str]]:
    return [(block.level, block.text) for block in content.body if isinstance(block, Heading)]


def lines(content) -> list[str]:
    """The words of every paragraph, note and list item, in order."""
    result = []
    for block in content.body:
        if isinstance(block, Paragraph | Note):
            result.append(text_of(block.runs))
        elif isinstance(block, ListBlock):
            result += [text_of(item.runs) for item in block.items]
    return result


@pytest.fixture
def meeting(cast):
    """A meeting with one of everything."""
    paper = make_revision(make_document(number=32, title="Effective coordination"), position=3)
    report = make_revision(make_document(number=50, title="Report", kind="meeting_report"), state="draft")
    meeting = make_meeting(number=8, report=report)
    opening = make_item(meeting, title="Opening", minutes=5, presenter=cast.ITU_T)
    item = make_item(meeting, paper, title="Coordination paper", note="Circulated in October.")
    make_outcome(meeting, item=opening, text="Agenda approved.")
    make_outcome(
        meeting, item=item, kind="decision", text="The paper is approved.", reference="SPCG-32C", revision=paper
    )
    make_outcome(
        meeting,
        item=item,
        kind="action",
        text="Send SPCG-32C by circular letter.",
        reference="SPCG-32C",
        revision=paper,
        owner_text="three secretaries",
        due_on=date(2020, 12, 15),
    )
    make_outcome(meeting, kind="decision", text="The landscape is open.", reference="landscape")
    make_attendance(meeting, cast.ISO, "ISO secretary")
    make_attendance(meeting, cast.ISO, "ISO expert", "substitute")
    make_attendance(meeting, cast.IEC, "IEC member", "apologies")
    return meeting


def test_cover_states_title_time_with_zone_place_reference_and_source(meeting):
    content = compose_meeting_report(meeting)
    rows = {row.label: text_of(row.value) for row in content.cover.rows}
    assert rows["Title:"] == "Report from the 8th remote meeting" == content.title
    assert rows["Held:"] == "Wednesday 25 November 2020, 13:00 to 15:00 CET"
    assert rows["Place:"] == "Remote"
    assert rows["Source:"] == "Secretaries of SPCG (ISO, IEC, ITU-T)"
    assert text_of(content.cover.right) == "SPCG-5025 November 2020"
    assert (content.reference, content.draft) == ("SPCG-50", True)


def test_sections_come_in_the_order_of_a_report(meeting):
    assert headings(compose_meeting_report(meeting)) == [
        (1, "Opening and agenda"),
        (1, "Agenda and outcomes"),
        (2, "Opening"),
        (2, "Coordination paper"),
        (2, "Other outcomes"),
        (1, "Decisions"),
        (1, "Actions"),
        (1, "Attendance"),
        (1, "Documents"),
    ]


def test_outcomes_are_marked_in_words_under_their_item(meeting):
    assert lines(compose_meeting_report(meeting)) == [
        "The 8th remote meeting was opened on 25 November 2020, 13:00 CET. Place: Remote.",
        "The agenda had these items:",
        "Opening (5 minutes, presented by ITU-T)",
        "Coordination paper",
        "Information: Agenda approved.",
        "Circulated in October.",
        "Documents: SPCG-32C.",
        "Decision 8/1: The paper is approved. (SPCG-32C)",
        "Action: Send SPCG-32C by circular letter.",
        "Decision 8/2: The landscape is open.",
    ]


def test_tables_hold_decisions_actions_attendance_and_documents(meeting):
    found = tables(compose_meeting_report(meeting))
    assert cells(found["Decisions and what they are about"]) == [
        ["8/1", "The paper is approved.", "SPCG-32C"],
        ["8/2", "The landscape is open.", "landscape"],
    ]
    assert cells(found["Actions, who does them and by when"]) == [
        ["Send SPCG-32C by circular letter.", "three secretaries", "15 December 2020"]
    ]
    assert cells(found["Attendance by organization"]) == [
        ["ISO", "ISO secretary\nISO expert, substitute", "–"],
        ["IEC", "–", "IEC member"],
    ]
    assert cells(found["Documents on the table and the report"]) == [
        ["SPCG-50", "Report"],
        ["SPCG-32C", "Effective coordination"],
    ]


def test_done_action_and_next_meeting_are_stated(meeting):
    meeting.outcomes.filter(kind="action").update(done_on=date(2020, 12, 14))
    make_planned(number=9, starts_at=datetime(2021, 1, 27, 13, tzinfo=GENEVA))
    content = compose_meeting_report(meeting)
    assert (
        cells(tables(content)["Actions, who does them and by when"])[0][2]
        == "15 December 2020; done on 14 December 2020"
    )
    assert lines(content)[-1] == "The 9th remote meeting: Wednesday 27 January 2021."


def test_withdrawn_outcome_is_not_in_the_report(meeting):
    meeting.outcomes.filter(text="The landscape is open.").update(withdrawn_at=datetime(2020, 11, 26, tzinfo=GENEVA))
    assert "landscape" not in str(compose_meeting_report(meeting).body)


def test_draft_on_the_agenda_is_not_in_the_report(cast):
    draft = make_revision(state="draft")
    meeting = make_item(make_meeting(), draft).meeting
    assert draft.reference not in str(compose_meeting_report(meeting).body)


def test_illustrative_parts_are_marked(cast):
    meeting = make_meeting(number=8, illustrative_note="times and attendance")
    make_item(meeting, title="Opening", illustrative=True)
    make_outcome(meeting, kind="decision", text="Approved.", illustrative=True)
    content = compose_meeting_report(meeting)
    assert "This record is marked: illustrative: times and attendance." in lines(content)
    assert "Opening (illustrative)" in lines(content)
    assert cells(tables(content)["Decisions and what they are about"])[0][1] == "Approved. (illustrative)"


def test_empty_meeting_says_so_in_every_section(db):
    content = compose_meeting_report(make_meeting(number=8))
    assert lines(content)[1:] == [
        "No agenda was recorded.",
        "No outcome was recorded.",
        "No decision was taken.",
        "No action was agreed.",
        "The attendance was not recorded.",
        "No document was on the table.",
    ]


def test_approved_report_is_no_draft(db):
    assert compose_meeting_report(make_meeting(report=make_revision())).draft is False


def test_word_file_holds_the_words_of_the_report(meeting):
    data = render(compose_meeting_report(meeting), "docx").data
    text = docx_body_text(data)
    for words in ("Decision 8/1", "three secretaries", "15 December 2020", "ISO expert, substitute"):
        assert words in text
    document = WordDocument(io.BytesIO(data))
    assert document.core_properties.title == "Report from the 8th remote meeting"
    assert zipfile.ZipFile(io.BytesIO(data)).testzip() is None


@pytest.mark.parametrize("format", ["docx", "pdf", "html"])
def test_command_writes_the_report(meeting, tmp_path, format):
    out = tmp_path / f"report.{format}"
    call_command("export_meeting_report", "8", format=format, out=str(out))
    data = out.read_bytes()
    if format == "pdf":
        assert "The paper is approved." in "".join(page.extract_text() for page in PdfReader(out).pages)
    elif format == "html":
        assert "The paper is approved." in data.decode()
    else:
        assert "The paper is approved." in docx_body_text(data)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["9", "--format", "docx", "--out", "{tmp}/r.docx"], "There is no meeting 9"),
        (["8", "--format", "odt", "--out", "{tmp}/r.odt"], "there is no “odt”"),
        (["eight", "--format", "docx", "--out", "{tmp}/r.docx"], "invalid int value"),
        (["8", "--format", "docx", "--out", "{tmp}/no/such/folder/r.docx"], "cannot be written"),
        (["8", "--format", "docx", "--out", "{tmp}"], "cannot be written"),
        (["8", "--format", "docx"], "--out"),
    ],
)
def test_command_refuses_in_words(meeting, tmp_path, arguments, words):
    with pytest.raises(CommandError, match=words):
        call_command("export_meeting_report", *(part.format(tmp=tmp_path) for part in arguments))
    assert list(tmp_path.iterdir()) == []


def event_of(meeting):
    calendar = Calendar.from_ical(calendar_of(meeting))
    return calendar, calendar.walk("VEVENT")[0]


def test_calendar_file_is_read_back(cast):
    meeting = make_planned(number=9, starts_at=datetime(2021, 1, 27, 13, tzinfo=GENEVA), place="Salle A; B, C\\D")
    calendar, event = event_of(meeting)
    assert str(calendar["method"]) == "PUBLISH"
    assert event["dtstart"].dt == datetime(2021, 1, 27, 13, tzinfo=GENEVA)
    assert event["dtend"].dt - event["dtstart"].dt == timedelta(hours=2)
    assert event["dtstart"].params["TZID"] == "Europe/Zurich"
    assert str(event["summary"]) == "SPCG: 9th remote meeting"
    assert str(event["location"]) == "Remote, Salle A; B, C\\D"
    assert str(event["url"]).endswith("/meetings/9/")


@pytest.mark.parametrize(("month", "offset"), [(1, 1), (7, 2)])
def test_calendar_carries_the_zone_on_both_sides_of_the_clock_change(db, month, offset):
    calendar, event = event_of(make_planned(starts_at=datetime(2027, month, 27, 13, tzinfo=GENEVA)))
    zone = calendar.walk("VTIMEZONE")[0]
    assert str(zone["tzid"]) == "Europe/Zurich"
    assert {part.name for part in zone.subcomponents} == {"STANDARD", "DAYLIGHT"}
    local = zone.to_tz(lookup_tzid=False)
    assert datetime(2027, month, 27, 13, tzinfo=local).utcoffset() == timedelta(hours=offset)
    assert event["dtstart"].dt.utcoffset() == timedelta(hours=offset)


def test_calendar_keeps_its_uid_and_raises_its_sequence(cast):
    meeting = make_planned()
    _calendar, before = event_of(meeting)
    schedule.edit_meeting(meeting, cast.iso_secretary, meeting.version, place="Geneva")
    _calendar, after = event_of(meeting)
    assert before["uid"] == after["uid"]
    assert after["sequence"] > before["sequence"]
    schedule.cancel_meeting(meeting, cast.iso_secretary)
    _calendar, cancelled = event_of(meeting)
    assert str(cancelled["status"]) == "CANCELLED"
    assert cancelled["sequence"] > after["sequence"]
