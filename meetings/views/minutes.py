"""Minutes while the meeting goes on: one line and Enter, beside what colleagues record at the same time."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.moves import Refused
from meetings import permissions, queries
from meetings.forms import LineForm
from meetings.models import Meeting
from meetings.services import outcomes
from meetings.views.meetings import back_to, form_page, may, sent, show_form, visible_meeting
from organizations.queries import everybody


@form_page
def take_minutes(request: HttpRequest, number: int) -> HttpResponse:
    """Each line is recorded by Enter and the field is there again, empty, at the same item."""
    meeting = visible_meeting(request, number)
    may(permissions.can_record(request.user, meeting))
    wanted = request.GET.get("item", "")
    known = meeting.agenda.filter(pk=int(wanted)).first() if wanted.isdecimal() and len(wanted) < 18 else None
    form = LineForm(sent(request), meeting=meeting, initial={"item": known})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            values = {**data["line"], "item": data["item"], "token": data["token"]}
            outcome = outcomes.record_outcome(meeting, request.user, **values)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            name = f"{outcome.get_kind_display()} {outcome.label}".strip()
            messages.success(request, _("%(name)s is recorded: “%(text)s”") % {"name": name, "text": outcome.text})
            again = urlencode({"item": outcome.item_id or ""})
            return redirect(f"{reverse('meetings:take_minutes', args=[number])}?{again}")
    context = {"heading": _("Minutes of the %(meeting)s") % {"meeting": meeting.title}, "back": back_to(meeting)}
    context["people"] = everybody()
    return show_form(request, form, "meetings/minutes.html", **context, **_recorded(meeting))


def _recorded(meeting: Meeting) -> dict[str, object]:
    rows = queries.standing_outcomes().filter(meeting=meeting).order_by("-position", "-pk")[:30]
    return {"meeting": meeting, "recorded": rows}


@require_safe
def recorded_so_far(request: HttpRequest, number: int) -> HttpResponse:
    """What was recorded so far, the last first; the page asks for it every few seconds."""
    meeting = visible_meeting(request, number)
    may(permissions.can_record(request.user, meeting))
    return render(request, "meetings/_recorded.html", _recorded(meeting))
