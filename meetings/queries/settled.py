"""What a person was told of actions and no longer needs to hear."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.addresses import numbers_in
from meetings.queries.actions import open_actions


def settled(rows: Iterable[Any], user: Any) -> set[int]:
    """Reminders of actions that are done, dropped or withdrawn by now."""
    told = numbers_in(rows, ("action",), "pk", "meetings:complete")
    still = set(open_actions().filter(pk__in=set(told.values())).values_list("pk", flat=True)) if told else set()
    return {key for key, action in told.items() if action not in still}
