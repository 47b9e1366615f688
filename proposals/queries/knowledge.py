"""What the portal knows about committees, as plain rows for suggestions; and what tells its states apart."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.db.models import Count, Max

from landscape.models import Area, AreaCommittee
from organizations.models import Committee, CommitteeAlias, CommonText, Publication
from proposals.models import Interest, Proposal
from proposals.related.knowledge import Answered, Knowledge, Known, Published, Subject, Twin

# How much an answer counts as evidence for later proposals; every other answer wants a part: 1.
WEIGHTS = {Interest.Answer.NO_ANSWER: 0.3, Interest.Answer.NONE: -1.0}
LATEST = 2000


def knowledge() -> Knowledge:
    """All that the portal knows: the catalogue, what was published, common texts, the open areas of the landscape."""
    twins = CommonText.objects.filter(study_group__isnull=False, committee__isnull=False)
    return Knowledge(
        _catalogue(),
        [Published(*row) for row in Publication.objects.values_list("committee__acronym", "reference", "title")],
        [Twin(*row) for row in twins.values_list("study_group__acronym", "committee__acronym", "recommendation")],
        [
            Subject(area.name, area.text, tuple(item.committee.acronym for item in area.committees.all()))
            for area in Area.objects.filter(state=Area.State.OPEN).prefetch_related("committees__committee")
        ],
    )


def _catalogue() -> list[Known]:
    bodies: dict[int, list[str]] = {}
    for committee, code in Committee.organizations.through.objects.values_list("committee_id", "organization__code"):
        bodies.setdefault(committee, []).append(code)
    aliases: dict[int, list[str]] = {}
    for committee, alias in CommitteeAlias.objects.values_list("committee_id", "alias"):
        aliases.setdefault(committee, []).append(alias)
    rows = Committee.objects.values_list("pk", "acronym", "title", "scope", "parent__acronym", "kind", "status")
    return [
        Known(
            acronym,
            title,
            scope,
            parent or "",
            kind,
            status == Committee.Status.DISBANDED,
            tuple(sorted(bodies.get(pk, []))),
            tuple(aliases.get(pk, [])),
        )
        for pk, acronym, title, scope, parent, kind, status in rows
    ]


def knowledge_version() -> str:
    """Another value whenever the knowledge is another, in a fixed number of queries."""
    rows = Committee.objects.values_list("pk", "acronym", "parent_id", "status")
    return _digest(
        texts_version(),
        *rows.order_by("pk"),
        *Committee.organizations.through.objects.order_by("pk").values_list("committee_id", "organization_id"),
        *CommitteeAlias.objects.order_by("pk").values_list("alias", "committee_id"),
        *CommonText.objects.order_by("pk").values_list("pk", "study_group_id", "committee_id"),
        *Area.objects.order_by("pk").values_list("pk", "version", "state"),
        *AreaCommittee.objects.order_by("pk").values_list("area_id", "committee_id"),
    )


def texts_version() -> str:
    """Another value whenever a text that needs a vector is another: a title or scope, or what was published."""
    published = Publication.objects.aggregate(Count("pk"), Max("pk"))
    return _digest(published, *Committee.objects.order_by("pk").values_list("title", "scope"))


def _digest(*facts: Any) -> str:
    return sha256(repr(facts).encode()).hexdigest()


def answers(apart_from: Proposal | None = None) -> list[Answered]:
    """What committees answered to the latest circulated proposals, apart from one: evidence for later suggestions, of
    which nothing may reach the public."""
    rows = Interest.objects.exclude(proposal__circulated_at=None).select_related("proposal", "committee")
    rows = rows.exclude(proposal=apart_from) if apart_from else rows
    return [
        Answered(
            item.proposal.reference,
            item.proposal.title,
            item.proposal.scope,
            item.committee.acronym,
            WEIGHTS.get(item.answer, 1.0),
        )
        for item in rows.order_by("-pk")[:LATEST]
    ]
