"""The invitation as a calendar file, in the mail and on both sides of a change of the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from core.dates import GENEVA
from meetings.calendar import calendar_of
from meetings.models import Meeting
from meetings.services import schedule
from meetings.tests.factories import make_planned
from post.models import BodyFile


def files() -> list[tuple[str, Calendar]]:
    """Content type and calendar of the file that each mailing carried, in order; its bodies share it."""
    found = {row.body.mailing_id: row for row in BodyFile.objects.select_related("body").order_by("pk")}
    rows = [found[key] for key in sorted(found)]
    return [(row.content_type, Calendar.from_ical(row.content.open().read())) for row in rows]


def event_of(calendar: Calendar):
    return calendar.walk("VEVENT")[0]


def test_invitation_change_and_cancellation_are_one_event(cast):
    start = datetime(2027, 1, 27, 13, tzinfo=GENEVA)
    times = {"kind": "remote", "starts_at": start, "ends_at": start + timedelta(hours=2)}
    meeting = schedule.schedule_meeting(cast.iso_secretary, **times)
    later = {"starts_at": start + timedelta(days=1), "ends_at": start + timedelta(days=1, hours=2)}
    schedule.edit_meeting(meeting, cast.iso_secretary, meeting.version, **later)
    schedule.cancel_meeting(meeting, cast.iso_secretary)
    sent = files()
    assert [kind for kind, _file in sent] == [
        f"text/calendar; method={method}; charset=utf-8" for method in ("REQUEST", "REQUEST", "CANCEL")
    ]
    events = [event_of(file) for _kind, file in sent]
    assert len({str(event["uid"]) for event in events}) == 1
    assert [event["sequence"] for event in events] == [0, 1, 2]
    assert [str(event["status"]) for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [str(file["method"]) for _kind, file in sent] == ["REQUEST", "REQUEST", "CANCEL"]
    assert events[1]["dtstart"].dt == start + timedelta(days=1)


def test_invitation_names_the_group_and_nobodys_address(cast):
    text = calendar_of(make_planned(), "REQUEST").decode().replace("\r\n ", "")
    assert "ORGANIZER" in text
    assert "CUTYPE=GROUP" in text
    assert cast.iso_member.email not in text
    assert "ATTENDEE" not in calendar_of(make_planned()).decode()


@pytest.mark.parametrize(
    ("day", "utc_hour", "name", "offset"),
    [
        (datetime(2027, 3, 27, 13), 12, "CET", 1),
        (datetime(2027, 3, 28, 13), 11, "CEST", 2),
        (datetime(2027, 10, 30, 13), 11, "CEST", 2),
        (datetime(2027, 10, 31, 13), 12, "CET", 1),
    ],
)
def test_both_sides_of_a_clock_change_are_the_right_instant(cast, day, utc_hour, name, offset):
    start = day.replace(tzinfo=GENEVA)
    meeting = make_planned(starts_at=start, ends_at=start + timedelta(hours=2))
    calendar = Calendar.from_ical(calendar_of(Meeting.objects.get(pk=meeting.pk)))
    found = event_of(calendar)["dtstart"]
    assert found.params["TZID"] == "Europe/Zurich"
    assert found.dt.astimezone(UTC).hour == utc_hour
    zone = calendar.walk("VTIMEZONE")[0]
    parts = [(str(part["tzname"]), part["tzoffsetto"].td, part["dtstart"].dt) for part in zone.subcomponents]
    before = max((row for row in parts if row[2] <= day), key=lambda row: row[2])
    assert before[:2] == (name, timedelta(hours=offset))
