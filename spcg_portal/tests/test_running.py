"""The process tree of `make run`: it starts, is healthy, stops whole, and keeps its data."""

import os
import signal
import socket
import sqlite3
from contextlib import closing

import pytest

from spcg_portal.tests.processes import (
    clean_environment,
    free_port,
    health,
    interrupt,
    members,
    python,
    start,
    wait_until,
)


@pytest.fixture(scope="module")
def var(tmp_path_factory):
    """The portal's folder; its database is built by the first start."""
    return tmp_path_factory.mktemp("portal") / "var"


@pytest.fixture
def portal(tmp_path, var):
    """Starts `manage.py serve` on a free port as often as asked; nothing is left running."""
    started = []

    def run():
        port = free_port()
        env = clean_environment(var, DEMO="1", PORT=str(port))
        log = tmp_path / "log"
        process = start("manage.py", "serve", "--empty", env=env, log=log)
        started.append(process)
        assert wait_until(lambda: health(port) == (200, "ok") or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        return process, port

    yield run
    for process in started:
        for pid in members(process.pid):
            signal.pidfd_send_signal(os.pidfd_open(pid), signal.SIGKILL)
        process.wait()


def test_process_tree_stops_whole_and_keeps_its_data(portal, var):
    process, port = portal()
    assert len(members(process.pid)) == 2  # the server, and its one process with Celery inside
    with closing(sqlite3.connect(var / "portal.sqlite3")) as database, database:
        database.execute("INSERT INTO django_session VALUES ('kept', '', '2099-01-01')")

    assert interrupt(process) == 0
    assert members(process.pid) == []
    assert health(port) == (0, "")

    again, port = portal()
    with closing(sqlite3.connect(var / "portal.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM django_session WHERE session_key = 'kept'").fetchone() == (1,)
    again.send_signal(signal.SIGTERM)
    assert again.wait(timeout=60) == 0
    assert members(again.pid) == []


def test_output_names_the_address_and_nothing_goes_wrong(portal, tmp_path, var):
    process, port = portal()
    interrupt(process)
    assert f"\n{(tmp_path / 'log').read_text()}".split("\n\n")[-2:] == [
        f"The SPCG portal answers at http://127.0.0.1:{port}/",
        f"Data: {var}   Stop: Ctrl-C\n",
    ]


def test_taken_port_is_refused_in_words(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = python("manage.py", "serve", env=clean_environment(tmp_path, DEMO="1", PORT=str(port)))
    assert result.returncode == 1
    assert f"127.0.0.1:{port} cannot be used" in result.stderr


STOPPED_WORKER = """
import django, time
django.setup()
from spcg_portal import embedded, health
assert health.worker_fault() == "the worker inside the web process has stopped"
embedded.start()
end = time.monotonic() + 60
while health.worker_fault() and time.monotonic() < end:
    time.sleep(0.05)
print(repr(health.worker_fault()))
embedded._running.worker.stop()
embedded._running.worker_thread.join(60)
print(health.worker_fault())
embedded.stop()
"""


def test_worker_that_dies_in_the_web_process_is_a_fault(tmp_path):
    env = clean_environment(tmp_path, DEMO="1", DJANGO_SETTINGS_MODULE="spcg_portal.settings")
    result = python("-c", STOPPED_WORKER, env=env)
    assert result.stdout == "''\nthe worker inside the web process has stopped\n"
    assert "The worker inside the web process has stopped; restart the portal." in result.stderr
