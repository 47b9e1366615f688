"""What comes back: signed addresses, reports of mail servers, and the address's health."""

from __future__ import annotations

import mailbox
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from post import envelope
from post.models import Address, Delivery
from post.services.bounces import process_bounces
from post.services.dispatch import send_due
from post.services.outcomes import mend_address
from post.tests.factories import make_letter
from post.tests.imap import ImapServer

pytestmark = pytest.mark.django_db

REPORT = """\
Return-Path: <>
From: MAILER-DAEMON@mx.example (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; r1@iso.example
Action: {action}
Status: {status}
Diagnostic-Code: {code}

--b
Content-Type: text/rfc822-headers

Subject: Circular letter

--b--
"""
NO_USER = {"action": "failed", "status": "5.1.1", "code": "smtp; 550 5.1.1 <r1@iso.example>: no such user"}
FULL = {"action": "failed", "status": "5.2.2", "code": "smtp; 552 5.2.2 mailbox full"}
LATE = {"action": "failed", "status": "4.4.7", "code": "X-Postfix; delivery temporarily suspended"}
DELAYED = {"action": "delayed", "status": "4.4.1", "code": "smtp; 450 4.4.1 no answer"}
OURS = {"action": "failed", "status": "5.7.515", "code": "smtp; 550 5.7.515 sending domain not authenticated"}

QMAIL = """\
Return-Path: <>
From: MAILER-DAEMON@old.example
To: {to}
Subject: failure notice

Hi. This is the qmail-send program at old.example.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<r1@iso.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <portal@spcg.example>
"""
OUT_OF_OFFICE = """\
Return-Path: <>
From: Chair <r1@iso.example>
To: {to}
Subject: Out of office: Circular letter
Auto-Submitted: auto-replied

I am away. Your message to r1@iso.example will not be delivered to anybody else: user unknown until Monday.
"""


@pytest.fixture(autouse=True)
def bounce_mailbox(settings, tmp_path):
    settings.BOUNCE_ADDRESS = "Bounces@spcg.example"
    settings.BOUNCE_MAILBOX = f"maildir://{tmp_path}/mail"
    return mailbox.Maildir(tmp_path / "mail")


@pytest.fixture
def row(sink):
    """A mail that was sent, by its own account to a real server."""
    make_letter(1)
    send_due()
    row = Delivery.objects.get()
    row.signed = sink.messages[0]["envelope_from"]
    return row


def report(row, template=REPORT, to=None, **words):
    return template.format(to=to or row.signed, **words).encode()


def process(box, *mails):
    for mail in mails:
        box.add(mail)
    return dict(process_bounces())


def state_of(row):
    row.refresh_from_db()
    return row.state, row.reason


def test_every_recipient_has_a_signed_return_address_of_at_most_64_characters(sink):
    make_letter(3)
    send_due()
    addresses = [message["envelope_from"] for message in sink.messages]
    assert len(set(addresses)) == 3
    assert all(len(address.partition("@")[0]) <= 64 for address in addresses)
    found = [envelope.delivery_of(address, timezone.now()) for address in addresses]
    assert found == list(Delivery.objects.order_by("pk").values_list("pk", flat=True))


def test_without_a_mailbox_mail_returns_to_the_portals_own_address(sink, settings):
    settings.BOUNCE_ADDRESS = ""
    make_letter(1)
    send_due()
    assert sink.messages[0]["envelope_from"] == "portal@spcg.example"


def test_address_that_does_not_exist_is_flagged_at_once(row, bounce_mailbox):
    assert process(bounce_mailbox, report(row, **NO_USER)) == {"bounced": 1}
    assert state_of(row) == ("bounced", "no_address")
    assert row.detail == "550 5.1.1 <r1@iso.example>: no such user"
    assert str(row.words) == "Address does not exist"
    assert Address.objects.get(email="r1@iso.example").bounced_at
    assert len(bounce_mailbox) == 0


def test_the_same_failure_is_scored_once(row, bounce_mailbox):
    counts = process(bounce_mailbox, report(row, **FULL), report(row, **FULL))
    assert counts == {"bounced": 1, "known": 1}
    assert process(bounce_mailbox, report(row, **NO_USER)) == {"known": 1}
    address = Address.objects.get()
    assert (address.soft_bounces, address.bounced_at) == (1, None)


@pytest.mark.parametrize("words", [FULL, LATE])
def test_passing_failures_flag_an_address_only_after_the_third(sink, bounce_mailbox, words):
    for number in (1, 2, 3):
        mailing = make_letter(1)
        send_due()
        row = mailing.deliveries.get()
        row.signed = sink.messages[-1]["envelope_from"]
        process(bounce_mailbox, report(row, **words))
        assert state_of(row)[0] == "bounced"
        assert bool(Address.objects.get().bounced_at) == (number == 3)
    mend_address("r1@iso.example")
    assert Address.objects.get().soft_bounces == 0


def test_delay_is_no_failure(row, bounce_mailbox):
    assert process(bounce_mailbox, report(row, **DELAYED)) == {"other": 1}
    assert state_of(row)[0] == "sent"


def test_failure_about_us_blames_no_address(row, bounce_mailbox):
    process(bounce_mailbox, report(row, **OURS))
    assert state_of(row) == ("bounced", "us")
    assert not Address.objects.exists()


def test_out_of_office_is_never_a_bounce(row, bounce_mailbox):
    assert process(bounce_mailbox, report(row, OUT_OF_OFFICE)) == {"other": 1}
    assert state_of(row)[0] == "sent"
    assert not Address.objects.exists()
    assert process_bounces() == {}  # it stays for a person, and is not read again
    assert len(bounce_mailbox) == 1


def test_server_that_keeps_to_no_standard_is_understood(row, bounce_mailbox):
    assert process(bounce_mailbox, report(row, QMAIL)) == {"bounced": 1}
    assert state_of(row) == ("bounced", "no_address")


def test_words_of_a_person_about_a_failure_are_no_bounce(row, bounce_mailbox):
    mail = report(row, QMAIL).replace(b"Return-Path: <>", b"Return-Path: <a@b.example>")
    mail = mail.replace(b"MAILER-DAEMON@old.example", b"a@b.example")
    assert process(bounce_mailbox, mail) == {"other": 1}
    assert state_of(row)[0] == "sent"


def forgeries(row):
    local, _at, domain = row.signed.partition("@")
    head, _dash, signature = local.rpartition("-")
    other = "a" if signature[0] != "a" else "b"
    number = head.partition("+")[2].partition("-")[0]
    yield f"{head}-{other}{signature[1:]}@{domain}"
    yield f"{head}-@{domain}"
    yield f"{head.replace(number, str(int(number) + 1), 1)}-{signature}@{domain}"
    yield f"{local}@other.example"
    yield f"bounces@{domain}"
    yield f"bounces+x-y-z@{domain}"
    yield f"bounces+{'9' * 40}-1-{signature}@{domain}"
    yield f"bounces+٣-٣-{signature}@{domain}"


def test_forged_signature_is_ignored(row, bounce_mailbox):
    mails = [report(row, to=address, **NO_USER) for address in forgeries(row)]
    assert process(bounce_mailbox, *mails) == {"other": len(mails)}
    assert state_of(row)[0] == "sent"


def test_expired_signature_is_ignored(row, bounce_mailbox):
    late = envelope.sender_of(row.pk, timezone.now() - timedelta(days=32))
    assert process(bounce_mailbox, report(row, to=late, **NO_USER)) == {"other": 1}
    nearly = envelope.sender_of(row.pk, timezone.now() - timedelta(days=29))
    assert process(bounce_mailbox, report(row, to=nearly, **NO_USER)) == {"bounced": 1}


def test_signature_with_another_key_is_ignored(row, bounce_mailbox, settings):
    settings.SECRET_KEY = "another" * 10
    assert process(bounce_mailbox, report(row, **NO_USER)) == {"other": 1}


@pytest.mark.parametrize("header", ["Delivered-To", "X-Original-To", "Envelope-To"])
def test_address_is_found_where_servers_write_it_in_any_case(row, bounce_mailbox, header):
    mail = report(row, to="postmaster@spcg.example", **NO_USER)
    mail = f"{header}: <{row.signed.upper()}>\n".encode() + mail
    assert process(bounce_mailbox, mail) == {"bounced": 1}


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe\x00", b"To: x\n\n", b"Content-Type: multipart/report\n\nx"])
def test_mail_that_nobody_can_read_harms_nothing(row, bounce_mailbox, raw):
    assert process(bounce_mailbox, raw, report(row, **NO_USER)) == {"other": 1, "bounced": 1}


def test_row_that_was_not_sent_does_not_come_back(row, bounce_mailbox):
    Delivery.objects.update(state="waiting")
    assert process(bounce_mailbox, report(row, **NO_USER)) == {"known": 1}
    assert state_of(row)[0] == "waiting"
    assert not Address.objects.exists()


def test_imap_mailbox_is_read_and_cleared(row, settings):
    answers = [report(row, **NO_USER), report(row, OUT_OF_OFFICE)]
    with ImapServer("portal", "secret word", answers) as server:
        settings.BOUNCE_MAILBOX = f"imap://portal:secret%20word@127.0.0.1:{server.port}/Bounces"
        assert dict(process_bounces()) == {"bounced": 1, "other": 1}
        assert dict(process_bounces()) == {}
        assert [sorted(flags) for flags in server.flags] == [["\\Seen"]]
    assert state_of(row) == ("bounced", "no_address")


@pytest.mark.parametrize("url", ["", "maildir:///nowhere", "pop3://x/", "imap://portal:x@127.0.0.1:1/INBOX"])
def test_command_says_what_is_wrong_with_the_mailbox(settings, url):
    settings.BOUNCE_MAILBOX = url
    with pytest.raises(CommandError):
        call_command("process_bounces")


def test_wrong_password_of_the_mailbox_is_said(settings):
    with ImapServer("portal", "right", []) as server:
        settings.BOUNCE_MAILBOX = f"imap://portal:wrong@127.0.0.1:{server.port}/INBOX"
        with pytest.raises(CommandError, match="refuses"):
            call_command("process_bounces")


def test_command_reads_and_says_what_it_found(row, bounce_mailbox, capsys):
    bounce_mailbox.add(report(row, **NO_USER))
    call_command("process_bounces")
    assert capsys.readouterr().out == "1 came back, 0 known already, 0 other mails.\n"


def test_progress_counts_what_came_back_and_the_mailing_stays_finished(row, bounce_mailbox):
    from post.queries import progress

    process(bounce_mailbox, report(row, **NO_USER))
    row.mailing.refresh_from_db()
    assert row.mailing.state == "finished"
    assert progress(row.mailing)["bounced"] == 1
