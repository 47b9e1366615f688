"""The past in words: before and after of every change, and nothing that the reader may not know."""

import html

import pytest
from django.urls import reverse

from core.dates import format_date, today
from organizations.tests.factories import make_committee
from proposals.models import Proposal
from proposals.queries import recent_entries
from proposals.queries.history import history_of
from proposals.services.proposals import edit_proposal, record_outcome
from proposals.services.recommendations import (
    draft_recommendation,
    propose_recommendation,
    revise_recommendation,
)
from proposals.services.replies import declare_interest
from proposals.tests.factories import make_circulated, make_proposal

TEXT = "SPCG has considered the proposal."


def page_of(client, proposal):
    text = client.get(reverse("proposals:history", args=[proposal.reference])).content.decode()
    return " ".join(html.unescape(text).split())


def texts(rows):
    return [entry.text for entry in rows]


def test_an_edit_shows_each_field_before_and_after(cast, client_of):
    proposal = make_proposal(cast, title="Safety", scope="The safety of consumer products.")
    changes = {"title": "Product safety", "scope": "The safety of all products.", "received_on": today()}
    before = format_date(proposal.received_on)
    edit_proposal(proposal, cast.iso_secretary, proposal.version, **changes)
    page = page_of(client_of("iso_secretary"), proposal)
    assert (
        'before:] </span>Safety</del> <ins><span class="visually-hidden">[after:] </span>Product safety</ins>' in page
    )
    assert f"{before}</del>" in page
    assert f"{format_date(today())}</ins>" in page
    assert "[removed:] </span>consumer</del>" in page
    assert "[added:] </span>all</ins>" in page


def test_an_answer_shows_what_it_replaced(cast, client_of):
    proposal, committee = make_circulated(cast), make_committee("IEC TC 61", "IEC")
    declare_interest(proposal, committee, cast.iec_member, "interested", "First.")
    declare_interest(proposal, committee, cast.iec_member, "lead", "Second.")
    page = page_of(client_of("itu_t_member"), proposal)
    assert "No answer yet</del>" in page
    assert "Interested</del>" in page
    assert "Wants to lead</ins>" in page


def test_an_outcome_recorded_again_shows_the_first(cast, client_of):
    proposal = make_circulated(cast, days=-1, state="forwarded")
    record_outcome(proposal, cast.iso_secretary, result="deferred", result_on=today())
    record_outcome(proposal, cast.iso_secretary, result="approved", result_on=today())
    page = page_of(client_of("iec_member"), proposal)
    assert "Deferred</del>" in page
    assert "Approved</ins>" in page


@pytest.mark.parametrize("person", ["iec_member", "observer"])
def test_members_read_nothing_of_a_draft_until_it_is_proposed(cast, client_of, person):
    proposal = make_circulated(cast, days=-1)
    revision = draft_recommendation(proposal, cast.iso_secretary, text="A secret text.")
    reference = revision.reference
    reader, client = cast.fresh(person), client_of(person)

    def said():
        record = html.unescape(client.get(proposal.get_absolute_url()).content.decode())
        return [*texts(history_of(proposal, reader)), *texts(recent_entries(reader)), page_of(client, proposal), record]

    assert not any(reference in text for text in said())
    assert reference in texts(history_of(proposal, cast.iec_secretary))[0]
    proposal = Proposal.objects.get(pk=proposal.pk)
    propose_recommendation(proposal, cast.iso_secretary, revision=revision)
    assert any("drafted" in text for text in texts(history_of(proposal, reader)))
    revision.refresh_from_db()
    revise_recommendation(proposal, cast.iso_secretary, after=revision, text="Another secret.", note="Hidden.")
    assert not any(f"{reference}A" in text or "Another" in text or "Hidden" in text for text in said())


def test_queries_do_not_grow_with_the_history(cast, client_of, django_assert_max_num_queries):
    proposal = make_proposal(cast)
    for number in range(30):
        edit_proposal(proposal, cast.iso_secretary, proposal.version, title=f"Title {number}")
    client = client_of("iso_secretary")
    with django_assert_max_num_queries(12):
        page_of(client, proposal)
