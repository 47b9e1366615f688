"""The words inside received files, for the search."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from documents.reading import Reading
from documents.services.reading import PASS_SECONDS, read_each
from proposals.models import ProposalFile, ProposalWords
from proposals.services.record import index_row


def read_files(limit_seconds: int = PASS_SECONDS) -> int:
    """Reads every received file once, the newest first, until the time is up; returns how many."""
    unread = ProposalFile.objects.filter(words__isnull=True).select_related("subject__organization").order_by("-pk")
    return read_each(unread, _keep, limit_seconds)


@transaction.atomic
def _keep(file: Any, reading: Reading) -> None:
    ProposalWords.objects.get_or_create(file=file, defaults={"outcome": reading.outcome, "text": reading.text})
    index_row(file.subject)
