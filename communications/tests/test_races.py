"""Two real connections at one instant, on PostgreSQL: one effect each."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from communications.models import Letter, Schedule
from communications.services.dispatch import send_letter
from communications.services.letters import edit_letter
from communications.services.schedules import schedule_letter, send_due_letters, unschedule_letter
from communications.tests.factories import approve, make_letter
from core.moves import AlreadyDone, Refused, Stale
from post.models import Delivery, Mailing

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="two real connections"),
    pytest.mark.django_db(transaction=True),
]


def at_once(*acts):
    """Runs the acts in threads of their own from one barrier; returns results, or the refusals."""
    barrier = Barrier(len(acts))

    def run(act):
        barrier.wait(timeout=10)
        try:
            return act()
        except Refused as error:
            return type(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_send_by_two_secretaries_at_once_is_one_sending(cast):
    letter = make_letter(cast, "approved")
    people = [cast.iso_secretary, cast.iec_secretary, cast.itu_t_secretary, cast.fresh("iso_secretary")]
    results = at_once(*(lambda by=by: send_letter(Letter.objects.get(pk=letter.pk), by).state for by in people))
    assert sorted(map(str, results)) == sorted(["sending", *[str(AlreadyDone)] * 3])
    assert Mailing.objects.filter(key=f"letter-{letter.pk}").count() == 1
    assert Delivery.objects.filter(mailing__key=f"letter-{letter.pk}").count() == 3


def test_last_two_approvals_at_once_approve_the_letter(cast):
    letter = make_letter(cast, "for_approval")
    approve(cast, letter, cast.ISO, "iso_secretary")
    at_once(
        lambda: approve(cast, Letter.objects.get(pk=letter.pk), cast.IEC, "iec_secretary"),
        lambda: approve(cast, Letter.objects.get(pk=letter.pk), cast.ITU_T, "itu_t_secretary"),
    )
    letter.refresh_from_db()
    assert letter.state == "approved"


def test_edit_and_last_approval_at_once_never_approve_what_was_not_read(cast):
    letter = make_letter(cast, "for_approval")
    approve(cast, letter, cast.ISO, "iso_secretary")
    approve(cast, letter, cast.IEC, "iec_secretary")
    version = Letter.objects.get(pk=letter.pk).version
    results = at_once(
        lambda: approve(cast, Letter.objects.get(pk=letter.pk), cast.ITU_T, "itu_t_secretary", edition=1).state,
        lambda: edit_letter(Letter.objects.get(pk=letter.pk), cast.iso_secretary, version, body="New.").edition,
    )
    letter.refresh_from_db()
    if letter.edition == 2:
        assert letter.state == "for_approval"
        assert results[0] in (Stale, "approved")
    else:
        assert (letter.state, results[0]) == ("approved", "approved")


def planned(cast):
    letter = make_letter(cast, "approved")
    schedule_letter(letter, cast.iec_secretary, due_at=timezone.now() + timedelta(hours=1), expected=3)
    return letter


def is_due():
    Schedule.objects.update(due_at=timezone.now() - timedelta(seconds=1))


def test_two_people_schedule_at_once_and_one_time_stands(cast):
    letter = make_letter(cast, "approved")
    people, hour = [cast.iso_secretary, cast.iec_secretary], timezone.now() + timedelta(hours=1)
    at_once(
        *(
            lambda by=by, n=n: schedule_letter(
                Letter.objects.get(pk=letter.pk), by, due_at=hour + timedelta(hours=n), expected=3
            )
            for n, by in enumerate(people)
        )
    )
    assert Schedule.objects.filter(outcome="open").count() == letter.history.filter(action="schedule").count() == 1


def test_two_workers_release_a_scheduled_letter_once(cast):
    letter = planned(cast)
    is_due()
    assert sorted(at_once(*[send_due_letters] * 4)) == [0, 0, 0, 1]
    assert Mailing.objects.filter(key=f"letter-{letter.pk}").count() == 1
    assert letter.history.filter(action="send").count() == 1
    assert Schedule.objects.get().outcome == "sent"


def test_cancelling_and_releasing_at_once_is_one_of_both(cast):
    letter = planned(cast)
    is_due()
    results = at_once(send_due_letters, lambda: unschedule_letter(Letter.objects.get(pk=letter.pk), cast.iso_secretary))
    letter.refresh_from_db()
    went = Mailing.objects.filter(key=f"letter-{letter.pk}").count()
    assert (went, Schedule.objects.get().outcome, letter.state) in (
        (1, "sent", "sending"),
        (0, "cancelled", "approved"),
    )
    assert results[0] == went
