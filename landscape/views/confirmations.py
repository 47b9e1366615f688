"""Still true: an area confirmed on its page, many on one page, and the period that the administrator sets."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from core.moves import Conflict, Refused
from core.pages import page_of
from landscape import permissions
from landscape.forms.confirmations import ConfirmForm, PeriodForm
from landscape.queries import areas
from landscape.queries import confirmations as queries
from landscape.services import confirmations as services
from landscape.views.page import may, visible_area
from organizations.models import Organization
from organizations.queries import Role, standing_of

form_page = require_http_methods(["GET", "HEAD", "POST"])


def _confirms_for(request: HttpRequest) -> tuple[Organization, list[Organization]]:
    """The organization that the address names, or the first of those for which this person confirms."""
    own = standing_of(request.user).organizations_as(Role.SECRETARY, "may_write")
    slug = request.GET.get("organization", "")
    chosen = next((place for place in own if place.slug == slug or not slug), None)
    if chosen is None:
        raise Http404
    return chosen, own


@form_page
def confirm_areas(request: HttpRequest) -> HttpResponse:
    """All areas that the own organization may confirm, to be marked and confirmed together."""
    organization, own = _confirms_for(request)
    form = ConfirmForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        _say(request, services.confirm_areas(request.user, organization, form.cleaned_data["areas"]))
        return redirect(queries.confirm_url(organization))
    limit = queries.stale_before()
    context = {
        "organization": organization,
        "own": own,
        "form": form,
        "page": page_of(request, queries.areas_to_confirm(organization)),
        "limit": limit,
        "days": queries.period().days,
        "stale": queries.stale_for(organization).count(),
        "no_areas": not areas().exists(),
    }
    return render(request, "landscape/confirm.html", context)


def _say(request: HttpRequest, done: services.Confirmed) -> None:
    if done.count:
        said = ngettext("%(n)d area is confirmed.", "%(n)d areas are confirmed.", done.count)
        messages.success(request, said % {"n": done.count})
    for area in done.changed:
        words = {"area": area.name}
        messages.error(request, _("“%(area)s” changed while you were reading. Look at it again.") % words)


@require_POST
def confirm_area(request: HttpRequest, slug: str) -> HttpResponse:
    """Confirms one area for the organization whose button was pressed, as it read on the page."""
    area = visible_area(request, slug)
    organization = get_object_or_404(Organization, slug=request.POST.get("organization", "").replace("\x00", ""))
    form = ConfirmForm({"areas": [f"{area.pk}-{request.POST.get('revision', '')}"]})
    try:
        if form.is_valid():
            _say(request, services.confirm_areas(request.user, organization, form.cleaned_data["areas"]))
        else:
            messages.error(request, form.errors["areas"][0])
    except Refused as error:
        messages.error(request, str(error))
    return redirect(f"{area.get_absolute_url()}#still-true")


@form_page
def set_period(request: HttpRequest) -> HttpResponse:
    """The administrator sets after how many days an area is stale."""
    may(permissions.can_set_period(request.user))
    current = queries.period()
    form = PeriodForm(request.POST or None, initial={"days": current.days, "version": current.version})
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        try:
            services.set_period(request.user, form.cleaned_data["version"], form.cleaned_data["days"])
        except Conflict as conflict:
            form.rebase(conflict.current.version)
            context = {"conflict": conflict, "theirs": [(form.fields["days"].label, str(conflict.current.days))]}
        except Refused as error:
            form.add_error("days", str(error))
        else:
            messages.success(request, _("The period is saved."))
            return redirect("landscape:period")
    context |= {
        "form": form,
        "history": page_of(request, current.history.all()),
        "heading": _("Confirmation of the landscape"),
        "submit": _("Save the period"),
        "back": (reverse("landscape:list"), _("Landscape")),
        "side": [
            _("An area that an organization has not confirmed for so long is marked as stale."),
            _("The secretaries of the organization are asked by mail, once in a period."),
            _("What has been confirmed keeps its date; a shorter period makes more areas stale at once."),
        ],
    }
    return render(request, "landscape/period.html", context)
