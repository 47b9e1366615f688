"""The recommendation: drafted, revised, approved by three organizations at one exact revision."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from core.dates import format_date
from core.history import record
from core.moves import AlreadyDone, Refused, Stale, WrongState, check
from documents.models import Document, Revision
from documents.queries import newest_of
from documents.services import register
from organizations.models import Approval, Organization
from organizations.queries import is_approved_by_all
from organizations.services.verdicts import check_approves_for, give_verdict
from proposals.models import Proposal, Recommendation, RecommendationApproval
from proposals.queries import verdicts_on
from proposals.services.notices import tell_secretaries
from proposals.services.record import day_of, index_proposal, make_move, moment_of
from proposals.workflow import MOVES

Status = Revision.Status
Verdict = Approval.Verdict


def recommendation_title(proposal: Proposal) -> str:
    """SPCG recommendation on the SAC proposal to ISO/TMB for a new field of technical activity on “…”."""
    return _("SPCG recommendation on the %(sentence)s on “%(title)s”") % {
        "sentence": proposal.sentence,
        "title": proposal.title,
    }


@transaction.atomic
def draft_recommendation(
    proposal: Proposal,
    by: Any,
    *,
    text: str,
    number: int | None = None,
    letter: str = "",
    title: str | None = None,
    illustrative_note: str = "",
    at: datetime | None = None,
) -> Revision:
    """Begins the recommendation on a circulated proposal: the next number of the register and a first draft.
    `number` and `letter` are for loaders. A second click raises AlreadyDone."""
    make_move(proposal, "draft", by)
    revision = register.register_document(
        by,
        title=(title or recommendation_title(proposal))[:300],
        kind=Document.Kind.RECOMMENDATION,
        number=number,
        letter=letter,
        text=text,
        illustrative=proposal.illustrative,
        illustrative_note=illustrative_note,
        at=at,
    )
    Recommendation.objects.create(proposal=proposal, document=revision.document)
    proposal.refresh_from_db()
    words = _("drafted the recommendation %(reference)s") % {"reference": revision.reference}
    record(proposal, "draft", by, words, at=at)
    index_proposal(proposal)
    return revision


def lock_recommendation(proposal: Proposal) -> Recommendation:
    """Takes the recommendation's row: verdicts, revisions and submissions of one recommendation happen one after the
    other. Raises WrongState when there is none."""
    if not Recommendation.objects.filter(proposal=proposal).update(version=F("version") + 1):
        raise WrongState(_("There is no recommendation yet."))
    return Recommendation.objects.select_related("document").get(proposal=proposal)


def _lock(proposal: Proposal, move: str, by: Any) -> Recommendation:
    """Checks person and state, then takes the row. Once it is with a board its text is locked."""
    check(proposal, MOVES[move], by)
    recommendation = lock_recommendation(proposal)
    if recommendation.submissions.exists():
        raise WrongState(_("The recommendation is with the board. Its text is locked."))
    return recommendation


@transaction.atomic
def edit_recommendation(
    proposal: Proposal, by: Any, *, revision: Revision, version: int, text: str, at: datetime | None = None
) -> Revision:
    """Changes the text of the newest revision while it is a draft. Raises Conflict when somebody saved in between."""
    recommendation = _lock(proposal, "revise", by)
    if newest_of(recommendation.document).pk != revision.pk:
        raise Stale(_("There is a newer revision. Look at it before you write."))
    if revision.state != Status.DRAFT:
        raise WrongState(_("This revision is out for approval. Write the next revision."))
    edited = register.edit_revision(revision, by, version, text=text, at=at)
    record(proposal, "revise", by, _("edited the draft %(reference)s") % {"reference": edited.reference}, at=at)
    return edited


@transaction.atomic
def revise_recommendation(
    proposal: Proposal, by: Any, *, after: Revision, text: str, note: str = "", at: datetime | None = None
) -> Revision:
    """Adds the next lettered revision after the one that the writer has read. Verdicts on earlier revisions stay on
    record and no longer count, and the history says so. Raises Stale when there is a newer one, WrongState once the
    recommendation is with the board."""
    recommendation = _lock(proposal, "revise", by)
    verdicts = verdicts_on(after)
    revision = register.revise_document(recommendation.document, by, after=after, text=text, note=note, at=at)
    words = _("added revision %(reference)s") % {"reference": revision.reference}
    if verdicts:
        names = ", ".join(verdict.organization.code for verdict in verdicts)
        words += _("; the verdicts of %(names)s on %(earlier)s stay on record and no longer count") % {
            "names": names,
            "earlier": after.reference,
        }
    record(proposal, "revise", by, words, before={"text": after.text}, after={"text": text, "note": note}, at=at)
    return revision


@transaction.atomic
def propose_recommendation(
    proposal: Proposal, by: Any, *, revision: Revision, due_on: date | None = None, at: datetime | None = None
) -> Revision:
    """Asks the three secretaries for their verdicts on the newest revision, and shows it to all members."""
    recommendation = _lock(proposal, "propose", by)
    if newest_of(recommendation.document).pk != revision.pk:
        raise Stale(_("There is a newer revision. Look at it before you ask for approval."))
    if due_on and due_on < day_of(at):
        raise Refused(_("Enter a date that is not in the past."))
    register.propose_revision(revision, by, at=at)
    Recommendation.objects.filter(pk=recommendation.pk).update(due_on=due_on, proposed_at=moment_of(at))
    facts = {"reference": revision.reference, "day": format_date(due_on)}
    words = _("asked ISO, IEC and ITU-T to approve %(reference)s") % facts
    record(proposal, "propose", by, f"{words} {_('by %(day)s') % facts}" if due_on else words, at=at)
    due = _("Your approval of %(reference)s is due on %(day)s") if due_on else _("Your approval of %(reference)s")
    tell_secretaries(
        proposal,
        by,
        kind="approval",
        subject=due % facts,
        lead=_("%(by)s asks you to approve %(reference)s.") % {**facts, "by": by},
        text=_("It replaces what was approved before: a verdict counts for one exact revision.")
        if revision.position
        else revision.title,
        action=_("Review and approve"),
        at=at,
    )
    return revision


@transaction.atomic
def approve_recommendation(
    proposal: Proposal,
    organization: Organization,
    by: Any,
    *,
    revision: Revision,
    verdict: str = Verdict.APPROVED,
    note: str = "",
    for_absent_colleague: bool = False,
    at: datetime | None = None,
) -> RecommendationApproval:
    """Gives an organization's verdict on one exact revision; when the third organization approves, the revision is
    approved by itself. Raises NotAllowed for anyone but that organization's secretary, Stale for an older revision."""
    check_approves_for(by, organization)
    recommendation = _lock(proposal, "approve", by)
    newest = newest_of(recommendation.document)
    earlier = newest.approvals.filter(organization=organization).first()
    _check_verdict(revision, newest, earlier, verdict, note, for_absent_colleague)
    approval = give_verdict(
        newest,
        organization,
        by,
        verdict,
        note=note,
        for_absent_colleague=for_absent_colleague,
        is_current=newest.pk == revision.pk,
        at=at,
    )
    _record_verdict(proposal, newest, approval, earlier, by, at)
    if is_approved_by_all(verdicts_on(newest)):
        _complete(proposal, newest, by, at)
    return approval


def _check_verdict(
    revision: Revision, newest: Revision, earlier: Any, verdict: str, note: str, for_absent_colleague: bool
) -> None:
    if newest.pk != revision.pk:
        raise Stale(
            _("There is a newer revision, %(reference)s. Look at it before you approve.")
            % {"reference": newest.reference}
        )
    given = (earlier.verdict, earlier.note, earlier.for_absent_colleague) if earlier else None
    if given == (verdict, note, for_absent_colleague):
        raise AlreadyDone(_("This has already been done."))
    if newest.state != Status.FOR_APPROVAL:
        raise WrongState(_("%(reference)s is not out for approval.") % {"reference": newest.reference})
    if verdict not in Verdict.values:
        raise Refused(_("Choose a verdict."))
    if verdict != Verdict.APPROVED and not note.strip():
        raise Refused(_("Write your comments, or the changes that you ask for."))


def _record_verdict(
    proposal: Proposal,
    revision: Revision,
    approval: RecommendationApproval,
    earlier: Any,
    by: Any,
    at: datetime | None,
) -> None:
    facts = {"reference": revision.reference, "note": approval.note, "organization": approval.organization}
    forms = {
        Verdict.APPROVED: _("approved %(reference)s for %(organization)s"),
        Verdict.COMMENTS: _("approved %(reference)s for %(organization)s with comments: %(note)s"),
        Verdict.CHANGES: _("asked for changes to %(reference)s for %(organization)s: %(note)s"),
    }
    absent = _("on behalf of an absent colleague")
    words = forms[Verdict(approval.verdict)] % facts
    words += f" ({absent})" if approval.for_absent_colleague else ""
    record(
        proposal,
        "approve",
        by,
        words,
        organization=approval.organization.code,
        before=_told(earlier),
        after=_told(approval),
        at=at,
    )
    if approval.approves:
        return
    lead = _("%(organization)s asks for changes to %(reference)s.") % facts
    tell_secretaries(
        proposal,
        by,
        kind="changes",
        subject=_("%(organization)s asks for changes to %(reference)s") % facts,
        lead=f"{lead[:-1]} ({absent})." if approval.for_absent_colleague else lead,
        text=approval.note,
        action=_("Open the recommendation"),
        at=at,
    )


def _told(approval: Any) -> dict[str, Any] | None:
    names = ("verdict", "note", "for_absent_colleague")
    return {name: getattr(approval, name) for name in names} if approval else None


def _complete(proposal: Proposal, revision: Revision, by: Any, at: datetime | None) -> None:
    register.approve_revision(revision, by, at=at)
    facts = {"reference": revision.reference, "board": proposal.organization.board}
    record(proposal, "approve", None, _("ISO, IEC and ITU-T have approved %(reference)s") % facts, at=at)
    tell_secretaries(
        proposal,
        None,
        kind="approved",
        subject=_("%(reference)s is approved") % facts,
        lead=_("ISO, IEC and ITU-T have approved %(reference)s.") % facts,
        text=_("The secretary of %(organization)s submits it to %(board)s.")
        % {**facts, "organization": proposal.organization},
        action=_("Open the recommendation"),
        at=at,
    )
