"""What every page knows."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from core.dates import format_time, today


def portal(request: HttpRequest) -> dict:
    """DEMO, the zone that Geneva has today, and the reader's theme."""
    user = getattr(request, "user", None)
    return {
        "DEMO": settings.DEMO,
        "zone": format_time(timezone.now()).split()[-1],
        "today": today(),
        "theme": user.theme if user and user.is_authenticated else "auto",
    }
