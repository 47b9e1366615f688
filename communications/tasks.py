"""The doorways for Celery: letters whose time has come are released, those whose mailing has ended are sent."""

from __future__ import annotations

from celery import shared_task


@shared_task(name="communications.finish_letters", ignore_result=True)
def finish_letters() -> None:
    """Writes down which letters are sent; their pages say so already, out of the ledger."""
    from communications.services import dispatch

    dispatch.finish_letters()


@shared_task(name="communications.send_due_letters", ignore_result=True)
def send_due_letters() -> None:
    """Releases what is scheduled and due; what is due stands in the database."""
    from communications.services import schedules

    schedules.send_due_letters()


@shared_task(name="communications.remind_of_steps", ignore_result=True)
def remind_of_steps() -> None:
    """Reminds those responsible for milestones that were missed; who was reminded stands in the database."""
    from communications.services import steps

    steps.remind_of_steps()
