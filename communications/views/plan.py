"""The communication plan: living text with revisions, to read, edit, compare, restore and take away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from communications.forms import PlanForm, RestoreForm
from communications.models import Plan
from communications.permissions import can_edit_plan, can_restore_plan
from communications.plan_paper import compose_plan
from communications.queries import plan as reads
from communications.services import plan as services
from core.dates import today
from core.moves import Conflict
from core.views import offer_draft
from documents.delivery import export_response
from documents.publishing.formats import FORMATS
from organizations.permissions import can_read


def _plan(request: HttpRequest) -> Plan:
    found = reads.plan_for(request.user)
    if found is None:
        raise Http404
    return found


@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    """The plan as it stands, with its last revision and its history; while nobody has written it, who can."""
    found = reads.plan_for(request.user)
    if found is None:
        return _unwritten(request)
    revisions = list(found.revisions.all()[:2])
    context = {
        "plan": found,
        "parts": reads.parts_of(found)[1:],
        "revision": revisions[0] if revisions else None,
        "before": revisions[1] if len(revisions) > 1 else None,
        "history": found.history.all()[:50],
        "can_edit": can_edit_plan(request.user),
    }
    return render(request, "communications/plan.html", context)


def _unwritten(request: HttpRequest) -> HttpResponse:
    if not can_read(request.user):
        raise Http404
    return render(request, "communications/plan_unwritten.html", {"can_edit": can_edit_plan(request.user)})


@require_http_methods(["GET", "POST"])
def edit_plan(request: HttpRequest) -> HttpResponse:
    """The plan's text, also the first one, by a secretary; after a conflict both texts are shown and the own one is
    kept."""
    found = reads.plan_for(request.user)
    if not can_edit_plan(request.user):
        raise Http404
    form = PlanForm(request.POST or None, initial=PlanForm.initial_of(found), user=request.user)
    context: dict[str, Any] = {
        "form": offer_draft(request, form),
        "heading": _("Edit the communication plan") if found else _("Write the communication plan"),
        "submit": _("Save the revision"),
        "back": (reverse("communications:plan"), _("Communication plan")),
        "side": [
            _("Your text becomes a new revision, with your name and the reason."),
            _("The earlier revisions stay: any two can be compared, and any one restored."),
        ],
    }
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.set_plan(request.user, **form.values())
            messages.success(request, _("The plan is saved."))
            return redirect(saved)
        except Conflict as conflict:
            form.rebase(conflict.current.version)
            context |= {"conflict": conflict, "theirs": _theirs(conflict.current)}
    return render(request, "_form_page.html", context)


def _theirs(current: Plan) -> list[tuple[str, str]]:
    number = current.revision.reference if current.revision else ""
    heads = [(reads.label_of("title"), current.title), (reads.label_of("revision"), number)]
    return [*heads, *((label, text) for _name, label, text in reads.parts_of(current))]


@require_safe
def compare_plan(request: HttpRequest) -> HttpResponse:
    """What changed between two revisions: those that are asked for, else the last two."""
    found = _plan(request)
    revisions = list(found.revisions.all())
    if not revisions:
        raise Http404
    after = reads.plan_revision_numbered(found, request.GET.get("with", "")) or revisions[0]
    before = reads.plan_revision_numbered(found, request.GET.get("from", "")) or revisions[min(1, len(revisions) - 1)]
    context = {
        "plan": found,
        "before": before,
        "after": after,
        "changes": reads.compare_plans(before, after),
        "revisions": revisions,
        "can_restore": can_restore_plan(request.user),
    }
    return render(request, "communications/plan_compare.html", context)


@require_http_methods(["GET", "POST"])
def restore_plan(request: HttpRequest, number: int) -> HttpResponse:
    """Shows what restoring an earlier revision would change, and does it with a reason."""
    found = _plan(request)
    revision = get_object_or_404(found.revisions, number=number)
    if not can_restore_plan(request.user):
        raise Http404
    form = RestoreForm(request.POST or None, initial={"version": found.version})
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            services.restore_plan(found, request.user, values["version"], revision, reason=values["reason"])
            messages.success(request, _("Revision %(number)d stands again.") % {"number": number})
            return redirect(found)
        except Conflict as conflict:
            form.rebase(conflict.current.version)
            context = {"conflict": conflict, "theirs": _theirs(conflict.current)}
    context |= {
        "form": form,
        "changes": reads.compare_plans(reads.newest_plan_revision(found), revision),
        "heading": _("Restore revision %(number)d") % {"number": number},
        "submit": _("Restore revision %(number)d") % {"number": number},
        "back": (found.get_absolute_url(), _("Communication plan")),
        "side": [
            _("Revision %(number)d becomes the newest revision.") % {"number": number},
            _("The present text stays in the history and can be restored in the same way."),
        ],
    }
    return render(request, "communications/plan_restore.html", context)


@require_safe
def export_plan(request: HttpRequest, format: str) -> HttpResponse:
    """The plan as Word, PDF or web page, as it stands."""
    found = _plan(request)
    if format not in FORMATS:
        raise Http404
    content = compose_plan(found, reads.newest_plan_revision(found))
    return export_response(content, format, f"SPCG communication plan {today().isoformat()}")
