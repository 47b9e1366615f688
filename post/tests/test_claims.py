"""Claims, leases and the rate: who sends which rows."""

import threading
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, connections
from django.utils import timezone

from post import journal
from post.journal import Journal
from post.models import Delivery, Mailing
from post.services import batches, claims, outcomes
from post.services.dispatch import send_due
from post.services.mailings import abort_mailing
from post.services.recovery import reclaim_expired
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
    assert reclaim_expired() == 0
    assert states_of(mailing) == ["claimed", "claimed"]


def test_expired_lease_without_a_journal_here_had_sent_nothing(db):
    mailing = make_letter(3)
    claims.claim_letter(mailing)
    let_leases_expire()
    assert reclaim_expired() == 3
    rows = list(mailing.deliveries.all())
    assert [row.state for row in rows] == ["waiting"] * 3
    assert not any(row.possible_duplicate for row in rows)


def test_journal_says_what_was_sent_and_what_is_in_doubt(db):
    mailing = make_letter(5)
    rows = claims.claim_letter(mailing)
    kept = Journal(rows[0].claimed_by)
    for sign, row in zip("?+?-?", [rows[0], rows[0], rows[1], rows[1], rows[2]], strict=True):
        kept.note(sign, row.pk)
    assert reclaim_expired() == 0  # its process lives
    kept.close(settled=False)
    assert reclaim_expired() == 4
    after = list(mailing.deliveries.all())
    assert [row.state for row in after] == ["sent", *["waiting"] * 4]
    assert [row.possible_duplicate for row in after] == [False, False, True, False, False]
    assert [row.attempts for row in after] == [1, 0, 1, 0, 0]
    assert list(journal.folder().glob("*.log")) == []


def test_journal_is_never_seen_without_its_lock(db, monkeypatch):
    """Between its making and its locking another worker would take it for abandoned."""
    rows = claims.claim_letter(make_letter(2))
    original = journal.fcntl.flock
    seen = []

    def look_then_lock(file, how):
        seen.append(list(folder.glob("*.log")))
        return original(file, how)

    folder = journal.folder()
    monkeypatch.setattr(journal.fcntl, "flock", look_then_lock)
    kept = Journal(rows[0].claimed_by)
    monkeypatch.undo()
    assert seen == [[]]
    assert not journal.is_abandoned(rows[0].claimed_by)
    kept.close(settled=True)


def test_line_that_the_journal_never_finished_does_not_count(db):
    rows = claims.claim_letter(make_letter(2))
    kept = Journal(rows[0].claimed_by)
    kept.note("?", rows[0].pk)
    kept.close(settled=False)
    with (journal.folder() / f"{rows[0].claimed_by}.log").open("a") as file:
        file.write(f"+{rows[0].pk}")
    reclaim_expired()
    assert [row.possible_duplicate for row in rows[0].mailing.deliveries.all()] == [True, False]


@pytest.mark.parametrize("lost", ["host", "start"])
def test_after_the_loss_of_a_host_the_whole_batch_is_in_doubt_and_marked(db, settings, tmp_path, monkeypatch, lost):
    """At most one batch, each row marked; what a journal that came back still shows as taken is not sent again."""
    mailing = make_letter(4)
    rows = claims.claim_letter(mailing)
    kept = Journal(rows[0].claimed_by)
    kept.note("+", rows[0].pk)
    kept.close(settled=False)
    if lost == "host":
        settings.POST_JOURNAL = tmp_path / "another"
    else:
        monkeypatch.setattr(journal, "_boot_id", lambda: "started again")
        journal._mark.cache_clear()
    assert reclaim_expired() == 0  # another host's claim is its own until the lease is over
    let_leases_expire()
    assert reclaim_expired() == (4 if lost == "host" else 3)
    doubtful = [row.possible_duplicate for row in mailing.deliveries.all()]
    assert doubtful == [lost == "host", True, True, True]
    journal._mark.cache_clear()


def test_row_sent_again_keeps_its_message_id_and_date(db, mailoutbox):
    mailing = make_letter(1)
    before = claims.claim_letter(mailing)[0]
    kept = Journal(before.claimed_by)
    kept.note("?", before.pk)
    kept.close(settled=False)
    assert send_due() == 1
    after = mailing.deliveries.get()
    assert (after.state, after.possible_duplicate) == ("sent", True)
    assert (after.message_id, after.dated_at) == (before.message_id, before.dated_at)


def test_row_that_kills_its_workers_moves_behind_the_others(db):
    mailing = make_letter(1)
    claims.claim_letter(mailing)
    let_leases_expire()
    reclaim_expired()
    assert mailing.deliveries.get().next_attempt_at <= timezone.now()
    claims.claim_letter(mailing)
    let_leases_expire()
    reclaim_expired()
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
    reclaim_expired()
    mailing.deliveries.update(next_attempt_at=timezone.now())
    claims.claim_letter(mailing)
    assert outcomes.write_sent_group([late]) == 0
    assert states_of(mailing) == ["claimed"]


def test_worker_that_lost_its_lease_sends_nothing_more(db, mailoutbox, monkeypatch):
    mailing = make_letter(3)
    rows = claims.claim_letter(mailing)
    let_leases_expire()
    reclaim_expired()
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


@pytest.mark.parametrize("error", [RuntimeError, OperationalError])
def test_failure_to_write_results_leaves_them_to_the_journal(db, mailoutbox, monkeypatch, error):
    """The ledger breaks down in the middle: what was sent is known all the same, and nothing is sent twice."""
    monkeypatch.setattr(batches, "GROUP", 2)
    mailing = make_letter(5)
    original = outcomes.write_sent_group

    def break_down(rows):
        raise error("database gone")

    monkeypatch.setattr(outcomes, "write_sent_group", break_down)
    with pytest.raises(error):
        send_due()
    assert states_of(mailing) == ["claimed"] * 5
    monkeypatch.setattr(outcomes, "write_sent_group", original)
    assert send_due() == 2
    assert states_of(mailing) == ["sent"] * 5
    assert sorted(mail.to[0] for mail in mailoutbox) == [f"r{n}@iso.example" for n in range(1, 6)]
    assert not mailing.deliveries.filter(possible_duplicate=True).exists()


def test_rate_holds_for_a_minute_over_passes_and_workers(db, mailoutbox):
    mailing = make_letter(10, rate_per_minute=4)
    other_worker = claims.claim_letter(mailing)
    assert len(other_worker) == 4
    assert claims.claim_letter(mailing) == []
    outcomes.write_sent_group(other_worker[:1])
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
