"""The way into every page of one proposal: what may be seen, what may be done, how a refusal is told."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from core.moves import AlreadyDone, Conflict, NotAllowed, Refused, WrongState, check
from core.views import offer_draft
from proposals.models import Proposal, ProposalRemark
from proposals.queries import proposal_of
from proposals.services.record import check_act
from proposals.workflow import ACTS, MOVES


def visible(request: HttpRequest, reference: str) -> Proposal:
    """The proposal that the reference names; 404 for what the reader may not see."""
    proposal = proposal_of(reference, request.user)
    if proposal is None:
        raise Http404
    return proposal


def remark_of(proposal: Proposal, pk: Any) -> ProposalRemark:
    """One comment or reply of this proposal, else 404."""
    rows = proposal.remarks.select_related("subject__organization", "parent", "author", "committee", "organization")
    return get_object_or_404(rows, pk=pk)


def posted(request: HttpRequest) -> Any:
    """What was posted, be it empty; None for a page that is only looked at."""
    return request.POST if request.method == "POST" else None


def to_record(proposal: Proposal, fragment: str = "") -> HttpResponse:
    return redirect(f"{proposal.get_absolute_url()}{fragment}")


def act(name: str, fragment: str = "", methods: tuple[str, ...] = ("GET", "HEAD", "POST")) -> Callable[..., Any]:
    """A page that does `name` with one proposal: the wrong person or state is told why, on the record's page.

    What has been typed is never thrown away for a wrong state: on POST the service says so and the form stays."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @require_http_methods(methods)
        @wraps(view)
        def wrapped(request: HttpRequest, reference: str, **kwargs: Any) -> HttpResponse:
            proposal = visible(request, reference)
            try:
                _check(request, proposal, name)
                return view(request, proposal, **kwargs)
            except AlreadyDone:
                return to_record(proposal, fragment)
            except Refused as error:
                messages.error(request, str(error))
                return to_record(proposal, fragment)

        return wrapped

    return decorate


def _check(request: HttpRequest, proposal: Proposal, name: str) -> None:
    try:
        if name in MOVES:
            check(proposal, MOVES[name], request.user)
        elif name in ACTS:
            check_act(proposal, name, request.user)
    except WrongState:
        if request.method != "POST":
            raise


def saved(request: HttpRequest, form: Any, call: Callable[[dict[str, Any]], Any]) -> bool:
    """Whether a valid form was posted and the service did it, now or at an earlier click; a refusal of the service
    stands in the form beside what was typed."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        call(form.cleaned_data)
    except AlreadyDone:
        return True
    except (NotAllowed, Conflict):
        raise
    except Refused as error:
        form.add_error(None, str(error))
        return False
    return True


def form_page(request: HttpRequest, proposal: Proposal, form: Any, **context: Any) -> HttpResponse:
    """The page of one form about a proposal; what is typed into it is kept as a draft."""
    offer_draft(request, form)
    back = (proposal.get_absolute_url(), f"{proposal.reference} {proposal.title}")
    return render(
        request, "proposals/proposal_form.html", {"form": form, "back": back, "proposal": proposal, **context}
    )
