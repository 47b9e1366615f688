"""What the views of all rooms do alike."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import drafts
from core.dates import format_time
from core.forms import weekday_of
from core.models import Draft
from core.moves import AlreadyDone, Refused


def asks_for_sign_in(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view itself leads to sign-in, so that what was typed survives it; it is by no means open to everybody."""
    view = login_not_required(view)
    view.asks_for_sign_in = True
    return view


def make_move(
    request: HttpRequest, obj: models.Model, service: Callable[..., Any], done: str, *more: Any
) -> HttpResponse:
    """Calls `service(obj, person, *more)` and leads back to the record: done twice is done, and a refusal is said."""
    try:
        service(obj, request.user, *more)
    except AlreadyDone:
        obj.refresh_from_db()
    except Refused as error:
        messages.error(request, str(error))
        return redirect(obj)
    messages.success(request, done)
    return redirect(obj)


@require_safe
def weekday(request: HttpRequest) -> HttpResponse:
    """The weekday of the date that is being typed into the field `name`."""
    return HttpResponse(weekday_of(request.GET.get(request.GET.get("name", ""), "")), content_type="text/plain")


def offer_draft(request: HttpRequest, form: forms.Form, path: str = "") -> forms.Form:
    """Turns drafts on for the form of this page, or for one that is sent to `path`: its template then includes
    `_draft_offer.html` before the form and `_draft.html` inside it. A draft is only offered; it comes into the form
    when its owner continues it."""
    path = path or request.path
    known = drafts.draft_of(request.user, path) if request.method != "POST" else None
    form.draft_form, form.draft_sheet = path, drafts.sheet_of(request.POST) or uuid.uuid4()
    form.draft, form.draft_continued = known, False
    if known and request.GET.get("draft") == str(known.sheet):
        drafts.fill_form(form, known)
        form.draft_sheet, form.draft_continued = known.sheet, True
    return form


@require_POST
def save_draft(request: HttpRequest) -> HttpResponse:
    """Keeps what was typed so far: said in a line to the script that asks, else on the form's page, opened again."""
    form, sheet = request.POST.get("draft_form", ""), drafts.sheet_of(request.POST)
    if sheet is None or not drafts.is_form(form):
        return HttpResponseBadRequest(_("No form of this portal was named."))
    quiet = request.headers.get("X-Draft") == "quiet"
    try:
        draft = drafts.save_draft(request.user, form, sheet, request.POST, replace="draft_replace" in request.POST)
    except Refused as error:
        return JsonResponse({"said": str(error)}, status=409) if quiet else unsaved_draft(request, form, error)
    said = _("Saved %(time)s") % {"time": format_time(draft.saved_at).split()[0]}
    if quiet:
        return JsonResponse({"said": said})
    messages.success(request, _("%(said)s. Only you see this draft.") % {"said": said})
    return redirect(f"{form}?draft={draft.sheet}")


def unsaved_draft(request: HttpRequest, form: str, error: Refused) -> HttpResponse:
    """What was typed is shown again, so that it is never lost, and may replace the other draft knowingly."""
    typed = [(name, value) for name, values in drafts.typed_in(request.POST) for value in values]
    other: Draft | None = getattr(error, "draft", None)
    sheet = drafts.sheet_of(request.POST)
    context = {"error": error, "other": other, "typed": typed, "path": form, "sheet": sheet}
    return render(request, "draft_unsaved.html", context, status=409)


@require_POST
def discard_draft(request: HttpRequest) -> HttpResponse:
    """Removes the person's own draft of a form, and opens the form empty."""
    form, sheet = request.POST.get("draft_form", ""), drafts.sheet_of(request.POST)
    if sheet is None or not drafts.is_form(form):
        return HttpResponseBadRequest(_("No form of this portal was named."))
    if drafts.drop_draft(request.user, form, sheet):
        messages.success(request, _("The draft is discarded."))
    return redirect(form)
