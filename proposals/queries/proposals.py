"""Named reads of proposals; no writes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.urls import reverse

from core.dates import in_geneva, moment, today
from documents.models import Revision
from documents.queries import newest_of, revisions_visible_to
from organizations.models import Committee, Organization
from organizations.permissions import can_read
from organizations.queries import organizations
from proposals.models import (
    ForwardedComments,
    Interest,
    Proposal,
    ProposalEntry,
    ProposalRemark,
    RecommendationApproval,
    Submission,
)
from proposals.permissions import sees_drafts
from proposals.queries.history import told_to

S = Proposal.State
OPEN = (S.DRAFT, S.CIRCULATED, S.RECOMMENDATION)
OPEN_WORD = "open"
_REFERENCE = re.compile(r"^(\d{4})-(\d{1,6})$")


def proposals_visible_to(user: Any) -> QuerySet[Proposal]:
    """All proposals for those who see drafts; what has been circulated for every other appointed reader."""
    rows = Proposal.objects.select_related("organization")
    if not can_read(user):
        return rows.none()
    return rows if sees_drafts(user) else rows.filter(circulated_at__isnull=False)


def seen_by(user: Any, path: str) -> Q:
    """The rule of `proposals_visible_to` for rows that point at a proposal: no list of all proposals is made first."""
    if not can_read(user):
        return Q(pk__in=[])
    shared = path if sees_drafts(user) else f"{path}__circulated_at"
    return Q(**{f"{shared}__isnull": False})


def sees(user: Any, proposal: Proposal) -> bool:
    """The same rule for one proposal that has been read."""
    return can_read(user) and (sees_drafts(user) or proposal.circulated_at is not None)


def out_for_comment() -> Q:
    """Over proposals, those out for comment. Comments close by hand or at the end of their day in Geneva, so that the
    day alone says whether they are open."""
    return Q(state=S.CIRCULATED, comments_closed_at__isnull=True, reply_by_on__gte=today())


def comments_closed() -> Q:
    """Over proposals, the circulated ones whose comments are closed."""
    return Q(Q(comments_closed_at__isnull=False) | Q(reply_by_on__lt=today()), state=S.CIRCULATED)


def format_reference(year: int, number: int) -> str:
    """2020-11; a number below ten has a nought before it, as 2020-04."""
    return f"{year}-{number:02}"


def next_number(year: int) -> int:
    """One more than the highest number ever given in that year."""
    return (Proposal.objects.filter(year=year).aggregate(n=Max("number"))["n"] or 0) + 1


def proposal_of(reference: str, user: Any) -> Proposal | None:
    """The proposal that a reference names (2020-4 is 2020-04), if the reader may see it."""
    named = reference_in(reference)
    if not named:
        return None
    rows = proposals_visible_to(user).select_related("recommendation__document", "related")
    return rows.filter(year=named[0], number=named[1]).first()


def reference_in(text: str) -> tuple[int, int] | None:
    """Year and number, where the text is a reference; 2020-4 is 2020-04."""
    found = _REFERENCE.match(text.strip())
    return (int(found[1]), int(found[2])) if found else None


def interests_of(proposal: Proposal) -> QuerySet[Interest]:
    """Interests by committee, with the committee's organizations."""
    return proposal.interests.select_related("committee").prefetch_related("committee__organizations")


def threads_of(proposal: Proposal) -> list[ProposalRemark]:
    """The first comment of every thread, oldest first, each with its replies as `below`; all in one question."""
    places = {item.pk: item for item in organizations()}
    said = {remark.pk: remark for remark in proposal.remarks.select_related("committee").order_by("at", "pk")}
    for remark in said.values():
        remark.below = []
        remark.organization = places[remark.organization_id]
    for remark in said.values():
        if remark.parent_id:
            said[remark.parent_id].below.append(remark)
        if remark.answers_id:
            remark.answers = said[remark.answers_id]
    return [remark for remark in said.values() if not remark.parent_id]


def committees_of(organization: Organization | None) -> QuerySet[Committee]:
    """The active committees of one organization; joint ones belong to two."""
    rows = Committee.objects.exclude(status=Committee.Status.DISBANDED)
    return rows.filter(organizations=organization) if organization else rows.none()


def current_revision(proposal: Proposal, user: Any) -> Revision | None:
    """The newest revision of the recommendation that the reader may see; a draft only those who see drafts."""
    recommendation = getattr(proposal, "recommendation", None)
    if recommendation is None:
        return None
    rows = revisions_visible_to(user).filter(document_id=recommendation.document_id)
    return rows.order_by("-position").first()


def earlier_revisions(proposal: Proposal, revision: Revision | None, user: Any) -> list[Revision]:
    """The revisions before this one that the reader may see, newest first, each with its verdicts."""
    if revision is None:
        return []
    rows = revisions_visible_to(user).filter(document_id=revision.document_id, position__lt=revision.position)
    return list(rows.order_by("-position").prefetch_related("approvals__organization"))


def revision_under_approval(proposal: Proposal) -> Revision | None:
    """The newest revision if it waits for verdicts, else None."""
    recommendation = getattr(proposal, "recommendation", None)
    revision = newest_of(recommendation.document) if recommendation else None
    return revision if revision and revision.state == Revision.Status.FOR_APPROVAL else None


def verdicts_on(revision: Revision | None) -> list[RecommendationApproval]:
    """The verdicts on one exact revision, ISO, IEC, ITU-T."""
    return list(revision.approvals.select_related("organization")) if revision else []


def _instants(start: date, end: date) -> tuple[datetime, datetime]:
    return moment(start, time.min), moment(end, time.max)


def recommendations_submitted_between(start: date, end: date) -> QuerySet[Submission]:
    """Submissions to a board in the period, both days included, by date; one recommendation may go to several."""
    rows = Submission.objects.filter(submitted_on__gte=start, submitted_on__lte=end).select_related(
        "organization", "revision__document", "recommendation__proposal__organization", "board_meeting__organization"
    )
    return rows.prefetch_related("recommendation__proposal__interests__committee")


def comments_forwarded_between(start: date, end: date) -> QuerySet[ForwardedComments]:
    """Comments shared with the organization concerned in the period, both days included, by date; what was forwarded
    again counts once."""
    rows = ForwardedComments.objects.filter(at__range=_instants(start, end))
    earlier = rows.filter(proposal=OuterRef("proposal"), pk__lt=OuterRef("pk"))
    return rows.exclude(Exists(earlier)).select_related("proposal__organization")


@dataclass(frozen=True)
class Handled:
    """One proposal that the group dealt with in a period: by a recommendation or by comments."""

    proposal: Proposal
    on: date
    route: str
    submission: Submission | None = None
    forwarded: ForwardedComments | None = None

    @property
    def is_recommendation(self) -> bool:
        return self.route == "recommendation"


def proposals_handled_between(start: date, end: date) -> list[Handled]:
    """What a board report says about proposals: recommendations submitted and comments forwarded, by date. What went
    to several boards is handled once, on the first day."""
    first: dict[int, Submission] = {}
    for item in recommendations_submitted_between(start, end):
        first.setdefault(item.recommendation_id, item)
    rows = [
        Handled(item.recommendation.proposal, item.submitted_on, "recommendation", submission=item)
        for item in first.values()
    ]
    rows += [
        Handled(item.proposal, in_geneva(item.at).date(), "comments", forwarded=item)
        for item in comments_forwarded_between(start, end)
    ]
    return sorted(rows, key=lambda row: (row.on, row.proposal.reference))


def recent_entries(user: Any) -> QuerySet[ProposalEntry]:
    """History of the proposals that the reader may see, newest first; nothing of drafts that the reader may not."""
    rows = ProposalEntry.objects.filter(seen_by(user, "subject"))
    return told_to(user, rows).select_related("subject")


def resolve(reference: str, user: Any) -> str | None:
    """The address of 2020-11 in a text, if the reader may open it; of the list, where a meeting names “proposals”."""
    if reference.strip().lower() == "proposals" and can_read(user):
        return reverse("proposals:list")
    proposal = proposal_of(reference, user)
    return proposal.get_absolute_url() if proposal else None


def uses(revision: Revision) -> list[tuple[str, str]]:
    """Where a registered revision is used here: the proposal that it recommends on."""
    rows = Proposal.objects.filter(recommendation__document=revision.document_id)
    return [(str(item), item.get_absolute_url()) for item in rows]
