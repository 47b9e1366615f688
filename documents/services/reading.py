"""The words inside files, for the search."""

from __future__ import annotations

import time

from django.db import transaction

from documents.models import FileWords, RevisionFile
from documents.queries import files_unread
from documents.reading import Outcome, Reading, read_words
from documents.services.register import index_document

PASS_SECONDS = 50


def read_files(limit_seconds: int = PASS_SECONDS) -> int:
    """Reads every file once, the newest first, until the time is up; returns how many. What cannot be read is
    written down as such and never tried again, so that no file stands in the way of the others."""
    end, count = time.monotonic() + limit_seconds, 0
    for file in files_unread()[:500]:
        if time.monotonic() > end:
            break
        _keep(file, _read(file))
        count += 1
    return count


def _read(file: RevisionFile) -> Reading:
    try:
        with file.file.open("rb") as stream:
            return read_words(file.extension, stream)
    except OSError:  # the file is gone from the store, or no process could be started
        return Reading(Outcome.UNREADABLE, "")


@transaction.atomic
def _keep(file: RevisionFile, reading: Reading) -> None:
    FileWords.objects.get_or_create(file=file, defaults={"outcome": reading.outcome, "text": reading.text})
    index_document(file.subject.document)
