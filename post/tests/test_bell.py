"""The bell: what is due stands in the ledger; a lost or broken bell costs at most one beat."""

import pytest
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

from post import tasks
from post.services.bell import ring
from post.services.notices import notify
from post.tests.factories import make_letter, make_person, states_of


@pytest.fixture
def rung(monkeypatch):
    calls = []
    monkeypatch.setattr(tasks.send_due, "apply_async", lambda **options: calls.append(options))
    return calls


def test_bell_rings_after_the_commit_only(db, rung, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        ring()
        assert rung == []
    assert len(rung) == 1


@pytest.mark.django_db(transaction=True)
def test_bell_is_silent_after_a_rollback(rung):
    with transaction.atomic():
        make_letter(1)
        transaction.set_rollback(True)
    assert rung == []


@pytest.mark.django_db(transaction=True)
def test_broker_that_is_down_never_surfaces(monkeypatch, mailoutbox):
    def down(**options):
        raise OperationalError("no broker")

    monkeypatch.setattr(tasks.send_due, "apply_async", down)
    person = make_person()
    [told] = notify([person], kind="test", subject="S", text="T", reason="R", url="/")
    assert told.pk
    # The beat's stroke finds it.
    tasks.send_due()
    assert [message.to for message in mailoutbox] == [[person.email]]


def test_beat_finds_what_an_emptied_broker_forgot(db, rung, mailoutbox):
    """Nothing of the sending is kept in the queue: the bell is lost here, and the next stroke sends all the same."""
    mailing = make_letter(2)
    tasks.send_due()
    assert states_of(mailing) == ["sent", "sent"]


def test_beat_strikes_every_ten_seconds_and_strokes_do_not_pile_up():
    entry = settings.CELERY_BEAT_SCHEDULE["post.send_due"]
    assert entry["task"] == tasks.send_due.name
    assert entry["schedule"] <= 10
    assert entry["options"]["expires"] <= 10


def test_pass_that_used_up_its_time_rings_again(db, rung, monkeypatch):
    make_letter(2)
    monkeypatch.setattr(tasks, "PASS_SECONDS", 0)
    tasks.send_due()
    assert len(rung) == 1


def test_pass_that_found_nothing_more_rings_no_more(db, rung, mailoutbox):
    make_letter(2)
    tasks.send_due()
    assert rung == []
