"""Named reads of meetings, and what the room offers to others."""

from datetime import date, datetime, time, timedelta

from core import registry
from core.dates import GENEVA, moment, today
from documents.tests.factories import make_document, make_revision
from meetings import queries
from meetings.models import Outcome
from meetings.tests.factories import make_item, make_meeting, make_outcome, make_planned


def at(day: int, hour: int = 13) -> datetime:
    return datetime(2020, 11, day, hour, tzinfo=GENEVA)


def test_meetings_are_seen_by_everybody_with_an_appointment(cast):
    meeting = make_meeting()
    for name in ("iso_member", "observer", "administrator", "itu_t_secretary"):
        assert list(queries.meetings_visible_to(cast.fresh(name))) == [meeting]
    for name in ("outsider", "disabled"):
        assert list(queries.meetings_visible_to(cast.fresh(name))) == []


def test_next_meeting_is_the_soonest_that_is_planned(db):
    day = moment(today(), time(0, 5))
    make_meeting(starts_at=day)
    make_meeting(starts_at=day + timedelta(days=1), state="cancelled")
    make_meeting(starts_at=day - timedelta(days=1), state="planned")
    assert queries.next_meeting() is None
    later = make_meeting(starts_at=day + timedelta(days=2), state="planned")
    assert queries.next_meeting() == later
    # Also one that has begun today.
    begun = make_meeting(starts_at=day, state="planned")
    assert queries.next_meeting() == begun


def test_meetings_between_counts_both_days_and_only_those_held(db):
    first = make_meeting(starts_at=at(1, 0))
    last = make_meeting(starts_at=at(25, 23))
    make_meeting(starts_at=at(26, 0))
    make_meeting(starts_at=at(10), state="planned")
    assert list(queries.meetings_between(date(2020, 11, 1), date(2020, 11, 25))) == [first, last]


def test_outcomes_between_leaves_out_what_was_withdrawn(db):
    inside = make_outcome(make_meeting(starts_at=at(25)))
    make_outcome(inside.meeting, withdrawn_at=at(25))
    make_outcome(make_meeting(starts_at=at(27)))
    make_outcome(make_meeting(starts_at=at(20), state="planned"))
    assert list(queries.outcomes_between(date(2020, 11, 1), date(2020, 11, 26))) == [inside]


def test_decisions_about_a_reference_in_any_form(db):
    revision = make_revision(make_document(number=32), position=3)
    decision = make_outcome(kind="decision", revision=revision, reference="SPCG-32C")
    make_outcome(kind="action", revision=revision, reference="SPCG-32C")
    other = make_outcome(kind="decision", reference="landscape")
    assert list(queries.decisions_about("32c")) == [decision]
    assert list(queries.decisions_about("Landscape")) == [other]
    assert list(queries.decisions_about("SPCG-32")) == []


def test_open_actions_come_by_due_date_those_without_last(db):
    none = make_outcome(kind="action")
    late = make_outcome(kind="action", due_on=date(2021, 1, 1))
    soon = make_outcome(kind="action", due_on=date(2020, 12, 1))
    make_outcome(kind="action", done_on=date(2020, 12, 1))
    make_outcome(make_meeting(state="cancelled"), kind="action")
    make_outcome(kind="decision")
    assert list(queries.open_actions()) == [soon, late, none]


def test_waiting_names_the_due_actions_of_the_own_organization(cast):
    day = today()
    mine = make_outcome(kind="action", text="Send it", owner_organization=cast.IEC, due_on=day - timedelta(days=2))
    make_outcome(kind="action", owner_organization=cast.ISO, due_on=day)
    make_outcome(kind="action", owner_organization=cast.IEC, due_on=day + timedelta(days=90))
    make_outcome(kind="action", owner_organization=cast.IEC, due_on=date(2020, 12, 15))
    rows = queries.waiting(cast.iec_secretary)
    assert [(row.title, row.due_on, row.organization) for row in rows] == [("Send it", mine.due_on, "IEC")]
    assert queries.waiting(cast.iec_member) == []
    assert queries.waiting(cast.administrator) == []


def test_waiting_asks_to_mark_a_past_meeting_but_none_of_2020(cast):
    start = datetime.combine(today() - timedelta(days=1), datetime.min.time(), tzinfo=GENEVA)
    meeting = make_meeting(state="planned", starts_at=start)
    make_meeting(state="planned", starts_at=at(25))
    assert [row.url for row in queries.waiting(cast.iso_secretary)] == [meeting.get_absolute_url()]


def test_deadlines_are_meetings_and_actions_from_today(cast):
    meeting = make_planned()
    action = make_outcome(kind="action", due_on=today() + timedelta(days=3))
    make_outcome(kind="action", due_on=today() - timedelta(days=3))
    rows = queries.deadlines(cast.observer, today() + timedelta(days=31))
    assert [row.url for row in rows] == [action.get_absolute_url(), meeting.get_absolute_url()]
    assert queries.deadlines(cast.observer, today() + timedelta(days=2)) == []
    assert queries.deadlines(cast.outsider, today() + timedelta(days=31)) == []


def test_reference_to_a_meeting_becomes_a_link(cast):
    make_meeting(number=8)
    assert registry.first("resolve", "meeting 8", cast.observer) == "/meetings/8/"
    assert registry.first("resolve", "Meeting  8", cast.observer) == "/meetings/8/"
    assert queries.resolve("meeting 9", cast.observer) is None
    assert queries.resolve("meeting 8", cast.outsider) is None


def test_document_is_used_by_agenda_report_and_outcomes(db):
    revision = make_revision()
    on_agenda = make_item(make_meeting(number=3), revision).meeting
    reported = make_meeting(number=4, report=revision)
    decided = make_outcome(make_meeting(number=5), revision=revision).meeting
    make_outcome(make_meeting(number=6), revision=revision, withdrawn_at=at(1))
    expected = [(one.title, one.get_absolute_url()) for one in (on_agenda, reported, decided)]
    assert queries.uses(revision) == expected
    assert queries.uses(make_revision()) == []


def test_actions_of_the_register_by_state(cast):
    done = make_outcome(make_meeting(number=1), kind="action", done_on=date(2026, 1, 1))
    open_one = make_outcome(make_meeting(number=2), kind="action")
    assert list(queries.actions_of(cast.observer, "open")) == [open_one]
    assert list(queries.actions_of(cast.observer, "done")) == [done]
    assert list(queries.actions_of(cast.observer, "all")) == [open_one, done]
    assert list(queries.actions_of(cast.outsider)) == []
    assert Outcome.objects.count() == 2
