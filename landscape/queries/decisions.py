"""What the group decided about areas, and how the results of two rounds compare."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import NamedTuple

from django.core.cache import cache
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from landscape.models import Area, AreaDecision, AreaResult, PriorityRound
from landscape.ranking import figure
from landscape.sensitivity import Sensitivity, sensitivity_of

UNDECIDED = "none"
KEEP_SECONDS = 24 * 3600


def decisions_of(keys: Iterable[int]) -> dict[int, AreaDecision]:
    """The decision that counts for each of these areas; none for one that the group has not decided. One query."""
    rows = AreaDecision.objects.filter(area__in=list(keys)).select_related("meeting", "round").order_by("at", "pk")
    return {row.area_id: row for row in rows}


def history_of_decisions(area: Area) -> QuerySet[AreaDecision]:
    """All decisions on an area, the one that counts first."""
    return area.decisions.select_related("meeting", "round")


def decided(rows: QuerySet[Area], answer: str) -> QuerySet[Area]:
    """Of these areas, those on which the newest decision is this; UNDECIDED finds those without one."""
    if answer == UNDECIDED:
        return rows.filter(decisions=None)
    newest = AreaDecision.objects.filter(area=OuterRef("pk")).order_by("-at", "-pk").values("answer")[:1]
    return rows.annotate(decision=Subquery(newest)).filter(decision=answer)


def sensitivity(round: PriorityRound) -> Sensitivity | None:
    """How far the top of a round depends on the weights; only when the round is over, since until then scores are
    hidden. It is worked out once: no score comes any more. At most two queries."""
    if not round.is_over():
        return None
    return cache.get_or_set(f"sensitivity-{round.token}", partial(_sensitivity, round), KEEP_SECONDS)


def _sensitivity(round: PriorityRound) -> Sensitivity | None:
    rows = AreaResult.objects.filter(round=round, value__isnull=False).order_by("pk")
    means = [{int(key): value for key, value in row.items()} for row in rows.values_list("by_criterion", flat=True)]
    return sensitivity_of(means, dict(round.criteria.values_list("pk", "weight")))


class Moved(NamedTuple):
    """One area, by its key, in two rounds: rank and result in each, where it has them."""

    area: int
    before: int | None
    after: int | None
    value_before: float | None
    value_after: float | None

    @property
    def in_words(self) -> str:
        """up 3, down 1, the same place, new, no longer ranked."""
        if self.before is None:
            return _("new")
        if self.after is None:
            return _("no longer ranked")
        if self.before == self.after:
            return _("the same place")
        words = _("up %(n)d") if self.after < self.before else _("down %(n)d")
        return words % {"n": abs(self.before - self.after)}

    @property
    def figures(self) -> tuple[str, str]:
        return figure(self.value_before), figure(self.value_after)


def compare_rounds(first: PriorityRound, second: PriorityRound) -> list[Moved]:
    """Every area with a result in one of two rounds that are over, in the order of the second, then of the first."""
    before, after = _ranks(first), _ranks(second)
    rows = [_moved(key, before.get(key), after.get(key)) for key in dict.fromkeys([*after, *before])]
    last = len(rows) + 1
    return sorted(rows, key=lambda row: (row.after or last, row.before or last))


def _moved(key: int, before: tuple[int, float] | None, after: tuple[int, float] | None) -> Moved:
    (rank, value), (rank_after, value_after) = before or (None, None), after or (None, None)
    return Moved(key, rank, rank_after, value, value_after)


def with_areas(rows: Sequence[Moved]) -> list[tuple[Area, Moved]]:
    """These rows, each with its area; one query."""
    areas = Area.objects.in_bulk([row.area for row in rows])
    return [(areas[row.area], row) for row in rows]


def _ranks(round: PriorityRound) -> dict[int, tuple[int, float]]:
    """Rank and result by area; equal results share a rank and keep the order of the landscape."""
    rows = AreaResult.objects.filter(round=round, value__isnull=False)
    rows = rows.order_by(F("value").desc(), "area__position", "area")
    ranks: dict[float, int] = {}
    return {
        area: (ranks.setdefault(value, place), value)
        for place, (area, value) in enumerate(rows.values_list("area", "value"), start=1)
    }


def rounds_over() -> list[PriorityRound]:
    """The rounds whose scoring has ended, the newest first; only these are compared."""
    return [round for round in PriorityRound.objects.all() if round.is_over()]
