"""The package of comments: checked, sent, kept; and again when there is something newer."""

import io
import uuid
from datetime import date, timedelta

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from core.dates import today
from core.moves import Refused, Stale
from documents.publishing.docx import docx_body_text
from organizations.models import Appointment
from organizations.tests.factories import make_committee
from post.models import Delivery
from proposals.models import ForwardedComments, Proposal, ProposalRemark
from proposals.queries import comments_forwarded_between
from proposals.queries.comments import comment_rows
from proposals.services.comments import dispose_comment
from proposals.services.forwarding import forward_comments, package_for
from proposals.services.replies import comment_on_proposal, declare_interest
from proposals.tests.factories import addresses, make_circulated


def url(name, proposal, *args):
    return reverse(f"proposals:{name}", args=[proposal.reference, *args])


def as_shown(response, **changes):
    return {field.name: field.value() or "" for field in response.context["form"]} | changes


def make_commented(cast, **more):
    """Comments are closed; two comments, one of them with a reply and a disposition."""
    proposal = make_circulated(cast, **more)
    committee = make_committee("IEC TC 111", "IEC")
    first = comment_on_proposal(proposal, cast.iec_member, "=Keep to management.", stance="concern")
    comment_on_proposal(proposal, cast.iec_secretary, "We agree.", stance="supports", committee=committee)
    comment_on_proposal(proposal, cast.iso_member, "Why?", parent=first)
    dispose_comment(first, cast.iso_secretary, 1, disposition="partly", reason="Scope reworded.")
    declare_interest(proposal, committee, cast.iec_member, "overlap", "One expert.")
    Proposal.objects.filter(pk=proposal.pk).update(reply_by_on=today() - timedelta(days=1))
    Delivery.objects.all().delete()
    return Proposal.objects.get(pk=proposal.pk)


def test_the_table_numbers_comments_and_replies(cast):
    rows = comment_rows(make_commented(cast))
    assert [row[:3] for row in rows] == [
        ("1", "IEC member for IEC", "Has a concern"),
        ("1.1", "ISO member for ISO", ""),
        ("2", "IEC secretary on behalf of IEC TC 111", "Supports"),
    ]
    assert rows[0][3:7] == ("=Keep to management.", "Partly accepted", "Scope reworded.", today())


def test_the_table_as_a_workbook_calculates_nothing(cast, client_of):
    response = client_of("observer").get(url("comments", make_commented(cast), "xlsx"))
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    assert [cell.value for cell in sheet[1]][:7] == [
        *("No.", "Organization and capacity", "Stance", "Comment", "Disposition", "Reason"),
        "Date of the disposition",
    ]
    cell = sheet["D2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=Keep to management.", "s", True)


def test_the_table_in_word_holds_comments_dispositions_and_interests(cast, client_of):
    response = client_of("observer").get(url("comments", make_commented(cast), "docx"))
    text = docx_body_text(response.content)
    for words in (
        "=Keep to management.",
        "Partly accepted",
        "Scope reworded.",
        "on behalf of IEC TC 111",
        "Sees overlap",
    ):
        assert words in text
    assert "2 comments: 1 partly accepted, 1 without disposition." in text


@pytest.mark.parametrize(("format", "status"), [("pdf", 200), ("csv", 200), ("exe", 404), ("xlsx%00", 404)])
def test_other_formats(cast, client_of, format, status):
    address = url("comments", make_commented(cast), "docx").replace("docx", format)
    assert client_of("observer").get(address).status_code == status


def test_a_named_address_gets_one_row_and_the_sender_a_copy(cast):
    proposal = make_commented(cast)
    forwarded = forward_comments(proposal, cast.iec_secretary, address="office@iso.example")
    assert addresses() == ["iec.secretary@spcg.example", "iso.secretary@spcg.example", "office@iso.example"]
    assert forwarded.recipients == ["ISO secretary <iso.secretary@spcg.example>", "office@iso.example"]
    file = forwarded.attachments.get()
    contents = {row.body.files.get().content.read() for row in Delivery.objects.all()}
    assert contents == {file.file.read()}
    assert "partly accepted" in Delivery.objects.first().body.text


def test_the_receiving_secretary_forwards_with_one_mail(cast):
    forward_comments(make_commented(cast), cast.iso_secretary)
    assert addresses() == ["iso.secretary@spcg.example"]


def test_without_a_secretary_an_address_is_needed(cast):
    proposal = make_commented(cast)
    Appointment.objects.filter(role="secretary", organization=cast.ISO).delete()
    with pytest.raises(Refused, match="has no secretary"):
        forward_comments(proposal, cast.iec_secretary)
    proposal.refresh_from_db()
    forward_comments(proposal, cast.iec_secretary, address="office@iso.example")
    assert addresses() == ["iec.secretary@spcg.example", "office@iso.example"]


def test_the_same_token_is_one_sending(cast):
    proposal, token = make_commented(cast), uuid.uuid4()
    first, second = (forward_comments(proposal, cast.iec_secretary, token=token) for _click in range(2))
    assert first == second
    assert len(addresses()) == 2


def test_what_is_sent_is_what_was_checked(cast):
    proposal = make_commented(cast)
    stamp = package_for(proposal).stamp
    comment_on_proposal(proposal, cast.itu_t_member, "One thing more.")
    with pytest.raises(Stale, match="no longer what you checked"):
        forward_comments(proposal, cast.iec_secretary, checked=stamp)
    proposal.refresh_from_db()
    assert (proposal.state, ForwardedComments.objects.count()) == ("circulated", 0)
    forward_comments(proposal, cast.iec_secretary, checked=package_for(proposal).stamp)


def test_forwarded_again_only_with_something_newer_or_to_somebody_new(cast):
    proposal = make_commented(cast)
    first = forward_comments(proposal, cast.iec_secretary)
    with pytest.raises(Refused, match="exactly this already"):
        forward_comments(proposal, cast.iso_secretary)
    ProposalRemark.objects.update(at=timezone.now() - timedelta(hours=2))
    ForwardedComments.objects.update(at=timezone.now() - timedelta(hours=1))
    comment_on_proposal(proposal, cast.itu_t_member, "One thing more.")
    assert package_for(proposal).new == 1
    second = forward_comments(proposal, cast.iso_secretary)
    assert (first.count, second.count, proposal.state) == (3, 4, "forwarded")
    assert first.attachments.get().sha256 != second.attachments.get().sha256
    forward_comments(proposal, cast.iso_secretary, address="office@iso.example")
    assert list(comments_forwarded_between(today() - timedelta(days=1), today())) == [first]


def test_the_page_shows_everything_before_it_goes(cast, client_of):
    proposal, client = make_commented(cast), client_of("iec_secretary")
    page = client.get(url("forward", proposal))
    text = page.content.decode()
    for words in (
        "iso.secretary@spcg.example",
        "Forward 3 comments to 1 recipient",
        "=Keep to management.",
        "You get a copy.",
    ):
        assert words in text
    named = as_shown(page, address="office@iso.example")
    again = client.post(url("forward", proposal), named)
    assert "Nothing has been sent." in again.content.decode()
    assert "Forward 3 comments to 2 recipients" in again.content.decode()
    assert addresses() == []
    for _click in range(2):
        client.post(url("forward", proposal), as_shown(again))
    assert len(addresses()) == 3
    forwarded = ForwardedComments.objects.get()
    file = client_of("observer").get(url("forwarded", proposal, forwarded.pk))
    assert b"".join(file.streaming_content) == forwarded.attachments.get().file.read()
    assert "The file as sent" in client.get(proposal.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    "address", ["office", "a@b.example, c@d.example", "x" * 300 + "@iso.example", "a@b\r\nBcc: c@d.example"]
)
def test_a_wrong_address_sends_nothing_and_keeps_it(cast, client_of, address):
    proposal, client = make_commented(cast), client_of("iec_secretary")
    page = client.get(url("forward", proposal))
    response = client.post(url("forward", proposal), as_shown(page, address=address))
    assert response.status_code == 200
    assert "Error" in response.content.decode()
    assert (addresses(), ForwardedComments.objects.count()) == ([], 0)


def test_new_comments_since_are_counted_on_the_record(cast, client_of):
    proposal = make_commented(cast)
    forward_comments(proposal, cast.iec_secretary)
    ForwardedComments.objects.update(at=timezone.now() - timedelta(hours=1))
    ProposalRemark.objects.update(at=timezone.now() - timedelta(hours=2))
    for n in range(3):
        comment_on_proposal(proposal, cast.itu_t_member, f"More {n}.")
    assert (
        "Forward again: 3 comments are new since"
        in client_of("iso_secretary").get(proposal.get_absolute_url()).content.decode()
    )
    page = client_of("observer").get(proposal.get_absolute_url()).content.decode()
    assert "3 comments are new since." in page
    assert "Forward again" not in page


def test_edit_and_dispose_from_their_pages(cast, client_of):
    proposal = make_circulated(cast)
    remark = comment_on_proposal(proposal, cast.iec_member, "Keep to management.")
    author, secretary = client_of("iec_member"), client_of("iso_secretary")
    assert "Edit<span" in author.get(proposal.get_absolute_url()).content.decode()
    page = author.get(url("edit_comment", proposal, remark.pk))
    author.post(url("edit_comment", proposal, remark.pk), as_shown(page, text="Keep to safety."))
    stale = author.post(url("edit_comment", proposal, remark.pk), as_shown(page, text="Other tab.")).content.decode()
    assert "Somebody changed this" in stale
    assert "Other tab." in stale
    shown = secretary.get(proposal.get_absolute_url()).content.decode()
    assert "edited " in shown
    assert "Keep to safety." in shown
    wrong = secretary.post(
        url("dispose", proposal, remark.pk), {"version": 2, "disposition": "accepted", "reason": " "}
    )
    assert "Give the reason" in wrong.content.decode()
    secretary.post(url("dispose", proposal, remark.pk), {"version": 2, "disposition": "noted", "reason": ""})
    shown = secretary.get(proposal.get_absolute_url()).content.decode()
    assert "Change the disposition" in shown
    assert "<b>Noted</b>" in shown
    refused = author.get(url("edit_comment", proposal, remark.pk), follow=True).content.decode()
    assert "disposition already" in refused


def test_after_the_hour_the_typed_words_stay_on_the_page(cast, client_of):
    proposal, client = make_circulated(cast), client_of("iec_member")
    remark = comment_on_proposal(proposal, cast.iec_member, "Keep to management.")
    page = client.get(url("edit_comment", proposal, remark.pk))
    ProposalRemark.objects.update(at=timezone.now() - timedelta(minutes=61))
    text = client.post(url("edit_comment", proposal, remark.pk), as_shown(page, text="Too late.")).content.decode()
    assert "within one hour" in text
    assert "Too late." in text
    assert (
        client.get(url("edit_comment", proposal, remark.pk), follow=True).content.decode().count("within one hour") == 1
    )


@pytest.mark.parametrize("wrong", [{"disposition": "x"}, {"disposition": ""}, {"reason": "x" * 501}, {"version": "x"}])
def test_a_wrong_disposition_is_answered(cast, client_of, wrong):
    proposal = make_circulated(cast)
    remark = comment_on_proposal(proposal, cast.iec_member, "Keep to management.")
    data = {"version": 1, "disposition": "accepted", "reason": "Mine.", **wrong}
    response = client_of("iso_secretary").post(url("dispose", proposal, remark.pk), data)
    assert response.status_code == 200
    remark.refresh_from_db()
    assert remark.disposition == ""


def test_a_loaded_sending_keeps_its_file_and_mails_nobody(cast):
    proposal = make_commented(cast)
    from core.dates import moment

    day = date(2027, 1, 5)
    forwarded = forward_comments(proposal, cast.iso_secretary, at=moment(day))
    assert addresses() == []
    assert forwarded.attachments.get().name == f"Comments on {proposal.reference} of 2027-01-05.docx"
