"""The work plan as a whole: opened for a period, its title and number, its dates kept as a baseline."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from communications.forms import BaselineForm, EditWorkPlanForm, OpenWorkPlanForm
from communications.models import WorkPlan
from communications.permissions import can_edit_work_plan, can_open_work_plan, can_take_baseline
from communications.queries.work_plan import current_work_plan
from communications.services import work_plans as services
from core.moves import AlreadyDone, Conflict, Refused
from core.views import offer_draft

form_page = require_http_methods(["GET", "POST"])


def _back() -> tuple[str, str]:
    return reverse("communications:work_plan"), _("Work plan")


def _may(allowed: bool) -> None:
    if not allowed:
        raise Http404


def _current() -> WorkPlan:
    return get_object_or_404(WorkPlan, pk=getattr(current_work_plan(), "pk", None))


@form_page
def open_work_plan(request: HttpRequest) -> HttpResponse:
    """A work plan for another period, without steps."""
    _may(can_open_work_plan(request.user))
    form = OpenWorkPlanForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            opened = services.open_work_plan(request.user, **form.values())
            messages.success(request, _("The work plan is open. Add its steps."))
            return redirect(opened)
        except AlreadyDone:
            return redirect(*_back()[:1])
        except Refused as error:
            form.add_error("period", str(error))
    context = {
        "form": offer_draft(request, form),
        "heading": _("Open a work plan"),
        "submit": _("Open the work plan"),
        "back": _back(),
        "side": [
            _("The page of the work plan shows the newest one; earlier ones stay to be read."),
            _("Then you add its steps: what is done, for whom, by when, and who is responsible."),
        ],
    }
    return render(request, "_form_page.html", context)


@form_page
def edit_work_plan(request: HttpRequest) -> HttpResponse:
    """Title and register number of the newest work plan; after a conflict both are shown."""
    _may(can_edit_work_plan(request.user))
    plan = _current()
    form = EditWorkPlanForm(request.POST or None, user=request.user, initial=EditWorkPlanForm.initial_of(plan))
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        values = form.values()
        try:
            services.edit_work_plan(plan, request.user, values.pop("version"), **values)
            messages.success(request, _("The work plan is saved."))
            return redirect(plan)
        except Conflict as conflict:
            form.rebase(conflict.current.version)
            context = {"conflict": conflict, "theirs": _theirs(conflict.current)}
    context |= {"form": form, "heading": _("Edit the work plan"), "submit": _("Save the work plan"), "back": _back()}
    return render(request, "_form_page.html", context)


def _theirs(plan: WorkPlan) -> list[tuple[str, str]]:
    number = plan.revision.reference if plan.revision else ""
    return [(_("Title"), plan.title), (_("Register number"), number)]


@form_page
def take_baseline(request: HttpRequest) -> HttpResponse:
    """Keeps the dates of today under a name."""
    _may(can_take_baseline(request.user))
    plan = _current()
    form = BaselineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.take_baseline(plan, request.user, form.cleaned_data["name"])
            messages.success(request, _("The dates of today are kept."))
            return redirect(plan)
        except Refused as error:
            form.add_error("name", str(error))
    context = {
        "form": form,
        "heading": _("Keep the dates as a baseline"),
        "submit": _("Keep the dates"),
        "back": _back(),
        "side": [_("All steps keep their dates of today under this name."), _("The work plan then says what moved.")],
    }
    return render(request, "_form_page.html", context)
