"""Beat's sign of life."""

from celery import shared_task

from spcg_portal import health


@shared_task(name="spcg_portal.heartbeat")
def heartbeat() -> None:
    """Proves that beat rings, the broker carries and a pool works: the whole way of every other task."""
    health.note("beat")


@shared_task(name="spcg_portal.witness_history")
def witness_history() -> None:
    """Mails the head of the chain over all histories to the three secretaries, once a day."""
    from spcg_portal.services import mail_witness

    mail_witness()
