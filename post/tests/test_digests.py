"""What comes by mail at once, what in the mail of the morning, and the way out that stands in a mail."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from post.models import Digest, Mailing, Notification, Preference
from post.services.digests import grouped, send_due_digests
from post.services.dispatch import send_due
from post.services.notices import notify
from post.services.preferences import choices_of, choose, way_out
from post.streams import OFFICIAL, STREAMS, stream_of
from post.tests.factories import make_person


@pytest.fixture(autouse=True)
def all_mail_at_once():
    """Here the defaults of the portal hold."""


pytestmark = pytest.mark.django_db
# Half past seven in Geneva.
MORNING = datetime(2020, 11, 25, 6, 30, tzinfo=UTC)
YESTERDAY = MORNING - timedelta(hours=15)


def tell(users, at=YESTERDAY, **overrides):
    values = {
        "kind": "comment",
        "subject": "A comment",
        "text": "Words.",
        "reason": "you represent IEC",
        "url": "/p/1/",
    }
    told = notify(users, **{**values, **overrides})
    Notification.objects.filter(pk__in=[row.pk for row in told]).update(at=at)
    return told


def digests():
    return Mailing.objects.filter(key__startswith="digest-")


@pytest.mark.parametrize("kind", sorted(OFFICIAL))
def test_official_kind_comes_at_once_whatever_was_chosen_and_says_that_it_cannot_be_refused(kind):
    person = make_person()
    choose(person, {stream.key: "never" for stream in STREAMS})
    [row] = tell([person], kind=kind)
    body = Mailing.objects.get().bodies.get()
    assert (row.how, row.official, body.list_unsubscribe) == ("at_once", True, "")
    assert "It cannot be refused: it is part of the group's procedure" in body.text


@pytest.mark.parametrize(("how", "mails"), [("at_once", 1), ("daily", 0), ("never", 0)])
def test_choice_decides_how_a_kind_comes_and_the_portal_tells_in_any_case(how, mails):
    person = make_person()
    choose(person, {"answers": how})
    [row] = tell([person])
    assert (row.how, Mailing.objects.count()) == (how, mails)
    assert send_due_digests(MORNING) == (how == "daily")


def test_without_a_choice_the_streams_own_default_holds():
    person = make_person()
    assert choices_of(person) == {stream.key: stream.default for stream in STREAMS}
    assert stream_of("comment").default == "daily"
    assert stream_of("unheard of") is STREAMS[-1]


def test_what_carries_a_file_does_not_wait_for_the_morning():
    from post.services.mailings import FileSpec

    [row] = tell([make_person()], files=[FileSpec("a.pdf", "application/pdf", b"%PDF-1.4")])
    assert (row.how, Mailing.objects.count()) == ("at_once", 1)


def test_nothing_is_written_before_seven_and_nothing_of_after_seven():
    person = make_person()
    tell([person])
    tell([person], at=MORNING - timedelta(minutes=20), subject="Too late for today")
    assert send_due_digests(MORNING - timedelta(minutes=31)) == 0
    assert send_due_digests(MORNING) == 1
    assert "Too late for today" not in digests().get().bodies.get().text
    assert send_due_digests(MORNING + timedelta(days=1)) == 1
    assert digests().count() == 2


def test_seven_is_sevens_in_summer_too():
    tell([make_person()], at=datetime(2020, 7, 1, 4, 59, tzinfo=UTC))
    assert send_due_digests(datetime(2020, 7, 1, 4, 59, tzinfo=UTC)) == 0
    assert send_due_digests(datetime(2020, 7, 1, 5, 1, tzinfo=UTC)) == 1


def test_one_mail_each_morning_however_often_the_bell_rings():
    person = make_person()
    tell([person])
    assert [send_due_digests(MORNING + timedelta(minutes=n)) for n in (0, 1, 600)] == [1, 0, 0]
    assert (Digest.objects.count(), digests().count()) == (1, 1)


def test_a_digest_that_somebody_else_is_writing_is_not_written_twice():
    from post.services import digests as module

    person = make_person()
    tell([person])
    until = MORNING - timedelta(minutes=30)
    assert module._write(person, until)
    assert not module._write(person, until)
    assert digests().count() == 1


def test_a_failure_leaves_everything_for_the_next_ring(monkeypatch):
    from post.services import digests as module

    tell([make_person()])
    with monkeypatch.context() as patch:
        patch.setattr(module, "open_mailing", lambda *a, **k: (_ for _ in ()).throw(OSError("full")))
        with pytest.raises(OSError, match="full"):
            send_due_digests(MORNING)
    assert (Digest.objects.count(), Notification.objects.filter(digest=None).count()) == (0, 1)
    assert send_due_digests(MORNING) == 1


def test_read_in_the_portal_is_not_mailed_again():
    person = make_person()
    tell([person])
    person.notifications.update(read_at=timezone.now())
    assert send_due_digests(MORNING) == 0


def test_disabled_account_has_no_mail_of_the_morning():
    person = make_person()
    tell([person])
    type(person).objects.filter(pk=person.pk).update(is_active=False)
    assert send_due_digests(MORNING) == 0


def test_items_are_grouped_by_page_and_the_newest_comes_first():
    person = make_person()
    for minutes, subject, url in ((50, "oldest", "/p/1/#a"), (40, "alone", "/p/2/"), (35, "newest", "/p/1/#b")):
        tell([person], at=MORNING - timedelta(minutes=minutes), subject=subject, url=url)
    items = grouped(list(person.notifications.all()))
    assert [[row.subject for row in item.rows] for item in items] == [["newest", "oldest"], ["alone"]]
    send_due_digests(MORNING)
    text = digests().get().bodies.get().text
    assert text.index("newest") < text.index("oldest") < text.index("alone")
    assert "You receive this because you represent IEC." in text


def test_mail_of_the_morning_on_the_wire_offers_the_way_out(sink):
    tell([make_person("IEC member")])
    send_due_digests(MORNING)
    send_due()
    [mail] = [message["mail"] for message in sink.messages]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<http\S+/notifications/leave/\S+/>", mail["List-Unsubscribe"])
    assert "Dear IEC member," in mail.get_body(("plain",)).get_content()


def test_each_reader_of_a_mail_that_can_be_refused_has_an_own_way_out():
    one, two = make_person(), make_person()
    tell([one, two], kind="action")
    rows = Mailing.objects.get().deliveries.select_related("body")
    assert {(row.address, row.body.list_unsubscribe) for row in rows} == {
        (one.email, way_out(one, "asked")),
        (two.email, way_out(two, "asked")),
    }


def test_a_visit_shows_and_only_a_post_ends_the_stream_without_sign_in():
    person, browser = make_person(), Client(enforce_csrf_checks=True)
    path = urlsplit(way_out(person, "asked")).path
    page = browser.get(path)
    assert (page.status_code, choices_of(person)["asked"]) == (200, "at_once")
    assert "What is asked of me" in page.content.decode()
    assert browser.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert choices_of(person) == {s.key: "never" if s.key == "asked" else s.default for s in STREAMS}


def test_way_out_of_the_morning_ends_what_waits_too_and_leaves_what_comes_at_once():
    person = make_person()
    tell([person])
    Client().post(urlsplit(way_out(person, "digest")).path)
    assert send_due_digests(MORNING) == 0
    assert set(choices_of(person).values()) == {"never", "at_once"}


@pytest.mark.parametrize(
    "change", [lambda t: t[:-1] + ("a" if t[-1] != "a" else "b"), lambda t: "x" + t, lambda t: "no"]
)
def test_forged_way_out_is_unknown(change):
    token = way_out(make_person(), "asked").rstrip("/").rsplit("/", 1)[1]
    path = reverse("post:unsubscribe", args=[change(token)])
    assert (Client().get(path).status_code, Client().post(path).status_code) == (404, 404)
    assert Preference.objects.count() == 0


def test_page_of_choices_keeps_them_and_refuses_nonsense():
    person = make_person()
    browser, path = Client(), reverse("post:preferences")
    browser.force_login(person)
    page = browser.get(path).content.decode()
    assert "What cannot be refused" in page
    assert page.count('type="radio"') == 3 * len(STREAMS)
    wanted = {stream.key: "never" for stream in STREAMS}
    assert browser.post(path, {**wanted, "asked": "sometimes"}).status_code == 200
    assert Preference.objects.count() == 0
    assert browser.post(path, wanted).status_code == 302
    assert choices_of(person) == wanted


def test_unknown_choice_keeps_nothing():
    person = make_person()
    with pytest.raises(ValueError, match="sometimes"):
        choose(person, {"answers": "never", "asked": "sometimes"})
    assert Preference.objects.count() == 0
