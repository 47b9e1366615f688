"""A proposal's own services: rows, history, deliveries."""

import io
import uuid
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.dates import moment, today
from core.models import SearchText
from core.moves import AlreadyDone, Conflict, NotAllowed, Refused, Stale, WrongState
from documents.judge import judge_upload
from post.models import Delivery, Notification
from proposals.models import ForwardedComments, Proposal
from proposals.services.circulation import circulate_proposal, extend_deadline
from proposals.services.forwarding import forward_comments
from proposals.services.proposals import (
    attach_proposal_file,
    close_without_action,
    edit_proposal,
    log_proposal,
    record_outcome,
    withdraw_proposal,
)
from proposals.services.replies import comment_on_proposal
from proposals.tests.factories import actions, addresses, make_circulated, make_proposal

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
EVERYBODY = sorted(
    f"{code}.{role}@spcg.example" for code in ("iso", "iec", "itu.t") for role in ("secretary", "member", "member2")
)


def upload(content=PDF, name="Proposal form.pdf"):
    file = SimpleUploadedFile(name, content)
    return judge_upload(name, file), file


def values(cast, **overrides):
    return {
        "organization": cast.ISO,
        "title": "Consumer product safety management",
        "proposer": "SAC",
        "scope": "Safety of consumer products.",
        "received_on": date(2020, 9, 21),
        **overrides,
    }


def test_log_gives_the_next_number_of_the_year_and_tells_nobody(cast):
    first = log_proposal(cast.iso_secretary, **values(cast))
    second = log_proposal(cast.iso_secretary, **values(cast))
    other_year = log_proposal(cast.iso_secretary, **values(cast, received_on=date(2021, 1, 4)))
    assert [first.reference, second.reference, other_year.reference] == ["2020-01", "2020-02", "2021-01"]
    assert (first.state, first.logged_by_label) == ("draft", "ISO secretary")
    assert actions(first) == ["log"]
    assert Delivery.objects.count() == 0


def test_log_never_reuses_the_number_of_what_was_withdrawn(cast):
    first = log_proposal(cast.iso_secretary, **values(cast))
    withdraw_proposal(first, cast.iso_secretary, reason="Logged by mistake.")
    assert log_proposal(cast.iso_secretary, **values(cast)).reference == "2020-02"


def test_log_with_the_same_token_is_one_proposal(cast):
    token = uuid.uuid4()
    first = log_proposal(cast.iso_secretary, **values(cast, token=token))
    again = log_proposal(cast.iso_secretary, **values(cast, token=token))
    assert (first.pk, Proposal.objects.count(), actions(first)) == (again.pk, 1, ["log"])


def test_log_takes_the_reference_of_the_past_once(cast):
    past = log_proposal(cast.iso_secretary, **values(cast, reference="2020-11", at=moment(date(2020, 9, 21))))
    assert (past.reference, past.number) == ("2020-11", 11)
    assert past.history.get().at == moment(date(2020, 9, 21))
    with pytest.raises(Refused):
        log_proposal(cast.iso_secretary, **values(cast, reference="2020-11"))


@pytest.mark.parametrize("person", ["iec_secretary", "iso_member", "observer", "administrator", "outsider"])
def test_log_is_for_the_secretary_of_that_organization(cast, person):
    with pytest.raises(NotAllowed):
        log_proposal(cast.fresh(person), **values(cast))
    assert Proposal.objects.count() == 0


def test_log_keeps_the_files_and_finds_the_draft_only_for_those_who_see_drafts(cast):
    proposal = log_proposal(cast.iso_secretary, **values(cast, files=[upload()]))
    assert [file.name for file in proposal.attachments.all()] == ["Proposal form.pdf"]
    assert actions(proposal) == ["log", "attach"]
    assert SearchText.objects.get(kind="proposal").audience == "secretaries"


def test_attach_the_same_content_twice_is_one_file(cast):
    proposal = make_proposal(cast)
    attach_proposal_file(proposal, cast.iso_secretary, *upload())
    attach_proposal_file(proposal, cast.iso_secretary, *upload(name="Copy.pdf"))
    assert proposal.attachments.count() == 1
    assert actions(proposal) == ["attach"]


def test_edit_keeps_before_and_after_and_refuses_an_old_version(cast):
    proposal = make_proposal(cast)
    edit_proposal(proposal, cast.iso_secretary, 1, title="Product safety")
    entry = proposal.history.get()
    assert (entry.before, entry.after) == (
        {"title": "Consumer product safety management"},
        {"title": "Product safety"},
    )
    with pytest.raises(Conflict) as conflict:
        edit_proposal(proposal, cast.iso_secretary, 1, title="Safety of products")
    assert conflict.value.current.title == "Product safety"
    assert Proposal.objects.get().title == "Product safety"


def test_edit_leaves_the_deadline_of_what_is_circulated(cast):
    proposal = make_circulated(cast)
    before = proposal.reply_by_on
    edit_proposal(proposal, cast.iso_secretary, 1, reply_by_on=today() + timedelta(days=90), scope="New scope.")
    assert (proposal.reply_by_on, proposal.scope) == (before, "New scope.")


def test_circulate_writes_one_ledger_row_for_every_secretary_and_member(cast):
    proposal = make_proposal(cast)
    circulate_proposal(proposal, cast.iso_secretary, reply_by_on=today() + timedelta(days=28))
    assert addresses() == EVERYBODY
    assert sorted(Notification.objects.values_list("user__email", flat=True)) == EVERYBODY
    assert (proposal.state, proposal.circulated_by) == ("circulated", cast.iso_secretary)
    assert actions(proposal) == ["circulate"]
    assert SearchText.objects.get(kind="proposal").audience == "shared"


def test_circulate_mails_lead_to_the_comments_and_say_by_when(cast):
    proposal = make_proposal(cast)
    circulate_proposal(proposal, cast.iso_secretary, reply_by_on=date(2090, 3, 3))
    delivery = Delivery.objects.get(address="iec.member2@spcg.example")
    body = delivery.mailing.bodies.get()
    assert body.subject.startswith("For comment by 3 March 2090: Consumer product")
    assert f"/proposals/{proposal.reference}/#comments" in body.text
    assert "Friday 3 March 2090, 23:59 CET" in body.text


def test_circulate_twice_is_one_mailing(cast):
    proposal = make_proposal(cast)
    stale = Proposal.objects.get(pk=proposal.pk)
    circulate_proposal(proposal, cast.iso_secretary, reply_by_on=today())
    for again in (proposal, stale):
        with pytest.raises(AlreadyDone):
            circulate_proposal(again, cast.iso_secretary, reply_by_on=today())
    assert len(addresses()) == 9


def test_circulate_refuses_a_date_in_the_past_and_a_draft_changed_since_the_check(cast):
    proposal = make_proposal(cast)
    with pytest.raises(Refused):
        circulate_proposal(proposal, cast.iso_secretary, reply_by_on=today() - timedelta(days=1))
    edit_proposal(proposal, cast.iso_secretary, 1, title="Other title")
    with pytest.raises(Stale):
        circulate_proposal(proposal, cast.iso_secretary, reply_by_on=today(), version=1)
    assert (Proposal.objects.get().state, addresses()) == ("draft", [])


def test_circulate_of_the_past_delivers_nothing(cast):
    proposal = make_proposal(cast, received_on=date(2020, 9, 21))
    circulate_proposal(proposal, cast.iso_secretary, reply_by_on=date(2020, 10, 23), at=moment(date(2020, 9, 24)))
    assert (proposal.circulated_at, addresses()) == (moment(date(2020, 9, 24)), [])


def test_extend_gives_more_time_and_tells_everybody_why(cast):
    proposal = make_circulated(cast, days=-1)
    assert proposal.is_closed()
    day = today() + timedelta(days=7)
    extend_deadline(proposal, cast.iso_secretary, 1, reply_by_on=day, reason="Two committees meet next week.")
    assert (proposal.reply_by_on, proposal.is_closed(), addresses()) == (day, False, EVERYBODY)
    assert proposal.history.get().before == {"reply_by_on": str(today() - timedelta(days=1))}


def test_extend_twice_is_once_and_never_shortens(cast):
    proposal = make_circulated(cast, days=5)
    day = today() + timedelta(days=9)
    extend_deadline(proposal, cast.iso_secretary, 1, reply_by_on=day, reason="Holidays.")
    extend_deadline(proposal, cast.iso_secretary, 1, reply_by_on=day, reason="Holidays.")
    with pytest.raises(Refused):
        extend_deadline(proposal, cast.iso_secretary, 2, reply_by_on=today(), reason="Faster.")
    assert actions(proposal) == ["extend"]


def test_forward_keeps_the_comments_as_they_stand_and_mails_the_secretary(cast):
    proposal = make_circulated(cast)
    comment_on_proposal(proposal, cast.iec_member, "Keep to management.", stance="concern")
    Delivery.objects.all()
    Proposal.objects.filter(pk=proposal.pk).update(reply_by_on=today() - timedelta(days=1))
    proposal.refresh_from_db()
    before = Delivery.objects.count()
    forwarded = forward_comments(proposal, cast.iec_secretary)
    assert "IEC member for IEC" in forwarded.text
    assert "has a concern" in forwarded.text
    assert "Keep to management." in forwarded.text
    assert (forwarded.count, proposal.state) == (1, "forwarded")
    new = Delivery.objects.order_by("pk")[before:]
    assert sorted(row.address for row in new) == ["iec.secretary@spcg.example", "iso.secretary@spcg.example"]
    assert {row.body.files.get().size for row in new} == {forwarded.attachments.get().size}
    comment_on_proposal(proposal, cast.iso_member, "Later.")
    assert ForwardedComments.objects.get().text == forwarded.text


def test_forward_waits_for_the_deadline_and_for_an_answer(cast):
    with pytest.raises(WrongState):
        forward_comments(make_circulated(cast), cast.iso_secretary)
    with pytest.raises(Refused, match="Nobody has commented"):
        forward_comments(make_circulated(cast, days=-1), cast.iso_secretary)


def test_close_waits_for_the_deadline_and_tells_everybody(cast):
    with pytest.raises(WrongState):
        close_without_action(make_circulated(cast), cast.iso_secretary, reason="No overlap.")
    proposal = make_circulated(cast, days=-1)
    close_without_action(proposal, cast.iso_secretary, reason="No overlap.")
    assert (proposal.state, proposal.closing_reason, addresses()) == ("no_action", "No overlap.", EVERYBODY)


def test_withdraw_of_a_draft_tells_nobody(cast):
    proposal = make_proposal(cast)
    withdraw_proposal(proposal, cast.iso_secretary, reason="The proposer withdrew it.")
    assert (proposal.state, addresses()) == ("withdrawn", [])
    circulated = make_circulated(cast)
    withdraw_proposal(circulated, cast.iso_secretary, reason="The proposer withdrew it.")
    assert addresses() == EVERYBODY


def test_record_the_outcome_once_and_again_when_it_comes_back(cast):
    proposal = make_circulated(cast, days=-1, state="no_action")
    deferred = {"result": "deferred", "result_on": today(), "next_step": "Back in spring."}
    record_outcome(proposal, cast.iso_secretary, **deferred)
    record_outcome(proposal, cast.iso_secretary, **deferred)
    record_outcome(proposal, cast.iso_secretary, result="approved", result_on=today(), next_step="New committee.")
    assert (proposal.state, proposal.result, proposal.next_step) == ("outcome", "approved", "New committee.")
    assert actions(proposal) == ["record", "record"]


@pytest.mark.parametrize("wrong", [{"result": "unknown"}, {"result": "perhaps"}, {"result_on": date(2090, 1, 1)}])
def test_record_refuses_no_result_and_the_future(cast, wrong):
    proposal = make_circulated(cast, days=-1, state="forwarded")
    with pytest.raises(Refused):
        record_outcome(proposal, cast.iso_secretary, **{"result": "approved", "result_on": today(), **wrong})


def test_a_file_with_a_false_name_is_refused():
    with pytest.raises(Exception, match="program"):
        judge_upload("form.docx", io.BytesIO(b"MZ" + b"\0" * 200))
