"""The words inside files, for the search."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from documents.models import FileWords
from documents.queries import files_unread
from documents.reading import Outcome, Reading, read_words
from documents.services.register import index_document

PASS_SECONDS, PASS_FILES = 50, 500


def read_files(limit_seconds: int = PASS_SECONDS) -> int:
    """Reads every file of the register once, the newest first, until the time is up; returns how many."""
    return read_each(files_unread(), _keep, limit_seconds)


def read_each(unread: QuerySet, keep: Callable[[Any, Reading], None], limit_seconds: int = PASS_SECONDS) -> int:
    """Reads the files of any room, each in a process of its own, and gives what was read to `keep`. What cannot be
    read is written down as such and never tried again, so that no file stands in the way of the others."""
    end, count = time.monotonic() + limit_seconds, 0
    for file in unread[:PASS_FILES]:
        if time.monotonic() > end:
            break
        keep(file, _read(file))
        count += 1
    return count


def _read(file: Any) -> Reading:
    try:
        with file.file.open("rb") as stream:
            return read_words(file.extension, stream)
    except OSError:  # the file is gone from the store, or no process could be started
        return Reading(Outcome.UNREADABLE, "")


@transaction.atomic
def _keep(file: Any, reading: Reading) -> None:
    FileWords.objects.get_or_create(file=file, defaults={"outcome": reading.outcome, "text": reading.text})
    index_document(file.subject.document)
