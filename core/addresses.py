"""What an address of this portal names, and the address of what has a name."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.urls import Resolver404, get_resolver, get_script_prefix, get_urlconf, resolve, reverse


def address_of(name: str, *args: Any) -> str:
    """What `reverse` says, remembered: a page names a hundred addresses, and they never change. Other urlconfs and
    mount points are kept apart. Raises NoReverseMatch, and TypeError for an argument that cannot be remembered."""
    return _address(get_resolver(get_urlconf()), get_script_prefix(), name, args)


@lru_cache(8192)
def _address(resolver: Any, prefix: str, name: str, args: tuple[Any, ...]) -> str:
    return reverse(name, args=args)


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
