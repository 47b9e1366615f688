"""A meeting as a calendar file."""

from __future__ import annotations

from datetime import date
from email.utils import parseaddr

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, vCalAddress

from core.dates import GENEVA, in_geneva
from meetings.models import Meeting


def calendar_of(meeting: Meeting, method: str = "PUBLISH") -> bytes:
    """The meeting as an iCalendar file (RFC 5545) in Geneva's time: the same UID for ever, and a SEQUENCE that
    rises with every change, so that a calendar replaces what it had. `method` is REQUEST in an invitation and CANCEL
    in a cancellation (RFC 5546): then the group is named as the one invited, and nobody's address."""
    calendar = Calendar()
    calendar.add("prodid", "-//SPCG//Coordination portal//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    start, end = in_geneva(meeting.starts_at), in_geneva(meeting.ends_at)
    year = {"first_date": date(start.year, 1, 1), "last_date": date(end.year, 12, 31)}
    calendar.add_component(Timezone.from_tzinfo(GENEVA, **year))
    event = event_of(meeting)
    event.add("organizer", _group(_("SPCG portal")))
    if method != "PUBLISH":
        event.add("attendee", _group(_("Secretaries and members of SPCG"), cutype="GROUP", rsvp="FALSE"))
    calendar.add_component(event)
    return calendar.to_ical()


def _group(name: str, **parameters: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    for key, value in {"cn": name, **parameters}.items():
        address.params[key.upper()] = value
    return address


def event_of(meeting: Meeting) -> Event:
    """The meeting as one event of a calendar, in Geneva's time."""
    address = f"{settings.SITE_URL}{meeting.get_absolute_url()}"
    event = Event()
    event.add("uid", f"meeting-{meeting.token}@spcg")
    event.add("sequence", meeting.version - 1)
    event.add("dtstamp", timezone.now())
    event.add("dtstart", in_geneva(meeting.starts_at))
    event.add("dtend", in_geneva(meeting.ends_at))
    event.add("summary", f"SPCG: {meeting.title}")
    event.add("location", meeting.where)
    event.add("url", address)
    event.add("status", "CANCELLED" if meeting.state == Meeting.State.CANCELLED else "CONFIRMED")
    event.add("description", _("Agenda and documents: %(url)s") % {"url": address})
    return event
