"""What a person was told of the landscape and no longer needs to hear."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from core.addresses import named
from landscape.models import AreaSuggestion
from landscape.queries.confirmations import stale_for
from landscape.queries.rounds import waiting
from organizations.models import Organization

SUGGESTION = "suggestion-"


def settled(rows: Iterable[Any], user: Any) -> set[int]:
    """The request to confirm once nothing of that organization is stale, the opening of a round once the person has
    scored all or the round is over, and a suggested edit once somebody has decided it. The author hears the verdict in
    any case: it is news."""
    rows = [row for row in rows if row.kind == "landscape"]
    return _confirmed(rows) | _scored(rows, user) | _decided(rows, user)


def _confirmed(rows: list[Any]) -> set[int]:
    asked = {row.pk: _organization_in(row.url) for row in rows if named(row.url, "landscape:confirm_areas") is not None}
    places = Organization.objects.filter(slug__in=set(asked.values())) if asked else []
    done = {place.slug for place in places if not stale_for(place).exists()}
    return {key for key, slug in asked.items() if slug in done}


def _organization_in(url: str) -> str:
    return parse_qs(urlsplit(url).query).get("organization", [""])[0]


def _scored(rows: list[Any], user: Any) -> set[int]:
    asked = {row.pk for row in rows if named(row.url, "landscape:score") is not None}
    return set() if not asked or waiting(user) else asked


def _decided(rows: list[Any], user: Any) -> set[int]:
    told = {row.pk: number for row in rows if (number := _suggestion_in(row.url))}
    if not told:
        return set()
    mine_to_judge = AreaSuggestion.objects.filter(pk__in=set(told.values())).exclude(author=user.pk)
    over = mine_to_judge.exclude(state=AreaSuggestion.State.OPEN, subject__state="open")
    done = set(over.values_list("pk", flat=True))
    return {key for key, number in told.items() if number in done}


def _suggestion_in(url: str) -> int:
    number = urlsplit(url).fragment.removeprefix(SUGGESTION)
    return int(number) if f"{SUGGESTION}{number}" == urlsplit(url).fragment and number.isdecimal() else 0
