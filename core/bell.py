"""The bell: tells a worker, after the commit, that the tables hold work."""

from __future__ import annotations

from typing import Any

from django.db import transaction

EXPIRES = 60


def ring(task: Any) -> None:
    """Starts a task after the commit. A broker that is down never surfaces: what is due stands in the tables, and the
    beat finds it at its next stroke."""
    transaction.on_commit(lambda: _start(task), robust=True)


def _start(task: Any) -> None:
    # No retries: the person who pressed the button would wait for them.
    task.apply_async(retry=False, expires=EXPIRES)
