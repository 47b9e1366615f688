"""Dates and times as the portal writes and reads them: "25 November 2020", "14:00 CET", Geneva."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

GENEVA = ZoneInfo("Europe/Zurich")
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def today() -> date:
    """Today in Geneva."""
    return timezone.now().astimezone(GENEVA).date()


def deadline_at(day: date) -> datetime:
    """The instant at which a deadline of that day ends for everybody: 23:59:59 in Geneva."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=GENEVA)


def moment(day: date, clock: time = time(12)) -> datetime:
    """A moment of that day by Geneva's clock."""
    return datetime.combine(day, clock, tzinfo=GENEVA)


def in_geneva(value: datetime) -> datetime:
    return value.astimezone(GENEVA)


def format_date(value: date | datetime | None, weekday: bool = False) -> str:
    """25 November 2020, or Wednesday 25 November 2020."""
    if value is None:
        return ""
    day = in_geneva(value).date() if isinstance(value, datetime) else value
    text = f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    return f"{day:%A} {text}" if weekday else text


def format_time(value: datetime | None) -> str:
    """14:00 CET or 14:00 CEST."""
    return "" if value is None else f"{in_geneva(value):%H:%M %Z}"


def format_moment(value: datetime | None) -> str:
    """25 November 2020, 14:00 CET."""
    return "" if value is None else f"{format_date(value)}, {format_time(value)}"


def zone_named(name: str) -> ZoneInfo | None:
    """The zone of that name, or None for one that is not known."""
    return ZoneInfo(name) if name and name in zone_names() else None


@cache
def zone_names() -> tuple[str, ...]:
    """The zones that a person may choose, by continent and place; looked up once."""
    return tuple(sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/")))


def format_own_time(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """07:00 to 09:00 EST in New York: the same hours by another clock, with the date where it is another; empty where
    the clock is Geneva's at that time."""
    first, last = start.astimezone(zone), end.astimezone(zone)
    if first.utcoffset() == in_geneva(start).utcoffset():
        return ""
    place = zone.key.rpartition("/")[2].replace("_", " ")
    day = f"{first.day} {MONTHS[first.month - 1]}, " if first.date() != in_geneva(start).date() else ""
    words = {"start": f"{first:%H:%M}", "end": f"{last:%H:%M %Z}", "place": place}
    return day + _("%(start)s to %(end)s in %(place)s") % words


def distance(day: date, start: date | None = None) -> str:
    """ "today", "in 2 days", "2 days late"; lateness counts whole days after the day named."""
    days = (day - (start or today())).days
    if days == 0:
        return _("today")
    if days > 0:
        return ngettext("in %(n)d day", "in %(n)d days", days) % {"n": days}
    return ngettext("%(n)d day late", "%(n)d days late", -days) % {"n": -days}


_FORMS = ("%Y-%m-%d", "%d %B %Y", "%d %b %Y", "%d.%m.%Y", "%d/%m/%Y")


def parse_date(text: str) -> date:
    """A date as typed or picked: 2020-11-25, 25 November 2020, 25 Nov 2020, 25.11.2020, 25/11/2020; a
    weekday in front is ignored. Raises ValueError for anything else, and outside the years 1900 to 2100."""
    cleaned = re.sub(r"^[A-Za-z]+day,?\s+", "", " ".join(text.split()))
    for form in _FORMS:
        try:
            day = datetime.strptime(cleaned, form).date()
        except ValueError:
            continue
        if 1900 <= day.year <= 2100:
            return day
    raise ValueError(text)


def workday_after(day: date, days: int) -> date:
    """The day that many days later, moved past a weekend and past 24 December to 2 January."""
    result = day + timedelta(days=days)
    while result.weekday() >= 5 or (result.month, result.day) >= (12, 24) or (result.month, result.day) <= (1, 2):
        result += timedelta(days=1)
    return result
