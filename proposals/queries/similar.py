"""What was proposed before, or stands in the landscape, under a title like the one that is being typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from landscape.models import Area
from landscape.queries.areas import areas_visible_to
from proposals.models import Proposal
from proposals.queries.proposals import proposals_visible_to
from proposals.related.words import stem, words_of

MOST_WORDS = 8
MOST_PROPOSALS = 5
MOST_AREAS = 3


@dataclass(frozen=True)
class Similar:
    """Earlier proposals and areas, those that share most words first, and the beginnings of words by which they were
    found."""

    proposals: list[Proposal]
    areas: list[Area]
    words: list[str]

    def __bool__(self) -> bool:
        return bool(self.proposals or self.areas)


def similar_to(title: str, user: Any, *, without: Proposal | None = None) -> Similar:
    """The proposals that the person may see and the open areas whose titles share words with this one: half of the
    words and at least two of them, where there are as many. Two queries, however many there are."""
    words = beginnings_of(title)
    if not words:
        return Similar([], [], [])
    known = proposals_visible_to(user).exclude(pk=without.pk if without else None)
    need = min(len(words), max(2, (len(words) + 1) // 2))
    proposals = _sharing(known, "title", words, need).order_by("-shared", "-year", "-number")
    areas = _sharing(areas_visible_to(user), "name", words, 1).order_by("-shared", "name")
    return Similar(list(proposals[:MOST_PROPOSALS]), list(areas[:MOST_AREAS]), words)


def beginnings_of(title: str) -> list[str]:
    """The words of a title that carry a subject, each cut to what its other forms begin with."""
    cut = [stem(word).rstrip("iyz") for word in words_of(title.replace("\x00", "")[:300]) if len(word) > 2]
    return list(dict.fromkeys(word for word in cut if len(word) > 2))[:MOST_WORDS]


def _sharing(rows: QuerySet, name: str, words: list[str], need: int) -> QuerySet:
    """The rows in whose title at least `need` of the words stand, with the number of them as `shared`."""
    one = [
        Case(When(Q(**{f"{name}__icontains": word}), then=Value(1)), default=Value(0), output_field=IntegerField())
        for word in words
    ]
    return rows.annotate(shared=sum(one[1:], one[0])).filter(shared__gte=need)
