"""Pages of what leaves the portal: exports, their record, and what can be said of a file."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.pages import page_of
from documents.delivery import rendered_response
from documents.publishing.formats import FORMATS
from organizations.permissions import can_read
from reports.forms import VerifyForm
from reports.overview import overview as overview_of
from reports.queries import exports_of, reports_visible_to
from reports.services import exports as services
from reports.slides import render_slides
from reports.verification import verify_file


@require_GET
def export(request: HttpRequest, pk: int, slug: str, format: str) -> HttpResponse:
    """One board's report as Word, PDF or web page; what leaves is recorded."""
    report = get_object_or_404(reports_visible_to(request.user), pk=pk)
    cover = get_object_or_404(report.covers.select_related("organization"), organization__slug=slug)
    if format not in FORMATS:
        raise Http404
    return rendered_response(*services.export_report(report, cover, format, request.user))


@require_GET
def export_all(request: HttpRequest, pk: int) -> HttpResponse:
    """The reports to the three boards in three formats, in one archive."""
    report = get_object_or_404(reports_visible_to(request.user), pk=pk)
    return rendered_response(*services.export_all(report, request.user))


@require_GET
def export_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Who took away which file of a report, and its hash."""
    report = get_object_or_404(reports_visible_to(request.user), pk=pk)
    return render(request, "reports/export_list.html", {"report": report, "page": page_of(request, exports_of(report))})


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """The overview of SPCG as slides, from the records of the day."""
    if not can_read(request.user):
        raise Http404
    told = overview_of(request.user)
    return rendered_response(render_slides(told), f"Overview of SPCG {told.day.isoformat()}")


@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Says of an uploaded file whether it is one that was exported, or how its body differs from the approved one.
    The file is looked at and not kept."""
    if not can_read(request.user):
        raise Http404
    form = VerifyForm(request.POST, request.FILES) if request.method == "POST" else VerifyForm()
    context = {
        "form": form,
        "heading": _("Verify a report"),
        "back": ("/reports/", _("Board reports")),
        "submit": _("Verify the file"),
        "side": [
            _("The hash of every file that leaves the portal is on record. The file is compared with that record."),
            _("If a Word file was changed since, the text after its cover is compared with the approved body."),
            _("What is printed in the file, its fingerprint too, is not believed. The file is not kept."),
        ],
    }
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        context |= {"finding": verify_file(file.name, file, reports_visible_to(request.user)), "name": file.name}
    return render(request, "reports/report_verify.html", context)
