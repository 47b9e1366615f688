"""One proposal's checklist: read, answered, moved to a newer list, taken away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.moves import Conflict, moves_open_to
from core.views import offer_draft
from documents.delivery import export_response
from documents.publishing.formats import FORMATS
from proposals.forms.checklist import ChecklistForm
from proposals.models import ConsiderationList, Proposal
from proposals.papers.checklist import compose_checklist
from proposals.queries.checklist import Sheet, checklist_of, fates, list_in_force, lists_visible_to, sheet_of
from proposals.services import checklist as services
from proposals.views.doorway import act, posted, saved, visible
from proposals.workflow import ACTS


@require_safe
def checklist(request: HttpRequest, reference: str) -> HttpResponse:
    """What the proposal answers to every consideration."""
    proposal = visible(request, reference)
    acts = {move.name for move in moves_open_to(request.user, proposal, ACTS.values())}
    context = {"proposal": proposal, "sheet": sheet_of(proposal, request.user), "acts": acts, "formats": FORMATS}
    return render(request, "proposals/checklist.html", context)


@require_safe
def export_checklist(request: HttpRequest, reference: str, format: str) -> HttpResponse:
    """The checklist as Word, PDF or web page."""
    if format not in FORMATS:
        raise Http404
    proposal = visible(request, reference)
    content = compose_checklist(proposal, sheet_of(proposal, request.user))
    return export_response(content, format, f"{proposal.reference} {_('checklist')}")


def _to_checklist(proposal: Proposal) -> HttpResponse:
    return redirect("proposals:checklist", proposal.reference)


@act("consider", "#checklist")
def consider(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """The form of all considerations; a conflict shows what stands now and keeps the writer's own."""
    sheet = _sheet_of_form(request, proposal)
    if sheet.considerations is None:
        messages.error(request, _("There is no list of considerations yet. Ask the administrator."))
        return _to_checklist(proposal)
    form = _form(request, proposal, sheet)
    context: dict[str, Any] = {}
    try:
        if saved(request, form, lambda values: _answer(request, proposal, sheet, form)):
            messages.success(request, _("Saved."))
            return _to_checklist(proposal)
    except Conflict as conflict:
        form, context = _after_conflict(request, proposal, form, conflict)
    offer_draft(request, form)
    # A draft may have been begun on an older list; what stands on the page is answered.
    form.initial["number"] = sheet.considerations.number
    return render(
        request, "proposals/checklist_form.html", {"proposal": proposal, "sheet": sheet, "form": form, **context}
    )


def _form(request: HttpRequest, proposal: Proposal, sheet: Sheet) -> ChecklistForm:
    return ChecklistForm(posted(request), sheet=sheet, files=proposal.attachments.all(), user=request.user)


def _answer(request: HttpRequest, proposal: Proposal, sheet: Sheet, form: ChecklistForm) -> None:
    services.answer_considerations(
        proposal,
        request.user,
        form.cleaned_data["version"],
        considerations=sheet.considerations,
        answers=form.answers(),
    )


def _sheet_of_form(request: HttpRequest, proposal: Proposal) -> Sheet:
    """The lines of the list on which the form was opened, so that nothing typed is lost when there is a newer one."""
    sheet = sheet_of(proposal, request.user)
    number = request.POST.get("number", "")
    if sheet.considerations and number.isdecimal() and len(number) < 9 and int(number) != sheet.considerations.number:
        opened = lists_visible_to(request.user).filter(number=int(number)).exclude(state=ConsiderationList.State.DRAFT)
        sheet = sheet_of(proposal, request.user, on=opened.first())
    return sheet


def _after_conflict(
    request: HttpRequest, proposal: Proposal, mine: ChecklistForm, conflict: Conflict
) -> tuple[ChecklistForm, dict[str, Any]]:
    """The form over what stands now, with the writer's answers in it, and what a colleague answered differently."""
    sheet = sheet_of(proposal, request.user)
    form = _form(request, proposal, sheet)
    form.rebase(sheet.version, sheet.considerations.number)
    form.is_valid()
    typed = mine.answers()
    theirs = [
        (str(line.consideration), services.stands(line.answer) or "–")
        for line in sheet.lines
        if services.differs(line.answer, typed.get(line.consideration.key))
    ]
    keys = {line.consideration.key for line in sheet.lines}
    gone = [
        (str(line), services.in_words(typed[line.key]))
        for line in mine.considerations
        if line.key not in keys and services.in_words(typed[line.key])
    ]
    return form, {"sheet": sheet, "conflict": conflict, "theirs": theirs, "gone": gone}


@act("adopt", "#checklist")
def adopt(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """Which answers go along to the newer list, which lines are new, which go; then the move."""
    current, newer = checklist_of(proposal), list_in_force()
    if current is None or newer is None or current.considerations_id == newer.pk:
        messages.info(request, _("The checklist is on the list in force."))
        return _to_checklist(proposal)
    if request.method == "POST":
        version, number = (_number(request, name) for name in ("version", "number"))
        try:
            services.adopt_considerations(proposal, request.user, version, number=number)
        except Conflict:
            messages.error(request, _("Something changed in between. Look at the page again."))
            return redirect("proposals:adopt", proposal.reference)
        messages.success(request, _("The checklist is on the newer list."))
        return _to_checklist(proposal)
    context = {"proposal": proposal, "checklist": current, "newer": newer, "fates": fates(current, newer)}
    context |= {
        "heading": _("Use list %(number)d for %(reference)s")
        % {"number": newer.number, "reference": proposal.reference},
        "back": (reverse("proposals:checklist", args=[proposal.reference]), _("Checklist")),
        "submit": _("Use list %(number)d") % {"number": newer.number},
    }
    return render(request, "proposals/checklist_adopt.html", context)


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0
