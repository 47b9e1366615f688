"""The register is governed: the administrator reads it here, writing goes through its pages."""

from django.contrib import admin

from core.admin import ReadOnlyAdmin
from documents.models import Document, Revision


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    list_display = ["reference", "title", "kind", "registered_at"]
    list_filter = ["kind"]
    search_fields = ["number", "title", "slug"]


@admin.register(Revision)
class RevisionAdmin(ReadOnlyAdmin):
    list_display = ["reference", "title", "state", "dated_on", "author_label"]
    list_filter = ["state"]
    list_select_related = ["document"]
    search_fields = ["document__number", "document__title"]
