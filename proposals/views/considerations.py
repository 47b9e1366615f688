"""The lists of considerations: read by everybody, kept by the administrator."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.moves import AlreadyDone, Conflict, NotAllowed, Refused, WrongState, check, moves_open_to
from core.views import offer_draft
from documents.comparison import compare_texts
from organizations.permissions import can_read
from proposals.forms.checklist import ConsiderationsForm
from proposals.models import ConsiderationList
from proposals.permissions import can_prepare
from proposals.queries.checklist import considerations_before, list_in_force, lists_visible_to
from proposals.services import considerations as services
from proposals.views.doorway import posted, saved
from proposals.workflow import LIST_MOVES

NAMES = ("title", "source", "is_reconstruction")


def _visible(request: HttpRequest, number: int) -> ConsiderationList:
    return get_object_or_404(lists_visible_to(request.user), number=number)


@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """Every list, the newest first; the one in force is read with one click."""
    if not can_read(request.user):
        raise Http404
    context = {"lists": lists_visible_to(request.user), "can_prepare": can_prepare(request.user)}
    return render(request, "proposals/consideration_lists.html", context)


@require_safe
def considerations(request: HttpRequest, number: int) -> HttpResponse:
    """One list with its source and its history."""
    item = _visible(request, number)
    context = {
        "considerations": item,
        "before": considerations_before(item, request.user),
        "acts": {move.name for move in moves_open_to(request.user, item, LIST_MOVES.values())},
        "history": item.history.all(),
    }
    return render(request, "proposals/considerations.html", context)


@require_POST
def prepare(request: HttpRequest) -> HttpResponse:
    """A new draft, or the one that there is, and its form."""
    if not can_read(request.user):
        raise Http404
    try:
        draft = services.prepare_considerations(request.user)
    except NotAllowed as error:
        messages.error(request, str(error))
        return redirect("proposals:consideration_lists")
    return redirect("proposals:edit_considerations", draft.number)


def _refused(request: HttpRequest, item: ConsiderationList, name: str) -> HttpResponse | None:
    """Why this person or this state cannot do it, told on the list's page; on POST the service says it in the form."""
    try:
        check(item, LIST_MOVES[name], request.user)
    except AlreadyDone:
        return redirect(item)
    except (NotAllowed, WrongState) as error:
        messages.error(request, str(error))
        return redirect(item)
    return None


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """The whole draft as one text; a conflict shows what stands now."""
    item = _visible(request, number)
    refused = _refused(request, item, "edit")
    if refused:
        return refused
    initial = {**{name: getattr(item, name) for name in NAMES}, "text": item.text, "version": item.version}
    form = ConsiderationsForm(posted(request), initial=initial)
    context: dict[str, Any] = {
        "heading": _("Edit list %(number)d") % {"number": number},
        "submit": _("Save the draft"),
        "back": (item.get_absolute_url(), str(item)),
        "side": [
            _("The draft is seen by the administrator only."),
            _("You compare it with the list in force, then put it in force."),
            _("Proposals that were answered stay on their list until their secretary moves them."),
        ],
    }
    try:
        if saved(request, form, lambda values: services.edit_considerations(item, request.user, **_values(values))):
            messages.success(request, _("Saved."))
            return redirect(item)
    except Conflict as conflict:
        form.rebase(conflict.current.version)
        context |= {"conflict": conflict, "theirs": _theirs(conflict.current, form)}
    return render(request, "_form_page.html", {"form": offer_draft(request, form), **context})


def _values(values: dict[str, Any]) -> dict[str, Any]:
    return {**{name: value for name, value in values.items() if name != "text"}, "lines": values["text"]}


def _theirs(current: ConsiderationList, form: ConsiderationsForm) -> list[tuple[str, str]]:
    rows = [(form.fields[name].label, getattr(current, name)) for name in ("title", "source")]
    return [*rows, (form.fields["text"].label, current.text)]


@require_http_methods(["GET", "HEAD", "POST"])
def enforce(request: HttpRequest, number: int) -> HttpResponse:
    """What changes against the list in force; then the draft is put in force as it was checked."""
    item = _visible(request, number)
    refused = _refused(request, item, "enforce")
    if refused:
        return refused
    current = list_in_force()
    if request.method == "POST":
        version = request.POST.get("version", "")
        try:
            services.enforce_considerations(item, request.user, int(version) if version.isdecimal() else 0)
        except Conflict:
            messages.error(request, _("The draft was changed in between. Look at it again."))
            return redirect("proposals:enforce", number)
        except Refused as error:
            messages.error(request, str(error))
            return redirect(item)
        messages.success(request, _("List %(number)d is in force.") % {"number": number})
        return redirect(item)
    context = {
        "considerations": item,
        "current": current,
        "lines": compare_texts(current.text if current else "", item.text),
        "heading": _("Put list %(number)d in force") % {"number": number},
        "submit": _("Put list %(number)d in force") % {"number": number},
        "back": (item.get_absolute_url(), str(item)),
    }
    return render(request, "proposals/considerations_enforce.html", context)


@require_safe
def compare(request: HttpRequest, number: int, other: int) -> HttpResponse:
    """What changed from one list to another, in either order."""
    first, second = sorted((_visible(request, number), _visible(request, other)), key=lambda item: item.number)
    lines = compare_texts(first.text, second.text)
    same = all(change.kind == "same" for line in lines for change in line)
    context = {"first": first, "second": second, "lines": lines, "same": same, "all": lists_visible_to(request.user)}
    return render(request, "proposals/considerations_compare.html", context)


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """The form of two lists leads to their comparison."""
    numbers = [request.GET.get(name, "") for name in ("first", "second")]
    if not can_read(request.user) or not all(text.isdecimal() and len(text) < 9 for text in numbers):
        raise Http404
    return redirect(reverse("proposals:compare_considerations", args=numbers))
