"""What every writer of a meeting's record begins and ends with: the right, the row, the search."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from core.dates import format_date
from core.moves import NotAllowed, WrongState
from core.search import index
from meetings.models import Meeting
from meetings.permissions import can_record, can_schedule
from meetings.queries import standing_outcomes


def refuse(allowed: bool) -> None:
    """Raises NotAllowed with whom to ask."""
    if not allowed:
        raise NotAllowed(_("Secretaries keep the meetings. Ask the secretary of your organization."))


def lock(meeting: Meeting) -> Meeting:
    """Takes the meeting's row for this transaction: agenda and outcomes are numbered one writer after the other."""
    Meeting.objects.filter(pk=meeting.pk).update(number=F("number"))
    return Meeting.objects.select_related("report").get(pk=meeting.pk)


def check_open(meeting: Meeting, by: Any, at: datetime | None = None) -> None:
    """Raises NotAllowed for anyone but a secretary, WrongState once the report is with the members or approved, or the
    meeting cancelled; a loader of the past passes."""
    if at is not None:
        return
    refuse(can_schedule(by))
    if meeting.is_circulated:
        raise WrongState(_("The report is circulated, so the record stays as it is. Revise the report to change it."))
    if not can_record(by, meeting):
        raise WrongState(_("This meeting is closed: it was cancelled, or its report is approved."))


def index_meeting(meeting: Meeting) -> None:
    """One search row per meeting: its agenda and outcomes."""
    items = meeting.agenda.values_list("title", flat=True)
    outcomes = standing_outcomes().filter(meeting=meeting).values_list("text", flat=True)
    words = [meeting.reference, format_date(meeting.starts_at), meeting.place, *items, *outcomes]
    index("meeting", meeting.pk, meeting.title, "\n".join(words), meeting.get_absolute_url())
