"""What waits on a person, asked of the database for the list, is what the rows of Home and of the pages say."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.dates import today
from organizations.models import BoardMeeting
from organizations.tests.factories import make_appointment, make_committee
from proposals.models import Interest, Submission
from proposals.queries import waiting
from proposals.queries.listing import Wanted, listed_proposals
from proposals.services.boards import submit_recommendation
from proposals.services.proposals import withdraw_proposal
from proposals.services.recommendations import approve_recommendation, revise_recommendation
from proposals.services.replies import ask_committee, comment_on_proposal, declare_interest
from proposals.tests.factories import (
    make_approved,
    make_circulated,
    make_proposal,
    make_recommended,
    make_under_approval,
)

PEOPLE = (
    "iso_secretary iso_member iec_secretary iec_member iec_member2 itu_t_secretary itu_t_member observer "
    "administrator outsider disabled"
).split()
RIGHTS = ("may_write", "may_send", "may_approve")


def circulated(cast):
    make_proposal(cast)
    make_proposal(cast, organization=cast.IEC)
    withdraw_proposal(make_proposal(cast), cast.iso_secretary, reason="Mistake.")
    make_circulated(cast)
    make_circulated(cast, days=0, organization=cast.IEC, circulated_by=cast.iec_secretary)
    for days in (-1, -60, -61):
        make_circulated(cast, days=days)
        make_circulated(cast, days=days, organization=cast.IEC)
    make_circulated(cast, comments_closed_at=timezone.now() - timedelta(hours=1))
    comment_on_proposal(make_circulated(cast), cast.iec_member, "Fine.")


def asked(cast):
    joint, ours = make_committee("ISO/IEC JTC 1", "ISO", "IEC"), make_committee("IEC TC 61", "IEC")
    for days in (5, -1, -70):
        for committee in (joint, ours):
            ask_committee(make_circulated(cast, days=days), committee, cast.itu_t_secretary)
    answered = make_circulated(cast)
    ask_committee(answered, ours, cast.iso_secretary)
    declare_interest(answered, ours, cast.iec_member2, "interested")
    recommended, _revision = make_recommended(cast)
    ask_committee(recommended, joint, cast.itu_t_secretary)
    Interest.objects.create(proposal=make_proposal(cast, organization=cast.ITU_T), committee=ours)


def advised(cast):
    make_recommended(cast)
    make_recommended(cast, organization=cast.IEC)
    _proposal, revision = make_under_approval(cast)
    proposal, revision = make_under_approval(cast, organization=cast.ITU_T)
    approve_recommendation(proposal, cast.IEC, cast.iec_secretary, revision=revision)
    revise_recommendation(proposal, cast.iec_secretary, after=revision, text="New.", note="New.")
    proposal, revision = make_under_approval(cast)
    approve_recommendation(proposal, cast.ISO, cast.iso_secretary, revision=revision)
    make_under_approval(cast, days=-61)


def approved(cast):
    make_approved(cast)
    make_approved(cast, organization=cast.IEC)
    past, ahead = today() - timedelta(days=1), today() + timedelta(days=1)
    people = {cast.ISO: cast.iso_secretary, cast.IEC: cast.iec_secretary}
    for organization, by in people.items():
        for decides_on in (None, past, today(), ahead):
            proposal, _revision = make_approved(cast, board_decision_on=decides_on)
            submit_recommendation(proposal, by, organization=organization, submitted_on=past)
        for day in (past, today(), ahead):
            proposal, _revision = make_approved(cast, board_decision_on=past)
            met = BoardMeeting.objects.create(organization=organization, held_on=day)
            submit_recommendation(
                proposal, by, organization=organization, submitted_on=past - timedelta(days=1), board_meeting=met
            )
    known = Submission.objects.filter(organization=cast.IEC, board_meeting__held_on=past).first()
    Submission.objects.filter(pk=known.pk).update(result="approved", result_on=today())


def said(cast, person):
    """The references in the addresses of what waits."""
    return sorted({row.url.split("/")[2] for row in waiting(cast.fresh(person))})


def listed(cast, person):
    return sorted(proposal.reference for proposal in listed_proposals(cast.fresh(person), Wanted(mine=True)))


@pytest.mark.parametrize("make", [circulated, asked, advised, approved])
def test_the_list_holds_exactly_what_the_rows_say_for_everybody(cast, make):
    """Each condition of the rule was taken out once; the rows of its states then differed."""
    make(cast)
    found = {person: listed(cast, person) for person in PEOPLE}
    assert found == {person: said(cast, person) for person in PEOPLE}
    assert any(found.values())
    assert found["observer"] == found["outsider"] == found["disabled"] == []


@pytest.mark.parametrize("right", RIGHTS)
@pytest.mark.parametrize("make", [circulated, advised, approved])
def test_a_secretary_without_one_right_too(cast, make, right):
    make(cast)
    for person in ("iso_secretary", "iec_secretary"):
        cast.fresh(person).appointments.update(**{right: False})
        assert listed(cast, person) == said(cast, person)


def test_somebody_appointed_in_two_organizations_too(cast):
    make_appointment(cast.iso_secretary, "secretary", cast.IEC)
    for make in (circulated, asked, advised, approved):
        make(cast)
    assert listed(cast, "iso_secretary") == said(cast, "iso_secretary") != []
