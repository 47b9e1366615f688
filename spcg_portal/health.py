"""The health page: web, database and worker, and nothing else to a stranger."""

from __future__ import annotations

import logging
import time

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from spcg_portal import embedded

SIGN_EVERY = 10  # seconds
# How old a sign of life may be, in seconds. Beat's goes through the queue and may wait there behind a long mailing.
FRESH = {"worker": 40, "beat": 300}

log = logging.getLogger(__name__)


def note(part: str) -> None:
    """Keeps the moment of a part's last sign of life; a cache that is away must not stop the part."""
    try:
        cache.set(f"alive:{part}", time.time(), timeout=FRESH[part])
    except Exception as error:
        log.warning("The sign of life of %s was not kept: %s", part, error)


def worker_fault() -> str:
    """Why worker or beat do not count as alive, or nothing. Inside the web process their threads are asked."""
    if settings.CELERY_EMBEDDED:
        return "" if embedded.alive() else "the worker inside the web process has stopped"
    try:
        signs = {part: cache.get(f"alive:{part}") or 0 for part in FRESH}
    except Exception as error:  # whatever keeps the cache from answering keeps the broker from ringing
        return f"the cache does not answer: {error}"
    late = [part for part, at in signs.items() if time.time() - at > FRESH[part]]
    return f"no sign of life of: {', '.join(late)}" if late else ""


def database_fault() -> str:
    """Why the database does not count as up, or nothing."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception as error:  # drivers raise errors of their own beside Django's
        return f"the database does not answer: {error}"
    return ""


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 once web, database and worker are up, else 503; the reason goes to the log, not to the stranger."""
    faults = [fault for fault in (database_fault(), worker_fault()) if fault]
    if faults:
        log.warning("Not healthy: %s", "; ".join(faults))
    return HttpResponse("unavailable" if faults else "ok", status=503 if faults else 200, content_type="text/plain")
