"""Celery inside the web process, for one process tree without a broker: a worker and a beat, in threads.

The queue lives in memory and is forgotten on stop; the database is the truth."""

from __future__ import annotations

import logging
import os
import threading

from celery.beat import EmbeddedService
from celery.worker import WorkController

from post import stopping

log = logging.getLogger(__name__)


class _Running:
    """The one worker and the one beat of this process."""

    def __init__(self, app) -> None:
        self.ready = threading.Event()
        self.worker = WorkController(
            app=app,
            pool_cls="threads",
            concurrency=2,
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
            ready_callback=lambda consumer: self.ready.set(),
        )
        self.worker_thread = threading.Thread(target=self._work, name="celery-worker", daemon=True)
        self.beat = EmbeddedService(app, thread=True, scheduler_cls="celery.beat:Scheduler")
        self.stopping = False

    def _work(self) -> None:
        self.worker.start()
        if not self.stopping:
            log.critical("The worker inside the web process has stopped; restart the portal.")


_running: _Running | None = None


def start() -> None:
    """Starts worker and beat; once per process, after the fork."""
    global _running
    # The web server has just loaded the same rooms; checking them again costs a second of every start.
    os.environ.setdefault("CELERY_SKIP_CHECKS", "1")
    from spcg_portal.celery import app

    _running = _Running(app)
    _running.worker_thread.start()
    _running.beat.start()


def alive() -> bool:
    """Whether this process has a worker that is ready, and a beat."""
    return (
        _running is not None
        and _running.ready.is_set()
        and _running.worker_thread.is_alive()
        and _running.beat.is_alive()
    )


def stop() -> None:
    """Ends beat, then the worker after the message in hand; what is due and undone stands in the database."""
    if _running is None or _running.stopping:
        return
    _running.stopping = True
    stopping.ask_to_stop()
    _running.beat.service.stop()
    _running.worker.stop()
    stopping.go_on()
