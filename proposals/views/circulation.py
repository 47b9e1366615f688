"""Pages that share: circulate, extend, close the comments, reopen."""

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
from proposals.forms.proposals import ReasonForm
from proposals.models import Proposal
from proposals.permissions import can_circulate
from proposals.queries.page import not_told, recipients_by_organization
from proposals.services import circulation
from proposals.services import proposals as services
from proposals.services.notices import circulation_notice, mail_preview
from proposals.views.doorway import act, form_page, posted, saved, to_record, visible


@act("circulate")
def circulate_proposal(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """Who gets it and why, the mail as received, the date; the button says to how many people it goes. Two other
    buttons look at the mail with another date, and send it to oneself only."""
    day = proposal.reply_by_on or suggested_reply_by()
    form = CirculateForm(posted(request), initial={"reply_by_on": day, "version": proposal.version})
    count = len(everybody())
    if "look" not in request.POST and "test" not in request.POST:
        if saved(request, form, lambda values: circulation.circulate_proposal(proposal, request.user, **values)):
            messages.success(request, _circulated(count))
            return to_record(proposal)
    elif form.is_valid() and "test" in request.POST:
        _send_test(request, proposal, form.cleaned_data["reply_by_on"])
    if form.is_bound and "version" in form.data:
        form.rebase(proposal.version)
        day = form.cleaned_data.get("reply_by_on", day)
    context = {
        "proposal": proposal,
        "form": form,
        "count": count,
        "recipients": recipients_by_organization(proposal, request.user),
        "left_out": not_told(),
        "mail": mail_preview(circulation_notice(proposal, day), request.user),
        "day": day,
    }
    return render(request, "proposals/proposal_circulate.html", context)


def _send_test(request: HttpRequest, proposal: Proposal, day: date) -> None:
    circulation.send_circulation_test(proposal, request.user, reply_by_on=day)
    facts = {"address": request.user.email}
    messages.success(request, _("The mail is on its way to %(address)s. Nobody else has been told.") % facts)


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
    notice = circulation_notice(proposal, _day(request, proposal))
    response = HttpResponse(mail_preview(notice, request.user)["html"])
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
        "side": [
            _("Comments are open again at once if they had closed."),
            _("Every secretary and member is told."),
            _("Reminders follow the new date."),
        ],
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


@act("close_comments", "#comments")
def close_comments(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """A reason, then comments are closed for everybody at once."""
    form = ReasonForm(posted(request))
    if saved(request, form, lambda values: circulation.close_comments(proposal, request.user, **values)):
        messages.success(request, _("Comments are closed."))
        return to_record(proposal, "#comments")
    return form_page(
        request,
        proposal,
        form,
        heading=_("Close the comments before the deadline"),
        submit=_("Close the comments"),
        side=[
            _("Comments close at this instant for everybody; what comes later is marked as late."),
            _("Every secretary and member is told; nobody is reminded any more."),
            _("To open them again, extend the deadline."),
        ],
    )


@act("reopen")
def reopen_proposal(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """A reason, then it goes on where it stood."""
    form = ReasonForm(posted(request))
    if saved(request, form, lambda values: services.reopen_proposal(proposal, request.user, **values)):
        messages.success(request, _("The proposal is open again."))
        return to_record(proposal)
    told = _("Every secretary and member is told.") if proposal.circulated_at else _("Nobody is told: it is a draft.")
    return form_page(
        request,
        proposal,
        form,
        heading=_("Reopen %(reference)s") % {"reference": proposal.reference},
        submit=_("Reopen the proposal"),
        side=[_("It goes on where it stood before."), told, _("A deadline that is over stays over: extend it.")],
    )
