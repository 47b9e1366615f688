"""Suggestions are worked out once, kept, and worked out again when text or knowledge has changed."""

import pytest

from organizations.tests.factories import make_committee
from proposals.models import Interest, Proposal, Related
from proposals.services.proposals import edit_proposal
from proposals.services.suggestions import suggest_due
from proposals.tests.factories import make_circulated, make_proposal


@pytest.fixture
def committees(cast):
    make_committee("ISO/COPOLCO", "ISO", title="Consumer policy", scope="Safety of consumer products.")
    make_committee("IEC TC 61", "IEC", title="Safety of household appliances", scope="Consumer products at home.")
    make_committee("ITU-T SG17", "ITU-T", title="Security", scope="Security of products.")


def acronyms(proposal):
    return [row["acronym"] for row in Related.objects.get(proposal=proposal).rows]


def test_suggestions_are_worked_out_once(cast, committees, django_assert_max_num_queries):
    proposal = make_circulated(cast)
    assert suggest_due() == 1
    assert acronyms(proposal)[0] == "ISO/COPOLCO"
    with django_assert_max_num_queries(9):
        assert suggest_due() == 0


def test_suggestions_follow_the_text(cast, committees):
    proposal = make_proposal(cast)
    suggest_due()
    names = ("proposer", "kind", "justification", "received_on", "reply_by_on", "board_decision_on")
    values = {name: getattr(proposal, name) for name in names}
    edit_proposal(proposal, cast.iso_secretary, proposal.version, title="Household", scope="Appliances", **values)
    assert suggest_due() == 1
    assert acronyms(proposal)[0] == "IEC TC 61"


def test_suggestions_follow_the_knowledge_while_the_proposal_is_open(cast, committees):
    proposal = make_circulated(cast)
    done = make_circulated(cast, state=Proposal.State.NO_ACTION)
    suggest_due()
    make_committee("ISO/PC 329", title="Consumer product safety management", scope="")
    assert suggest_due() == 1
    assert acronyms(proposal)[0] == "ISO/PC 329"
    assert "ISO/PC 329" not in acronyms(done)


def test_withdrawn_proposals_get_none_and_a_pass_is_bounded(cast, committees):
    make_proposal(cast, state=Proposal.State.WITHDRAWN)
    for _number in range(3):
        make_proposal(cast)
    assert [suggest_due(limit=2), suggest_due(limit=2), suggest_due(limit=2)] == [2, 1, 0]


def page(client, proposal):
    return client.get(proposal.get_absolute_url()).content.decode()


def test_the_page_shows_match_reason_and_one_click_to_ask(cast, committees, client_of):
    proposal = make_circulated(cast)
    client = client_of("iso_secretary")
    assert "The committees are being ranked" in page(client, proposal)
    suggest_due()
    shown = page(client, proposal)
    assert "Very likely" in shown
    assert "cope names “consumer" in shown
    assert '<input type="hidden" name="committee" value="IEC TC 61">' in shown
    client.post(f"{proposal.get_absolute_url()}ask/", {"committee": "IEC TC 61"})
    assert Interest.objects.get(proposal=proposal).committee.acronym == "IEC TC 61"
    after = page(client, proposal)
    assert '<input type="hidden" name="committee" value="IEC TC 61">' not in after
    assert '<span class="tag">Asked</span>' in after


def test_an_observer_sees_the_suggestions_without_a_button(cast, committees, client_of):
    proposal = make_circulated(cast)
    suggest_due()
    shown = page(client_of("observer"), proposal)
    assert "Not asked" in shown
    assert 'type="hidden" name="committee"' not in shown


def test_the_page_says_that_scopes_are_missing(cast, client_of):
    make_committee("ISO/COPOLCO", title="Consumer policy")
    proposal = make_circulated(cast)
    suggest_due()
    assert "scopes of the committees are not loaded" in page(client_of("iso_secretary"), proposal)


def test_a_text_that_touches_nothing_says_so(cast, committees, client_of):
    proposal = make_circulated(cast, title="Qwertz", scope="Zzz")
    suggest_due()
    assert "No committee is known whose words" in page(client_of("iso_secretary"), proposal)


def test_the_page_takes_as_many_queries_for_twenty_as_for_one(cast, client_of, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    make_committee("ISO/TC 900", title="Consumer products")
    proposal = make_circulated(cast)
    suggest_due()
    client = client_of("observer")
    page(client, proposal)
    with CaptureQueriesContext(
        connection,
    ) as one:
        page(client, proposal)
    for number in range(25):
        make_committee(f"IEC TC {900 + number}", "IEC", title="Safety of consumer products")
    suggest_due()
    # Twenty of IEC in the one ranking, and behind them the best of ISO.
    assert acronyms(proposal)[20:] == ["ISO/TC 900"]
    with django_assert_num_queries(len(one)):
        page(client, proposal)
