"""The register of actions across meetings, and who is reminded when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import F, QuerySet

from core.dates import today
from core.models import User
from meetings.models import ActionReminder, Meeting, Outcome
from meetings.permissions import can_see
from meetings.queries.meetings import standing_outcomes
from organizations.queries import secretaries

# Days to the due date at which those in charge are reminded; a negative number is after it.
STEPS = (7, 1, -1, -14)
# What is later than this is not reminded of any more, also where the portal was not running before.
LATEST = timedelta(days=30)


def open_actions() -> QuerySet[Outcome]:
    """Actions of all meetings that are neither done nor dropped: the earliest due first, those without a date last."""
    rows = standing_outcomes().filter(kind=Outcome.Kind.ACTION, done_on__isnull=True, dropped_on__isnull=True)
    rows = rows.exclude(meeting__state=Meeting.State.CANCELLED)
    return rows.order_by(F("due_on").asc(nulls_last=True), "meeting__number", "position")


def actions_of(user: Any, state: str = "open") -> QuerySet[Outcome]:
    """The register of actions across meetings: open, overdue, done, dropped, or all."""
    if not can_see(user):
        return Outcome.objects.none()
    if state in ("open", "overdue"):
        return open_actions() if state == "open" else open_actions().filter(due_on__lt=today())
    rows = standing_outcomes().filter(kind=Outcome.Kind.ACTION).exclude(meeting__state=Meeting.State.CANCELLED)
    if state == "done":
        rows = rows.filter(done_on__isnull=False)
    if state == "dropped":
        rows = rows.filter(dropped_on__isnull=False)
    return rows.order_by("-meeting__number", "position")


def in_charge(outcome: Outcome) -> list[User]:
    """Who is responsible for an action and nobody else: the person named, else the secretaries of the organization."""
    if outcome.owner_user is not None:
        return [outcome.owner_user] if outcome.owner_user.is_active else []
    return secretaries(outcome.owner_organization, "may_write") if outcome.owner_organization else []


def action_steps_due(day: date) -> Iterator[tuple[Outcome, int]]:
    """Each open action with the last step that has come on that day and of which nobody was reminded; steps that were
    missed before it are made up for by this one."""
    last = day + timedelta(days=max(STEPS))
    rows = open_actions().filter(due_on__isnull=False, due_on__lte=last, due_on__gte=day - LATEST)
    reminded = {
        (row.outcome_id, row.due_on, row.days) for row in ActionReminder.objects.filter(due_on__gte=day - LATEST)
    }
    for outcome in rows:
        step = min(days for days in STEPS if (outcome.due_on - day).days <= days)
        if (outcome.pk, outcome.due_on, step) not in reminded:
            yield outcome, step
