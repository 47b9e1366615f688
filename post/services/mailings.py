"""Opening a mailing, and the moves that a person makes with it. The carrying room checks authority."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.forms import clean_line
from core.moves import make
from post.models import Body, BodyFile, Delivery, Mailing
from post.services.bell import ring
from post.workflow import MOVES

_ROWS_AT_ONCE = 1000


def slot(name: str) -> str:
    """The mark in a body where each recipient's own words go: slot("salutation"), slot("name"), or a key of
    RecipientSpec.values. Nothing that a person can type is such a mark."""
    return f"\ue000{name}\ue001"


@dataclass(frozen=True)
class FileSpec:
    """An attachment."""

    name: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class BodySpec:
    """What one group reads in one language; `html` and `text` may hold slots."""

    subject: str
    text: str
    html: str = ""
    group: str = ""
    language: str = "en"
    from_header: str = ""
    reply_to: str = ""
    list_id: str = ""
    in_reply_to: str = ""
    list_unsubscribe: str = ""
    auto_submitted: bool = False
    secret: bool = False
    files: tuple[FileSpec, ...] = ()


@dataclass(frozen=True)
class RecipientSpec:
    """One recipient of one group; `values` fill the body's own slots."""

    address: str
    name: str = ""
    group: str = ""
    salutation: str = ""
    language: str = "en"
    account: Any = None
    values: Mapping[str, str] = field(default_factory=dict)


@transaction.atomic
def open_mailing(
    kind: str,
    key: str,
    title: str,
    *,
    bodies: Iterable[BodySpec],
    recipients: Iterable[RecipientSpec],
    rate_per_minute: int | None = None,
    hold_seconds: int | None = None,
    ask_when_in_doubt: bool = False,
    opened_by: Any = None,
) -> Mailing:
    """Freezes bodies and recipients, one ledger row each, all or none, and lets the mailing go.

    The same kind and key again return the mailing that is there: a double click is one sending. A letter waits
    `hold_seconds` (None: HOLD_SECONDS of the settings) for an undo, a notice goes at once. Of one address in one
    group only the first row is kept; an address that is none ends at once as failed. Raises ValueError when a
    recipient has no body of its group.

    With `ask_when_in_doubt` a row that may have arrived waits for a person, `opened_by` or an administrator, instead
    of being sent again."""
    if found := _standing(kind, key):
        return found
    try:
        with transaction.atomic():
            mailing = Mailing.objects.create(
                kind=kind,
                key=key,
                title=clean_line(str(title))[:300],
                rate_per_minute=rate_per_minute,
                ask_when_in_doubt=ask_when_in_doubt,
                opened_by=opened_by,
            )
    except IntegrityError:
        return Mailing.objects.get(kind=kind, key=key, undone_at=None)
    _freeze_bodies(mailing, bodies)
    _freeze_recipients(mailing, recipients)
    _let_go(mailing, hold_seconds)
    return mailing


def _standing(kind: str, key: str) -> Mailing | None:
    return Mailing.objects.filter(kind=kind, key=key, undone_at=None).first()


def _freeze_bodies(mailing: Mailing, specs: Iterable[BodySpec]) -> None:
    stored: dict[bytes, str] = {}
    for spec in specs:
        body = Body.objects.create(
            mailing=mailing,
            group=spec.group,
            language=spec.language,
            subject=clean_line(str(spec.subject))[:300],
            text=str(spec.text),
            html=str(spec.html),
            from_header=clean_line(str(spec.from_header or settings.DEFAULT_FROM_EMAIL)),
            reply_to=clean_line(str(spec.reply_to)),
            list_id=clean_line(spec.list_id),
            in_reply_to=clean_line(spec.in_reply_to),
            list_unsubscribe=clean_line(spec.list_unsubscribe),
            auto_submitted=spec.auto_submitted,
            secret=spec.secret,
        )
        for file in spec.files:
            _freeze_file(body, file, stored)


def _freeze_file(body: Body, spec: FileSpec, stored: dict[bytes, str]) -> None:
    row = BodyFile(
        body=body, name=clean_line(spec.name)[:255], content_type=clean_line(spec.content_type), size=len(spec.content)
    )
    if spec.content in stored:
        row.content.name = stored[spec.content]
    else:
        row.content.save("", ContentFile(spec.content), save=False)
        stored[spec.content] = row.content.name
    row.save()


def _freeze_recipients(mailing: Mailing, specs: Iterable[RecipientSpec]) -> None:
    bodies = {(body.group, body.language): body for body in mailing.bodies.all()}
    by_group: dict[str, Body] = {}
    for body in bodies.values():
        by_group.setdefault(body.group, body)
    for chunk in _batched(_rows(specs, bodies, by_group)):
        # The constraint keeps one row per group and address, without all of them in memory.
        Delivery.objects.bulk_create(chunk, ignore_conflicts=True)
    mailing.recipients = mailing.deliveries.count()
    mailing.save(update_fields=["recipients"])


def _batched(rows: Iterator[Delivery]) -> Iterator[list[Delivery]]:
    while chunk := list(islice(rows, _ROWS_AT_ONCE)):
        yield chunk


def _rows(specs: Iterable[RecipientSpec], bodies: dict, by_group: dict[str, Body]) -> Iterator[Delivery]:
    for spec in specs:
        body = bodies.get((spec.group, spec.language)) or by_group.get(spec.group)
        if body is None:
            raise ValueError(f"no body for the group “{spec.group}”")
        yield _row(body, spec)


def _row(body: Body, spec: RecipientSpec) -> Delivery:
    address = spec.address.strip()
    row = Delivery(
        mailing_id=body.mailing_id,
        body=body,
        account=spec.account,
        address=clean_line(address)[:254],
        name=clean_line(str(spec.name))[:200],
        group=spec.group,
        salutation=clean_line(str(spec.salutation))[:200],
        values={key: str(value) for key, value in spec.values.items()},
    )
    if not is_address(address):
        row.state, row.reason = Delivery.State.FAILED, Delivery.Reason.MALFORMED
    return row


def is_address(text: str) -> bool:
    """Whether mail can be addressed to it: one address, at most 254 characters, nothing around it."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= 254 and not re.search(r"[\x00-\x20\x7f]", text)


def _let_go(mailing: Mailing, hold_seconds: int | None) -> None:
    seconds = hold_seconds
    if seconds is None:
        seconds = settings.HOLD_SECONDS if mailing.kind == Mailing.Kind.LETTER else 0
    now = timezone.now()
    if seconds > 0:
        make(mailing, MOVES["hold"], None, hold_until=now + timedelta(seconds=seconds))
    else:
        make(mailing, MOVES["release"], None, started_at=now)
        ring()


@transaction.atomic
def undo_mailing(mailing: Mailing, by: Any) -> None:
    """Takes a held mailing back before anything was sent; its key is free again.

    Raises AlreadyDone or WrongState once the hold is over and sending has begun."""
    make(mailing, MOVES["undo"], by, undone_at=timezone.now(), finished_at=timezone.now())
    _stop_rows(mailing, by)


@transaction.atomic
def pause_mailing(mailing: Mailing, by: Any, reason: str = "") -> None:
    """Stops sending after the message that is on its way; every row keeps its place."""
    why = reason or _("Paused by %(who)s") % {"who": by}
    make(mailing, MOVES["pause"], by, paused_reason=clean_line(str(why))[:300])


@transaction.atomic
def resume_mailing(mailing: Mailing, by: Any) -> None:
    """Goes on where the pause began; rows that waited are due now."""
    make(mailing, MOVES["resume"], by, paused_reason="")
    mailing.deliveries.filter(state=Delivery.State.WAITING).update(next_attempt_at=timezone.now(), give_up_at=None)
    ring()


@transaction.atomic
def abort_mailing(mailing: Mailing, by: Any) -> None:
    """Ends a mailing for good; rows not yet sent end as stopped by this person."""
    make(mailing, MOVES["abort"], by, paused_reason="", finished_at=timezone.now())
    _stop_rows(mailing, by)


def _stop_rows(mailing: Mailing, by: Any) -> None:
    mailing.deliveries.filter(state=Delivery.State.WAITING).update(
        state=Delivery.State.ABORTED, reason=Delivery.Reason.STOPPED, detail=str(by)[:300]
    )


@transaction.atomic
def send_missing(mailing: Mailing, by: Any) -> int:
    """Tries the failed rows again, and only those; returns how many. Rows that were sent are never touched;
    a text that was forgotten, and what is no address, cannot be sent again.

    Raises WrongState for a mailing that was stopped or has not begun."""
    if mailing.state not in (Mailing.State.SENDING, Mailing.State.PAUSED):
        make(mailing, MOVES["send_missing"], by, finished_at=None)
    count = (
        mailing.deliveries.filter(state=Delivery.State.FAILED, body__forgotten_at=None)
        .exclude(reason=Delivery.Reason.MALFORMED)
        .update(
            state=Delivery.State.WAITING,
            reason="",
            detail="",
            attempts=0,
            next_attempt_at=timezone.now(),
            give_up_at=None,
        )
    )
    ring()
    return count
