"""What leaves the portal, and the record of it: rendered once, its hash written down in the same transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from typing import Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.moves import NotAllowed
from documents.publishing.formats import FORMATS, Rendered, render
from organizations.models import Organization
from reports.covers import content_for, file_name
from reports.models import BoardCover, BoardReport, ReportExport, ReportRevision
from reports.permissions import can_export
from reports.queries import newest_revision


class Exported(NamedTuple):
    """A rendered file and its name without the extension."""

    rendered: Rendered
    name: str


def export_report(
    report: BoardReport, cover: BoardCover, format: str, by: Any = None, *, at: datetime | None = None
) -> Exported:
    """One board's report as docx, pdf or html, recorded. Without a person it is the command line of the server."""
    _refuse_stranger(report, by)
    revision = newest_revision(report)
    exported = _rendered(report, revision, cover, format)
    with transaction.atomic():
        _record(report, revision, cover.organization, exported.rendered, by, at)
    return exported


def export_all(report: BoardReport, by: Any = None, *, at: datetime | None = None) -> Exported:
    """Every board's report in every format in one archive. Each file in it is recorded, and the archive too."""
    _refuse_stranger(report, by)
    revision = newest_revision(report)
    covers = report.covers.select_related("organization")
    files = [(cover.organization, _rendered(report, revision, cover, form)) for cover in covers for form in FORMATS]
    archive = Rendered(_zipped(exported for _board, exported in files), "application/zip", "zip")
    with transaction.atomic():
        for organization, exported in files:
            _record(report, revision, organization, exported.rendered, by, at)
        _record(report, revision, None, archive, by, at)
    return Exported(archive, file_name(report, _("all three boards")))


def _refuse_stranger(report: BoardReport, by: Any) -> None:
    if by is not None and not can_export(by, report):
        raise NotAllowed(_("Members, observers, secretaries and the administrator take reports away."))


def _rendered(report: BoardReport, revision: ReportRevision, cover: BoardCover, format: str) -> Exported:
    return Exported(render(content_for(report, revision, cover), format), file_name(report, cover.organization.board))


def _zipped(files: Iterable[Exported]) -> bytes:
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for rendered, name in files:
            archive.writestr(f"{name}.{rendered.extension}", rendered.data)
    return stream.getvalue()


def _record(
    report: BoardReport,
    revision: ReportRevision,
    organization: Organization | None,
    rendered: Rendered,
    by: Any,
    at: datetime | None,
) -> ReportExport:
    return ReportExport.objects.create(
        revision=revision,
        organization=organization,
        format=rendered.extension,
        sha256=hashlib.sha256(rendered.data).hexdigest(),
        size=len(rendered.data),
        fingerprint=revision.fingerprint,
        draft=report.state != BoardReport.State.APPROVED,
        by=by,
        by_label=str(by) if by else _("command line"),
        at=at or timezone.now(),
    )
