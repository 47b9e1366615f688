"""What an address of this portal names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import Resolver404, resolve


def named(address: str, *names: str) -> dict[str, Any] | None:
    """The parts of an address that bears one of these names ("communications:letter"); None for every other."""
    try:
        found = resolve(address.partition("#")[0].partition("?")[0])
    except Resolver404:
        return None
    return found.kwargs if found.view_name in names else None


def numbers_in(rows: Iterable[Any], kinds: Iterable[str], part: str, *names: str) -> dict[int, Any]:
    """Of what people were told: by its key, what `part` of the address says, where its kind and its name fit."""
    fitting = ((row, named(row.url, *names)) for row in rows if row.kind in set(kinds))
    return {row.pk: parts[part] for row, parts in fitting if parts}
