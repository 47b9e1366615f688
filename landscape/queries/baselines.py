"""Baselines, the register as it stands today, and what changed between two of these states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from core.dates import format_date
from landscape.models import AreaRevision, Baseline, BaselineArea, PriorityRound
from landscape.permissions import can_read
from landscape.queries.areas import areas, register_revision
from landscape.queries.changes import FactChange, fact_changes
from landscape.queries.rounds import results, round_to
from landscape.registers import AreaChange, AreaState, compare_registers

NOW = "today"


def baselines_visible_to(user: Any) -> QuerySet[Baseline]:
    """All baselines, the newest first, for everybody with an appointment; none for others."""
    rows = Baseline.objects.select_related("round")
    return rows if can_read(user) else rows.none()


def last_round_over(at: datetime | None = None) -> PriorityRound | None:
    """The newest round whose scoring had ended at that moment: only its ranks may be shown to everybody."""
    moment = at or timezone.now()
    rounds = (item for item in PriorityRound.objects.all() if item.is_over(at))
    return next((item for item in rounds if item.closed_at is None or item.closed_at <= moment), None)


def ranks_in(round: PriorityRound | None) -> dict[int, int]:
    """The rank of every scored open area in a round that is over, by area; equal results share a rank."""
    if round is None:
        return {}
    open_areas = set(areas().values_list("pk", flat=True))
    found = {key: round_to(item.value) for key, item in results(round, None).items() if item.value is not None}
    values = sorted((value for key, value in found.items() if key in open_areas), reverse=True)
    places: dict[float, int] = {}
    for place, value in enumerate(values, start=1):
        places.setdefault(value, place)
    return {key: places[value] for key, value in found.items() if key in open_areas}


def states_today(at: datetime | None = None) -> dict[int, AreaState]:
    """The open areas as they stand now, by area, with their rank in the newest round that is over. The number of
    queries does not grow with the areas."""
    newest = AreaRevision.objects.filter(subject=OuterRef("pk")).order_by("-number")
    keys = areas().annotate(newest=Subquery(newest.values("pk")[:1])).order_by().values("newest")
    revisions = AreaRevision.objects.filter(pk__in=keys).select_related("subject")
    ranks = ranks_in(last_round_over(at))
    return {
        item.subject_id: AreaState(
            item.subject_id,
            item.subject.slug,
            item.number,
            item.text,
            item.facts,
            ranks.get(item.subject_id),
            str(item.subject.illustrative_mark),
        )
        for item in revisions.order_by("subject__position", "subject")
    }


def newest_facts() -> dict[int, dict[str, Any]]:
    """What the newest revision of every area, closed ones too, keeps besides the text; one query."""
    newest = AreaRevision.objects.filter(subject=OuterRef("subject")).order_by("-number").values("pk")[:1]
    rows = AreaRevision.objects.annotate(newest=Subquery(newest)).filter(pk=F("newest"))
    return dict(rows.order_by().values_list("subject", "facts"))


def state_of(row: BaselineArea) -> AreaState:
    """One area as a baseline keeps it."""
    return AreaState(row.area_id, row.area.slug, row.number, row.text, row.facts, row.rank, row.illustrative_mark)


def areas_in(baseline: Baseline) -> QuerySet[BaselineArea]:
    """The areas of a baseline, in the order of the landscape."""
    return baseline.areas.select_related("area").order_by("pk")


def states_in(baseline: Baseline) -> dict[int, AreaState]:
    """The areas of a baseline by area; one query."""
    return {row.area_id: state_of(row) for row in areas_in(baseline)}


@dataclass(frozen=True)
class Side:
    """One side of a comparison: a baseline, or the register today."""

    name: str
    key: str
    at: datetime
    revision: int
    round: PriorityRound | None
    states: dict[int, AreaState]
    url: str = ""
    mark: str = ""


def side_of(baseline: Baseline | None) -> Side:
    """A baseline as a side of a comparison; None is the register today."""
    if baseline is None:
        return Side(_("today"), NOW, timezone.now(), register_revision(), last_round_over(), states_today())
    return Side(
        name=baseline.name,
        key=str(baseline.pk),
        at=baseline.taken_at,
        revision=baseline.revision,
        round=baseline.round,
        states=states_in(baseline),
        url=baseline.get_absolute_url(),
        mark=str(baseline.illustrative_mark),
    )


def changes_between(before: Side, after: Side) -> list[AreaChange]:
    """What changed in the register from one side to the other."""
    return compare_registers(before.states, after.states)


def facts_changed(change: AreaChange) -> list[FactChange]:
    """The facts of one area that changed, in words; none where it came or went."""
    if change.before is None or change.after is None:
        return []
    rows = fact_changes(change.before.facts, change.after.facts)
    return [row for row in rows if row.name in change.topics]


def rank_in_words(change: AreaChange) -> str:
    """ "from rank 7 to rank 2", or that there was none on one side; empty where it did not move."""
    if "rank" not in change.topics:
        return ""
    words = {"old": change.before.rank, "new": change.after.rank}
    if words["old"] is None:
        return _("rank %(new)d, before without a rank") % words
    if words["new"] is None:
        return _("without a rank, before rank %(old)d") % words
    return _("from rank %(old)d to rank %(new)d") % words


def side_in_words(side: Side) -> str:
    """ "As reported to TSAG, 12 January 2021", or "today, 25 November 2026"."""
    return f"{side.name}, {format_date(side.at)}"
