"""Pages of the board track: submit to a board, correct it, note its result; and what came of a proposal."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.dates import format_date
from core.moves import AlreadyDone, Conflict, NotAllowed, Refused, WrongState
from documents.models import Revision
from documents.queries import newest_of
from organizations.models import Committee, Organization
from organizations.permissions import can_read
from proposals.forms.boards import CorrectForm, LinkForm, NoteForm, SubmitForm
from proposals.models import Proposal, Sequel, Submission
from proposals.queries import boards as queries
from proposals.services import boards as services
from proposals.services import sequels
from proposals.views.doorway import act, form_page, posted, saved, to_record

CLAUSE = "#recommendation"


@act("submit", CLAUSE)
def submit_recommendation(request: HttpRequest, proposal: Proposal, slug: str = "") -> HttpResponse:
    """The day, the paper's number and the meeting, for the board of an organization that the reader represents."""
    if not hasattr(proposal, "recommendation"):
        raise WrongState(_("There is no recommendation yet."))
    revision = newest_of(proposal.recommendation.document)
    organization = _board(request, proposal, slug)
    if request.method != "POST" and revision.state != Revision.Status.APPROVED:
        raise Refused(_("%(r)s is not approved by all three organizations.") % {"r": revision.reference})
    form = SubmitForm(posted(request), organization=organization)
    facts = {"reference": revision.reference, "board": organization.board}
    submit = services.submit_recommendation
    if saved(request, form, lambda values: submit(proposal, request.user, organization=organization, **values)):
        messages.success(request, _("%(reference)s is with %(board)s.") % facts)
        return to_record(proposal, CLAUSE)
    return form_page(
        request,
        proposal,
        form,
        heading=_("Submit %(reference)s to %(board)s") % facts,
        lede=revision.title,
        submit=_("Submit to %(board)s") % facts,
        side=[
            _("The text is locked from then on."),
            _("Every secretary and member is told."),
            _("After the board's meeting its secretary is reminded until a result is recorded."),
        ],
    )


def _board(request: HttpRequest, proposal: Proposal, slug: str) -> Organization:
    """The organization named in the address, else the first of the reader's own that has not got it yet."""
    submissions = queries.submissions_of(proposal)
    own = queries.boards_to_submit_to(proposal, submissions, request.user)
    if slug:
        named = get_object_or_404(Organization, slug=slug)
        if named not in own and not any(item.organization_id == named.pk for item in submissions):
            raise NotAllowed(_("Only the secretary of %(o)s submits to %(b)s.") % {"o": named, "b": named.board})
        return named
    if not own:
        raise AlreadyDone(_("This has already been done."))
    return own[0]


def _submission(proposal: Proposal, slug: str) -> Submission:
    found = next((item for item in queries.submissions_of(proposal) if item.organization.slug == slug), None)
    if found is None:
        raise Http404
    return found


@act("correct", CLAUSE)
def correct_submission(request: HttpRequest, proposal: Proposal, slug: str) -> HttpResponse:
    """When, as which paper and for which meeting it was submitted; a conflict shows both."""
    submission = _submission(proposal, slug)
    names = ("submitted_on", "paper_number", "board_meeting", "version")
    initial = {name: getattr(submission, name) for name in names}
    form = CorrectForm(posted(request), organization=submission.organization, initial=initial)
    facts = {"board": submission.organization.board}
    context: dict[str, Any] = {"heading": _("Correct the submission to %(board)s") % facts, "submit": _("Save")}
    return _edited(request, proposal, form, submission, services.correct_submission, context, _facts)


def _facts(current: Submission) -> list[tuple[Any, str]]:
    meeting = current.board_meeting
    return [
        (_("Submitted on"), format_date(current.submitted_on)),
        (_("The board's paper number"), current.paper_number or "–"),
        (_("Board meeting"), format_date(meeting.held_on) if meeting else "–"),
    ]


@act("note", CLAUSE)
def note_result(request: HttpRequest, proposal: Proposal, slug: str) -> HttpResponse:
    """The result of a board that does not decide on the proposal; that of the deciding board is the outcome."""
    submission = _submission(proposal, slug)
    if submission.decides:
        return redirect("proposals:record", proposal.reference)
    known = {} if submission.is_open else {"result": submission.result, "result_on": submission.result_on}
    kept = {"note": submission.result_note, "next_step": submission.next_step, "version": submission.version}
    form = NoteForm(posted(request), initial={**known, **kept})
    facts = {"board": submission.organization.board}
    context = {
        "heading": _("Note the result of %(board)s") % facts,
        "lede": submission.revision.title,
        "submit": _("Note the result"),
        "side": [_("Every secretary and member is told."), _("The reminders stop.")],
    }
    return _edited(request, proposal, form, submission, services.note_result, context, _result)


def _result(current: Submission) -> list[tuple[Any, str]]:
    return [
        (_("Result"), current.get_result_display()),
        (_("Decided on"), format_date(current.result_on)),
        (_("The result in words"), current.result_note or "–"),
        (_("Next step"), current.next_step or "–"),
    ]


def _edited(
    request: HttpRequest,
    proposal: Proposal,
    form: Any,
    submission: Submission,
    service: Any,
    context: dict[str, Any],
    shown: Any,
) -> HttpResponse:
    try:
        if saved(request, form, lambda values: service(submission, request.user, **values)):
            messages.success(request, _("Saved."))
            return to_record(proposal, CLAUSE)
    except Conflict as conflict:
        form.rebase(conflict.current.version)
        context |= {"conflict": conflict, "theirs": shown(conflict.current)}
    return form_page(request, proposal, form, **context)


@act("link", CLAUSE)
def link_sequel(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """What came of it: a committee, another proposal, or words."""
    form = LinkForm(posted(request), user=request.user)
    if saved(request, form, lambda values: sequels.link_sequel(proposal, request.user, **values)):
        messages.success(request, _("Added."))
        return to_record(proposal, CLAUSE)
    return form_page(
        request,
        proposal,
        form,
        heading=_("What came of %(reference)s") % {"reference": proposal.reference},
        submit=_("Add what came of it"),
        side=[_("The committee's and the other proposal's page say it too.")],
    )


@act("unlink", CLAUSE, methods=("POST",))
def unlink_sequel(request: HttpRequest, proposal: Proposal, pk: int) -> HttpResponse:
    """Takes a wrong link away; the history keeps it."""
    sequels.unlink_sequel(get_object_or_404(Sequel, pk=pk, proposal=proposal), request.user)
    messages.success(request, _("Removed."))
    return to_record(proposal, CLAUSE)


@require_safe
def committee(request: HttpRequest, pk: int) -> HttpResponse:
    """One committee as proposals know it: its scope, and what proposals gave to it."""
    if not can_read(request.user):
        raise Http404
    found = get_object_or_404(Committee.objects.prefetch_related("organizations"), pk=pk)
    came = queries.came_to(found, request.user)
    return render(request, "proposals/committee_detail.html", {"committee": found, "came": came})
