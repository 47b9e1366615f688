"""The whole history of one proposal, in words."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.pages import page_of
from proposals.queries.history import add_changes, history_of
from proposals.views.doorway import visible


@require_safe
def proposal_history(request: HttpRequest, reference: str) -> HttpResponse:
    """Every entry that the reader may see, with what stood before and after."""
    proposal = visible(request, reference)
    page = page_of(request, history_of(proposal, request.user), 100)
    add_changes(page.object_list)
    return render(request, "proposals/proposal_history.html", {"proposal": proposal, "page": page})
