"""Results written into the ledger. Each write counts only while the row is still claimed by its sender."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import User
from core.moves import Refused, make
from post.models import Address, Body, Delivery, Mailing, Notification
from post.services.claims import claimed, database_now, retry_delay
from post.services.replies import Verdict
from post.workflow import MOVES

S, R = Delivery.State, Delivery.Reason
SOFT_LIMIT = 3
IN_DOUBT = {"state": S.DOUBTFUL, "possible_duplicate": True}


def _write(row: Delivery, **values: Any) -> bool:
    """One result; False when the claim had gone to somebody else."""
    ours = claimed(row.claimed_by).filter(pk=row.pk)
    written = bool(ours.update(attempted_at=timezone.now(), lease_until=None, claimed_by="", **values))
    if written and row.body.secret:
        forget(row.body)
    return written


def write_sent_group(rows: list[Delivery]) -> int:
    """The server took these messages of one claim; returns how many were still ours to write."""
    if not rows:
        return 0
    ours = claimed(rows[0].claimed_by).filter(pk__in=[row.pk for row in rows])
    written = ours.update(**sent_now())
    for body in {row.body for row in rows if row.body.secret}:
        forget(body)
    return written


def sent_now() -> dict[str, Any]:
    """What the ledger says of a row that was sent."""
    now = timezone.now()
    return {
        "state": S.SENT,
        "sent_at": now,
        "attempted_at": now,
        "reason": "",
        "detail": "",
        "lease_until": None,
        "claimed_by": "",
    }


def write_skipped(row: Delivery) -> bool:
    """The demonstration keeps this message inside."""
    return _write(row, state=S.SKIPPED, reason=R.INSIDE, detail="")


def write_failed(row: Delivery, verdict: Verdict) -> bool:
    """A refusal for good; an address that does not exist is remembered for its contacts."""
    written = _write(row, state=S.FAILED, reason=verdict.reason, detail=verdict.detail)
    if written and verdict.reason == R.NO_ADDRESS:
        note_trouble(row.address, verdict.detail)
    return written


def write_retry(row: Delivery, verdict: Verdict, in_doubt: bool) -> bool:
    """A failure for now: the row comes back later, until its 72 hours are over."""
    if in_doubt and row.mailing.ask_when_in_doubt:
        return _write(row, **IN_DOUBT, reason=verdict.reason, detail=verdict.detail)
    again_at = database_now() + retry_delay(row.attempts)
    if row.give_up_at and again_at > row.give_up_at:
        return write_failed(row, verdict)
    return _write(
        row,
        state=S.WAITING,
        reason=verdict.reason,
        detail=verdict.detail,
        next_attempt_at=again_at,
        possible_duplicate=row.possible_duplicate or in_doubt,
    )


def pause_letter(row: Delivery, verdict: Verdict) -> None:
    """An error about us stops the whole letter and blames nobody's address; the administrators are told."""
    _write(row, state=S.WAITING, reason=R.US, detail=verdict.detail, attempts=F("attempts") - 1)
    mailing = Mailing.objects.get(pk=row.mailing_id)
    why = _("Our problem, no address is to blame: %(words)s") % {"words": verdict.detail}
    try:
        make(mailing, MOVES["pause"], None, paused_reason=why[:300])
    except Refused:
        return
    _tell_administrators(mailing, why)


def _tell_administrators(mailing: Mailing, why: str) -> None:
    """In the portal only: mail is what does not work."""
    Notification.objects.bulk_create(
        Notification(
            user=user,
            kind="post",
            subject=_("Sending is paused: %(title)s") % {"title": mailing.title[:200]},
            text=why,
            reason=_("You receive this because you look after the portal."),
            url=reverse("admin:post_mailing_change", args=[mailing.pk]),
            by_label=_("SPCG portal"),
            official=True,
        )
        for user in User.objects.filter(is_staff=True, is_active=True)
    )


def note_trouble(address: str, words: str) -> None:
    """Remembers that mail to this address came back, since when, and in whose words."""
    known, created = Address.objects.get_or_create(
        email=address.lower(), defaults={"bounced_at": timezone.now(), "trouble": words[:300]}
    )
    if not created:
        Address.objects.filter(pk=known.pk, bounced_at=None).update(bounced_at=timezone.now())
        Address.objects.filter(pk=known.pk).update(trouble=words[:300])


def note_soft_bounce(address: str, words: str) -> None:
    """A failure that may pass; so many of them, each of another mail, are a trouble of the address."""
    known, _created = Address.objects.get_or_create(email=address.lower())
    Address.objects.filter(pk=known.pk).update(soft_bounces=F("soft_bounces") + 1)
    known.refresh_from_db()
    if known.soft_bounces >= SOFT_LIMIT:
        note_trouble(address, words)


def mend_address(address: str) -> None:
    """The address is right again: a person has corrected or confirmed it."""
    Address.objects.filter(email=address.lower()).update(bounced_at=None, trouble="", soft_bounces=0)


def forget(body: Body) -> None:
    """A text with a secret leaves the ledger once no delivery of it is open."""
    open_rows: QuerySet[Delivery] = body.deliveries.filter(state__in=Delivery.OPEN)
    if not open_rows.exists():
        Body.objects.filter(pk=body.pk).update(text="", html="", forgotten_at=timezone.now())
