"""Proposals are governed: the administrator reads them here, writing goes through their pages."""

from django.contrib import admin

from proposals.models import Proposal


@admin.register(Proposal)
class ProposalAdmin(admin.ModelAdmin):
    list_display = ["reference", "title", "organization", "state", "received_on", "reply_by_on"]
    list_filter = ["state", "organization", "kind"]
    list_select_related = ["organization"]
    search_fields = ["reference", "title", "proposer"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
