"""The track of a recommendation before each board: submitted, corrected, its result, reminders while there is none."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from core.dates import format_date, today
from core.history import record, record_changes
from core.moves import AlreadyDone, NotAllowed, Refused, WrongState, save_version
from documents.models import Revision
from documents.queries import newest_of
from organizations.models import BoardMeeting, Organization
from organizations.permissions import can_send_for
from organizations.queries import secretaries
from organizations.standing import Role, standing_of
from post.services.notices import notify
from proposals.models import Proposal, ResultReminder, Submission
from proposals.queries.boards import results_overdue
from proposals.services.notices import tell_everybody
from proposals.services.recommendations import lock_recommendation
from proposals.services.record import check_act, day_of

Result = Submission.Result


@transaction.atomic
def submit_recommendation(
    proposal: Proposal,
    by: Any,
    *,
    submitted_on: date,
    organization: Organization | None = None,
    paper_number: str = "",
    board_meeting: BoardMeeting | None = None,
    at: datetime | None = None,
) -> Submission:
    """Records that the approved revision went to the board of one organization, that of the proposal unless another
    is named; only that organization's secretary, after three approvals, once for each board. The text is locked
    from the first submission on."""
    organization = organization or proposal.organization
    if not can_send_for(by, organization):
        raise NotAllowed(
            _("Only the secretary of %(organization)s submits to %(board)s.")
            % {"organization": organization, "board": organization.board}
        )
    check_act(proposal, "submit", by)
    recommendation = lock_recommendation(proposal)
    if recommendation.submissions.filter(organization=organization).exists():
        raise AlreadyDone(_("This has already been done."))
    revision = newest_of(recommendation.document)
    if revision.state != Revision.Status.APPROVED:
        raise WrongState(
            _("%(reference)s is not approved by all three organizations.") % {"reference": revision.reference}
        )
    _check_facts(organization, submitted_on, board_meeting, at)
    submission = Submission.objects.create(
        recommendation=recommendation,
        organization=organization,
        revision=revision,
        submitted_on=submitted_on,
        paper_number=paper_number,
        board_meeting=board_meeting,
        submitted_by=by,
        submitted_by_label=str(by),
    )
    _record_submission(proposal, submission, by, at)
    return submission


def _check_facts(
    organization: Organization, submitted_on: date, board_meeting: BoardMeeting | None, at: datetime | None
) -> None:
    if submitted_on > day_of(at):
        raise Refused(_("Enter a date that is not in the future."))
    if board_meeting and board_meeting.organization_id != organization.pk:
        raise Refused(_("Choose a meeting of %(board)s.") % {"board": organization.board})


def _record_submission(proposal: Proposal, submission: Submission, by: Any, at: datetime | None) -> None:
    facts = {
        "reference": submission.revision.reference,
        "board": submission.organization.board,
        "day": format_date(submission.submitted_on),
    }
    words = _("submitted %(reference)s to %(board)s on %(day)s") % facts
    words = f"{words} ({submission.paper_number})" if submission.paper_number else words
    record(proposal, "submit", by, words, organization=submission.organization.code, at=at)
    tell_everybody(
        proposal,
        by,
        subject=_("%(reference)s is with %(board)s") % facts,
        lead=_("%(reference)s was submitted to %(board)s on %(day)s.") % facts,
        text=submission.revision.title,
        at=at,
        fragment="#recommendation",
    )


def _check_own(submission: Submission, act: str, by: Any) -> None:
    """The right person and state, and the board of the person's own organization."""
    check_act(submission.proposal, act, by)
    if not standing_of(by).holds(Role.SECRETARY, submission.organization, "may_write"):
        raise NotAllowed(
            _("Only the secretary of %(organization)s keeps the track before %(board)s.")
            % {"organization": submission.organization, "board": submission.organization.board}
        )


@transaction.atomic
def correct_submission(
    submission: Submission,
    by: Any,
    version: int,
    *,
    submitted_on: date,
    paper_number: str = "",
    board_meeting: BoardMeeting | None = None,
    at: datetime | None = None,
) -> Submission:
    """Changes when it was submitted, as which paper and for which meeting. Raises Conflict when somebody saved in
    between, NotAllowed for another board's secretary; the history keeps before and after."""
    _check_own(submission, "correct", by)
    _check_facts(submission.organization, submitted_on, board_meeting, at)
    values = {"submitted_on": submitted_on, "paper_number": paper_number, "board_meeting": board_meeting}
    changed = save_version(submission, version, **values)
    _record_changed(submission, "correct", by, _("corrected the submission to %(board)s: %(names)s"), changed, at)
    return submission


@transaction.atomic
def note_result(
    submission: Submission,
    by: Any,
    version: int,
    *,
    result: str,
    result_on: date,
    note: str = "",
    next_step: str = "",
    at: datetime | None = None,
) -> Submission:
    """Notes what a board did with the recommendation that does not decide on the proposal itself; for the board that
    decides, its result is the proposal's outcome and recorded as such. It may be noted again. Raises Conflict when
    somebody saved in between."""
    _check_own(submission, "note", by)
    if submission.decides:
        raise WrongState(_("The result of this board is the outcome. Record the outcome."))
    if result == Result.UNKNOWN or result not in Result.values:
        raise Refused(_("Choose what the board decided."))
    if not submission.submitted_on <= result_on <= day_of(at):
        raise Refused(_("Enter a date that is not before the submission and not in the future."))
    values = {"result": result, "result_on": result_on, "result_note": note, "next_step": next_step}
    changed = save_version(submission, version, **values)
    facts = {"result": str(Result(result).label).lower(), "day": format_date(result_on)}
    words = _("noted the result of %(board)s of {day}: {result}").format(**facts)
    _record_changed(submission, "note", by, words, changed, at)
    if changed:
        _tell_result(submission, by, facts, at)
    return submission


def _record_changed(
    submission: Submission, action: str, by: Any, words: str, changed: dict[str, Any], at: datetime | None
) -> None:
    names = ", ".join(str(Submission._meta.get_field(name).verbose_name) for name in changed)
    text = words % {"board": submission.organization.board, "names": names}
    code = submission.organization.code
    record_changes(submission.proposal, action, by, text, changed, organization=code, at=at)


def _tell_result(submission: Submission, by: Any, facts: dict[str, str], at: datetime | None) -> None:
    proposal = submission.proposal
    words = {**facts, "board": submission.organization.board, "title": proposal.title}
    tell_everybody(
        proposal,
        by,
        subject=_("%(board)s: %(result)s: %(title)s") % words,
        lead=_("%(board)s on %(day)s: %(result)s.") % words,
        text="\n\n".join(part for part in (submission.result_note, submission.next_step) if part),
        at=at,
        fragment="#recommendation",
    )


def remind_of_results(day: date | None = None) -> int:
    """Reminds the secretary of each board that has met, and of whose result nothing is recorded, at each step of
    RESULT_REMINDER_DAYS exactly once; returns how many reminders went out. A pass that was missed is made up for by
    one reminder, not by several."""
    day, sent = day or today(), 0
    for days in sorted(settings.RESULT_REMINDER_DAYS, reverse=True):
        for submission in results_overdue(day, days):
            sent += _remind(submission, days)
    return sent


@transaction.atomic
def _remind(submission: Submission, days: int) -> bool:
    """The row of the step decides: whoever writes it first sends; nothing is sent when a result came meanwhile."""
    people = secretaries(submission.organization, "may_write")
    if not people:
        return False
    _row, created = ResultReminder.objects.get_or_create(submission=submission, days=days)
    if not created or not Submission.objects.filter(pk=submission.pk, result=Result.UNKNOWN).exists():
        return False
    facts = {
        "board": submission.organization.board,
        "reference": submission.revision.reference,
        "day": format_date(submission.meets_on),
        "organization": submission.organization,
    }
    notify(
        people,
        kind="result",
        subject=_("What did %(board)s decide on %(reference)s?") % facts,
        lead=_("%(board)s met on %(day)s; no result on %(reference)s is recorded.") % facts,
        text=submission.proposal.in_words,
        url=result_url(submission),
        action=_("Record the outcome") if submission.decides else _("Note the result"),
        reason=_("You receive this because you are the secretary for %(organization)s.") % facts,
        thread=submission.proposal.reference,
    )
    return True


def result_url(submission: Submission) -> str:
    """The page where the result of this board is written down."""
    reference = submission.proposal.reference
    if submission.decides:
        return reverse("proposals:record", args=[reference])
    return reverse("proposals:note", args=[reference, submission.organization.slug])
