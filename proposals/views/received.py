"""The page on which a secretary records what came by e-mail."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from core.moves import Conflict
from organizations.queries import standing_of
from proposals.forms.received import ReceiveForm
from proposals.models import Proposal
from proposals.services import received
from proposals.views.doorway import act, form_page, posted, saved, to_record
from proposals.views.replies import declared


@act("receive", "#comments")
def receive(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """Who wrote it, when, and what: always for the organization of the secretary who records it."""
    organization = standing_of(request.user).organization
    initial = {"committee": request.GET.get("committee", "")[:60]}
    form = ReceiveForm(posted(request), initial=initial, organization=organization)
    context: dict[str, Any] = {}
    try:
        if saved(request, form, lambda values: _record(proposal, request.user, **values)):
            messages.success(request, _("The e-mail is on the record."))
            return to_record(proposal, "#interests" if form.cleaned_data["answer"] else "#comments")
    except Conflict as conflict:
        form.rebase(conflict.current.stamp)
        context = {"conflict": conflict, "theirs": declared(conflict.current)}
    return form_page(
        request,
        proposal,
        form,
        heading=_("Record an e-mail for %(organization)s") % {"organization": organization},
        submit=_("Record it"),
        side=[
            _("It is shown as received by e-mail and recorded by you."),
            _("Who wrote it counts as having answered and is not reminded."),
            _("The secretary in charge is told, and the writer, if the person has an account."),
        ],
        **context,
    )


def _record(
    proposal: Proposal, by: Any, *, answer: str, text: str, committee: Any, token: Any, stance: str, **values: Any
) -> Any:
    if answer:
        return received.receive_answer(proposal, committee, by, answer, text, **values)
    values.pop("replaces")
    return received.receive_comment(proposal, by, text, committee=committee, stance=stance, token=token, **values)
