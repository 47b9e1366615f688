"""Proposals are governed: the administrator reads them here, writing goes through their pages."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from proposals.models import Proposal


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyAdmin):
    list_display = ["reference", "title", "organization", "state", "received_on", "reply_by_on"]
    list_filter = ["state", "organization", "kind"]
    list_select_related = ["organization"]
    search_fields = ["reference", "title", "proposer"]
