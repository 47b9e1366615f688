"""Forms of meetings by noun."""

from meetings.forms.agenda import AddItemForm, EditItemForm, SaveTemplateForm, TemplateForm
from meetings.forms.attendance import AttendanceForm
from meetings.forms.meetings import EditMeetingForm, ScheduleForm
from meetings.forms.outcomes import CompleteForm, DropForm, EditOutcomeForm, LineForm, RecordOutcomeForm
from meetings.forms.reports import DisposeForm, ReportCommentForm, ReportForm, ReviseReportForm

__all__ = [
    "AddItemForm",
    "AttendanceForm",
    "CompleteForm",
    "DisposeForm",
    "DropForm",
    "EditItemForm",
    "EditMeetingForm",
    "EditOutcomeForm",
    "LineForm",
    "RecordOutcomeForm",
    "ReportCommentForm",
    "ReportForm",
    "ReviseReportForm",
    "SaveTemplateForm",
    "ScheduleForm",
    "TemplateForm",
]
