"""Agendas from templates, items carried over, their order and their times."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from core.dates import GENEVA
from core.moves import NotAllowed, Refused
from documents.services.register import register_document, revise_document
from meetings.models import AgendaTemplate
from meetings.services import agenda, templates
from meetings.tests.factories import make_item, make_meeting, make_outcome, make_planned


def titles(meeting) -> list[str]:
    return [f"{one.position} {one.title}" for one in meeting.agenda.all()]


def test_template_keeps_subjects_minutes_and_presenters(cast):
    first, second = make_meeting(), make_planned()
    make_item(first, title="Opening", minutes=5)
    make_item(first, title="Landscape", minutes=30, presenter=cast.IEC)
    make_item(second, title="Opening")
    with pytest.raises(NotAllowed):
        templates.save_template(first, cast.iso_member, "Usual")
    template = templates.save_template(first, cast.iso_secretary, "Usual")
    assert templates.use_template(second, cast.iec_secretary, template) == 1
    assert templates.use_template(second, cast.iec_secretary, template) == 0
    assert titles(second) == ["1 Opening", "2 Landscape"]
    item = second.agenda.get(title="Landscape")
    assert (item.minutes, item.presenter) == (30, cast.IEC)


def test_same_name_replaces_a_template_and_an_empty_agenda_gives_none(cast):
    meeting = make_meeting()
    with pytest.raises(Refused):
        templates.save_template(meeting, cast.iso_secretary, "Usual")
    make_item(meeting, title="One")
    templates.save_template(meeting, cast.iso_secretary, "Usual")
    make_item(meeting, title="Two")
    templates.save_template(meeting, cast.iso_secretary, "Usual")
    assert [one.title for one in AgendaTemplate.objects.get().items.all()] == ["One", "Two"]


def test_what_was_not_reached_is_carried_over_once_with_its_documents(cast):
    held, following = make_meeting(), make_planned()
    revision = register_document(cast.iso_secretary, title="A paper", kind="paper")
    reached, open_item = make_item(held, title="Reached"), make_item(held, revision, title="Not reached", minutes=20)
    make_outcome(held, item=reached)
    make_item(following, title="Opening")
    carried = templates.carry_over(held, cast.iso_secretary)
    assert templates.carry_over(held, cast.iec_secretary) == []
    assert titles(following) == ["1 Opening", "2 Not reached"]
    assert carried[0].carried_from == open_item
    assert carried[0].minutes == 20
    assert [one.revision for one in carried[0].documents.all()] == [revision]


def test_carrying_over_needs_a_later_meeting_and_a_secretary(cast):
    held = make_meeting()
    make_item(held)
    with pytest.raises(Refused, match="No later meeting"):
        templates.carry_over(held, cast.iso_secretary)
    with pytest.raises(NotAllowed):
        templates.carry_over(held, cast.iso_member)


def test_carried_item_is_marked_on_both_pages(cast, client_of):
    held, following = make_meeting(), make_planned()
    item = make_item(held, title="Landscape")
    client = client_of("iso_secretary")
    assert "Carry over" in client.get(held.get_absolute_url()).content.decode()
    client.post(f"{held.get_absolute_url()}agenda/carry-over/", {"item": item.pk})
    assert f"Carried over to the {following.ordinal} meeting" in client.get(held.get_absolute_url()).content.decode()
    page = client_of("observer").get(following.get_absolute_url()).content.decode()
    assert f"Carried over from the {held.ordinal} meeting" in page
    assert client.post(f"{held.get_absolute_url()}agenda/carry-over/", {"item": "x"}).status_code == 400


def test_dropped_item_takes_its_place_and_the_others_close_up(cast, client_of):
    meeting = make_planned()
    items = [make_item(meeting, title=name) for name in "ABCD"]
    url = f"{meeting.get_absolute_url()}agenda/{items[3].pk}/move/"
    client_of("iso_secretary").post(url, {"place": "2"})
    assert titles(meeting) == ["1 A", "2 D", "3 B", "4 C"]
    agenda.place_agenda_item(items[0], cast.iso_secretary, 99)
    assert titles(meeting) == ["1 D", "2 B", "3 C", "4 A"]
    assert client_of("iso_secretary").post(url, {"place": "-1"}).status_code == 400


def test_agenda_shows_running_times_while_minutes_are_known(cast, client_of):
    start = datetime(2020, 11, 25, 13, tzinfo=GENEVA)
    meeting = make_meeting(starts_at=start)
    for minutes in (15, 30, None, 10):
        make_item(meeting, minutes=minutes)
    page = client_of("observer").get(meeting.get_absolute_url()).content.decode()
    assert [clock in page for clock in ("13:00 CET</span>", "13:15 CET", "13:45 CET")] == [True, True, True]
    assert page.count(" CET</span></td>") == 3


def test_pinned_revision_is_shown_beside_the_current_one(cast, client_of):
    first = register_document(cast.iso_secretary, title="A paper", kind="paper")
    meeting = make_planned(starts_at=timezone.now() + timedelta(days=3))
    make_item(meeting, first)
    second = revise_document(first.document, cast.iso_secretary, after=first, text="More.")
    page = client_of("iso_secretary").get(meeting.get_absolute_url()).content.decode()
    assert f'now <a class="ref" href="{second.get_absolute_url()}">{second}</a>' in page
