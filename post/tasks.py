"""The doorway for Celery: the queue is only a bell, what is due stands in the ledger."""

from __future__ import annotations

from celery import shared_task


@shared_task(name="post.send_due", ignore_result=True)
def send_due() -> None:
    """One pass over the ledger; it loops while due rows remain, and rings again when its time is over."""
    from post.services import dispatch

    dispatch.send_due(limit_seconds=50)
    if dispatch.is_anything_due():
        send_due.apply_async(retry=False)
