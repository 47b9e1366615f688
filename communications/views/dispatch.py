"""Sending a letter: test, check, release, progress, ledger."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from communications.forms import SendForm, TestForm
from communications.ledger import workbook
from communications.models import Letter
from communications.permissions import can_send, sees_drafts
from communications.queries import (
    audience,
    count_mailed,
    count_recipients,
    exclusions,
    last_refusal,
    open_schedule,
    problems,
    remarks_on,
)
from communications.queries.letters import covers_of, ledger_shown_to
from communications.services import dispatch as services
from communications.views.doorway import back_to, visible_letter
from communications.workflow import ACTS, MOVES
from core.moves import AlreadyDone, Refused, moves_open_to
from core.pages import page_of
from documents.judge import content_disposition
from organizations.queries import organizations
from post import queries as post
from post.models import Delivery, Mailing


def _dispatch_url(letter: Letter) -> str:
    return reverse("communications:dispatch", args=[letter.pk])


@require_POST
def send_test(request: HttpRequest, pk: int) -> HttpResponse:
    """One real mail per cover to the person's own address."""
    letter = visible_letter(request, pk)
    form = TestForm(request.POST)
    try:
        token = form.cleaned_data["token"] if form.is_valid() else None
        count = services.send_test(letter, request.user, token=token)
        words = ngettext(
            "%(n)d test is on its way to %(address)s.", "%(n)d tests are on their way to %(address)s.", count
        )
        messages.success(request, words % {"n": count, "address": request.user.email})
    except Refused as error:
        messages.error(request, str(error))
    return redirect(letter)


def _may_check(request: HttpRequest, letter: Letter) -> None:
    if not (sees_drafts(request.user) or can_send(request.user, letter)):
        raise Http404


@require_safe
def check_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything once more before the letter goes: how many, who not and why, the covers as received."""
    letter = visible_letter(request, pk)
    _may_check(request, letter)
    if letter.is_released:
        return redirect(_dispatch_url(letter))
    counts = count_recipients(letter)
    left_out = exclusions(letter)
    shown_of = audience.organizations_shown_to(request.user)
    context = {
        "letter": letter,
        "counts": counts,
        "total": sum(count_mailed(letter).values()),
        "outside": letter.outside.select_related("organization"),
        "merged": audience.merged(letter),
        "names": audience.recipients_shown_to(request.user, letter)[:10],
        "names_total": sum(counts.get(item.code, 0) for item in shown_of),
        "excluded": [item for item in left_out if item.contact.organization in shown_of],
        "excluded_total": len(left_out),
        "covers": covers_of(letter),
        "problems": problems(letter),
        "remarks": remarks_on(letter),
        "can_send": MOVES["send"] in moves_open_to(request.user, letter, MOVES.values()),
        "planned": open_schedule(letter),
        "refusal": last_refusal(letter),
        "acts": {move.name for move in moves_open_to(request.user, letter, ACTS.values())},
        "hold": settings.HOLD_SECONDS,
        "back": back_to(letter),
    }
    return render(request, "communications/letter_check.html", context)


@require_safe
def recipient_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The names, for those who may see the contacts of an organization."""
    letter = visible_letter(request, pk)
    _may_check(request, letter)
    wanted = request.GET.get("organization", "")
    rows = audience.recipients_shown_to(request.user, letter)
    if wanted in [item.slug for item in organizations()]:
        rows = rows.filter(organization__slug=wanted)
    context = {
        "letter": letter,
        "page": page_of(request, rows),
        "counts": count_recipients(letter),
        "shown_of": audience.organizations_shown_to(request.user),
        "wanted": wanted,
        "back": back_to(letter),
    }
    return render(request, "communications/recipients.html", context)


@require_POST
def send_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Releases the letter; a second click shows the same sending."""
    letter = visible_letter(request, pk)
    form = SendForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Check the recipients, then send."))
        return redirect("communications:check", letter.pk)
    try:
        services.send_letter(letter, request.user, expected=form.cleaned_data["expected"])
    except AlreadyDone:
        pass
    except Refused as error:
        messages.error(request, str(error))
        return redirect("communications:check", letter.pk)
    return redirect(_dispatch_url(letter))


def _sending(request: HttpRequest, pk: int) -> Letter:
    letter = visible_letter(request, pk)
    if letter.mailing is None:
        raise Http404
    return letter


def _progress(request: HttpRequest, letter: Letter) -> dict[str, Any]:
    updates = request.GET.get("updates") != "off"
    return {
        "letter": letter,
        "mailing": letter.mailing,
        "progress": post.progress(letter.mailing),
        "poll_url": reverse("communications:progress", args=[letter.pk]) if updates else "",
    }


@require_safe
def dispatch(request: HttpRequest, pk: int) -> HttpResponse:
    """How far the sending is, what did not arrive and why, and what can be done about it."""
    letter = _sending(request, pk)
    held = letter.mailing.state == Mailing.State.HELD
    trouble = ledger_shown_to(request.user, letter, {"state": "trouble"})
    context = _progress(request, letter) | {
        "held": held,
        "outside": letter.outside.select_related("organization"),
        "seconds": max(0, round((letter.mailing.hold_until - timezone.now()).total_seconds())) if held else 0,
        "acts": {move.name for move in moves_open_to(request.user, letter, {**MOVES, **ACTS}.values())},
        "trouble": trouble[:5],
        "trouble_total": trouble.count(),
        "shown_of": audience.organizations_shown_to(request.user),
        "back": back_to(letter),
    }
    return render(request, "communications/dispatch.html", context)


@require_safe
def progress_fragment(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress alone, for the page that asks again; without a script it leads to the page."""
    letter = _sending(request, pk)
    if not getattr(request, "htmx", False):
        return redirect(_dispatch_url(letter))
    return render(request, "post/_progress.html", _progress(request, letter))


def _act(request: HttpRequest, pk: int, act: Callable[[Letter, Any], Letter], said: str) -> HttpResponse:
    letter = visible_letter(request, pk)
    try:
        act(letter, request.user)
        messages.success(request, said)
    except AlreadyDone:
        pass
    except Refused as error:
        messages.error(request, str(error))
    letter.refresh_from_db()
    return redirect(_dispatch_url(letter) if letter.mailing_id else letter.get_absolute_url())


@require_POST
def undo_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes the letter back while it is held."""
    return _act(request, pk, services.undo_letter, _("The letter is taken back. Nothing was sent."))


@require_POST
def pause_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Pauses the sending."""
    return _act(request, pk, services.pause_letter, _("Sending is paused. Every recipient keeps the place."))


@require_POST
def resume_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Goes on."""
    return _act(request, pk, services.resume_letter, _("Sending goes on where it was paused."))


@require_POST
def abort_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Stops the sending for good."""
    return _act(request, pk, services.abort_letter, _("Sending is stopped. The ledger says who got the letter."))


@require_POST
def send_missing(request: HttpRequest, pk: int) -> HttpResponse:
    """Tries the failed ones again; those that were sent are never touched."""
    letter = _sending(request, pk)
    try:
        count = services.send_missing(letter, request.user)
        words = ngettext("%(n)d letter is tried again.", "%(n)d letters are tried again.", count)
        messages.success(request, words % {"n": count})
    except Refused as error:
        messages.error(request, str(error))
    return redirect(_dispatch_url(letter))


@require_safe
def ledger(request: HttpRequest, pk: int) -> HttpResponse:
    """One line per recipient, for those who may see the contacts of its organization; filtered by the address."""
    letter = _sending(request, pk)
    shown_of = audience.organizations_shown_to(request.user)
    if not shown_of:
        raise Http404
    wanted = {name: request.GET.get(name, "") for name in ("group", "state", "q")}
    rows = ledger_shown_to(request.user, letter, wanted)
    context = {
        "letter": letter,
        "page": page_of(request, rows),
        "wanted": wanted,
        "shown_of": shown_of,
        "states": Delivery.State.choices,
        "back": (_dispatch_url(letter), _("Sending")),
    }
    return render(request, "communications/ledger.html", context)


@require_safe
def ledger_xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    """The same lines as a workbook."""
    letter = _sending(request, pk)
    if not audience.organizations_shown_to(request.user):
        raise Http404
    wanted = {name: request.GET.get(name, "") for name in ("group", "state", "q")}
    content = workbook(ledger_shown_to(request.user, letter, wanted))
    response = HttpResponse(content, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    response["Content-Disposition"] = content_disposition(f"ledger-letter-{letter.pk}.xlsx")
    return response
