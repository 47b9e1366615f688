"""Holding everything that would be sent, and letting it go again."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from core.moves import AlreadyDone
from post.models import SendingHold
from post.services.bell import ring


@transaction.atomic
def hold_sending(reason: str) -> SendingHold:
    """From now on nothing is sent, until a person releases it; what is asked to be sent meanwhile waits."""
    return SendingHold.objects.create(reason=reason)


@transaction.atomic
def release_sending(by: Any) -> int:
    """Ends every open hold and rings the bell; returns how many. Raises AlreadyDone when none is open.
    Who may is for the caller to judge: the post office knows no roles."""
    count = SendingHold.objects.filter(released_at__isnull=True).update(
        released_at=timezone.now(), released_label=str(by)
    )
    if not count:
        raise AlreadyDone("nothing is held")
    ring()
    return count
