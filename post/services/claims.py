"""Who sends which rows: claims with a lease, for any number of workers on either database."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from random import uniform

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Case, CharField, Exists, F, OuterRef, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone

from post import journal
from post.models import Body, Delivery, Mailing
from post.services.notices import site_host

S = Delivery.State

BATCH = 500
GIVE_UP_AFTER = timedelta(hours=72)
FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=4)


def database_now() -> datetime:
    """The database's clock: workers on several machines must agree on when a lease is over."""
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def lease_end(now: datetime) -> datetime:
    """When a batch claimed now may be claimed by another worker."""
    return now + timedelta(seconds=settings.POST_LEASE_SECONDS)


def retry_delay(attempts: int) -> timedelta:
    """1, 2, 4 ... minutes, at most 4 hours, a fifth more or less so that rows do not come back in one crowd."""
    delay = min(FIRST_DELAY * 2 ** min(max(attempts, 1) - 1, 16), LONGEST_DELAY)
    return delay * uniform(0.8, 1.2)  # noqa: S311


def due_rows(now: datetime) -> QuerySet[Delivery]:
    """Rows whose time has come, of mailings that are sending."""
    return Delivery.objects.filter(
        state=S.WAITING, next_attempt_at__lte=now, mailing__state=Mailing.State.SENDING
    ).order_by("next_attempt_at", "pk")


def sending_letters() -> list[Mailing]:
    """The letters under way, the oldest first."""
    return list(
        Mailing.objects.filter(kind=Mailing.Kind.LETTER, state=Mailing.State.SENDING).order_by("started_at", "pk")
    )


def claim_notices() -> list[Delivery]:
    """Takes some due notices of any mailing; they go before letters, since somebody waits for them."""
    with transaction.atomic():
        now = database_now()
        return _claim(due_rows(now).filter(mailing__kind=Mailing.Kind.NOTICE), BATCH, now)


def claim_letter(mailing: Mailing) -> list[Delivery]:
    """Takes some due rows of one letter, never more than its rate still allows for this minute."""
    with transaction.atomic():
        now = database_now()
        return _claim(due_rows(now).filter(mailing=mailing), min(BATCH, _allowance(mailing, now)), now)


def _allowance(mailing: Mailing, now: datetime) -> int:
    """What the rate leaves, over all workers: rows in somebody's hands and attempts of the last minute count."""
    if not mailing.rate_per_minute:
        return BATCH
    # The lock makes claims of this letter take turns; on SQLite the transaction itself is one.
    Mailing.objects.select_for_update().get(pk=mailing.pk)
    rows = mailing.deliveries
    held = rows.filter(state=S.CLAIMED).count()
    recent = rows.exclude(state=S.CLAIMED).filter(attempted_at__gt=now - timedelta(minutes=1)).count()
    return max(mailing.rate_per_minute - held - recent, 0)


def _claim(rows: QuerySet[Delivery], size: int, now: datetime) -> list[Delivery]:
    """The conditional update decides who gets a row; Message-ID and Date are fixed with the first claim."""
    if size <= 0:
        return []
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True, of=("self",))
    keys = list(rows.values_list("pk", flat=True)[:size])
    if not keys:
        return []
    token = journal.mark() + uuid.uuid4().hex[: 32 - journal.MARK_LENGTH]
    Delivery.objects.filter(pk__in=keys, state=S.WAITING).update(
        state=S.CLAIMED,
        claimed_by=token,
        lease_until=lease_end(now),
        attempts=F("attempts") + 1,
        dated_at=Coalesce("dated_at", Value(now)),
        give_up_at=Coalesce("give_up_at", Value(now + GIVE_UP_AFTER)),
        message_id=_own_id(token[journal.MARK_LENGTH :]),
    )
    return _with_bodies(claimed(token).order_by("pk"))


def _own_id(token: str) -> Case:
    """Derived from the ledger's number; the few characters keep it unique after a restored backup."""
    own = Concat(Value("<"), Cast("pk", CharField()), Value(f".{token[:12]}@{site_host()}>"))
    return Case(When(message_id="", then=own), default=F("message_id"))


def _with_bodies(rows: QuerySet[Delivery]) -> list[Delivery]:
    """The rows of a claim; bodies and mailings are read once and shared."""
    found = list(rows)
    bodies = Body.objects.select_related("mailing").in_bulk({row.body_id for row in found})
    for row in found:
        row.body = bodies[row.body_id]
        row.mailing = row.body.mailing
    return found


def claimed(token: str) -> QuerySet[Delivery]:
    """The rows that this claim still holds."""
    return Delivery.objects.filter(claimed_by=token, state=S.CLAIMED)


def renew(token: str) -> set[int]:
    """Makes the lease of the remaining rows start anew; returns those that are still ours."""
    claimed(token).update(lease_until=lease_end(database_now()))
    return set(claimed(token).values_list("pk", flat=True))


def give_back(token: str, keys: Iterable[int]) -> None:
    """Rows that were not attempted wait again, as if they had never been claimed."""
    claimed(token).filter(pk__in=list(keys)).update(
        state=S.WAITING, claimed_by="", lease_until=None, attempts=F("attempts") - 1
    )
    settle_stopped()


def settle_stopped() -> None:
    """Rows that came back to a mailing that was stopped meanwhile end as stopped."""
    waiting = Delivery.objects.filter(mailing=OuterRef("pk"), state=S.WAITING)
    stopped = Mailing.objects.filter(Exists(waiting), state=Mailing.State.ABORTED)
    for pk in list(stopped.values_list("pk", flat=True)):
        Delivery.objects.filter(mailing_id=pk, state=S.WAITING).update(state=S.ABORTED, reason=Delivery.Reason.STOPPED)
