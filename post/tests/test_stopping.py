"""SIGTERM: a worker ends between two messages, gives its rows back, and repeats nothing."""

import os
import signal
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from post import stopping
from post.services.dispatch import send_due
from post.tests.factories import make_letter, states_of
from post.tests.test_crash import database_url


@pytest.fixture(autouse=True)
def going_on():
    yield
    stopping.go_on()


def test_pass_that_is_asked_to_stop_gives_its_rows_back(db, sink):
    mailing = make_letter(8)
    sink.on_message = lambda number: stopping.ask_to_stop() if number == 3 else None
    sent = send_due()
    assert 3 <= sent <= 4
    assert states_of(mailing) == ["sent"] * sent + ["waiting"] * (8 - sent)
    assert not mailing.deliveries.filter(claimed_by__gt="").exists()
    assert send_due() == 0
    stopping.go_on()
    assert send_due() == 8 - sent
    assert len(sink.recipients) == len(set(sink.recipients)) == 8
    assert not mailing.deliveries.filter(possible_duplicate=True).exists()


@pytest.mark.django_db(transaction=True)
def test_sigterm_ends_a_process_between_two_messages(sink):
    mailing = make_letter(40)
    connection.close()
    environment = {**os.environ, "DATABASE_URL": database_url(), "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"}
    environment["POST_JOURNAL"] = str(settings.POST_JOURNAL)
    worker = subprocess.Popen([sys.executable, "manage.py", "send_due"], cwd=settings.BASE_DIR, env=environment)
    sink.on_message = lambda number: os.kill(worker.pid, signal.SIGTERM) if number == 5 else None
    assert worker.wait(60) == 0
    states = states_of(mailing)
    assert states.count("sent") == len(sink.recipients) < 40
    assert set(states) == {"sent", "waiting"}
    send_due()
    assert len(sink.recipients) == len(set(sink.recipients)) == 40
    assert not mailing.deliveries.filter(possible_duplicate=True).exists()


def test_worker_hears_celery_say_that_it_shuts_down():
    from celery.signals import worker_init, worker_shutting_down

    import post.tasks  # noqa: F401

    worker_shutting_down.send(sender="worker", sig="SIGTERM", how="Warm", exitcode=0)
    assert stopping.asked_to_stop()
    worker_init.send(sender="worker")
    assert not stopping.asked_to_stop()
