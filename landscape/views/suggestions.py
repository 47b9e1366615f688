"""Suggested edits: made, made again, decided, taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.moves import AlreadyDone, Conflict, Refused
from core.views import offer_draft
from landscape import permissions, queries
from landscape.forms import DecideForm, SuggestForm
from landscape.models import Area, AreaSuggestion
from landscape.services import suggestions as services
from landscape.views.page import may, visible_area

form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
def suggest_edit(request: HttpRequest, slug: str, again: int = 0) -> HttpResponse:
    """The area's text in the editor: what is changed there becomes a suggestion. With `again` the own suggestion of
    that key, whose words have changed since, is made again beside its old words. What was typed is kept where the area
    was closed or the old suggestion decided meanwhile."""
    area = visible_area(request, slug)
    typed = request.method == "POST"
    may(permissions.can_suggest(request.user, area) and (area.is_open or typed))
    old = get_object_or_404(_own(request, area, typed), pk=again) if again else None
    newest = queries.newest_revision(area)
    reason = old.reason if old else ""
    form = SuggestForm(request.POST or None, initial={"text": area.text, "version": newest.number, "reason": reason})
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        try:
            suggestion = _suggest(request, area, form.cleaned_data, old)
        except Conflict as conflict:
            form.rebase(newest.number)
            context = {"conflict": conflict, "theirs": [(_("Text"), conflict.current.text)]}
        except Refused as error:
            form.add_error("text", str(error))
        else:
            messages.success(request, _("Your edit is suggested. You are told what becomes of it."))
            return redirect(suggestion)
    context |= {
        "form": offer_draft(request, form),
        "area": area,
        "revision": newest,
        "entry": queries.newest_entry(area),
        "old": queries.suggested(old, area.text) if old else None,
        "heading": _("Suggest an edit of “%(area)s”") % {"area": area.name},
        "submit": _("Suggest this edit"),
        "back": (area.get_absolute_url(), area.name),
        "side": _side(area),
    }
    return render(request, "landscape/suggestion_form.html", context)


def _own(request: HttpRequest, area: Area, decided_too: bool) -> Any:
    rows = queries.suggestions_of(area).filter(author=request.user)
    return rows if decided_too else rows.filter(state=AreaSuggestion.State.OPEN)


def _suggest(request: HttpRequest, area: Area, values: dict[str, Any], old: AreaSuggestion | None) -> AreaSuggestion:
    base = area.revisions.filter(number=values["version"]).first() or queries.newest_revision(area)
    waits = old if old and old.state == AreaSuggestion.State.OPEN else None
    more = {"reason": values["reason"], "token": values["token"], "instead_of": waits}
    return services.suggest_edit(area, request.user, base, values["text"], **more)


def _side(area: Area) -> list[str]:
    keeper = _("a secretary of %(owner)s") % {"owner": area.owner} if area.owner else _("a secretary")
    return [
        _("The words that you change are shown to everybody as added and removed."),
        _("It is decided with a word to you by %(keeper)s.") % {"keeper": keeper},
        _("If the words that you change are changed before that, you are asked to suggest your edit again."),
    ]


@form_page
def accept_suggestion(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Puts the suggestion into the text. A GET, as after sign-in, leads to it."""
    done = _("The suggestion is accepted: the text has changed.")
    return _decide(request, slug, pk, services.accept_suggestion, done)


@form_page
def reject_suggestion(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Leaves the text as it is."""
    done = _("The suggestion is rejected. The text has not changed.")
    return _decide(request, slug, pk, services.reject_suggestion, done)


def _decide(request: HttpRequest, slug: str, pk: int, service: Callable[..., Any], done: str) -> HttpResponse:
    suggestion = get_object_or_404(queries.suggestions_of(visible_area(request, slug)), pk=pk)
    if request.method != "POST":
        return redirect(suggestion)
    form = DecideForm(request.POST)
    if not form.is_valid() and permissions.can_judge(request.user, suggestion.subject):
        messages.error(request, _("Say in a word to the author why, at most 200 letters."))
        return redirect(suggestion)
    return _act(request, suggestion, lambda: service(suggestion, request.user, form.cleaned_data.get("word", "")), done)


@form_page
def withdraw_suggestion(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The author takes a suggestion back."""
    suggestion = get_object_or_404(queries.suggestions_of(visible_area(request, slug)), pk=pk)
    if request.method != "POST":
        return redirect(suggestion)
    done = _("Your suggestion is withdrawn.")
    return _act(request, suggestion, lambda: services.withdraw_suggestion(suggestion, request.user), done)


def _act(request: HttpRequest, suggestion: AreaSuggestion, act: Callable[[], Any], done: str) -> HttpResponse:
    try:
        act()
    except AlreadyDone:
        pass
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect(f"{suggestion.subject.get_absolute_url()}#suggestions")
