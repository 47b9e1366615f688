"""The report's own cycle, from the number to the freezing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from core.moves import AlreadyDone, NotAllowed, Refused, WrongState
from documents.models import Revision
from meetings.models import AgendaItem, Meeting
from meetings.services import agenda, cycle, outcomes, report, schedule
from meetings.tests.factories import make_item, make_meeting, make_planned
from post.models import Delivery, Notification

S = Revision.Status


@pytest.fixture
def held(cast):
    """A held meeting with an outcome and a numbered draft of its report."""
    meeting = make_meeting()
    outcomes.record_outcome(meeting, cast.iso_secretary, kind="decision", text="The paper is approved.")
    report.draft_report(meeting, cast.iso_secretary)
    meeting.refresh_from_db()
    return meeting


def begun(meeting: Meeting) -> Meeting:
    """The meeting as if it had begun an hour ago."""
    start = timezone.now() - timedelta(hours=1)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=start, ends_at=start + timedelta(hours=2))
    meeting.refresh_from_db()
    return meeting


def test_circulated_report_is_kept_as_read_and_everybody_is_told(cast, held):
    revision = cycle.circulate_report(held, cast.iso_secretary)
    revision.refresh_from_db()
    assert revision.state == S.FOR_APPROVAL
    assert revision.shared_at
    assert "The paper is approved." in revision.text
    assert sorted(file.extension for file in revision.attachments.all()) == ["docx", "pdf"]
    told = set(Delivery.objects.values_list("account__email", flat=True))
    assert cast.iec_member.email in told
    assert cast.observer.email not in told
    assert cast.iso_secretary.email not in told


def test_circulating_twice_is_once_and_needs_a_draft(cast, held):
    with pytest.raises(NotAllowed):
        cycle.circulate_report(held, cast.iso_member)
    with pytest.raises(WrongState):
        cycle.circulate_report(make_meeting(), cast.iso_secretary)
    cycle.circulate_report(held, cast.iso_secretary)
    with pytest.raises(AlreadyDone):
        cycle.circulate_report(held, cast.iec_secretary)


def test_record_stays_while_circulated_and_opens_with_the_next_letter(cast, held):
    cycle.circulate_report(held, cast.iso_secretary)
    held.refresh_from_db()
    with pytest.raises(WrongState):
        outcomes.record_outcome(held, cast.iso_secretary, kind="information", text="Late.")
    first = held.report
    revised = cycle.revise_report(held, cast.iec_secretary, "A word")
    assert revised.reference == f"{first.reference}A"
    assert revised.state == S.DRAFT
    held.refresh_from_db()
    outcomes.record_outcome(held, cast.iso_secretary, kind="information", text="Said in time.")
    cycle.circulate_report(held, cast.iso_secretary)
    first.refresh_from_db()
    revised.refresh_from_db()
    assert "Said in time." in revised.text
    assert "Said in time." not in first.text


def test_approval_comes_on_the_next_agenda_by_itself(cast, held):
    following = make_planned()
    make_item(following, title="Landscape")
    cycle.circulate_report(held, cast.iso_secretary)
    first, second = following.agenda.all()
    assert first.approves == held
    assert second.title == "Landscape"
    assert second.position == 2
    assert [one.revision for one in first.documents.all()] == [held.report]
    cycle.revise_report(held, cast.iso_secretary)
    held.refresh_from_db()
    cycle.circulate_report(held, cast.iso_secretary)
    assert [one.revision_id for one in first.documents.all()] == [held.report_id]
    assert following.agenda.filter(approves=held).count() == 1


def test_approval_waits_for_a_meeting_that_is_scheduled_later(cast, held):
    cycle.circulate_report(held, cast.iso_secretary)
    start = timezone.now() + timedelta(days=9)
    times = {"kind": "remote", "starts_at": start, "ends_at": start + timedelta(hours=1)}
    following = schedule.schedule_meeting(cast.iso_secretary, **times)
    assert following.agenda.get().approves == held


def test_report_that_was_not_approved_comes_up_again(cast, held):
    following, later = make_planned(), make_planned(starts_at=timezone.now() + timedelta(days=90))
    cycle.circulate_report(held, cast.iso_secretary)
    schedule.cancel_meeting(following, cast.iso_secretary)
    assert later.agenda.get().approves == held


def test_approval_recorded_there_approves_this_revision_and_freezes(cast, held):
    following = make_planned()
    cycle.circulate_report(held, cast.iso_secretary)
    item = following.agenda.get()
    with pytest.raises(Refused):
        cycle.approve_report(item, cast.iso_secretary)
    begun(following)
    with pytest.raises(NotAllowed):
        cycle.approve_report(item, cast.iso_member)
    decision = cycle.approve_report(item, cast.iec_secretary)
    held.refresh_from_db()
    assert held.is_frozen
    assert held.report.approved_on == following.held_on
    assert decision.kind == "decision"
    assert decision.number == 1
    assert decision.revision == held.report
    with pytest.raises(AlreadyDone):
        cycle.approve_report(item, cast.iso_secretary)
    assert following.outcomes.count() == 1
    with pytest.raises(WrongState):
        agenda.add_agenda_item(held, cast.iso_secretary, title="Too late")
    with pytest.raises(WrongState):
        cycle.revise_report(held, cast.iso_secretary)


def test_report_under_revision_is_not_approved(cast, held):
    following = begun(make_planned())
    cycle.circulate_report(held, cast.iso_secretary)
    item = AgendaItem.objects.get(approves=held)
    cycle.revise_report(held, cast.iso_secretary)
    with pytest.raises(WrongState):
        cycle.approve_report(item, cast.iso_secretary)
    assert following.outcomes.count() == 0


def test_approved_report_leaves_agendas_to_come(cast, held):
    following, later = make_planned(), make_planned(starts_at=timezone.now() + timedelta(days=90))
    cycle.circulate_report(held, cast.iso_secretary)
    begun(following)
    schedule.hold_meeting(following, cast.iso_secretary)
    assert later.agenda.get().approves == held
    cycle.approve_report(following.agenda.get(), cast.iso_secretary)
    assert later.agenda.count() == 0


def test_members_comment_in_their_capacity_and_secretaries_answer(cast, held):
    with pytest.raises(WrongState):
        cycle.comment_on_report(held, cast.iec_member, "Too early.")
    cycle.circulate_report(held, cast.iso_secretary)
    with pytest.raises(NotAllowed):
        cycle.comment_on_report(held, cast.observer, "Only reading.")
    remark = cycle.comment_on_report(held, cast.iec_member, "A word is missing.")
    again = cycle.comment_on_report(held, cast.iec_member, "A word is missing.", token=remark.token)
    assert again == remark
    assert remark.organization == cast.IEC
    assert remark.revision == Meeting.objects.get().report
    told = Notification.objects.filter(subject__startswith="Comment on")
    assert {row.user for row in told} == {cast.iso_secretary, cast.iec_secretary, cast.itu_t_secretary}
    with pytest.raises(NotAllowed):
        cycle.dispose_remark(remark, cast.iso_member, "accepted")
    cycle.dispose_remark(remark, cast.iso_secretary, "accepted", "In the next letter.")
    assert (remark.disposition, remark.resolved_label) == ("accepted", str(cast.iso_secretary))
    with pytest.raises(ValueError):
        cycle.dispose_remark(remark, cast.iso_secretary, "perhaps")


def test_pages_of_the_cycle_lead_from_draft_to_comment(cast, held, client_of):
    secretary, member = client_of("iso_secretary"), client_of("iec_member")
    base = held.get_absolute_url()
    assert "Circulate" in secretary.get(f"{base}report/circulate/").content.decode()
    assert member.get(f"{base}report/circulate/").status_code == 404
    assert secretary.post(f"{base}report/circulate/").status_code == 302
    page = member.get(base).content.decode()
    assert f"{base}report/comment/" in page
    assert f"{base}report/revise/" not in page
    refused = member.post(f"{base}report/comment/", {"text": " ", "token": "x"})
    assert refused.status_code == 200
    assert held.remarks.count() == 0
    token = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
    member.post(f"{base}report/comment/", {"text": "A word is missing.", "token": token})
    remark = held.remarks.get()
    assert "Not answered yet." in secretary.get(base).content.decode()
    assert secretary.post(f"{base}report/comments/{remark.pk}/", {"disposition": "maybe"}).status_code == 200
    secretary.post(f"{base}report/comments/{remark.pk}/", {"disposition": "noted"})
    assert "Noted" in member.get(base).content.decode()
