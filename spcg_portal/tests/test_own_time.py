"""The hours of a meeting by the reader's own clock, beside Geneva's."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.dates import GENEVA, format_own_time, zone_named
from core.models import User
from meetings.tests.factories import make_planned
from spcg_portal.services import choose_time_zone


@pytest.mark.parametrize(
    ("start", "zone", "said"),
    [
        (datetime(2027, 1, 27, 13), "America/New_York", "07:00 to 09:00 EST in New York"),
        (datetime(2027, 3, 17, 13), "America/New_York", "08:00 to 10:00 EDT in New York"),
        (datetime(2027, 3, 31, 13), "America/New_York", "07:00 to 09:00 EDT in New York"),
        (datetime(2027, 1, 27, 20), "Asia/Tokyo", "28 January, 04:00 to 06:00 JST in Tokyo"),
        (datetime(2027, 1, 27, 13), "Europe/Paris", ""),
    ],
)
def test_same_hours_by_another_clock(start, zone, said):
    start = start.replace(tzinfo=GENEVA)
    assert format_own_time(start, start + timedelta(hours=2), ZoneInfo(zone)) == said


def test_zone_is_chosen_in_the_settings_and_shown_with_a_meeting(cast, client_of):
    start = datetime(2027, 1, 27, 13, tzinfo=GENEVA)
    meeting = make_planned(starts_at=start, ends_at=start + timedelta(hours=2))
    client = client_of("iso_member")
    page = client.get(meeting.get_absolute_url()).content.decode()
    assert 'data-start="2027-01-27T13:00:00+01:00"' in page
    assert client.post("/settings/", {"theme": "auto", "time_zone": "America/New_York"}).status_code == 302
    page = client.get(meeting.get_absolute_url()).content.decode()
    assert "13:00 to 15:00 CET" in page
    assert "07:00 to 09:00 EST in New York" in page
    assert "data-own-time" not in page


def test_unknown_zone_is_refused(cast, client_of):
    page = client_of("iso_member").post("/settings/", {"theme": "auto", "time_zone": "Atlantis/Capital"})
    assert page.status_code == 200
    with pytest.raises(ValueError, match="Atlantis"):
        choose_time_zone(cast.iso_member, "Atlantis/Capital")
    assert zone_named("Atlantis/Capital") is None
    assert User.objects.get(pk=cast.iso_member.pk).time_zone == ""
