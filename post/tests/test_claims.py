"""Claims, leases and the rate: who sends which rows."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from post.models import Delivery, Mailing
from post.services import batches, claims, outcomes
from post.services.dispatch import send_due
from post.services.mailings import abort_mailing
from post.tests.factories import let_leases_expire, make_letter, states_of


def test_claim_takes_rows_with_a_lease_and_only_once(db, settings):
    settings.POST_LEASE_SECONDS = 120
    mailing = make_letter(3)
    rows = claims.claim_letter(mailing)
    assert [row.state for row in rows] == ["claimed"] * 3
    assert len({row.claimed_by for row in rows}) == 1
    for row in rows:
        assert timedelta(seconds=110) < row.lease_until - timezone.now() <= timedelta(seconds=120)
        assert (row.attempts, bool(row.dated_at), bool(row.message_id)) == (1, True, True)
    assert len({row.message_id for row in rows}) == 3
    assert claims.claim_letter(mailing) == []


def test_rows_of_a_held_or_paused_letter_are_not_claimed(db):
    mailing = make_letter(3, hold_seconds=60)
    assert claims.claim_letter(mailing) == []
    Mailing.objects.update(state="paused")
    assert claims.claim_letter(mailing) == []


def test_living_lease_is_left_alone(db):
    mailing = make_letter(2)
    claims.claim_letter(mailing)
    assert claims.reclaim_expired() == 0
    assert states_of(mailing) == ["claimed", "claimed"]


def test_expired_lease_marks_only_the_row_that_may_have_been_sent(db):
    mailing = make_letter(3)
    before = claims.claim_letter(mailing)
    outcomes.write_sent(before[0])
    let_leases_expire()
    assert claims.reclaim_expired() == 2
    rows = list(mailing.deliveries.all())
    assert [row.state for row in rows] == ["sent", "waiting", "waiting"]
    assert [row.possible_duplicate for row in rows] == [False, True, False]
    assert [row.attempts for row in rows] == [1, 1, 0]


def test_row_sent_again_keeps_its_message_id_and_date(db, mailoutbox):
    mailing = make_letter(1)
    before = claims.claim_letter(mailing)[0]
    let_leases_expire()
    assert send_due() == 1
    after = mailing.deliveries.get()
    assert (after.state, after.possible_duplicate) == ("sent", True)
    assert (after.message_id, after.dated_at) == (before.message_id, before.dated_at)


def test_row_that_kills_its_workers_moves_behind_the_others(db):
    mailing = make_letter(1)
    claims.claim_letter(mailing)
    let_leases_expire()
    claims.reclaim_expired()
    assert mailing.deliveries.get().next_attempt_at <= timezone.now()
    claims.claim_letter(mailing)
    let_leases_expire()
    claims.reclaim_expired()
    assert mailing.deliveries.get().next_attempt_at > timezone.now() + timedelta(seconds=40)


def test_rows_of_a_stopped_letter_end_as_stopped_when_their_lease_expires(db):
    mailing = make_letter(2)
    claims.claim_letter(mailing)
    abort_mailing(mailing, "ISO secretary")
    assert states_of(mailing) == ["claimed", "claimed"]
    let_leases_expire()
    send_due()
    assert states_of(mailing) == ["aborted", "aborted"]


def test_result_of_a_lost_lease_is_not_written(db):
    mailing = make_letter(1)
    late = claims.claim_letter(mailing)[0]
    let_leases_expire()
    claims.reclaim_expired()
    mailing.deliveries.update(next_attempt_at=timezone.now())
    claims.claim_letter(mailing)
    assert outcomes.write_sent(late) is False
    assert states_of(mailing) == ["claimed"]


def test_worker_that_lost_its_lease_sends_nothing_more(db, mailoutbox, monkeypatch):
    mailing = make_letter(3)
    rows = claims.claim_letter(mailing)
    let_leases_expire()
    claims.reclaim_expired()
    monkeypatch.setattr(batches, "RENEW_SECONDS", 0)
    batch = batches.Batch(rows, float("inf"))
    batch.send()
    assert (batch.sent, len(mailoutbox)) == (0, 0)
    assert states_of(mailing) == ["waiting"] * 3


def test_lease_is_renewed_while_a_batch_is_long(db, monkeypatch):
    mailing = make_letter(2)
    token = claims.claim_letter(mailing)[0].claimed_by
    Delivery.objects.update(lease_until=timezone.now() + timedelta(seconds=1))
    assert len(claims.renew(token)) == 2
    assert mailing.deliveries.first().lease_until > timezone.now() + timedelta(seconds=100)


def test_failure_to_write_a_result_leaves_the_row_to_the_lease(db, mailoutbox, monkeypatch):
    mailing = make_letter(3)

    def break_down(row):
        raise RuntimeError("database gone")

    monkeypatch.setattr(outcomes, "write_sent", break_down)
    with pytest.raises(RuntimeError):
        send_due()
    assert states_of(mailing) == ["claimed", "waiting", "waiting"]
    let_leases_expire()
    claims.reclaim_expired()
    assert [row.possible_duplicate for row in mailing.deliveries.all()] == [True, False, False]


def test_rate_holds_for_a_minute_over_passes_and_workers(db, mailoutbox):
    mailing = make_letter(10, rate_per_minute=4)
    other_worker = claims.claim_letter(mailing)
    assert len(other_worker) == 4
    assert claims.claim_letter(mailing) == []
    outcomes.write_sent(other_worker[0])
    claims.give_back(other_worker[0].claimed_by, [row.pk for row in other_worker[1:]])
    assert send_due() == 3
    assert send_due() == 0
    mailing.deliveries.update(attempted_at=timezone.now() - timedelta(seconds=61))
    assert send_due() == 4


@pytest.mark.django_db(transaction=True)
def test_rate_holds_for_two_workers_at_the_same_moment():
    mailing = make_letter(40, rate_per_minute=10)
    taken = run_together(lambda: [row.pk for row in claims.claim_letter(mailing)])
    assert sum(len(rows) for rows in taken) == 10


def run_together(work, workers=4):
    """The same work in several threads, each with a connection of its own, begun at one barrier."""
    barrier = threading.Barrier(workers)
    results, errors = [], []

    def run():
        try:
            connections["default"].ensure_connection()
            barrier.wait(10)
            results.append(work())
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    return results


def all_rows_of(mailing):
    rows = []
    while batch := claims.claim_letter(mailing):
        rows += [row.pk for row in batch]
    return rows


@pytest.mark.django_db(transaction=True)
def test_workers_at_the_same_moment_get_disjoint_rows(monkeypatch):
    monkeypatch.setattr(claims, "BATCH", 7)
    mailing = make_letter(200)
    taken = run_together(lambda: all_rows_of(mailing))
    every = [pk for rows in taken for pk in rows]
    assert len(every) == len(set(every)) == 200


@pytest.mark.django_db(transaction=True)
def test_workers_at_the_same_moment_send_each_row_once(sink):
    mailing = make_letter(60)
    assert sum(run_together(send_due, workers=3)) == 60
    assert sorted(sink.recipients) == sorted(f"r{n}@iso.example" for n in range(1, 61))
    assert set(states_of(mailing)) == {"sent"}
    send_due()
    assert Mailing.objects.get().state == "finished"


@pytest.mark.django_db(transaction=True)
def test_double_click_at_the_same_moment_opens_one_mailing():
    run_together(lambda: make_letter(5, key="letter-7"))
    assert Mailing.objects.count() == 1
    assert Delivery.objects.count() == 5


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
@pytest.mark.django_db(transaction=True)
def test_claims_skip_locked_rows_on_postgresql(monkeypatch):
    """A second worker does not wait for the first one's transaction."""
    from django.db import transaction

    mailing = make_letter(6)
    monkeypatch.setattr(claims, "BATCH", 3)
    with transaction.atomic():
        first = {row.pk for row in claims.claim_letter(mailing)}
        [second] = run_together(lambda: {row.pk for row in claims.claim_letter(mailing)}, workers=1)
    assert len(first) == len(second) == 3
    assert not first & second
