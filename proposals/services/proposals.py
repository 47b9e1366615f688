"""A proposal's own writers: log, edit, files, close, outcome, withdraw, reopen."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from core import bell
from core.dates import format_date
from core.history import record, record_changes
from core.moves import Conflict, NotAllowed, Refused, Stale, WrongState, check, make, save_version
from documents.judge import JudgedFile
from documents.services.register import store_file
from organizations.models import Organization
from proposals import tasks
from proposals.models import Proposal, ProposalFile, Submission
from proposals.permissions import can_log
from proposals.queries import format_reference, next_number
from proposals.services.notices import tell_everybody
from proposals.services.record import check_act, day_of, index_proposal, index_row, moment_of, move_proposal
from proposals.workflow import MOVES

TRIES = 5
Files = Iterable[tuple[JudgedFile, File]]


@transaction.atomic
def log_proposal(
    by: Any,
    *,
    organization: Organization,
    title: str,
    proposer: str,
    scope: str,
    received_on: date,
    justification: str = "",
    kind: str = Proposal.Kind.NEW_FIELD,
    reply_by_on: date | None = None,
    board_decision_on: date | None = None,
    files: Files = (),
    reference: str = "",
    illustrative: bool = False,
    illustrative_note: str = "",
    token: uuid.UUID | None = None,
    at: datetime | None = None,
) -> Proposal:
    """Logs a proposal as a draft, with its files, under the next number of the year of receipt; nobody is told.

    Only a secretary of `organization` may. The same token again returns the first one. `reference` is for loaders."""
    if not can_log(by, organization):
        raise NotAllowed(
            _("Only the secretary of %(organization)s logs proposals for %(organization)s.")
            % {"organization": organization}
        )
    known = Proposal.objects.filter(token=token).first() if token else None
    if known:
        return known
    proposal, created = _create(
        received_on.year,
        reference,
        token=token or uuid.uuid4(),
        organization=organization,
        title=title,
        proposer=proposer,
        scope=scope,
        justification=justification,
        kind=kind,
        received_on=received_on,
        reply_by_on=reply_by_on,
        board_decision_on=board_decision_on,
        illustrative=illustrative,
        illustrative_note=illustrative_note,
        logged_by=by,
        logged_by_label=str(by),
        logged_at=moment_of(at),
    )
    if not created:
        return proposal
    text = _("logged the proposal, received on %(day)s") % {"day": format_date(received_on)}
    record(proposal, "log", by, text, after={"title": title, "scope": scope}, at=at)
    _store(proposal, by, files, at)
    index_proposal(proposal)
    return proposal


def _create(year: int, reference: str, **values: Any) -> tuple[Proposal, bool]:
    """Two proposals logged at one instant get two numbers: the unique number decides, the slower one tries again.
    A double click that arrives at the same instant meets its own token and gets the first proposal."""
    for _attempt in range(TRIES):
        if reference:
            year, number = (int(part) for part in reference.split("-"))
        else:
            number = next_number(year)
        name = format_reference(year, number)
        try:
            with transaction.atomic():
                return Proposal.objects.create(year=year, number=number, reference=name, **values), True
        except IntegrityError:
            first = Proposal.objects.filter(token=values["token"]).first()
            if first:
                return first, False
            if reference:
                raise Refused(_("%(reference)s is taken already.") % {"reference": name}) from None
    raise Stale(_("Others are logging proposals at this moment. Try again."))


def _store(proposal: Proposal, by: Any, files: Files, at: datetime | None) -> list[ProposalFile]:
    stored = []
    for judged, content in files:
        attachment, created = store_file(proposal.attachments, by, judged, content, at=at)
        stored.append(attachment)
        if created:
            record(proposal, "attach", by, _("added the file “%(name)s”") % {"name": attachment.name}, at=at)
            bell.ring(tasks.read_files)
    return stored


@transaction.atomic
def edit_proposal(proposal: Proposal, by: Any, version: int, *, at: datetime | None = None, **changes: Any) -> Proposal:
    """Changes title, proposer, scope, justification, kind or dates; the deadline of what is circulated changes only
    by `extend`. Raises Conflict when somebody saved in between; the history keeps before and after."""
    check_act(proposal, "edit", by)
    if proposal.circulated_at:
        changes.pop("reply_by_on", None)
    changed = save_version(proposal, version, **changes)
    names = ", ".join(str(Proposal._meta.get_field(name).verbose_name) for name in changed)
    record_changes(proposal, "edit", by, _("changed: %(names)s") % {"names": names}, changed, at=at)
    index_proposal(proposal)
    return proposal


@transaction.atomic
def attach_proposal_file(
    proposal: Proposal, by: Any, judged: JudgedFile, content: File, *, at: datetime | None = None
) -> ProposalFile:
    """Stores a judged file with the proposal; the same content twice is one file."""
    return attach_proposal_files(proposal, by, [(judged, content)], at=at)[0]


@transaction.atomic
def attach_proposal_files(
    proposal: Proposal, by: Any, files: Files, *, at: datetime | None = None
) -> list[ProposalFile]:
    """Stores judged files with the proposal, all or none."""
    check_act(proposal, "attach", by)
    stored = _store(proposal, by, files, at)
    index_row(proposal)
    return stored


def check_comments_closed(proposal: Proposal, at: datetime | None) -> None:
    """Raises WrongState while members may still comment in time."""
    if not proposal.is_closed(moment_of(at)):
        raise WrongState(
            _("Comments are open until %(day)s. Wait until they close.") % {"day": format_date(proposal.reply_by_on)}
        )


@transaction.atomic
def close_without_action(proposal: Proposal, by: Any, *, reason: str, at: datetime | None = None) -> Proposal:
    """Closes a proposal on which nothing needs to be said, after comments closed; everybody is told why."""
    check(proposal, MOVES["close"], by)
    check_comments_closed(proposal, at)
    text = _("closed it without action: %(reason)s") % {"reason": reason}
    move_proposal(proposal, "close", by, text, at=at, closing_reason=reason, closed_at=moment_of(at))
    tell_everybody(
        proposal,
        by,
        subject=_("No action: %(title)s") % {"title": proposal.title},
        lead=_("%(reference)s is closed without action.") % {"reference": proposal.reference},
        text=reason,
        at=at,
    )
    return proposal


@transaction.atomic
def record_outcome(
    proposal: Proposal,
    by: Any,
    *,
    result: str,
    result_on: date,
    note: str = "",
    next_step: str = "",
    version: int | None = None,
    at: datetime | None = None,
) -> Proposal:
    """Records what the board decided; a recommendation must have been submitted before. It may be recorded again
    (a deferred matter comes back); the same values twice are one entry. Raises Conflict when a version is given and
    somebody has recorded in between."""
    check(proposal, MOVES["record"], by)
    recommendation = getattr(proposal, "recommendation", None)
    submissions = Submission.objects.filter(recommendation=recommendation, organization=proposal.organization)
    if recommendation and not submissions.exists():
        raise WrongState(_("Submit the recommendation to the board first."))
    if result == Proposal.Result.UNKNOWN or result not in Proposal.Result.values:
        raise Refused(_("Choose what the board decided."))
    if result_on > day_of(at):
        raise Refused(_("Enter a date that is not in the future."))
    values = {"result": result, "result_on": result_on, "result_note": note, "next_step": next_step}
    if proposal.state == Proposal.State.OUTCOME and all(getattr(proposal, k) == v for k, v in values.items()):
        return proposal
    if version is not None and version != proposal.version:
        raise Conflict(proposal)
    return _record(proposal, by, values, at)


def _record(proposal: Proposal, by: Any, values: dict[str, Any], at: datetime | None) -> Proposal:
    label = Proposal.Result(values["result"]).label
    facts = {"board": proposal.organization.board, "result": str(label).lower()}
    day = format_date(values["result_on"])
    text = _("recorded the decision of %(board)s of %(day)s: %(result)s") % {**facts, "day": day}
    move_proposal(proposal, "record", by, text, at=at, **values)
    own = Submission.objects.filter(recommendation__proposal=proposal, organization=proposal.organization)
    own.update(**values, version=F("version") + 1)
    tell_everybody(
        proposal,
        by,
        subject=_("%(board)s: %(result)s: %(title)s") % {**facts, "title": proposal.title},
        lead=_("%(board)s decided on %(day)s: %(result)s.") % {**facts, "day": day},
        text="\n\n".join(part for part in (values["result_note"], values["next_step"]) if part),
        at=at,
    )
    return proposal


@transaction.atomic
def withdraw_proposal(proposal: Proposal, by: Any, *, reason: str, at: datetime | None = None) -> Proposal:
    """Withdraws a proposal, with the reason; its number is never used again. Everybody is told if it was circulated."""
    text = _("withdrew the proposal: %(reason)s") % {"reason": reason}
    move_proposal(proposal, "withdraw", by, text, at=at, closing_reason=reason, closed_at=moment_of(at))
    if proposal.circulated_at:
        tell_everybody(
            proposal,
            by,
            subject=_("Withdrawn: %(title)s") % {"title": proposal.title},
            lead=_("%(reference)s is withdrawn. Nothing more is asked of you.") % {"reference": proposal.reference},
            text=reason,
            at=at,
        )
    return proposal


@transaction.atomic
def reopen_proposal(proposal: Proposal, by: Any, *, reason: str, at: datetime | None = None) -> Proposal:
    """Takes up again what was withdrawn, closed without action or forwarded, where it stood before: as a draft, out for
    comment, under a recommendation, or forwarded. What the board decided stays: it is recorded again. Everybody is
    told if it was ever circulated; a deadline that is over stays over until it is extended."""
    move = replace(MOVES["reopen"], to=_stood(proposal))
    check(proposal, move, by)
    before = proposal.state
    make(proposal, move, by, closing_reason="", closed_at=None, told_at=moment_of(at))
    after = {"state": proposal.state}
    text = _("reopened the proposal: %(reason)s") % {"reason": reason}
    record(proposal, "reopen", by, text, before={"state": before}, after=after, at=at)
    index_proposal(proposal)
    if proposal.circulated_at:
        tell_everybody(
            proposal,
            by,
            subject=_("Taken up again: %(title)s") % {"title": proposal.title},
            lead=_("%(reference)s is open again: %(state)s.")
            % {"reference": proposal.reference, "state": proposal.state_in_words.lower()},
            text=reason,
            at=at,
        )
    return proposal


def _stood(proposal: Proposal) -> str:
    """The state in which a proposal goes on when it is reopened."""
    if not proposal.circulated_at:
        return Proposal.State.DRAFT
    if hasattr(proposal, "recommendation"):
        return Proposal.State.RECOMMENDATION
    if proposal.state == Proposal.State.WITHDRAWN and proposal.forwarded.exists():
        return Proposal.State.FORWARDED
    return Proposal.State.CIRCULATED
