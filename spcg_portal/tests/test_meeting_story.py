"""A meeting in a browser: minutes by keyboard, the agenda dragged, the report from its draft to its approval."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from meetings.models import Meeting, Outcome

pytestmark = pytest.mark.browser


@pytest.fixture
def reader_of(demo, reader):
    """reader_of("iso.secretary") is that person, signed in, at a screen."""

    def sign_in(name: str):
        person = reader()
        person.sign_in(name)
        return person

    return sign_in


def lines(reader, *texts: str) -> None:
    """Types each line and Enter, by the keyboard alone."""
    for text in texts:
        reader.page.wait_for_selector("[autofocus]:focus")  # the browser sets it a moment after the page is loaded
        with reader.page.expect_navigation():
            reader.page.keyboard.type(text)
            reader.page.keyboard.press("Enter")


def test_minutes_are_taken_by_keyboard_beside_a_colleague(reader_of):
    secretary = reader_of("iso.secretary")
    secretary.open("/meetings/8/minutes/")
    lines(secretary, "d: The list stays open. #landscape", "a: Tell the boards @ISO due 15 December 2030")
    decision, action = Outcome.objects.filter(meeting__number=8).order_by("-pk")[:2][::-1]
    assert (decision.label, decision.reference) == ("8/5", "landscape")
    assert str(action.owner_organization) == "ISO"
    colleague = reader_of("iec.secretary")
    colleague.open("/meetings/8/minutes/")
    lines(colleague, "Noted by a colleague.")
    secretary.page.get_by_text("Noted by a colleague.").wait_for()
    assert [*secretary.complaints, *colleague.complaints] == []


def test_report_goes_from_draft_to_approval(reader_of):
    """Circulated, commented on, answered, revised, circulated again, approved by the next meeting, frozen."""
    secretary, member = reader_of("itu-t.secretary"), reader_of("iec.member")
    secretary.open("/meetings/8/")
    secretary.click("link", "Circulate for comments")
    secretary.send()
    member.open("/meetings/8/")
    member.click("link", "Comment", exact=True)
    member.type("Comment", "The landscape is a living document.")
    member.send()
    secretary.open("/meetings/8/")
    secretary.click("link", "Answer")
    secretary.page.get_by_label("Accepted", exact=True).check()
    secretary.send()
    secretary.click("link", "Revise with the next letter")
    secretary.send()
    secretary.click("link", "Circulate for comments")
    secretary.send()
    reported = Meeting.objects.get(number=8)
    assert str(reported.report) == "SPCG-50A"
    item = reported.approval_items.get()
    start = timezone.now() - timedelta(hours=1)
    Meeting.objects.filter(pk=item.meeting_id).update(starts_at=start, ends_at=start + timedelta(hours=2))
    secretary.open(item.meeting.get_absolute_url())
    secretary.click("button", "Record the approval of SPCG-50A")
    secretary.page.get_by_text("The approval of the report is recorded.").wait_for()
    assert Meeting.objects.get(number=8).is_frozen
    assert [*secretary.complaints, *member.complaints] == []


def test_agenda_is_ordered_by_dragging(reader_of):
    secretary = reader_of("iso.secretary")
    meeting = Meeting.objects.filter(state="planned").order_by("-number").first()
    secretary.open(meeting.get_absolute_url())
    last, first = meeting.agenda.last(), meeting.agenda.first()
    with secretary.page.expect_navigation():
        secretary.page.drag_and_drop(f"#item-{last.pk} td", f"#item-{first.pk} td")
    assert meeting.agenda.first() == last
    assert secretary.complaints == []


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("America/New_York", r"\d+ \w+, 0[678]:00 to (08|09|10):00 GMT-[45] by your own clock"),
        ("Europe/Paris", ""),
    ],
)
def test_hours_by_the_readers_own_clock(demo, reader, zone, words):
    person = reader(timezone_id=zone)
    person.sign_in("iso.secretary")
    person.open(Meeting.objects.get(number=10).get_absolute_url())
    place = person.page.locator("[data-own-time]")
    assert re.fullmatch(words, place.text_content())
    assert place.is_visible() is bool(words)
    assert person.complaints == []
