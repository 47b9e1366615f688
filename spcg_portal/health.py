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

HEARTBEAT_KEY = "spcg_portal.heartbeat"
HEARTBEAT_EVERY = 10  # seconds, beat's schedule
HEARTBEAT_FRESH = 40  # seconds: three strokes may be missed while the worker is busy

log = logging.getLogger(__name__)


def note_heartbeat() -> None:
    """Keeps the moment of the worker's last stroke."""
    cache.set(HEARTBEAT_KEY, time.time(), timeout=HEARTBEAT_FRESH)


def worker_fault() -> str:
    """Why the worker does not count as alive, or nothing; inside the web process its threads must live too."""
    if settings.CELERY_EMBEDDED and not embedded.alive():
        return "the worker inside the web process has stopped"
    try:
        stroke = cache.get(HEARTBEAT_KEY)
    except Exception as error:  # whatever keeps the cache from answering keeps the broker from ringing
        return f"the cache does not answer: {error}"
    if stroke is None or time.time() - stroke > HEARTBEAT_FRESH:
        return f"no heartbeat of a worker for {HEARTBEAT_FRESH} s"
    return ""


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
