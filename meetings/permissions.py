"""Who may do what with meetings; no writes."""

from __future__ import annotations

from typing import Any

from meetings.models import Meeting, Outcome
from organizations.permissions import can_read, can_write, is_secretary


def can_see(user: Any, meeting: Meeting | None = None) -> bool:
    """Everybody with an appointment reads meetings and exports their reports."""
    return can_read(user)


def can_schedule(user: Any, meeting: Meeting | None = None) -> bool:
    """Secretaries with the right to write schedule meetings."""
    return can_write(user)


def can_edit(user: Any, meeting: Meeting | None = None) -> bool:
    """Secretaries edit a planned meeting; date and place of a past or cancelled one stay as they are."""
    return can_write(user) and (meeting is None or meeting.state == Meeting.State.PLANNED)


def can_record(user: Any, meeting: Meeting | None = None) -> bool:
    """Secretaries keep agenda, outcomes and attendance until the meeting's report is approved."""
    return can_write(user) and (meeting is None or meeting.state != Meeting.State.CANCELLED and not meeting.is_frozen)


def can_hold(user: Any, meeting: Meeting | None = None) -> bool:
    """Secretaries mark a meeting as held."""
    return can_write(user)


def can_cancel(user: Any, meeting: Meeting | None = None) -> bool:
    """Secretaries cancel a planned meeting; its number is not used again."""
    return can_write(user)


def can_report(user: Any, meeting: Meeting | None = None) -> bool:
    """Secretaries number and attach the report of a meeting that was held, until it is approved."""
    return can_write(user) and (meeting is None or meeting.state == Meeting.State.HELD and not meeting.is_frozen)


def can_complete(user: Any, outcome: Outcome) -> bool:
    """A secretary says that an action is done; that of an organization only its own secretary."""
    owner = outcome.owner_organization
    return can_write(user) and (owner is None or is_secretary(user, owner))
