"""The item under which the next meeting approves a report: it is created by itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from core.history import record
from meetings.models import AgendaDocument, AgendaItem, Meeting
from meetings.queries import circulated_reports, planned_after
from meetings.services.keeping import index_meeting, lock


@transaction.atomic
def place_approvals(by: Any, at: datetime | None = None) -> int:
    """Every circulated report stands once on the agenda of the next planned meeting, as its first item, pinned to the
    revision that is with the members; returns how many items were created. Called whenever a report is circulated or
    the row of meetings changes, so that a report that was not approved comes up again."""
    return sum(_place(reported, by, at) for reported in circulated_reports())


def _place(reported: Meeting, by: Any, at: datetime | None) -> bool:
    standing = reported.approval_items.filter(meeting__state=Meeting.State.PLANNED).first()
    if standing:
        _pin_report(standing, reported)
        return False
    target = planned_after(reported)
    if target is None:
        return False
    target = lock(target)
    if target.agenda.filter(approves=reported).exists():
        return False
    target.agenda.update(position=F("position") + 1)
    item = AgendaItem.objects.create(meeting=target, position=1, title=title_of(reported), approves=reported)
    _pin_report(item, reported)
    record(target, "add_item", by, _("put “%(title)s” on the agenda") % {"title": item.title}, at=at)
    index_meeting(target)
    return True


def title_of(reported: Meeting) -> str:
    """Approval of the report from the 8th remote meeting."""
    return _("Approval of the report from the %(meeting)s") % {"meeting": reported.title}


def _pin_report(item: AgendaItem, reported: Meeting) -> None:
    if list(item.documents.values_list("revision", flat=True)) != [reported.report_id]:
        item.documents.all().delete()
        AgendaDocument.objects.create(item=item, revision=reported.report)


def remove_approvals(reported: Meeting) -> None:
    """Once approved, the report is on no agenda of a meeting to come."""
    AgendaItem.objects.filter(approves=reported, meeting__state=Meeting.State.PLANNED, outcomes__isnull=True).delete()
