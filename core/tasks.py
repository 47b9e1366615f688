"""The task that seals what the histories have gained."""

from __future__ import annotations

from celery import shared_task


@shared_task(name="core.seal_history")
def seal_history() -> None:
    """Seals every entry that is not sealed yet, in batches."""
    from core.chain import seal

    while seal():
        pass


@shared_task(name="core.drop_old_drafts")
def drop_old_drafts() -> None:
    """Removes drafts of forms that nobody has touched for 90 days."""
    from core.drafts import drop_old_drafts as drop

    drop()
