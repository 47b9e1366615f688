"""Recipients whom the portal does not mail because their organization does: lines of the ledger all the same."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from post.models import Delivery, Mailing
from post.wording import OUTSIDE


@transaction.atomic
def leave_out(mailing: Mailing, groups: Iterable[str]) -> int:
    """Ends the lines of these groups as left out before the first is sent; returns how many. Totals include them."""
    rows = mailing.deliveries.filter(group__in=list(groups), state=Delivery.State.WAITING)
    return rows.update(state=Delivery.State.SKIPPED, detail=OUTSIDE)
