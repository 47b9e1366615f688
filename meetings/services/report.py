"""The report of a meeting: numbered from the register and attached."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from core.history import record
from core.moves import AlreadyDone, Refused, WrongState
from documents.models import Document, Revision
from documents.services.register import register_document
from meetings.models import Meeting
from meetings.permissions import can_report, can_schedule
from meetings.services.keeping import lock, refuse


def _check(meeting: Meeting, by: Any, at: datetime | None) -> None:
    refuse(can_schedule(by) or at is not None)
    if at is None and not can_report(by, meeting):
        raise WrongState(_("A report belongs to a meeting that was held, and stays once it is approved."))


@transaction.atomic
def attach_report(meeting: Meeting, by: Any, revision: Revision, at: datetime | None = None) -> Meeting:
    """Makes a revision the meeting's report; the same one again changes nothing, a later one replaces it."""
    locked = lock(meeting)
    _check(locked, by, at)
    if revision.document.kind != Document.Kind.MEETING_REPORT:
        raise Refused(_("%(reference)s is not a meeting report.") % {"reference": revision.reference})
    if locked.report_id != revision.pk:
        Meeting.objects.filter(pk=meeting.pk).update(report=revision, version=F("version") + 1)
        text = _("attached the report %(reference)s") % {"reference": revision.reference}
        record(meeting, "report", by, text, after={"report": revision.reference}, at=at)
    meeting.refresh_from_db()
    return meeting


@transaction.atomic
def draft_report(meeting: Meeting, by: Any, at: datetime | None = None) -> Revision:
    """Registers the next number of the register for the report and attaches it; raises AlreadyDone if the meeting
    has a report. The text of the report is composed from the meeting's records whenever it is exported."""
    locked = lock(meeting)
    _check(locked, by, at)
    if locked.report_id:
        raise AlreadyDone(_("This meeting has its report already."))
    revision = register_document(
        by,
        title=_("Report from the %(meeting)s") % {"meeting": meeting.title},
        kind=Document.Kind.MEETING_REPORT,
        dated_on=meeting.held_on,
        illustrative=meeting.illustrative,
        token=uuid.uuid5(meeting.token, "report"),
        at=at,
    )
    attach_report(meeting, by, revision, at=at)
    return revision
