"""One person attends once and stands for one person; what is refused is shown at the answer that is to be changed."""

from __future__ import annotations

import pytest
from django.db import connection

from core.moves import Refused
from core.tests.at_once import at_once
from meetings.models import Attendance, Meeting
from meetings.services.attendance import record_attendance, record_attendances
from meetings.tests.browsing import page
from meetings.tests.factories import make_attendance, make_meeting
from meetings.tests.test_attendance import form_of, line, written
from meetings.tests.test_views_record import attendance_data

URL = "/meetings/8/attendance/"


@pytest.mark.parametrize("again", ["Officer", "officer", " OFFICER"])
@pytest.mark.parametrize("row", [("substitute", "Third"), ("substitute", "Away"), ("present", "")])
def test_nobody_is_named_twice_in_one_call(cast, again, row):
    """Seen red without the check: the later line counted and the first was lost unseen."""
    meeting = make_meeting()
    rows = [line(cast.ISO, "Officer", "substitute", "Away"), line(cast.ISO, again, *row)]
    with pytest.raises(Refused, match="is named twice. One person attends once, and as a substitute for one person."):
        record_attendances(meeting, cast.iso_secretary, rows)
    assert written(meeting) == []
    assert not meeting.history.exists()


def test_person_written_with_other_capitals_or_spaces_is_the_same_person(cast):
    """Seen red where role names are compared as they are written."""
    meeting, by = make_meeting(), cast.iso_secretary
    make_attendance(meeting, cast.ISO, "Away", "apologies")
    record_attendance(meeting, by, **line(cast.ISO, "Officer", "substitute", "AWAY"))
    assert record_attendances(meeting, by, [line(cast.ISO, "officer", "substitute", "away")]) == 0
    record_attendance(meeting, by, **line(cast.IEC, "Officer"))
    assert written(meeting) == [("Away", "apologies"), ("Officer", "substitute for Away"), ("Officer", "")]
    with pytest.raises(Refused, match="cannot attend as a substitute for the same person"):
        record_attendance(meeting, by, **line(cast.ISO, "New", "substitute", " new"))


@pytest.mark.parametrize("name", ["IEC member", "iec  MEMBER", "IEC officer"])
def test_somebody_on_the_list_is_not_named_again_below_it(cast, client_of, name):
    """Neither a person of the day nor one recorded already. Seen red without the check of the form."""
    meeting, client = make_meeting(number=8), client_of("iso_secretary")
    record_attendance(meeting, cast.iso_secretary, **line(cast.IEC, "IEC officer", "substitute", "IEC secretary"))
    before = written(meeting)
    form, names = form_of(client)
    other = {"other_organization": cast.IEC.pk, "other_label": name, "other_for": names["Second IEC member"]}
    html = client.post(URL, attendance_data(form, **other)).content.decode()
    said = f"{' '.join(name.split())} is on the list of IEC above. Change that line."
    assert f'<a href="#id_other_label">Role name: {said}</a>' in html
    assert f'value="{name}"' in html
    assert written(meeting) == before


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"IEC member": "for:IEC secretary", "IEC secretary": "present"}, "IEC secretary", "with apologies"),
        ({"IEC member": "for:Second IEC member"}, "IEC member", "Second IEC member has a substitute already: Officer."),
        ({"IEC member": "for:ISO officer"}, "IEC member", "Select a valid choice"),
        ({"Second IEC member": ""}, "Second IEC member", "who therefore stays on the list"),
        ({"Second IEC member": "present"}, "Second IEC member", "not recorded with apologies"),
    ],
)
def test_refused_answer_is_linked_and_marked_and_kept(cast, client_of, changes, field, said):
    """Seen red where the reason stands above the form alone."""
    meeting, client = make_meeting(number=8), client_of("iso_secretary")
    record_attendance(meeting, cast.iso_secretary, **line(cast.IEC, "Officer", "substitute", "Second IEC member"))
    form, names = form_of(client)
    answers = {names[label]: answer for label, answer in changes.items()}
    answer = client.post(URL, attendance_data(form, **answers))
    html, name = answer.content.decode(), names[field]
    assert said in html
    assert f'<li><a href="#id_{name}">' in html
    assert f'id="id_{name}" name="{name}" aria-invalid="true" aria-describedby="id_{name}_error"' in html
    assert {key: answer.context["form"][key].value() for key in answers} == answers
    assert meeting.attendance.count() == 2


def test_refused_somebody_else_is_linked_to_for_whom(cast, client_of):
    meeting, client = make_meeting(number=8), client_of("iso_secretary")
    record_attendance(meeting, cast.iso_secretary, **line(cast.IEC, "Officer", "substitute", "IEC member"))
    form, names = form_of(client)
    other = {"other_organization": cast.IEC.pk, "other_label": "Second", "other_for": names["IEC member"]}
    html = client.post(URL, attendance_data(form, **other)).content.decode()
    assert '<a href="#id_other_for">Substitute for: IEC member has a substitute already: Officer.</a>' in html
    assert 'value="Second"' in html
    assert meeting.attendance.count() == 2


@pytest.mark.parametrize(
    ("theirs", "said"),
    [
        (("substitute", "IEC secretary"), "IEC member is recorded meanwhile: substitute for IEC secretary."),
        (("apologies", ""), "IEC member is recorded meanwhile: apologies."),
        (("", ""), "IEC member left the list meanwhile."),
    ],
)
def test_answer_of_a_colleague_is_not_replaced_unseen(cast, client_of, theirs, said):
    """Seen red without what the writer had seen."""
    meeting, client = make_meeting(number=8), client_of("iso_secretary")
    make_attendance(meeting, cast.IEC, "IEC member")
    form, names = form_of(client)
    record_attendance(meeting, cast.iec_secretary, **line(cast.IEC, "IEC member", *theirs))
    before = written(meeting)
    mine = {names["IEC member"]: "for:Second IEC member"}
    answer = client.post(URL, attendance_data(form, **mine))
    html = answer.content.decode()
    assert f'<a href="#id_{names["IEC member"]}">{said} Save again where your answer shall count.</a>' in html
    assert '<option value="for:Second IEC member" selected>' in html
    assert written(meeting) == before
    assert client.post(URL, attendance_data(answer.context["form"], **mine)).status_code == 302
    assert ("IEC member", "substitute for Second IEC member") in written(meeting)


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="two real connections")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("_time", range(5))
@pytest.mark.parametrize("second", [("Officer", "substitute", "Third"), ("Other", "substitute", "Away")])
def test_two_at_one_instant_do_not_record_one_substitute_twice_nor_one_absence(cast, second, _time):
    """One substitute for two, and two substitutes for one: the second secretary is told. Seen red without what each
    had seen (the first case), and without the lock of the meeting (an error of the database)."""
    meeting = make_meeting()

    def save(*row: str) -> bool:
        try:
            rows = [line(cast.ISO, *row) | {"seen": ("", "")}]
            return bool(record_attendances(Meeting.objects.get(pk=meeting.pk), cast.iso_secretary, rows))
        except Refused:
            return False

    assert sorted(at_once(lambda: save("Officer", "substitute", "Away"), lambda: save(*second))) == [False, True]
    assert Attendance.objects.filter(presence="substitute").count() == 1
    assert Attendance.objects.count() == 2


def test_page_has_no_error_summary_before_an_answer(client_of):
    make_meeting(number=8)
    assert "errsum" not in page(client_of("iso_secretary"), URL)
