"""Small steps around every request."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.utils import timezone

from core.drafts import drop_draft, sheet_of
from core.models import User

VISIT_ENDS_AFTER = timedelta(minutes=30)


def trusted_proxy(get_response):
    """Forwarded headers count only from the proxies that TRUSTED_PROXY names; else they are dropped."""

    def middleware(request):
        if request.META.get("REMOTE_ADDR") in settings.TRUSTED_PROXY:
            chain = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
            # Read from the right: what stands left of the last stranger is only said by that stranger.
            strangers = (part for part in reversed(chain) if part and part not in settings.TRUSTED_PROXY)
            request.META["REMOTE_ADDR"] = next(strangers, request.META["REMOTE_ADDR"])
        else:
            for name in ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST"):
                request.META.pop(name, None)
        return get_response(request)

    return middleware


def last_visit(get_response):
    """Keeps when a person was last here; half an hour of silence ends a visit. Writes at most once a minute.
    A page that asks for news by itself (htmx names the asking element, `live-poll`) is no sign of a person."""

    def middleware(request):
        user = request.user
        if user.is_authenticated and request.headers.get("HX-Trigger") != "live-poll":
            _note_visit(user)
        return get_response(request)

    return middleware


def _note_visit(user) -> None:
    now = timezone.now()
    quiet = now - user.seen_at if user.seen_at else None
    if quiet is not None and quiet < timedelta(minutes=1):
        return
    values = {"seen_at": now}
    if quiet is not None and quiet > VISIT_ENDS_AFTER:
        values["previous_visit_at"] = user.seen_at
    User.objects.filter(pk=user.pk).update(**values)
    for name, value in values.items():
        setattr(user, name, value)


def drop_saved_draft(get_response):
    """A form that was sent and answered by leading on, without an error being told, is saved: its draft goes."""

    def middleware(request):
        response = get_response(request)
        if request.method == "POST" and 300 <= response.status_code < 400 and "draft_sheet" in request.POST:
            _drop_draft(request)
        return response

    return middleware


def _drop_draft(request):
    told = getattr(getattr(request, "_messages", None), "_queued_messages", [])
    sheet, user = sheet_of(request.POST), getattr(request, "user", None)
    refused = any(message.level >= messages.ERROR for message in told)
    if sheet and not refused and user is not None and user.is_authenticated:
        drop_draft(user, request.path, sheet)
