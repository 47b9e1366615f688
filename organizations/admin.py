"""Reference data for the administrator."""

from django.contrib import admin

from organizations.models import BoardMeeting, Committee, CommitteeAlias, Organization
from organizations.services.committees import index_committees


@admin.register(Organization)
class OrganizationAdmin(admin.ModelAdmin):
    list_display = ["code", "name", "board"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Committee)
class CommitteeAdmin(admin.ModelAdmin):
    list_display = ["acronym", "title", "kind", "status"]
    list_filter = ["status", "kind", "organizations"]
    search_fields = ["acronym", "title"]
    autocomplete_fields = ["parent"]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        index_committees([obj])

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(CommitteeAlias)
class CommitteeAliasAdmin(admin.ModelAdmin):
    list_display = ["alias", "committee"]
    search_fields = ["alias"]
    autocomplete_fields = ["committee"]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        index_committees([obj.committee])


admin.site.register(BoardMeeting)
