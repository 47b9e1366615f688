"""The doorway for Celery: what is due is found by query."""

from __future__ import annotations

from celery import shared_task


@shared_task(name="landscape.ask_due", ignore_result=True)
def ask_due() -> None:
    """Asks the organizations to confirm areas that have gone stale; what was missed is found by the next pass."""
    from landscape.services import confirmations

    confirmations.ask_due()
