"""Priority rounds: score, open, close."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from core.moves import AlreadyDone, Refused
from core.pages import page_of
from core.views import asks_for_sign_in, offer_draft
from landscape import permissions, queries
from landscape.forms import OpenRoundForm
from landscape.models import Area, Criterion, PriorityRound
from landscape.services import rounds as services
from landscape.views.page import area_page, forget_typed, keep_comment, may, score_form, sign_in_first, visible_area

form_page = require_http_methods(["GET", "HEAD", "POST"])


@asks_for_sign_in
@form_page
def score_area(request: HttpRequest, slug: str) -> HttpResponse:
    """Saves a member's answers; a mail's link comes here and is led to the form."""
    if not request.user.is_authenticated:
        return sign_in_first(request, slug)
    area = visible_area(request, slug)
    if request.method != "POST":
        return redirect(f"{area.get_absolute_url()}#score")
    return save_scores(request, area)


def save_scores(request: HttpRequest, area: Area) -> HttpResponse:
    """Saves the answers of the request and comes back to the area; a comment typed beside them is kept."""
    keep_comment(request, area.slug)
    round = queries.shown_round()
    if round is None:
        messages.error(request, _("No priority round has been opened yet."))
        return redirect(area)
    form = score_form(request, area, round, request.POST)
    valid = form.is_valid()
    if permissions.can_score(request.user, area) and not round.is_over() and not valid:
        return area_page(request, area, score=form)
    try:
        values = form.values() if valid else {}
        services.score_area(round, area, request.user, values, form.cleaned_data.get("reason", ""))
    except Refused as error:
        messages.error(request, str(error))
        return redirect(area)
    forget_typed(request, area.slug, ("criterion_", "reason"))
    messages.success(request, _("Your score for “%(area)s” is saved.") % {"area": area.name})
    return redirect(f"{area.get_absolute_url()}#score")


@form_page
def open_round(request: HttpRequest) -> HttpResponse:
    """Opens a round; a double click is one round and one invitation."""
    may(permissions.can_open_round(request.user))
    form = OpenRoundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("title", "closes_on", "token")}
        try:
            round = services.open_round(request.user, criteria=form.criteria(), **values)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("“%(title)s” is open. Every member is invited.") % {"title": round.title})
            return redirect("landscape:ranking")
    context = {
        "form": offer_draft(request, form),
        "heading": _("Open a priority round"),
        "submit": _("Open the round"),
        "back": (reverse("landscape:ranking"), _("Priority ranking")),
        "side": [
            _("Every member of the three organizations gets a mail with a link to the first area."),
            _("A member sees the others’ scores of an area after scoring it; all are shown when the round closes."),
            _("The three organizations weigh the same, whatever the number of their members."),
            _("The questions and weights belong to this round for good; an earlier round keeps its own."),
        ],
    }
    return render(request, "landscape/round_form.html", context)


@form_page
def close_round(request: HttpRequest, pk: int) -> HttpResponse:
    """Closing cannot be taken back, so it has a check page that says who has not scored."""
    may(permissions.can_close_round(request.user))
    round = get_object_or_404(PriorityRound, pk=pk)
    if request.method == "POST":
        try:
            services.close_round(round, request.user)
            messages.success(request, _("“%(title)s” is closed. Everybody sees the result.") % {"title": round.title})
        except AlreadyDone:
            pass
        except Refused as error:
            messages.error(request, str(error))
        return redirect(round)
    scored, members = queries.progress(round)
    context = {
        "heading": _("Close “%(title)s”") % {"title": round.title},
        "lede": _("Scoring ends and everybody sees all scores. This cannot be taken back."),
        "submit": _close_words(scored),
        "back": (reverse("landscape:ranking"), _("Priority ranking")),
        "round": round,
        "scored": scored,
        "members": members,
    }
    return render(request, "landscape/round_close.html", context)


def _close_words(scored: int) -> str:
    """The button says the act and its number."""
    return ngettext(
        "Close the round with the scores of %(n)d member",
        "Close the round with the scores of %(n)d members",
        scored,
    ) % {"n": scored}


@require_safe
def compare_rounds(request: HttpRequest, first: int, second: int) -> HttpResponse:
    """Which areas moved up and down from one round to another; only of rounds that are over."""
    may(permissions.can_read(request.user))
    over = {item.pk: item for item in queries.rounds_over()}
    if not {first, second} <= over.keys():
        raise Http404
    page = page_of(request, queries.compare_rounds(over[first], over[second]))
    rows = queries.with_areas(page.object_list)
    asked = [list(over[pk].criteria.all()) for pk in (first, second)]
    context = {"first": over[first], "second": over[second], "page": page, "rows": rows, "asked": asked}
    context["same"] = _words(asked[0]) == _words(asked[1])
    return render(request, "landscape/rounds_compare.html", context)


def _words(asked: list[Criterion]) -> list[tuple[str, str, int]]:
    return [(item.name, item.question, item.weight) for item in asked]
