"""What is being typed, shown as its recipients will read it; nothing is kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from communications.forms import CoverForm
from communications.models import Cover
from communications.paper import preview, preview_body
from communications.permissions import can_draft, can_edit_cover
from communications.placeholders import unknown_placeholders
from communications.queries.letters import revisions_of
from communications.views.doorway import visible_letter
from core.forms import clean_lines
from organizations.queries import organizations, standing_of

LONGEST = 20_000


def is_preview(request: HttpRequest) -> bool:
    """The button Preview saves and checks nothing."""
    return request.method == "POST" and "preview" in request.POST


def typed(request: HttpRequest) -> Any:
    """What was sent to be saved."""
    return None if is_preview(request) or request.method != "POST" else request.POST


def kept(request: HttpRequest, form: type[forms.Form]) -> dict[str, Any]:
    """What was typed stays in the form when only its preview was asked for."""
    if not is_preview(request):
        return {}
    fields = form.base_fields.items()
    return {name: field.widget.value_from_datadict(request.POST, {}, name) for name, field in fields}


def body_context(request: HttpRequest, body: str) -> dict[str, Any]:
    """The text of a letter with sample words for its placeholders, as the reader's own organization sends it."""
    text = clean_lines(body or "")[:LONGEST]
    organization = standing_of(request.user).organization or organizations()[0]
    shown = preview_body(text, organization.code) if text else ""
    return {"body": shown, "organization": organization, "unknown": unknown_placeholders(text)}


@require_POST
def preview_letter(request: HttpRequest) -> HttpResponse:
    """The text of a letter while it is typed."""
    if not can_draft(request.user):
        raise Http404
    return render(request, "communications/_preview.html", body_context(request, request.POST.get("body", "")))


def cover_context(cover: Cover, sent: QueryDict | None) -> dict[str, Any]:
    """The letter with this cover as it is typed; a field with a mistake stands as it was saved."""
    form = CoverForm(sent or None)
    values = form.cleaned_data if form.is_valid() or form.is_bound else {}
    for name in set(values) - {"version"}:
        setattr(cover, name, values[name])
    shown = preview(cover.letter, cover, revisions_of(cover.letter))
    return {"letter": cover.letter, "cover": cover, "preview": shown, "unknown": unknown_placeholders(cover.salutation)}


@require_POST
def preview_cover(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """One cover while it is typed."""
    letter = visible_letter(request, pk)
    cover = get_object_or_404(letter.covers.select_related("organization"), organization__slug=slug)
    cover.letter = letter
    if not can_edit_cover(request.user, cover):
        raise Http404
    return render(request, "communications/_preview_cover.html", cover_context(cover, request.POST))
