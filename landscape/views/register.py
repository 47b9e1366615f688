"""The whole landscape: matrix, ranking, history, export."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from core.dates import format_date
from core.pages import page_of
from documents.judge import content_disposition
from landscape import permissions, queries
from landscape.exports import FORMATS, export_landscape, file_name
from landscape.forms import MatrixFilter
from landscape.models import PriorityRound
from landscape.papers import export_side
from landscape.pieces import drawn
from landscape.queries.baselines import side_of
from landscape.views.page import may, visible_area


def frame(request: HttpRequest, view: str) -> dict:
    """What the views of the whole landscape have in common."""
    return {
        "view": view,
        "revision": queries.register_revision(),
        "can_add": permissions.can_add(request.user),
        "can_open_round": permissions.can_open_round(request.user),
        "can_confirm": permissions.can_confirm(request.user),
        "can_set_period": permissions.can_set_period(request.user),
    }


@require_safe
def area_list(request: HttpRequest) -> HttpResponse:
    """The matrix of areas and organizations; the filter lives in the address."""
    may(permissions.can_read(request.user))
    form = MatrixFilter(request.GET)
    wanted = form.wanted()
    round = queries.shown_round()
    # The keys first: the words of a filter are looked for once, not to count and again to read.
    page = page_of(request, list(queries.wanted_areas(wanted, request.user, round).values_list("pk", flat=True)))
    rows = queries.matrix(queries.open_areas(page.object_list), request.user, round)
    since = request.user.previous_visit_at
    scoring = {
        "round_open": round is not None and not round.is_over(),
        "can_score": permissions.can_score(request.user),
    }
    context = frame(request, "matrix") | {
        "filter": form,
        "filtered": wanted != queries.Wanted(),
        "page": page,
        "rows": rows,
        "lines": _matrix_lines(rows, **scoring),
        "round": round,
        **scoring,
        "since": format_date(since),
        "changed": queries.areas().filter(changed_at__gt=since).count() if since else 0,
    }
    return render(request, "landscape/area_list.html", context)


def _matrix_lines(rows: Iterable[queries.Row], **scoring: bool) -> list[SafeString]:
    key = tuple(scoring.values())
    return [drawn("landscape/_row.html", (*key, *row.shown), {"row": row, **scoring}) for row in rows]


@require_safe
def ranking(request: HttpRequest) -> HttpResponse:
    """The areas by their result in a round, the newest unless `?round=` names another."""
    may(permissions.can_read(request.user))
    rounds = list(PriorityRound.objects.all())
    named = request.GET.get("round", "")
    if named and not (named.isascii() and named.isdigit() and len(named) < 9):
        raise Http404
    round = get_object_or_404(PriorityRound, pk=named) if named else next(iter(rounds), None)
    context = frame(request, "ranking") | {"round": round, "rounds": rounds}
    if round is not None:
        context |= _ranking_context(request, round)
    return render(request, "landscape/ranking.html", context)


def _ranked_lines(rows: Iterable[queries.Ranked], **may_do: bool) -> list[SafeString]:
    key = tuple(may_do.values())
    return [drawn("landscape/_ranked.html", (*key, *row.shown), {"row": row, **may_do}) for row in rows]


def _ranking_context(request: HttpRequest, round: PriorityRound) -> dict:
    user, over = request.user, round.is_over()
    page = page_of(request, queries.ranked_areas(round, user))
    rows = queries.ranking(round, user, page.object_list)
    scored, members = queries.progress(round)
    may_do = {
        "round_open": not over,
        "can_score": permissions.can_score(user),
        "can_record_decision": permissions.can_record_decision(user),
    }
    return {
        "page": page,
        "rows": rows,
        "lines": _ranked_lines(rows, **may_do),
        "shown": queries.visible_results(round, user).filter(value__isnull=False).count(),
        **may_do,
        "criteria": round.criteria.all(),
        "scored": scored,
        "members": members,
        "done": queries.count_scored(round, user),
        "next_area": None if over else queries.unscored_areas(round, user).first(),
        "sensitivity": queries.sensitivity(round),
        "others": [item for item in queries.rounds_over() if item.pk != round.pk] if over else [],
    }


@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """What happened in the landscape, or in the area that `?area=` names, newest first."""
    may(permissions.can_read(request.user))
    slug = request.GET.get("area", "").replace("\x00", "")
    area = visible_area(request, slug) if slug else None
    page = page_of(request, queries.recent_entries(request.user, area))
    return render(request, "landscape/history.html", frame(request, "history") | {"page": page, "area": area})


@require_safe
def export(request: HttpRequest, format: str) -> HttpResponse:
    """The landscape as a file, with the scores that this reader may see."""
    may(permissions.can_read(request.user) and format in (*FORMATS, "csv"))
    if format == "csv":
        return export_side(side_of(None), format)
    file = export_landscape(format, request.user, queries.shown_round())
    response = HttpResponse(file.data, content_type=file.content_type)
    response.headers["Content-Disposition"] = content_disposition(file_name(file.extension))
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
