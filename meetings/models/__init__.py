"""Meetings by noun."""

from meetings.models.about import OutcomeAbout
from meetings.models.meetings import (
    ASKED_FOR,
    AgendaDocument,
    AgendaItem,
    Attendance,
    Meeting,
    MeetingEntry,
    Outcome,
    ordinal,
)
from meetings.models.reminders import ActionReminder
from meetings.models.reports import ReportRemark
from meetings.models.templates import AgendaTemplate, TemplateItem

__all__ = [
    "ASKED_FOR",
    "ActionReminder",
    "AgendaDocument",
    "AgendaItem",
    "AgendaTemplate",
    "Attendance",
    "Meeting",
    "MeetingEntry",
    "Outcome",
    "OutcomeAbout",
    "ReportRemark",
    "TemplateItem",
    "ordinal",
]
