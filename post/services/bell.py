"""The bell: tells a worker, after the commit, that the ledger holds work."""

from __future__ import annotations

from django.db import transaction

from post import tasks


def ring() -> None:
    """Starts the dispatch after the commit. A broker that is down never surfaces: the ledger is the truth, and
    the beat finds the work within ten seconds."""
    transaction.on_commit(_start, robust=True)


def _start() -> None:
    # No retries: the person who pressed the button would wait for them.
    tasks.send_due.apply_async(retry=False, expires=60)
