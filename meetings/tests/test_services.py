"""Rows, history and notices that result from the services."""

import threading
import uuid
from datetime import date, datetime, timedelta

import pytest
from django.db import connection

from core import registry
from core.dates import GENEVA, moment
from core.models import SearchText
from core.moves import AlreadyDone, Conflict, NotAllowed, Refused, WrongState
from core.search import find
from documents.models import Revision
from documents.tests.factories import make_document, make_revision
from meetings.models import Meeting, Outcome
from meetings.services import actions, agenda, attendance, outcomes, report, schedule
from meetings.tests.factories import make_item, make_meeting, make_outcome, make_planned
from post.models import Delivery

START = datetime(2027, 1, 27, 13, tzinfo=GENEVA)


def plan(by, **overrides):
    values = {"kind": "remote", "starts_at": START, "ends_at": START + timedelta(hours=2), **overrides}
    return schedule.schedule_meeting(by, **values)


def invited() -> set[str]:
    return set(Delivery.objects.values_list("address", flat=True))


def test_schedule_takes_the_next_number_and_invites_everybody_else(cast):
    make_meeting(number=8)
    meeting = plan(cast.iso_secretary)
    assert (meeting.number, meeting.title, meeting.hours) == (9, "9th remote meeting", "13:00 to 15:00 CET")
    assert meeting.history.get().text == "scheduled the meeting for Wednesday 27 January 2027, 13:00 to 15:00 CET"
    assert len(invited()) == 8
    assert "iso.secretary@spcg.example" not in invited()
    assert "observer@spcg.example" not in invited()


def test_schedule_twice_with_one_token_is_one_meeting_and_one_invitation(cast):
    token = uuid.uuid4()
    assert plan(cast.iso_secretary, token=token) == plan(cast.iso_secretary, token=token)
    assert Meeting.objects.count() == 1
    assert Delivery.objects.count() == 8


def test_past_meeting_is_loaded_without_telling_anybody(cast):
    at = moment(date(2020, 9, 1))
    meeting = plan(None, number=8, starts_at=START.replace(year=2020), ends_at=START.replace(year=2020, hour=15), at=at)
    assert (meeting.number, meeting.history.get().at) == (8, at)
    assert Delivery.objects.count() == 0


def test_schedule_is_for_secretaries(cast):
    for name in ("iso_member", "observer", "administrator", "outsider"):
        with pytest.raises(NotAllowed):
            plan(cast.fresh(name))
    assert Meeting.objects.count() == 0


def test_number_in_use_is_refused(cast):
    make_meeting(number=8)
    with pytest.raises(Refused, match="Meeting 8 exists already"):
        plan(cast.iso_secretary, number=8)


def test_meeting_that_ends_before_it_begins_is_refused(cast):
    with pytest.raises(Refused, match="ends after it begins"):
        plan(cast.iso_secretary, ends_at=START)


def test_number_of_a_cancelled_meeting_is_not_given_again(cast):
    schedule.cancel_meeting(make_planned(number=9), cast.iso_secretary)
    assert plan(cast.iso_secretary).number == 10


def test_change_of_time_is_told_and_raises_the_sequence(cast):
    meeting = make_planned()
    version = meeting.version
    schedule.edit_meeting(meeting, cast.iso_secretary, version, starts_at=START, ends_at=START + timedelta(hours=1))
    assert meeting.version == version + 1
    assert len(invited()) == 8
    assert meeting.history.get().before["starts_at"] != meeting.history.get().after["starts_at"]


def test_edit_without_a_change_tells_nobody(cast):
    meeting = make_planned()
    schedule.edit_meeting(meeting, cast.iso_secretary, meeting.version, place="")
    assert (meeting.history.count(), Delivery.objects.count()) == (0, 0)


def test_edit_with_an_old_version_is_a_conflict(cast):
    meeting = make_planned()
    schedule.edit_meeting(meeting, cast.iso_secretary, 1, place="Geneva")
    with pytest.raises(Conflict) as caught:
        schedule.edit_meeting(meeting, cast.iec_secretary, 1, place="Vernier")
    assert caught.value.current.place == "Geneva"


def test_meeting_that_was_held_cannot_be_moved(cast):
    with pytest.raises(WrongState, match="Only a planned meeting"):
        schedule.edit_meeting(make_meeting(), cast.iso_secretary, 1, place="Geneva")


def test_meeting_that_has_not_begun_cannot_be_held(cast):
    meeting = make_planned()
    with pytest.raises(Refused, match="Mark it as held after that"):
        schedule.hold_meeting(meeting, cast.iso_secretary)
    schedule.hold_meeting(meeting, cast.iso_secretary, at=meeting.ends_at)
    assert meeting.state == "held"


def test_agenda_is_ordered_and_pins_exact_revisions(cast):
    meeting, pinned = make_planned(), make_revision()
    first = agenda.add_agenda_item(meeting, cast.iso_secretary, title="Opening", minutes=5)
    second = agenda.add_agenda_item(meeting, cast.iso_secretary, title="Plan", revisions=[pinned, pinned])
    assert [item.position for item in (first, second)] == [1, 2]
    make_revision(pinned.document, position=1)
    assert [one.revision for one in second.documents.all()] == [pinned]
    assert [entry.action for entry in meeting.history.all()] == ["add_item", "add_item"]


def test_same_token_adds_one_item(cast):
    meeting, token = make_planned(), uuid.uuid4()
    for _twice in range(2):
        agenda.add_agenda_item(meeting, cast.iso_secretary, title="Opening", token=token)
    assert meeting.agenda.count() == 1


@pytest.mark.parametrize(
    ("moves", "expected"),
    [
        ([("C", "up")], ["A", "C", "B"]),
        ([("A", "down"), ("A", "down")], ["B", "C", "A"]),
        ([("A", "up")], ["A", "B", "C"]),
        ([("C", "down")], ["A", "B", "C"]),
    ],
)
def test_items_move_up_and_down(cast, moves, expected):
    meeting = make_planned()
    items = {title: make_item(meeting, title=title) for title in "ABC"}
    for title, direction in moves:
        agenda.move_agenda_item(items[title], cast.iso_secretary, direction)
    assert [item.title for item in meeting.agenda.all()] == expected
    assert [item.position for item in meeting.agenda.all()] == [1, 2, 3]


def test_item_is_removed_unless_it_has_outcomes(cast):
    meeting = make_meeting()
    first, second = make_item(meeting), make_item(meeting)
    make_outcome(meeting, item=second)
    agenda.remove_agenda_item(first, cast.iso_secretary)
    with pytest.raises(Refused, match="stays on the record"):
        agenda.remove_agenda_item(second, cast.iso_secretary)
    assert [(item.pk, item.position) for item in meeting.agenda.all()] == [(second.pk, 1)]
    assert "took “Item 1” from the agenda" in [entry.text for entry in meeting.history.all()]


def test_changed_documents_of_an_item_are_in_the_history(cast):
    old, new = make_revision(), make_revision()
    item = make_item(make_planned(), old)
    agenda.edit_agenda_item(item, cast.iso_secretary, 1, title=item.title, revisions=[new])
    entry = item.meeting.history.get()
    assert (entry.before, entry.after) == ({"documents": [str(old)]}, {"documents": [str(new)]})


def test_decisions_are_numbered_within_their_meeting_and_never_again(cast):
    meeting, by = make_meeting(number=8), cast.iso_secretary
    outcomes.record_outcome(meeting, by, kind="information", text="Noted.")
    first = outcomes.record_outcome(meeting, by, kind="decision", text="One.")
    second = outcomes.record_outcome(meeting, by, kind="decision", text="Two.")
    outcomes.withdraw_outcome(second, by)
    third = outcomes.record_outcome(meeting, by, kind="decision", text="Three.")
    assert [one.label for one in (first, second, third)] == ["8/1", "8/2", "8/3"]
    changed = outcomes.edit_outcome(first, by, first.version, kind="information", text="One.")
    assert changed.label == ""
    assert outcomes.edit_outcome(changed, by, changed.version, kind="decision", text="One.").label == "8/1"


def test_same_token_records_one_outcome(cast):
    meeting, token = make_meeting(), uuid.uuid4()
    for _twice in range(2):
        outcomes.record_outcome(meeting, cast.iso_secretary, kind="decision", text="Once.", token=token)
    assert meeting.outcomes.count() == 1
    assert meeting.history.count() == 1


def test_outcome_names_a_document_by_its_canonical_reference(cast):
    revision = make_revision(make_document(number=32), position=3)
    outcome = outcomes.record_outcome(
        make_meeting(), cast.iso_secretary, kind="decision", text="Approved.", reference="spcg 32c"
    )
    assert (outcome.reference, outcome.revision) == ("SPCG-32C", revision)
    other = outcomes.record_outcome(
        outcome.meeting, cast.iso_secretary, kind="decision", text="Open.", reference="landscape"
    )
    assert (other.reference, other.revision) == ("landscape", None)


def test_outcome_is_offered_to_the_rooms_above(cast, monkeypatch):
    offered = []
    monkeypatch.setitem(registry._offers, "attach_outcome", [lambda reference, outcome: offered.append(reference)])
    outcomes.record_outcome(make_meeting(), cast.iso_secretary, kind="decision", text="Forwarded.", reference="2020-11")
    outcomes.record_outcome(make_meeting(), cast.iso_secretary, kind="decision", text="No reference.")
    assert offered == ["2020-11"]


def test_only_an_action_has_somebody_in_charge(cast):
    values = {"owner_text": "ISO secretary", "owner_organization": cast.ISO, "due_on": date(2027, 1, 1)}
    meeting = make_meeting()
    decision = outcomes.record_outcome(meeting, cast.iso_secretary, kind="decision", text="x", **values)
    action = outcomes.record_outcome(meeting, cast.iso_secretary, kind="action", text="x", **values)
    assert (decision.owner, decision.due_on) == ("", None)
    assert (action.owner, action.due_on) == ("ISO, ISO secretary", date(2027, 1, 1))


def test_item_of_another_meeting_is_refused(cast):
    with pytest.raises(Refused, match="belongs to another meeting"):
        outcomes.record_outcome(make_meeting(), cast.iso_secretary, kind="decision", text="x", item=make_item())


def test_outcomes_are_recorded_by_secretaries_only(cast):
    meeting = make_meeting()
    for name in ("iso_member", "observer", "administrator", "outsider"):
        with pytest.raises(NotAllowed):
            outcomes.record_outcome(meeting, cast.fresh(name), kind="decision", text="x")
    assert Outcome.objects.count() == 0


def test_approved_report_freezes_the_record(cast):
    item = make_item(meeting=make_meeting(report=make_revision()))
    for change in (
        lambda: outcomes.record_outcome(item.meeting, cast.iso_secretary, kind="decision", text="x"),
        lambda: agenda.add_agenda_item(item.meeting, cast.iso_secretary, title="x"),
        lambda: agenda.edit_agenda_item(item, cast.iso_secretary, 1, title="x"),
        lambda: agenda.remove_agenda_item(item, cast.iso_secretary),
        lambda: attendance.record_attendance(item.meeting, cast.iso_secretary, organization=cast.ISO, label="x"),
        lambda: report.attach_report(item.meeting, cast.iso_secretary, make_revision()),
    ):
        with pytest.raises(WrongState):
            change()
    assert item.meeting.history.count() == 0


def test_conflict_of_two_secretaries_on_one_outcome(cast):
    outcome = make_outcome()
    outcomes.edit_outcome(outcome, cast.iso_secretary, 1, kind="information", text="Mine")
    with pytest.raises(Conflict) as caught:
        outcomes.edit_outcome(outcome, cast.iec_secretary, 1, kind="information", text="Theirs")
    assert caught.value.current.text == "Mine"


def test_action_is_done_by_the_secretary_in_charge_once(cast):
    action = make_outcome(kind="action", owner_organization=cast.IEC, due_on=date(2026, 1, 1))
    with pytest.raises(NotAllowed):
        actions.complete_action(action, cast.iso_secretary, date(2026, 1, 2))
    actions.complete_action(action, cast.iec_secretary, date(2026, 1, 2))
    with pytest.raises(AlreadyDone):
        actions.complete_action(action, cast.iec_secretary, date(2026, 1, 3))
    assert action.done_on == date(2026, 1, 2)
    assert action.meeting.history.get().organization == "IEC"


def test_decision_cannot_be_done(cast):
    with pytest.raises(WrongState, match="Only an action"):
        actions.complete_action(make_outcome(kind="decision"), cast.iso_secretary, date(2026, 1, 2))


def test_attendance_is_replaced_and_taken_off(cast):
    meeting, by = make_meeting(), cast.iso_secretary
    attendance.record_attendance(meeting, by, organization=cast.ISO, label="ISO member")
    attendance.record_attendance(meeting, by, organization=cast.ISO, label="ISO member", presence="apologies")
    assert [(row.label, row.presence) for row in meeting.attendance.all()] == [("ISO member", "apologies")]
    attendance.record_attendance(meeting, by, organization=cast.ISO, label="ISO member", presence="")
    assert meeting.attendance.count() == 0
    assert meeting.history.count() == 3


def test_unchanged_attendance_writes_no_history(cast):
    meeting, by = make_meeting(), cast.iso_secretary
    for _twice in range(2):
        attendance.record_attendance(meeting, by, organization=cast.ISO, label="ISO member")
    assert meeting.history.count() == 1


def test_report_takes_the_next_number_once(cast):
    make_revision(make_document(number=49))
    meeting = make_meeting(number=8)
    revision = report.draft_report(meeting, cast.iso_secretary)
    assert (revision.reference, revision.title) == ("SPCG-50", "Report from the 8th remote meeting")
    assert (revision.dated_on, revision.state) == (date(2020, 11, 25), "draft")
    with pytest.raises(AlreadyDone):
        report.draft_report(meeting, cast.iso_secretary)
    meeting.refresh_from_db()
    assert meeting.report == revision
    assert Revision.objects.count() == 2


def test_report_of_a_planned_meeting_is_refused(cast):
    with pytest.raises(WrongState):
        report.draft_report(make_planned(), cast.iso_secretary)


def test_only_a_meeting_report_is_attached(cast):
    with pytest.raises(Refused, match="is not a meeting report"):
        report.attach_report(make_meeting(), cast.iso_secretary, make_revision())


def test_search_finds_a_meeting_by_its_outcomes(cast):
    meeting = make_meeting()
    outcomes.record_outcome(meeting, cast.iso_secretary, kind="decision", text="The zebra paper is approved.")
    found = find("zebra", [SearchText.Audience.SHARED])
    assert [row.url for row in found.filter(kind="meeting")] == [meeting.get_absolute_url()]
    [outcome] = found.filter(kind="outcome")
    assert outcome.url.startswith(meeting.get_absolute_url())


def _together(*jobs):
    """Runs the jobs at one instant on connections of their own; returns what they raised."""
    barrier, errors = threading.Barrier(len(jobs)), []

    def run(job):
        barrier.wait()
        try:
            job()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


needs_two_connections = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="two real connections")


@pytest.mark.postgres
@needs_two_connections
@pytest.mark.django_db(transaction=True)
def test_meeting_numbers_stay_unique_when_two_schedule_at_once(cast):
    users = [cast.iso_secretary, cast.iec_secretary]
    assert _together(*(lambda user=user: plan(user) for user in users)) == []
    assert sorted(Meeting.objects.values_list("number", flat=True)) == [1, 2]


@pytest.mark.postgres
@needs_two_connections
@pytest.mark.django_db(transaction=True)
def test_decision_numbers_stay_unique_when_two_record_at_once(cast):
    meeting, users = make_meeting(), [cast.iso_secretary, cast.iec_secretary]
    jobs = [lambda user=user: outcomes.record_outcome(meeting, user, kind="decision", text=str(user)) for user in users]
    assert _together(*jobs) == []
    assert sorted(meeting.outcomes.values_list("number", flat=True)) == [1, 2]


@pytest.mark.postgres
@needs_two_connections
@pytest.mark.django_db(transaction=True)
def test_one_meeting_gets_one_report_when_two_number_it_at_once(cast):
    meeting, users = make_meeting(), [cast.iso_secretary, cast.iec_secretary]
    errors = _together(*(lambda user=user: report.draft_report(meeting, user) for user in users))
    assert [type(error) for error in errors] == [AlreadyDone]
    assert Revision.objects.count() == 1


def test_other_words_on_a_page_brought_back_are_an_outcome_and_an_item_of_their_own(cast):
    meeting, by, token = make_planned(), cast.iso_secretary, uuid.uuid4()
    for text in ("First.", "Second."):
        outcomes.record_outcome(meeting, by, kind="information", text=text, token=token)
        agenda.add_agenda_item(meeting, by, title=text, token=token)
    assert list(meeting.outcomes.order_by("position").values_list("text", flat=True)) == ["First.", "Second."]
    assert list(meeting.agenda.order_by("position").values_list("title", flat=True)) == ["First.", "Second."]


def test_token_of_another_meeting_records_here(cast):
    here, there, token = make_planned(), make_meeting(), uuid.uuid4()
    for meeting in (there, here):
        outcomes.record_outcome(meeting, cast.iso_secretary, kind="information", text="Same.", token=token)
        agenda.add_agenda_item(meeting, cast.iso_secretary, title="Same.", token=token)
    assert (here.outcomes.count(), here.agenda.count()) == (1, 1)
