"""The dispatch: one pass sends what is due. The ledger is the truth; any number of workers may run it at once."""

from __future__ import annotations

import time
from collections.abc import Iterator

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from core.moves import Stale, make
from post.models import Delivery, Mailing, SendingHold
from post.services import claims
from post.services.batches import Batch, ServerUnavailable
from post.services.recovery import reclaim_expired
from post.stopping import asked_to_stop
from post.workflow import MOVES


def send_due(limit_seconds: float = 50) -> int:
    """One pass over the ledger: ends holds, takes back expired leases, sends what is due until nothing is or the
    time is over, finishes mailings. Returns the number of messages that the server took."""
    if open_hold():
        return 0
    until = time.monotonic() + limit_seconds
    release_held()
    reclaim_expired()
    claims.settle_stopped()
    sent = 0
    try:
        for rows in _batches(until):
            batch = Batch(rows, until)
            try:
                batch.send()
            finally:
                sent += batch.sent
    except ServerUnavailable:
        pass
    finish_mailings()
    return sent


def open_hold() -> SendingHold | None:
    """What holds all sending, as after a restored backup; a person ends it."""
    return SendingHold.objects.filter(released_at__isnull=True).first()


def is_anything_due() -> bool:
    """Whether another pass would find a row now."""
    return not open_hold() and claims.due_rows(claims.database_now()).exists()


def _batches(until: float) -> Iterator[list[Delivery]]:
    """Claimed batches: notices first, then each letter in turn, for as long as something is due."""
    found = True
    while found:
        found = False
        for letter in (None, *claims.sending_letters()):
            if time.monotonic() >= until or asked_to_stop():
                return
            rows = claims.claim_letter(letter) if letter else claims.claim_notices()
            if rows:
                found = True
                yield rows


def release_held() -> None:
    """Mailings whose time for an undo is over begin to send."""
    now = timezone.now()
    for mailing in Mailing.objects.filter(state=Mailing.State.HELD, hold_until__lte=now).order_by("pk"):
        try:
            make(mailing, MOVES["release"], None, started_at=now)
        except Stale:
            continue


def finish_mailings() -> None:
    """A mailing is finished when as many rows have ended as it has recipients, and never for want of a row."""
    moving = Mailing.objects.filter(state__in=[Mailing.State.SENDING, Mailing.State.PAUSED])
    still_open = Delivery.objects.filter(mailing=OuterRef("pk"), state__in=Delivery.OPEN)
    ended = Count("deliveries", filter=Q(deliveries__state__in=Delivery.TERMINAL))
    done = moving.filter(~Exists(still_open)).annotate(ended=ended).filter(ended=F("recipients"))
    for mailing in done:
        try:
            make(mailing, MOVES["finish"], None, finished_at=timezone.now(), paused_reason="")
        except Stale:
            continue
