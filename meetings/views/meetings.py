"""The list of meetings, the page of one, and its time and place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.dates import format_date
from core.moves import Conflict, Refused, moves_open_to
from core.pages import page_of
from core.views import make_move, offer_draft
from meetings import permissions, queries
from meetings.forms import EditMeetingForm, ScheduleForm
from meetings.models import Attendance, Meeting, Outcome
from meetings.report import documents_of
from meetings.services import schedule
from meetings.workflow import MOVES

form_page = require_http_methods(["GET", "HEAD", "POST"])


def visible_meeting(request: HttpRequest, number: int) -> Meeting:
    """The meeting, or 404 for who holds no appointment."""
    return get_object_or_404(queries.meetings_visible_to(request.user), number=number)


def may(allowed: bool) -> None:
    """404 for a page that this person has no use for."""
    if not allowed:
        raise Http404


def sent(request: HttpRequest) -> Any:
    """What a form is bound to: also an empty POST is an answer."""
    return request.POST if request.method == "POST" else None


def show_form(request: HttpRequest, form: Any, template: str = "_form_page.html", **context: Any) -> HttpResponse:
    return render(request, template, {"form": offer_draft(request, form), **context})


def back_to(meeting: Meeting, clause: str = "") -> tuple[str, str]:
    return meeting.get_absolute_url() + clause, meeting.title


@require_safe
def meeting_list(request: HttpRequest) -> HttpResponse:
    """What comes first, then what was."""
    may(permissions.can_see(request.user))
    context = {
        "upcoming": queries.upcoming_meetings(request.user),
        "page": page_of(request, queries.earlier_meetings(request.user), size=25),
        "can_schedule": permissions.can_schedule(request.user),
    }
    return render(request, "meetings/meeting_list.html", context)


@require_safe
def meeting_detail(request: HttpRequest, number: int) -> HttpResponse:
    """Agenda and outcomes, decisions, actions, attendance, documents, history."""
    rows = queries.with_everything(queries.meetings_visible_to(request.user), request.user)
    meeting = get_object_or_404(rows, number=number)
    outcomes = list(meeting.outcomes.all())
    before, after = queries.neighbours(meeting)
    documents = queries.documents_with_current([one.pk for one in documents_of(meeting, outcomes)], request.user)
    queries.show_current(meeting, documents)
    link(outcomes, request.user)
    context = {
        "meeting": meeting,
        "before": before,
        "after": after,
        "agenda": _agenda_of(meeting, outcomes),
        "loose": [one for one in outcomes if one.item_id is None],
        "decisions": [one for one in outcomes if one.kind == Outcome.Kind.DECISION],
        "actions": _actions_of(outcomes, request.user),
        "attendance": _attendance_of(meeting),
        "attendance_sentence": _attendance_sentence(meeting),
        "documents": documents,
        "report": queries.report_of(meeting, request.user),
        "steps": queries.report_steps(meeting),
        "remarks": queries.remarks_on_report(meeting, request.user),
        "carry": _to_carry(request.user, meeting, outcomes),
        "history": meeting.history.all(),
        "board_reports": _board_reports(),
        **_rights(request.user, meeting),
    }
    return render(request, "meetings/meeting_detail.html", context)


def _agenda_of(meeting: Meeting, outcomes: list[Outcome]) -> list[tuple[Any, list[Outcome]]]:
    """Each item with its outcomes; while every item before it has its minutes, with the time at which it begins."""
    rows, clock = [], meeting.starts_at
    for item in meeting.agenda.all():
        item.begins_at = clock
        clock = clock + timedelta(minutes=item.minutes) if clock and item.minutes else None
        rows.append((item, [one for one in outcomes if one.item_id == item.pk]))
    return rows


def _to_carry(user: Any, meeting: Meeting, outcomes: list[Outcome]) -> set[int]:
    """Items of a meeting that was held, without an outcome, that are not on a later agenda."""
    if meeting.state != Meeting.State.HELD or not permissions.can_schedule(user):
        return set()
    reached = {one.item_id for one in outcomes}
    rows = [one for one in meeting.agenda.all() if not one.approves_id and not hasattr(one, "carried_to")]
    return {one.pk for one in rows if one.pk not in reached}


def _actions_of(outcomes: list[Outcome], user: Any) -> list[tuple[Outcome, bool]]:
    """Each action, and whether this person may say that it is done."""
    actions = [one for one in outcomes if one.kind == Outcome.Kind.ACTION]
    return [(one, one.is_open and permissions.can_complete(user, one)) for one in actions]


def _attendance_of(meeting: Meeting) -> list[tuple[Any, list[Attendance]]]:
    rows = list(meeting.attendance.all())
    organizations = dict.fromkeys(row.organization for row in rows)
    return [(one, [row for row in rows if row.organization == one]) for one in organizations]


def _attendance_sentence(meeting: Meeting) -> str:
    rows = list(meeting.attendance.all())
    away = sum(row.presence == Attendance.Presence.APOLOGIES for row in rows)
    sentence = _("%(n)d present.") % {"n": len(rows) - away}
    return f"{sentence} {_('Apologies: %(n)d.') % {'n': away}}" if away else sentence


def link(outcomes: Iterable[Outcome], user: Any) -> None:
    """Each outcome gets the address of what it is about, where the reader may open it."""
    links = queries.addresses_of(outcomes, user)
    for outcome in outcomes:
        outcome.url = links.get(outcome.reference, "")


def _board_reports() -> str:
    """Where the board reports are, if that room is built."""
    try:
        return reverse("reports:list")
    except NoReverseMatch:
        return ""


def _rights(user: Any, meeting: Meeting) -> dict[str, Any]:
    return {
        "moves": moves_open_to(user, meeting, MOVES.values()),
        "can_edit": permissions.can_edit(user, meeting),
        "can_record": permissions.can_record(user, meeting),
        "can_report": permissions.can_report(user, meeting),
        "can_circulate": permissions.can_circulate_report(user, meeting),
        "can_comment": permissions.can_comment_on_report(user, meeting),
        "can_dispose": permissions.can_dispose(user, meeting),
        "can_revise": permissions.can_revise_report(user, meeting),
        "can_schedule": permissions.can_schedule(user),
    }


@form_page
def schedule_meeting(request: HttpRequest) -> HttpResponse:
    """A new meeting; a double click is one meeting and one invitation."""
    may(permissions.can_schedule(request.user))
    form = ScheduleForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            meeting = schedule.schedule_meeting(request.user, token=form.cleaned_data["token"], **form.values())
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The %(meeting)s is scheduled. Everybody is invited.") % {"meeting": meeting})
            return redirect(meeting)
    side = [
        _("The meeting gets the next number."),
        _("Every secretary and member of the three organizations gets a mail with the day and the hours."),
        _("Then put the items on its agenda."),
    ]
    heading = _("Schedule a meeting")
    back = (reverse("meetings:list"), _("Meetings"))
    return show_form(request, form, heading=heading, submit=_("Schedule and invite"), back=back, side=side)


@form_page
def edit_meeting(request: HttpRequest, number: int) -> HttpResponse:
    """Another time or place; after a conflict both are shown and the own one is kept."""
    meeting = visible_meeting(request, number)
    may(permissions.can_edit(request.user, meeting))
    form = EditMeetingForm(sent(request), initial=EditMeetingForm.initial_of(meeting))
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        try:
            schedule.edit_meeting(meeting, request.user, form.cleaned_data["version"], **form.values())
        except Conflict as conflict:
            form.rebase(conflict.current.version)
            context = {"conflict": conflict, "theirs": _theirs(conflict.current)}
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The %(meeting)s is saved.") % {"meeting": meeting})
            return redirect(meeting)
    side = [_("When day, hours or place change, every secretary and member gets a mail.")]
    heading = _("Change the %(meeting)s") % {"meeting": meeting}
    return show_form(
        request, form, heading=heading, submit=_("Save the meeting"), back=back_to(meeting), side=side, **context
    )


def _theirs(meeting: Meeting) -> list[tuple[str, str]]:
    return [
        (_("Kind"), str(meeting.get_kind_display())),
        (_("Day"), format_date(meeting.starts_at)),
        (_("Hours"), meeting.hours),
        (_("Place"), meeting.place),
    ]


@require_POST
def hold_meeting(request: HttpRequest, number: int) -> HttpResponse:
    """Marks a meeting as held."""
    meeting = visible_meeting(request, number)
    done = _("The %(meeting)s is marked as held. Its report can be numbered now.") % {"meeting": meeting.title}
    return make_move(request, meeting, schedule.hold_meeting, done)


@form_page
def cancel_meeting(request: HttpRequest, number: int) -> HttpResponse:
    """A cancellation is told to everybody and cannot be taken back, so it has a check page."""
    meeting = visible_meeting(request, number)
    may(permissions.can_cancel(request.user, meeting))
    if request.method == "POST":
        done = _("The %(meeting)s is cancelled. Everybody is told.") % {"meeting": meeting.title}
        return make_move(request, meeting, schedule.cancel_meeting, done)
    context = {
        "heading": _("Cancel the %(meeting)s?") % {"meeting": meeting},
        "submit": _("Cancel the %(meeting)s") % {"meeting": meeting},
        "back": back_to(meeting),
        "meeting": meeting,
    }
    return render(request, "meetings/meeting_cancel.html", context)
