"""What the room offers to others: references, uses of documents, what waits and what comes."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from core.dates import today
from core.reading import read_once
from core.registry import Waiting
from documents.models import Revision
from meetings.models import ASKED_FOR, Meeting, Outcome
from meetings.permissions import can_complete, can_hold, can_see
from meetings.queries.actions import open_actions
from meetings.queries.meetings import meetings_visible_to, planned_meetings
from organizations.models import Organization
from organizations.queries import standing_of

SOON = timedelta(days=14)
AHEAD = timedelta(days=30)  # as far as Home looks, so that it reads the actions once
_REFERENCE = re.compile(r"^\s*meeting\s+(\d{1,6})\s*$", re.IGNORECASE | re.ASCII)


def resolve(reference: str, user: Any) -> str | None:
    """The address of “meeting 8” in a text, if the reader may open it."""
    found = _REFERENCE.match(reference)
    meeting = meetings_visible_to(user).filter(number=int(found[1])).first() if found else None
    return meeting.get_absolute_url() if meeting else None


def uses(revision: Revision) -> list[tuple[str, str]]:
    """Meetings whose agenda, report or outcomes name the revision, each once."""
    naming = (
        Q(report=revision)
        | Q(agenda__documents__revision=revision)
        | Q(outcomes__revision=revision, outcomes__withdrawn_at__isnull=True)
    )
    meetings = Meeting.objects.filter(naming).distinct().order_by("number")
    return [(meeting.title, meeting.get_absolute_url()) for meeting in meetings]


def waiting(user: Any) -> list[Waiting]:
    """For whoever is in charge: due actions; for a secretary also past meetings that are not marked as held."""
    organization = standing_of(user).organization
    if organization is None:
        return []
    soon = [row for row in _actions_due(today() + AHEAD) if row.due_on <= today() + SOON]
    mine = [row for row in soon if _is_of(row, user, organization) and can_complete(user, row)]
    return [_action_row(row) for row in mine] + _unmarked_meetings(user)


def _is_of(action: Outcome, user: Any, organization: Organization) -> bool:
    """The person named is in charge; where nobody is named, the organization."""
    return action.owner_user_id == user.pk if action.owner_user_id else action.owner_organization_id == organization.pk


@read_once
def _actions_due(until: date) -> list[Outcome]:
    """The open actions that are due up to that day, or were not long ago."""
    rows = open_actions().filter(due_on__gte=today() - ASKED_FOR, due_on__lte=until)
    return list(rows.select_related(None).select_related("meeting", "owner_organization"))


def _action_row(outcome: Outcome) -> Waiting:
    return Waiting(
        title=outcome.text,
        sentence=_("Action of the %(meeting)s.") % {"meeting": outcome.meeting.title},
        url=outcome.get_absolute_url(),
        action=_("Open the action"),
        due_on=outcome.due_on,
        organization=str(outcome.owner_organization or ""),
        illustrative_mark=outcome.illustrative_mark,
    )


def _unmarked_meetings(user: Any) -> list[Waiting]:
    if not can_hold(user):
        return []
    return [
        Waiting(
            title=_("Mark the %(meeting)s as held") % {"meeting": meeting.title},
            sentence=_("Its date is past. Then the report can be numbered and circulated."),
            url=meeting.get_absolute_url(),
            action=_("Open the meeting"),
            due_on=meeting.held_on,
            illustrative_mark=meeting.illustrative_mark,
        )
        for meeting in planned_meetings()
        if meeting.held_on < today()
    ]


def deadlines(user: Any, until: date) -> list[Waiting]:
    """Meetings and due dates of actions from today until that day, the earliest first."""
    if not can_see(user):
        return []
    rows = [
        Waiting(
            title=meeting.title,
            sentence=meeting.hours,
            url=meeting.get_absolute_url(),
            action=_("Open the meeting"),
            due_on=meeting.held_on,
            illustrative_mark=meeting.illustrative_mark,
        )
        for meeting in planned_meetings()
        if today() <= meeting.held_on <= until
    ]
    rows += [_action_row(row) for row in _actions_due(until) if row.due_on >= today()]
    return sorted(rows, key=lambda row: row.due_on)
