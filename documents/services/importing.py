"""An existing register brought in as a whole: numbers, letters, files and other organizations' numbers."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.bell import ring
from core.moves import AlreadyDone, NotAllowed, Refused
from documents.judge import folder_of
from documents.models import Document, ForeignNumber, RegisterImport, Revision
from documents.permissions import can_import
from documents.services.register import create_document, index_document, record_about, store_file
from documents.services.table import ARCHIVE_SECONDS, Line, Plan, files_of_archive, read_plan
from documents.tasks import read_files
from organizations.models import Organization

S = Revision.Status
KEPT = timedelta(days=7)


def _refuse(by: Any) -> None:
    if not can_import(by):
        raise NotAllowed(_("Secretaries keep the register. Ask the secretary of your organization."))


def keep_import(by: Any, table: str, folder: File | None) -> RegisterImport:
    """Keeps what was uploaded until a person has looked at what would come of it. Raises BadTable for no table."""
    _refuse(by)
    read_plan(table, {})
    for old in RegisterImport.objects.filter(made_at__lt=timezone.now() - KEPT).exclude(folder=""):
        old.folder.delete()  # nobody came back to it
    return RegisterImport.objects.create(table=table, folder=folder or "", made_by=by)


def plan_of(waiting: RegisterImport) -> Plan:
    """What this import would do with the register as it is now."""
    archive = folder_of("files.zip", waiting.folder.open("rb")) if waiting.folder else None
    return read_plan(waiting.table, files_of_archive(archive), seconds=ARCHIVE_SECONDS)


@transaction.atomic
def import_waiting(waiting: RegisterImport, by: Any) -> int:
    """Does what the check page showed, all of it or nothing, and once; returns how many revisions came."""
    _refuse(by)
    done = RegisterImport.objects.filter(pk=waiting.pk, imported_at=None).update(imported_at=timezone.now())
    if not done:
        raise AlreadyDone(_("This table has been imported already."))
    count = import_plan(plan_of(waiting), by)
    transaction.on_commit(lambda: waiting.folder.delete(save=True) if waiting.folder else None)
    return count


@transaction.atomic
def import_plan(plan: Plan, by: Any, *, at: datetime | None = None) -> int:
    """Writes the lines that the register does not have; Refused while any line is at fault. `at` is for the command,
    which has no person."""
    if at is None:
        _refuse(by)
    if plan.faulty:
        raise Refused(_("Lines of the table are at fault. Nothing was imported."))
    at = at or timezone.now()
    lines = sorted(plan.wanted, key=lambda line: (line.number, line.position))
    for number, group in groupby(lines, key=lambda line: line.number):
        _import_document(number, list(group), by, at)
    ring(read_files)
    return len(lines)


def _import_document(number: int, lines: list[Line], by: Any, at: datetime) -> None:
    document = Document.objects.filter(series="SPCG", number=number).first()
    if document is None:
        first = next(line for line in lines if line.title)
        values = {"title": first.title, "kind": first.kind, "registered_at": at}
        document = create_document(values, number, True)
    for line in lines:
        _import_revision(document, line, by, at)
    index_document(document)


def _import_revision(document: Document, line: Line, by: Any, at: datetime) -> None:
    """The letters before it that nobody has listed keep their places, as withdrawn: a letter is never given again."""
    last = document.revisions.order_by("-position").values_list("position", flat=True).first()
    for position in range(-1 if last is None else last, line.position)[1:]:
        note = _("Not in the imported table.")
        values = {"state": S.WITHDRAWN, "note": note, "shared_at": at, "created_at": at}
        Revision.objects.create(document=document, position=position, author=by, **values)
    revision = Revision.objects.create(
        document=document,
        position=line.position,
        state=line.state,
        note=line.note,
        dated_on=line.dated_on,
        approved_on=line.dated_on if line.state == S.APPROVED else None,
        author=by,
        author_label=str(by) if by else "",
        shared_at=None if line.state == S.DRAFT else at,
        created_at=at,
    )
    for judged, opener in line.files:
        with opener() as stream:
            store_file(revision.attachments, by, judged, File(stream), at=at)
    for code, number in line.numbers.items():
        ForeignNumber.objects.create(revision=revision, organization=Organization.objects.get(code=code), number=number)
    text = _("imported %(reference)s from line %(line)d of a table") % {"reference": revision, "line": line.place}
    record_about(revision, "import", by, text, after={"status": line.state, "note": line.note}, at=at)
