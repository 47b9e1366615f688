"""An organization that sends a letter by its own mail system."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communications.forms.outside import RecordOutsideForm
from communications.models import Cover, Letter
from communications.pack import pack_of
from communications.permissions import can_send_outside, can_take_pack
from communications.queries import count_recipients
from communications.services import outside as services
from communications.views.letters import back_to, visible_letter
from core.moves import AlreadyDone, Refused
from documents.judge import content_disposition


def _place(request: HttpRequest, pk: int, slug: str) -> tuple[Letter, Cover]:
    letter = visible_letter(request, pk)
    cover = get_object_or_404(letter.covers.select_related("organization"), organization__slug=slug)
    if not can_take_pack(request.user, cover.organization):
        raise Http404
    cover.letter = letter
    return letter, cover


def _url(letter: Letter, cover: Cover) -> str:
    return reverse("communications:outside", args=[letter.pk, cover.organization.slug])


@require_http_methods(["GET", "HEAD", "POST"])
def outside(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """How the organization sends this letter; after the release its pack, and the form that records the sending."""
    letter, cover = _place(request, pk, slug)
    dispatch = letter.outside.filter(organization=cover.organization).first()
    open_now = bool(dispatch and dispatch.sent_on is None and letter.is_released)
    may = can_send_outside(request.user, letter, cover.organization)
    form = RecordOutsideForm(request.POST or None) if open_now and may else None
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid():
            try:
                services.record_outside(dispatch, request.user, **form.cleaned_data)
                messages.success(
                    request, _("It is on record that %(o)s has sent the letter.") % {"o": cover.organization}
                )
                return redirect(_url(letter, cover))
            except AlreadyDone:
                return redirect(_url(letter, cover))
            except Refused as error:
                form.add_error(None, str(error))
    context = {
        "letter": letter,
        "cover": cover,
        "organization": cover.organization,
        "dispatch": dispatch,
        "form": form,
        "may": may,
        "count": _count(letter, cover),
        "back": back_to(letter),
    }
    return render(request, "communications/outside.html", context)


def _count(letter: Letter, cover: Cover) -> int:
    if letter.mailing:
        return letter.mailing.deliveries.filter(group=cover.organization.code).count()
    return count_recipients(letter).get(cover.organization.code, 0)


def _decide(request: HttpRequest, pk: int, slug: str, service: Any, said: str) -> HttpResponse:
    letter, cover = _place(request, pk, slug)
    try:
        service(letter, cover.organization, request.user)
        messages.success(request, said % {"o": cover.organization})
    except AlreadyDone:
        pass
    except Refused as error:
        messages.error(request, str(error))
    return redirect(_url(letter, cover))


@require_POST
def take_outside(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """The organization sends it itself."""
    said = _("%(o)s sends this letter itself: the portal will not mail its recipients.")
    return _decide(request, pk, slug, services.take_outside, said)


@require_POST
def return_inside(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """The portal sends it after all."""
    return _decide(request, pk, slug, services.return_inside, _("The portal mails the recipients of %(o)s."))


@require_safe
def pack(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Letter, mail, attachments and addresses in one file, once the letter is released."""
    letter, cover = _place(request, pk, slug)
    dispatch = letter.outside.filter(organization=cover.organization).first()
    if dispatch is None or not letter.is_released or letter.mailing is None:
        raise Http404
    response = HttpResponse(pack_of(letter, cover), content_type="application/zip")
    response["Content-Disposition"] = content_disposition(f"letter-{letter.pk}-{cover.organization.slug}.zip")
    response["X-Content-Type-Options"] = "nosniff"
    return response
