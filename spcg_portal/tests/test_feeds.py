"""Private calendar and news: read by parsers that are not ours, no more than their owner may see."""

from datetime import timedelta

import feedparser
import pytest
import vobject
from django.test import Client
from django.urls import reverse

from communications.services.work_plan import complete_step
from communications.tests.factories import make_step
from core.dates import moment, today
from core.models import FeedAddress
from meetings.tests.factories import make_meeting
from organizations.models import Appointment, BoardMeeting
from proposals.services.proposals import edit_proposal, log_proposal
from proposals.tests.factories import make_circulated
from spcg_portal.services import reset_feeds


@pytest.fixture
def feed(cast):
    """feed("iec_member", "calendar") is what a calendar program gets, which knows no sign-in."""

    def get(name, kind):
        address = FeedAddress.objects.filter(user=cast.fresh(name)).first() or reset_feeds(cast.fresh(name))
        return Client().get(reverse(kind, args=[address.token]))

    return get


def parsed(response):
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return vobject.readOne(response.content.decode())


def summaries(response):
    return {event.summary.value for event in parsed(response).vevent_list}


def test_the_calendar_holds_meetings_deadlines_and_board_dates(cast, feed):
    meeting = make_meeting(starts_at=moment(today() + timedelta(days=9)))
    proposal = make_circulated(cast, days=14)
    BoardMeeting.objects.create(organization=cast.IEC, held_on=today() + timedelta(days=40))
    events = {event.summary.value: event for event in parsed(feed("iec_member", "calendar")).vevent_list}
    board = events[f"{cast.IEC.board} meets"]
    assert board.dtstart.value == today() + timedelta(days=40)
    assert board.dtend.value - board.dtstart.value == timedelta(days=1)
    held = next(event for title, event in events.items() if meeting.title in title)
    assert held.dtstart.value == meeting.starts_at
    deadline = next(event for title, event in events.items() if proposal.reference in event.url.value)
    assert deadline.dtstart.value == proposal.reply_by_on


def test_the_calendar_holds_open_milestones(cast, feed):
    step, done = make_step(cast, title="Webinar"), make_step(cast, title="Brochure")
    complete_step(done, cast.iso_secretary)
    events = {event.url.value: event for event in parsed(feed("iso_secretary", "calendar")).vevent_list}
    [event] = [event for url, event in events.items() if step.get_absolute_url() in url]
    assert (event.dtstart.value, "Webinar" in event.summary.value) == (step.due_on, True)
    assert not [url for url in events if done.get_absolute_url() in url]


def test_an_event_keeps_its_identity(cast, feed):
    make_circulated(cast)
    make_meeting(starts_at=moment(today() + timedelta(days=9)))
    first, second = (
        {event.uid.value for event in parsed(feed("iec_member", "calendar")).vevent_list} for _n in range(2)
    )
    assert first == second
    assert len(first) == len(parsed(feed("iec_member", "calendar")).vevent_list)


def test_news_are_what_happened_newest_first(cast, feed):
    proposal = make_circulated(cast)
    edit_proposal(proposal, cast.iso_secretary, proposal.version, scope="Wider\x0c scope <b>")
    response = feed("iec_member", "news")
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    news = feedparser.parse(response.content)
    assert not news.bozo
    assert news.version == "atom10"
    assert news.entries[0].title == str(proposal)
    assert news.entries[0].author == "ISO secretary"
    assert news.entries[0].link.endswith(proposal.get_absolute_url())
    moments = [entry.updated_parsed for entry in news.entries]
    assert moments == sorted(moments, reverse=True)


def test_a_draft_leaks_into_no_feed_of_a_member(cast, feed):
    log_proposal(
        cast.iso_secretary,
        organization=cast.ISO,
        title="Hidden subject",
        proposer="SAC",
        scope="S",
        received_on=today(),
        board_decision_on=today() + timedelta(days=20),
    )
    for name, seen in (("iso_secretary", True), ("iec_member", False), ("observer", False)):
        assert (b"Hidden subject" in feed(name, "news").content) is seen, name
    for name in ("iec_member", "observer"):
        assert b"Hidden" not in feed(name, "calendar").content


def test_new_addresses_make_the_old_ones_unknown(cast, client_of):
    """Seen red with an address that is kept."""
    client = client_of("iec_member")
    assert "You have no addresses yet" in client.get("/settings/feeds/").content.decode()
    client.post("/settings/feeds/")
    old = FeedAddress.objects.get().token
    page = client.get("/settings/feeds/").content.decode()
    assert f"/feeds/{old}/calendar.ics" in page
    client.post("/settings/feeds/")
    assert Client().get(reverse("calendar", args=[old])).status_code == 404
    assert Client().get(reverse("news", args=[FeedAddress.objects.get().token])).status_code == 200


def test_an_address_opens_nothing_once_its_owner_has_no_part_any_more(cast, feed):
    assert feed("iec_member", "news").status_code == 200
    Appointment.objects.filter(user=cast.iec_member).update(to_on=today() - timedelta(days=1))
    assert feed("iec_member", "news").status_code == 404
    member = cast.iso_member
    assert feed("iso_member", "calendar").status_code == 200
    member.is_active = False
    member.save()
    assert feed("iso_member", "calendar").status_code == 404


def test_a_calendar_program_is_no_visit(cast, feed):
    feed("iec_member", "news")
    assert cast.iec_member.seen_at is None


def test_the_number_of_queries_does_not_grow(cast, feed, django_assert_max_num_queries):
    make_circulated(cast)
    reset_feeds(cast.iec_member)
    with django_assert_max_num_queries(1000) as few:
        feed("iec_member", "news")
        feed("iec_member", "calendar")
    for _n in range(9):
        make_circulated(cast)
    with django_assert_max_num_queries(len(few)):
        feed("iec_member", "news")
        feed("iec_member", "calendar")
