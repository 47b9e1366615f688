"""Pages that share: circulate, extend."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from core.dates import parse_date
from core.moves import Conflict
from organizations.queries import everybody
from proposals.forms.circulation import CirculateForm, ExtendForm
from proposals.forms.fields import suggested_reply_by
from proposals.models import Proposal
from proposals.permissions import can_circulate
from proposals.queries.page import recipients_by_organization
from proposals.services import circulation
from proposals.services.notices import circulation_notice, mail_preview
from proposals.views.doorway import act, form_page, posted, saved, to_record, visible


@act("circulate")
def circulate_proposal(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """Who gets it, the mail as received, the date; the button says to how many people it goes."""
    day = proposal.reply_by_on or suggested_reply_by()
    form = CirculateForm(posted(request), initial={"reply_by_on": day, "version": proposal.version})
    count = len(everybody())
    if saved(request, form, lambda values: circulation.circulate_proposal(proposal, request.user, **values)):
        messages.success(request, _circulated(count))
        return to_record(proposal)
    if form.is_bound and "version" in form.data:
        form.rebase(proposal.version)
        day = form.cleaned_data.get("reply_by_on", day)
    context = {
        "proposal": proposal,
        "form": form,
        "count": count,
        "recipients": recipients_by_organization(),
        "notice": circulation_notice(proposal, day),
        "day": day,
    }
    return render(request, "proposals/proposal_circulate.html", context)


def _circulated(count: int) -> str:
    return ngettext(
        "Circulated to %(n)d person. You get a copy.", "Circulated to %(n)d people, you among them.", count
    ) % {"n": count}


@require_safe
@xframe_options_sameorigin
def circulation_mail(request: HttpRequest, reference: str) -> HttpResponse:
    """The HTML of the mail exactly as it is received, for the frame of the check page only; nothing in it runs."""
    proposal = visible(request, reference)
    if not can_circulate(request.user, proposal):
        raise Http404
    response = HttpResponse(mail_preview(circulation_notice(proposal, _day(request, proposal)), request.user))
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'; sandbox"
    )
    return response


def _day(request: HttpRequest, proposal: Proposal) -> date:
    """The day that stands on the check page; nonsense in the address gives the one on record."""
    try:
        return parse_date(request.GET.get("day", "")[:20])
    except ValueError:
        return proposal.reply_by_on or suggested_reply_by()


@act("extend")
def extend_deadline(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """A later day and a reason."""
    initial = {"reply_by_on": suggested_reply_by(), "version": proposal.version}
    form = ExtendForm(posted(request), initial=initial)
    context = {
        "heading": _("Give more time for comments"),
        "submit": _("Extend the deadline"),
        "side": [_("Comments are open again at once if they had closed."), _("Every secretary and member is told.")],
    }
    try:
        if saved(request, form, lambda values: circulation.extend_deadline(proposal, request.user, **values)):
            messages.success(request, _("The deadline is extended."))
            return to_record(proposal)
    except Conflict as conflict:
        form.rebase(conflict.current.version)
        field = form.fields["reply_by_on"]
        context |= {
            "conflict": conflict,
            "theirs": [(field.label, field.widget.format_value(conflict.current.reply_by_on))],
        }
    return form_page(request, proposal, form, **context)
