"""The report's own cycle: circulate, comment, answer, revise, approve."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.moves import AlreadyDone, Refused
from core.views import make_move
from meetings import permissions
from meetings.forms import DisposeForm, ReportCommentForm, ReviseReportForm
from meetings.models import AgendaItem, ReportRemark
from meetings.queries import planned_after
from meetings.services import cycle
from meetings.views.meetings import back_to, form_page, may, sent, show_form, visible_meeting


@form_page
def circulate_report(request: HttpRequest, number: int) -> HttpResponse:
    """Everybody gets a mail and the record stays as it is, so it has a check page."""
    meeting = visible_meeting(request, number)
    may(permissions.can_circulate_report(request.user, meeting) or meeting.is_circulated)
    if request.method == "POST":
        done = _("%(reference)s is circulated. Everybody is told.") % {"reference": meeting.report}
        return make_move(request, meeting, cycle.circulate_report, done)
    context = {
        "heading": _("Circulate %(reference)s for comments?") % {"reference": meeting.report},
        "submit": _("Circulate %(reference)s") % {"reference": meeting.report},
        "back": back_to(meeting, "#report"),
        "following": planned_after(meeting),
        "meeting": meeting,
    }
    return render(request, "meetings/report_circulate.html", context)


@form_page
def comment_on_report(request: HttpRequest, number: int) -> HttpResponse:
    """A comment for one's own organization; a double click is one comment."""
    meeting = visible_meeting(request, number)
    may(permissions.can_comment_on_report(request.user, meeting))
    form = ReportCommentForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            cycle.comment_on_report(meeting, request.user, form.cleaned_data["text"], token=form.cleaned_data["token"])
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Your comment is with the secretaries and all members."))
            return redirect(f"{meeting.get_absolute_url()}#report")
    heading = _("Comment on %(reference)s") % {"reference": meeting.report}
    return show_form(request, form, heading=heading, submit=_("Send the comment"), back=back_to(meeting, "#report"))


@form_page
def dispose_remark(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """What becomes of a comment; said again it replaces what was said."""
    meeting = visible_meeting(request, number)
    may(permissions.can_dispose(request.user, meeting))
    remark = get_object_or_404(ReportRemark, subject=meeting, pk=pk)
    form = DisposeForm(sent(request), initial={"disposition": remark.disposition, "resolution": remark.resolution})
    if request.method == "POST" and form.is_valid():
        try:
            cycle.dispose_remark(remark, request.user, **form.cleaned_data)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The comment is answered."))
            return redirect(f"{meeting.get_absolute_url()}#report")
    heading, back = _("Answer the comment"), back_to(meeting, "#report")
    return show_form(request, form, heading=heading, lede=remark.text, submit=_("Save the answer"), back=back)


@form_page
def revise_report(request: HttpRequest, number: int) -> HttpResponse:
    """The next letter, a draft; the record can be changed again."""
    meeting = visible_meeting(request, number)
    may(permissions.can_revise_report(request.user, meeting))
    form = ReviseReportForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            revision = cycle.revise_report(meeting, request.user, form.cleaned_data["note"])
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("%(reference)s is a draft. Change the record.") % {"reference": revision})
            return redirect(meeting)
    heading = _("Revise %(reference)s") % {"reference": meeting.report}
    side = [_("The record opens again. What was circulated stays in the register under its own letter.")]
    back = back_to(meeting, "#report")
    return show_form(request, form, heading=heading, submit=_("Begin the next letter"), back=back, side=side)


@require_POST
def approve_report(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """The meeting approved an earlier report under this item."""
    meeting = visible_meeting(request, number)
    item = get_object_or_404(AgendaItem.objects.select_related("meeting", "approves"), meeting=meeting, pk=pk)
    try:
        cycle.approve_report(item, request.user)
    except AlreadyDone:
        pass
    except Refused as error:
        messages.error(request, str(error))
        return redirect(f"{meeting.get_absolute_url()}#item-{item.pk}")
    messages.success(request, _("The approval of the report is recorded."))
    return redirect(f"{meeting.get_absolute_url()}#item-{item.pk}")
