"""One area: read, edited, compared, restored, closed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.moves import AlreadyDone, Conflict, Refused
from core.views import offer_draft
from landscape import permissions, queries
from landscape.forms import (
    AddAreaForm,
    CloseForm,
    EditAreaForm,
    ReasonForm,
    lines_of_committees,
    lines_of_documents,
    rows_of_mechanisms,
)
from landscape.models import Area
from landscape.services import areas as services
from landscape.views.page import area_page, may, visible_area

form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def area(request: HttpRequest, slug: str) -> HttpResponse:
    """The area's page: text, last changes, comments, score."""
    return area_page(request, visible_area(request, slug))


@form_page
def add_area(request: HttpRequest) -> HttpResponse:
    """A new area; a double click is one area."""
    may(permissions.can_add(request.user))
    form = AddAreaForm(request.POST or None, reader=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            area = services.add_area(request.user, **form.cleaned_data)
        except Refused as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, _("“%(area)s” is in the landscape.") % {"area": area.name})
            return redirect(area)
    context = {
        "form": offer_draft(request, form),
        "heading": _("Add an area"),
        "submit": _("Add the area"),
        "back": (reverse("landscape:list"), _("Landscape")),
        "side": [
            _("All members see the area at once and can comment on it."),
            _("It stands at the end of the landscape. Every later change is kept as a revision."),
            _("While a priority round is open, members are asked to score it too."),
        ],
    }
    return render(request, "landscape/area_form.html", context)


@form_page
def edit_area(request: HttpRequest, slug: str) -> HttpResponse:
    """Edits an area; after a conflict both texts are shown and the own one is kept."""
    area = visible_area(request, slug)
    may(permissions.can_edit(request.user, area))
    form = _edit_form(request, area)
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        version = values.pop("version")
        try:
            revision = services.edit_area(area, request.user, version, **values)
        except Conflict as conflict:
            form.rebase(conflict.current.version)
            context = {"conflict": conflict, "theirs": _theirs(conflict.current)}
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Revision %(number)d is saved.") % {"number": revision.number})
            return redirect(f"{area.get_absolute_url()}#changes")
    context |= {
        "form": offer_draft(request, form),
        "area": area,
        "entry": queries.newest_entry(area),
        "heading": _("Edit “%(area)s”") % {"area": area.name},
        "submit": _("Save the revision"),
        "back": (area.get_absolute_url(), area.name),
        "side": [
            _("Your text becomes a new revision, with your name and the reason."),
            _("The earlier revisions stay: any two can be compared, and any one restored."),
            _("Those who commented on this area or edited it are told, and so is the secretary who keeps it."),
        ],
    }
    return render(request, "landscape/area_form.html", context)


def _edit_form(request: HttpRequest, area: Area) -> EditAreaForm:
    initial = {name: getattr(area, name) for name in ("name", "text", "owner", "source", "version")}
    initial |= {"committees": lines_of_committees(area), "documents": lines_of_documents(area)}
    return EditAreaForm(request.POST or None, initial=initial, reader=request.user, mechanisms=rows_of_mechanisms(area))


def _theirs(current: Area) -> list[tuple[str, str]]:
    facts = [
        (_("Name"), current.name),
        (_("Text"), current.text),
        (_("Committees"), lines_of_committees(current)),
        (_("Mechanisms"), "\n".join(map(str, current.mechanisms.select_related("first", "second")))),
        (_("Documents"), lines_of_documents(current)),
        (_("Kept by"), current.owner.code if current.owner else _("Not known")),
        (_("Source"), current.source),
    ]
    return [(label, text or _("None")) for label, text in facts]


@require_safe
def choose_comparison(request: HttpRequest, slug: str) -> HttpResponse:
    """The form "compare" works without a script: it leads to the address of the comparison."""
    area = visible_area(request, slug)
    numbers = [_number(request.GET.get(name)) for name in ("first", "second")]
    newest = queries.newest_revision(area).number
    first, second = (number if 0 < number <= newest else newest for number in numbers)
    return redirect("landscape:compare", area.slug, first, second)


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0


@require_safe
def compare_revisions(request: HttpRequest, slug: str, first: int, second: int) -> HttpResponse:
    """Two revisions of an area, word by word, in the order in which the address names them."""
    area = visible_area(request, slug)
    before, after = (get_object_or_404(area.revisions, number=number) for number in (first, second))
    context = {
        "area": area,
        "comparison": queries.compare(before, after),
        "revisions": area.revisions.order_by("-number"),
        "can_restore": permissions.can_restore(request.user, area) and area.is_open,
    }
    return render(request, "landscape/area_compare.html", context)


@form_page
def restore_revision(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Shows what restoring an earlier revision would change, and does it with a reason."""
    area = visible_area(request, slug)
    may(permissions.can_restore(request.user, area))
    revision = get_object_or_404(area.revisions, number=number)
    form = ReasonForm(request.POST or None, initial={"version": area.version})
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            services.restore_revision(area, request.user, values["version"], revision, reason=values["reason"])
        except Conflict as conflict:
            form.rebase(conflict.current.version)
            context = {"conflict": conflict, "theirs": _theirs(conflict.current)}
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Revision %(number)d stands again.") % {"number": number})
            return redirect(f"{area.get_absolute_url()}#changes")
    context |= {
        "form": form,
        "area": area,
        "revision": revision,
        "comparison": queries.compare(queries.newest_revision(area), revision),
        "heading": _("Restore revision %(number)d of “%(area)s”") % {"number": number, "area": area.name},
        "submit": _("Restore revision %(number)d") % {"number": number},
        "back": (area.get_absolute_url(), area.name),
        "side": [
            _("Revision %(number)d becomes the newest revision.") % {"number": number},
            _("The present text stays in the history and can be restored in the same way."),
        ],
    }
    return render(request, "landscape/area_restore.html", context)


@form_page
def close_area(request: HttpRequest, slug: str) -> HttpResponse:
    """Closes an area, with a reason, after a look at what that means."""
    area = visible_area(request, slug)
    may(permissions.can_close(request.user, area))
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.close_area(area, request.user, form.cleaned_data["reason"])
        except AlreadyDone:
            return redirect(area)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("“%(area)s” is closed.") % {"area": area.name})
            return redirect(area)
    context = {
        "form": form,
        "heading": _("Close “%(area)s”") % {"area": area.name},
        "submit": _("Close the area"),
        "back": (area.get_absolute_url(), area.name),
        "side": [
            _("The area leaves the matrix and the scoring."),
            _("Its page, its comments, its scores and its history stay."),
            _("A secretary can open it again."),
        ],
    }
    return render(request, "_form_page.html", context)


@require_POST
def open_area_again(request: HttpRequest, slug: str) -> HttpResponse:
    """Takes a closing back; done twice is done."""
    area = visible_area(request, slug)
    try:
        services.open_area_again(area, request.user)
        messages.success(request, _("“%(area)s” is open again.") % {"area": area.name})
    except AlreadyDone:
        pass
    except Refused as error:
        messages.error(request, str(error))
    return redirect(area)
