"""The ledger is shown to the administrator; only services write it."""

from django.contrib import admin

from post.models import Delivery, Mailing


class ReadOnly(admin.ModelAdmin):
    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Mailing)
class MailingAdmin(ReadOnly):
    list_display = ["title", "kind", "state", "recipients", "created_at", "finished_at", "paused_reason"]
    list_filter = ["kind", "state"]
    search_fields = ["title", "key"]


@admin.register(Delivery)
class DeliveryAdmin(ReadOnly):
    list_display = ["address", "mailing", "group", "state", "reason", "attempts", "attempted_at", "possible_duplicate"]
    list_filter = ["state", "reason", "group"]
    search_fields = ["address", "message_id"]
    list_select_related = ["mailing"]
    # A body may still hold a secret that is not for the administrator either.
    exclude = ["body", "values"]
