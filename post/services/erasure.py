"""Forgetting who somebody was: lines of the ledger keep their place, state and time, and lose name and address."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from core.moves import Refused
from post.models import Address, Delivery, MailboxMessage, Mailing

NOWHERE = "erased.invalid"


@transaction.atomic
def erase_recipient(address: str, group: str) -> int:
    """Pseudonymises the ended lines of letters to this address in one group, and returns how many; every total stays.
    Raises Refused while a letter is on its way there."""
    rows = Delivery.objects.filter(mailing__kind=Mailing.Kind.LETTER, group=group, address__iexact=address)
    if rows.filter(state__in=Delivery.OPEN).exists():
        raise Refused(_("A letter is on its way to this address. Erase it when the letter is sent or stopped."))
    return _pseudonymise(rows)


def _pseudonymise(rows: QuerySet[Delivery]) -> int:
    name = Concat(Value("erased-"), Cast(F("pk"), CharField()), Value(f"@{NOWHERE}"), output_field=CharField())
    return rows.update(address=name, name="", salutation="", values={}, detail="", account=None)


@transaction.atomic
def erase_lines_before(moment: datetime) -> int:
    """Retention: ended lines of letters that were finished before this moment; returns how many."""
    rows = Delivery.objects.filter(
        mailing__kind=Mailing.Kind.LETTER, mailing__finished_at__lt=moment, state__in=Delivery.TERMINAL
    )
    return _pseudonymise(rows.exclude(address__endswith=f"@{NOWHERE}"))


@transaction.atomic
def forget_address(address: str) -> None:
    """What is known of an address that belongs to nobody any more: its health, and mails kept for a demonstration."""
    Address.objects.filter(email__iexact=address).delete()
    MailboxMessage.objects.filter(recipient__iexact=address).delete()
