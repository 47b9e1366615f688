"""What a committee's areas show of proposals."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from proposals.queries.proposals import OPEN, proposals_visible_to


def touching(committees: Collection[int], user: Any) -> list[tuple[str, str]]:
    """The open proposals that this reader may see in which one of these committees has a part: it was asked about the
    proposal or declared an interest. One query."""
    if not committees:
        return []
    rows = proposals_visible_to(user).filter(state__in=OPEN, interests__committee__in=committees).distinct()
    return [(str(item), item.get_absolute_url()) for item in rows]
