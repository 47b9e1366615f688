"""The dispatch against a real SMTP server with scripted replies."""

from datetime import timedelta

import pytest
from django.utils import timezone

from post.models import Address, Body, Delivery, Mailing, Notification
from post.services import batches, claims, outcomes
from post.services.dispatch import send_due
from post.services.mailings import FileSpec, RecipientSpec, abort_mailing, pause_mailing, resume_mailing
from post.tests.conftest import lead_to
from post.tests.factories import come_due, make_body, make_letter, make_notice, make_person, make_recipients, states_of
from post.tests.sink import Sink, free_port, refuse_everybody

pytestmark = pytest.mark.django_db


def only_row(mailing):
    return mailing.deliveries.get()


def test_every_recipient_gets_one_message_over_one_connection(sink):
    mailing = make_letter(5)
    assert send_due() == 5
    assert sorted(sink.recipients) == [f"r{n}@iso.example" for n in range(1, 6)]
    assert {len(message["recipients"]) for message in sink.messages} == {1}
    assert {message["envelope_from"] for message in sink.messages} == {"portal@spcg.example"}
    assert sink.connections == 1
    mailing.refresh_from_db()
    assert (mailing.state, states_of(mailing)) == ("finished", ["sent"] * 5)
    row = mailing.deliveries.first()
    assert (row.attempts, row.reason, row.claimed_by, row.lease_until) == (1, "", "", None)
    assert row.sent_at
    assert str(row.words) == "Sent"


def test_second_pass_sends_nothing(sink):
    make_letter(3)
    send_due()
    assert send_due() == 0
    assert len(sink.messages) == 3


def test_message_on_the_wire_is_the_rows_own(sink):
    mailing = make_letter(1)
    send_due()
    row = only_row(mailing)
    mail = sink.messages[0]["mail"]
    assert mail["Message-ID"] == row.message_id
    assert mail["Date"].datetime == row.dated_at.replace(microsecond=0)
    assert mail["To"].addresses[0].addr_spec == row.address
    assert "Dear Chair 1," in mail.get_body(("plain",)).get_content()


def test_address_that_does_not_exist_stops_at_once_and_is_remembered(sink):
    sink.rcpt["r2@iso.example"] = "550 5.1.1 no such user"
    mailing = make_letter(3)
    assert send_due() == 2
    row = mailing.deliveries.get(address="r2@iso.example")
    assert (row.state, row.reason, row.attempts) == ("failed", "no_address", 1)
    assert row.detail == "550 5.1.1 no such user"
    assert str(row.words) == "Address does not exist"
    assert "Correct the address" in str(row.words.next_step)
    assert Address.objects.get().email == "r2@iso.example"
    assert Address.objects.get().bounced_at
    mailing.refresh_from_db()
    assert mailing.state == "finished"


def test_message_refused_after_its_text_stops_at_once(sink):
    sink.data["r1@iso.example"] = "554 5.7.1 refused as spam"
    mailing = make_letter(2)
    assert send_due() == 1
    row = mailing.deliveries.first()
    assert (row.state, row.reason, str(row.words)) == ("failed", "not_accepting", "Inbox not accepting")
    assert Address.objects.count() == 0


def test_greylisted_row_comes_back_later_with_the_same_id_and_date(sink):
    sink.rcpt["r1@iso.example"] = ["451 4.7.1 greylisted, come back"]
    mailing = make_letter(2)
    assert send_due() == 1
    row = mailing.deliveries.first()
    assert (row.state, row.reason, row.attempts, row.possible_duplicate) == ("waiting", "later", 1, False)
    assert timedelta(seconds=40) < row.next_attempt_at - timezone.now() < timedelta(seconds=80)
    assert Mailing.objects.get().state == "sending"
    assert send_due() == 0
    come_due(mailing)
    assert send_due() == 1
    after = mailing.deliveries.first()
    assert (after.state, after.attempts, after.reason) == ("sent", 2, "")
    assert (after.message_id, after.dated_at) == (row.message_id, row.dated_at)
    assert Mailing.objects.get().state == "finished"


def test_delay_grows_with_every_attempt_up_to_four_hours():
    minutes = [claims.retry_delay(attempts).total_seconds() / 60 for attempts in range(1, 30)]
    for attempts, found in enumerate(minutes):
        assert 0.8 * min(2**attempts, 240) <= found <= 1.2 * min(2**attempts, 240)
    assert len({claims.retry_delay(3) for _ in range(5)}) > 1


def test_row_is_given_up_after_72_hours(sink):
    sink.rcpt["r1@iso.example"] = "451 4.7.1 come back"
    mailing = make_letter(1)
    send_due()
    row = only_row(mailing)
    assert row.give_up_at - row.dated_at == timedelta(hours=72)
    come_due(mailing)
    mailing.deliveries.update(give_up_at=timezone.now() + timedelta(seconds=5), attempts=8)
    send_due()
    row = only_row(mailing)
    assert (row.state, row.reason, str(row.words)) == ("failed", "later", "Inbox not accepting")
    assert Mailing.objects.get().state == "finished"


def test_server_that_is_down_costs_nobody_his_mail(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    mailing = make_letter(2)
    assert send_due() == 0
    assert states_of(mailing) == ["waiting", "waiting"]
    assert {row.reason for row in mailing.deliveries.all()} == {"no_answer"}
    assert all(row.next_attempt_at > timezone.now() for row in mailing.deliveries.all())
    assert not any(row.possible_duplicate for row in mailing.deliveries.all())
    sink = Sink().start()
    lead_to(settings, sink)
    come_due(mailing)
    assert send_due() == 2
    sink.stop()


def test_silent_server_is_a_temporary_error(settings):
    import socket

    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", mute.getsockname()[1], 0.3
        mailing = make_letter(1)
        assert send_due() == 0
    row = only_row(mailing)
    assert (row.state, row.reason, row.possible_duplicate) == ("waiting", "no_answer", False)
    assert "timed out" in row.detail


@pytest.mark.parametrize("words", ["530 5.7.0 must authenticate", "550 5.7.1 sender rejected"])
def test_refused_sender_pauses_the_letter_and_blames_no_address(sink, words):
    admin = make_person("Administrator", is_staff=True)
    sink.mail = words
    mailing = make_letter(30)
    assert send_due() == 0
    mailing.refresh_from_db()
    assert mailing.state == "paused"
    assert words in mailing.paused_reason
    assert states_of(mailing) == ["waiting"] * 30
    assert sum(mailing.deliveries.values_list("attempts", flat=True)) == 0
    assert Address.objects.count() == 0
    told = Notification.objects.get()
    assert (told.user, told.subject) == (admin, "Sending is paused: Circular letter")
    sink.mail = None
    resume_mailing(mailing, "ISO secretary")
    assert send_due() == 30


def test_rule_about_our_domain_pauses_the_letter(sink):
    sink.data["r3@iso.example"] = "550 5.7.515 sending domain does not meet the required authentication level"
    mailing = make_letter(6)
    send_due()
    mailing.refresh_from_db()
    assert mailing.state == "paused"
    assert states_of(mailing) == ["sent", "sent", *["waiting"] * 4]


def test_wrong_password_pauses_the_letter(settings):
    sink = Sink().start(authenticator=refuse_everybody, auth_require_tls=False)
    lead_to(settings, sink)
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "portal", "wrong"
    mailing = make_letter(2)
    send_due()
    sink.stop()
    mailing.refresh_from_db()
    assert mailing.state == "paused"
    assert mailing.paused_reason.startswith("Our problem, no address is to blame: 535")
    assert states_of(mailing) == ["waiting", "waiting"]


def test_notice_is_tried_again_when_the_trouble_is_ours(sink):
    sink.mail = "530 5.7.0 must authenticate"
    mailing = make_notice()
    send_due()
    row = only_row(mailing)
    assert (row.state, row.reason) == ("waiting", "us")
    assert Mailing.objects.get().state == "sending"
    sink.mail = None
    come_due(mailing)
    assert send_due() == 1


def test_answer_lost_after_the_final_dot_is_sent_again_and_says_so(sink):
    sink.drop_after_dot = {"r2@iso.example"}
    mailing = make_letter(3)
    send_due()
    row = mailing.deliveries.get(address="r2@iso.example")
    assert (row.state, row.possible_duplicate) == ("waiting", True)
    assert states_of(mailing) == ["sent", "waiting", "sent"]
    come_due(mailing)
    send_due()
    twice = [message["mail"] for message in sink.messages if message["envelope_to"] == "r2@iso.example"]
    assert len(twice) == 2
    assert len({mail["Message-ID"] for mail in twice}) == 1
    assert len({mail["Date"] for mail in twice}) == 1
    row.refresh_from_db()
    assert row.state == "sent"
    assert "Possible duplicate" in str(row.words.why)
    assert mailing.deliveries.filter(possible_duplicate=True).count() == 1


def after_each_message(monkeypatch, act):
    """`act` hears the number of each message once it was taken, in the sender's own thread."""
    original = batches.Batch._taken

    def taken(batch, row):
        original(batch, row)
        act(batch.sent)

    monkeypatch.setattr(batches.Batch, "_taken", taken)


def test_pause_between_two_messages_stops_the_rest(sink, look_before_each_message, monkeypatch):
    mailing = make_letter(6)

    def pause_after(number):
        if number == 2:
            pause_mailing(Mailing.objects.get(), "ISO secretary")

    after_each_message(monkeypatch, pause_after)
    assert send_due() == 2
    assert states_of(mailing) == ["sent", "sent", *["waiting"] * 4]
    assert [row.attempts for row in mailing.deliveries.all()] == [1, 1, 0, 0, 0, 0]
    monkeypatch.undo()
    resume_mailing(Mailing.objects.get(), "ISO secretary")
    assert send_due() == 4
    assert len(set(sink.recipients)) == len(sink.recipients) == 6


def test_abort_between_two_messages_ends_the_rest(sink, look_before_each_message, monkeypatch):
    mailing = make_letter(4)

    def abort_after(number):
        if number == 1:
            abort_mailing(Mailing.objects.get(), "ISO secretary")

    after_each_message(monkeypatch, abort_after)
    assert send_due() == 1
    assert states_of(mailing) == ["sent", "aborted", "aborted", "aborted"]
    assert send_due() == 0


def test_one_poisoned_recipient_harms_nobody_else(sink):
    recipients = make_recipients(3)
    mailing = make_letter(recipients)
    # A name that no rule of ours lets in, as a faulty import into the table could leave it.
    Delivery.objects.filter(address="r2@iso.example").update(address="r2\n@iso.example")
    assert send_due() == 2
    assert states_of(mailing) == ["sent", "failed", "sent"]
    row = mailing.deliveries.get(state="failed")
    assert (row.reason, str(row.words)) == ("us", "Our problem")


def test_missing_attachment_pauses_the_letter(sink):
    mailing = make_letter(2, bodies=[make_body(files=(FileSpec("a.pdf", "application/pdf", b"x"),))])
    stored = mailing.bodies.get().files.get()
    stored.content.storage.delete(stored.content.name)
    send_due()
    mailing.refresh_from_db()
    assert mailing.state == "paused"
    assert "An attachment cannot be read." in mailing.paused_reason
    assert states_of(mailing) == ["waiting", "waiting"]


def test_finished_only_when_every_row_has_ended(sink):
    sink.rcpt["r2@iso.example"] = "451 later"
    mailing = make_letter(2)
    send_due()
    assert Mailing.objects.get().state == "sending"
    mailing.deliveries.filter(state="waiting").update(
        state="claimed", claimed_by="other", next_attempt_at=timezone.now()
    )
    mailing.deliveries.filter(state="claimed").update(lease_until=timezone.now() + timedelta(seconds=60))
    send_due()
    assert Mailing.objects.get().state == "sending"


def test_a_lost_row_never_counts_as_finished(sink):
    mailing = make_letter(2)
    Mailing.objects.update(recipients=3)
    send_due()
    assert states_of(mailing) == ["sent", "sent"]
    assert Mailing.objects.get().state == "sending"


def test_notices_go_before_letters(sink):
    make_letter(2)
    make_notice("a@spcg.example")
    send_due()
    assert sink.recipients[0] == "a@spcg.example"


def test_text_with_a_secret_is_forgotten_once_sent(sink):
    mailing = make_notice("a@spcg.example", secret=True, text="reset/abc", html="<p>reset/abc</p>")
    sink.rcpt["a@spcg.example"] = ["451 later"]
    send_due()
    assert mailing.bodies.get().text == "reset/abc"
    come_due(mailing)
    send_due()
    body = mailing.bodies.get()
    assert (body.text, body.html) == ("", "")
    assert body.forgotten_at
    assert "reset/abc" in sink.messages[0]["mail"].get_body(("plain",)).get_content()
    assert not Body.objects.filter(text__contains="abc").exists()


def test_text_with_a_secret_is_forgotten_when_it_cannot_be_delivered(sink):
    sink.rcpt["a@spcg.example"] = "550 5.1.1 unknown"
    mailing = make_notice("a@spcg.example", secret=True)
    send_due()
    assert mailing.bodies.get().text == ""


@pytest.mark.parametrize(
    ("address", "leaves"),
    [
        ("a@spcg.example", True),
        ("a@x.allowed.org", False),
        ("a@allowed.org", True),
        ("a@ALLOWED.org", True),
        ("a@iso.org", False),
        ("a@notexample", False),
        ("a@example.com", False),
    ],
)
def test_demonstration_sends_only_to_allowed_domains(sink, settings, address, leaves):
    settings.MAIL_ALLOW = [".example", "allowed.org"]
    assert batches.leaves_the_house(address) == leaves


def test_demonstration_keeps_other_mail_inside_and_says_so(sink, settings):
    settings.MAIL_ALLOW = [".example"]
    mailing = make_letter([RecipientSpec("chair@iso.org", group="ISO"), RecipientSpec("a@iso.example", group="ISO")])
    assert send_due() == 1
    assert sink.recipients == ["a@iso.example"]
    row = mailing.deliveries.first()
    assert (row.state, str(row.words.why)) == ("skipped", "Kept inside: demonstration")
    assert Mailing.objects.get().state == "finished"


def test_production_sends_to_everybody(sink, settings):
    settings.DEMO = False
    assert batches.leaves_the_house("chair@iso.org")


def test_pass_ends_with_its_time_and_gives_rows_back(sink):
    mailing = make_letter(3)
    assert send_due(limit_seconds=0) == 0
    assert states_of(mailing) == ["waiting"] * 3
    assert send_due() == 3


def test_command_sends_one_pass_and_prints_the_number(sink, capsys):
    from django.core.management import call_command

    make_letter(2)
    call_command("send_due")
    assert capsys.readouterr().out == "2\n"


def test_address_is_mended_by_a_person_and_may_come_to_grief_again(db):
    outcomes.note_trouble("A@x.example", "550 first")
    outcomes.note_trouble("a@x.example", "550 second")
    known = Address.objects.get()
    assert (known.email, known.trouble, bool(known.bounced_at)) == ("a@x.example", "550 second", True)
    outcomes.mend_address("a@X.example")
    known.refresh_from_db()
    assert (known.trouble, known.bounced_at) == ("", None)
    outcomes.note_trouble("a@x.example", "550 third")
    known.refresh_from_db()
    assert (known.trouble, bool(known.bounced_at)) == ("550 third", True)
