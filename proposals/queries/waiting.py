"""What waits on a person here, and by when; the reader's next act on one proposal is the same list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Prefetch, QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from core.addresses import address_of
from core.dates import today
from core.reading import read_once
from core.registry import Waiting
from documents.models import Revision
from organizations.models import Organization
from organizations.permissions import can_comment, can_send_for
from organizations.queries import agreement_of, organizations, standing_of
from proposals.models import Interest, Proposal, ProposalRemark, RecommendationApproval, Submission
from proposals.permissions import can_circulate, can_close
from proposals.queries.answers import answered_by, has_answered, open_questions
from proposals.queries.boards import deciding
from proposals.queries.proposals import OPEN, proposals_visible_to

S = Proposal.State
Status = Revision.Status
# A matter of the past is no longer waited for: the record of 2020 asks nothing of anybody today.
LONGEST_DAYS = 60
# What none of the rows says: Home reads a hundred proposals, of which it shows a sentence each.
NOT_ASKED = (
    *("scope", "justification", "token", "logged_by_label", "logged_at", "told_at", "extension_reason"),
    *("comments_closed_reason", "closing_reason", "closed_at", "result", "result_note", "result_on", "next_step"),
)


def _open_matters(user: Any) -> QuerySet[Proposal]:
    """Open proposals with all that is asked of them, in a number of queries that does not grow."""
    return (
        proposals_visible_to(user)
        .filter(state__in=OPEN)
        .defer(*NOT_ASKED)
        .select_related(None)
        .select_related("recommendation__document")
        .annotate(is_answered=ExpressionWrapper(answered_by(user), output_field=BooleanField()))
        .prefetch_related(*_of_the_recommendation())
    )


@read_once
def open_matters(user: Any) -> list[Proposal]:
    """Every open proposal that the reader may see, with its board, recommendation and verdicts, and what is asked."""
    found = list(_open_matters(user))
    places, own = {place.pk: place for place in organizations()}, _own(user)
    asked = _by_proposal(open_questions(user))
    for proposal in found:
        proposal.organization = places[proposal.organization_id]
        of_us = (row for row in asked.get(proposal.pk, []) if row.place in own)
        proposal.asked_of_us = list({row.pk: row for row in of_us}.values())
    return found


def _by_proposal(questions: list[Interest]) -> dict[int, list[Interest]]:
    found: dict[int, list[Interest]] = {}
    for row in questions:
        found.setdefault(row.proposal_id, []).append(row)
    return found


def _is_past(proposal: Proposal) -> bool:
    """A matter of the past asks nothing of anybody."""
    return proposal.reply_by_on is not None and proposal.reply_by_on < today() - timedelta(days=LONGEST_DAYS)


def _asking(user: Any) -> list[Proposal]:
    return [proposal for proposal in open_matters(user) if not _is_past(proposal)]


def _own(user: Any) -> set[int]:
    return {item.organization_id for item in standing_of(user).appointments if item.organization_id}


def _of_the_recommendation() -> list[str | Prefetch]:
    submissions = Submission.objects.select_related("board_meeting", "organization")
    verdicts = RecommendationApproval.objects.select_related("organization")
    revisions = Revision.objects.order_by("position").prefetch_related(Prefetch("approvals", queryset=verdicts))
    return [
        Prefetch("recommendation__submissions", queryset=submissions),
        Prefetch("recommendation__document__revisions", queryset=revisions),
    ]


def waiting(user: Any) -> list[Waiting]:
    """What waits on this person in proposals; nothing for readers."""
    if not can_comment(user):
        return []
    places = organizations()
    return [row for proposal in _asking(user) for row in _rows(proposal, user, places)]


def next_acts(proposal: Proposal, user: Any, interests: list[Interest], said: list[ProposalRemark]) -> list[Waiting]:
    """What this proposal asks of the reader now, the most pressing first: the rows of `waiting`, worked out from the
    interests and threads that its page has read already."""
    if not can_comment(user) or proposal.state not in OPEN or _is_past(proposal):
        return []
    if proposal.state == S.RECOMMENDATION:
        prefetch_related_objects([proposal], *_of_the_recommendation())
    own = _own(user)
    proposal.asked_of_us = [item for item in interests if item.is_open and _is_asked_of(own, item)]
    proposal.is_answered = proposal.is_out_for_comment and (_has_spoken(said, user) or has_answered(proposal, user))
    return list(_rows(proposal, user, organizations()))


def _is_asked_of(own: set[int], interest: Interest) -> bool:
    return any(organization.pk in own for organization in interest.committee.organizations.all())


def _has_spoken(said: list[ProposalRemark], user: Any) -> bool:
    rows = (remark for thread in said for remark in (thread, *thread.below))
    return any(user.pk in (remark.author_id, remark.sender_id) for remark in rows)


def _rows(proposal: Proposal, user: Any, places: list[Organization]) -> Iterator[Waiting]:
    if proposal.state == S.DRAFT:
        yield from _of_draft(proposal, user)
    elif proposal.state == S.CIRCULATED:
        yield from _of_circulated(proposal, user)
    else:
        yield from _of_recommendation(proposal, user, places)
    yield from _of_asked(proposal)


def _row(proposal: Proposal, title: str, action: str, *, name: str = "", fragment: str = "", **more: Any) -> Waiting:
    slug = [more.pop("slug")] if "slug" in more else []
    url = address_of(f"proposals:{name}", proposal.reference, *slug) if name else proposal.get_absolute_url()
    sentence = more.pop("sentence", "")
    more["illustrative_mark"] = proposal.illustrative_mark
    return Waiting(title, f"{proposal.in_words} {sentence}".strip(), f"{url}{fragment}", action, **more)


def _of_draft(proposal: Proposal, user: Any) -> Iterator[Waiting]:
    if can_circulate(user, proposal):
        title = _("Circulate proposal %(reference)s") % {"reference": proposal.reference}
        sentence = _("It is a draft; the members have not been told.")
        yield _row(proposal, title, _("Check and circulate"), name="circulate", sentence=sentence)


def _of_circulated(proposal: Proposal, user: Any) -> Iterator[Waiting]:
    facts = {"reference": proposal.reference}
    if proposal.is_out_for_comment:
        if not proposal.is_answered:
            title = _("Comment on proposal %(reference)s") % facts
            yield _row(proposal, title, _("Comment"), fragment="#comments", due_on=proposal.reply_by_on)
    elif can_close(user, proposal):
        title = _("Decide what follows on proposal %(reference)s") % facts
        sentence = _("Comments are closed: draft a recommendation, forward the comments, or close it.")
        yield _row(proposal, title, _("Decide"), fragment="#recommendation", sentence=sentence)


def _of_asked(proposal: Proposal) -> Iterator[Waiting]:
    if proposal.state not in (S.CIRCULATED, S.RECOMMENDATION):
        return
    for interest in proposal.asked_of_us:
        facts = {"committee": interest.committee, "by": interest.asked_by_label, "reference": proposal.reference}
        title = _("Answer for %(committee)s on proposal %(reference)s") % facts
        sentence = _("%(by)s asks whether the committee is interested.") % facts
        due = proposal.reply_by_on if proposal.is_out_for_comment else None
        yield _row(proposal, title, _("Answer"), fragment="#interests", sentence=sentence, due_on=due)


def _of_recommendation(proposal: Proposal, user: Any, places: list[Organization]) -> Iterator[Waiting]:
    recommendation = proposal.recommendation
    revision = list(recommendation.document.revisions.all())[-1]
    revision.document = recommendation.document
    submissions = list(recommendation.submissions.all())
    if revision.state == Status.FOR_APPROVAL:
        yield from _of_verdicts(proposal, revision, user, places)
    elif revision.state == Status.APPROVED and can_send_for(user, proposal.organization) and not deciding(submissions):
        title = _("Submit %(reference)s to %(board)s") % {
            "reference": revision.reference,
            "board": proposal.organization.board,
        }
        sentence = _("ISO, IEC and ITU-T have approved it.")
        yield _row(proposal, title, _("Submit"), name="submit", sentence=sentence, due_on=proposal.board_decision_on)
    elif revision.state == Status.DRAFT and revision.author_id == user.pk:
        title = _("Ask for the approval of %(reference)s") % {"reference": revision.reference}
        sentence = _("Your draft has not been proposed yet.")
        yield _row(proposal, title, _("Open the draft"), fragment="#recommendation", sentence=sentence)
    yield from _of_results(proposal, submissions, user)


def _of_results(proposal: Proposal, submissions: list[Submission], user: Any) -> Iterator[Waiting]:
    """The results of the boards that have met, each for the secretary of its own organization."""
    own = standing_of(user).organizations_as("secretary", "may_write")
    for submission in submissions:
        if not submission.is_open or submission.organization not in own or not _is_over(submission):
            continue
        facts = {"board": submission.organization.board, "reference": proposal.reference}
        title = _("Record what %(board)s decided on %(reference)s") % facts
        if submission.decides:
            yield _row(proposal, title, _("Record the outcome"), name="record")
        else:
            yield _row(proposal, title, _("Note the result"), name="note", slug=submission.organization.slug)


def _is_over(submission: Submission) -> bool:
    """Whether the board has met since, as far as the record says when."""
    return submission.meets_on is not None and submission.meets_on < today()


def _of_verdicts(proposal: Proposal, revision: Revision, user: Any, places: list[Organization]) -> Iterator[Waiting]:
    verdicts = list(revision.approvals.all())
    given = {verdict.organization_id for verdict in verdicts}
    last = len([verdict for verdict in verdicts if verdict.approves]) == len(places) - 1
    agreement = agreement_of(verdicts, places).words
    for appointment in standing_of(user).appointments:
        if appointment.role != "secretary" or not appointment.may_approve or appointment.organization_id in given:
            continue
        title = _("Approve recommendation %(reference)s") % {"reference": revision.reference}
        sentence = _("Yours is the last of three approvals.") if last else f"{agreement}."
        yield _row(
            proposal,
            title,
            _("Review and approve"),
            fragment="#recommendation",
            sentence=sentence,
            due_on=proposal.recommendation.due_on,
            organization=appointment.organization.code,
        )


def deadlines(user: Any, until: date) -> list[Waiting]:
    """Reply-by dates, approvals due and board decisions from today until that day, for every reader."""
    first, rows = today(), open_matters(user)
    out = [row for row in rows if row.state == S.CIRCULATED and row.comments_closed_at is None]
    waits = [row for row in rows if row.state == S.RECOMMENDATION and _is_for_approval(row)]
    named = [
        (out, lambda row: row.reply_by_on, _("Comments close: %(reference)s"), "#comments"),
        (rows, lambda row: row.board_decision_on, _("%(board)s decides: %(reference)s"), ""),
        (waits, lambda row: row.recommendation.due_on, _("Approvals due: %(reference)s"), "#recommendation"),
    ]
    found = [
        _deadline(row, day_of(row), title, fragment)
        for matters, day_of, title, fragment in named
        for row in matters
        if day_of(row) and first <= day_of(row) <= until
    ]
    return sorted(found, key=lambda row: row.due_on or until)


def _is_for_approval(proposal: Proposal) -> bool:
    return any(row.state == Status.FOR_APPROVAL for row in proposal.recommendation.document.revisions.all())


def _deadline(proposal: Proposal, due_on: date, title: str, fragment: str) -> Waiting:
    facts = {"reference": proposal.reference, "board": proposal.organization.board}
    url = f"{proposal.get_absolute_url()}{fragment}"
    code, mark = proposal.organization.code, proposal.illustrative_mark
    return Waiting(title % facts, proposal.in_words, url, _("Open"), due_on, code, mark)
