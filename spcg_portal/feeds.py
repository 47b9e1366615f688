"""A person's private calendar (iCalendar, RFC 5545) and news (Atom, RFC 4287), read without a sign-in by the secret in
their address. They hold what that person would see in the portal at that moment, and nothing else; no writes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone

from core.dates import GENEVA, moment, today
from core.models import User
from meetings.calendar import event_of
from meetings.queries import meetings_visible_to
from organizations.models import BoardMeeting
from organizations.queries import standing_of
from spcg_portal import history, queries

DAYS_BACK, DAYS_AHEAD = 365, 730
NEWS = 100


def reader_of(token: str) -> User | None:
    """Whose address this is, as long as the account is open and holds an appointment."""
    user = User.objects.filter(feed_address__token=token, is_active=True).first()
    return user if user and standing_of(user).appointments else None


def calendar_for(user: User) -> bytes:
    """Meetings, deadlines, milestones and the three boards' dates, from one year back to two years ahead."""
    calendar = Calendar()
    calendar.add("prodid", "-//SPCG//Coordination portal//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "SPCG")
    calendar.add("x-published-ttl", "PT1H")
    start, end = today() - timedelta(days=DAYS_BACK), today() + timedelta(days=DAYS_AHEAD)
    calendar.add_component(Timezone.from_tzinfo(GENEVA, first_date=start, last_date=end))
    for event in _events(user, start, end):
        calendar.add_component(event)
    return calendar.to_ical()


def _events(user: User, start: date, end: date) -> Iterator[Event]:
    for meeting in meetings_visible_to(user).filter(starts_at__gte=moment(start), starts_at__lt=moment(end)):
        yield event_of(meeting)
    for row in queries.deadlines(user, DAYS_AHEAD):
        title = f"SPCG: {row.title}" + (f" ({row.illustrative_mark})" if row.illustrative_mark else "")
        key = hashlib.sha256(f"{row.url} {row.title}".encode()).hexdigest()[:32]
        yield _day(f"deadline-{key}", row.due_on, title, row.url)
    for row in BoardMeeting.objects.select_related("organization").filter(held_on__range=(start, end)):
        words = _("%(board)s meets") % {"board": row.organization.board}
        mark = f" ({row.illustrative_mark})" if row.illustrative_mark else ""
        yield _day(f"board-{row.pk}", row.held_on, f"{words}{mark}", "/")


def _day(uid: str, day: date, title: str, path: str) -> Event:
    """A whole day; it does not make its reader busy."""
    event = Event()
    event.add("uid", f"{uid}@{_host()}")
    event.add("dtstamp", moment(today()).replace(hour=0))
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", title)
    event.add("url", f"{settings.SITE_URL}{path}")
    event.add("transp", "TRANSPARENT")
    return event


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def news_for(user: User) -> str:
    """The newest hundred lines of the history that this person may see."""
    feed = Atom1Feed(
        title=_("SPCG: what changed"),
        link=f"{settings.SITE_URL}/history/",
        description="",
        feed_guid=f"tag:{_host()},2020:history",
    )
    for line in history.lines(history.keys_of(user, {})[:NEWS], user):
        _add(feed, line)
    return feed.writeString("utf-8")


def _add(feed: Any, line: history.Line) -> None:
    entry = line.entry
    at: datetime = entry.at
    feed.add_item(
        title=_clean(f"{entry.subject}"),
        link=f"{settings.SITE_URL}{line.url or '/history/'}",
        description=_clean(f"{entry.actor_label} {entry.text}"),
        unique_id=f"tag:{_host()},{at:%Y-%m-%d}:{line.source}/{entry.pk}",
        pubdate=at,
        updateddate=at,
        author_name=_clean(entry.actor_label),
        categories=[line.room],
    )


def _clean(text: str) -> str:
    """XML 1.0 knows no control characters, and a history keeps what was typed."""
    return "".join(char for char in text if char >= " " or char in "\t\n\r")
