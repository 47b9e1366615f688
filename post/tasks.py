"""The doorway for Celery: the queue is only a bell, what is due stands in the ledger."""

from __future__ import annotations

import time

from celery import shared_task
from celery.signals import worker_init, worker_shutting_down

from post.stopping import ask_to_stop, go_on

# SIGTERM reaches the parent; its children stop between two messages instead of at the end of their pass.
worker_init.connect(go_on)
worker_shutting_down.connect(ask_to_stop)

PASS_SECONDS = 50


@shared_task(name="post.send_due", ignore_result=True)
def send_due() -> None:
    """One pass over the ledger, at most 50 seconds; when they were not enough the bell rings again. A pass that
    ended early found nothing more that may go now, and the beat comes anyway."""
    from post.services import dispatch

    begun = time.monotonic()
    dispatch.send_due(limit_seconds=PASS_SECONDS)
    if time.monotonic() - begun >= PASS_SECONDS and dispatch.is_anything_due():
        send_due.apply_async(retry=False, expires=PASS_SECONDS)


@shared_task(name="post.process_bounces", ignore_result=True)
def process_bounces() -> None:
    """Reads what came back; only where BOUNCE_MAILBOX is set does the beat ask for it."""
    from post.services import bounces

    bounces.process_bounces()


@shared_task(name="post.send_digests", ignore_result=True)
def send_digests() -> None:
    """Writes the mails of the morning that are due; what was written once is never due again."""
    from post.services import digests

    digests.send_due_digests()
