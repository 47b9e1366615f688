"""The landscape as a matrix: areas by organizations, with mechanism, scores, comments and what has changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
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
class Named:
    """A committee as far as a list names it."""

    acronym: str
    title: str
    codes: tuple[str, ...]

    def __str__(self) -> str:
        return self.acronym


@dataclass(frozen=True)
class Row:
    """One area as the matrix shows it. `joint` committees belong to ISO and IEC; other joint ones stand in the
    column of each of their organizations."""

    area: Area
    joint: tuple[Named, ...]
    columns: dict[str, tuple[Named, ...]]
    kinds: str
    result: Result | None
    scored: bool
    comments: int
    fresh_comments: int
    change: str
    stale: str = ""
    decision: AreaDecision | None = None

    @cached_property
    def strip(self) -> Strip | None:
        return strip_of(self.result)

    @property
    def itu(self) -> tuple[Named, ...]:
        return self.columns["ITU-T"]

    @property
    def shown(self) -> tuple[Any, ...]:
        """All that the matrix shows of it: rows that agree in this look the same."""
        area, decision = self.area, self.decision
        return (
            *(area.slug, area.name, area.illustrative_mark, self.change, self.stale),
            *(str(decision or ""), decision.illustrative_mark if decision else ""),
            *(self.joint, tuple(self.columns.items()), self.kinds, self.scored, self.comments, self.fresh_comments),
            self.result.shown if self.result else None,
        )


def wanted_areas(wanted: Wanted, user: Any, round: PriorityRound | None) -> QuerySet[Area]:
    """The open areas that the filter leaves. A score filter finds only what this reader may see."""
    rows = areas()
    for word in wanted.q.replace("\x00", "").split():
        committee = Q(committee__acronym__icontains=word) | Q(committee__title__icontains=word)
        named = Q(pk__in=AreaCommittee.objects.filter(committee).values("area"))
        rows = rows.filter(Q(name__icontains=word) | Q(text__icontains=word) | named)
    if wanted.organization:
        rows = rows.filter(pk__in=_with_committee_of(wanted.organization))
    if wanted.committee:
        rows = rows.filter(pk__in=AreaCommittee.objects.filter(_named(wanted.committee)).values("area"))
    if wanted.support:
        rows = decided(rows, wanted.support)
    if wanted.mechanism == NONE_YET:
        rows = rows.filter(mechanisms=None)
    elif wanted.mechanism:
        rows = rows.filter(pk__in=AreaMechanism.objects.filter(kind=wanted.mechanism).values("area"))
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
    return AreaCommittee.objects.filter(committee__organizations__code=code).values("area")


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
            joint=tuple(item for item in committees[area.pk] if _is_joint(item)),
            columns={code: _column(committees[area.pk], code) for code in ("ISO", "IEC", "ITU-T")},
            kinds=_sentence(kinds[area.pk]),
            result=found.get(area.pk),
            scored=area.pk in own,
            comments=comments.get(area.pk, 0),
            fresh_comments=fresh.get(area.pk, 0),
            change=changes.get(area.pk, ""),
            stale=", ".join(stale.get(area.pk, ())),
            decision=decisions.get(area.pk),
        )
        for area in page
    ]


def _is_joint(committee: Named) -> bool:
    return "ISO" in committee.codes and "IEC" in committee.codes


def _column(committees: list[Named], code: str) -> tuple[Named, ...]:
    return tuple(item for item in committees if code in item.codes and not _is_joint(item))


def _committees(keys: Sequence[int]) -> dict[int, list[Named]]:
    """The committees of each area, in its order."""
    places = AreaCommittee.objects.filter(area__in=keys)
    rows = list(places.values_list("area", "committee", "committee__acronym", "committee__title"))
    codes: dict[int, list[str]] = defaultdict(list)
    through = Committee.organizations.through.objects.filter(committee__in={row[1] for row in rows})
    for key, code in through.order_by("organization__position").values_list("committee", "organization__code"):
        codes[key].append(code)
    found: dict[int, list[Named]] = defaultdict(list)
    for area, key, acronym, title in rows:
        found[area].append(Named(acronym, title, tuple(codes[key])))
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
