"""The page of a committee: what every room knows of it, as far as the reader may see it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from landscape.models import AreaCommittee, AreaMechanism
from landscape.permissions import can_read
from organizations.models import Committee, CommonText
from proposals.models import Interest
from proposals.queries import proposals_visible_to
from proposals.queries.boards import came_to

MOST = 50  # of each list; the page says how many more there are and where


def committees_visible_to(user: Any) -> QuerySet[Committee]:
    """The whole catalogue for everybody with an appointment; none for others."""
    rows = Committee.objects.select_related("parent")
    return rows if can_read(user) else rows.none()


def areas_of(committee: Committee) -> QuerySet[AreaCommittee]:
    """The areas in which it has a part, closed ones too, in the order of the landscape."""
    rows = AreaCommittee.objects.filter(committee=committee).select_related("area__owner")
    return rows.order_by("-area__state", "area__position", "area__pk")


def pairs_of(committee: Committee) -> QuerySet[AreaMechanism]:
    """The mechanisms that work between it and one other committee alone."""
    rows = AreaMechanism.objects.filter(Q(first=committee) | Q(second=committee))
    return rows.select_related("first", "second", "area").order_by("area__position", "position")


def interests_of(committee: Committee, user: Any) -> QuerySet[Interest]:
    """What it was asked about proposals and answered, the newest first."""
    rows = Interest.objects.filter(committee=committee, proposal__in=proposals_visible_to(user).values("pk"))
    return rows.select_related("proposal__organization").order_by("-proposal__year", "-proposal__number", "pk")


def twin_texts_of(committee: Committee) -> QuerySet[CommonText]:
    """The texts that it and a committee of another organization publish alike."""
    rows = CommonText.objects.filter(Q(study_group=committee) | Q(committee=committee))
    return rows.select_related("study_group", "committee")


def page_of_committee(committee: Committee, user: Any) -> dict[str, Any]:
    """Everything that the page shows; the number of queries does not grow with what is found."""
    lists = {
        "areas": areas_of(committee),
        "pairs": pairs_of(committee),
        "interests": interests_of(committee, user),
        "twins": twin_texts_of(committee),
        "publications": committee.publications.order_by("reference"),
        "children": committee.children.order_by("acronym"),
    }
    shown = {name: list(rows[: MOST + 1]) for name, rows in lists.items()}
    more = {name: lists[name].count() - MOST if len(rows) > MOST else 0 for name, rows in shown.items()}
    return {
        "committee": committee,
        "aliases": list(committee.aliases.values_list("alias", flat=True)),
        "sequels": came_to(committee, user),
        "more": more,
        **{name: rows[:MOST] for name, rows in shown.items()},
    }
