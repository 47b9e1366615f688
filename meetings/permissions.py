"""Who may do what with meetings; no writes."""

from __future__ import annotations

from typing import Any

from meetings.models import AgendaItem, Meeting, Outcome
from organizations.permissions import can_comment, can_read, can_write, is_secretary


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
    """Secretaries keep agenda, outcomes and attendance while the meeting's report is not with the members: what they
    read stays as it is until the report is revised, and for ever once it is approved."""
    return can_write(user) and (meeting is None or meeting.state != Meeting.State.CANCELLED and not _is_closed(meeting))


def _is_closed(meeting: Meeting) -> bool:
    return meeting.is_frozen or meeting.is_circulated


def can_hold(user: Any, meeting: Meeting | None = None) -> bool:
    """Secretaries mark a meeting as held."""
    return can_write(user)


def can_cancel(user: Any, meeting: Meeting | None = None) -> bool:
    """Secretaries cancel a planned meeting; its number is not used again."""
    return can_write(user)


def can_report(user: Any, meeting: Meeting | None = None) -> bool:
    """Secretaries number and attach the report of a meeting that was held, until it is approved."""
    return can_write(user) and (meeting is None or meeting.state == Meeting.State.HELD and not meeting.is_frozen)


def can_circulate_report(user: Any, meeting: Meeting | None = None) -> bool:
    """Secretaries circulate the numbered draft of a held meeting's report for comments."""
    return can_report(user, meeting) and (meeting is None or bool(meeting.report_id) and not _is_closed(meeting))


def can_comment_on_report(user: Any, meeting: Meeting | None = None) -> bool:
    """Members and secretaries comment on a report while it is circulated."""
    return can_comment(user) and (meeting is None or meeting.is_circulated)


def can_dispose(user: Any, meeting: Meeting | None = None) -> bool:
    """Secretaries say what becomes of a comment, until the report is approved."""
    return can_report(user, meeting)


def can_revise_report(user: Any, meeting: Meeting | None = None) -> bool:
    """Secretaries revise a circulated report with the next letter; that opens the record again."""
    return can_write(user) and (meeting is None or meeting.is_circulated)


def can_approve_report(user: Any, item: AgendaItem) -> bool:
    """Secretaries record that the meeting approved the circulated report under this item."""
    return can_write(user) and bool(item.approves_id and item.approves.is_circulated)


def can_complete(user: Any, outcome: Outcome) -> bool:
    """The person in charge says that an action is done, or a secretary; that of an organization only its own one."""
    if outcome.owner_user_id and outcome.owner_user_id == getattr(user, "pk", None) and can_read(user):
        return True
    owner = outcome.owner_organization
    return can_write(user) and (owner is None or is_secretary(user, owner))


can_drop = can_reopen_action = can_complete
