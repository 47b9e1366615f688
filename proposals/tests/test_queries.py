"""Who sees what, what waits on whom, what a board report is told."""

from datetime import date, timedelta

import pytest

from core.dates import moment, today
from core.registry import first
from organizations.tests.factories import make_committee
from proposals import queries
from proposals.models import Proposal
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

SEES_DRAFTS = ("iso_secretary", "iec_secretary", "itu_t_secretary", "administrator")
READERS = ("iso_member", "iec_member2", "observer")


def titles(cast, person):
    return [row.title for row in queries.waiting(cast.fresh(person))]


def test_drafts_are_for_secretaries_and_the_administrator(cast):
    make_proposal(cast)
    circulated = make_circulated(cast)
    for person in SEES_DRAFTS:
        assert queries.proposals_visible_to(cast.fresh(person)).count() == 2
    for person in READERS:
        assert list(queries.proposals_visible_to(cast.fresh(person))) == [circulated]
    for person in ("outsider", "disabled"):
        assert queries.proposals_visible_to(cast.fresh(person)).count() == 0


def test_a_draft_that_was_withdrawn_stays_unseen(cast):
    proposal = make_proposal(cast)
    withdraw_proposal(proposal, cast.iso_secretary, reason="Mistake.")
    assert queries.proposal_of(proposal.reference, cast.iec_member) is None


def test_references_resolve_in_any_form_for_those_who_may_see_them(cast):
    proposal = make_circulated(cast, received_on=date(2020, 9, 21))
    draft = make_proposal(cast, received_on=date(2020, 9, 21))
    assert proposal.reference == "2020-01"
    for form in ("2020-1", "2020-01", "2020-001"):
        assert first("resolve", form, cast.observer) == "/proposals/2020-01/"
    assert first("resolve", draft.reference, cast.observer) is None
    assert first("resolve", "2020-x", cast.observer) is None


def test_a_draft_waits_on_its_own_secretary(cast):
    proposal = make_proposal(cast)
    assert titles(cast, "iso_secretary") == [f"Circulate proposal {proposal.reference}"]
    assert titles(cast, "iec_secretary") == titles(cast, "iso_member") == []


def test_a_circulated_proposal_waits_on_everyone_until_they_answer(cast):
    proposal = make_circulated(cast)
    wanted = [f"Comment on proposal {proposal.reference}"]
    for person in ("iec_member", "itu_t_secretary", "iso_member2"):
        assert titles(cast, person) == wanted
    assert titles(cast, "iso_secretary") == titles(cast, "observer") == titles(cast, "administrator") == []
    comment_on_proposal(proposal, cast.iec_member, "Fine.")
    declare_interest(proposal, make_committee("ITU-T SG17", "ITU-T"), cast.itu_t_secretary, "none")
    assert titles(cast, "iec_member") == titles(cast, "itu_t_secretary") == []
    assert titles(cast, "iec_member2") == wanted


def test_an_asked_committee_waits_on_its_organization(cast):
    proposal = make_circulated(cast, days=-1)
    committee = make_committee("IEC TC 61", "IEC")
    ask_committee(proposal, committee, cast.iso_secretary)
    wanted = f"Answer for IEC TC 61 on proposal {proposal.reference}"
    assert titles(cast, "iec_member") == titles(cast, "iec_secretary") == [wanted]
    declare_interest(proposal, committee, cast.iec_member2, "interested")
    assert titles(cast, "iec_member") == []


def test_closed_comments_wait_on_the_receiving_secretary(cast):
    proposal = make_circulated(cast, days=-1)
    assert titles(cast, "iso_secretary") == [f"Decide what follows on proposal {proposal.reference}"]
    assert titles(cast, "iec_member") == []


def test_a_revision_waits_on_each_secretary_until_the_verdict(cast):
    proposal, revision = make_under_approval(cast)
    wanted = ["Approve recommendation SPCG-1"]
    assert titles(cast, "iec_secretary") == titles(cast, "itu_t_secretary") == wanted
    approve_recommendation(proposal, cast.IEC, cast.iec_secretary, revision=revision)
    assert titles(cast, "iec_secretary") == titles(cast, "iec_member") == []
    cast.itu_t_secretary.appointments.update(may_approve=False)
    assert titles(cast, "itu_t_secretary") == []


def test_an_approved_revision_waits_to_be_submitted_and_then_recorded(cast):
    proposal, _revision = make_approved(cast, board_decision_on=today() - timedelta(days=1))
    assert titles(cast, "iso_secretary") == ["Submit SPCG-1 to ISO/TMB"]
    submit_recommendation(proposal, cast.iso_secretary, submitted_on=today())
    assert titles(cast, "iso_secretary") == [f"Record what ISO/TMB decided on {proposal.reference}"]
    assert titles(cast, "iec_secretary") == []


def test_a_draft_revision_waits_on_its_author(cast):
    make_recommended(cast)
    assert titles(cast, "iso_secretary") == ["Ask for the approval of SPCG-1"]
    assert titles(cast, "iec_secretary") == []


@pytest.mark.parametrize("make", [make_circulated, make_under_approval, make_approved])
def test_matters_of_the_past_wait_on_nobody(cast, make):
    made = make(cast)
    proposal = made if isinstance(made, Proposal) else made[0]
    Proposal.objects.filter(pk=proposal.pk).update(reply_by_on=today() - timedelta(days=61))
    for person in ("iso_secretary", "iec_secretary", "iec_member"):
        assert titles(cast, person) == []


def test_waiting_takes_as_many_queries_for_thirty_as_for_one(cast, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count():
        with CaptureQueriesContext(connection) as captured:
            queries.waiting(cast.fresh("iso_secretary"))
        return len(captured)

    def add():
        make_proposal(cast)
        proposal = make_circulated(cast)
        ask_committee(proposal, make_committee("", "ISO"), cast.iec_member)
        make_under_approval(cast)
        make_approved(cast)

    add()
    one = count()
    for _n in range(9):
        add()
    assert count() == one


def test_deadlines_are_for_every_reader(cast):
    proposal = make_circulated(cast, days=5, board_decision_on=today() + timedelta(days=20))
    make_circulated(cast, days=-1)
    make_circulated(cast, days=60)
    rows = queries.deadlines(cast.observer, today() + timedelta(days=30))
    assert [(row.title, row.due_on) for row in rows] == [
        (f"Comments close: {proposal.reference}", today() + timedelta(days=5)),
        (f"ISO/TMB decides: {proposal.reference}", today() + timedelta(days=20)),
    ]


def test_handled_between_names_submissions_and_forwarded_comments_of_the_period_only(cast):
    submitted, _revision = make_approved(cast)
    submit_recommendation(submitted, cast.iso_secretary, submitted_on=date(2020, 12, 4), at=moment(date(2020, 12, 4)))
    forwarded = make_circulated(cast, state="forwarded")
    for day in (date(2020, 8, 31), date(2020, 9, 1), date(2021, 1, 26), date(2021, 1, 27)):
        forwarded.forwarded.create(at=moment(day), by=cast.iso_secretary, by_label="x", count=1, text="x")
    rows = queries.proposals_handled_between(date(2020, 9, 1), date(2021, 1, 26))
    assert [(row.route, row.on) for row in rows] == [
        ("comments", date(2020, 9, 1)),
        ("recommendation", date(2020, 12, 4)),
    ]
    assert queries.recommendations_submitted_between(date(2020, 12, 5), date(2021, 1, 26)).count() == 0


def test_a_revision_says_where_it_is_used(cast):
    proposal, revision = make_recommended(cast)
    assert queries.uses(revision) == [(str(proposal), proposal.get_absolute_url())]


def test_members_see_the_shared_revision_while_the_next_is_a_draft(cast):
    proposal, revision = make_under_approval(cast)
    newer = revise_recommendation(proposal, cast.iso_secretary, after=revision, text="New.", note="New.")
    assert queries.current_revision(proposal, cast.iec_member) == revision
    assert queries.current_revision(proposal, cast.iec_secretary) == newer


def test_entries_of_drafts_are_not_told_to_members(cast):
    from proposals.services.proposals import edit_proposal

    edit_proposal(make_proposal(cast), cast.iso_secretary, 1, title="New")
    assert queries.recent_entries(cast.iec_member).count() == 0
    assert queries.recent_entries(cast.iec_secretary).count() == 1
