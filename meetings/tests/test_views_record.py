"""Attendance, report, exports, calendar and administration in the browser."""

import io

import pytest
from docx import Document as WordDocument
from icalendar import Calendar

from documents.tests.factories import make_document, make_revision
from meetings.tests.browsing import page
from meetings.tests.factories import make_meeting, make_outcome, make_planned


def attendance_data(form, **changes):
    """What a browser sends from the page of this form: what was seen at load, and the answers."""
    seen = {name: field.seen for name, field in form.fields.items() if field.show_hidden_initial}
    data = {f"initial-{name}": value for name, value in seen.items()} | seen
    return {**data, "other_organization": "", "other_label": "", "other_presence": "substitute", **changes}


def test_attendance_proposes_everybody_as_present_the_first_time(client_of):
    meeting = make_meeting(number=8)
    client = client_of("iso_secretary")
    html = page(client, "/meetings/8/attendance/")
    assert html.count('<option value="present" selected>') == 9
    form = client.get("/meetings/8/attendance/").context["form"]
    client.post("/meetings/8/attendance/", attendance_data(form) | {line["name"]: "present" for line in form.lines})
    assert meeting.attendance.filter(presence="present").count() == 9


def test_attendance_offers_those_appointed_and_saves_what_changed(cast, client_of):
    meeting = make_meeting(number=8)
    client = client_of("iso_secretary")
    form = client.get("/meetings/8/attendance/").context["form"]
    names = {field.label: name for name, field in form.fields.items()}
    assert len(form.lines) == 9
    changes = {names["ISO member"]: "present", names["IEC member"]: "apologies"}
    changes |= {"other_organization": cast.ITU_T.pk, "other_label": "ITU-T counsellor"}
    changes |= {"other_for": names["ITU-T member"]}
    response = client.post("/meetings/8/attendance/", attendance_data(form, **changes))
    assert response.headers["Location"] == "/meetings/8/#attendance"
    rows = [(str(row.organization), row.label, row.presence) for row in meeting.attendance.all()]
    assert rows == [
        ("ISO", "ISO member", "present"),
        ("IEC", "IEC member", "apologies"),
        ("ITU-T", "ITU-T member", "apologies"),
        ("ITU-T", "ITU-T counsellor", "substitute"),
    ]


def test_two_secretaries_recording_the_attendance_lose_nothing(client_of):
    meeting = make_meeting(number=8)
    first, second = client_of("iso_secretary"), client_of("iec_secretary")
    form = first.get("/meetings/8/attendance/").context["form"]
    names = {field.label: name for name, field in form.fields.items()}
    second.post("/meetings/8/attendance/", attendance_data(form, **{names["IEC member"]: "present"}))
    first.post("/meetings/8/attendance/", attendance_data(form, **{names["ISO member"]: "present"}))
    assert {row.label for row in meeting.attendance.all()} == {"ISO member", "IEC member"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"other_label": "Guest"}, "other_organization"), ({"other_presence": "asleep"}, "other_presence")],
)
def test_bad_attendance_says_why(client_of, changes, field):
    meeting = make_meeting(number=8)
    client = client_of("iso_secretary")
    form = client.get("/meetings/8/attendance/").context["form"]
    response = client.post("/meetings/8/attendance/", attendance_data(form, **changes))
    assert field in response.context["form"].errors
    assert f'href="#id_{field}"' in response.content.decode()
    assert meeting.attendance.count() == 0


def test_organization_of_somebody_else_without_a_role_name_says_so(cast, client_of):
    """Seen red without the check of the form."""
    meeting = make_meeting(number=8)
    client = client_of("iso_secretary")
    form = client.get("/meetings/8/attendance/").context["form"]
    response = client.post("/meetings/8/attendance/", attendance_data(form, other_organization=cast.IEC.pk))
    assert "Enter the role name of this person." in response.content.decode()
    assert meeting.attendance.count() == 0


def test_report_is_numbered_by_one_click_and_exported(client_of):
    make_revision(make_document(number=49))
    make_outcome(make_meeting(number=8), kind="decision", text="Approved.")
    for _twice in range(2):
        response = client_of("iso_secretary").post("/meetings/8/report/draft/", follow=True)
        assert "The report is registered as SPCG-50, a draft." in response.content.decode()
    file = client_of("administrator").get("/meetings/8/export/docx/")
    assert "SPCG-50%20Report%20from%20the%208th%20remote%20meeting.docx" in file.headers["Content-Disposition"]
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert WordDocument(io.BytesIO(file.content)).core_properties.title == "Report from the 8th remote meeting"


def test_report_is_exported_in_every_format(client_of):
    make_outcome(make_meeting(number=8), text="Noted.")
    client = client_of("observer")
    assert client.get("/meetings/8/export/pdf/").content.startswith(b"%PDF-")
    web = client.get("/meetings/8/export/html/")
    assert "Noted." in web.content.decode()
    assert "Content-Disposition" not in web.headers
    policy = web.headers["Content-Security-Policy"]
    assert "'sha256-" in policy
    assert "unsafe-inline" not in policy


def test_registered_report_is_attached_by_its_reference(client_of):
    revision = make_revision(make_document(number=50, kind="meeting_report"), state="draft")
    make_revision(make_document(number=51))
    meeting = make_meeting(number=8)
    client = client_of("iso_secretary")
    for wrong, words in (("SPCG-51", "is not a meeting report"), ("SPCG-99", "not in the register"), ("", "Reference")):
        assert words in client.post("/meetings/8/report/attach/", {"reference": wrong}).content.decode()
    assert client.post("/meetings/8/report/attach/", {"reference": "50"}).status_code == 302
    meeting.refresh_from_db()
    assert meeting.report == revision


def test_calendar_file_is_a_download(client_of):
    make_planned(number=9)
    response = client_of("iso_member").get("/meetings/9/calendar/")
    assert response.headers["Content-Type"].startswith("text/calendar")
    assert ".ics" in response.headers["Content-Disposition"]
    assert len(Calendar.from_ical(response.content).walk("VEVENT")) == 1


def test_administration_shows_meetings_and_exports_a_report(client_of):
    meeting, other = make_meeting(number=8), make_meeting(number=7)
    client = client_of("administrator")
    assert client.post(f"/admin/meetings/meeting/{meeting.pk}/change/", {}).status_code == 403
    data = {"action": "export_report", "_selected_action": [meeting.pk]}
    response = client.post("/admin/meetings/meeting/", data)
    assert response.content.startswith(b"PK")
    both = {**data, "_selected_action": [meeting.pk, other.pk]}
    assert "Choose one meeting" in client.post("/admin/meetings/meeting/", both, follow=True).content.decode()
