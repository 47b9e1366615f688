"""Withdrawn, closed or forwarded, and taken up again: with reasons, where it stood before."""

import html

import pytest
from django.urls import reverse

from core.moves import AlreadyDone, NotAllowed, WrongState
from post.models import Delivery
from proposals.models import ForwardedComments, Proposal
from proposals.services.proposals import close_without_action, reopen_proposal, withdraw_proposal
from proposals.tests.factories import addresses, make_circulated, make_proposal, make_under_approval

S = Proposal.State


def reopened(cast, proposal):
    reopen_proposal(Proposal.objects.get(pk=proposal.pk), cast.iso_secretary, reason="It was a mistake.")
    return Proposal.objects.get(pk=proposal.pk)


def test_a_draft_is_a_draft_again_and_nobody_is_told(cast):
    proposal = make_proposal(cast)
    withdraw_proposal(proposal, cast.iso_secretary, reason="A mistake.")
    proposal = reopened(cast, proposal)
    assert (proposal.state, proposal.closing_reason, proposal.closed_at) == (S.DRAFT, "", None)
    assert Delivery.objects.count() == 0


def test_what_was_out_for_comment_is_out_again_and_everybody_is_told(cast):
    proposal = make_circulated(cast)
    withdraw_proposal(proposal, cast.iso_secretary, reason="A mistake.")
    Delivery.objects.all().delete()
    proposal = reopened(cast, proposal)
    assert (proposal.state, proposal.is_out_for_comment) == (S.CIRCULATED, True)
    assert len(addresses()) == 9
    entry = proposal.history.first()
    assert (entry.action, entry.before, entry.after) == ("reopen", {"state": "withdrawn"}, {"state": "circulated"})
    assert entry.text == "reopened the proposal: It was a mistake."


def test_a_recommendation_goes_on_where_it_was(cast):
    proposal, revision = make_under_approval(cast)
    withdraw_proposal(proposal, cast.iso_secretary, reason="A mistake.")
    assert reopened(cast, proposal).state == S.RECOMMENDATION
    revision.refresh_from_db()
    assert revision.state == "for_approval"


def test_closed_without_action_is_open_for_a_recommendation_again(cast):
    proposal = make_circulated(cast, days=-1)
    close_without_action(proposal, cast.iso_secretary, reason="Nothing to say.")
    proposal = reopened(cast, proposal)
    assert (proposal.state, proposal.is_closed()) == (S.CIRCULATED, True)


def test_forwarded_and_then_withdrawn_is_forwarded_again(cast):
    proposal = make_circulated(cast, days=-1, state=S.FORWARDED)
    ForwardedComments.objects.create(proposal=proposal, by=cast.iso_secretary, by_label="X", count=1, text="X")
    withdraw_proposal(proposal, cast.iso_secretary, reason="A mistake.")
    assert reopened(cast, proposal).state == S.FORWARDED
    assert reopened(cast, proposal).state == S.CIRCULATED


def test_an_outcome_is_not_reopened_but_recorded_again(cast):
    with pytest.raises(WrongState):
        reopen_proposal(make_circulated(cast, state=S.OUTCOME), cast.iso_secretary, reason="No.")


@pytest.mark.parametrize("make", [make_proposal, make_circulated])
def test_reopening_twice_is_reopening_once(cast, client_of, make):
    proposal, client = make(cast), client_of("iso_secretary")
    withdraw_proposal(proposal, cast.iso_secretary, reason="A mistake.")
    url = reverse("proposals:reopen_proposal", args=[proposal.reference])
    for _click in range(2):
        page = html.unescape(client.post(url, {"reason": "It was none."}, follow=True).content.decode())
        assert "not possible" not in page
    assert proposal.history.filter(action="reopen").count() == 1
    with pytest.raises(AlreadyDone):
        reopened(cast, proposal)


@pytest.mark.parametrize("name", ["iec_secretary", "iso_member", "observer", "administrator"])
def test_others_do_not_reopen(cast, name):
    with pytest.raises(NotAllowed):
        reopen_proposal(make_circulated(cast, state=S.WITHDRAWN), cast.fresh(name), reason="No.")


def test_the_page_offers_what_is_possible(cast, client_of):
    proposal = make_circulated(cast)
    withdraw_proposal(proposal, cast.iso_secretary, reason="A mistake.")
    link = reverse("proposals:reopen_proposal", args=[proposal.reference])
    assert link in client_of("iso_secretary").get(proposal.get_absolute_url()).content.decode()
    assert link not in client_of("iec_secretary").get(proposal.get_absolute_url()).content.decode()
    page = client_of("iso_secretary").post(link, {"reason": ""}).content.decode()
    assert "Enter: Reason." in page
