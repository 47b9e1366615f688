"""Outcomes, entered while the meeting goes on, and the register of actions."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.dates import format_date, today
from core.moves import AlreadyDone, Conflict, Refused
from core.pages import page_of
from core.views import make_move
from meetings import permissions, queries
from meetings.forms import CompleteForm, DropForm, EditOutcomeForm, RecordOutcomeForm
from meetings.models import Meeting, Outcome
from meetings.services import actions, outcomes
from meetings.views.meetings import back_to, form_page, link, may, sent, show_form, visible_meeting

NAMES = ("kind", "text", "item", "reference", "owner_text", "owner_organization", "owner_user", "due_on")


@form_page
def record_outcome(request: HttpRequest, number: int) -> HttpResponse:
    """Quick entry: after saving the form is there again, at the same item, with the focus on the text."""
    meeting = visible_meeting(request, number)
    may(permissions.can_record(request.user, meeting))
    form = RecordOutcomeForm(sent(request), meeting=meeting, initial=_remembered(request, meeting))
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in (*NAMES, "token")}
        try:
            outcome = outcomes.record_outcome(meeting, request.user, **values)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            name = f"{outcome.get_kind_display()} {outcome.label}".strip()
            messages.success(request, _("%(name)s is recorded: “%(text)s”") % {"name": name, "text": outcome.text})
            return _again(meeting, outcome)
    context = {
        "heading": _("Record an outcome"),
        "submit": _("Record and go on"),
        "back": back_to(meeting),
        "meeting": meeting,
        "recorded": queries.standing_outcomes().filter(meeting=meeting).order_by("-position")[:10],
    }
    return show_form(request, form, "meetings/outcome_form.html", **context)


def _remembered(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    """The item and the kind of the line before, from the address."""
    wanted = request.GET.get("item", "")
    kind = request.GET.get("kind")
    return {
        "item": meeting.agenda.filter(pk=int(wanted)).first() if wanted.isdecimal() and len(wanted) < 18 else None,
        "kind": kind if kind in Outcome.Kind.values else Outcome.Kind.INFORMATION,
    }


def _again(meeting: Meeting, outcome: Outcome) -> HttpResponse:
    remembered = urlencode({"item": outcome.item_id or "", "kind": outcome.kind})
    return redirect(f"{reverse('meetings:record_outcome', args=[meeting.number])}?{remembered}")


def _outcome(request: HttpRequest, number: int, pk: int) -> Outcome:
    return get_object_or_404(queries.standing_outcomes(), meeting=visible_meeting(request, number), pk=pk)


@form_page
def edit_outcome(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Changes an outcome; after a conflict both texts are shown and the own one is kept."""
    outcome = _outcome(request, number, pk)
    may(permissions.can_record(request.user, outcome.meeting))
    initial = {name: getattr(outcome, name) for name in (*NAMES, "version")} | {"owner_user": outcome.owner_user_id}
    form = EditOutcomeForm(sent(request), meeting=outcome.meeting, initial=initial)
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in (*NAMES, "version")}
        try:
            outcomes.edit_outcome(outcome, request.user, **values)
        except Conflict as conflict:
            form.rebase(conflict.current.version)
            context = {"conflict": conflict, "theirs": _theirs(conflict.current)}
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The outcome is saved."))
            return redirect(outcome)
    context |= {
        "heading": _("Change the outcome"),
        "submit": _("Save the outcome"),
        "back": back_to(outcome.meeting),
        "outcome": outcome,
    }
    return show_form(request, form, "meetings/outcome_form.html", **context)


def _theirs(outcome: Outcome) -> list[tuple[str, str]]:
    return [
        (_("Kind"), str(outcome.get_kind_display())),
        (_("Text"), outcome.text),
        (_("About"), outcome.reference),
        (_("Who"), outcome.owner),
        (_("Due"), format_date(outcome.due_on)),
    ]


@require_POST
def withdraw_outcome(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Takes back what was recorded by mistake; the history keeps it."""
    outcome = get_object_or_404(
        Outcome.objects.select_related("meeting"), meeting=visible_meeting(request, number), pk=pk
    )
    try:
        outcomes.withdraw_outcome(outcome, request.user)
    except AlreadyDone:
        pass
    except Refused as error:
        messages.error(request, str(error))
        return redirect(outcome.meeting)
    messages.success(request, _("“%(text)s” is withdrawn.") % {"text": outcome.text})
    return redirect(outcome.meeting)


@form_page
def complete_action(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Says on which day an action was done."""
    outcome = _outcome(request, number, pk)
    may(outcome.kind == Outcome.Kind.ACTION and permissions.can_complete(request.user, outcome))
    form = CompleteForm(sent(request), initial={"on": today()})
    if request.method == "POST" and form.is_valid():
        done = _("The action is done: “%(text)s”") % {"text": outcome.text}
        return make_move(request, outcome, actions.complete_action, done, form.cleaned_data["on"])
    heading, back = _("When was this action done?"), back_to(outcome.meeting, "#actions")
    return show_form(request, form, heading=heading, lede=outcome.text, submit=_("Say that it is done"), back=back)


@form_page
def drop_action(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Says that an action will not be done, and why."""
    outcome = _outcome(request, number, pk)
    may(outcome.kind == Outcome.Kind.ACTION and permissions.can_drop(request.user, outcome))
    form = DropForm(sent(request))
    if request.method == "POST" and form.is_valid():
        done = _("The action is dropped: “%(text)s”") % {"text": outcome.text}
        return make_move(request, outcome, actions.drop_action, done, form.cleaned_data["reason"])
    heading, back = _("Drop this action?"), back_to(outcome.meeting, "#actions")
    return show_form(request, form, heading=heading, lede=outcome.text, submit=_("Drop the action"), back=back)


@require_POST
def reopen_action(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Opens an action again that was done or dropped."""
    outcome = _outcome(request, number, pk)
    done = _("The action is open again: “%(text)s”") % {"text": outcome.text}
    return make_move(request, outcome, actions.reopen_action, done)


@require_safe
def action_list(request: HttpRequest) -> HttpResponse:
    """The register of actions across meetings."""
    may(permissions.can_see(request.user))
    state = request.GET.get("state")
    state = state if state in ("overdue", "done", "dropped", "all") else "open"
    page = page_of(request, queries.actions_of(request.user, state))
    link(page, request.user)
    for action in page:
        action.may_complete = action.is_open and permissions.can_complete(request.user, action)
    return render(request, "meetings/action_list.html", {"page": page, "state": state})
