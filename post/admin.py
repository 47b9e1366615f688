"""The ledger is shown to the administrator; only services write it."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from post.models import Delivery, Mailing


@admin.register(Mailing)
class MailingAdmin(ReadOnlyAdmin):
    list_display = ["title", "kind", "state", "recipients", "created_at", "finished_at", "paused_reason"]
    list_filter = ["kind", "state"]
    search_fields = ["title", "key"]


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ["address", "mailing", "group", "state", "reason", "attempts", "attempted_at", "possible_duplicate"]
    list_filter = ["state", "reason", "group"]
    search_fields = ["address", "message_id"]
    list_select_related = ["mailing"]
    # A body may still hold a secret that is not for the administrator either.
    exclude = ["body", "values"]
