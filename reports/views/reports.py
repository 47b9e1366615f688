"""Pages of board reports: fetch what is visible, form, service, message, redirect."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import registry
from core.moves import AlreadyDone, Conflict, Refused
from core.pages import page_of
from core.views import make_move, offer_draft
from documents.publishing.html import render_html
from meetings.queries import earlier_meetings
from organizations.models import Organization
from organizations.permissions import can_read
from organizations.queries import approval_keys, approving_for
from reports import permissions
from reports.covers import content_for
from reports.forms import BodyForm, CoverForm, DraftForm, VerdictForm
from reports.models import BoardReport, ReportRevision
from reports.queries import (
    last_board_meetings,
    newest_revision,
    reports_visible_to,
    revision_numbered,
    suggested_period,
)
from reports.services import board_reports as services


def _report(request: HttpRequest, pk: int) -> BoardReport:
    return get_object_or_404(reports_visible_to(request.user), pk=pk)


@require_GET
def report_list(request: HttpRequest) -> HttpResponse:
    """All board reports, newest first."""
    if not can_read(request.user):
        raise Http404
    page = page_of(request, reports_visible_to(request.user))
    context = {
        "page": page,
        "can_draft": permissions.can_draft(request.user),
        "meeting": earlier_meetings(request.user).filter(state="held").first(),
    }
    return render(request, "reports/report_list.html", context)


@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest) -> HttpResponse:
    """Drafts a report from the records of a period."""
    if not permissions.can_draft(request.user):
        raise Http404
    start, end = suggested_period()
    initial = {"title": _("SPCG progress report"), "period_from": start, "period_to": end}
    form = DraftForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        report = services.draft_report(request.user, **form.cleaned_data)
        messages.success(request, _("The report is drafted from the records of the period. Read it and edit it once."))
        return redirect(report)
    return render(request, "reports/report_draft.html", {"form": form, "meetings": last_board_meetings()})


def _approve_url(report: BoardReport, organization: Organization) -> str:
    """A secretary of two organizations approves for each of them: the address names it."""
    return f"{report.get_absolute_url()}approve/?for={organization.slug}"


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One content, three covers, three approvals."""
    report = _report(request, pk)
    revision = newest_revision(report)
    covers = list(report.covers.select_related("organization"))
    contents = [(cover, content_for(report, revision, cover)) for cover in covers]
    verdicts = list(revision.approvals.select_related("organization"))
    open_now = report.state == BoardReport.State.FOR_APPROVAL
    context = {
        "report": report,
        "revision": revision,
        "contents": [
            (cover, content, permissions.can_edit_cover(request.user, cover.organization))
            for cover, content in contents
        ],
        "same_body": len({content.body for _cover, content in contents}) == 1,
        "keys": approval_keys(verdicts, request.user, partial(_approve_url, report), open_now=open_now),
        "body": render_html(replace(contents[0][1], cover=None), heading_level=3, with_title=False) if contents else "",
        "can_edit": permissions.can_edit(request.user, report) and report.state != BoardReport.State.APPROVED,
        "can_propose": permissions.can_propose(request.user, report) and report.state == BoardReport.State.DRAFT,
        "history": report.history.select_related("actor"),
        "acts": registry.every("acts", report, request.user),
    }
    return render(request, "reports/report_detail.html", context)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Edits the one body. Sections that others changed meanwhile are kept; a conflict shows both texts of a section.
    Words that can no longer be saved stay on the page."""
    report = _report(request, pk)
    closed = report.state == BoardReport.State.APPROVED and request.method == "GET"
    if closed or not permissions.can_edit(request.user, report):
        raise Http404
    newest = newest_revision(report)
    initial = {"version": report.version, "number": newest.number}
    opened = revision_numbered(report, request.POST.get("number", "")) or newest
    form = BodyForm(request.POST or None, sections=opened.sections, initial=initial)
    context: dict[str, Any] = {
        "report": report,
        "form": offer_draft(request, form),
        "approvals": newest.approvals.count(),
    }
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        changes = {"base": values["number"], "reason": values["reason"]}
        try:
            services.edit_report(report, request.user, values["version"], form.texts(), **changes)
        except Conflict as conflict:
            context |= {"conflict": conflict, "theirs": _theirs(form, conflict, newest_revision(report))}
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved. The three reports carry the new text."))
            return redirect(report)
    return render(request, "reports/report_edit.html", context)


def _theirs(form: BodyForm, conflict: Conflict, newest: ReportRevision) -> list[tuple[str, str]]:
    """What stands now where it contradicts what was typed; the form is brought up to date with the rest."""
    clashes = getattr(conflict, "clashes", None)
    if clashes is None:
        form.rebase(conflict.current.version)
        return [(section["heading"], section["text"]) for section in newest.sections]
    form.rebase_sections(conflict.current.version, newest.number, conflict.sections)
    now = {section["key"]: section for section in newest.sections}
    typed = form.texts()
    return [_standing(now.get(key), typed[key]) for key in clashes]


def _standing(section: dict[str, Any] | None, typed: str) -> tuple[str, str]:
    if section is None:
        return _("No longer in the report. You wrote:"), typed
    return section["heading"], section["text"]


@require_POST
def compose(request: HttpRequest, pk: int) -> HttpResponse:
    """Composes the body again from the records; of the page that was looked at, not over a newer text."""
    report = _report(request, pk)
    typed = request.POST.get("version", "")
    version = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0
    done = _("The body is composed again from the records.")
    return make_move(request, report, services.compose_report, done, version)


@require_POST
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for the three approvals."""
    report = _report(request, pk)
    done = _("The three secretaries are asked to approve the report.")
    return make_move(request, report, services.propose_report, done)


@require_http_methods(["GET", "POST"])
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """The verdict of the reader's organization on the revision that was read."""
    report = _report(request, pk)
    verdicts = list(newest_revision(report).approvals.all())
    organization = approving_for(request.user, request.GET.get("for", ""), verdicts)
    if organization is None or not permissions.can_approve(request.user, report):
        raise Http404
    form = VerdictForm(request.POST or None, initial={"number": newest_revision(report).number})
    if request.method == "POST" and form.is_valid():
        try:
            services.approve_report(report, organization, request.user, **form.cleaned_data)
            messages.success(request, _("Your verdict for %(o)s is recorded.") % {"o": organization})
        except AlreadyDone:
            messages.success(request, _("Your verdict for %(o)s is recorded.") % {"o": organization})
        except Refused as error:
            messages.error(request, str(error))
        return redirect(f"{report.get_absolute_url()}#approval")
    context = {
        "form": form,
        "heading": _("Approve the board report for %(o)s") % {"o": organization},
        "lede": report.title,
        "back": (report.get_absolute_url(), report.title),
        "submit": _("Record the verdict for %(o)s") % {"o": organization},
        "side": [
            _("Your verdict counts for revision %(n)d, exactly as it stands.") % {"n": newest_revision(report).number},
            _("When all three have approved, the body is final and the exports lose the word “Draft”."),
        ],
    }
    return render(request, "_form_page.html", context)


@require_http_methods(["GET", "POST"])
def cover(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Edits the cover of one board."""
    report = _report(request, pk)
    item = get_object_or_404(report.covers.select_related("organization"), organization__slug=slug)
    if not permissions.can_edit_cover(request.user, item.organization):
        raise Http404
    form = CoverForm(request.POST or None, initial={name: getattr(item, name) for name in CoverForm.base_fields})
    context: dict[str, Any] = {
        "form": offer_draft(request, form),
        "heading": _("Cover for %(board)s") % {"board": item.organization.board},
        "back": (report.get_absolute_url(), report.title),
        "submit": _("Save the cover"),
        "side": [_("The body stays as it is; approvals stay as well.")],
    }
    if request.method == "POST" and form.is_valid():
        try:
            services.edit_cover(item, request.user, **form.cleaned_data)
        except Conflict as conflict:
            form.rebase(conflict.current.version)
            theirs = [(field.label, getattr(conflict.current, field.name)) for field in form.visible_fields()]
            context |= {"conflict": conflict, "theirs": theirs}
        else:
            messages.success(request, _("The cover is saved."))
            return redirect(report)
    return render(request, "_form_page.html", context)
