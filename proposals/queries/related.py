"""What the portal knows about committees, read for suggestions, and the index over it, kept while nothing changes."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING

from django.db.models import Count, Max

from landscape.models import Area, AreaCommittee
from organizations.models import Committee, CommonText, Publication
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


def scopes_are_missing() -> bool:
    """Whether the catalogue has titles only."""
    return not Committee.objects.exclude(scope="").exists()
