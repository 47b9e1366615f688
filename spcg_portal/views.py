"""Pages that show several rooms at once: Home, search, about, and the health of the house."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

import publications.queries
from core.dates import today
from core.models import FeedAddress, User
from core.moves import AlreadyDone
from core.pages import page_of
from core.reading import reading
from core.registry import Waiting
from core.tables import TYPES, table_response
from landscape.pieces import drawn
from meetings.queries import next_meeting
from organizations.permissions import can_administer, can_keep_contacts
from post.services.notices import site_link
from spcg_portal import feeds, found, overview, queries
from spcg_portal import history as happened
from spcg_portal.committees import committees_visible_to, page_of_committee
from spcg_portal.forms import HistoryFilter, SettingsForm
from spcg_portal.services import choose_appearance, choose_time_zone, release_all_sending, reset_feeds

PUBLISHED_AS = (("docx", "Word"), ("pdf", "PDF"), ("html", gettext_lazy("web page")))


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits on me, what changed, what comes next."""
    user = request.user
    if not queries.speaks(user):
        return render(request, "portal/home.html")
    with reading():
        context = _home(user)
    return render(request, "portal/home.html", context)


def _home(user: User) -> dict[str, Any]:
    waiting = queries.waits_on(user)
    ahead = queries.deadlines(user)
    mine = {row.url for row in waiting}
    owed = overview.owed(user)
    changes = queries.changes(user)
    return {
        "waiting": waiting,
        "todo": [_todo(row, number == 0) for number, row in enumerate(waiting)],
        "dated": [_dated(row, row.url in mine) for row in ahead],
        "waiting_word": in_words(len(waiting)),
        "owed": [_owed(row) for row in owed[: overview.OTHERS_SHOWN]],
        "owed_more": len(owed[overview.OTHERS_SHOWN :]),
        "cares": overview.cares() if can_administer(user) else [],
        "only_reads": overview.only_reads(user),
        "changes": changes,
        "changed": [(deed.entry.at, _changed(deed)) for deed in changes.shown],
        "deadlines": ahead,
        "strip": _strip(queries.strip(ahead, mine)),
        "meeting": next_meeting(),
        "hand": queries.in_hand(user),
    }


def _todo(row: Waiting, is_first: bool) -> SafeString:
    """A row of what waits; how far its day is away changes at midnight."""
    return drawn("portal/_todo.html", (row, is_first, today()), {"row": row, "first": is_first})


def _dated(row: Waiting, is_mine: bool) -> SafeString:
    """A row of the days ahead."""
    return drawn("portal/_deadline.html", (row, is_mine), {"row": row, "mine": is_mine})


def _owed(row: overview.Owed) -> SafeString:
    """A row of what waits on an organization; its age changes at midnight."""
    return drawn("portal/_owed_line.html", (row, today()), {"row": row})


def _changed(deed: queries.Deed) -> SafeString:
    """A line of what changed: an entry never changes, the name of its record may."""
    entry, record = deed.entry, deed.entry.subject
    key = type(entry), entry.pk, deed.more, deed.together, str(record), record.illustrative_mark
    return drawn("portal/_change.html", (*key, record.get_absolute_url()), {"deed": deed, "entry": entry})


def _strip(marks: list[queries.Mark]) -> SafeString:
    """The days ahead on a line, with a mark for each deadline; another one after midnight."""
    return drawn("portal/_days.html", (today(), *marks), {"marks": marks, "ticks": queries.ticks()})


def in_words(number: int) -> str:
    """A small number as a title says it: Three things wait for you."""
    words = (_("No"), _("One"), _("Two"), _("Three"), _("Four"), _("Five"), _("Six"), _("Seven"), _("Eight"), _("Nine"))
    return str(words[number]) if number < len(words) else str(number)


@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """The reader's own settings: the appearance and the clock."""
    form = SettingsForm(
        request.POST or None, initial={"theme": request.user.theme, "time_zone": request.user.time_zone}
    )
    if request.method == "POST" and form.is_valid():
        choose_appearance(request.user, form.cleaned_data["theme"])
        choose_time_zone(request.user, form.cleaned_data["time_zone"])
        messages.success(request, _("Your settings are saved."))
        return redirect("settings")
    context = {"form": form, "heading": _("My settings"), "submit": _("Save my settings")}
    return render(request, "portal/settings.html", context)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """One search over everything that the reader may see."""
    query, kind = request.GET.get("q", ""), request.GET.get("kind", "")
    met = found.found_by(request.user, query)
    page = page_of(request, found.of_kind(met, request.user, query, kind), size=30)
    groups = list(found.grouped(page, met)) if page.object_list else []
    context = {"query": query, "kind": kind, "found": met, "totals": found.totals_of(met), "page": page}
    context |= {"groups": groups, "keeps_contacts": can_keep_contacts(request.user)}
    return render(request, "portal/search.html", context)


@require_safe
def committee(request: HttpRequest, pk: int) -> HttpResponse:
    """What every room knows of one committee."""
    found_one = get_object_or_404(committees_visible_to(request.user), pk=pk)
    return render(request, "portal/committee.html", page_of_committee(found_one, request.user))


@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """Everything that happened, newest first, as far as the reader may see it."""
    form = HistoryFilter(request.GET)
    wanted = form.wanted()
    page = page_of(request, happened.keys_of(request.user, wanted))
    context = {"filter": form, "filtered": bool(wanted), "page": page, "lines": happened.lines(page, request.user)}
    return render(request, "portal/history.html", context)


@require_safe
def export_history(request: HttpRequest, format: str) -> HttpResponse:
    """The filtered history as a file."""
    if format not in TYPES:
        raise Http404
    rows = happened.table_rows(happened.keys_of(request.user, HistoryFilter(request.GET).wanted()), request.user)
    name = f"SPCG history {today().isoformat()}"
    return table_response(format, _("History"), happened.COLUMNS, rows, name)


@require_http_methods(["GET", "POST"])
def sending(request: HttpRequest) -> HttpResponse:
    """Whether the post office is held, what waits there, and the button that lets it go."""
    if not can_administer(request.user):
        raise Http404
    if request.method == "POST":
        try:
            release_all_sending(request.user)
        except AlreadyDone:
            messages.info(request, _("Nothing was held."))
        else:
            messages.success(request, _("Sending is released. What waits leaves within seconds."))
        return redirect("sending")
    waiting = queries.waiting_to_be_sent()
    context = {
        "hold": queries.open_hold(),
        "waiting": waiting,
        "total": sum(count for _title, count in waiting),
        "heading": _("Sending"),
    }
    return render(request, "portal/sending.html", context)


@require_http_methods(["GET", "POST"])
def feed_addresses(request: HttpRequest) -> HttpResponse:
    """A person's private calendar and news: their addresses, and new ones in exchange."""
    if request.method == "POST":
        reset_feeds(request.user)
        messages.success(request, _("These are your addresses. Earlier ones no longer work."))
        return redirect("feeds")
    address = FeedAddress.objects.filter(user=request.user).first()
    links = []
    if address:
        names = (("calendar", _("Calendar (iCalendar)")), ("news", _("News (Atom)")))
        links = [(label, site_link(reverse(name, args=[address.token]))) for name, label in names]
    return render(request, "portal/feeds.html", {"address": address, "links": links})


def _feed(token: str, make: Callable[[User], bytes | str], content_type: str) -> HttpResponse:
    reader = feeds.reader_of(token)
    if reader is None:
        raise Http404
    response = HttpResponse(make(reader), content_type=content_type)
    response.headers["Cache-Control"] = "private, max-age=300"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@login_not_required
@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar of the person to whom the address belongs."""
    return _feed(token, feeds.calendar_for, "text/calendar; charset=utf-8")


@login_not_required
@require_safe
def news(request: HttpRequest, token: str) -> HttpResponse:
    """The news of the person to whom the address belongs."""
    return _feed(token, feeds.news_for, "application/atom+xml; charset=utf-8")


@login_not_required
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """The public page: what the portal is, and what has been published."""
    page = page_of(request, publications.queries.published_editions())
    context = {"page": page, "published": publications.queries.published_on(list(page)), "formats": PUBLISHED_AS}
    return render(request, "portal/about.html", context)


@login_not_required
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The keys that do something of their own here."""
    return render(request, "portal/keys.html")


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What the portal does for every reader, what it does not yet, and whom to tell."""
    return render(request, "portal/accessibility.html")
