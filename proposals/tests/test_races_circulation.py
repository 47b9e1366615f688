"""Real connections at the same instant around a circulation: one effect, and nothing goes out unseen."""

from datetime import timedelta

import pytest

from core.dates import moment, today
from core.moves import Conflict, Refused
from organizations.tests.factories import make_appointment, make_committee, make_user
from post.models import Body
from proposals.models import ForwardedFile, InterestAnswer, Proposal, Reminder
from proposals.services.circulation import circulate_proposal, close_comments, extend_deadline
from proposals.services.forwarding import forward_comments, package_for
from proposals.services.proposals import edit_proposal, reopen_proposal
from proposals.services.reminders import remind_due
from proposals.services.replies import ask_committee, comment_on_proposal, declare_interest
from proposals.tests.factories import addresses, make_circulated, make_proposal
from proposals.tests.test_races import at_once, refused

pytestmark = pytest.mark.django_db(transaction=True)


def fresh(proposal):
    return Proposal.objects.get(pk=proposal.pk)


def test_two_secretaries_circulate_at_once_and_it_goes_once(cast):
    second = make_user("Second ISO secretary", email="iso.secretary2@spcg.example")
    make_appointment(second, "secretary", cast.ISO)
    proposal = make_proposal(cast)
    results = at_once(
        *(
            lambda by=by: circulate_proposal(fresh(proposal), by, reply_by_on=today(), version=1)
            for by in (cast.fresh("iso_secretary"), second)
        )
    )
    assert [type(result).__name__ for result in refused(results)] == ["AlreadyDone"]
    assert len(addresses()) == len(set(addresses())) == 10
    assert proposal.history.count() == 1


@pytest.mark.parametrize("number", range(4))
def test_what_goes_out_is_what_was_checked_or_nothing_goes(cast, number):
    proposal, by = make_proposal(cast, title="As checked"), cast.fresh("iso_secretary")
    mine, theirs = fresh(proposal), fresh(proposal)
    circulated, edited = at_once(
        lambda: circulate_proposal(mine, by, reply_by_on=today(), version=1),
        lambda: edit_proposal(theirs, cast.fresh("iso_secretary"), 1, title="Edited meanwhile"),
    )
    assert isinstance(circulated, Refused) != isinstance(edited, Refused)
    proposal.refresh_from_db()
    if isinstance(edited, Refused):
        assert (proposal.state, proposal.title) == ("circulated", "As checked")
    else:
        assert (proposal.state, proposal.title) == ("draft", "Edited meanwhile")
        assert addresses() == []


def test_two_secretaries_forward_at_once_and_it_goes_once(cast):
    proposal = make_circulated(cast)
    comment_on_proposal(proposal, cast.iec_member, "Keep to management.", stance="concern")
    Proposal.objects.filter(pk=proposal.pk).update(reply_by_on=today() - timedelta(days=1))
    stamp = package_for(fresh(proposal)).stamp
    people = [cast.fresh(name) for name in ("iec_secretary", "itu_t_secretary")]
    results = at_once(*(lambda by=by: forward_comments(fresh(proposal), by, checked=stamp) for by in people))
    assert len(refused(results)) == 1
    assert proposal.forwarded.count() == 1
    assert ForwardedFile.objects.count() == 1


def test_four_workers_at_once_remind_everybody_once(cast):
    told = moment(today() - timedelta(days=10))
    proposal = make_circulated(cast, days=7, circulated_at=told)
    assert sum(at_once(*[remind_due] * 4)) == 8
    reminded = addresses(body__list_id__startswith="<remind.")
    assert len(reminded) == len(set(reminded)) == Reminder.objects.count() == 8
    assert proposal.history.filter(action="remind").count() == 1


def test_an_extension_and_the_reminder_at_once_never_name_the_old_day_afterwards(cast):
    told = moment(today() - timedelta(days=10))
    proposal = make_circulated(cast, days=7, circulated_at=told)
    mine, later = fresh(proposal), today() + timedelta(days=30)
    at_once(
        lambda: extend_deadline(mine, cast.fresh("iso_secretary"), 1, reply_by_on=later, reason="More."), remind_due
    )
    bodies = list(Body.objects.order_by("pk").values_list("list_id", flat=True))
    reminders = [place for place, name in enumerate(bodies) if name.startswith("<remind.")]
    assert all(place == 0 for place in reminders)
    assert remind_due() == 0


def test_closing_by_hand_and_extending_at_once_is_one_of_them(cast):
    proposal = make_circulated(cast)
    mine, theirs = fresh(proposal), fresh(proposal)
    day = proposal.reply_by_on + timedelta(days=9)
    results = at_once(
        lambda: close_comments(mine, cast.fresh("iso_secretary"), reason="Done."),
        lambda: extend_deadline(theirs, cast.fresh("iso_secretary"), 1, reply_by_on=day, reason="More."),
    )
    assert [type(result) for result in refused(results)] == [Conflict]
    proposal.refresh_from_db()
    assert bool(proposal.comments_closed_at) != (proposal.reply_by_on == day)


def test_one_question_and_one_answer_however_many_ask_and_answer_at_once(cast):
    proposal, committee = make_circulated(cast), make_committee("IEC TC 61", "IEC")
    asking = [cast.fresh(name) for name in ("iso_member", "itu_t_member", "iso_secretary")]
    results = at_once(*(lambda by=by: ask_committee(fresh(proposal), committee, by) for by in asking))
    assert refused(results) == []
    assert proposal.history.filter(action="ask").count() == 1
    people = [(cast.fresh("iec_member"), "lead"), (cast.fresh("iec_secretary"), "none")]
    answers = at_once(
        *(lambda by=by, a=a: declare_interest(fresh(proposal), committee, by, a, replaces="") for by, a in people)
    )
    assert [type(result) for result in refused(answers)] == [Conflict]
    assert InterestAnswer.objects.count() == 1


def test_reopening_at_once_is_reopening_once(cast):
    proposal = make_circulated(cast, state="withdrawn")
    by = cast.fresh("iso_secretary")
    results = at_once(*[lambda: reopen_proposal(fresh(proposal), by, reason="A mistake.")] * 3)
    assert len(refused(results)) == 2
    assert proposal.history.filter(action="reopen").count() == 1
