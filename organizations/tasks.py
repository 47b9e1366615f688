"""The doorway for Celery: appointments end on their day, and personal data does not outlive its time."""

from __future__ import annotations

from celery import shared_task


@shared_task(name="organizations.forget_contacts", ignore_result=True)
def forget_contacts() -> None:
    """Erases contacts whose time is over, and forgets lists that nobody has decided."""
    from organizations.services.contact_imports import drop_old_imports
    from organizations.services.erasure import erase_old_contacts

    erase_old_contacts()
    drop_old_imports()


@shared_task(name="organizations.end_terms", ignore_result=True)
def end_terms() -> None:
    """Closes the appointments whose last day is over."""
    from organizations.services.terms import end_terms

    end_terms()
