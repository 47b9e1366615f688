"""The work plan as timeline and table, and its steps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from communications.forms import AddStepForm, CompleteStepForm, EditStepForm, ProgressForm, ReasonForm
from communications.models import Plan, Step, WorkPlan
from communications.permissions import (
    can_complete_step,
    can_edit_plan,
    can_open_work_plan,
    can_reopen_step,
    can_withdraw_step,
)
from communications.queries import work_plan as reads
from communications.queries.evidence import proofs_of
from communications.services import steps as going_on
from communications.services import work_plan as services
from communications.step_table import COLUMNS, rows_of
from communications.timeline import draw
from core.dates import today
from core.moves import AlreadyDone, Conflict, Refused
from core.tables import TYPES, table_response
from core.views import offer_draft
from meetings.queries import said_about
from organizations.permissions import can_read
from organizations.queries import organizations


def _back() -> tuple[str, str]:
    return reverse("communications:work_plan"), _("Work plan")


def _step(request: HttpRequest, pk: int) -> Step:
    return get_object_or_404(reads.steps_visible_to(request.user), pk=pk)


def _may(allowed: bool) -> None:
    if not allowed:
        raise Http404


@require_safe
def work_plan(request: HttpRequest) -> HttpResponse:
    """The steps as a timeline and the same as a table; `owner` shows those of one organization."""
    _may(can_read(request.user))
    plans = list(reads.work_plans())
    plan = next((item for item in plans if item.period == request.GET.get("period")), plans[0] if plans else None)
    steps = list(reads.steps_of(plan)) if plan else []
    owner = next((item for item in organizations() if item.slug == request.GET.get("owner")), None)
    shown = [step for step in steps if owner is None or owner in step.owners.all()]
    proofs = proofs_of(shown)
    baseline = reads.baseline_of(plan, request.GET.get("baseline", "")) if plan else None
    moved = reads.moved_since(baseline) if baseline else []
    context = {
        "work_plan": plan,
        "others": [item for item in plans if item != plan],
        "rows": [(step, reads.state_of(step), proofs[step.pk]) for step in shown],
        "timeline": draw(shown, before={row.step.pk: row.before for row in moved if row.before}),
        "summary": reads.summary(shown) if steps else "",
        "owner": owner,
        "owners": organizations(),
        "plan": Plan.objects.first(),
        "baseline": baseline,
        "baselines": plan.baselines.all() if baseline else (),
        "moved": moved,
        "movement": reads.movement(moved),
        "withdrawn": reads.withdrawn_steps(plan) if plan and not owner else (),
        "can_open": can_open_work_plan(request.user),
        "can_edit": can_edit_plan(request.user) and plan == next(iter(plans), None),
    }
    return render(request, "communications/work_plan.html", context)


@require_safe
def export(request: HttpRequest, format: str) -> HttpResponse:
    """The steps of a period as a workbook or a CSV file."""
    _may(can_read(request.user) and format in TYPES)
    plans = list(reads.work_plans())
    plan = next((item for item in plans if item.period == request.GET.get("period")), plans[0] if plans else None)
    _may(plan is not None)
    name = f"SPCG work plan {plan.period} {today().isoformat()}"
    return table_response(format, _("Work plan"), COLUMNS, rows_of(reads.steps_of(plan)), name)


@require_http_methods(["GET", "POST"])
def note_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How far an open step has come."""
    found = _step(request, pk)
    _may(can_complete_step(request.user, found) or found.person_id == request.user.pk)
    if found.withdrawn_at:
        return redirect(found)
    form = ProgressForm(request.POST or None, initial={"percent": found.progress})
    if request.method == "POST" and form.is_valid():
        try:
            going_on.note_progress(found, request.user, form.cleaned_data["percent"])
            messages.success(request, _("The progress is noted."))
            return redirect(found)
        except Refused as error:
            form.add_error(None, str(error))
    back = (found.get_absolute_url(), found.title)
    context = {"form": form, "heading": _("Note the progress"), "submit": _("Note the progress"), "back": back}
    return render(request, "_form_page.html", context)


@require_safe
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """One step: dates, state, evidence and history."""
    found = _step(request, pk)
    context = {
        "step": found,
        "state": reads.state_of(found),
        "proofs": proofs_of([found])[found.pk],
        "said": said_about(found, request.user),
        "history": found.history.all()[:50],
        "can_reopen": (found.done_on or found.withdrawn_at) and can_reopen_step(request.user, found),
        **(_acts(request.user, found) if not found.withdrawn_at else {}),
    }
    return render(request, "communications/step.html", context)


def _acts(user: Any, step: Step) -> dict[str, bool]:
    may_complete = can_complete_step(user, step)
    return {
        "can_edit": can_edit_plan(user),
        "can_complete": may_complete,
        "can_note": may_complete or step.person_id == user.pk,
        "can_withdraw": not step.done_on and can_withdraw_step(user),
    }


@require_http_methods(["GET", "POST"])
def add_step(request: HttpRequest) -> HttpResponse:
    """A new step at the end of the work plan."""
    _may(can_edit_plan(request.user))
    plan = get_object_or_404(WorkPlan, pk=getattr(reads.current_work_plan(), "pk", None))
    form = AddStepForm(request.POST or None, work_plan=plan, initial={"start_on": today()})
    if request.method == "POST" and form.is_valid():
        try:
            added = services.add_step(request.user, work_plan=plan, **form.cleaned_data)
            messages.success(request, _("The step is added to the work plan."))
            return redirect(added)
        except Refused as error:
            form.add_error(None, str(error))
    return _step_form(request, form, heading=_("Add a step"), submit=_("Add the step"), back=_back())


def _step_form(request: HttpRequest, form: Any, **context: Any) -> HttpResponse:
    side = [
        _("Everybody in the SPCG sees the step in the work plan."),
        _("The organizations responsible see it on Home 30 days before the milestone."),
        _("Their secretary marks it as reached, with what shows it."),
    ]
    return render(
        request, "communications/step_form.html", {"form": offer_draft(request, form), "side": side, **context}
    )


@require_http_methods(["GET", "POST"])
def edit_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Title, audience, dates and responsibility of a step."""
    found = _step(request, pk)
    _may(can_edit_plan(request.user))
    if found.withdrawn_at:
        return redirect(found)
    initial = EditStepForm.initial_of(found)
    form = EditStepForm(request.POST or None, work_plan=found.work_plan, step=found, initial=initial)
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            services.edit_step(found, request.user, values.pop("version"), **values)
            messages.success(request, _("The step is saved."))
            return redirect(found)
        except Conflict as conflict:
            form.rebase(conflict.current.version)
            context = {"conflict": conflict, "theirs": _theirs(conflict.current)}
        except Refused as error:
            form.add_error(None, str(error))
    back = (found.get_absolute_url(), found.title)
    return _step_form(request, form, heading=_("Edit the step"), submit=_("Save the step"), back=back, **context)


def _theirs(step: Step) -> list[tuple[str, Any]]:
    dates = f"{step.start_on:%-d %B %Y}, {step.due_on:%-d %B %Y}"
    return [
        (_("Step"), step.title),
        (_("Audience"), step.audience),
        (_("Start and milestone"), dates),
        (_("Note"), step.note),
    ]


@require_http_methods(["GET", "POST"])
def complete_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Marks a step as reached: the day and what shows it are asked first."""
    found = _step(request, pk)
    _may(can_complete_step(request.user, found))
    if found.done_on or found.withdrawn_at:
        return redirect(found)
    form = CompleteStepForm(request.POST or None, user=request.user, initial={"on": today()})
    if request.method == "POST" and form.is_valid():
        try:
            services.complete_step(found, request.user, **form.cleaned_data)
            messages.success(request, _("“%(title)s” is marked as reached.") % {"title": found.title})
            return redirect(found)
        except AlreadyDone:
            return redirect(found)
        except Refused as error:
            form.add_error(None, str(error))
    context = {
        "form": offer_draft(request, form),
        "heading": _("Mark as reached"),
        "lede": f"{found.title}: {reads.state_of(found).words}.",
        "submit": _("Mark “%(title)s” as reached") % {"title": found.title},
        "back": (found.get_absolute_url(), found.title),
        "side": [
            _("The work plan shows the step as reached, with the day."),
            _("It can be reopened; the history keeps both."),
        ],
    }
    return render(request, "_form_page.html", context)


@require_http_methods(["GET", "POST"])
def withdraw_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraws a step that was added by mistake, with a reason; says what follows for those that wait for it."""
    found = _step(request, pk)
    _may(can_withdraw_step(request.user))
    side = [
        _("It leaves the work plan: timeline, table, counts, files, reminders and calendars."),
        *(_("“%(title)s” no longer waits for it.") % {"title": other.title} for other in reads.followers_of(found)),
        _("It stays on record with your reason, and can be reopened."),
    ]
    return _take_back(
        request,
        found,
        services.withdraw_step,
        _("The step is withdrawn; it stays on record."),
        heading=_("Withdraw the step"),
        lede=_("For “%(title)s”, if it was added by mistake or is no longer wanted.") % {"title": found.title},
        side=side,
    )


@require_http_methods(["GET", "POST"])
def reopen_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes back that a step is reached or withdrawn, with a reason."""
    found = _step(request, pk)
    _may(can_reopen_step(request.user, found))
    if not (found.done_on or found.withdrawn_at):
        return redirect(found)
    kept = _("The day and the evidence stay in the history of “%(title)s”.")
    back = _("“%(title)s” stands in the work plan again, and what waited for it waits again.")
    return _take_back(
        request,
        found,
        services.reopen_step,
        _("The step is open again."),
        heading=_("Reopen the step"),
        lede=(back if found.withdrawn_at else kept) % {"title": found.title},
    )


def _take_back(request: HttpRequest, step: Step, service: Any, done: str, **context: Any) -> HttpResponse:
    """A reason, then the move; a second click shows what stands."""
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            service(step, request.user, reason=form.cleaned_data["reason"])
            messages.success(request, done)
            return redirect(step)
        except AlreadyDone:
            return redirect(step)
        except Refused as error:
            form.add_error(None, str(error))
    back = (step.get_absolute_url(), step.title)
    context |= {"form": offer_draft(request, form), "submit": context["heading"], "back": back}
    return render(request, "_form_page.html", context)
