"""Plain factories of meetings: every argument has a value, and any may be given."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

from django.utils import timezone

from core.dates import GENEVA
from meetings.models import AgendaDocument, AgendaItem, Attendance, Meeting, Outcome

_numbers = itertools.count(101)


def make_meeting(**overrides) -> Meeting:
    """A remote meeting that was held on 25 November 2020, 13:00 to 15:00 CET, unless said otherwise."""
    start = overrides.get("starts_at", datetime(2020, 11, 25, 13, tzinfo=GENEVA))
    values = {
        "number": next(_numbers),
        "starts_at": start,
        "ends_at": start + timedelta(hours=2),
        "state": Meeting.State.HELD,
        **overrides,
    }
    return Meeting.objects.create(**values)


def make_planned(**overrides) -> Meeting:
    """A planned meeting in a month."""
    start = timezone.now().replace(microsecond=0) + timedelta(days=30)
    return make_meeting(**{"starts_at": start, "state": Meeting.State.PLANNED, **overrides})


def make_item(meeting: Meeting | None = None, *revisions, **overrides) -> AgendaItem:
    meeting = meeting or make_meeting()
    position = meeting.agenda.count() + 1
    item = AgendaItem.objects.create(
        meeting=meeting, **{"position": position, "title": f"Item {position}", **overrides}
    )
    for revision in revisions:
        AgendaDocument.objects.create(item=item, revision=revision)
    return item


def make_outcome(meeting: Meeting | None = None, **overrides) -> Outcome:
    meeting = meeting or make_meeting()
    position = meeting.outcomes.count() + 1
    values = {"position": position, "kind": Outcome.Kind.INFORMATION, "text": f"Outcome {position}", **overrides}
    if values["kind"] == Outcome.Kind.DECISION:
        values.setdefault("number", meeting.outcomes.filter(number__isnull=False).count() + 1)
    return Outcome.objects.create(meeting=meeting, **values)


def make_attendance(meeting: Meeting, organization, label: str, presence: str = "present") -> Attendance:
    return Attendance.objects.create(meeting=meeting, organization=organization, label=label, presence=presence)
