"""Named reads of board reports; no writes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from core.dates import today
from core.reading import read_once
from core.registry import Waiting
from documents.models import Revision
from organizations.models import BoardMeeting, Organization
from organizations.queries import organizations, standing_of
from reports.models import BoardReport, ReportEntry, ReportExport, ReportRevision

S = BoardReport.State


def reports_visible_to(user: Any) -> QuerySet[BoardReport]:
    """Drafts for the secretaries and the administrator; what is out for approval or approved, for every reader."""
    standing = standing_of(user)
    rows = BoardReport.objects.prefetch_related(
        Prefetch("revisions", ReportRevision.objects.prefetch_related("approvals__organization"))
    )
    if not standing.appointments:
        return rows.none()
    return rows if standing.sees_drafts else rows.exclude(state=S.DRAFT)


def newest_revision(report: BoardReport) -> ReportRevision:
    """The revision that stands now."""
    return report.revisions.order_by("-number").first()


def revision_numbered(report: BoardReport, number: str) -> ReportRevision | None:
    """The revision with this number as typed; nothing for what is no number."""
    if not (number.isascii() and number.isdigit() and len(number) < 7):
        return None
    return report.revisions.filter(number=int(number)).first()


def report_for_board(report_pk: int | None, user: Any = None) -> BoardReport | None:
    """The report with this number, or the newest; for the command line without a reader."""
    rows = reports_visible_to(user) if user else BoardReport.objects.all()
    return rows.filter(pk=report_pk).first() if report_pk else rows.first()


def last_board_meetings(day: date | None = None) -> list[BoardMeeting]:
    """The last meeting of each board before a day, the earliest first; a board without one on record is left out."""
    held = BoardMeeting.objects.filter(held_on__lt=day or today()).select_related("organization")
    last = {item.organization_id: item for item in held.order_by("held_on", "pk")}
    return sorted(last.values(), key=lambda item: (item.held_on, item.pk))


def suggested_period() -> tuple[date, date]:
    """One period for all three boards: from the earliest of their last meetings until today. Without a meeting on
    record it begins after the newest report's period, or 90 days ago."""
    meetings = last_board_meetings()
    if meetings:
        return meetings[0].held_on, today()
    newest = BoardReport.objects.filter(period_to__lt=today()).order_by("-period_to").first()
    return (newest.period_to + timedelta(days=1) if newest else today() - timedelta(days=90)), today()


def recent_entries(user: Any) -> QuerySet[ReportEntry]:
    """History of the reports that the reader may see."""
    rows = ReportEntry.objects.select_related("subject")
    drafts = standing_of(user).sees_drafts
    return rows if drafts else rows.filter(subject__in=reports_visible_to(user).values("pk"))


def waiting(user: Any) -> list[Waiting]:
    """Reports that wait for the approval of the reader's organization."""
    standing = standing_of(user)
    mine = {item.organization_id for item in standing.appointments if item.role == "secretary" and item.may_approve}
    if not mine:
        return []
    rows = []
    for report in _for_approval(user):
        given = {item.organization_id for item in report.revisions.all()[0].approvals.all() if item.approves}
        if mine - given:
            rows.append(_waiting_row(report, len(given)))
    return rows


@read_once
def _for_approval(user: Any) -> list[BoardReport]:
    return list(reports_visible_to(user).filter(state=S.FOR_APPROVAL))


def approvals_missing_on_reports(user: Any) -> list[tuple[BoardReport, Organization, datetime]]:
    """Which organization has not approved which board report, and since when its newest revision waits."""
    found = []
    for report in _for_approval(user):
        newest = report.revisions.all()[0]
        given = {item.organization_id for item in newest.approvals.all() if item.approves}
        found += [(report, place, newest.at) for place in organizations() if place.pk not in given]
    return found


def _waiting_row(report: BoardReport, given: int) -> Waiting:
    return Waiting(
        title=_("Approve the board report “%(title)s”") % {"title": report.title},
        sentence=_("One body for the three boards. %(n)d of 3 organizations have approved it.") % {"n": given},
        url=report.get_absolute_url() + "#approval",
        action=_("Review and approve"),
        illustrative_mark=report.illustrative_mark,
    )


def uses(revision: Revision) -> list[tuple[str, str]]:
    """The board reports that attach a document."""
    rows = BoardReport.objects.filter(revisions__attachments__revision=revision, state=S.APPROVED).distinct()
    return [(report.title, report.get_absolute_url()) for report in rows]


def exports_of(report: BoardReport) -> QuerySet[ReportExport]:
    """Every file of a report that left the portal, the newest first."""
    return ReportExport.objects.filter(revision__subject=report).select_related("revision", "organization")


def revisions_of(report: BoardReport) -> QuerySet[ReportRevision]:
    """Every state of the body, the newest first, each with its verdicts."""
    return report.revisions.prefetch_related("approvals__organization")
