"""The landscape as a matrix: areas by organizations, with mechanism, scores, comments and what has changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from landscape.models import (
    Area,
    AreaCommittee,
    AreaDecision,
    AreaMechanism,
    AreaRemark,
    AreaResult,
    PriorityRound,
)
from landscape.queries.areas import areas
from landscape.queries.changes import changes_in
from landscape.queries.confirmations import stale_areas, stale_in
from landscape.queries.decisions import decided, decisions_of
from landscape.queries.rounds import results, scored_by, visible_results
from landscape.ranking import Result
from landscape.strip import Strip, strip_of
from organizations.models import Committee

NONE_YET = "none"


@dataclass(frozen=True)
class Wanted:
    """What the reader filters for; empty values filter nothing."""

    q: str = ""
    organization: str = ""
    committee: str = ""
    mechanism: str = ""
    score: int = 0
    changed: bool = False
    stale: bool = False
    support: str = ""


@dataclass(frozen=True)
class Row:
    """One area as the matrix shows it. `joint` committees belong to ISO and IEC; other joint ones stand in the
    column of each of their organizations."""

    area: Area
    joint: list[Committee]
    columns: dict[str, list[Committee]]
    kinds: str
    result: Result | None
    strip: Strip | None
    scored: bool
    comments: int
    fresh_comments: int
    change: str
    stale: str = ""
    decision: AreaDecision | None = None

    @property
    def itu(self) -> list[Committee]:
        return self.columns["ITU-T"]


def wanted_areas(wanted: Wanted, user: Any, round: PriorityRound | None) -> QuerySet[Area]:
    """The open areas that the filter leaves. A score filter finds only what this reader may see."""
    rows = areas()
    for word in wanted.q.replace("\x00", "").split():
        committee = Q(committees__committee__acronym__icontains=word) | Q(committees__committee__title__icontains=word)
        words = Q(name__icontains=word) | Q(text__icontains=word)
        rows = rows.filter(pk__in=Area.objects.filter(words | committee).values("pk"))
    if wanted.organization:
        rows = rows.filter(pk__in=_with_committee_of(wanted.organization))
    if wanted.committee:
        rows = rows.filter(pk__in=AreaCommittee.objects.filter(_named(wanted.committee)).values("area"))
    if wanted.support:
        rows = decided(rows, wanted.support)
    if wanted.mechanism == NONE_YET:
        rows = rows.filter(mechanisms=None)
    elif wanted.mechanism:
        rows = rows.filter(pk__in=Area.objects.filter(mechanisms__kind=wanted.mechanism).values("pk"))
    if wanted.changed:
        rows = rows.filter(changed_at__gt=user.previous_visit_at) if user.previous_visit_at else rows.none()
    if wanted.stale:
        rows = rows.filter(pk__in=stale_areas().values("pk"))
    if wanted.score:
        found = visible_results(round, user) if round else AreaResult.objects.none()
        rows = rows.filter(pk__in=found.filter(median__gte=wanted.score).values("area"))
    return rows


def _named(acronym: str) -> Q:
    """A committee by its acronym or another spelling of it."""
    wanted = " ".join(acronym.replace("\x00", "").split())
    return Q(committee__acronym__iexact=wanted) | Q(committee__aliases__alias__iexact=wanted)


def _with_committee_of(code: str) -> QuerySet[Any]:
    return Area.objects.filter(committees__committee__organizations__code=code).values("pk")


def matrix(page: Sequence[Area], user: Any, round: PriorityRound | None) -> list[Row]:
    """The rows of these areas, in their order; the number of queries does not grow with them."""
    keys = [area.pk for area in page]
    since = user.previous_visit_at
    committees, kinds = _committees(keys), _kinds(keys)
    found = results(round, user, keys) if round else {}
    own = scored_by(round, user, keys) if round else set()
    decisions = decisions_of(keys)
    comments, fresh = _comments(keys, user, since)
    changes = changes_in(page, since)
    stale = stale_in(page)
    return [
        Row(
            area=area,
            joint=[item for item in committees[area.pk] if {"ISO", "IEC"} <= set(item.codes)],
            columns={code: _column(committees[area.pk], code) for code in ("ISO", "IEC", "ITU-T")},
            kinds=_sentence(kinds[area.pk]),
            result=found.get(area.pk),
            strip=strip_of(found.get(area.pk)),
            scored=area.pk in own,
            comments=comments.get(area.pk, 0),
            fresh_comments=fresh.get(area.pk, 0),
            change=changes.get(area.pk, ""),
            stale=", ".join(stale.get(area.pk, ())),
            decision=decisions.get(area.pk),
        )
        for area in page
    ]


def _column(committees: list[Committee], code: str) -> list[Committee]:
    return [item for item in committees if code in item.codes and not {"ISO", "IEC"} <= set(item.codes)]


def _committees(keys: Iterable[int]) -> dict[int, list[Committee]]:
    found: dict[int, list[Committee]] = defaultdict(list)
    rows = AreaCommittee.objects.filter(area__in=keys).select_related("committee").defer("committee__scope")
    for row in rows.prefetch_related("committee__organizations"):
        found[row.area_id].append(row.committee)
    return found


def _kinds(keys: Iterable[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    labels = {value: str(label) for value, label in AreaMechanism.Kind.choices}
    for area, kind in AreaMechanism.objects.filter(area__in=keys).values_list("area", "kind"):
        found[area].append(labels[kind])
    return found


def _sentence(kinds: list[str]) -> str:
    """Task force, systems committee, liaison: each kind once."""
    text = ", ".join(dict.fromkeys(kind.lower() for kind in kinds))
    return text[:1].upper() + text[1:]


def _comments(keys: Iterable[int], user: Any, since: datetime | None) -> tuple[dict[int, int], dict[int, int]]:
    """All comments and, since the reader's last visit, those of others, by area."""
    rows = AreaRemark.objects.filter(subject__in=keys).order_by().values("subject")
    fresh = Q(at__gt=since) & ~Q(author=user.pk) if since else Q(pk=None)
    counted = rows.annotate(n=Count("pk"), fresh=Count("pk", filter=fresh))
    numbers = list(counted.values_list("subject", "n", "fresh"))
    return {key: n for key, n, _fresh in numbers}, {key: new for key, _n, new in numbers}
