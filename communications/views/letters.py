"""Letters until they are approved: list, record, forms, approval."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from communications.editions import changes_since
from communications.forms import DraftLetterForm, EditLetterForm, ReasonForm
from communications.forms.audience import saved_values
from communications.models import Cover, Letter
from communications.paper import preview
from communications.permissions import can_approve_letter_for, can_draft, can_edit_cover, can_read_letters
from communications.queries import (
    audience,
    current_approvals,
    last_refusal,
    letters_visible_to,
    open_schedule,
    problems,
    remarks_on,
)
from communications.queries import letters as reads
from communications.services import letters as services
from communications.views.doorway import back_to, visible_letter
from communications.views.previews import body_context, kept, typed
from communications.workflow import ACTS, MOVES
from core import registry
from core.moves import AlreadyDone, Conflict, Refused, moves_open_to
from core.pages import page_of
from core.views import offer_draft
from meetings.queries import said_about
from organizations.queries import approval_keys, organizations
from organizations.verdicts import VerdictForm


def chosen_cover(request: HttpRequest, letter: Letter) -> tuple[list[Cover], Cover]:
    """The three covers, and the one that `?cover=` names; by default the reader's own organization's."""
    covers = reads.covers_of(letter)
    own = [cover for cover in covers if can_edit_cover(request.user, cover)]
    wanted = request.GET.get("cover")
    return covers, next((c for c in covers if c.organization.slug == wanted), (own or covers)[0])


@require_safe
def letter_list(request: HttpRequest) -> HttpResponse:
    """The letters that the reader may see, newest first."""
    rows = letters_visible_to(request.user).prefetch_related("attachments__revision__document")
    if not can_read_letters(request.user):
        raise Http404
    page = page_of(request, rows, 30)
    total = page.paginator.count
    context = {
        "page": page,
        "summary": ngettext("%(n)d letter.", "%(n)d letters.", total) % {"n": total} if total else "",
        "can_draft": can_draft(request.user),
    }
    return render(request, "communications/letter_list.html", context)


@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One letter: content, audience, three approvals, and the preview of a cover."""
    found = visible_letter(request, pk)
    covers, cover = chosen_cover(request, found)
    revisions = reads.revisions_of(found)
    counts = audience.count_recipients(found)
    acts = {move.name for move in moves_open_to(request.user, found, {**MOVES, **ACTS}.values())}
    context = {
        "letter": found,
        "covers": covers,
        "cover": cover,
        "can_edit_cover": "edit_cover" in acts and can_edit_cover(request.user, cover),
        "revisions": revisions,
        "preview": preview(found, cover, revisions),
        "table": audience.audience_table(found),
        "counts": [(item, counts.get(item.code)) for item in organizations()],
        "total": sum(counts.values()),
        "merged": audience.merged(found),
        "keys": _keys(request, found, covers),
        "earlier": reads.earlier_approvals(found),
        "problems": [] if found.is_released else problems(found),
        "remarks": remarks_on(found) if "send" in acts else [],
        "acts": acts,
        "offers": registry.every("acts", found, request.user),
        "planned": open_schedule(found),
        "refusal": last_refusal(found),
        "said": said_about(found, request.user),
        "history": found.history.all()[:50],
        "token": uuid.uuid4(),
    }
    return render(request, "communications/letter.html", context)


def _keys(request: HttpRequest, letter: Letter, covers: list[Cover]) -> list[dict[str, Any]]:
    open_now = letter.state == Letter.State.FOR_APPROVAL
    keys = approval_keys(current_approvals(letter), request.user, "-", letter.planned_on, open_now)
    for key in keys:
        key["url"] = reverse("communications:approve_letter", args=[letter.pk, key["organization"].slug])
    return keys


@require_http_methods(["GET", "POST"])
def draft_letter(request: HttpRequest) -> HttpResponse:
    """A new letter; its three covers are filled with what each organization always writes."""
    if not can_draft(request.user):
        raise Http404
    initial = {"organizations": organizations(), "capacities": ["chair", "manager", "national_body"]}
    initial |= saved_values(request.GET.get("audience", ""))
    initial |= kept(request, DraftLetterForm)
    form = DraftLetterForm(typed(request), user=request.user, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            drafted = services.draft_letter(request.user, **form.cleaned_data)
            messages.success(request, _("The draft is saved, with a cover page for each organization."))
            return redirect(drafted)
        except Refused as error:
            form.add_error(None, str(error))
    side = [
        _("The portal makes a cover page for ISO, IEC and ITU-T; each secretary completes the own one."),
        _("You ask for approval; each organization approves the letter with its cover."),
        _("You see every recipient before anything is sent."),
    ]
    context = {
        "form": offer_draft(request, form),
        "heading": _("Draft a circular letter"),
        "submit": _("Save the draft"),
        "back": (reverse("communications:letters"), _("Letters")),
        "side": side,
    }
    return _letter_form(request, context)


def _letter_form(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    shown = {"preview_url": reverse("communications:preview"), "shown": "communications/_preview.html"}
    shown |= body_context(request, context["form"]["body"].value())
    return render(request, "communications/letter_form.html", {**context, **shown})


@require_http_methods(["GET", "POST"])
def edit_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Content and audience; a change withdraws all approvals."""
    found = visible_letter(request, pk)
    if ACTS["edit"] not in moves_open_to(request.user, found, ACTS.values()):
        raise Http404
    initial = EditLetterForm.initial_of(found, reads.revisions_of(found)) | kept(request, EditLetterForm)
    form = EditLetterForm(typed(request), user=request.user, initial=initial)
    context: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            services.edit_letter(found, request.user, values.pop("version"), **values)
            messages.success(request, _("The letter is saved."))
            return redirect(found)
        except Conflict as conflict:
            form.rebase(conflict.current.version)
            theirs = [(_("Subject"), conflict.current.subject), (_("Letter"), conflict.current.body)]
            context = {"conflict": conflict, "theirs": theirs}
        except Refused as error:
            form.add_error(None, str(error))
    side = [_("A change of what is sent withdraws all approvals: the three organizations are asked again.")]
    context |= {
        "form": offer_draft(request, form),
        "heading": _("Edit the letter"),
        "submit": _("Save the letter"),
        "back": back_to(found),
        "side": side if found.state != Letter.State.DRAFT else [],
    }
    return _letter_form(request, context)


@require_POST
def propose_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks the three secretaries for their approval."""
    found = visible_letter(request, pk)
    try:
        services.propose_letter(found, request.user)
        messages.success(request, _("The three secretaries are asked for their approval."))
    except AlreadyDone:
        pass
    except Refused as error:
        messages.error(request, str(error))
    return redirect(f"{found.get_absolute_url()}#approval")


@require_http_methods(["GET", "POST"])
def approve_letter(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """The letter with the own cover, what has changed since the last approval, and the verdict."""
    found = visible_letter(request, pk)
    cover = get_object_or_404(found.covers.select_related("organization"), organization__slug=slug)
    cover.letter = found
    if not can_approve_letter_for(request.user, cover.organization):
        raise Http404
    if found.state != Letter.State.FOR_APPROVAL:
        return redirect(f"{found.get_absolute_url()}?cover={slug}#approval")
    form = VerdictForm(request.POST or None, initial={"edition": cover.edition})
    if request.method == "POST" and form.is_valid():
        try:
            services.approve_letter(found, cover.organization, request.user, **form.cleaned_data)
            messages.success(request, _("The verdict of %(o)s is on record.") % {"o": cover.organization})
            return redirect(f"{found.get_absolute_url()}?cover={slug}#approval")
        except AlreadyDone:
            return redirect(f"{found.get_absolute_url()}?cover={slug}#approval")
        except Refused as error:
            form.add_error(None, str(error))
            cover.refresh_from_db()
            found.refresh_from_db()
            form.reread(cover.edition)
    counts = audience.count_recipients(found)
    context = {
        "form": offer_draft(request, form),
        "letter": found,
        "cover": cover,
        "preview": preview(found, cover, reads.revisions_of(found)),
        "changes": changes_since(cover),
        "count": counts.get(cover.organization.code, 0),
        "heading": _("Approve for %(organization)s") % {"organization": cover.organization},
        "submit": _("Give the verdict of %(organization)s") % {"organization": cover.organization},
        "back": back_to(found),
    }
    return render(request, "communications/letter_approve.html", context)


@require_http_methods(["GET", "POST"])
def withdraw_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraws a letter that has not been sent, with a reason."""
    found = visible_letter(request, pk)
    if MOVES["withdraw"] not in moves_open_to(request.user, found, MOVES.values()):
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.withdraw_letter(found, request.user, reason=form.cleaned_data["reason"])
            messages.success(request, _("The letter is withdrawn; it stays on record."))
        except AlreadyDone:
            pass
        except Refused as error:
            messages.error(request, str(error))
        return redirect(found)
    context = {
        "form": offer_draft(request, form),
        "heading": _("Withdraw the letter"),
        "lede": _("It will not be sent. It stays on record with your reason."),
        "submit": _("Withdraw the letter"),
        "back": back_to(found),
    }
    return render(request, "_form_page.html", context)
