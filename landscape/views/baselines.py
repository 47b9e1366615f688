"""Baselines of the register: taken, read, compared with another or with today, exported."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.moves import Refused
from core.pages import page_of
from landscape import papers, permissions
from landscape.forms.baselines import BaselineForm
from landscape.models import Baseline, in_one_line
from landscape.queries import baselines as queries
from landscape.queries import committee_in_words
from landscape.registers import CAME, TOPICS, WENT, AreaChange, AreaState, count_changes
from landscape.services import baselines as services
from landscape.views.page import may
from landscape.views.register import frame

CHANGES_ON_A_PAGE = 20


def _baseline(request: HttpRequest, key: str | int) -> Baseline:
    rows = queries.baselines_visible_to(request.user)
    named = str(key)
    if not (named.isascii() and named.isdigit() and len(named) < 10):
        raise Http404
    return get_object_or_404(rows, pk=int(named))


@require_safe
def baseline_list(request: HttpRequest) -> HttpResponse:
    """All baselines, the newest first."""
    may(permissions.can_read(request.user))
    context = frame(request, "baselines") | {
        "page": page_of(request, queries.baselines_visible_to(request.user)),
        "can_take": permissions.can_take_baseline(request.user),
    }
    return render(request, "landscape/baselines.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def take_baseline(request: HttpRequest) -> HttpResponse:
    """Keeps the register as it stands; a double click is one baseline."""
    may(permissions.can_take_baseline(request.user))
    form = BaselineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            baseline = services.take_baseline(request.user, **form.cleaned_data)
        except Refused as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, _("The baseline “%(name)s” is taken.") % {"name": baseline.name})
            return redirect(baseline)
    context = {
        "form": form,
        "heading": _("Take a baseline"),
        "submit": _("Take the baseline"),
        "back": (reverse("landscape:baselines"), _("Baselines")),
        "side": [
            _("Every open area is kept as it reads now, with its rank in the last round that is over."),
            _("A baseline is never changed and never removed."),
            _("You can compare it with today and with every other baseline."),
        ],
    }
    return render(request, "_form_page.html", context)


@require_safe
def baseline(request: HttpRequest, pk: int) -> HttpResponse:
    """One baseline: the areas as they stood."""
    item = _baseline(request, pk)
    page = page_of(request, queries.areas_in(item))
    context = {
        "baseline": item,
        "page": page,
        "rows": [(state, *_in_words(state)) for state in map(queries.state_of, page)],
        "others": queries.baselines_visible_to(request.user).exclude(pk=item.pk),
        "history": item.history.all(),
    }
    return render(request, "landscape/baseline.html", context)


def _in_words(state: AreaState) -> tuple[list[str], list[str]]:
    """The committees, with their roles where these are known, and the mechanisms."""
    committees = [committee_in_words(*item) for item in state.facts.get("committees", ())]
    return committees, [in_one_line(*item) for item in state.facts.get("mechanisms", ())]


@require_safe
def choose_other(request: HttpRequest, pk: int) -> HttpResponse:
    """The form "compare" works without a script: it leads to the address of the comparison."""
    item = _baseline(request, pk)
    other = request.GET.get("with") or queries.NOW
    if not (other == queries.NOW or other.isascii() and other.isdigit()):
        raise Http404
    return redirect("landscape:compare_baselines", item.pk, other)


def _sides(request: HttpRequest, pk: int, other: str) -> tuple[queries.Side, queries.Side]:
    """Both sides, the earlier one first, whatever their order in the address."""
    first = _baseline(request, pk)
    second = None if other == queries.NOW else _baseline(request, other)
    if second is not None and (second.taken_at, second.pk) < (first.taken_at, first.pk):
        first, second = second, first
    return queries.side_of(first), queries.side_of(second)


@require_safe
def compare_baselines(request: HttpRequest, pk: int, other: str) -> HttpResponse:
    """What changed between two baselines, or between one and today; a filter shows one kind of change."""
    before, after = _sides(request, pk, other)
    changes = queries.changes_between(before, after)
    counts, labels = count_changes(changes), papers.labels()
    wanted = request.GET.get("show", "")
    shown = [item for item in changes if wanted in (item.kind, *item.topics)] if wanted in counts else changes
    page = page_of(request, shown, CHANGES_ON_A_PAGE)
    context = {
        "before": before,
        "after": after,
        "address": (pk, other),
        "total": len(changes),
        "wanted": wanted if wanted in counts else "",
        "counts": [(name, labels[name], counts[name]) for name in (CAME, WENT, *TOPICS) if counts[name]],
        "page": page,
        "rows": [_shown(change) for change in page],
    }
    return render(request, "landscape/compare_baselines.html", context)


def _shown(change: AreaChange) -> dict[str, Any]:
    return {
        "change": change,
        "facts": queries.facts_changed(change),
        "lines": change.lines if "text" in change.topics else [],
        "rank": queries.rank_in_words(change),
    }


@require_safe
def export_baseline(request: HttpRequest, pk: int, format: str) -> HttpResponse:
    """A baseline as a file."""
    item = _baseline(request, pk)
    may(format in papers.FORMATS)
    return papers.export_side(queries.side_of(item), format)


@require_safe
def export_comparison(request: HttpRequest, pk: int, other: str, format: str) -> HttpResponse:
    """A comparison as a file."""
    may(format in papers.FORMATS)
    before, after = _sides(request, pk, other)
    return papers.export_changes(before, after, queries.changes_between(before, after), format)
