"""Pages of a proposal itself: the list, the record, log, edit, files, close, withdraw, outcome."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.dates import format_date
from core.moves import Conflict
from core.reading import reading
from core.views import offer_draft
from documents.delivery import export_response
from documents.publishing.formats import FORMATS
from meetings.queries import said_about
from organizations.queries import approval_keys, standing_of
from proposals import queries
from proposals.forms.proposals import AttachForm, EditForm, ReasonForm, RecordForm
from proposals.forms.replies import CommentForm
from proposals.models import Proposal
from proposals.papers.proposal import compose_proposal
from proposals.permissions import can_comment
from proposals.queries.boards import boards_to_submit_to, sequels_of, submissions_of, tracks_of
from proposals.queries.history import history_of
from proposals.queries.page import acts_open_to, page_parts, steps_of
from proposals.queries.verdicts import agreement_on
from proposals.services import proposals as services
from proposals.views.doorway import act, form_page, posted, saved, to_record, visible

ENTRIES_SHOWN = 15


@require_safe
def proposal_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """One proposal: state, clauses, facts, and what it asks of the reader."""
    proposal = visible(request, reference)
    if reference != proposal.reference:
        return redirect(proposal)
    with reading():
        context = _page(request, proposal)
    return render(request, "proposals/proposal_detail.html", context)


def _page(request: HttpRequest, proposal: Proposal) -> dict[str, Any]:
    revision = queries.current_revision(proposal, request.user)
    verdicts = queries.verdicts_on(revision)
    submissions = submissions_of(proposal)
    history = list(history_of(proposal, request.user)[: ENTRIES_SHOWN + 1])
    earlier = queries.earlier_revisions(proposal, revision, request.user)
    parts = page_parts(proposal)
    sequels, antecedents = sequels_of(proposal, request.user)
    return {
        "proposal": proposal,
        "revision": revision,
        "earlier": earlier,
        "revisions": [revision, *earlier],
        "tracks": tracks_of(proposal, submissions, request.user),
        "boards": boards_to_submit_to(proposal, submissions, request.user),
        "sequels": sequels,
        "antecedents": antecedents,
        "keys": _keys(request, proposal, revision, verdicts),
        "agreement": agreement_on(revision),
        "steps": steps_of(proposal, sum(verdict.approves for verdict in verdicts), submissions),
        "acts": acts_open_to(request.user, proposal, revision, submissions),
        "next_act": _next_act(request, proposal, parts),
        "said": said_about(proposal, request.user),
        "history": history[:ENTRIES_SHOWN],
        "more_history": len(history) > ENTRIES_SHOWN,
        "forms": _reply_forms(request, proposal),
        **parts,
    }


def _next_act(request: HttpRequest, proposal: Proposal, parts: dict[str, Any]) -> Any:
    said = [thread for voice in parts["voices"] for thread in voice.threads]
    return next(iter(queries.next_acts(proposal, request.user, parts["interests"], said)), None)


def _keys(request: HttpRequest, proposal: Proposal, revision: Any, verdicts: list[Any]) -> list[dict[str, Any]]:
    if revision is None:
        return []

    def url(organization: Any) -> str:
        return reverse("proposals:approve_for", args=[proposal.reference, organization.slug])

    waits = queries.revision_under_approval(proposal)
    return approval_keys(
        verdicts, request.user, url, proposal.recommendation.due_on, waits is not None and waits.pk == revision.pk
    )


def _reply_forms(request: HttpRequest, proposal: Proposal) -> dict[str, Any]:
    """The forms that stand on the record's page itself."""
    if not can_comment(request.user):
        return {}
    return {
        "organization": standing_of(request.user).organization,
        "comment": offer_draft(
            request, CommentForm(auto_id="comment_%s"), reverse("proposals:comment", args=[proposal.reference])
        ),
    }


@require_safe
def export_proposal(request: HttpRequest, reference: str, format: str) -> HttpResponse:
    """The whole proposal with its checklist, as Word, PDF or web page."""
    if format not in FORMATS:
        raise Http404
    proposal = visible(request, reference)
    content = compose_proposal(proposal, request.user)
    return export_response(content, format, f"{proposal.reference} {proposal.title}"[:100])


@require_safe
def download_file(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """A file as received, always as a download."""
    attachment = get_object_or_404(visible(request, reference).attachments, pk=pk)
    response = FileResponse(attachment.file.open("rb"), as_attachment=True, filename=attachment.name)
    response["Content-Type"] = attachment.content_type
    return response


@act("edit")
def edit_proposal(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """A form that carries the version; a conflict shows both texts and keeps the writer's own."""
    names = [name for name in EditForm.base_fields if name != "version"]
    initial = {**{name: getattr(proposal, name) for name in names}, "version": proposal.version}
    form = EditForm(posted(request), initial=initial, proposal=proposal)
    context = {"heading": _("Edit %(reference)s") % {"reference": proposal.reference}, "submit": _("Save")}
    try:
        if saved(request, form, lambda values: services.edit_proposal(proposal, request.user, **values)):
            messages.success(request, _("Saved."))
            return to_record(proposal)
    except Conflict as conflict:
        form.rebase(conflict.current.version)
        context |= {"conflict": conflict, "theirs": _theirs(form, conflict.current)}
    return form_page(request, proposal, form, **context)


def _theirs(form: EditForm, current: Proposal) -> list[tuple[Any, str]]:
    """The fields in which the writer's text and what stands now differ, with what stands now."""
    rows = []
    for name, mine in form.changes().items():
        if getattr(current, name) != mine:
            rows.append((form.fields[name].label, _shown(form.fields[name], current, name) or "–"))
    return rows


def _shown(field: Any, current: Proposal, name: str) -> str:
    in_words = getattr(current, f"get_{name}_display", None)
    return in_words() if in_words else field.widget.format_value(getattr(current, name))


@act("attach", "#documents")
def attach_file(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """More files, each judged."""
    form = AttachForm(posted(request), request.FILES or None)
    if saved(request, form, lambda values: services.attach_proposal_files(proposal, request.user, **values)):
        messages.success(request, _("Added."))
        return to_record(proposal, "#documents")
    return form_page(
        request, proposal, form, heading=_("Add files to %(r)s") % {"r": proposal.reference}, submit=_("Add the files")
    )


def _with_reason(request: HttpRequest, proposal: Proposal, service: Any, message: str, **context: Any) -> HttpResponse:
    form = ReasonForm(posted(request))
    if saved(request, form, lambda values: service(proposal, request.user, **values)):
        messages.success(request, message)
        return to_record(proposal)
    return form_page(request, proposal, form, **context)


@act("withdraw")
def withdraw_proposal(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """A reason, then it is withdrawn; its number stays taken."""
    told = _("Every secretary and member is told.") if proposal.circulated_at else _("Nobody is told: it is a draft.")
    return _with_reason(
        request,
        proposal,
        services.withdraw_proposal,
        _("Withdrawn."),
        heading=_("Withdraw %(reference)s") % {"reference": proposal.reference},
        submit=_("Withdraw the proposal"),
        side=[_("The number is never used again."), told],
    )


@act("close", "#recommendation")
def close_proposal(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """A reason, then it is closed without action."""
    if request.method != "POST":
        services.check_comments_closed(proposal, None)
    return _with_reason(
        request,
        proposal,
        services.close_without_action,
        _("Closed without action."),
        heading=_("Close %(reference)s without action") % {"reference": proposal.reference},
        submit=_("Close without action"),
        side=[_("Every secretary and member is told.")],
    )


def _recorded(proposal: Proposal) -> list[tuple[Any, str]]:
    """The outcome as it stands now."""
    return [
        (_("Decision"), proposal.get_result_display()),
        (_("Decided on"), format_date(proposal.result_on)),
        (_("The decision in words"), proposal.result_note or "–"),
        (_("Next step"), proposal.next_step or "–"),
    ]


@act("record", "#recommendation")
def record_outcome(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """What the board decided; it may be recorded again when a matter comes back."""
    known = proposal.state == Proposal.State.OUTCOME
    names = {"result": "result", "result_on": "result_on", "note": "result_note", "next_step": "next_step"}
    initial = {name: getattr(proposal, source) for name, source in names.items()} if known else {}
    form = RecordForm(posted(request), initial={**initial, "version": proposal.version})
    context = {}
    try:
        if saved(request, form, lambda values: services.record_outcome(proposal, request.user, **values)):
            messages.success(request, _("The outcome is recorded."))
            return to_record(proposal)
    except Conflict as conflict:
        form.rebase(conflict.current.version)
        context = {"conflict": conflict, "theirs": _recorded(conflict.current)}
    return form_page(
        request,
        proposal,
        form,
        heading=_("Record the decision of %(board)s") % {"board": proposal.organization.board},
        submit=_("Record the outcome"),
        side=[_("Every secretary and member is told.")],
        **context,
    )
