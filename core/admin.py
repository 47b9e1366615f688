"""The administration shows what is governed; services write it."""

from django.contrib import admin

from core.models import User


class ReadOnlyAdmin(admin.ModelAdmin):
    """A governed record is read here; writing goes through its pages, so that no rule is walked around."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    list_display = ["label", "email", "is_active", "seen_at"]
    search_fields = ["label", "email"]
