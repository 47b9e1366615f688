"""Send is a database fact: one row per organization and address, one effect, an undo, and a truthful progress."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from communications.models import Letter, LetterApproval
from communications.queries import recipients
from communications.services.dispatch import (
    abort_letter,
    finish_letters,
    pause_letter,
    resume_letter,
    send_letter,
    send_missing,
    send_test,
    undo_letter,
)
from communications.services.letters import edit_letter
from communications.tests.factories import approve_all, make_audience, make_letter
from core.moves import AlreadyDone, NotAllowed, Refused, WrongState
from organizations.tests.factories import make_contact
from post.models import Address, Delivery, MailboxMessage, Mailing
from post.services.dispatch import send_due


def make_sent(cast, who="iec_secretary", **overrides):
    letter = make_letter(cast, "approved", **overrides)
    return send_letter(letter, cast.fresh(who))


def end_hold(letter):
    Mailing.objects.filter(state=Mailing.State.HELD).update(hold_until=timezone.now() - timedelta(seconds=1))
    letter.refresh_from_db()


def lines(letter):
    rows = letter.mailing.deliveries.values_list("group", "address")
    return sorted(f"{group} {address}" for group, address in rows)


def test_send_freezes_one_line_per_organization_and_address(cast):
    make_contact(cast.ISO, email="two@home.example")
    make_contact(cast.ISO, email="TWO@home.example", capacity="manager")
    make_contact(cast.IEC, email="two@home.example")
    make_contact(cast.IEC, email="off@iec.example", active=False)
    Address.objects.create(email="bad@iec.example", bounced_at=timezone.now())
    make_contact(cast.IEC, email="bad@iec.example")
    letter = make_sent(cast)
    assert lines(letter) == ["IEC two@home.example", "ISO two@home.example"]
    assert letter.mailing.recipients == 2
    assert letter.state == "sending"


def test_frozen_list_does_not_change_with_the_contacts(cast):
    letter = make_sent(cast)
    before = lines(letter)
    make_contact(cast.ISO)
    cast.IEC.contacts.update(active=False)
    assert lines(letter) == before
    assert recipients(letter).count() == 3


def test_send_twice_is_one_sending(cast):
    letter = make_letter(cast, "approved")
    other = Letter.objects.get(pk=letter.pk)
    send_letter(letter, cast.iec_secretary)
    with pytest.raises(AlreadyDone):
        send_letter(other, cast.iec_secretary)
    letter.refresh_from_db()
    with pytest.raises(AlreadyDone):
        send_letter(letter, cast.iso_secretary)
    assert Mailing.objects.filter(key=f"letter-{letter.pk}").count() == 1
    assert Delivery.objects.filter(mailing__key=f"letter-{letter.pk}").count() == 3
    assert letter.history.filter(action="send").count() == 1


@pytest.mark.parametrize("who", ["iso_member", "administrator", "observer", "outsider"])
def test_sending_is_for_secretaries_with_the_right(cast, who):
    letter = make_letter(cast, "approved")
    with pytest.raises(NotAllowed):
        send_letter(letter, cast.fresh(who))
    assert Delivery.objects.filter(mailing__kind="letter").count() == 0


def test_letter_without_three_approvals_is_not_sent(cast):
    letter = make_letter(cast, "for_approval")
    with pytest.raises(WrongState):
        send_letter(letter, cast.iso_secretary)


def test_approved_state_alone_does_not_send(cast):
    """The verdicts are asked again in the transaction: the state is only their summary."""
    letter = make_letter(cast, "approved")
    LetterApproval.objects.filter(organization=cast.IEC).delete()
    with pytest.raises(WrongState, match="not approved by all three"):
        send_letter(letter, cast.iso_secretary)
    letter.refresh_from_db()
    assert (letter.state, Delivery.objects.filter(mailing__kind="letter").count()) == ("approved", 0)


def test_other_number_than_on_the_button_is_refused(cast):
    letter = make_letter(cast, "approved")
    make_contact(cast.ISO)
    with pytest.raises(Refused, match="4 recipients instead of 3"):
        send_letter(letter, cast.iso_secretary, expected=3)
    letter.refresh_from_db()
    assert (letter.state, Mailing.objects.filter(kind="letter").count()) == ("approved", 0)


def test_nothing_leaves_during_the_hold_and_undo_takes_it_back(cast):
    letter = make_sent(cast)
    send_due()
    assert letter.mailing.deliveries.filter(state="waiting").count() == 3
    assert MailboxMessage.objects.filter(subject=letter.subject).count() == 0
    undo_letter(letter, cast.iec_secretary)
    assert (letter.state, letter.mailing, letter.sent_at) == ("approved", None, None)
    Mailing.objects.update(hold_until=timezone.now() - timedelta(seconds=1))
    send_due()
    assert MailboxMessage.objects.filter(subject__startswith="Copy: ").count() == 0
    assert (
        MailboxMessage.objects.filter(subject__contains=letter.subject[:30], recipient__startswith="chair").count() == 0
    )


def test_letter_that_was_taken_back_can_be_changed_and_sent_again(cast):
    letter = make_sent(cast)
    undo_letter(letter, cast.iec_secretary)
    edit_letter(letter, cast.iso_secretary, letter.version, body="Better.")
    approve_all(cast, letter)
    send_letter(letter, cast.iso_secretary)
    end_hold(letter)
    send_due()
    assert letter.mailing.deliveries.filter(state="sent").count() == 3
    assert Mailing.objects.filter(key=f"letter-{letter.pk}").count() == 2
    assert "Better." in letter.mailing.bodies.first().text


def test_undo_comes_too_late_once_sending_has_begun(cast):
    letter = make_sent(cast)
    end_hold(letter)
    send_due()
    letter.refresh_from_db()
    with pytest.raises(WrongState):
        undo_letter(letter, cast.iec_secretary)
    letter.refresh_from_db()
    assert letter.state == "sending"
    assert letter.history.filter(action="undo").count() == 0


def test_sender_gets_a_copy_with_the_own_cover(cast):
    letter = make_sent(cast)
    end_hold(letter)
    send_due()
    copy = MailboxMessage.objects.get(subject__startswith="Copy: ")
    assert copy.recipient == "iec.secretary@spcg.example"
    assert b"AC/" in bytes(copy.raw)
    assert letter.mailing.deliveries.count() == 3


def test_letter_is_sent_when_every_line_has_ended(cast):
    letter = make_sent(cast)
    assert (finish_letters(), letter.state_words) == (0, "Held for undo")
    end_hold(letter)
    send_due()
    letter.refresh_from_db()
    assert letter.state_words == "Sent"
    assert (finish_letters(), finish_letters()) == (1, 0)
    letter.refresh_from_db()
    assert letter.state == "sent"
    assert letter.history.first().actor_label == "SPCG portal"


def test_only_the_portal_finishes_a_letter(cast):
    with pytest.raises(NotAllowed):
        finish_letters(cast.iso_secretary)


def release(letter):
    Mailing.objects.filter(pk=letter.mailing_id).update(state="sending", started_at=timezone.now())
    letter.refresh_from_db()


def test_pause_keeps_every_place_and_resume_goes_on(cast):
    letter = make_sent(cast)
    release(letter)
    pause_letter(letter, cast.iso_secretary)
    send_due()
    assert letter.mailing.deliveries.filter(state="waiting").count() == 3
    assert letter.state_words == "Paused"
    resume_letter(letter, cast.itu_t_secretary)
    send_due()
    assert letter.mailing.deliveries.filter(state="sent").count() == 3


def test_stop_for_good_says_who_did_not_get_it(cast):
    letter = make_sent(cast)
    release(letter)
    letter.mailing.deliveries.filter(group="ISO").update(state="sent", sent_at=timezone.now())
    abort_letter(letter, cast.iso_secretary)
    rows = {(row.group, row.state, row.detail) for row in letter.mailing.deliveries.all()}
    assert rows == {
        ("ISO", "sent", ""),
        ("IEC", "aborted", "ISO secretary"),
        ("ITU-T", "aborted", "ISO secretary"),
    }
    assert finish_letters() == 1
    letter.refresh_from_db()
    assert (letter.state, letter.state_words) == ("sent", "Stopped")


def test_missing_are_tried_again_and_only_those(cast):
    letter = make_sent(cast)
    release(letter)
    letter.mailing.deliveries.filter(group="ISO").update(state="failed", reason="full")
    send_due()
    finish_letters()
    letter.refresh_from_db()
    assert send_missing(letter, cast.iso_secretary) == 1
    assert letter.state_words == "Sending"
    send_due()
    letter.refresh_from_db()
    assert letter.state_words == "Sent"
    assert MailboxMessage.objects.filter(subject=letter.subject).count() == 3
    assert send_missing(letter, cast.iso_secretary) == 0
    assert letter.history.filter(action="missing").count() == 1


@pytest.mark.parametrize("act", [undo_letter, pause_letter, resume_letter, abort_letter, send_missing])
@pytest.mark.parametrize("who", ["iso_member", "administrator"])
def test_only_those_who_may_send_interrupt(cast, act, who):
    letter = make_sent(cast)
    with pytest.raises(NotAllowed):
        act(letter, cast.fresh(who))


def test_test_sends_one_real_mail_per_cover_to_myself_only(cast):
    letter = make_letter(cast)
    token = uuid4()
    assert send_test(letter, cast.iso_secretary, token=token) == 3
    send_test(letter, cast.iso_secretary, token=token)
    send_due()
    found = MailboxMessage.objects.filter(subject__startswith="Test: ")
    assert {row.recipient for row in found} == {"iso.secretary@spcg.example"}
    assert found.count() == 3
    assert letter.state == "draft"


def test_send_takes_no_query_per_recipient(cast):
    """Sixty rows more are a few larger inserts: SQLite limits the values of one."""
    counts = []
    for each in (1, 20):
        make_audience(cast, each)
        letter = make_letter(cast, "approved")
        with CaptureQueriesContext(connection) as captured:
            send_letter(letter, cast.iec_secretary)
        counts.append(len(captured))
    assert counts[1] - counts[0] <= 3
