"""A worker killed in the middle: a real process, a real database file, a real mail server."""

import os
import signal
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from post.models import Mailing
from post.services.dispatch import send_due
from post.tests.factories import make_letter, states_of


def database_url():
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    login = values["USER"] + (f":{values['PASSWORD']}" if values["PASSWORD"] else "")
    return f"postgres://{login}@{values['HOST']}:{values['PORT'] or 5432}/{values['NAME']}"


@pytest.mark.django_db(transaction=True)
def test_killed_worker_loses_nobody_and_repeats_at_most_one_marked_row(sink):
    """kill -9 the moment the server has taken the third message."""
    mailing = make_letter(8)
    connection.close()
    environment = {**os.environ, "DATABASE_URL": database_url(), "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}"}
    environment["POST_JOURNAL"] = str(settings.POST_JOURNAL)
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "send_due"], cwd=settings.BASE_DIR, env=environment, stderr=subprocess.PIPE
    )

    def kill_at_third(number):
        if number == 3:
            os.kill(worker.pid, signal.SIGKILL)

    sink.on_message = kill_at_third
    worker.wait(60)
    assert worker.returncode == -signal.SIGKILL, worker.stderr.read()
    assert states_of(mailing) == ["claimed"] * 8

    # Its journal lies here and nobody holds it: no need to wait for the lease.
    assert send_due() == 6

    assert Mailing.objects.get().state == "finished"
    assert sorted(set(sink.recipients)) == [f"r{n}@iso.example" for n in range(1, 9)]
    assert sorted(sink.recipients).count("r3@iso.example") == 2
    assert len(sink.recipients) == 9
    twice = [message["mail"] for message in sink.messages if message["envelope_to"] == "r3@iso.example"]
    assert len({(mail["Message-ID"], mail["Date"]) for mail in twice}) == 1
    assert [row.address for row in mailing.deliveries.filter(possible_duplicate=True)] == ["r3@iso.example"]
