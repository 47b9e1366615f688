"""The page of one area, which its forms come back to; and what was typed and not sent yet."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from core import registry
from core.markdown import render_markdown
from core.pages import page_of
from landscape import permissions, queries
from landscape.forms import ABSTAIN, CommentForm, ResolveForm, ScoreForm
from landscape.models import Area, AreaRemark, AreaRevision, AreaSuggestion, PriorityRound
from landscape.passages import Mark, Passage, marked
from landscape.queries.confirmations import words_on
from landscape.views.threads import draw_thread
from meetings.queries import said_about
from organizations.queries import standing_of

TYPED = "landscape_typed"
MOST_TYPED = 5
COMMENT_FIELDS = ("text", "committee", "parent", "passage", "quote", "before", "seen")


def visible_area(request: HttpRequest, slug: str) -> Area:
    """404 for whoever may not read the landscape."""
    return get_object_or_404(queries.areas_visible_to(request.user), slug=slug)


def may(allowed: bool) -> None:
    """What one may not do is not there."""
    if not allowed:
        raise Http404


def keep_typed(request: HttpRequest, slug: str, names: list[str]) -> None:
    """What was typed and is not sent by this request comes back in its fields; the five latest areas are kept."""
    typed = {name: request.POST[name][:10_000] for name in names if request.POST.get(name)}
    kept = request.session.get(TYPED, {})
    others = {key: value for key, value in kept.items() if key != slug}
    rest = {name: value for name, value in kept.get(slug, {}).items() if name not in names}
    if typed or rest:
        others[slug[:80]] = {**rest, **typed}
    if others or kept:
        request.session[TYPED] = dict(list(others.items())[-MOST_TYPED:])


def forget_typed(request: HttpRequest, slug: str, prefix: tuple[str, ...]) -> None:
    """What has been sent is no longer kept."""
    kept = request.session.get(TYPED, {})
    left = {name: value for name, value in kept.get(slug, {}).items() if not name.startswith(prefix)}
    if slug in kept:
        request.session[TYPED] = {**{key: value for key, value in kept.items() if key != slug}, slug: left}


def typed_before(request: HttpRequest, area: Area) -> dict[str, str]:
    """What the reader typed for this area and has not sent."""
    return request.session.get(TYPED, {}).get(area.slug, {})


def sign_in_first(request: HttpRequest, slug: str) -> HttpResponse:
    """Signed out, sign-in leads back to the same form with what was typed."""
    if request.method == "POST":
        keep_typed(request, slug, [*COMMENT_FIELDS, *_score_names(request)])
    return redirect_to_login(request.path)


def _score_names(request: HttpRequest) -> list[str]:
    return ["reason", *(name for name in list(request.POST)[:40] if name.startswith("criterion_"))]


def keep_scores(request: HttpRequest, slug: str) -> None:
    """A comment was sent: answers that were chosen beside it stay."""
    keep_typed(request, slug, _score_names(request))


def keep_comment(request: HttpRequest, slug: str) -> None:
    """A score was sent: a comment that was typed beside it stays."""
    keep_typed(request, slug, list(COMMENT_FIELDS))


def comment_form(request: HttpRequest, area: Area, data: Any = None, seen: int | None = None) -> CommentForm:
    """The form for a comment, with what was typed before; `seen` is the revision on the page."""
    organization = standing_of(request.user).organization
    typed = typed_before(request, area)
    initial = {name: typed[name] for name in COMMENT_FIELDS if name in typed}
    initial.setdefault("seen", seen or queries.newest_revision(area).number)
    return CommentForm(data, area=area, organization=organization, initial=initial, auto_id="comment_%s")


def score_form(
    request: HttpRequest, area: Area, round: PriorityRound, data: Any = None, own: queries.Own | None = None
) -> ScoreForm:
    """The form for a score, with the member's `own` answers, or what was chosen and not sent."""
    values, reason, _moment = own or queries.own_answers(round, area, request.user)
    initial = {f"criterion_{pk}": ABSTAIN if value is None else str(value) for pk, value in values.items()}
    typed = {name: value for name, value in typed_before(request, area).items() if name not in COMMENT_FIELDS}
    return ScoreForm(data, round=round, initial={**initial, "reason": reason, **typed}, auto_id="score_%s")


def area_page(
    request: HttpRequest, area: Area, *, comment: CommentForm | None = None, score: ScoreForm | None = None
) -> HttpResponse:
    """The page of an area; `comment` or `score` is the form whose errors it shows."""
    user = request.user
    threads = page_of(request, queries.threads(area))
    can_comment = permissions.can_comment(user, area) and area.is_open
    revision, comparison, since_visit = queries.latest_change(area, user.previous_visit_at)
    comment_on = (comment or comment_form(request, area, seen=revision.number)) if can_comment else None
    context = {
        "area": area,
        "form": comment or score,
        "revision": revision,
        "entry": queries.newest_entry(area),
        "comparison": comparison,
        "since_visit": since_visit,
        "change": queries.changes_in([area], user.previous_visit_at).get(area.pk, ""),
        "page": threads,
        "can_comment": can_comment,
        "can_edit": permissions.can_edit(user, area),
        "comment": comment_on,
        "resolve": ResolveForm(auto_id=False),
        "typed": typed_before(request, area),
        **_text_context(request, area, list(threads), comment_on),
        **_facts_context(request, area, revision),
        **_suggestions_context(request, area),
        **_score_context(request, area, score),
        "said": said_about(area, user),
        "decisions": queries.history_of_decisions(area),
        "can_record_decision": permissions.can_record_decision(user, area) and area.is_open,
    }
    return render(request, "landscape/area_detail.html", context)


def _text_context(
    request: HttpRequest, area: Area, threads: list[AreaRemark], form: CommentForm | None
) -> dict[str, Any]:
    """The text with the passages marked on which the comments of this page are, and those comments."""
    for number, item in enumerate((item for item in threads if item.quote and not item.resolved_at), start=1):
        item.number = number
    marks = [_mark(item) for item in threads if item.quote and not item.resolved_at]
    text, found = marked(render_markdown(area.text, request.user), marks)
    tokens = {"csrf_token": get_token(request), "reply_token": str(form["token"].value())} if form else None
    typed = typed_before(request, area)
    open_threads, solved_threads = [], []
    for item in threads:
        pieces = solved_threads if item.resolved_at else open_threads
        pieces.append(draw_thread(area, item, request.user, tokens, found=item.pk in found, typed=typed))
    return {"text": text, "open_threads": open_threads, "solved_threads": solved_threads}


def _mark(remark: AreaRemark) -> Mark:
    label = _("Comment %(n)d, of %(author)s") % {"n": remark.number, "author": remark.author_label}
    return Mark(remark.pk, remark.number, label, Passage(remark.quote, remark.words_before, remark.words_after))


def _facts_context(request: HttpRequest, area: Area, revision: AreaRevision) -> dict[str, Any]:
    committees = queries.committees_of(area)
    return {
        "committees": committees,
        "mechanisms": area.mechanisms.select_related("first", "second"),
        "documents": queries.documents_of(area, request.user),
        "words": words_on(area, revision, request.user),
        "proposals": registry.every("touching", {row.committee_id for row in committees}, request.user),
    }


def _suggestions_context(request: HttpRequest, area: Area) -> dict[str, Any]:
    waiting = area.suggestions.filter(state=AreaSuggestion.State.OPEN).count()
    page = Paginator(range(waiting), queries.MOST_SHOWN).get_page(request.GET.get("suggestions"))
    return {
        "suggestions": queries.open_suggestions(area, page.start_index() - 1) if waiting else [],
        "suggestions_page": page,
        "decided": queries.decided_suggestions(area),
        "can_suggest": permissions.can_suggest(request.user, area) and area.is_open,
        "can_judge": permissions.can_judge(request.user, area) and area.is_open,
    }


def _score_context(request: HttpRequest, area: Area, bound: ScoreForm | None) -> dict[str, Any]:
    round = queries.shown_round()
    if round is None:
        return {"round": None}
    over = round.is_over()
    is_open = not over and area.is_open
    can_score = permissions.can_score(request.user, area)
    own = queries.own_answers(round, area, request.user)
    row = queries.place_of(round, area, request.user)
    return {
        "round": round,
        "round_open": is_open,
        "round_over": over,
        "may_score": can_score,
        "result": row.result,
        "strip": row.strip,
        "reasons": queries.reasons(round, area, request.user),
        "progress": queries.progress(round, area) if is_open and row.result is None else None,
        "row": row,
        "rank_of": queries.areas().count() if row.rank and over else 0,
        "scored_at": own.at,
        "score": (bound or score_form(request, area, round, own=own)) if is_open and can_score else None,
        "next_area": queries.unscored_areas(round, request.user).exclude(pk=area.pk).first() if can_score else None,
    }
