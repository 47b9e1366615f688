"""What a person was told of proposals and no longer needs to hear."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.addresses import numbers_in
from organizations.queries import standing_of
from proposals.models import Interest


def settled(rows: Iterable[Any], user: Any) -> set[int]:
    """Questions to committees of one's own organization once each of that proposal has its answer."""
    told = numbers_in(rows, ("ask",), "reference", "proposals:detail")
    if not told:
        return set()
    own = [item.organization_id for item in standing_of(user).appointments if item.organization_id]
    still = Interest.objects.filter(
        proposal__reference__in=set(told.values()),
        committee__organizations__in=own,
        answer=Interest.Answer.NO_ANSWER,
    )
    asked = set(still.values_list("proposal__reference", flat=True))
    return {key for key, reference in told.items() if reference not in asked}
