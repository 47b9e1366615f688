"""The worker's sign of life."""

from celery import shared_task

from spcg_portal.health import note_heartbeat


@shared_task(name="spcg_portal.heartbeat")
def heartbeat() -> None:
    """Proves that beat rings, the broker carries and a worker works: the whole way of every other task."""
    note_heartbeat()
