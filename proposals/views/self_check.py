"""The public self-check: the considerations and the likely related committees for work that somebody plans.

It keeps nothing: no session, no row, no line of a log, and of the reader's address a digest for some minutes only."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from core.throttle import seconds_to_wait
from documents.delivery import export_response
from proposals.forms.checklist import SelfCheckForm
from proposals.models import Consideration, ConsiderationList
from proposals.papers.checklist import Answered, compose_self_check
from proposals.queries.checklist import list_in_force
from proposals.queries.public import PublicCommittee, public_committees
from proposals.views.doorway import posted

# One secretariat often shares one address.
LIMIT, WINDOW = 60, 600
SHOWN = 20
FORMATS = ("docx", "pdf")


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def self_check(request: HttpRequest) -> HttpResponse:
    """One page: what is typed comes back with the committees, or as a document."""
    considerations = list_in_force()
    lines = list(considerations.lines.all()) if considerations else []
    form = SelfCheckForm(posted(request), lines=lines)
    context = {"form": form, "considerations": considerations}
    if request.method != "POST":
        return render(request, "proposals/self_check.html", context)
    wait = seconds_to_wait(request, "self-check", LIMIT, WINDOW)
    if wait:
        return _too_often(request, context, wait)
    if not form.is_valid():
        return render(request, "proposals/self_check.html", context)
    committees = public_committees(form.cleaned_data["title"], form.cleaned_data["scope"], SHOWN)
    format = next((name for name in FORMATS if name in request.POST), "")
    if format:
        return _paper(form, considerations, committees, format)
    return render(request, "proposals/self_check.html", {**context, "asked": True, "committees": committees})


def _too_often(request: HttpRequest, context: dict, wait: int) -> HttpResponse:
    """What was typed stays on the page; nothing is worked out."""
    response = render(request, "proposals/self_check.html", {**context, "wait": -(-wait // 60)}, status=429)
    response.headers["Retry-After"] = str(wait)
    return response


def _paper(
    form: SelfCheckForm, considerations: ConsiderationList | None, committees: list[PublicCommittee], format: str
) -> HttpResponse:
    rows = [_answered(form, line) for line in form.considerations]
    named = [(item.acronym, item.title, " / ".join(place.code for place in item.organizations)) for item in committees]
    title, scope = form.cleaned_data["title"], form.cleaned_data["scope"]
    name = Truncator(f"{_('Self-check')} {title}").chars(80, truncate="")
    return export_response(compose_self_check(considerations, title, scope, rows, named), format, name)


def _answered(form: SelfCheckForm, line: Consideration) -> Answered:
    evidence = form.answer_to(line, "evidence")
    verdict = form.answer_to(line, "verdict")
    words = dict(form.fields[f"verdict-{line.key.hex}"].choices)[verdict] if verdict else ""
    address = evidence if evidence.lower().startswith(("http://", "https://")) else ""
    return Answered(line.text, str(words), form.answer_to(line, "text"), [(evidence, address)] if evidence else ())
