"""Who took part. A substitute attends for one absent person of the same organization: page, report, history."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from core.moves import NotAllowed, Refused, WrongState
from documents.publishing.docx import docx_body_text
from documents.publishing.formats import render
from documents.tests.factories import make_document, make_revision
from meetings.models import Attendance
from meetings.report import compose_meeting_report
from meetings.services.attendance import record_attendance, record_attendances
from meetings.tests.browsing import page
from meetings.tests.factories import make_attendance, make_meeting
from meetings.tests.test_views_record import attendance_data


def line(organization, label, presence="present", absent=""):
    return {"organization": organization, "label": label, "presence": presence, "substitute_for": absent}


def written(meeting):
    return [(row.label, row.in_words) for row in meeting.attendance.select_related("substitute_for")]


def form_of(client):
    form = client.get("/meetings/8/attendance/").context["form"]
    return form, {field.label: name for name, field in form.fields.items()}


def test_page_report_and_history_say_for_whom_a_substitute_attended(cast, client_of):
    meeting = make_meeting(number=8)
    rows = [line(cast.IEC, "IEC officer", "substitute", "IEC member"), line(cast.IEC, "IEC secretary")]
    record_attendances(meeting, cast.iso_secretary, rows)

    html = page(client_of("observer"), "/meetings/8/")
    assert 'IEC officer, <span class="meta">substitute for IEC member</span>' in html
    assert 'IEC member, <span class="meta">apologies</span>' in html
    assert "2 present. Apologies: 1." in html
    said = "recorded the attendance of IEC officer (IEC) as substitute for IEC member, IEC secretary (IEC)"
    assert said in [entry.text for entry in meeting.history.all()]
    content = compose_meeting_report(meeting)
    assert "IEC officer, substitute for IEC member" in docx_body_text(render(content, "docx").data)
    assert "IEC officer, substitute for IEC member" in render(content, "html").data.decode()


def test_absent_person_is_recorded_with_apologies_and_stays_what_was_recorded(cast):
    meeting = make_meeting()
    make_attendance(meeting, cast.ISO, "ISO member", "apologies")
    record_attendance(meeting, cast.iso_secretary, **line(cast.ISO, "A", "substitute", "ISO member"))
    record_attendance(meeting, cast.iso_secretary, **line(cast.IEC, "A", "substitute", "IEC member"))
    assert written(meeting) == [
        ("ISO member", "apologies"),
        ("A", "substitute for ISO member"),
        ("IEC member", "apologies"),
        ("A", "substitute for IEC member"),
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("New", "substitute", ""), "Say for whom New attends"),
        (("New", "substitute", "New"), "cannot attend as a substitute for the same person"),
        (("New", "substitute", "There"), "New attends as substitute for There, who is not recorded with apologies"),
        (("New", "substitute", "Officer"), "Officer, who is not recorded with apologies"),
        (("New", "substitute", "Away"), "Away has a substitute already: Officer"),
        (("Away", "present", ""), "Officer attends as substitute for Away, who is not recorded with apologies"),
        (("Away", "", ""), "Officer is recorded as the substitute for Away, who therefore stays on the list"),
    ],
)
def test_substitute_of_nobody_or_of_somebody_who_is_there_is_refused(cast, row, said):
    """Each line seen red with its own check removed from the service."""
    meeting, by = make_meeting(), cast.iso_secretary
    record_attendances(meeting, by, [line(cast.ISO, "Officer", "substitute", "Away"), line(cast.ISO, "There")])
    before = written(meeting)

    with pytest.raises(Refused, match=said):
        record_attendance(meeting, by, **line(cast.ISO, *row))
    assert written(meeting) == before
    assert meeting.history.count() == 1


def test_who_comes_after_all_and_the_substitute_who_leaves_are_one_change(cast):
    meeting, by = make_meeting(), cast.iso_secretary
    record_attendance(meeting, by, **line(cast.ISO, "Officer", "substitute", "Away"))
    record_attendances(meeting, by, [line(cast.ISO, "Away"), line(cast.ISO, "Officer", "")])
    assert written(meeting) == [("Away", "")]
    record_attendances(
        meeting, by, [line(cast.ISO, "Other", "substitute", "Away"), line(cast.ISO, "Away", "apologies")]
    )
    assert written(meeting) == [("Away", "apologies"), ("Other", "substitute for Away")]


@pytest.mark.parametrize(
    ("rows", "left"),
    [
        ([("Away", ""), ("Officer", "")], []),
        ([("Away", ""), ("Officer", "present")], [("Officer", "")]),
        (
            [("Other", "substitute", "Away"), ("Officer", "present")],
            [("Away", "apologies"), ("Officer", ""), ("Other", "substitute for Away")],
        ),
        (
            [("Other", "substitute", "Away"), ("Officer", "substitute", "Third")],
            [
                ("Away", "apologies"),
                ("Officer", "substitute for Third"),
                ("Other", "substitute for Away"),
                ("Third", "apologies"),
            ],
        ),
        (
            [("Officer", "substitute", "Third")],
            [("Away", "apologies"), ("Officer", "substitute for Third"), ("Third", "apologies")],
        ),
    ],
)
def test_substitutes_change_places_in_whatever_order_the_lines_stand(cast, rows, left):
    """Seen red without setting the lines free first, and where only the presence counts as a change."""
    meeting, by = make_meeting(), cast.iso_secretary
    record_attendance(meeting, by, **line(cast.ISO, "Officer", "substitute", "Away"))
    record_attendances(meeting, by, [line(cast.ISO, *row) for row in rows])
    assert sorted(written(meeting)) == left


@pytest.mark.parametrize("order", [1, -1])
def test_nobody_leaves_the_list_for_whom_a_substitute_comes(cast, order):
    """Seen red where the lines are written as they stand."""
    meeting, by = make_meeting(), cast.iso_secretary
    record_attendance(meeting, by, **line(cast.ISO, "Away", "apologies"))
    rows = [line(cast.ISO, "Away", ""), line(cast.ISO, "Other", "substitute", "Away")]
    with pytest.raises(Refused, match="Away, who therefore stays on the list"):
        record_attendances(meeting, by, rows[::order])
    assert written(meeting) == [("Away", "apologies")]


def test_what_did_not_change_is_not_written_and_the_account_stays(cast):
    """Seen red where every line counts as changed, where an empty change enters the history, and where a line recorded
    again by its role name loses its account."""
    meeting, by = make_meeting(), cast.iso_secretary
    row = line(cast.ISO, "ISO member")
    record_attendance(meeting, by, **row, user=cast.iso_member)
    assert record_attendances(meeting, by, [row]) == 0
    assert meeting.history.count() == 1
    assert record_attendances(meeting, by, [line(cast.ISO, "ISO member", "apologies")]) == 1
    assert meeting.attendance.get().user == cast.iso_member


def test_same_role_name_in_two_organizations_is_two_people(cast):
    """Seen red where the absent person is looked for by the role name alone."""
    meeting, by = make_meeting(), cast.iso_secretary
    record_attendances(meeting, by, [line(cast.ISO, "Secretary"), line(cast.IEC, "A", "substitute", "Secretary")])
    assert written(meeting) == [("Secretary", ""), ("Secretary", "apologies"), ("A", "substitute for Secretary")]


def test_attendance_is_kept_by_secretaries_until_the_report_is_approved(cast):
    """Seen red without the check of person and state."""
    meeting = make_meeting()
    with pytest.raises(NotAllowed):
        record_attendance(meeting, cast.iso_member, **line(cast.ISO, "Officer"))
    meeting.report = make_revision(make_document(number=50, kind="meeting_report"), state="approved")
    meeting.save()
    with pytest.raises(WrongState):
        record_attendance(meeting, cast.iso_secretary, **line(cast.ISO, "Officer"))
    assert not meeting.attendance.exists()


def test_database_keeps_who_is_no_substitute_from_standing_for_another(cast):
    """Each of the three seen red without its constraint."""
    away = make_attendance(make_meeting(), cast.ISO, "Away", "apologies")
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendance.objects.filter(pk=away.pk).update(presence="substitute", substitute_for=away)
    other = make_attendance(away.meeting, cast.ISO, "Other")
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendance.objects.filter(pk=other.pk).update(substitute_for=away)
    record_attendance(away.meeting, cast.iso_secretary, **line(cast.ISO, "Officer", "substitute", "Away"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendance.objects.filter(pk=other.pk).update(presence="substitute", substitute_for=away)


def test_form_offers_the_others_of_the_organization_and_shows_what_is_recorded(cast, client_of):
    meeting, client = make_meeting(number=8), client_of("iso_secretary")
    form, names = form_of(client)
    offered = {value for value, _label in form.fields[names["IEC member"]].choices}
    assert offered == {"", "present", "apologies", "for:IEC secretary", "for:Second IEC member"}

    changes = {names["IEC member"]: "for:IEC secretary", names["IEC secretary"]: "apologies"}
    client.post("/meetings/8/attendance/", attendance_data(form, **changes))

    assert written(meeting) == [("IEC secretary", "apologies"), ("IEC member", "substitute for IEC secretary")]
    assert '<option value="for:IEC secretary" selected>' in page(client, "/meetings/8/attendance/")


def test_person_left_as_present_beside_the_substitute_is_said_and_the_answers_are_kept(client_of):
    meeting, client = make_meeting(number=8), client_of("iso_secretary")
    form, names = form_of(client)
    changes = {names["IEC member"]: "for:IEC secretary", names["IEC secretary"]: "present"}
    answer = client.post("/meetings/8/attendance/", attendance_data(form, **changes))

    html = answer.content.decode()
    assert "IEC member attends as substitute for IEC secretary, who is not recorded with apologies." in html
    assert '<option value="for:IEC secretary" selected>' in html
    assert meeting.attendance.count() == 0


@pytest.mark.parametrize(
    ("absent", "presence", "said"),
    [
        ("", "substitute", "Choose for whom this substitute attends."),
        ("ISO member", "substitute", "ISO member is of ISO. A substitute of IEC attends for somebody of it."),
        ("IEC member", "present", "Only a substitute attends for somebody"),
    ],
)
def test_somebody_else_says_for_whom_of_the_same_organization(cast, client_of, absent, presence, said):
    meeting, client = make_meeting(number=8), client_of("iso_secretary")
    form, names = form_of(client)
    other = {"other_organization": cast.IEC.pk, "other_label": "IEC officer", "other_presence": presence}
    answer = client.post("/meetings/8/attendance/", attendance_data(form, **other, other_for=names.get(absent, "")))

    html = answer.content.decode()
    assert said in html
    assert 'href="#id_other_for"' in html
    assert 'value="IEC officer"' in html
    assert f'<option value="{cast.IEC.pk}" selected>' in html
    assert meeting.attendance.count() == 0


def test_substitute_of_whom_an_older_record_does_not_say_stays_as_it_is(cast, client_of):
    meeting, client = make_meeting(number=8), client_of("iso_secretary")
    make_attendance(meeting, cast.ISO, "Officer", "substitute")
    form, names = form_of(client)
    client.post("/meetings/8/attendance/", attendance_data(form, **{names["ISO member"]: "present"}))
    assert written(meeting) == [("Officer", "substitute"), ("ISO member", "")]
