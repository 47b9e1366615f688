"""Named reads of the board track and of what came of a proposal; no writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Case, F, Q, QuerySet, When, prefetch_related_objects
from django.db.models.functions import Coalesce

from core.moves import moves_open_to
from organizations.models import Committee, Organization
from organizations.permissions import can_read
from organizations.standing import Role, standing_of
from proposals.models import Proposal, Sequel, Submission
from proposals.queries.proposals import seen_by, sees
from proposals.workflow import ACTS

S = Proposal.State
# After so many days more than the last reminder the record of the past asks nothing of anybody.
LONGEST_DAYS = 60


@dataclass(frozen=True)
class Track:
    """One board's line: what was submitted and what became of it, and what the reader may do there."""

    submission: Submission
    acts: frozenset[str]


def submissions_of(proposal: Proposal) -> list[Submission]:
    """What was submitted to which board, by date."""
    recommendation = getattr(proposal, "recommendation", None)
    if recommendation is None:
        return []
    rows = list(recommendation.submissions.select_related("organization", "board_meeting", "revision__document"))
    for row in rows:
        row.recommendation = recommendation
        recommendation.proposal = proposal
    return rows


def deciding(submissions: list[Submission]) -> Submission | None:
    """The submission to the board that decides on the proposal."""
    return next((item for item in submissions if item.decides), None)


def tracks_of(proposal: Proposal, submissions: list[Submission], user: Any) -> list[Track]:
    """The board track with the reader's acts: those of the own board only."""
    open_acts = {move.name for move in moves_open_to(user, proposal, (ACTS["correct"], ACTS["note"]))}
    own = standing_of(user).organizations_as(Role.SECRETARY, "may_write")
    return [
        Track(
            item,
            frozenset(name for name in open_acts if item.organization in own and not (name == "note" and item.decides)),
        )
        for item in submissions
    ]


def boards_to_submit_to(proposal: Proposal, submissions: list[Submission], user: Any) -> list[Organization]:
    """The organizations to whose board this person may still submit, that of the proposal first."""
    taken = {item.organization_id for item in submissions}
    own = standing_of(user).organizations_as(Role.SECRETARY, "may_send")
    found = [item for item in own if item.pk not in taken]
    return sorted(found, key=lambda item: item.pk != proposal.organization_id)


def results_overdue(day: date, days: int) -> QuerySet[Submission]:
    """Submissions whose board met at least so many days before that day, without a result, and for which nobody has
    been reminded at this step or a later one."""
    decision = When(
        organization=F("recommendation__proposal__organization"),
        then=F("recommendation__proposal__board_decision_on"),
    )
    since = day - timedelta(days=max(settings.RESULT_REMINDER_DAYS) + LONGEST_DAYS)
    return (
        Submission.objects.annotate(met_on=Coalesce("board_meeting__held_on", Case(decision)))
        .filter(
            result=Submission.Result.UNKNOWN,
            met_on__range=(since, day - timedelta(days=days)),
            recommendation__proposal__state__in=[S.RECOMMENDATION, S.OUTCOME],
        )
        .exclude(reminders__days__gte=days)
        .select_related("organization", "board_meeting", "revision__document", "recommendation__proposal__organization")
        .order_by("pk")
    )


def sequels_of(proposal: Proposal, user: Any) -> tuple[list[Sequel], list[Sequel]]:
    """What came of a proposal, and which proposals led to it; another proposal only if the reader may see it."""
    if not can_read(user):
        return [], []
    rows = list(Sequel.objects.filter(Q(proposal=proposal) | Q(other=proposal), removed_at__isnull=True))
    prefetch_related_objects(rows, "committee", "proposal", "other")
    came = [row for row in rows if row.proposal_id == proposal.pk and (not row.other or sees(user, row.other))]
    return came, [row for row in rows if row.other_id == proposal.pk and sees(user, row.proposal)]


def came_to(committee: Committee, user: Any) -> list[Sequel]:
    """What proposals gave to a committee, the newest first."""
    rows = committee.came_of_proposals.filter(seen_by(user, "proposal"), removed_at__isnull=True)
    return list(rows.select_related("proposal__organization", "committee").order_by("-at", "-pk"))
