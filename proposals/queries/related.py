"""What the portal knows about committees, read for suggestions, and the index over it, kept while nothing changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from organizations.models import Committee, Organization
from organizations.queries import organizations
from proposals.models import Interest, Proposal, Related
from proposals.queries.knowledge import answers, knowledge, knowledge_version
from proposals.queries.proposals import OPEN
from proposals.queries.vectors import complete_vectors

if TYPE_CHECKING:
    from proposals.related.ranking import Index
    from proposals.related.reasons import Suggestion

# So many are shown in one ranking, and of each organization.
KEPT, EACH = 20, 3

_kept: dict[str, Index] = {}
_lock = Lock()


def index_of(exclude: Iterable[str] = ()) -> Index:
    """The index over all knowledge, built once and kept; without some committees it is built anew. It ranks by
    meaning where a sentence encoder is there and has made all vectors, by words alone where not."""
    # The arithmetic is heavy to import; a process that never suggests does without.
    from proposals.related.ranking import Index

    excluded = list(exclude)
    if excluded:
        return Index(knowledge().without(excluded), complete_vectors())
    with _lock:
        version = ranking_version()
        if version not in _kept:
            _kept.clear()
            _kept[version] = Index(knowledge(), complete_vectors())
        return _kept[version]


def ranking_version() -> str:
    """Another value whenever suggestions would rest on something else: other knowledge, or complete vectors."""
    vectors = complete_vectors()
    return sha256(f"{knowledge_version()} {vectors and vectors.encoder.mark}".encode()).hexdigest()


def suggestions_for(
    title: str, scope: str, limit: int = 20, public: bool = False, apart_from: Proposal | None = None
) -> list[Suggestion]:
    """The committees whose work a text is likely to touch, the likeliest first, each with its reason. With `public`
    nothing takes part that is not public: neither the landscape nor what committees answered to proposals."""
    from proposals.related.reasons import suggest

    known = [] if public else answers(apart_from)
    return suggest(index_of(), title, scope, limit, public, known)


def proposals_without_suggestion(version: str, any_version: bool = False) -> QuerySet[Proposal]:
    """Proposals without suggestions, and open ones whose text or whose knowledge has changed since; newest first.
    With `any_version` other knowledge alone is no reason: it is about to change again."""
    fresh = Related.objects.filter(proposal=OuterRef("pk"), text_version=OuterRef("version"))
    fresh = fresh if any_version else fresh.filter(knowledge=version)
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


@dataclass(frozen=True)
class Best:
    """The likeliest committees of one organization."""

    organization: Organization
    rows: list[Likely]


def best_by_organization(likely: list[Likely]) -> list[Best]:
    """The three likeliest committees of ISO, of IEC and of ITU-T; a joint committee stands in two. The one ranking
    stays what it is."""
    return [Best(item, [row for row in likely if item.code in row.committee.codes][:EACH]) for item in organizations()]


def likely_committees(proposal: Proposal, interests: Iterable[Interest]) -> list[Likely]:
    """The committees suggested for a proposal, the likeliest first; empty where none was worked out."""
    related = getattr(proposal, "related", None)
    rows = related.rows if related else []
    known = Committee.objects.filter(acronym__in=[row["acronym"] for row in rows]).prefetch_related("organizations")
    committees = {item.acronym: item for item in known}
    answers = {item.committee_id: item for item in interests}
    found = [(committees.get(row["acronym"]), row) for row in rows]
    return [Likely(item, row["score"], row["reason"], answers.get(item.pk)) for item, row in found if item]
