"""A meeting's number, time and place, and its two moves."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.dates import format_date
from core.history import record, record_changes
from core.moves import Refused, Stale, WrongState, make, save_version
from meetings.calendar import calendar_of
from meetings.models import Meeting
from meetings.permissions import can_edit, can_schedule
from meetings.queries import next_number
from meetings.services.approvals import place_approvals
from meetings.services.keeping import index_meeting, refuse
from meetings.workflow import MOVES
from organizations.queries import everybody
from post.services.mailings import FileSpec
from post.services.notices import notify

TRIES = 5
KIND = "meeting"


@transaction.atomic
def schedule_meeting(
    by: Any,
    *,
    kind: str,
    starts_at: datetime,
    ends_at: datetime,
    number: int | None = None,
    place: str = "",
    illustrative: bool = False,
    illustrative_note: str = "",
    token: uuid.UUID | None = None,
    at: datetime | None = None,
) -> Meeting:
    """Schedules a meeting under the next free number (or the one that a loader names) and invites everybody.

    The same token again returns the first meeting. Raises Refused for an end before the start or a number in use."""
    refuse(can_schedule(by) or at is not None)
    known = Meeting.objects.filter(token=token).first() if token else None
    if known:
        return known
    _check_times(starts_at, ends_at)
    values = {
        "kind": kind,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "place": place,
        "illustrative": illustrative,
        "illustrative_note": illustrative_note,
        "token": token or uuid.uuid4(),
    }
    meeting = _create_meeting(values, number)
    record(meeting, "schedule", by, _("scheduled the meeting for %(day)s") % {"day": _when(meeting)}, at=at)
    index_meeting(meeting)
    place_approvals(by, at)
    _tell_everybody(meeting, by, _("Invitation: %(meeting)s, %(day)s"), _("You are invited to the %(meeting)s."), at)
    return meeting


def _check_times(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise Refused(_("A meeting ends after it begins."))


def _create_meeting(values: dict[str, Any], number: int | None) -> Meeting:
    """Two meetings scheduled at one instant get two numbers: the unique number decides, the slower one tries again."""
    for _attempt in range(TRIES):
        try:
            with transaction.atomic():
                return Meeting.objects.create(number=number or next_number(), **values)
        except IntegrityError:
            known = Meeting.objects.filter(token=values["token"]).first()
            if known:
                return known
            if number:
                raise Refused(_("Meeting %(number)d exists already.") % {"number": number}) from None
    raise Stale(_("Others are scheduling meetings at this moment. Try again."))


def _when(meeting: Meeting) -> str:
    return f"{format_date(meeting.starts_at, weekday=True)}, {meeting.hours}"


def _tell_everybody(meeting: Meeting, by: Any, subject: str, lead: str, at: datetime | None) -> None:
    words = {"meeting": meeting.title, "day": format_date(meeting.starts_at)}
    notify(
        everybody(),
        kind=KIND,
        subject=subject % words,
        lead=lead % words,
        text=_(
            "The calendar file with this mail puts it into your calendar. The agenda and the documents are on its page."
        ),
        facts=[(_("When"), _when(meeting)), (_("Where"), meeting.place or meeting.get_kind_display())],
        reason=_("you are a member or secretary of the group"),
        url=meeting.get_absolute_url(),
        action=_("Open the meeting"),
        by=by,
        thread=f"meeting-{meeting.number}",
        files=[] if at is not None else [_calendar_file(meeting)],
        at=at,
    )


def _calendar_file(meeting: Meeting) -> FileSpec:
    """What a calendar takes from the mail: an invitation, its change, or its cancellation."""
    method = "CANCEL" if meeting.state == Meeting.State.CANCELLED else "REQUEST"
    content_type = f"text/calendar; method={method}; charset=utf-8"
    return FileSpec(f"SPCG meeting {meeting.number}.ics", content_type, calendar_of(meeting, method))


@transaction.atomic
def edit_meeting(meeting: Meeting, by: Any, version: int, *, at: datetime | None = None, **changes: Any) -> Meeting:
    """Changes kind, begin, end or place of a planned meeting; a new time or place is told to everybody.

    Raises WrongState for a past or cancelled meeting, Conflict when somebody saved in between."""
    refuse(can_schedule(by))
    if not can_edit(by, meeting):
        raise WrongState(_("Only a planned meeting can be changed."))
    _check_times(changes.get("starts_at", meeting.starts_at), changes.get("ends_at", meeting.ends_at))
    changed = save_version(meeting, version, **changes)
    record_changes(meeting, "edit", by, _("changed the meeting to %(day)s") % {"day": _when(meeting)}, changed, at=at)
    index_meeting(meeting)
    if changed.keys() & {"starts_at", "ends_at", "place"}:
        subject, lead = _("Changed: %(meeting)s, now %(day)s"), _("Time or place of the %(meeting)s has changed.")
        _tell_everybody(meeting, by, subject, lead, at)
    return meeting


@transaction.atomic
def hold_meeting(meeting: Meeting, by: Any, at: datetime | None = None) -> Meeting:
    """Marks a meeting as held; one that has not begun is refused."""
    if meeting.starts_at > (at or timezone.now()):
        raise Refused(_("The meeting begins on %(day)s. Mark it as held after that.") % {"day": _when(meeting)})
    make(meeting, MOVES["hold"], by)
    record(meeting, "hold", by, _("marked the meeting as held"), at=at)
    place_approvals(by, at)
    return meeting


@transaction.atomic
def cancel_meeting(meeting: Meeting, by: Any, at: datetime | None = None) -> Meeting:
    """Cancels a planned meeting and tells everybody; its number is not used again."""
    make(meeting, MOVES["cancel"], by)
    record(meeting, "cancel", by, _("cancelled the meeting"), at=at)
    place_approvals(by, at)
    _tell_everybody(meeting, by, _("Cancelled: %(meeting)s, %(day)s"), _("The %(meeting)s is cancelled."), at)
    return meeting
