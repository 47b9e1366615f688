"""What becomes of the rows of a worker that fell silent: the journal says which were sent."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from post import journal
from post.models import Body, Delivery
from post.services.claims import claimed, database_now, retry_delay
from post.services.outcomes import IN_DOUBT, forget, sent_now

S = Delivery.State
_FREE = {"claimed_by": "", "lease_until": None}


def reclaim_expired() -> int:
    """Settles the claims of workers that are gone; returns how many rows wait again or ask a person.

    A claim is over when its lease is, or at once when its journal lies here and no process holds it. What the journal
    shows as taken was sent. In doubt is the one message whose answer never came; where the journal is another host's,
    or of this host before it was last started, all others of the claim."""
    now = database_now()
    held = Delivery.objects.filter(state=S.CLAIMED).exclude(claimed_by="")
    over = set(held.filter(lease_until__lt=now).values_list("claimed_by", flat=True).distinct())
    here = held.filter(claimed_by__startswith=journal.mark()).values_list("claimed_by", flat=True).distinct()
    return sum(_reclaim(token) for token in over | {token for token in here if journal.is_abandoned(token)})


def _reclaim(token: str) -> int:
    account = journal.read(token)
    with transaction.atomic():
        _note_sent(claimed(token).filter(pk__in=account.taken), account.taken)
        freed = _ask_or_repeat(_doubtful(token, account))
        freed += _step_back(token) if not account.in_hand and account.complete else 0
        freed += claimed(token).update(state=S.WAITING, attempts=F("attempts") - 1, **_FREE)
    account.settle()
    return freed


def _note_sent(rows: QuerySet[Delivery], keys: frozenset[int]) -> None:
    rows.update(**sent_now())
    for body in Body.objects.filter(secret=True, forgotten_at=None, deliveries__in=keys).distinct():
        forget(body)


def _doubtful(token: str, account: journal.Account) -> QuerySet[Delivery]:
    rows = claimed(token)
    return rows.filter(pk__in=account.in_hand) if account.complete else rows


def _ask_or_repeat(rows: QuerySet[Delivery]) -> int:
    """Circulars go out again by themselves; a row whose mailing asks waits for a person."""
    asking = rows.filter(mailing__ask_when_in_doubt=True)
    count = Delivery.objects.filter(pk__in=list(asking.values_list("pk", flat=True)), state=S.CLAIMED).update(
        **IN_DOUBT, **_FREE
    )
    return count + sum(_come_back(row, possible_duplicate=True) for row in rows)


def _step_back(token: str) -> int:
    """A worker that died before it handed anything over may have died of its next row."""
    row = claimed(token).order_by("pk").first()
    return _come_back(row) if row else 0


def _come_back(row: Delivery, **values: bool) -> int:
    # A row that kills its worker again and again must not stand in front of the others.
    wait = retry_delay(row.attempts - 1) if row.attempts > 1 else timedelta(0)
    ours = Delivery.objects.filter(Q(pk=row.pk), claimed_by=row.claimed_by, state=S.CLAIMED)
    return ours.update(state=S.WAITING, next_attempt_at=database_now() + wait, **_FREE, **values)
