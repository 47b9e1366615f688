"""Letters and steps are governed: the administrator reads them here, writing goes through their pages."""

from django.contrib import admin

from communications.models import Letter, Step
from core.admin import ReadOnlyAdmin


@admin.register(Letter)
class LetterAdmin(ReadOnlyAdmin):
    list_display = ["subject", "state_words", "edition", "planned_on", "sent_at", "sent_label"]
    list_filter = ["state"]
    list_select_related = ["mailing"]
    search_fields = ["subject"]


@admin.register(Step)
class StepAdmin(ReadOnlyAdmin):
    list_display = ["title", "audience", "start_on", "due_on", "done_on", "withdrawn_at"]
    list_filter = ["work_plan", "audience"]
    search_fields = ["title"]
