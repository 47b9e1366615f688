"""What every page knows about its reader's roles."""

from __future__ import annotations

from django.http import HttpRequest

from organizations.queries import standing_of


def standing(request: HttpRequest) -> dict:
    """The reader's appointments of today."""
    return {"standing": standing_of(getattr(request, "user", None))}
