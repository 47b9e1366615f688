"""Reads of the report's own cycle: circulated, commented on, revised, approved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.dates import format_date
from documents.models import Revision
from meetings.models import Meeting, ReportRemark
from meetings.permissions import can_see

S = Revision.Status


def circulated_reports() -> QuerySet[Meeting]:
    """Meetings whose report is with the members and not approved, the earliest first."""
    rows = Meeting.objects.filter(state=Meeting.State.HELD, report__state=S.FOR_APPROVAL)
    return rows.select_related("report__document").order_by("starts_at", "number")


def planned_after(meeting: Meeting) -> Meeting | None:
    """The next planned meeting after this one: there its report is approved, and what it did not reach goes on."""
    rows = Meeting.objects.filter(state=Meeting.State.PLANNED, starts_at__gt=meeting.starts_at)
    return rows.exclude(pk=meeting.pk).order_by("starts_at", "number").first()


def remarks_on_report(meeting: Meeting, user: Any) -> QuerySet[ReportRemark]:
    """Comments on the report of a meeting, on whichever revision, the earliest first."""
    rows = ReportRemark.objects.filter(subject=meeting).select_related("organization", "revision__document")
    return rows if can_see(user) else rows.none()


@dataclass(frozen=True)
class Step:
    """One step of the report, whether it is behind, and a note."""

    label: str
    done: bool
    current: bool
    note: str = ""


def report_steps(meeting: Meeting) -> list[Step]:
    """Numbered, circulated, approved: where the report of a meeting that was held stands."""
    report = meeting.report if meeting.report_id else None
    state = report.state if report else ""
    at = {"": 0, S.DRAFT: 1, S.FOR_APPROVAL: 2, S.APPROVED: 3}.get(state, 0)
    notes = [
        report.reference if report else "",
        format_date(report.shared_at) if report and report.shared_at else "",
        format_date(report.approved_on) if report and state == S.APPROVED else "",
    ]
    labels = [_("Numbered"), _("Circulated for comments"), _("Approved")]
    return [
        Step(label, at > place, at == place, notes[place] if at > place else "") for place, label in enumerate(labels)
    ]
