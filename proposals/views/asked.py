"""The page of all questions to committees that wait for an answer."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.pages import page_of
from organizations.permissions import can_read
from organizations.queries import standing_of
from proposals.permissions import can_comment, can_receive
from proposals.queries.answers import questions_in_total, questions_to


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """What waits on the reader's organization, the oldest question first, and how many wait on each organization."""
    if not can_read(request.user):
        raise Http404
    organization = standing_of(request.user).organization
    context = {
        "organization": organization,
        "page": page_of(request, questions_to(organization, request.user)),
        "totals": questions_in_total(request.user),
        "can_answer": can_comment(request.user),
        "can_receive": can_receive(request.user),
    }
    return render(request, "proposals/asked.html", context)
