"""What every service of this room does after its check: move, write history, keep the search row."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core import bell
from core.dates import in_geneva
from core.history import record
from core.models import SearchText
from core.moves import AlreadyDone, NotAllowed, Stale, WrongState, make
from core.search import index
from documents.services.register import words_in_files
from proposals import tasks
from proposals.models import Checklist, ConsiderationList, Proposal, ProposalRemark
from proposals.workflow import ACTS, MOVES


def moment_of(at: datetime | None) -> datetime:
    """The moment recorded: now, unless a loader names one."""
    return at or timezone.now()


def day_of(at: datetime | None) -> date:
    """The day in Geneva of the moment recorded."""
    return in_geneva(moment_of(at)).date()


def move_proposal(
    proposal: Proposal, name: str, by: Any, text: str, *, at: datetime | None = None, **changes: Any
) -> Proposal:
    """Makes a move of the table and writes its history. Raises what `make_move` raises."""
    told = [key for key in changes if not key.endswith(("_at", "_by"))]
    before = {key: getattr(proposal, key) for key in ["state", *told]}
    make_move(proposal, name, by, **changes)
    after = {"state": proposal.state, **changes}
    record(proposal, name, by, text, before=before, after=after, at=at)
    index_proposal(proposal)
    return proposal


def make_move(proposal: Proposal, name: str, by: Any, **changes: Any) -> None:
    """Makes a move of the table. Raises AlreadyDone when a second click, or a colleague at the same instant, has
    made it."""
    before = proposal.state
    try:
        make(proposal, MOVES[name], by, **changes)
    except Stale:
        proposal.refresh_from_db()
        if proposal.state == MOVES[name].to != before:
            raise AlreadyDone(_("This has already been done.")) from None
        raise


def check_act(proposal: Proposal, name: str, by: Any) -> None:
    """Raises NotAllowed for the wrong person and WrongState for the wrong state of something that changes no state."""
    act = ACTS[name]
    if not act.who(by, proposal):
        raise NotAllowed(
            _("Your role does not allow this here. Ask the secretary of %(organization)s.")
            % {"organization": proposal.organization}
        )
    if proposal.state not in act.sources:
        raise WrongState(_("This is not possible in the state “%(state)s”.") % {"state": proposal.get_state_display()})


def index_proposal(proposal: Proposal) -> None:
    """Its search row; its likely related committees are worked out at once, not at the next stroke of the beat."""
    bell.ring(tasks.suggest_due)
    index_row(proposal)


def index_row(proposal: Proposal) -> None:
    """One search row per proposal, with the words inside its files; what was never circulated is found only by those
    who see drafts."""
    audience = SearchText.Audience.SHARED if proposal.circulated_at else SearchText.Audience.SECRETARIES
    text = f"{proposal.proposer} {proposal.organization.board} {proposal.scope} {proposal.justification}"
    text, names = "\n\n".join([text, *words_in_files(proposal.attachments)]), [proposal.reference]
    index("proposal", proposal.pk, str(proposal), text, proposal.get_absolute_url(), audience, names=names)
    if hasattr(proposal, "checklist"):
        index_checklist(proposal.checklist)


def index_comment(remark: ProposalRemark) -> None:
    """One search row per comment, found by those who see its proposal."""
    proposal = remark.subject
    audience = SearchText.Audience.SHARED if proposal.circulated_at else SearchText.Audience.SECRETARIES
    title = _("%(author)s on %(proposal)s") % {"author": remark.author_label, "proposal": proposal}
    address = f"{proposal.get_absolute_url()}#comment-{remark.pk}"
    index("comment", remark.pk, title, f"{remark.text}\n{remark.disposition_reason}", address, audience, called=False)


def index_checklist(checklist: Checklist) -> None:
    """One search row for what a proposal's checklist answers, found by those who see the proposal."""
    proposal = checklist.proposal
    audience = SearchText.Audience.SHARED if proposal.circulated_at else SearchText.Audience.SECRETARIES
    answers = checklist.answers.filter(consideration__listed_in=checklist.considerations_id)
    said = [part for row in answers.order_by("consideration__position") for part in (row.text, row.link) if part]
    title = _("Checklist of %(proposal)s") % {"proposal": proposal} if said else ""
    index("checklist", checklist.pk, title, "\n".join(said), f"{proposal.get_absolute_url()}checklist/", audience)


def index_considerations(considerations: ConsiderationList) -> None:
    """One search row for each list that is or was in force; a draft is found by nobody."""
    title = "" if considerations.state == ConsiderationList.State.DRAFT else str(considerations)
    index("considerations", considerations.pk, title, considerations.text, considerations.get_absolute_url())
