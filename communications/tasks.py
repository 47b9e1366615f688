"""The doorway for Celery: letters whose mailing has ended are sent."""

from __future__ import annotations

from celery import shared_task


@shared_task(name="communications.finish_letters", ignore_result=True)
def finish_letters() -> None:
    """Writes down which letters are sent; their pages say so already, out of the ledger."""
    from communications.services import dispatch

    dispatch.finish_letters()
