"""Pages of comments, questions to committees and interests."""

import uuid

import pytest
from django.urls import reverse

from organizations.tests.factories import make_committee
from proposals.models import Interest, ProposalRemark
from proposals.services.replies import comment_on_proposal
from proposals.tests.factories import make_circulated


def url(name, proposal, *args):
    return reverse(f"proposals:{name}", args=[proposal.reference, *args])


def text_of(response):
    return response.content.decode()


def test_comment_from_the_record_in_a_capacity(cast, client_of):
    proposal, client = make_circulated(cast), client_of("iec_member")
    make_committee("IEC TC 61", "IEC")
    page = text_of(client.get(proposal.get_absolute_url()))
    assert "Add a comment for IEC" in page
    data = {"token": uuid.uuid4(), "text": "We see\n\n<script>", "stance": "concern", "committee": "iec  tc 61"}
    for _click in range(2):
        response = client.post(url("comment", proposal), data, follow=True)
        assert response.redirect_chain[-1][0] == f"{proposal.get_absolute_url()}#comments"
    page = text_of(response)
    assert "on behalf of IEC TC 61" in page
    assert "&lt;script&gt;" in page
    assert ProposalRemark.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"text": ""}, "Enter: Comment."),
        ({"stance": "angry"}, "not one of the available choices"),
        ({"committee": "IEC TC 999"}, "No committee is called “IEC TC 999”."),
        ({"committee": "ISO/TC 1"}, "You comment for your own organization and its committees."),
        ({"text": "x" * 50_001}, "at most 50000 characters"),
    ],
)
def test_a_wrong_comment_keeps_the_text(cast, client_of, wrong, words):
    make_committee("ISO/TC 1", "ISO")
    data = {"token": uuid.uuid4(), "text": "My long text.", "stance": "neutral", **wrong}
    page = text_of(client_of("iec_member").post(url("comment", make_circulated(cast)), data))
    assert words in page
    assert data["text"][:20] in page
    assert ProposalRemark.objects.count() == 0


def test_a_comment_on_what_was_withdrawn_meanwhile_keeps_the_text(cast, client_of):
    proposal = make_circulated(cast, state="withdrawn")
    data = {"token": uuid.uuid4(), "text": "My long text.", "stance": "neutral"}
    page = text_of(client_of("iec_member").post(url("comment", proposal), data))
    assert "This is not possible in the state" in page
    assert "My long text." in page


def test_reply_resolve_and_reopen(cast, client_of):
    proposal, client = make_circulated(cast), client_of("iso_secretary")
    remark = comment_on_proposal(proposal, cast.iec_member, "Which committees?")
    client.post(url("reply", proposal, remark.pk), {"token": uuid.uuid4(), "text": "TC 61."})
    client.post(url("resolve", proposal, remark.pk), {"resolution": "Named in the scope."})
    page = text_of(client.get(proposal.get_absolute_url()))
    assert "1 comment, 1 reply" in page
    assert "by ISO secretary: Named in the scope." in page
    assert client.get(url("reopen", proposal, remark.pk)).status_code == 405
    client.post(url("reopen", proposal, remark.pk))
    remark.refresh_from_db()
    assert remark.resolved_at is None
    assert client.get(url("reply", make_circulated(cast), remark.pk)).status_code == 404


def test_ask_and_declare_from_the_record(cast, client_of):
    proposal = make_circulated(cast)
    make_committee("IEC TC 61", "IEC")
    client_of("iso_secretary").post(url("ask", proposal), {"committee": "IEC TC 61"})
    client = client_of("iec_member")
    assert "Answer for IEC TC 61" in text_of(client.get(proposal.get_absolute_url()))
    assert 'value="IEC TC 61"' in text_of(client.get(url("declare", proposal) + "?committee=IEC TC 61"))
    client.post(url("declare", proposal), {"committee": "IEC TC 61", "answer": "lead", "note": "One expert."})
    assert (Interest.objects.get().answer, Interest.objects.get().note) == ("lead", "One expert.")


def test_declare_for_a_foreign_or_unknown_committee_says_so(cast, client_of):
    proposal, client = make_circulated(cast), client_of("iec_member")
    make_committee("ISO/TC 176", "ISO")
    unknown = client.post(url("declare", proposal), {"committee": "TC ???", "answer": "lead"})
    assert "No committee is called" in text_of(unknown)
    foreign = client.post(url("declare", proposal), {"committee": "ISO/TC 176", "answer": "lead"}, follow=True)
    assert "ISO/TC 176 belongs to ISO." in text_of(foreign)
    assert Interest.objects.count() == 0


def test_committees_are_offered_while_typing(cast, client_of):
    make_committee("IEC TC 61", "IEC", title="Safety of household appliances")
    make_committee("ISO/TC 61", "ISO", title="Plastics")
    client = client_of("iec_member")
    assert text_of(client.get("/proposals/committees/?committee=tc 61")).count("<option") == 2
    assert text_of(client.get("/proposals/committees/?committee=household&own=1")).count("<option") == 1
    assert text_of(client.get("/proposals/committees/?committee=%00")).count("<option") == 0


def test_the_second_who_declares_for_a_committee_sees_the_first_answer_and_replaces_it_knowingly(cast, client_of):
    proposal = make_circulated(cast)
    make_committee("IEC TC 61", "IEC")
    address = f"{proposal.get_absolute_url()}interest/"
    client_of("iec_member").post(address, {"committee": "IEC TC 61", "answer": "overlap", "note": "Theirs."})
    second = client_of("iec_member2")
    mine = {"committee": "IEC TC 61", "answer": "none", "note": "Mine."}
    page = second.post(address, mine)
    text = page.content.decode()
    assert "Somebody changed this while you were writing" in text
    assert "Theirs." in text
    assert "Mine." in text
    assert proposal.interests.get().answer == "overlap"
    second.post(address, {**mine, "replaces": page.context["form"]["replaces"].value()})
    assert proposal.interests.get().answer == "none"
    second.post(address, mine)
    assert proposal.history.filter(action="declare").count() == 2
