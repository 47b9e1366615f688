"""A person's own pages about sign-in and data: open sessions, and what the portal knows."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.dates import today
from core.moves import AlreadyDone
from core.tables import table_response
from organizations.queries.sign_in import sessions_of
from organizations.services import sessions as services
from spcg_portal.own_data import COLUMNS, as_json, as_rows, known_about


@require_http_methods(["GET", "HEAD", "POST"])
def own_sessions(request: HttpRequest) -> HttpResponse:
    """The person's open sessions; a POST ends all but this one."""
    if request.method == "POST":
        services.end_sessions(request.user, keep=request.session.session_key or "")
        messages.success(request, _("All other sessions are ended."))
        return redirect("own_sessions")
    return render(request, "portal/sessions.html", {"sessions": sessions_of(request.user)})


@require_POST
def end_own_session(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends one of the person's own sessions."""
    try:
        services.end_session(request.user, pk)
    except AlreadyDone as error:
        messages.success(request, str(error))
    else:
        messages.success(request, _("The session is ended."))
    return redirect("own_sessions")


@never_cache
@require_safe
def own_data(request: HttpRequest) -> HttpResponse:
    """What the portal knows about the reader, counted by room and kind."""
    counted = [(kind, kind.rows.count()) for kind in known_about(request.user)]
    return render(request, "portal/own_data.html", {"kinds": [(kind, count) for kind, count in counted if count]})


@never_cache
@require_safe
def export_own_data(request: HttpRequest, format: str) -> HttpResponse:
    """The same in full, as a file."""
    name = f"SPCG what the portal knows {today().isoformat()}"
    if format in ("xlsx", "csv"):
        return table_response(format, _("My data"), COLUMNS, as_rows(request.user), name)
    if format != "json":
        raise Http404
    response = JsonResponse(as_json(request.user), json_dumps_params={"ensure_ascii": False, "indent": 1})
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.json")
    return response
