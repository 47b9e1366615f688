"""The doorway for Celery: which files are still unread stands in the tables."""

from __future__ import annotations

from celery import shared_task


@shared_task(name="documents.read_files", ignore_result=True)
def read_files() -> None:
    """Reads the words of the files that the search does not know yet, for about a minute; the beat comes again."""
    from documents.services import reading

    reading.read_files()
