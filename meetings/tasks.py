"""The doorway for Celery: reminders of actions."""

from __future__ import annotations

from celery import shared_task


@shared_task(name="meetings.remind_due", ignore_result=True)
def remind_due() -> None:
    """Reminds those in charge of actions that are due; what was missed is found by the next pass."""
    from meetings.services import actions

    actions.remind_due()
