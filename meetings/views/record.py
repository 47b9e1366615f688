"""Attendance, the report and what leaves the portal: exports and the calendar file."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.moves import AlreadyDone, Refused
from documents.delivery import export_response
from documents.judge import content_disposition
from documents.publishing.formats import FORMATS
from meetings import permissions
from meetings.calendar import calendar_of
from meetings.forms import AttendanceForm, ReportForm
from meetings.models import Meeting
from meetings.report import compose_meeting_report
from meetings.services import attendance, report
from meetings.views.meetings import back_to, form_page, may, sent, show_form, visible_meeting


@form_page
def record_attendance(request: HttpRequest, number: int) -> HttpResponse:
    """Who was there; only what was changed in this form is saved."""
    meeting = visible_meeting(request, number)
    may(permissions.can_record(request.user, meeting))
    form = AttendanceForm(sent(request), meeting=meeting)
    if request.method == "POST" and form.is_valid():
        try:
            attendance.record_attendances(meeting, request.user, form.rows())
        except Refused as error:
            form.refuse(error)
        else:
            messages.success(request, _("The attendance is saved."))
            return redirect(f"{meeting.get_absolute_url()}#attendance")
    heading, back = _("Attendance of the %(meeting)s") % {"meeting": meeting}, back_to(meeting, "#attendance")
    return show_form(request, form, "meetings/attendance_form.html", heading=heading, back=back)


@require_POST
def draft_report(request: HttpRequest, number: int) -> HttpResponse:
    """Numbers the report from the register; a second click is shown the same report."""
    meeting = visible_meeting(request, number)
    try:
        report.draft_report(meeting, request.user)
    except AlreadyDone:
        pass
    except Refused as error:
        messages.error(request, str(error))
        return redirect(meeting)
    meeting.refresh_from_db()
    messages.success(request, _("The report is registered as %(reference)s, a draft.") % {"reference": meeting.report})
    return redirect(meeting)


@form_page
def attach_report(request: HttpRequest, number: int) -> HttpResponse:
    """Attaches a report that is in the register already, or its next revision."""
    meeting = visible_meeting(request, number)
    may(permissions.can_report(request.user, meeting))
    form = ReportForm(sent(request), user=request.user, initial={"reference": meeting.report or ""})
    if request.method == "POST" and form.is_valid():
        try:
            report.attach_report(meeting, request.user, form.cleaned_data["reference"])
        except Refused as error:
            form.add_error("reference", str(error))
        else:
            messages.success(request, _("%(reference)s is the report.") % {"reference": meeting.report})
            return redirect(meeting)
    heading = _("Report of the %(meeting)s") % {"meeting": meeting}
    return show_form(request, form, heading=heading, submit=_("Attach the report"), back=back_to(meeting))


def exported(meeting: Meeting, format: str) -> HttpResponse:
    """The report under its name: SPCG-50 Report from the 8th remote meeting.docx."""
    content = compose_meeting_report(meeting)
    return export_response(content, format, f"{content.reference} {content.title}".strip())


@require_safe
def export_report(request: HttpRequest, number: int, format: str) -> HttpResponse:
    """The meeting report as docx, pdf or html."""
    meeting = visible_meeting(request, number)
    if format not in FORMATS:
        raise Http404
    return exported(meeting, format)


@require_safe
def download_calendar(request: HttpRequest, number: int) -> HttpResponse:
    """The meeting as a calendar file that Outlook takes."""
    meeting = visible_meeting(request, number)
    response = HttpResponse(calendar_of(meeting), content_type="text/calendar; charset=utf-8; method=PUBLISH")
    response.headers["Content-Disposition"] = content_disposition(f"SPCG {meeting.title}.ics")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
