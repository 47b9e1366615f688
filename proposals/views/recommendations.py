"""Pages of the recommendation: draft, edit, revise, ask for approval, approve."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.forms import clean_lines
from core.moves import Conflict, NotAllowed, Refused, WrongState
from documents.comparison import compare_texts
from documents.delivery import export_response
from documents.models import Revision
from documents.publishing.formats import FORMATS
from documents.queries import newest_of
from organizations.models import Organization
from organizations.queries import approving_for
from proposals import queries
from proposals.forms.fields import LONGEST_TEXT
from proposals.forms.recommendations import ApproveForm, EditTextForm, ProposeForm, ReviseForm, TextForm
from proposals.models import Proposal
from proposals.papers.recommendation import compose_recommendation
from proposals.permissions import can_draft
from proposals.services import recommendations as services
from proposals.views.doorway import act, form_page, posted, saved, to_record, visible

CLAUSE = "#recommendation"


def _is_preview(request: HttpRequest) -> bool:
    return request.method == "POST" and "preview" in request.POST


def _typed(request: HttpRequest) -> Any:
    """What was sent to be saved; the button Preview saves and checks nothing."""
    return None if _is_preview(request) else posted(request)


def _kept(request: HttpRequest) -> dict[str, Any]:
    """What was typed stays in the form when only its preview was asked for."""
    return request.POST.dict() if _is_preview(request) else {}


def _preview(request: HttpRequest, form: Any) -> dict[str, Any]:
    return {"previews": True, "previewed": clean_lines(form["text"].value() or "")[:LONGEST_TEXT]}


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """The text as it will be read, for the page on which it is typed; nothing is kept."""
    if not can_draft(request.user):
        raise Http404
    text = clean_lines(request.POST.get("text", ""))[:LONGEST_TEXT]
    return render(request, "proposals/_preview.html", {"text": text})


@require_safe
def export_recommendation(request: HttpRequest, reference: str, format: str) -> HttpResponse:
    """The newest revision that the reader may see with its verdicts, as docx, pdf or html."""
    proposal = visible(request, reference)
    revision = queries.current_revision(proposal, request.user)
    if revision is None or format not in FORMATS:
        raise Http404
    content = compose_recommendation(proposal, revision, queries.verdicts_on(revision))
    return export_response(content, format, f"{revision.reference} {proposal.title}"[:100])


def _newest(proposal: Proposal) -> Revision:
    if not hasattr(proposal, "recommendation"):
        raise WrongState(_("There is no recommendation yet."))
    return newest_of(proposal.recommendation.document)


@act("draft", CLAUSE)
def draft_recommendation(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """The first text; the register gives it the next number."""
    form = TextForm(_typed(request), initial=_kept(request))
    if saved(request, form, lambda values: services.draft_recommendation(proposal, request.user, **values)):
        messages.success(request, _("The draft is saved and numbered. Only the secretaries see it."))
        return to_record(proposal, CLAUSE)
    return form_page(
        request,
        proposal,
        form,
        heading=_("Draft a recommendation to %(board)s") % {"board": proposal.organization.board},
        lede=services.recommendation_title(proposal),
        submit=_("Save the draft"),
        **_preview(request, form),
        side=[
            _("The register gives it the next SPCG number."),
            _("The three secretaries see the draft and can change it."),
            _("You ask for the three approvals when the text is ready."),
        ],
    )


@act("revise", CLAUSE)
def edit_recommendation(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """The text of the newest revision while it is a draft; a conflict shows both texts."""
    revision = _newest(proposal)
    initial = {"text": revision.text, "version": revision.version, **_kept(request)}
    form = EditTextForm(_typed(request), initial=initial)
    context: dict[str, Any] = {"heading": _("Edit %(r)s") % {"r": revision.reference}, "submit": _("Save the draft")}
    edit = services.edit_recommendation
    try:
        if saved(request, form, lambda values: edit(proposal, request.user, revision=revision, **values)):
            messages.success(request, _("Saved."))
            return to_record(proposal, CLAUSE)
    except Conflict as conflict:
        form.rebase(conflict.current.version)
        context |= {"conflict": conflict, "theirs": [(form.fields["text"].label, conflict.current.text)]}
    return form_page(request, proposal, form, **_preview(request, form), **context)


@act("revise", CLAUSE)
def revise_recommendation(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """The next letter; verdicts on the one before stay on record and no longer count, which the page says."""
    revision = _newest(proposal)
    initial = {"text": revision.text, "after": revision.pk, **_kept(request)}
    form = ReviseForm(_typed(request), document=revision.document, initial=initial)
    if saved(request, form, lambda values: services.revise_recommendation(proposal, request.user, **values)):
        messages.success(request, _("The next revision is saved as a draft."))
        return to_record(proposal, CLAUSE)
    return form_page(
        request,
        proposal,
        form,
        heading=_("Revise %(reference)s") % {"reference": revision.reference},
        submit=_("Save the next revision"),
        **_preview(request, form),
        side=[
            _("The revision gets the next letter."),
            _("Verdicts on %(reference)s stay on record and no longer count.") % {"reference": revision.reference},
            _("You ask for the three approvals again."),
        ],
        **_newer(form, revision),
    )


def _newer(form: Any, newest: Revision) -> dict[str, Any]:
    """When a colleague's revision came first both texts are shown; the writer's own stays in the form."""
    read = form.cleaned_data.get("after") if form.is_bound else None
    if read is None or read == newest:
        return {}
    form.data = form.data.copy()
    form.data["after"] = newest.pk
    return {"conflict": True, "theirs": [(newest.reference, newest.text)]}


@act("propose", CLAUSE)
def propose_recommendation(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """The day by which the three verdicts are due; the secretaries are asked and the members see the text."""
    revision = _newest(proposal)
    form = ProposeForm(posted(request), document=revision.document, initial={"revision": revision.pk})
    if saved(request, form, lambda values: services.propose_recommendation(proposal, request.user, **values)):
        messages.success(request, _("The three secretaries are asked to approve it."))
        return to_record(proposal, CLAUSE)
    return form_page(
        request,
        proposal,
        form,
        heading=_("Ask for the approval of %(reference)s") % {"reference": revision.reference},
        submit=_("Ask ISO, IEC and ITU-T"),
        text=revision.text,
        side=[
            _("The secretaries of ISO, IEC and ITU-T get a mail."),
            _("All members can read the text."),
            _("The text is fixed: a change is a new revision."),
        ],
    )


@act("approve", CLAUSE)
def approve_recommendation(request: HttpRequest, proposal: Proposal, slug: str = "") -> HttpResponse:
    """The text, and the verdict of one organization that the reader represents on exactly this revision."""
    revision = _newest(proposal)
    organization = _represented(request, revision, slug)
    if request.method != "POST" and revision.state != Revision.Status.FOR_APPROVAL:
        raise Refused(_("%(reference)s is not out for approval.") % {"reference": revision.reference})
    form = ApproveForm(posted(request), document=revision.document, initial={"revision": revision.pk})
    approve = services.approve_recommendation
    if saved(request, form, lambda values: approve(proposal, organization, request.user, **values)):
        facts = {"organization": organization, "reference": form.cleaned_data["revision"].reference}
        messages.success(request, _("The verdict of %(organization)s on %(reference)s is on the record.") % facts)
        return to_record(proposal, CLAUSE)
    read = form.cleaned_data.get("revision") if form.is_bound else None
    if form.is_bound:
        form.data = form.data.copy()
        form.data["revision"] = revision.pk
    return form_page(
        request,
        proposal,
        form,
        heading=_("Verdict of %(organization)s on %(r)s") % {"organization": organization, "r": revision.reference},
        lede=revision.title,
        submit=_("Give the verdict of %(organization)s") % {"organization": organization},
        text=revision.text,
        changed=_changed(read, revision),
        side=[
            _("Your verdict counts for this exact revision."),
            _("When all three organizations have approved, the text is locked."),
        ],
    )


def _represented(request: HttpRequest, revision: Revision, slug: str) -> Organization:
    """The organization named in the address, if the reader represents it; which one is never taken from the form."""
    organization = approving_for(request.user, slug, queries.verdicts_on(revision))
    if organization is None:
        named = get_object_or_404(Organization, slug=slug)
        raise NotAllowed(_("Only the secretary of %(organization)s approves for it.") % {"organization": named})
    return organization


def _changed(read: Revision | None, newest: Revision) -> dict[str, Any] | None:
    """What changed since the revision that the reader had before the eyes, when that is no longer the newest."""
    if read is None or read.pk == newest.pk:
        return None
    return {"before": read, "after": newest, "lines": compare_texts(read.text, newest.text)}
