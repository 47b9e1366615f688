"""The communication plan: thin, living text."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from communications.forms import PlanForm
from communications.models import Plan
from communications.permissions import can_edit_plan
from communications.services.work_plan import set_plan
from core.moves import Conflict
from core.views import offer_draft
from organizations.permissions import can_read


def _plan(request: HttpRequest) -> Plan:
    found = Plan.objects.select_related("revision__document").first() if can_read(request.user) else None
    if found is None:
        raise Http404
    return found


@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    """Purpose and key messages, as they stand."""
    found = _plan(request)
    context = {"plan": found, "history": found.history.all()[:50], "can_edit": can_edit_plan(request.user)}
    return render(request, "communications/plan.html", context)


@require_http_methods(["GET", "POST"])
def edit_plan(request: HttpRequest) -> HttpResponse:
    """The plan's text, by a secretary."""
    found = _plan(request)
    if not can_edit_plan(request.user):
        raise Http404
    form = PlanForm(request.POST or None, initial=PlanForm.initial_of(found))
    context = {
        "form": offer_draft(request, form),
        "heading": _("Edit the communication plan"),
        "submit": _("Save the plan"),
        "back": (found.get_absolute_url(), _("Communication plan")),
    }
    if request.method == "POST" and form.is_valid():
        try:
            set_plan(request.user, revision=found.revision, **form.cleaned_data)
            messages.success(request, _("The plan is saved."))
            return redirect(found)
        except Conflict as conflict:
            form.rebase(conflict.current.version)
            theirs = [(_("Purpose"), conflict.current.purpose), (_("Key messages"), conflict.current.key_messages)]
            context |= {"conflict": conflict, "theirs": theirs}
    return render(request, "_form_page.html", context)
