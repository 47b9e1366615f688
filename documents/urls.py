from django.urls import path

from documents import views
from documents.views import gaps, imports

app_name = "documents"

urlpatterns = [
    path("documents/", views.document_list, name="list"),
    path("documents/register/", views.register_document, name="register"),
    path("documents/gaps/", gaps.gap_list, name="gaps"),
    path("documents/import/", imports.import_register, name="import"),
    path("documents/import/<int:pk>/", imports.check_import, name="check_import"),
    path("documents/<str:reference>/", views.document_detail, name="detail"),
    path("documents/<str:reference>/compare/", views.choose_comparison, name="choose_comparison"),
    path("documents/<str:reference>/compare/<str:other>/", views.compare_revisions, name="compare"),
    path("documents/<str:reference>/revise/", views.revise_document, name="revise"),
    path("documents/<str:reference>/edit/", views.edit_revision, name="edit"),
    path("documents/<str:reference>/title/", views.edit_title, name="title"),
    path("documents/<str:reference>/attach/", views.attach_file, name="attach"),
    path("documents/<str:reference>/number/", views.record_number, name="number"),
    path("documents/<str:reference>/propose/", views.propose_revision, name="propose"),
    path("documents/<str:reference>/approve/", views.approve_revision, name="approve"),
    path("documents/<str:reference>/withdraw/", views.withdraw_revision, name="withdraw"),
    path("documents/<str:reference>/export/<str:format>/", views.export_revision, name="export"),
    path("documents/<str:reference>/files/<int:pk>/", views.download_file, name="file"),
]
