"""Releasing a letter at a day and time: planned, moved, cancelled."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from communications.forms import RescheduleForm, ScheduleForm
from communications.models import Letter
from communications.queries import count_mailed, open_schedule
from communications.services import schedules as services
from communications.views.doorway import visible_letter
from communications.workflow import ACTS
from core.dates import format_moment
from core.moves import AlreadyDone, Conflict, Refused, moves_open_to
from core.views import make_move, offer_draft


def _open(request: HttpRequest, pk: int, name: str) -> Letter:
    letter = visible_letter(request, pk)
    if ACTS[name] not in moves_open_to(request.user, letter, ACTS.values()):
        raise Http404
    return letter


def _page(request: HttpRequest, letter: Letter, form: Any, total: int, **context: Any) -> HttpResponse:
    recipients = ngettext("%(n)s recipient.", "%(n)s recipients.", total) % {"n": f"{total:,}"}
    side = [
        _("At that time everything is checked again: the approvals, the attachments, the recipients, your right."),
        _("If it may not go, it stays, and those who may send are told why."),
        _("It can be moved or cancelled until then, and taken back for a minute afterwards."),
    ]
    check = (reverse("communications:check", args=[letter.pk]), _("Check before sending"))
    context = {"form": offer_draft(request, form), "lede": recipients, "side": side, "back": check, **context}
    return render(request, "_form_page.html", context)


@require_http_methods(["GET", "POST"])
def schedule_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Plans the release of an approved letter."""
    letter = _open(request, pk, "schedule")
    if open_schedule(letter) and request.method == "GET":
        return redirect("communications:reschedule", letter.pk)
    total = sum(count_mailed(letter).values())
    form = ScheduleForm(request.POST or None, initial={"expected": total})
    if request.method == "POST" and form.is_valid():
        try:
            made = services.schedule_letter(letter, request.user, **form.cleaned_data)
            messages.success(request, _("The letter goes on %(when)s.") % {"when": format_moment(made.due_at)})
            return redirect(letter)
        except AlreadyDone:
            return redirect(letter)
        except Refused as error:
            _show(form, error, total)
    heading, submit = _("Schedule the letter"), ACTS["schedule"].label
    return _page(request, letter, form, total, heading=heading, submit=submit)


@require_http_methods(["GET", "POST"])
def reschedule_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Moves the release to another day or time; a colleague's change in between is shown."""
    letter = _open(request, pk, "reschedule")
    planned = open_schedule(letter)
    if planned is None:
        return redirect(letter)
    total = sum(count_mailed(letter).values())
    form = RescheduleForm(request.POST or None, initial=RescheduleForm.initial_of(planned, total))
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            moved = services.reschedule_letter(letter, request.user, values.pop("version"), **values)
            messages.success(request, _("The letter goes on %(when)s.") % {"when": format_moment(moved.due_at)})
            return redirect(letter)
        except Conflict as conflict:
            form.rebase(conflict.current.version)
            theirs = [(_("Scheduled for"), format_moment(conflict.current.due_at))]
            context = {"conflict": conflict, "theirs": theirs}
        except Refused as error:
            _show(form, error, total)
    heading, submit = _("Move to another time"), ACTS["reschedule"].label
    return _page(request, letter, form, total, heading=heading, submit=submit, **context)


def _show(form: ScheduleForm, error: Refused, total: int) -> None:
    """The refusal beside the form, which from now on carries the number that stands above it."""
    form.add_error(None, str(error))
    form.data = form.data.copy()
    form.data["expected"] = total


@require_POST
def unschedule_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancels the planned release; the letter stays approved."""
    letter = visible_letter(request, pk)
    done = _("The schedule is cancelled. The letter stays as it is.")
    return make_move(request, letter, services.unschedule_letter, done)
