"""Comments, questions to committees and interests."""

import uuid

import pytest

from core.moves import NotAllowed, Refused, WrongState
from organizations.tests.factories import make_committee
from post.models import Delivery
from proposals.models import Interest, ProposalRemark
from proposals.services.replies import (
    ask_committee,
    comment_on_proposal,
    declare_interest,
    reopen_comment,
    resolve_comment,
)
from proposals.tests.factories import actions, addresses, make_circulated, make_proposal


def test_comment_is_in_the_capacity_of_the_organization(cast):
    proposal = make_circulated(cast)
    remark = comment_on_proposal(proposal, cast.iec_member, "We see an overlap.", stance="concern")
    assert (remark.organization, remark.stance, remark.late) == (cast.IEC, "concern", False)
    assert addresses() == ["iso.secretary@spcg.example"]
    assert proposal.history.get().organization == "IEC"


def test_comment_after_the_deadline_is_accepted_and_marked_late(cast):
    proposal = make_circulated(cast, days=-1)
    remark = comment_on_proposal(proposal, cast.itu_t_member, "Late, but here.")
    assert remark.late
    assert proposal.history.get().text == "commented, after the deadline"


def test_comment_on_behalf_of_a_committee_of_the_own_organization_only(cast):
    proposal = make_circulated(cast)
    own, joint = make_committee("IEC TC 111", "IEC"), make_committee("ISO/IEC JTC 1", "ISO", "IEC")
    for committee in (own, joint):
        remark = comment_on_proposal(proposal, cast.iec_member, "We agree.", committee=committee)
        assert remark.committee == committee
    with pytest.raises(Refused):
        comment_on_proposal(proposal, cast.itu_t_member, "We agree.", committee=joint)


def test_comment_with_the_same_token_is_one(cast):
    proposal, token = make_circulated(cast), uuid.uuid4()
    for _click in range(2):
        comment_on_proposal(proposal, cast.iec_member, "Once.", token=token)
    assert (ProposalRemark.objects.count(), actions(proposal), len(addresses())) == (1, ["comment"], 1)


def test_reply_tells_the_author_and_belongs_to_the_same_proposal(cast):
    proposal = make_circulated(cast)
    remark = comment_on_proposal(proposal, cast.iec_member, "Which committees?")
    Delivery.objects.count()
    reply = comment_on_proposal(proposal, cast.iso_secretary, "TC 61.", parent=remark)
    assert reply.parent == remark
    assert addresses() == ["iec.member@spcg.example", "iso.secretary@spcg.example"]
    with pytest.raises(Refused):
        comment_on_proposal(make_circulated(cast), cast.iso_secretary, "Elsewhere.", parent=remark)


@pytest.mark.parametrize("person", ["observer", "administrator", "outsider", "disabled"])
def test_readers_do_not_comment(cast, person):
    with pytest.raises(NotAllowed):
        comment_on_proposal(make_circulated(cast), cast.fresh(person), "Hello.")


def test_a_draft_is_not_commented(cast):
    with pytest.raises(WrongState):
        comment_on_proposal(make_proposal(cast), cast.iso_secretary, "Too early.")


def test_resolve_and_reopen_are_on_the_record_once_each(cast):
    proposal = make_circulated(cast)
    remark = comment_on_proposal(proposal, cast.iec_member, "Name the scope.")
    for _click in range(2):
        resolve_comment(remark, cast.iso_secretary, "Added to the scope.")
    assert (remark.resolved_label, remark.resolution) == ("ISO secretary", "Added to the scope.")
    for _click in range(2):
        reopen_comment(remark, cast.iec_member)
    assert remark.resolved_at is None
    assert actions(proposal) == ["comment", "resolve", "reopen"]


def test_ask_tells_the_people_of_the_committees_organizations_once(cast):
    proposal, committee = make_circulated(cast), make_committee("ISO/IEC JTC 1", "ISO", "IEC")
    for _click in range(2):
        interest = ask_committee(proposal, committee, cast.iso_secretary)
    assert (interest.answer, interest.asked_by_label) == ("no_answer", "ISO secretary")
    assert addresses() == sorted(
        ["iso.member@spcg.example", "iso.member2@spcg.example"]
        + [f"iec.{role}@spcg.example" for role in ("secretary", "member", "member2")]
    )
    assert actions(proposal) == ["ask"]


def test_ask_refuses_a_disbanded_committee(cast):
    committee = make_committee("IEC TC 12", "IEC", status="disbanded/merged")
    with pytest.raises(Refused, match="disbanded"):
        ask_committee(make_circulated(cast), committee, cast.iso_secretary)


def test_declare_answers_what_was_asked_and_tells_who_asked(cast):
    proposal, committee = make_circulated(cast), make_committee("ITU-T SG17", "ITU-T", kind="SG")
    ask_committee(proposal, committee, cast.iec_secretary)
    before = Delivery.objects.count()
    interest = declare_interest(proposal, committee, cast.itu_t_member, "joint", "Connected products only.")
    assert (interest.answer, interest.note, interest.is_positive) == ("joint", "Connected products only.", True)
    told = sorted(row.address for row in Delivery.objects.order_by("pk")[before:])
    assert told == ["iec.secretary@spcg.example", "iso.secretary@spcg.example"]


def test_declare_again_replaces_and_keeps_the_earlier_answer_in_history(cast):
    proposal, committee = make_circulated(cast), make_committee("IEC TC 61", "IEC")
    declare_interest(proposal, committee, cast.iec_member, "interested")
    declare_interest(proposal, committee, cast.iec_member, "interested")
    declare_interest(proposal, committee, cast.iec_secretary, "overlap")
    assert Interest.objects.get().answer == "overlap"
    assert [entry.before["answer"] for entry in proposal.history.order_by("pk")] == ["no_answer", "interested"]


def test_declare_is_for_committees_of_the_own_organization(cast):
    proposal = make_circulated(cast)
    foreign, joint = make_committee("ISO/TC 176", "ISO"), make_committee("ISO/IEC JTC 1", "ISO", "IEC")
    with pytest.raises(NotAllowed):
        declare_interest(proposal, foreign, cast.iec_member, "interested")
    with pytest.raises(NotAllowed):
        declare_interest(proposal, joint, cast.itu_t_secretary, "interested")
    assert declare_interest(proposal, joint, cast.iec_member, "interested").answer == "interested"
    assert Interest.objects.count() == 1


@pytest.mark.parametrize("answer", ["no_answer", "perhaps", ""])
def test_declare_needs_an_answer(cast, answer):
    with pytest.raises(Refused):
        declare_interest(make_circulated(cast), make_committee("IEC TC 61", "IEC"), cast.iec_member, answer)


def test_token_of_another_proposal_or_person_makes_a_comment_of_its_own(cast):
    first, second, token = make_circulated(cast), make_circulated(cast, title="Other"), uuid.uuid4()
    one = comment_on_proposal(first, cast.iec_member, "We agree.", token=token)
    there = comment_on_proposal(second, cast.iec_member, "We agree.", token=token)
    other = comment_on_proposal(first, cast.itu_t_member, "We agree.", token=token)
    assert len({one.pk, there.pk, other.pk}) == 3
    assert (there.subject, other.author) == (second, cast.itu_t_member)


def test_other_words_on_a_page_brought_back_are_another_comment(cast):
    proposal, token = make_circulated(cast), uuid.uuid4()
    comment_on_proposal(proposal, cast.iec_member, "We agree.", token=token)
    comment_on_proposal(proposal, cast.iec_member, "One thing more.", token=token)
    assert [remark.text for remark in proposal.remarks.order_by("pk")] == ["We agree.", "One thing more."]
