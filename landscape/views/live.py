"""The notice on an open page that others did something in the area."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from landscape import permissions, queries
from landscape.queries.live import MOST_TOLD
from landscape.views.page import may


@require_safe
def live(request: HttpRequest, slug: str, since: int, told: int) -> HttpResponse:
    """What others did after the line `since` of the history, which the page knew when it was opened; nothing (204) if
    the page has told its reader already, up to the line `told`. Asked every ten seconds: one query of its own."""
    may(permissions.can_read(request.user))
    entries = queries.entries_after(slug, since, request.user)
    if not entries or entries[0].pk <= told:
        return HttpResponse(status=204)
    context = {
        "slug": slug,
        "since": since,
        "told": entries[0].pk,
        "entries": entries[:MOST_TOLD],
        "more": len(entries) > MOST_TOLD,
        "typing": request.GET.get("typing") == "1",
    }
    response = render(request, "landscape/_live_news.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response
