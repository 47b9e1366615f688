"""Meetings are governed: the administrator reads them here, and exports the report of one."""

from django.contrib import admin, messages
from django.utils.translation import gettext_lazy as _

from core.admin import ReadOnlyAdmin
from meetings.models import Meeting
from meetings.views.record import exported


@admin.register(Meeting)
class MeetingAdmin(ReadOnlyAdmin):
    list_display = ["number", "title", "starts_at", "state", "report"]
    list_filter = ["state", "kind"]
    list_select_related = ["report__document"]
    search_fields = ["number", "place"]
    actions = ["export_report"]

    @admin.action(description=_("Export the report (Word)"), permissions=["view"])
    def export_report(self, request, queryset):
        """One meeting at a time: its report as a Word file."""
        if len(queryset) != 1:
            self.message_user(request, _("Choose one meeting to export its report."), messages.ERROR)
            return None
        return exported(queryset[0], "docx")
