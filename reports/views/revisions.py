"""Pages that compare: two revisions of the one body, and the three covers."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from documents.comparison import compare_texts
from reports.covers import cover_rows
from reports.queries import reports_visible_to, revision_numbered, revisions_of


@require_GET
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """What changed between two revisions: those that are asked for, else the last two."""
    report = get_object_or_404(reports_visible_to(request.user), pk=pk)
    revisions = list(revisions_of(report))
    after = revision_numbered(report, request.GET.get("with", "")) or revisions[0]
    before = revision_numbered(report, request.GET.get("from", "")) or revisions[min(1, len(revisions) - 1)]
    lines = compare_texts(before.text, after.text)
    context = {
        "report": report,
        "revisions": revisions,
        "before": before,
        "after": after,
        "lines": lines,
        "same": before.text == after.text,
        "same_attachments": before.body[-2:] == after.body[-2:],
    }
    return render(request, "reports/report_compare.html", context)


@require_GET
def covers(request: HttpRequest, pk: int) -> HttpResponse:
    """The three covers side by side, and which lines differ."""
    report = get_object_or_404(reports_visible_to(request.user), pk=pk)
    items = list(report.covers.select_related("organization"))
    rows = cover_rows(report, items)
    context = {
        "report": report,
        "covers": items,
        "differing": [row for row in rows if row.differs],
        "alike": [row for row in rows if not row.differs],
    }
    return render(request, "reports/report_covers.html", context)
