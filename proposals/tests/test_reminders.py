"""Reminders before the deadline: who, when, how often, and never wrongly."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from core.dates import format_date, moment, today
from organizations.tests.factories import make_committee
from post.models import Body, Delivery
from proposals import tasks
from proposals.models import Proposal, Reminder
from proposals.queries import waiting
from proposals.queries.answers import has_answered
from proposals.services.circulation import circulate_proposal, close_comments, extend_deadline
from proposals.services.proposals import reopen_proposal, withdraw_proposal
from proposals.services.received import receive_comment
from proposals.services.reminders import remind_due
from proposals.services.replies import ask_committee, comment_on_proposal, declare_interest
from proposals.tests.factories import addresses, make_circulated, make_proposal

NOON = datetime(2026, 3, 2, 12, tzinfo=ZoneInfo("Europe/Zurich"))
EVERYBODY = 9


@pytest.fixture
def clock(monkeypatch):
    """A clock that a test sets by days from a Monday in March."""

    def at(days=0, **more):
        now = (NOON + timedelta(days=days)).replace(**more).astimezone(ZoneInfo("UTC"))
        monkeypatch.setattr(timezone, "now", lambda: now)
        return now

    at()
    return at


def circulate(cast, days):
    proposal = make_proposal(cast)
    circulate_proposal(proposal, cast.iso_secretary, reply_by_on=today() + timedelta(days=days))
    return Proposal.objects.get(pk=proposal.pk)


def reminded():
    return addresses(body__list_id__startswith="<remind.")


def test_reminded_seven_three_and_one_day_before_and_on_no_other_day(cast, clock):
    circulate(cast, 20)
    days = {}
    for day in range(22):
        clock(day)
        days[20 - day] = remind_due()
    assert {left: count for left, count in days.items() if count} == {7: 8, 3: 8, 1: 8}


def test_only_those_who_have_not_answered_and_never_the_sender(cast, clock):
    proposal = circulate(cast, 20)
    comment_on_proposal(proposal, cast.iec_member, "Fine.")
    committee = make_committee("ITU-T SG17", "ITU-T")
    declare_interest(proposal, committee, cast.itu_t_member, "none")
    receive_comment(proposal, cast.iso_secretary, "By mail.", received_on=today(), sender=cast.iso_member)
    clock(13)
    remind_due()
    assert reminded() == [
        "iec.member2@spcg.example",
        "iec.secretary@spcg.example",
        "iso.member2@spcg.example",
        "itu.t.member2@spcg.example",
        "itu.t.secretary@spcg.example",
    ]


def test_nobody_of_an_organization_is_reminded_whose_committees_have_all_answered(cast, clock):
    proposal = circulate(cast, 20)
    first, second = make_committee("IEC TC 1", "IEC"), make_committee("IEC TC 2", "IEC")
    for committee in (first, second):
        ask_committee(proposal, committee, cast.iso_secretary)
    declare_interest(proposal, first, cast.iec_member, "lead")
    assert not has_answered(proposal, cast.iec_secretary)
    declare_interest(proposal, second, cast.iec_member, "none")
    assert has_answered(proposal, cast.iec_secretary)
    clock(13)
    assert remind_due() == EVERYBODY - 1 - 3


def test_home_and_reminders_ask_the_same_people(cast, clock):
    proposal = circulate(cast, 20)
    comment_on_proposal(proposal, cast.iec_member, "Fine.")
    committee = make_committee("ITU-T SG17", "ITU-T")
    ask_committee(proposal, committee, cast.iso_secretary)
    declare_interest(proposal, committee, cast.itu_t_member, "lead")
    clock(13)
    remind_due()
    names = [f"{code}_{role}" for code in ("iso", "iec", "itu_t") for role in ("secretary", "member", "member2")]
    asked = [cast.fresh(name) for name in names if any("Comment on" in row.title for row in waiting(cast.fresh(name)))]
    assert sorted(user.email for user in asked) == reminded()


def test_a_reminder_goes_once_however_often_the_worker_runs(cast, clock):
    circulate(cast, 20)
    clock(13)
    for _pass in range(3):
        tasks.remind_due()
    assert len(reminded()) == Reminder.objects.count() == 8


def test_a_worker_that_stood_still_makes_up_for_it_with_one_reminder(cast, clock):
    circulate(cast, 20)
    clock(15)
    assert (remind_due(), remind_due()) == (8, 0)
    assert set(Reminder.objects.values_list("days", flat=True)) == {7}
    clock(20, hour=23, minute=59)
    assert remind_due() == 8
    assert set(Reminder.objects.values_list("days", flat=True)) == {7, 1}
    clock(21, hour=0, minute=0)
    assert remind_due() == 0


def test_days_are_those_of_geneva(cast, clock):
    circulate(cast, 20)
    # 23:30 in London on the eighth day before is 00:30 in Geneva on the seventh.
    clock(13, hour=0, minute=30)
    assert remind_due() == 8


def test_what_was_just_circulated_is_not_reminded_of_at_once(cast, clock):
    circulate(cast, 5)
    assert remind_due() == 0
    clock(1)
    assert remind_due() == 0
    clock(2)
    assert remind_due() == 8


def test_reminders_move_with_the_deadline(cast, clock):
    proposal = circulate(cast, 20)
    clock(13)
    assert remind_due() == 8
    proposal.refresh_from_db()
    day = proposal.reply_by_on + timedelta(days=14)
    extend_deadline(proposal, cast.iso_secretary, proposal.version, reply_by_on=day, reason="Holidays.")
    for quiet in (13, 17, 19, 20, 26):
        clock(quiet)
        assert remind_due() == 0
    clock(27)
    assert remind_due() == 8
    body = Body.objects.filter(list_id__startswith="<remind.").latest("pk")
    assert format_date(day, weekday=True) in body.text


@pytest.mark.parametrize("end", ["close", "withdraw"])
def test_nobody_is_reminded_of_what_is_closed_or_withdrawn(cast, clock, end):
    proposal = circulate(cast, 20)
    if end == "close":
        close_comments(proposal, cast.iso_secretary, reason="All have answered.")
    else:
        withdraw_proposal(proposal, cast.iso_secretary, reason="SAC took it back.")
    clock(13)
    assert remind_due() == 0


def test_what_is_reopened_has_only_the_reminders_that_are_still_to_come(cast, clock):
    proposal = circulate(cast, 20)
    withdraw_proposal(proposal, cast.iso_secretary, reason="A mistake.")
    clock(15)
    reopen_proposal(proposal, cast.iso_secretary, reason="It was none.")
    assert remind_due() == 0
    clock(17)
    assert remind_due() == 8


def test_a_reminder_stands_in_the_conversation_of_the_circulation(cast, clock):
    circulate(cast, 20)
    clock(13)
    remind_due()
    asked = Body.objects.get(list_id__startswith="<circulate.")
    body = Body.objects.get(list_id__startswith="<remind.")
    assert body.in_reply_to == asked.in_reply_to != ""
    assert body.reply_to == "iso.secretary@spcg.example"
    assert body.subject.startswith("Comments close in 7 days: ")


def test_the_days_are_a_setting(cast, clock, settings):
    settings.REMINDER_DAYS = [10]
    circulate(cast, 20)
    clock(10)
    assert remind_due() == 8
    settings.REMINDER_DAYS = []
    clock(11)
    assert remind_due() == 0


def test_the_history_says_how_many_were_reminded(cast, clock):
    proposal = circulate(cast, 20)
    clock(13)
    remind_due()
    entry = proposal.history.first()
    assert (entry.action, entry.actor) == ("remind", None)
    assert entry.text == "reminded 8 people who had not answered that comments close on 22 March 2026, in 7 days"


def test_the_past_is_never_reminded_of(cast):
    make_circulated(cast, days=-300, circulated_at=moment(today() - timedelta(days=400)))
    assert remind_due() == 0
    assert Delivery.objects.count() == 0


def test_due_reminders_are_found_in_a_fixed_number_of_queries_when_none_is(cast, django_assert_num_queries):
    for _number in range(5):
        make_circulated(cast, days=30)
    with django_assert_num_queries(1):
        remind_due()
