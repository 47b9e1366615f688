"""The landscape is governed: the administrator reads it here, writing goes through its pages."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from landscape.models import Area, PriorityRound


@admin.register(Area)
class AreaAdmin(ReadOnlyAdmin):
    list_display = ["name", "owner", "state", "changed_at"]
    list_filter = ["state", "owner"]
    search_fields = ["name", "text"]


@admin.register(PriorityRound)
class PriorityRoundAdmin(ReadOnlyAdmin):
    list_display = ["title", "opens_on", "closes_on", "state"]
    list_filter = ["state"]
