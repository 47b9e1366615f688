"""The doorway for Celery: suggestions that are not there yet, or rest on what has changed since."""

from __future__ import annotations

from celery import shared_task


@shared_task(name="proposals.suggest_due", ignore_result=True)
def suggest_due() -> None:
    """Works out the likely related committees of some proposals; what is left is found by the next pass."""
    from proposals.services import suggestions

    suggestions.suggest_due()
