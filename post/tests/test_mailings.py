"""Opening a mailing, and what a person may do with it."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.moves import AlreadyDone, WrongState
from post.models import Body, Delivery, Mailing
from post.services.dispatch import send_due
from post.services.mailings import (
    FileSpec,
    RecipientSpec,
    abort_mailing,
    is_address,
    open_mailing,
    pause_mailing,
    resume_mailing,
    send_missing,
    undo_mailing,
)
from post.tests.factories import come_due, make_body, make_letter, make_recipients, states_of

pytestmark = pytest.mark.django_db


def test_open_freezes_bodies_and_one_row_per_recipient():
    bodies = [make_body(), make_body(group="IEC", subject="IEC cover")]
    mailing = make_letter(make_recipients(3) + make_recipients(2, "IEC"), bodies=bodies)
    assert (mailing.state, mailing.recipients, mailing.deliveries.count()) == ("sending", 5, 5)
    row = mailing.deliveries.get(address="r2@iec.example")
    assert (row.body.subject, row.group, row.salutation, row.state) == ("IEC cover", "IEC", "Dear Chair 2,", "waiting")


def test_open_is_all_or_nothing():
    with pytest.raises(ValueError, match="no body for the group “IEC”"):
        make_letter(make_recipients(3) + make_recipients(1, "IEC"))
    assert (Mailing.objects.count(), Body.objects.count(), Delivery.objects.count()) == (0, 0, 0)


def test_open_twice_is_one_mailing():
    first = make_letter(3, key="letter-7")
    again = make_letter(5, key="letter-7", title="Other")
    assert again == first
    assert Delivery.objects.count() == 3


def test_open_at_the_same_moment_is_one_mailing(monkeypatch):
    """The loser of the race finds the winner's mailing by the constraint, not by looking before."""
    first = make_letter(3, key="letter-7")
    monkeypatch.setattr("post.services.mailings._standing", lambda kind, key: None)
    assert make_letter(3, key="letter-7") == first
    assert Delivery.objects.count() == 3


def test_same_key_of_another_kind_is_another_mailing():
    letter = make_letter(1, key="7")
    notice = open_mailing("notice", "7", "N", bodies=[make_body()], recipients=make_recipients(1))
    assert notice != letter


def test_address_is_unique_in_its_group_whatever_its_case():
    bodies = [make_body(), make_body(group="IEC")]
    recipients = [
        RecipientSpec("a@x.example", "First", "ISO"),
        RecipientSpec(" A@X.example ", "Second", "ISO"),
        RecipientSpec("a@x.example", "Third", "IEC"),
    ]
    mailing = make_letter(recipients, bodies=bodies)
    assert [row.name for row in mailing.deliveries.all()] == ["First", "Third"]
    row = mailing.deliveries.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(mailing=mailing, body=row.body, group="ISO", address="A@x.example")


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a@b", "a b@x.example", "a@x.example\r\nBcc: b@x.example", "Ä@x.example", "a" * 300 + "@x.example"],
)
def test_what_is_no_address_ends_at_once_and_is_counted(address):
    mailing = make_letter([RecipientSpec(address, group="ISO")])
    row = mailing.deliveries.get()
    assert (row.state, row.reason, str(row.words)) == ("failed", "malformed", "Address does not exist")
    assert "\n" not in row.address
    send_due()
    assert Mailing.objects.get().state == "finished"


def test_address_with_an_international_domain_is_one():
    assert is_address("a@münchen.example")


def test_attachment_is_stored_once_for_all_covers():
    file = FileSpec("SPCG-32C.pdf", "application/pdf", b"%PDF-1.7 x")
    bodies = [make_body(files=(file,)), make_body(group="IEC", files=(file,))]
    mailing = make_letter(make_recipients(1), bodies=bodies)
    names = {stored.content.name for body in mailing.bodies.all() for stored in body.files.all()}
    assert len(names) == 1
    assert default_storage.open(names.pop()).read() == b"%PDF-1.7 x"


def test_letter_waits_for_its_hold_and_then_goes(settings, mailoutbox):
    settings.HOLD_SECONDS = 60
    mailing = make_letter(2, hold_seconds=None)
    assert mailing.state == "held"
    assert timedelta(seconds=55) < mailing.hold_until - timezone.now() <= timedelta(seconds=60)
    assert send_due() == 0
    Mailing.objects.update(hold_until=timezone.now())
    assert send_due() == 2
    mailing.refresh_from_db()
    assert (mailing.state, len(mailoutbox)) == ("finished", 2)
    assert mailing.started_at
    assert mailing.finished_at


def test_undo_during_the_hold_sends_nothing_and_frees_the_key(mailoutbox):
    mailing = make_letter(2, key="letter-7", hold_seconds=60)
    undo_mailing(mailing, "ISO secretary")
    assert states_of(mailing) == ["aborted", "aborted"]
    assert {row.detail for row in mailing.deliveries.all()} == {"ISO secretary"}
    Mailing.objects.update(hold_until=timezone.now() - timedelta(seconds=1))
    assert send_due() == 0
    again = make_letter(2, key="letter-7")
    assert again != mailing
    send_due()
    assert len(mailoutbox) == 2


def test_undo_after_the_hold_is_refused():
    mailing = make_letter(2)
    with pytest.raises(WrongState):
        undo_mailing(mailing, "ISO secretary")
    assert states_of(mailing) == ["waiting", "waiting"]


def test_pause_keeps_rows_and_resume_sends_them(mailoutbox):
    mailing = make_letter(2)
    pause_mailing(mailing, "ISO secretary")
    assert mailing.paused_reason == "Paused by ISO secretary"
    assert send_due() == 0
    assert states_of(mailing) == ["waiting", "waiting"]
    with pytest.raises(AlreadyDone):
        pause_mailing(mailing, "ISO secretary")
    resume_mailing(mailing, "ISO secretary")
    assert send_due() == 2
    mailing.refresh_from_db()
    assert (mailing.state, mailing.paused_reason) == ("finished", "")


def test_abort_ends_every_row_that_was_not_sent(mailoutbox):
    mailing = make_letter(3)
    first = mailing.deliveries.first()
    Delivery.objects.filter(pk=first.pk).update(state="sent")
    abort_mailing(mailing, "ISO secretary")
    assert states_of(mailing) == ["sent", "aborted", "aborted"]
    assert str(mailing.deliveries.last().words.why) == "by ISO secretary"
    assert send_due() == 0
    with pytest.raises(AlreadyDone):
        abort_mailing(mailing, "ISO secretary")


def test_send_missing_touches_only_failed_rows(mailoutbox):
    mailing = make_letter(3)
    send_due()
    mailing.refresh_from_db()
    failed = mailing.deliveries.last()
    Delivery.objects.filter(pk=failed.pk).update(state="failed", reason="full", attempts=9)
    assert send_missing(mailing, "ISO secretary") == 1
    assert Mailing.objects.get().state == "sending"
    come_due(mailing)
    assert send_due() == 1
    assert [message.to for message in mailoutbox[3:]] == [[failed.address]]
    mailing.refresh_from_db()
    assert (mailing.state, mailing.deliveries.last().attempts) == ("finished", 1)


def test_send_missing_after_an_abort_is_refused():
    mailing = make_letter(1)
    abort_mailing(mailing, "ISO secretary")
    with pytest.raises(WrongState):
        send_missing(mailing, "ISO secretary")


def test_letter_without_recipients_finishes():
    mailing = make_letter([])
    send_due()
    mailing.refresh_from_db()
    assert mailing.state == "finished"
