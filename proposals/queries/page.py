"""What one proposal's page shows: its steps, its comments by organization, what the reader may do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from core.dates import format_date
from core.moves import moves_open_to
from documents.models import Revision
from organizations.models import Organization
from organizations.queries import everybody, organizations, people
from proposals.models import Proposal, ProposalRemark, Submission
from proposals.queries.answers import answers_first, interests_rolled_up
from proposals.queries.boards import boards_to_submit_to, deciding
from proposals.queries.checklist import completeness_of
from proposals.queries.comments import comments_since, disposed_in_words
from proposals.queries.proposals import interests_of, threads_of
from proposals.queries.related import best_by_organization, likely_committees
from proposals.queries.vectors import vectors_under_way
from proposals.workflow import ACTS, MOVES

S = Proposal.State


@dataclass(frozen=True)
class Step:
    """One step of the way: its name, its date or what it waits for, and whether it is done or under way."""

    label: str
    note: str
    done: bool = False
    current: bool = False


def steps_of(proposal: Proposal, approvals: int, submissions: list[Submission]) -> list[Step]:
    """The way of a proposal with its dates; the first step that is not done is the current one."""
    rows = [
        (_("Received"), format_date(proposal.received_on), True),
        _circulated(proposal),
        _closed(proposal),
        *_handled(proposal, approvals, submissions),
        _outcome(proposal),
    ]
    if proposal.state == S.WITHDRAWN:
        rows = [row for row in rows if row[2]] + [(_("Withdrawn"), format_date(proposal.closed_at), True)]
    # A recommendation may be drafted while comments are still open; then it is what is under way.
    begin = 2 if proposal.state in (S.DRAFT, S.CIRCULATED) else 3
    pending = [n for n, row in enumerate(rows) if not row[2] and (n < 2 or n >= begin)]
    over = proposal.state in (S.OUTCOME, S.WITHDRAWN)
    return [Step(*row, current=(not over and n in pending[:1])) for n, row in enumerate(rows)]


Row = tuple[str, str, bool]


def _circulated(proposal: Proposal) -> Row:
    day = proposal.circulated_at
    return _("Circulated"), format_date(day) if day else _("not yet"), bool(day)


def _closed(proposal: Proposal) -> Row:
    day = format_date(proposal.comments_closed_at or proposal.reply_by_on)
    if proposal.circulated_at is not None and proposal.is_closed():
        return _("Comments closed"), day, True
    return _("Comments close"), day or _("no date yet"), False


def _handled(proposal: Proposal, approvals: int, submissions: list[Submission]) -> list[Row]:
    if hasattr(proposal, "recommendation"):
        submission = deciding(submissions)
        note = _("%(n)d of 3 approvals") % {"n": approvals}
        day = format_date(submission.submitted_on) if submission else ""
        return [
            (_("Recommendation"), note, approvals == 3),
            (_("Submitted"), day or proposal.organization.board, bool(submission)),
        ]
    forwarded = list(proposal.forwarded.all())
    if forwarded:
        return [(_("Comments forwarded"), format_date(forwarded[0].at), True)]
    if proposal.state == S.NO_ACTION:
        return [(_("No action"), format_date(proposal.closed_at), True)]
    return [(_("Recommendation or comments"), _("not yet"), proposal.state == S.OUTCOME)]


def _outcome(proposal: Proposal) -> Row:
    if proposal.state == S.OUTCOME:
        return _("Outcome"), f"{proposal.get_result_display()}, {format_date(proposal.result_on)}", True
    day = format_date(proposal.board_decision_on)
    return _("Outcome"), day or _("%(board)s decides") % {"board": proposal.organization.board}, False


@dataclass
class Voices:
    """One organization's comments on a proposal, in threads."""

    organization: Organization
    threads: list[ProposalRemark] = field(default_factory=list)

    @property
    def comments(self) -> int:
        return len(self.threads)

    @property
    def replies(self) -> int:
        return sum(len(thread.below) for thread in self.threads)


def comments_by_organization(proposal: Proposal) -> list[Voices]:
    """The threads of ISO, IEC and ITU-T, in this order, also of those that have not commented."""
    voices = {item.pk: Voices(item) for item in organizations()}
    for thread in threads_of(proposal):
        voices[thread.organization_id].threads.append(thread)
    return list(voices.values())


def acts_open_to(user: Any, proposal: Proposal, revision: Revision | None, submissions: list[Submission]) -> set[str]:
    """The names of all acts that this person may do now with the proposal; pages draw their buttons from it."""
    found = {move.name for move in moves_open_to(user, proposal, [*MOVES.values(), *ACTS.values()])}
    submitted = bool(submissions)
    state = revision.state if revision else ""
    hidden = {
        "forward": not proposal.is_closed(),
        "close": not proposal.is_closed(),
        "close_comments": proposal.is_closed(),
        "revise": submitted,
        "propose": submitted or state != Revision.Status.DRAFT,
        "approve": submitted or state != Revision.Status.FOR_APPROVAL,
        "submit": state != Revision.Status.APPROVED or not boards_to_submit_to(proposal, submissions, user),
        "record": proposal.state == S.RECOMMENDATION and deciding(submissions) is None,
    }
    return found - {name for name, is_hidden in hidden.items() if is_hidden}


@dataclass(frozen=True)
class Recipient:
    """One person who is told, and why."""

    person: Any
    why: str


def recipients_by_organization(proposal: Proposal, sender: Any) -> list[tuple[Organization, list[Recipient]]]:
    """Who is told when a proposal is circulated, each with the reason: the secretaries and members of ISO, IEC and
    ITU-T. Somebody who is appointed in two organizations stands in both and gets one mail."""
    found = []
    for item in organizations():
        secretaries = people("secretary", organization=item)
        rows = [Recipient(person, _why(item, proposal, person, sender, True)) for person in secretaries]
        members = [person for person in people("member", organization=item) if person not in secretaries]
        rows += [Recipient(person, _why(item, proposal, person, sender, False)) for person in members]
        found.append((item, rows))
    return found


def _why(organization: Organization, proposal: Proposal, person: Any, sender: Any, is_secretary: bool) -> str:
    role = _("secretary of %(organization)s") if is_secretary else _("member of %(organization)s")
    why = role % {"organization": organization}
    if organization.pk == proposal.organization_id and is_secretary:
        why = _("%(role)s, to which it is addressed") % {"role": why}
    return _("%(role)s; you, a copy") % {"role": why} if person == sender else why


def not_told() -> list[Recipient]:
    """Who is not told, and why: those who only read, and administrators."""
    told = {user.pk for user in everybody()}
    roles = [("observer", _("observers read it in the portal")), ("administrator", _("administrators read it there"))]
    rows = [(person, why) for role, why in roles for person in people(role) if person.pk not in told]
    return [Recipient(person, why) for person, why in rows]


def page_parts(proposal: Proposal) -> dict[str, Any]:
    """The lists of a proposal's page, in a number of queries that does not grow with them. What was forwarded stays
    with the proposal: its steps ask for it too."""
    prefetch_related_objects([proposal], "forwarded__attachments")
    interests = list(interests_of(proposal).prefetch_related(answers_first()))
    likely = likely_committees(proposal, interests)
    voices = comments_by_organization(proposal)
    said = [thread for voice in voices for thread in voice.threads]
    forwardings = list(proposal.forwarded.all())
    return {
        "attachments": proposal.attachments.all(),
        "completeness": completeness_of([proposal])[proposal.pk],
        "likely": likely,
        "best_by_organization": best_by_organization(likely),
        "vectors": vectors_under_way(),
        "interests": interests,
        "rollup": interests_rolled_up(interests),
        "voices": voices,
        "remarks_said": bool(said),
        "disposed": disposed_in_words(said) if any(remark.disposition for remark in said) else "",
        "forwardings": forwardings,
        "new_comments": comments_since(proposal, forwardings[-1] if forwardings else None),
    }
