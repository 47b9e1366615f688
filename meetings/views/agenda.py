"""Items of an agenda and their order."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core.moves import Conflict, Refused
from meetings import permissions
from meetings.forms import AddItemForm, EditItemForm, SaveTemplateForm, TemplateForm
from meetings.models import AgendaItem, Meeting
from meetings.services import agenda, templates
from meetings.views.meetings import back_to, form_page, may, sent, show_form, visible_meeting

NAMES = ("title", "minutes", "presenter", "revisions", "note")


@form_page
def add_item(request: HttpRequest, number: int) -> HttpResponse:
    """Puts an item on the agenda; “Add another” comes back to an empty form."""
    meeting = visible_meeting(request, number)
    may(permissions.can_record(request.user, meeting))
    form = AddItemForm(sent(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in (*NAMES, "token")}
        try:
            item = agenda.add_agenda_item(meeting, request.user, **values)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("“%(title)s” is item %(n)d.") % {"title": item.title, "n": item.position})
            return redirect("meetings:add_item", number) if "another" in request.POST else _to_agenda(meeting)
    heading = _("Put an item on the agenda")
    context = {"heading": heading, "submit": _("Add the item"), "back": back_to(meeting, "#agenda"), "again": True}
    return show_form(request, form, "meetings/item_form.html", **context)


def _to_agenda(meeting: Meeting) -> HttpResponse:
    return redirect(f"{meeting.get_absolute_url()}#agenda")


def _item(request: HttpRequest, number: int, pk: int) -> AgendaItem:
    return get_object_or_404(
        AgendaItem.objects.select_related("meeting"), meeting=visible_meeting(request, number), pk=pk
    )


@form_page
def edit_item(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Changes an item; after a conflict both versions are shown and the own one is kept."""
    item = _item(request, number, pk)
    may(permissions.can_record(request.user, item.meeting))
    form = EditItemForm(sent(request), user=request.user, initial=_values(item))
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in (*NAMES, "version")}
        try:
            agenda.edit_agenda_item(item, request.user, **values)
        except Conflict as conflict:
            form.rebase(conflict.current.version)
            context = {"conflict": conflict, "theirs": _theirs(conflict.current)}
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("“%(title)s” is saved.") % {"title": item.title})
            return _to_agenda(item.meeting)
    heading = _("Change item %(n)d") % {"n": item.position}
    context |= {"heading": heading, "submit": _("Save the item"), "back": back_to(item.meeting, "#agenda")}
    return show_form(request, form, "meetings/item_form.html", **context)


def _values(item: AgendaItem) -> dict[str, Any]:
    pinned = [one.revision for one in item.documents.select_related("revision__document")]
    names = ("title", "minutes", "presenter", "note", "version")
    return {**{name: getattr(item, name) for name in names}, "revisions": pinned}


def _theirs(item: AgendaItem) -> list[tuple[str, str]]:
    values = _values(item)
    return [
        (_("Subject"), item.title),
        (_("Minutes"), str(item.minutes or "")),
        (_("Presented by"), str(item.presenter or "")),
        (_("Documents"), ", ".join(map(str, values["revisions"]))),
        (_("Note"), item.note),
    ]


@require_POST
def move_item(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """One place up or down, or to the place where it was dropped."""
    item = _item(request, number, pk)
    direction, place = request.POST.get("direction", ""), request.POST.get("place", "")
    if direction not in ("up", "down") and not (place.isdecimal() and len(place) < 6):
        return HttpResponseBadRequest()
    try:
        if place:
            agenda.place_agenda_item(item, request.user, int(place))
        else:
            agenda.move_agenda_item(item, request.user, direction)
    except Refused as error:
        messages.error(request, str(error))
    return redirect(f"{item.meeting.get_absolute_url()}#item-{item.pk}")


@require_POST
def remove_item(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """Takes an item without outcomes from the agenda."""
    item = _item(request, number, pk)
    title = item.title
    try:
        agenda.remove_agenda_item(item, request.user)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("“%(title)s” is no longer on the agenda.") % {"title": title})
    return _to_agenda(item.meeting)


@form_page
def use_template(request: HttpRequest, number: int) -> HttpResponse:
    """Begins the agenda from a template."""
    meeting = visible_meeting(request, number)
    may(permissions.can_record(request.user, meeting))
    form = TemplateForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            count = templates.use_template(meeting, request.user, form.cleaned_data["template"])
        except Refused as error:
            form.add_error(None, str(error))
        else:
            said = ngettext("%(n)d item is on the agenda.", "%(n)d items are on the agenda.", count)
            messages.success(request, said % {"n": count})
            return _to_agenda(meeting)
    side = [
        _("Items that stand on the agenda already are left out."),
        _("A template is made from the agenda of a meeting, by “Save as a template” on its page."),
    ]
    context = {"heading": _("Begin from a template"), "submit": _("Use the template"), "side": side}
    return show_form(request, form, back=back_to(meeting, "#agenda"), **context)


@form_page
def save_template(request: HttpRequest, number: int) -> HttpResponse:
    """Keeps this agenda under a name, for meetings to come."""
    meeting = visible_meeting(request, number)
    may(permissions.can_schedule(request.user))
    form = SaveTemplateForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            template = templates.save_template(meeting, request.user, form.cleaned_data["name"])
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The template “%(name)s” is saved.") % {"name": template.name})
            return _to_agenda(meeting)
    heading, side = _("Save the agenda as a template"), [_("Subjects, minutes and who presents; no documents.")]
    back = back_to(meeting, "#agenda")
    return show_form(request, form, heading=heading, submit=_("Save the template"), back=back, side=side)


@require_POST
def carry_over(request: HttpRequest, number: int) -> HttpResponse:
    """What was not reached goes to the next meeting, one item or all, by one click."""
    meeting = visible_meeting(request, number)
    wanted = request.POST.get("item", "")
    if wanted and not (wanted.isdecimal() and len(wanted) < 18):
        return HttpResponseBadRequest()
    items = meeting.agenda.filter(pk=int(wanted)) if wanted else None
    try:
        count = len(templates.carry_over(meeting, request.user, items))
    except Refused as error:
        messages.error(request, str(error))
    else:
        said = ngettext("%(n)d item is carried over.", "%(n)d items are carried over.", count)
        messages.success(request, said % {"n": count})
    return _to_agenda(meeting)
