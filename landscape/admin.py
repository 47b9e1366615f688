"""The landscape is governed: the administrator reads it here, writing goes through its pages."""

from django.contrib import admin

from landscape.models import Area, PriorityRound


class ReadOnlyAdmin(admin.ModelAdmin):
    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Area)
class AreaAdmin(ReadOnlyAdmin):
    list_display = ["name", "owner", "state", "changed_at"]
    list_filter = ["state", "owner"]
    search_fields = ["name", "text"]


@admin.register(PriorityRound)
class PriorityRoundAdmin(ReadOnlyAdmin):
    list_display = ["title", "opens_on", "closes_on", "state"]
    list_filter = ["state"]
