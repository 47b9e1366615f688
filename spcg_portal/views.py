"""Pages that show several rooms at once: Home, search, about, and the health of the house."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core import registry
from core.models import SearchText
from core.pages import page_of
from core.search import find
from organizations.queries import standing_of


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits on me, what changed, what comes next."""
    waiting = sorted(registry.every("waiting", request.user), key=lambda item: (item.due_on is None, item.due_on))
    return render(request, "portal/home.html", {"waiting": waiting})


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """One search over everything that the reader may see."""
    query = request.GET.get("q", "")
    audiences = [SearchText.Audience.SHARED]
    if standing_of(request.user).sees_drafts:
        audiences.append(SearchText.Audience.SECRETARIES)
    page = page_of(request, find(query, audiences).order_by("kind", "title"))
    return render(request, "portal/search.html", {"query": query, "page": page})


@login_not_required
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """The public page: what the portal is, and what has been published."""
    return render(request, "portal/about.html")
