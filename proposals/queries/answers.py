"""Who has answered a proposal, and which questions to committees are open; one rule for Home, pages and reminders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from core.dates import in_geneva, today
from core.reading import read_once
from organizations.models import Organization
from organizations.queries import organizations, standing_of
from proposals.models import Interest, InterestAnswer, Proposal, ProposalRemark
from proposals.queries.proposals import proposals_visible_to

S = Proposal.State
ASKED_IN = (S.CIRCULATED, S.RECOMMENDATION)


def answered_by(user: Any) -> Q:
    """Over proposals, those that this person has answered: circulated, commented, answered for a committee, be it by
    an e-mail that a secretary recorded; or committees of the person's organization were asked and all have answered."""
    own = [item.organization_id for item in standing_of(user).appointments if item.organization_id]
    remarks = ProposalRemark.objects.filter(Q(author=user) | Q(sender=user), subject=OuterRef("pk"))
    answers = InterestAnswer.objects.filter(Q(by=user) | Q(sender=user), interest__proposal=OuterRef("pk"))
    asked = Interest.objects.filter(proposal=OuterRef("pk"), asked_at__isnull=False, committee__organizations__in=own)
    silent = asked.filter(answer=Interest.Answer.NO_ANSWER)
    return Q(circulated_by=user) | Q(Exists(remarks)) | Q(Exists(answers)) | (Q(Exists(asked)) & ~Q(Exists(silent)))


def has_answered(proposal: Proposal, user: Any) -> bool:
    """Whether this person has answered this proposal."""
    return Proposal.objects.filter(answered_by(user), pk=proposal.pk).exists()


def questions_visible_to(user: Any) -> QuerySet[Interest]:
    """Questions to committees without an answer, of the open proposals that the reader may see; the oldest first."""
    rows = Interest.objects.filter(
        answer=Interest.Answer.NO_ANSWER,
        asked_at__isnull=False,
        proposal__in=proposals_visible_to(user).filter(state__in=ASKED_IN).values("pk"),
    )
    rows = rows.select_related("proposal__organization", "committee").prefetch_related("committee__organizations")
    return rows.order_by("asked_at", "pk")


@read_once
def open_questions(user: Any) -> list[Interest]:
    """The same questions, one row for each organization of the committee as `place`: a joint committee is asked of
    two. Of the proposal and the committee only what names them."""
    named = ("proposal", "asked_at", "asked_by_label", "committee__acronym")
    rows = questions_visible_to(user).prefetch_related(None).select_related(None).select_related("committee")
    return list(rows.only(*named).annotate(place=F("committee__organizations")))


def questions_to(organization: Organization | None, user: Any) -> QuerySet[Interest]:
    """Those of the committees of one organization; a joint committee is asked of two."""
    rows = questions_visible_to(user)
    return rows.filter(committee__organizations=organization) if organization else rows.none()


@dataclass
class Interests:
    """How one organization's committees answered, and since when it owes an answer."""

    organization: Organization
    asked: int = 0
    answered: int = 0
    open_since: datetime | None = None

    @property
    def days(self) -> int:
        """How many days the oldest question has been open, by Geneva's calendar."""
        return days_since(self.open_since) if self.open_since else 0


def days_since(moment: datetime) -> int:
    """Whole days by Geneva's calendar."""
    return (today() - in_geneva(moment).date()).days


def interests_rolled_up(rows: list[Interest]) -> list[Interests]:
    """Per organization: how many of its committees were named, how many answered, and since when the oldest question
    is open; a joint committee counts in two."""
    totals = {item.code: Interests(item) for item in organizations()}
    for interest in rows:
        for code in interest.committee.codes:
            total = totals[code]
            total.asked += 1
            total.answered += not interest.is_open
            if interest.is_open:
                total.open_since = min(total.open_since or timezone.now(), interest.asked_at or timezone.now())
    return list(totals.values())


def answers_first() -> Prefetch:
    """Every answer that a committee gave, the newest first."""
    return Prefetch("answers", queryset=InterestAnswer.objects.select_related("organization"))


def questions_in_total(user: Any) -> list[Interests]:
    """Per organization: how many questions to its committees wait for an answer, and since when the oldest does."""
    rows = questions_visible_to(user).order_by().values("committee__organizations")
    found = {row["committee__organizations"]: row for row in rows.annotate(n=Count("pk"), since=Min("asked_at"))}
    totals = []
    for item in organizations():
        row = found.get(item.pk, {"n": 0, "since": None})
        totals.append(Interests(item, asked=row["n"], open_since=row["since"]))
    return totals
