"""Replies that came by e-mail: recorded by a secretary for the own organization, and for no other."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from core.dates import format_date, today
from core.moves import NotAllowed, Refused
from organizations.tests.factories import make_committee
from proposals.models import Interest, InterestAnswer, ProposalRemark
from proposals.queries.answers import has_answered
from proposals.services.received import receive_answer, receive_comment
from proposals.tests.factories import actions, addresses, make_circulated, make_proposal


def posted(**more):
    values = {"token": uuid.uuid4(), "said_by": "Chair of IEC TC 61", "received_on": format_date(today())}
    return {**values, "text": "We agree.", "stance": "supports", "answer": "", **more}


def url(proposal):
    return reverse("proposals:receive", args=[proposal.reference])


def test_a_recorded_comment_says_who_wrote_it_when_and_who_recorded_it(cast, client_of):
    proposal = make_circulated(cast)
    page = client_of("iec_secretary").post(url(proposal), posted(), follow=True).content.decode()
    remark = ProposalRemark.objects.get()
    assert (remark.author_label, remark.organization, remark.late) == ("Chair of IEC TC 61", cast.IEC, False)
    assert "Chair of IEC TC 61" in page
    assert f"received by e-mail on {format_date(today())}, recorded by IEC secretary" in page
    assert proposal.history.get().text == f"recorded what Chair of IEC TC 61 wrote by e-mail on {format_date(today())}"
    assert actions(proposal) == ["receive"]


def test_a_double_click_records_one(cast, client_of):
    proposal, client, data = make_circulated(cast), client_of("iec_secretary"), posted()
    for _click in range(2):
        client.post(url(proposal), data)
    assert ProposalRemark.objects.count() == 1


@pytest.mark.parametrize(("days_ago", "late"), [(3, False), (2, False), (1, True), (0, True)])
def test_late_is_judged_by_the_day_it_was_received(cast, days_ago, late):
    circulated = {"days": -2, "circulated_at": cast.ISO and _noon(-9)}
    proposal = make_circulated(cast, **circulated)
    received_on = today() - timedelta(days=days_ago)
    remark = receive_comment(proposal, cast.iec_secretary, "Yes.", received_on=received_on, said_by="IEC TC 61")
    assert remark.late is late


def _noon(days):
    from core.dates import moment

    return moment(today() + timedelta(days=days))


def test_the_sender_counts_as_having_answered_and_is_told(cast):
    proposal = make_circulated(cast)
    assert not has_answered(proposal, cast.iec_member)
    receive_comment(proposal, cast.iec_secretary, "Yes.", received_on=today(), sender=cast.iec_member)
    assert has_answered(proposal, cast.iec_member)
    assert not has_answered(proposal, cast.iec_member2)
    assert addresses() == ["iec.member@spcg.example", "iso.secretary@spcg.example"]


def test_an_answer_of_a_committee_keeps_the_earlier_one(cast, client_of):
    proposal, committee = make_circulated(cast), make_committee("IEC TC 61", "IEC")
    client = client_of("iec_secretary")
    client.post(url(proposal), posted(answer="interested", committee="IEC TC 61", text="First."))
    stamp = Interest.objects.get().stamp
    page = client.post(
        url(proposal), posted(answer="lead", committee="IEC TC 61", text="Second.", replaces=stamp), follow=True
    ).content.decode()
    interest = Interest.objects.get()
    assert (interest.answer, interest.note, interest.committee) == ("lead", "Second.", committee)
    assert list(InterestAnswer.objects.values_list("answer", "recorded_label")) == [
        ("lead", "IEC secretary"),
        ("interested", "IEC secretary"),
    ]
    assert "1 earlier answer" in page
    assert "First." in page


def test_another_answer_that_stands_is_shown_before_it_is_replaced(cast, client_of):
    proposal = make_circulated(cast)
    make_committee("IEC TC 61", "IEC")
    client = client_of("iec_secretary")
    client.post(url(proposal), posted(answer="interested", committee="IEC TC 61", text="First."))
    page = client.post(url(proposal), posted(answer="lead", committee="IEC TC 61", text="Mine.")).content.decode()
    assert "First." in page
    assert "Mine." in page
    assert Interest.objects.get().answer == "interested"


# Never for another organization -------------------------------------------------------------------------------------


def test_the_service_refuses_another_organizations_person_and_committee(cast):
    proposal, foreign = make_circulated(cast), make_committee("ISO/TC 1", "ISO")
    by, day = cast.iec_secretary, today()
    for more in ({"sender": cast.iso_member}, {"said_by": "X", "committee": foreign}, {"sender": cast.observer}):
        with pytest.raises(NotAllowed):
            receive_comment(proposal, by, "Yes.", received_on=day, **more)
    with pytest.raises(NotAllowed):
        receive_answer(proposal, foreign, by, "lead", received_on=day, said_by="ISO/TC 1")
    assert (ProposalRemark.objects.count(), Interest.objects.count()) == (0, 0)


@pytest.mark.parametrize("person", ["iec_member", "observer", "administrator"])
def test_only_a_secretary_records(cast, person):
    with pytest.raises(NotAllowed):
        receive_comment(make_circulated(cast), cast.fresh(person), "Yes.", received_on=today(), said_by="X")


def test_a_secretary_without_the_right_to_write_does_not(cast):
    cast.iec_secretary.appointments.update(may_write=False)
    with pytest.raises(NotAllowed):
        receive_comment(make_circulated(cast), cast.iec_secretary, "Yes.", received_on=today(), said_by="X")


def test_a_tampered_form_records_for_the_own_organization_or_nothing(cast, client_of):
    proposal, client = make_circulated(cast), client_of("iec_secretary")
    make_committee("ISO/TC 1", "ISO")
    page = client.post(url(proposal), posted(sender=cast.iso_member.pk)).content.decode()
    assert "not one of the available choices" in page
    client.post(url(proposal), posted(committee="ISO/TC 1"))
    client.post(url(proposal), posted(committee="ISO/TC 1", answer="lead"))
    assert (ProposalRemark.objects.count(), Interest.objects.count()) == (0, 0)
    hidden = {"organization": cast.ISO.pk, "organization_id": cast.ISO.pk, "author": cast.iso_member.pk}
    client.post(url(proposal), posted(**hidden))
    remark = ProposalRemark.objects.get()
    assert (remark.organization, remark.author) == (cast.IEC, cast.iec_secretary)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"said_by": ""}, "Choose who wrote it"),
        ({"text": ""}, "Enter what was written."),
        ({"answer": "lead"}, "Enter the acronym of the committee that answers."),
        ({"answer": "perhaps"}, "not one of the available choices"),
        ({"received_on": "tomorrow"}, "Enter a date, for example"),
        ({"received_on": "1 January 2090"}, "not in the future"),
        ({"received_on": "1 January 2001"}, "when it was circulated, to today"),
        ({"sender": "0"}, "not one of the available choices"),
        ({"committee": "IEC TC 999"}, "No committee is called"),
        ({"stance": "angry"}, "not one of the available choices"),
        ({"text": "x" * 50_001}, "at most 50000 characters"),
    ],
)
def test_a_wrong_form_is_explained_and_kept(cast, client_of, wrong, words):
    page = client_of("iec_secretary").post(url(make_circulated(cast)), posted(**wrong)).content.decode()
    assert words in page
    assert ProposalRemark.objects.count() == 0


def test_nothing_is_received_on_a_draft(cast, client_of):
    proposal = make_proposal(cast)
    client_of("iso_secretary").post(url(proposal), posted(said_by="X"))
    with pytest.raises(Refused):
        receive_comment(proposal, cast.iso_secretary, "Yes.", received_on=today(), said_by="X")
    assert ProposalRemark.objects.count() == 0
