"""Files chosen in a form and not sent yet: held beside the draft, handed over when the proposal is logged."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import Draft
from core.moves import Refused
from documents.judge import JudgedFile
from documents.services.register import store_file
from proposals.models import Tray, TrayFile

MOST_FILES = 10
MOST_TRAYS = 20  # of one person; the oldest is emptied
LEFT_AFTER = timedelta(days=1)  # without a draft; with one they stay as long as it does


@transaction.atomic
def hold_files(owner: Any, sheet: UUID, files: Iterable[tuple[JudgedFile, File]]) -> list[TrayFile]:
    """Holds judged files for the form of this sheet; the same content twice is one file. Raises Refused beyond ten."""
    tray, created = Tray.objects.get_or_create(owner=owner, sheet=sheet)
    held = [store_file(tray.attachments, owner, judged, content)[0] for judged, content in files]
    if tray.attachments.count() > MOST_FILES:
        raise Refused(_("Choose at most ten files at a time."))
    if created:
        _remove(Tray.objects.filter(owner=owner).order_by("-at", "-pk")[MOST_TRAYS:])
    return held


def contents_of(held: Iterable[TrayFile]) -> list[tuple[JudgedFile, File]]:
    """Held files as a service takes them: judged when they were chosen."""
    return [(JudgedFile(f.extension, f.content_type, f.extension, f.size, f.sha256, f.name), f.file) for f in held]


@transaction.atomic
def empty_tray(owner: Any, sheet: UUID) -> None:
    """Removes the files held for one form; after its proposal is logged they stand there."""
    _remove(Tray.objects.filter(owner=owner, sheet=sheet))


@transaction.atomic
def empty_left_trays(at: datetime | None = None) -> None:
    """Removes the files of forms that have no draft any more, a day after they were chosen."""
    draft = Draft.objects.filter(owner=OuterRef("owner"), sheet=OuterRef("sheet"))
    _remove(Tray.objects.filter(~Exists(draft), at__lt=(at or timezone.now()) - LEFT_AFTER))


def _remove(trays: Iterable[Tray]) -> None:
    """The rows first, the stored files once that is certain."""
    pks = [tray.pk for tray in trays]
    stored = [held.file for held in TrayFile.objects.filter(subject__in=pks)]
    Tray.objects.filter(pk__in=pks).delete()
    transaction.on_commit(lambda: [file.storage.delete(file.name) for file in stored])
