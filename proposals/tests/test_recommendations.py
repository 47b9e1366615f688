"""The recommendation: numbered, revised, three approvals on one exact revision, submitted."""

from datetime import date, timedelta

import pytest

from core.dates import moment, today
from core.moves import AlreadyDone, Conflict, NotAllowed, Refused, Stale, WrongState
from organizations.models import BoardMeeting
from post.models import Delivery
from proposals.models import RecommendationApproval, Submission
from proposals.services.boards import submit_recommendation
from proposals.services.proposals import record_outcome
from proposals.services.recommendations import (
    approve_recommendation,
    draft_recommendation,
    edit_recommendation,
    propose_recommendation,
    revise_recommendation,
)
from proposals.tests.factories import (
    TEXT,
    actions,
    addresses,
    make_approved,
    make_circulated,
    make_recommended,
    make_under_approval,
)


def approve(cast, proposal, revision, *codes, **more):
    for code in codes:
        secretary = cast.fresh(f"{code.lower().replace('-', '_')}_secretary")
        organization = {"ISO": cast.ISO, "IEC": cast.IEC, "ITU-T": cast.ITU_T}[code]
        approve_recommendation(proposal, organization, secretary, revision=revision, **more)


def test_draft_takes_the_next_number_of_the_register(cast):
    proposal = make_circulated(cast)
    revision = draft_recommendation(proposal, cast.itu_t_secretary, text=TEXT)
    assert (revision.reference, revision.state, proposal.state) == ("SPCG-1", "draft", "recommendation")
    assert revision.title == (
        "SPCG recommendation on the SAC proposal to ISO/TMB for a new field of technical activity on "
        "“Consumer product safety management”"
    )
    with pytest.raises(AlreadyDone):
        draft_recommendation(proposal, cast.iso_secretary, text="Again.")


def test_draft_of_the_past_keeps_its_number_letter_and_dates(cast):
    at = moment(date(2020, 11, 2))
    proposal = make_circulated(cast, reply_by_on=date(2020, 10, 23), circulated_at=moment(date(2020, 9, 24)))
    revision = draft_recommendation(proposal, cast.iso_secretary, text=TEXT, number=47, letter="B", at=at)
    propose_recommendation(proposal, cast.iso_secretary, revision=revision, at=at)
    approve(cast, proposal, revision, "ISO", "IEC", "ITU-T", at=moment(date(2020, 12, 1)))
    submit_recommendation(proposal, cast.iso_secretary, submitted_on=date(2020, 12, 4), at=moment(date(2020, 12, 4)))
    revision.refresh_from_db()
    assert (revision.reference, revision.state, revision.approved_on) == ("SPCG-47B", "approved", date(2020, 12, 1))
    assert Submission.objects.get().submitted_on == date(2020, 12, 4)
    assert Delivery.objects.count() == 0


def test_edit_of_a_draft_meets_a_colleagues_version(cast):
    proposal, revision = make_recommended(cast)
    edit_recommendation(proposal, cast.iec_secretary, revision=revision, version=1, text="IEC's text.")
    with pytest.raises(Conflict) as conflict:
        edit_recommendation(proposal, cast.iso_secretary, revision=revision, version=1, text="ISO's text.")
    assert conflict.value.current.text == "IEC's text."


def test_propose_asks_the_other_secretaries_and_fixes_the_text(cast):
    proposal, revision = make_recommended(cast)
    propose_recommendation(proposal, cast.iso_secretary, revision=revision, due_on=today() + timedelta(days=9))
    revision.refresh_from_db()
    assert revision.state == "for_approval"
    assert addresses() == ["iec.secretary@spcg.example", "itu.t.secretary@spcg.example"]
    with pytest.raises(WrongState):
        edit_recommendation(proposal, cast.iso_secretary, revision=revision, version=revision.version, text="New.")


def test_three_approvals_approve_the_revision_by_themselves(cast):
    proposal, revision = make_under_approval(cast)
    approve(cast, proposal, revision, "ISO", "IEC")
    revision.refresh_from_db()
    assert revision.state == "for_approval"
    approve(cast, proposal, revision, "ITU-T")
    revision.refresh_from_db()
    assert (revision.state, revision.approved_on) == ("approved", today())
    last = proposal.history.first()
    assert (last.text, last.actor_label) == ("ISO, IEC and ITU-T have approved SPCG-1", "SPCG portal")


def test_a_revision_after_the_first_approval_makes_it_not_count(cast):
    proposal, first = make_under_approval(cast)
    approve(cast, proposal, first, "ISO", "IEC")
    second = revise_recommendation(proposal, cast.iso_secretary, after=first, text="New text.", note="Scope.")
    assert second.reference == "SPCG-1A"
    assert proposal.history.first().text == (
        "added revision SPCG-1A; the verdicts of ISO, IEC on SPCG-1 stay on record and no longer count"
    )
    with pytest.raises(Stale):
        approve(cast, proposal, first, "ITU-T")
    propose_recommendation(proposal, cast.iso_secretary, revision=second)
    approve(cast, proposal, second, "ITU-T")
    second.refresh_from_db()
    assert second.state == "for_approval"
    assert RecommendationApproval.objects.filter(revision=first).count() == 2
    approve(cast, proposal, second, "ISO", "IEC")
    second.refresh_from_db()
    assert second.state == "approved"


def test_asking_for_changes_does_not_approve_and_tells_the_secretaries(cast):
    proposal, revision = make_under_approval(cast)
    before = Delivery.objects.count()
    approve(cast, proposal, revision, "IEC", verdict="changes", note="Name TC 61.")
    approve(cast, proposal, revision, "ISO", "ITU-T")
    revision.refresh_from_db()
    assert revision.state == "for_approval"
    told = sorted(row.address for row in Delivery.objects.order_by("pk")[before:])
    assert told == ["iso.secretary@spcg.example", "itu.t.secretary@spcg.example"]
    approve(cast, proposal, revision, "IEC", verdict="comments", note="With TC 61 in mind.")
    revision.refresh_from_db()
    assert revision.state == "approved"


def test_a_verdict_is_given_for_the_own_organization_only(cast):
    proposal, revision = make_under_approval(cast)
    for person, organization in [
        ("iso_secretary", cast.IEC),
        ("iec_member", cast.IEC),
        ("administrator", cast.ISO),
        ("observer", cast.ITU_T),
    ]:
        with pytest.raises(NotAllowed):
            approve_recommendation(proposal, organization, cast.fresh(person), revision=revision)
    assert RecommendationApproval.objects.count() == 0


def test_the_same_verdict_twice_is_one(cast):
    proposal, revision = make_under_approval(cast)
    approve(cast, proposal, revision, "ISO")
    with pytest.raises(AlreadyDone):
        approve(cast, proposal, revision, "ISO")
    assert actions(proposal).count("approve") == 1


def test_a_verdict_for_an_absent_colleague_says_so(cast):
    proposal, revision = make_under_approval(cast)
    approve(cast, proposal, revision, "ISO", for_absent_colleague=True)
    assert RecommendationApproval.objects.get().for_absent_colleague
    assert proposal.history.first().text == "approved SPCG-1 for ISO (on behalf of an absent colleague)"


@pytest.mark.parametrize("verdict", ["comments", "changes", "perhaps"])
def test_a_verdict_needs_its_reason(cast, verdict):
    proposal, revision = make_under_approval(cast)
    with pytest.raises(Refused):
        approve(cast, proposal, revision, "ISO", verdict=verdict)


def test_a_draft_is_not_approved(cast):
    proposal, revision = make_recommended(cast)
    with pytest.raises(WrongState):
        approve(cast, proposal, revision, "ISO")


def test_a_secretary_without_the_right_to_write_may_complete_the_approval(cast):
    cast.itu_t_secretary.appointments.update(may_write=False)
    proposal, revision = make_under_approval(cast)
    approve(cast, proposal, revision, "ISO", "IEC", "ITU-T")
    revision.refresh_from_db()
    assert revision.state == "approved"


def test_the_register_alone_cannot_approve_a_recommendation(cast):
    from documents.services.register import approve_revision

    proposal, revision = make_under_approval(cast)
    approve(cast, proposal, revision, "ISO", "IEC")
    with pytest.raises(NotAllowed):
        approve_revision(revision, cast.iso_secretary)


def test_the_register_cannot_approve_it_under_another_kind(cast):
    from documents.models import Document
    from documents.services.register import approve_revision

    _proposal, revision = make_under_approval(cast)
    Document.objects.update(kind="paper")
    revision.document.refresh_from_db()
    with pytest.raises(NotAllowed):
        approve_revision(revision, cast.iso_secretary)


def test_a_revision_that_the_register_added_after_the_submission_is_not_proposed(cast):
    from documents.services.register import revise_document

    proposal, revision = make_approved(cast)
    submit_recommendation(proposal, cast.iso_secretary, submitted_on=today())
    newer = revise_document(revision.document, cast.iec_secretary, after=revision, text="Other.", note="Other.")
    with pytest.raises(WrongState):
        propose_recommendation(proposal, cast.iec_secretary, revision=newer)


def test_submit_is_for_the_receiving_secretary_after_three_approvals_once(cast):
    waiting, _revision = make_under_approval(cast)
    with pytest.raises(WrongState):
        submit_recommendation(waiting, cast.iso_secretary, submitted_on=today())
    proposal, revision = make_approved(cast)
    with pytest.raises(NotAllowed):
        submit_recommendation(proposal, cast.iec_secretary, submitted_on=today())
    submission = submit_recommendation(proposal, cast.iso_secretary, submitted_on=today(), paper_number="TMB 150/2020")
    assert (submission.revision, submission.paper_number) == (revision, "TMB 150/2020")
    with pytest.raises(AlreadyDone):
        submit_recommendation(proposal, cast.iso_secretary, submitted_on=today())
    with pytest.raises(WrongState):
        revise_recommendation(proposal, cast.iso_secretary, after=revision, text="Too late.", note="x")


def test_submit_refuses_the_future_and_another_boards_meeting(cast):
    proposal, _revision = make_approved(cast)
    meeting = BoardMeeting.objects.create(organization=cast.IEC, held_on=date(2090, 1, 1))
    for wrong in ({"submitted_on": today() + timedelta(days=1)}, {"submitted_on": today(), "board_meeting": meeting}):
        with pytest.raises(Refused):
            submit_recommendation(proposal, cast.iso_secretary, **wrong)
    assert Submission.objects.count() == 0


def test_outcome_of_a_recommendation_waits_for_its_submission(cast):
    proposal, _revision = make_approved(cast)
    with pytest.raises(WrongState):
        record_outcome(proposal, cast.iso_secretary, result="approved", result_on=today())
    submit_recommendation(proposal, cast.iso_secretary, submitted_on=today())
    proposal.refresh_from_db()
    record_outcome(proposal, cast.iso_secretary, result="changed", result_on=today(), next_step="New committee.")
    assert (proposal.state, proposal.get_result_display()) == ("outcome", "Approved with changes")


def test_revise_refuses_an_older_revision_than_the_newest(cast):
    proposal, first = make_under_approval(cast)
    revise_recommendation(proposal, cast.iec_secretary, after=first, text="IEC's text.", note="IEC.")
    with pytest.raises(Stale):
        revise_recommendation(proposal, cast.iso_secretary, after=first, text="ISO's text.", note="ISO.")
