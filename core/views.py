"""What the views of all rooms do alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from core.moves import AlreadyDone, Refused


def make_move(
    request: HttpRequest, obj: models.Model, service: Callable[..., Any], done: str, *more: Any
) -> HttpResponse:
    """Calls `service(obj, person, *more)` and leads back to the record: done twice is done, and a refusal is said."""
    try:
        service(obj, request.user, *more)
    except AlreadyDone:
        obj.refresh_from_db()
    except Refused as error:
        messages.error(request, str(error))
        return redirect(obj)
    messages.success(request, done)
    return redirect(obj)
