"""The map of areas and committees."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from landscape import permissions, queries
from landscape.queries.map import MOST_NODES, Focus, map_of, matches
from landscape.views.page import may, visible_area
from landscape.views.register import frame
from organizations.models import Committee, Organization


@require_safe
def landscape_map(request: HttpRequest) -> HttpResponse:
    """All areas and committees, or those around the area, committee or organization that the address names."""
    may(permissions.can_read(request.user))
    words = request.GET.get("q", "").strip()[:200]
    places, committees, total = matches(words)
    if total == 1:
        chosen = f"area={places[0].slug}" if places else f"committee={committees[0].pk}"
        return redirect(f"{reverse('landscape:map')}?{chosen}")
    focus = Focus() if words else _focus(request)
    context = frame(request, "map") | {
        "focus": focus,
        "words": words,
        "places": places,
        "committees": committees,
        "total": total,
        "more": total - len(places) - len(committees),
        "map": None if words else map_of(focus),
        "most": MOST_NODES,
        "organizations": Organization.objects.all(),
        "areas": queries.areas().count(),
    }
    return render(request, "landscape/map.html", context)


def _focus(request: HttpRequest) -> Focus:
    """What the address names; 404 for what is not there."""
    if slug := request.GET.get("area"):
        return Focus(area=visible_area(request, slug.replace("\x00", "")))
    if key := request.GET.get("committee"):
        if not (key.isascii() and key.isdigit() and len(key) < 9):
            raise Http404
        return Focus(committee=get_object_or_404(Committee, pk=key))
    if slug := request.GET.get("organization"):
        return Focus(organization=get_object_or_404(Organization, slug=slug.replace("\x00", "")))
    return Focus()
