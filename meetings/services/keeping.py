"""What every writer of a meeting's record begins and ends with: the right, the row, the search."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from core.dates import format_date
from core.models import SearchText
from core.moves import NotAllowed, WrongState
from core.search import index, row_of, save_rows, unindex
from meetings.models import Meeting, Outcome, ReportRemark
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
    """One search row per meeting, its agenda and outcomes, and one per outcome that stands."""
    items = meeting.agenda.values_list("title", flat=True)
    outcomes = list(standing_outcomes().filter(meeting=meeting).select_related("meeting", "owner_organization"))
    words = [meeting.reference, format_date(meeting.starts_at), meeting.place, *items]
    words += [outcome.text for outcome in outcomes]
    names = [meeting.reference, _("%(ordinal)s meeting") % {"ordinal": meeting.ordinal}]
    index("meeting", meeting.pk, meeting.title, "\n".join(words), meeting.get_absolute_url(), names=names)
    unindex("outcome", meeting.outcomes.filter(withdrawn_at__isnull=False).values_list("pk", flat=True))
    save_rows(_row_of(outcome, meeting) for outcome in outcomes)


def _row_of(outcome: Outcome, meeting: Meeting) -> SearchText:
    words = {"meeting": meeting.reference, "outcome": outcome}
    text = "\n".join(filter(None, [outcome.text, outcome.reference, outcome.owner]))
    title, names = _("%(outcome)s, %(meeting)s") % words, [str(outcome), outcome.label] if outcome.label else []
    return row_of("outcome", outcome.pk, title, text, outcome.get_absolute_url(), names=names)


def index_report_comment(remark: ReportRemark) -> None:
    """One search row per comment on a report, for everybody who reads meetings."""
    meeting = remark.subject
    title = _("%(author)s on %(report)s") % {"author": remark.author_label, "report": remark.revision.reference}
    address = f"{meeting.get_absolute_url()}#remark-{remark.pk}"
    index("report comment", remark.pk, title, remark.text, address, called=False)
