"""Progress that tells the truth, the ledger and its filters, the four plain states."""

from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone

from core.pages import page_of
from post.models import Delivery, Mailing
from post.queries import ledger, progress
from post.services.mailings import RecipientSpec
from post.tests.factories import make_body, make_letter, make_recipients

pytestmark = pytest.mark.django_db


def mixed_letter():
    """ISO: 2 sent (one maybe twice), 1 failed, 1 claimed; IEC: 1 bounced, 1 waiting, 1 skipped."""
    bodies = [make_body(), make_body(group="IEC"), make_body(group="ITU-T")]
    mailing = make_letter(make_recipients(4) + make_recipients(3, "IEC"), bodies=bodies)
    states = ["sent", "sent", "failed", "claimed", "bounced", "waiting", "skipped"]
    reasons = ["", "", "full", "", "no_address", "", "inside"]
    for row, state, reason in zip(mailing.deliveries.all(), states, reasons, strict=True):
        Delivery.objects.filter(pk=row.pk).update(state=state, reason=reason)
    Delivery.objects.filter(pk=mailing.deliveries.first().pk).update(possible_duplicate=True)
    return mailing


def test_progress_counts_every_row_once_per_group_and_in_total():
    total = progress(mixed_letter())
    names = ("recipients", "sent", "waiting", "failed", "skipped", "bounced", "aborted", "left", "duplicates")
    assert [total[name] for name in names] == [7, 2, 2, 1, 1, 1, 0, 2, 1]
    assert [row["group"] for row in total["groups"]] == ["ISO", "IEC", "ITU-T"]
    assert [row["recipients"] for row in total["groups"]] == [4, 3, 0]
    assert [row["sent"] for row in total["groups"]] == [2, 0, 0]
    assert total["groups"][0]["bar"] == {"sent": 50.0, "trouble": 25.0}
    assert total["sentence"] == ("Sending · 2 waiting · 1 failed · 1 came back · 1 left out · 1 perhaps twice")


def test_progress_says_speed_and_minutes_left():
    mailing = make_letter(10)
    now = timezone.now()
    Mailing.objects.update(started_at=now - timedelta(minutes=5))
    mailing.refresh_from_db()
    keys = list(mailing.deliveries.values_list("pk", flat=True))
    Delivery.objects.filter(pk__in=keys[:3]).update(state="sent", sent_at=now - timedelta(seconds=10))
    Delivery.objects.filter(pk__in=keys[3:5]).update(state="sent", sent_at=now - timedelta(minutes=3))
    total = progress(mailing)
    assert (total["speed"], total["minutes"]) == (3, 2)
    assert "5 waiting, about 2 minutes left" in total["sentence"]


def test_progress_of_nothing_yet_and_of_a_pause_promises_no_end():
    mailing = make_letter(2)
    assert progress(mailing)["minutes"] is None
    Mailing.objects.update(state="paused")
    mailing.refresh_from_db()
    total = progress(mailing)
    assert (total["minutes"], total["speed"], total["moving"]) == (None, 0, False)


def test_progress_takes_the_same_queries_for_many_rows(django_assert_num_queries):
    for number in (2, 300):
        mailing = make_letter(number)
        with django_assert_num_queries(3):
            progress(mailing)


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({}, 7),
        (None, 7),
        ({"group": "IEC"}, 3),
        ({"state": "sent"}, 2),
        ({"state": "trouble"}, 2),
        ({"state": "waiting"}, 2),
        ({"state": "nonsense"}, 7),
        ({"q": "R2@IEC"}, 1),
        ({"q": "chair 3"}, 2),
        ({"q": "\x00%_"}, 0),
        ({"q": "x" * 5000, "group": ""}, 0),
        ({"group": "\x00"}, 7),
        ({"group": "nowhere"}, 0),
    ],
)
def test_ledger_filters(filters, count):
    assert ledger(mixed_letter(), filters).count() == count


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        ("waiting", "", "Waiting"),
        ("waiting", "later", "Waiting"),
        ("claimed", "", "Being sent"),
        ("sent", "", "Sent"),
        ("failed", "no_address", "Address does not exist"),
        ("failed", "malformed", "Address does not exist"),
        ("failed", "full", "Inbox not accepting"),
        ("failed", "not_accepting", "Inbox not accepting"),
        ("failed", "too_large", "Inbox not accepting"),
        ("failed", "later", "Inbox not accepting"),
        ("failed", "no_answer", "Inbox not accepting"),
        ("failed", "us", "Our problem"),
        ("bounced", "no_address", "Address does not exist"),
        ("bounced", "", "Our problem"),
        ("skipped", "inside", "Left out"),
        ("aborted", "stopped", "Stopped"),
    ],
)
def test_delivery_in_plain_words(state, reason, words):
    found = Delivery(state=state, reason=reason).words
    assert str(found) == words
    assert bool(str(found.next_step)) == (state in ("failed", "bounced"))


def test_every_reason_has_words_for_a_failed_row():
    for reason in Delivery.Reason.values:
        assert str(Delivery(state="failed", reason=reason).words)


def draw(name, **context):
    request = RequestFactory().get("/")
    return render_to_string(name, {"request": request, **context}, request=None)


def test_progress_fragment_draws_numbers_and_polls_only_while_it_moves():
    mailing = mixed_letter()
    html = draw("post/_progress.html", mailing=mailing, progress=progress(mailing), poll_url="/letters/1/progress/")
    assert "<b>2</b> of 7 sent" in html
    assert 'hx-get="/letters/1/progress/"' in html
    assert 'hx-trigger="every 10s"' in html
    assert '<rect class="f-ink" width="50.0%"' in html
    assert "Stop updating" in html
    stopped = draw("post/_progress.html", mailing=mailing, progress=progress(mailing), poll_url="")
    assert "hx-get" not in stopped
    Mailing.objects.update(state="finished")
    mailing.refresh_from_db()
    ended = draw("post/_progress.html", mailing=mailing, progress=progress(mailing), poll_url="/x/")
    assert "hx-get" not in ended
    assert "Stop updating" not in ended


def test_ledger_fragment_shows_words_and_next_step():
    mailing = make_letter([RecipientSpec("a@x.example", "<b>Chair</b>", "ISO")])
    Delivery.objects.update(state="failed", reason="full", detail="552 <over>", attempts=3, attempted_at=timezone.now())
    page = page_of(RequestFactory().get("/"), ledger(mailing))
    html = draw("post/_ledger.html", page=page)
    assert "&lt;b&gt;Chair&lt;/b&gt;" in html
    assert "Inbox not accepting" in html
    assert "552 &lt;over&gt;" in html
    assert "Ask the recipient to free the inbox" in html
    empty = draw("post/_ledger.html", page=page_of(RequestFactory().get("/"), ledger(mailing, {"q": "zzz"})))
    assert "No line of the ledger matches." in empty
