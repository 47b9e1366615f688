"""Reference data for the administrator."""

from django.contrib import admin

from organizations.models import BoardMeeting, Committee, CommitteeAlias, Organization


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

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(CommitteeAlias)
class CommitteeAliasAdmin(admin.ModelAdmin):
    list_display = ["alias", "committee"]
    search_fields = ["alias"]
    autocomplete_fields = ["committee"]


admin.site.register(BoardMeeting)
