"""The pages of meetings: happy, invalid, outsider, conflict, double submit."""

import io
import uuid
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document as WordDocument
from icalendar import Calendar

from core.dates import format_date, today
from documents.tests.factories import make_document, make_file, make_revision
from meetings.models import AgendaItem, Meeting, Outcome
from meetings.tests.factories import make_attendance, make_item, make_meeting, make_outcome, make_planned
from post.models import Delivery

IN_A_MONTH = format_date(today() + timedelta(days=30))
NEW = {"kind": "remote", "day": IN_A_MONTH, "begins": "13:00", "ends": "15:00", "place": ""}
OUTCOME = {"kind": "decision", "text": "Approved.", "item": "", "reference": "", "owner_text": "", "due_on": ""}


def page(client, url):
    response = client.get(url)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def posted(client, url, data, **more):
    return client.post(url, {"token": str(uuid.uuid4()), **data}, **more)


def queries_of(client, url) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_list_shows_upcoming_first_then_earlier(client_of):
    make_meeting(number=7)
    make_planned(number=9)
    html = page(client_of("observer"), "/meetings/")
    assert html.index("9th remote meeting") < html.index("7th remote meeting")
    assert "1 meeting, the latest first." in html


def test_empty_list_says_what_comes(client_of):
    assert "Schedule the next one" in page(client_of("iso_secretary"), "/meetings/")
    assert "you will get a mail" in page(client_of("iso_member"), "/meetings/")


@pytest.mark.parametrize("query", ["page=x", "page=-1", "page=999999999999999999999", "page=%00"])
def test_any_page_number_is_answered(client_of, query):
    make_meeting()
    assert client_of("observer").get(f"/meetings/?{query}").status_code == 200


def test_lists_take_the_same_number_of_queries_for_any_length(cast, client_of):
    client = client_of("iso_secretary")
    make_outcome(make_meeting(report=make_revision()), kind="action", owner_organization=cast.ISO)
    make_planned()
    before = [queries_of(client, url) for url in ("/meetings/", "/meetings/actions/?state=all")]
    for _number in range(24):
        make_outcome(make_meeting(report=make_revision()), kind="action", owner_organization=cast.ISO)
        make_planned()
    assert [queries_of(client, url) for url in ("/meetings/", "/meetings/actions/?state=all")] == before


def test_page_takes_the_same_number_of_queries_for_any_length(cast, client_of):
    client, meeting = client_of("iso_secretary"), make_meeting()

    def add_one():
        revision = make_revision()
        make_file(revision)
        item = make_item(meeting, revision, presenter=cast.ISO)
        make_outcome(meeting, item=item, kind="decision", reference=str(revision), revision=revision)
        make_outcome(meeting, item=item, kind="action", owner_organization=cast.IEC)
        make_attendance(meeting, cast.ISO, f"Member {revision}")

    add_one()
    before = queries_of(client, meeting.get_absolute_url())
    for _number in range(29):
        add_one()
    assert queries_of(client, meeting.get_absolute_url()) == before


def test_page_shows_the_record_to_every_reader(cast, client_of):
    revision = make_revision(make_document(number=32, title="Coordination"), position=3)
    make_meeting(number=7)
    meeting = make_meeting(number=8)
    item = make_item(meeting, revision, title="Coordination paper", minutes=20, presenter=cast.ITU_T)
    make_outcome(meeting, item=item, kind="decision", text="Approved.", reference="SPCG-32C", revision=revision)
    make_outcome(
        meeting, item=item, kind="action", text="Send it.", owner_organization=cast.IEC, due_on=date(2020, 12, 15)
    )
    make_attendance(meeting, cast.ISO, "ISO secretary")
    make_attendance(meeting, cast.IEC, "IEC member", "apologies")
    for name in ("iso_member", "observer", "administrator"):
        html = page(client_of(name), "/meetings/8/")
        for words in ("Wednesday 25 November 2020, 13:00 to 15:00 CET", "Decision 8/1", "Send it.", "15 December 2020"):
            assert words in html
        assert "1 present. Apologies: 1." in html
        assert '<a href="/meetings/7/">7th</a>' in html
        assert '<a class="ref" href="/documents/SPCG-32C/">SPCG-32C</a>' in html
        assert "Keep the record" not in html


def test_pinned_revision_points_to_the_current_one(client_of):
    pinned = make_revision(make_document(number=47))
    make_revision(pinned.document, position=1)
    meeting = make_item(make_meeting(), pinned).meeting
    assert "A newer revision exists" in page(client_of("observer"), meeting.get_absolute_url())


def test_draft_on_the_agenda_is_seen_by_secretaries_only(client_of):
    draft = make_revision(make_document(number=77), state="draft")
    meeting = make_item(make_meeting(report=draft), draft).meeting
    make_outcome(meeting, kind="decision", revision=draft, reference=str(draft))
    assert 'href="/documents/SPCG-77/"' in page(client_of("iso_secretary"), meeting.get_absolute_url())
    assert 'href="/documents/SPCG-77/"' not in page(client_of("iso_member"), meeting.get_absolute_url())


@pytest.mark.parametrize(
    "address",
    [
        "",
        "schedule/",
        "actions/",
        "8/",
        "8/edit/",
        "8/export/docx/",
        "8/calendar/",
        "8/attendance/",
        "8/outcomes/record/",
    ],
)
def test_outsider_finds_nothing(client_of, address):
    make_meeting(number=8)
    assert client_of("outsider").get(f"/meetings/{address}").status_code == 404


@pytest.mark.parametrize(
    "address",
    ["schedule/", "9/edit/", "9/cancel/", "9/agenda/add/", "9/outcomes/record/", "9/attendance/", "8/report/attach/"],
)
def test_forms_are_for_secretaries(client_of, address):
    make_meeting(number=8)
    make_planned(number=9)
    for name in ("iso_member", "observer", "administrator"):
        assert client_of(name).get(f"/meetings/{address}").status_code == 404
    assert client_of("iso_secretary").get(f"/meetings/{address}").status_code == 200


@pytest.mark.parametrize("address", ["99/", "99/export/docx/", "8/export/odt/", "8/export/DOCX/", "8/agenda/1/edit/"])
def test_unknown_addresses_are_not_found(client_of, address):
    make_meeting(number=8)
    assert client_of("iso_secretary").get(f"/meetings/{address}").status_code == 404


def test_secretary_schedules_and_everybody_is_invited(client_of):
    response = posted(client_of("iso_secretary"), "/meetings/schedule/", NEW, follow=True)
    meeting = Meeting.objects.get()
    assert response.redirect_chain == [("/meetings/1/", 302)]
    assert "is scheduled. Everybody is invited." in response.content.decode()
    assert meeting.ends_at - meeting.starts_at == timedelta(hours=2)
    assert Delivery.objects.count() == 8


def test_double_submit_schedules_once(client_of):
    client, data = client_of("iso_secretary"), {**NEW, "token": str(uuid.uuid4())}
    for _twice in range(2):
        assert client.post("/meetings/schedule/", data).headers["Location"] == "/meetings/1/"
    assert (Meeting.objects.count(), Delivery.objects.count()) == (1, 8)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"day": ""}, "day", "required"),
        ({"day": "tomorrow"}, "day", "Enter a date, for example"),
        ({"day": "25 November 2020"}, "day", "not in the past"),
        ({"begins": "25:00"}, "begins", "Enter a time, for example 13:00."),
        ({"begins": ""}, "begins", "required"),
        ({"ends": "13:00"}, "ends", "ends after it begins"),
        ({"ends": "12:00"}, "ends", "ends after it begins"),
        ({"kind": "in_person"}, "place", "Enter where the meeting takes place."),
        ({"kind": "telepathy"}, "kind", "not one of the available choices"),
        ({"place": "x" * 301}, "place", "at most 300"),
        ({"token": "x"}, "token", "valid UUID"),
    ],
)
def test_bad_schedule_says_why_and_keeps_what_was_typed(client_of, changes, field, words):
    response = posted(
        client_of("iso_secretary"),
        "/meetings/schedule/",
        {**NEW, "place": "Kept", **changes} | ({"place": ""} if changes.get("kind") == "in_person" else {}),
    )
    assert response.status_code == 200
    assert words in str(response.context["form"].errors[field])
    assert "<title>Error: " in response.content.decode()
    assert Meeting.objects.count() == 0


def test_conflict_on_time_shows_both_and_keeps_the_own(client_of):
    meeting = make_planned(number=9)
    data = {**NEW, "version": meeting.version}
    client_of("iec_secretary").post("/meetings/9/edit/", {**data, "place": "Their room"})
    response = client_of("iso_secretary").post("/meetings/9/edit/", {**data, "place": "My room"})
    html = response.content.decode()
    assert "Somebody changed this while you were writing" in html
    assert "Their room" in html
    assert "My room" in html
    again = {**data, "place": "My room", "version": response.context["form"]["version"].value()}
    assert client_of("iso_secretary").post("/meetings/9/edit/", again).status_code == 302
    meeting.refresh_from_db()
    assert meeting.place == "My room"


def test_double_click_on_held_is_one_move(client_of):
    meeting = make_meeting(state="planned")
    for _twice in range(2):
        response = client_of("iso_secretary").post(f"{meeting.get_absolute_url()}hold/", follow=True)
        assert "is marked as held" in response.content.decode()
    assert meeting.history.filter(action="hold").count() == 1


def test_future_meeting_is_not_marked_as_held(client_of):
    meeting = make_planned()
    response = client_of("iso_secretary").post(f"{meeting.get_absolute_url()}hold/", follow=True)
    assert "Mark it as held after that." in response.content.decode()


def test_cancellation_has_a_check_page_that_changes_nothing(client_of):
    meeting = make_planned(number=9)
    assert "Cancel the 9th remote meeting?" in page(client_of("iso_secretary"), "/meetings/9/cancel/")
    meeting.refresh_from_db()
    assert meeting.state == "planned"
    client_of("iso_secretary").post("/meetings/9/cancel/")
    meeting.refresh_from_db()
    assert (meeting.state, Delivery.objects.count()) == ("cancelled", 8)


@pytest.mark.parametrize("address", ["hold", "report/draft", "agenda/1/move", "agenda/1/remove", "outcomes/1/withdraw"])
def test_acts_are_made_by_post_only(client_of, address):
    make_meeting(number=8)
    assert client_of("iso_secretary").get(f"/meetings/8/{address}/").status_code == 405


def test_item_is_added_with_pinned_documents(cast, client_of):
    revision = make_revision(make_document(number=47), position=2)
    make_planned(number=9)
    data = {"title": "Proposals", "minutes": "20", "presenter": cast.ISO.pk, "revisions": "spcg 47b; 47B", "note": ""}
    response = posted(client_of("iso_secretary"), "/meetings/9/agenda/add/", data)
    item = AgendaItem.objects.get()
    assert response.headers["Location"] == "/meetings/9/#agenda"
    assert (item.title, item.minutes, item.presenter) == ("Proposals", 20, cast.ISO)
    assert [one.revision for one in item.documents.all()] == [revision]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"title": " \x07 "}, "title", "Enter: Subject."),
        ({"title": "x" * 301}, "title", "at most 300"),
        ({"minutes": "-1"}, "minutes", "greater than or equal to 1"),
        ({"minutes": "half"}, "minutes", "whole number"),
        ({"minutes": "9" * 40}, "minutes", "less than or equal to 600"),
        ({"revisions": "SPCG-47B, SPCG-999"}, "revisions", "Not in the register: SPCG-999."),
        ({"presenter": "99999"}, "presenter", "not one of the available choices"),
    ],
)
def test_bad_item_says_why(client_of, changes, field, words):
    make_revision(make_document(number=47), position=2)
    make_planned(number=9)
    data = {"title": "Proposals", "minutes": "", "revisions": "", "note": "Kept note", **changes}
    response = posted(client_of("iso_secretary"), "/meetings/9/agenda/add/", data)
    assert words in str(response.context["form"].errors[field])
    assert "Kept note" in response.content.decode()
    assert AgendaItem.objects.count() == 0


def test_item_form_shows_its_documents_and_keeps_them(client_of):
    revision = make_revision(make_document(number=47), position=2)
    item = make_item(make_meeting(number=8), revision)
    html = page(client_of("iso_secretary"), f"/meetings/8/agenda/{item.pk}/edit/")
    assert 'value="SPCG-47B"' in html
    data = {"version": 1, "title": "Changed", "minutes": "", "presenter": "", "revisions": "SPCG-47B", "note": ""}
    client_of("iso_secretary").post(f"/meetings/8/agenda/{item.pk}/edit/", data)
    item.refresh_from_db()
    assert (item.title, [one.revision for one in item.documents.all()]) == ("Changed", [revision])


def test_item_conflict_keeps_the_own_text(client_of):
    item = make_item(make_meeting(number=8))
    address = f"/meetings/8/agenda/{item.pk}/edit/"
    data = {"version": 1, "minutes": "", "presenter": "", "revisions": "", "note": ""}
    client_of("iec_secretary").post(address, {**data, "title": "Theirs"})
    html = client_of("iso_secretary").post(address, {**data, "title": "Mine"}).content.decode()
    assert "Theirs" in html
    assert "Mine" in html


def test_items_are_ordered_by_buttons_and_removed(client_of):
    meeting = make_planned(number=9)
    first, second = make_item(meeting, title="A"), make_item(meeting, title="B")
    client = client_of("iso_secretary")
    response = client.post(f"/meetings/9/agenda/{second.pk}/move/", {"direction": "up"})
    assert response.headers["Location"] == f"/meetings/9/#item-{second.pk}"
    assert [item.title for item in meeting.agenda.all()] == ["B", "A"]
    assert client.post(f"/meetings/9/agenda/{second.pk}/move/", {"direction": "sideways"}).status_code == 400
    client.post(f"/meetings/9/agenda/{first.pk}/remove/")
    assert [item.title for item in meeting.agenda.all()] == ["B"]


def test_outcome_is_entered_quickly_one_after_the_other(client_of):
    meeting = make_meeting(number=8)
    item = make_item(meeting)
    client = client_of("iso_secretary")
    response = posted(client, "/meetings/8/outcomes/record/", {**OUTCOME, "item": item.pk}, follow=True)
    assert response.redirect_chain == [(f"/meetings/8/outcomes/record/?item={item.pk}&kind=decision", 302)]
    html = response.content.decode()
    assert "Decision 8/1 is recorded: “Approved.”" in html
    assert "autofocus" in html
    assert f'<option value="{item.pk}" selected>' in html
    assert meeting.outcomes.get().item == item


def test_double_submit_records_one_outcome(client_of):
    meeting, data = make_meeting(number=8), {**OUTCOME, "token": str(uuid.uuid4())}
    for _twice in range(2):
        assert client_of("iso_secretary").post("/meetings/8/outcomes/record/", data).status_code == 302
    assert meeting.outcomes.count() == 1


@pytest.mark.parametrize("query", ["item=x", "item=" + "9" * 30, "item=٣", "kind=<b>", "item=&kind="])
def test_any_remembered_value_is_answered(client_of, query):
    make_meeting(number=8)
    assert client_of("iso_secretary").get(f"/meetings/8/outcomes/record/?{query}").status_code == 200


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"text": ""}, "text", "Enter: What was noted, decided or agreed."),
        ({"text": "x" * 4001}, "text", "at most 4000"),
        ({"kind": "gossip"}, "kind", "not one of the available choices"),
        ({"kind": "action"}, "owner_text", "Enter who does it"),
        ({"kind": "action", "owner_text": "ISO secretary", "due_on": "soon"}, "due_on", "Enter a date"),
        ({"item": "99999"}, "item", "not one of the available choices"),
        ({"reference": "x" * 81}, "reference", "at most 80"),
    ],
)
def test_bad_outcome_says_why(client_of, changes, field, words):
    make_meeting(number=8)
    response = posted(client_of("iso_secretary"), "/meetings/8/outcomes/record/", {**OUTCOME, **changes})
    assert words in str(response.context["form"].errors[field])
    assert Outcome.objects.count() == 0


def test_html_in_an_outcome_stays_text(client_of):
    make_meeting(number=8)
    posted(client_of("iso_secretary"), "/meetings/8/outcomes/record/", {**OUTCOME, "text": "<script>alert(1)</script>"})
    html = page(client_of("observer"), "/meetings/8/")
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_outcome_conflict_keeps_the_own_text(client_of):
    outcome = make_outcome(make_meeting(number=8))
    address, data = f"/meetings/8/outcomes/{outcome.pk}/edit/", {**OUTCOME, "version": 1}
    client_of("iec_secretary").post(address, {**data, "text": "Theirs"})
    html = client_of("iso_secretary").post(address, {**data, "text": "Mine"}).content.decode()
    assert "Theirs" in html
    assert "Mine" in html


def test_outcome_is_withdrawn_and_leaves_the_page(client_of):
    outcome = make_outcome(make_meeting(number=8), kind="decision", text="By mistake.")
    for _twice in range(2):
        response = client_of("iso_secretary").post(f"/meetings/8/outcomes/{outcome.pk}/withdraw/", follow=True)
        assert "“By mistake.” is withdrawn." in response.content.decode()
    html = page(client_of("observer"), "/meetings/8/")
    assert "Decision 8/1" not in html
    assert "withdrew “By mistake.”" in html


def test_action_is_marked_as_done_by_the_secretary_in_charge(cast, client_of):
    action = make_outcome(make_meeting(number=8), kind="action", text="Send it.", owner_organization=cast.IEC)
    address = f"/meetings/8/outcomes/{action.pk}/complete/"
    assert client_of("iso_secretary").get(address).status_code == 404
    assert address in page(client_of("iec_secretary"), "/meetings/8/")
    assert address not in page(client_of("iso_secretary"), "/meetings/8/")
    future = format_date(today() + timedelta(days=1))
    refused = client_of("iec_secretary").post(address, {"on": future})
    assert "not in the future" in refused.content.decode()
    client_of("iec_secretary").post(address, {"on": format_date(today())})
    action.refresh_from_db()
    assert action.done_on == today()
    assert f"Done on {format_date(today())}" in page(client_of("observer"), "/meetings/8/")


def test_register_of_actions_by_state(client_of):
    make_outcome(make_meeting(), kind="action", text="Open one.")
    make_outcome(make_meeting(), kind="action", text="Done one.", done_on=date(2026, 1, 1))
    client = client_of("observer")
    assert "Done one." not in page(client, "/meetings/actions/")
    assert "Open one." not in page(client, "/meetings/actions/?state=done")
    assert "1 action." in page(client, "/meetings/actions/?state=%00")


def test_late_action_says_how_late_but_not_for_years(client_of):
    make_outcome(make_meeting(number=8), kind="action", due_on=today() - timedelta(days=2))
    make_outcome(make_meeting(number=7), kind="action", due_on=date(2020, 12, 15))
    assert '<span class="late">2 days late</span>' in page(client_of("observer"), "/meetings/8/")
    old = page(client_of("observer"), "/meetings/7/")
    assert 'class="late"' not in old
    assert "Not marked as done" in old


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
    response = client.post("/meetings/8/attendance/", attendance_data(form, **changes))
    assert response.headers["Location"] == "/meetings/8/#attendance"
    rows = [(str(row.organization), row.label, row.presence) for row in meeting.attendance.all()]
    assert rows == [
        ("ISO", "ISO member", "present"),
        ("IEC", "IEC member", "apologies"),
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
