"""The doorway for Celery: where what would be published has changed, the three are asked anew."""

from __future__ import annotations

from celery import shared_task


@shared_task(name="publications.ask_again", ignore_result=True)
def ask_again() -> None:
    """What has changed stands in the database; a lost stroke costs one wait."""
    from publications import services

    services.ask_again_due()
