"""Saved audiences, for secretaries and the administrator; exact counts, and names of the own organization."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from communications.forms.audience import EditAudienceForm, SaveAudienceForm, audience_values
from communications.models import SavedAudience
from communications.permissions import can_draft, sees_drafts
from communications.queries import audience as reads
from communications.queries.letters import letters_visible_to
from communications.services import audiences as services
from core.moves import Conflict, Refused
from core.pages import page_of

form_page = require_http_methods(["GET", "HEAD", "POST"])


def _may_see(request: HttpRequest) -> None:
    if not sees_drafts(request.user):
        raise Http404


def _back() -> tuple[str, str]:
    return reverse("communications:audiences"), _("Saved audiences")


@require_safe
def audience_list(request: HttpRequest) -> HttpResponse:
    """What is kept, and to how many each goes today."""
    _may_see(request)
    rows = SavedAudience.objects.prefetch_related("organizations", "committees")
    page = page_of(request, rows, 20)
    for item in page.object_list:
        item.counts = reads.count_recipients(item)
        item.total = sum(item.counts.values())
    return render(request, "communications/audiences.html", {"page": page, "can_draft": can_draft(request.user)})


@form_page
def save_audience(request: HttpRequest) -> HttpResponse:
    """A new one, by hand or from the letter that `?letter=` names."""
    if not can_draft(request.user):
        raise Http404
    form = SaveAudienceForm(request.POST or None, initial=_of_letter(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.save_audience(request.user, **form.cleaned_data)
            messages.success(request, _("The audience is saved. It can be chosen when a letter is drafted."))
            return redirect("communications:audiences")
        except Refused as error:
            form.add_error("name", str(error))
    context = {"form": form, "heading": _("Save an audience"), "submit": _("Save the audience"), "back": _back()}
    return render(request, "_form_page.html", context)


def _of_letter(request: HttpRequest) -> dict[str, Any]:
    wanted = request.GET.get("letter", "")
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 10):
        return {}
    letter = letters_visible_to(request.user).filter(pk=int(wanted)).first()
    return audience_values(letter) if letter else {}


@form_page
def edit_audience(request: HttpRequest, pk: int) -> HttpResponse:
    """A saved audience: who receives it today, who is left out and why, and its form."""
    _may_see(request)
    audience = get_object_or_404(SavedAudience, pk=pk)
    form = EditAudienceForm(request.POST or None, initial=EditAudienceForm.initial_of(audience))
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            services.edit_audience(audience, request.user, values.pop("version"), **values)
            messages.success(request, _("The audience is saved. Letters that began with it keep their own."))
            return redirect(audience)
        except Conflict as conflict:
            form.rebase(conflict.current.version)
            theirs = [(_("Name"), conflict.current.name), (_("Audience"), ", ".join(conflict.current.capacity_labels))]
            context = {"conflict": conflict, "theirs": theirs}
        except Refused as error:
            form.add_error(None, str(error))
    counts = reads.count_recipients(audience)
    excluded = reads.exclusions(audience, request.user)
    context |= {
        "form": form,
        "audience": audience,
        "counts": counts,
        "total": sum(counts.values()),
        "page": page_of(request, reads.recipients_shown_to(request.user, audience)),
        "excluded": excluded[:50],
        "excluded_total": len(excluded),
        "can_draft": can_draft(request.user),
        "heading": audience.name,
        "submit": _("Save the audience"),
        "back": _back(),
    }
    return render(request, "communications/audience.html", context)


@form_page
def remove_audience(request: HttpRequest, pk: int) -> HttpResponse:
    """A check page, then it is gone; no letter changes."""
    if not can_draft(request.user):
        raise Http404
    audience = get_object_or_404(SavedAudience, pk=pk)
    if request.method == "POST":
        services.remove_audience(audience, request.user)
        messages.success(request, _("The saved audience is removed. No letter has changed."))
        return redirect("communications:audiences")
    context = {
        "heading": _("Remove “%(name)s”?") % {"name": audience.name},
        "lede": _("Letters that began with it keep their own audience."),
        "back": (audience.get_absolute_url(), audience.name),
        "submit": _("Remove the saved audience"),
    }
    return render(request, "_check_page.html", context)
