"""What the portal knows about committees, read for suggestions, and the index over it, kept while nothing changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from landscape.models import Area, AreaCommittee
from organizations.models import Committee, CommonText, Publication
from proposals.models import Interest, Proposal, Related
from proposals.queries.proposals import OPEN
from proposals.related.knowledge import Knowledge, Known, Published, Subject, Twin

if TYPE_CHECKING:
    from proposals.related.ranking import Index

_kept: dict[str, Index] = {}
_lock = Lock()


def knowledge() -> Knowledge:
    """All that the portal knows: the catalogue, what was published, common texts, the open areas of the landscape."""
    committees = Committee.objects.values_list("acronym", "title", "scope", "parent__acronym", "kind", "status")
    published = Publication.objects.values_list("committee__acronym", "reference", "title")
    twins = CommonText.objects.filter(study_group__isnull=False, committee__isnull=False)
    return Knowledge(
        [
            Known(acronym, title, scope, parent or "", kind, status == Committee.Status.DISBANDED)
            for acronym, title, scope, parent, kind, status in committees
        ],
        [Published(*row) for row in published],
        [Twin(*row) for row in twins.values_list("study_group__acronym", "committee__acronym", "recommendation")],
        [
            Subject(area.name, area.text, tuple(item.committee.acronym for item in area.committees.all()))
            for area in Area.objects.filter(state=Area.State.OPEN).prefetch_related("committees__committee")
        ],
    )


def knowledge_version() -> str:
    """Another value whenever the knowledge is another, in a fixed number of queries."""
    rows = Committee.objects.values_list("pk", "acronym", "title", "scope", "parent_id", "status")
    facts = [
        *rows.order_by("pk"),
        Publication.objects.aggregate(Count("pk"), Max("pk")),
        *CommonText.objects.order_by("pk").values_list("pk", "study_group_id", "committee_id"),
        *Area.objects.order_by("pk").values_list("pk", "version", "state"),
        *AreaCommittee.objects.order_by("pk").values_list("area_id", "committee_id"),
    ]
    return sha256(repr(facts).encode()).hexdigest()


def index_of(exclude: Iterable[str] = ()) -> Index:
    """The index over all knowledge, built once and kept; without some committees it is built anew."""
    # The arithmetic is heavy to import; a process that never suggests does without.
    from proposals.related.ranking import Index

    excluded = list(exclude)
    if excluded:
        return Index(knowledge().without(excluded))
    with _lock:
        version = knowledge_version()
        if version not in _kept:
            _kept.clear()
            _kept[version] = Index(knowledge())
        return _kept[version]


def proposals_without_suggestion(version: str) -> QuerySet[Proposal]:
    """Proposals without suggestions, and open ones whose text or whose knowledge has changed since; newest first."""
    fresh = Related.objects.filter(proposal=OuterRef("pk"), knowledge=version, text_version=OuterRef("version"))
    due = Q(related__isnull=True) | (Q(state__in=OPEN) & ~Exists(fresh))
    return Proposal.objects.exclude(state=Proposal.State.WITHDRAWN).filter(due).order_by("-pk")


@dataclass(frozen=True)
class Likely:
    """A committee that is likely related: how likely, why, and what it answered if it was asked."""

    committee: Committee
    score: float
    reason: str
    interest: Interest | None

    @property
    def level(self) -> int:
        """4 very likely, 3 likely, 2 possible, beside the likeliest of the same proposal."""
        return 4 if self.score >= 0.75 else 3 if self.score >= 0.5 else 2

    @property
    def match(self) -> str:
        return {4: _("Very likely"), 3: _("Likely"), 2: _("Possible")}[self.level]

    @property
    def bars(self) -> list[tuple[int, bool]]:
        """Where each of the four bars stands, and whether it is filled."""
        return [(12 * n, n < self.level) for n in range(4)]

    @property
    def can_be_asked(self) -> bool:
        return self.interest is None and self.committee.status != Committee.Status.DISBANDED


def likely_committees(proposal: Proposal, interests: Iterable[Interest]) -> list[Likely]:
    """The committees suggested for a proposal, the likeliest first; empty where none was worked out."""
    related = getattr(proposal, "related", None)
    rows = related.rows if related else []
    known = Committee.objects.filter(acronym__in=[row["acronym"] for row in rows]).prefetch_related("organizations")
    committees = {item.acronym: item for item in known}
    answers = {item.committee_id: item for item in interests}
    found = [(committees.get(row["acronym"]), row) for row in rows]
    return [Likely(item, row["score"], row["reason"], answers.get(item.pk)) for item, row in found if item]
