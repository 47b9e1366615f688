"""The task that seals what the histories have gained."""

from __future__ import annotations

from celery import shared_task


@shared_task(name="core.seal_history")
def seal_history() -> None:
    """Seals every entry that is not sealed yet, in batches."""
    from core.chain import seal

    while seal():
        pass
