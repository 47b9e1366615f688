"""What others did in an area while somebody reads it."""

from __future__ import annotations

from typing import Any

from django.db.models import Max

from landscape.models import Area, AreaEntry

A = AreaEntry.Action
# That somebody scored is nobody's business before the round closes.
SILENT = (A.SCORE,)
MOST_TOLD = 3


def newest_entry(area: Area) -> int:
    """The key of the last line of the area's history, or 0: what a page knows when it is opened."""
    return AreaEntry.objects.filter(subject=area).aggregate(newest=Max("pk"))["newest"] or 0


def entries_after(slug: str, key: int, user: Any) -> list[AreaEntry]:
    """What others did in the area after that line of its history, newest first; one query."""
    rows = AreaEntry.objects.filter(subject__slug=slug, pk__gt=key).exclude(actor=user.pk).exclude(action__in=SILENT)
    return list(rows.order_by("-pk")[: MOST_TOLD + 1])
