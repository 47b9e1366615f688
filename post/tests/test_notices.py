"""Telling people: one line in the portal and one mail each, out of one text."""

import re
from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _

from post.models import Delivery, Mailing, Notification
from post.services.dispatch import send_due
from post.services.notices import mark_all_read, notify, short_subject, site_link, whole_reason
from post.tests.factories import make_person

pytestmark = pytest.mark.django_db


def tell(users, **overrides):
    values = {
        "kind": "proposal",
        "subject": "Reply by 4 December 2020: Consumer product safety",
        "lead": "ISO asks for your comments.",
        "text": "First paragraph.\n\nSecond paragraph.",
        "reason": "you are a member for IEC",
        "url": "/proposals/2020-11/#comments",
        "action": "Read and comment",
        "facts": [(_("Proposed by"), "SAC")],
        "official": True,
    }
    return notify(users, **{**values, **overrides})


@pytest.fixture
def mails(sink):
    """The mails as they were on the wire."""

    def sent():
        send_due()
        return [message["mail"] for message in sink.messages]

    return sent


def test_each_person_gets_one_notification_and_one_row():
    one, two = make_person(), make_person()
    told = tell([one, two, one])
    assert [item.user for item in told] == [one, two]
    assert Notification.objects.count() == 2
    mailing = Mailing.objects.get()
    assert (mailing.kind, mailing.state, mailing.recipients) == ("notice", "sending", 2)
    assert set(mailing.deliveries.values_list("address", "account")) == {(one.email, one.pk), (two.email, two.pk)}


def test_notification_says_what_why_who_and_where():
    by = make_person("ISO secretary")
    [item] = tell([make_person()], by=by, official=True)
    assert item.subject == "Reply by 4 December 2020: Consumer product safety"
    assert item.text == "ISO asks for your comments.\n\nFirst paragraph.\n\nSecond paragraph."
    assert item.reason == "You receive this because you are a member for IEC."
    assert (item.url, item.by_label, item.official) == ("/proposals/2020-11/#comments", "ISO secretary", True)


def test_nobody_tells_himself_and_disabled_accounts_hear_nothing():
    by, disabled = make_person(), make_person(is_active=False)
    assert tell([by, disabled], by=by) == []
    assert Mailing.objects.count() == 0


def test_loading_the_past_tells_nobody():
    assert tell([make_person()], at=datetime(2020, 11, 25, tzinfo=UTC)) == []
    assert (Notification.objects.count(), Mailing.objects.count(), Delivery.objects.count()) == (0, 0, 0)


def test_notify_belongs_to_the_callers_transaction():
    person = make_person()
    with transaction.atomic():
        tell([person])
        transaction.set_rollback(True)
    assert (Notification.objects.count(), Delivery.objects.count()) == (0, 0)


def test_mail_says_first_what_by_when_and_from_whom(mails, settings):
    settings.SITE_URL = "https://spcg.example"
    tell([make_person("IEC member")], by=make_person("ISO secretary"), reply_to="iso.secretary@spcg.example")
    [mail] = mails()
    text = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
    lines = text.split("\n")
    assert lines[0] == "Reply by 4 December 2020: Consumer product safety"
    assert lines[1].startswith("From ISO secretary, ")
    assert "Dear IEC member,\n\nISO asks for your comments.\n\nFirst paragraph.\n\nSecond paragraph.\n" in text
    assert "\nProposed by: SAC\n" in text
    assert "\nRead and comment:\nhttps://spcg.example/proposals/2020-11/#comments\n" in text
    assert "\nYou receive this because you are a member for IEC.\n" in text
    assert "https://spcg.example/notifications/" in text
    assert (mail["Subject"], mail["Reply-To"]) == (lines[0], "iso.secretary@spcg.example")
    assert (mail["List-Id"], mail["Auto-Submitted"]) == ("<proposal.spcg.example>", "auto-generated")
    assert mail["Message-ID"].endswith("@spcg.example>")


def test_html_says_the_same_with_one_button_and_nothing_from_outside(mails, settings):
    settings.SITE_URL = "https://spcg.example"
    tell([make_person("IEC member")], text="<b>&</b> one\ntwo", facts=[("Where", "<i>")])
    [mail] = mails()
    html = mail.get_body(("html",)).get_content()
    assert escape("<b>&</b> one") + "<br>" in html
    assert "&lt;i&gt;" in html
    assert "Dear IEC member," in html
    links = re.findall(r'href="([^"]+)"', html)
    assert links == ["https://spcg.example/proposals/2020-11/#comments", "https://spcg.example/notifications/"]
    assert not re.search(r"<(img|script|link|iframe|form)\b|url\(|src=", html)
    assert len(bytes(mail)) < 100_000


def test_whole_mail_stays_small_and_in_its_lines_whatever_is_told(mails):
    tell([make_person("é" * 100)], text="x" * 5000 + "\n\n" + "y " * 2000, lead="z" * 300)
    [mail] = mails()
    assert len(bytes(mail)) < 100_000


def test_long_subject_is_cut_at_a_word_in_the_mail_only(mails):
    subject = "Reply by 4 December 2020: a new field of technical activity on consumer product safety management"
    [item] = tell([make_person()], subject=subject)
    [mail] = mails()
    assert mail["Subject"] == "Reply by 4 December 2020: a new field of technical activity on…"
    assert len(mail["Subject"]) <= 70
    assert item.subject == subject
    assert mail.get_body(("plain",)).get_content().startswith(subject)


@pytest.mark.parametrize("text", ["", "short", "x" * 70, "x" * 71, "word " * 30, "a, " * 40])
def test_short_subject_has_at_most_70_characters(text):
    assert len(short_subject(text)) <= 70
    assert short_subject(text[:70]) == text[:70]


def test_subject_cannot_hold_a_line_end(mails):
    tell([make_person()], subject="A\r\nBcc: b@x.example")
    [mail] = mails()
    assert mail["Subject"] == "A Bcc: b@x.example"
    assert mail["Bcc"] is None


def test_mails_of_one_thread_answer_the_same_root(mails):
    person = make_person()
    tell([person], thread="2020-11")
    tell([person], thread="2020-11", subject="Reminder")
    tell([person], thread="2020-12")
    tell([person])
    one, two, other, alone = mails()
    assert one["In-Reply-To"] == two["In-Reply-To"] == two["References"]
    assert other["In-Reply-To"] not in (None, one["In-Reply-To"])
    assert alone["In-Reply-To"] is None


@pytest.mark.parametrize("url", ["https://elsewhere.example/", "//elsewhere.example/", "proposals/", "javascript:x"])
def test_link_leads_only_to_this_site(url):
    with pytest.raises(ValueError, match="not a path of this site"):
        site_link(url)


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("you are a secretary", "You receive this because you are a secretary."),
        ("you are a secretary.", "You receive this because you are a secretary."),
        ("You receive this copy because you sent it.", "You receive this copy because you sent it."),
        ("", ""),
    ],
)
def test_reason_is_a_sentence(reason, sentence):
    assert whole_reason(reason) == sentence


def test_mark_all_read_marks_only_the_own():
    one, two = make_person(), make_person()
    tell([one, two])
    assert mark_all_read(one) == 1
    assert mark_all_read(one) == 0
    assert Notification.objects.get(user=two).read_at is None


def test_notify_takes_the_same_number_of_queries_for_many(django_assert_max_num_queries):
    people = [make_person() for _ in range(30)]
    with django_assert_max_num_queries(16):
        tell(people)
