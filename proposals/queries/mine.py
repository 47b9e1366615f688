"""What waits on a person, as a question to the database: the rule of `waiting` for a list, which only needs to know
which proposals they are. A test holds the two together."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from core.dates import today
from documents.models import Revision
from organizations.models import Committee
from organizations.permissions import can_comment
from organizations.queries import Role, standing_of
from proposals.models import Interest, Proposal, RecommendationApproval, Submission
from proposals.queries.answers import ASKED_IN, answered_by
from proposals.queries.proposals import OPEN, comments_closed, out_for_comment
from proposals.queries.waiting import LONGEST_DAYS

S = Proposal.State
Status = Revision.Status
ADVISED = "document__recommendation__proposal"  # from a revision to the proposal that it is about


def waits_on(user: Any) -> Q:
    """Over proposals, those of which something waits on this person; none for readers."""
    if not can_comment(user):
        return Q(pk__in=[])
    sends, writes, signs = (_secretary_in(user, right) for right in ("may_send", "may_write", "may_approve"))
    waiting = Q(_asked_of(user), state__in=ASKED_IN) | Q(out_for_comment(), ~answered_by(user))
    waiting |= Q(_advice(user, sends, signs), state=S.RECOMMENDATION)
    if sends:
        waiting |= Q(state=S.DRAFT, organization__in=sends)
    if writes:
        waiting |= Q(comments_closed(), organization__in=writes) | Q(_undecided(writes), state=S.RECOMMENDATION)
    fresh = Q(reply_by_on__isnull=True) | Q(reply_by_on__gte=today() - timedelta(days=LONGEST_DAYS))
    return Q(fresh, waiting, state__in=OPEN)


def _secretary_in(user: Any, right: str) -> list[int]:
    return [item.pk for item in standing_of(user).organizations_as(Role.SECRETARY, right)]


def _asked_of(user: Any) -> Exists:
    """A committee of an organization for which this person speaks has not answered."""
    own = [item.organization_id for item in standing_of(user).appointments if item.organization_id]
    ours = Committee.organizations.through.objects.filter(committee=OuterRef("committee"), organization__in=own)
    return Exists(Interest.objects.filter(Exists(ours), proposal=OuterRef("pk"), answer=Interest.Answer.NO_ANSWER))


def _advice(user: Any, sends: list[int], signs: list[int]) -> Exists:
    """The newest revision of the recommendation is this person's own draft, lacks the verdict of an organization of
    these, or is approved and has not gone to its board, which one of these serves."""
    own = Q(state=Status.DRAFT, author=user)
    for place in signs:
        given = RecommendationApproval.objects.filter(revision=OuterRef("pk"), organization=place)
        own |= Q(~Exists(given), state=Status.FOR_APPROVAL)
    if sends:
        deciding = {
            "recommendation__document": OuterRef("document"),
            "organization": OuterRef(f"{ADVISED}__organization"),
        }
        sent = Submission.objects.filter(**deciding)
        own |= Q(~Exists(sent), state=Status.APPROVED, **{f"{ADVISED}__organization__in": sends})
    newer = Revision.objects.filter(document=OuterRef("document"), position__gt=OuterRef("position"))
    return Exists(Revision.objects.filter(own, ~Exists(newer), **{ADVISED: OuterRef("pk")}))


def _undecided(writes: list[int]) -> Exists:
    """A board of one of these organizations has met since, as far as the record says when, and has no result."""
    rows = Submission.objects.filter(
        recommendation__proposal=OuterRef("pk"), organization__in=writes, result=Submission.Result.UNKNOWN
    )
    proposal_says = Q(
        board_meeting=None,
        organization=F("recommendation__proposal__organization"),
        recommendation__proposal__board_decision_on__lt=today(),
    )
    return Exists(rows.filter(Q(board_meeting__held_on__lt=today()) | proposal_says))
