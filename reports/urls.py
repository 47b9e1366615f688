"""Addresses of board reports."""

from django.urls import path

from reports.views import exports, reports, revisions

app_name = "reports"
urlpatterns = [
    path("reports/", reports.report_list, name="list"),
    path("reports/draft/", reports.draft, name="draft"),
    path("reports/overview/", exports.overview, name="overview"),
    path("reports/verify/", exports.verify, name="verify"),
    path("reports/<int:pk>/", reports.detail, name="detail"),
    path("reports/<int:pk>/edit/", reports.edit, name="edit"),
    path("reports/<int:pk>/compose/", reports.compose, name="compose"),
    path("reports/<int:pk>/propose/", reports.propose, name="propose"),
    path("reports/<int:pk>/approve/", reports.approve, name="approve"),
    path("reports/<int:pk>/compare/", revisions.compare, name="compare"),
    path("reports/<int:pk>/covers/", revisions.covers, name="covers"),
    path("reports/<int:pk>/covers/<slug:slug>/", reports.cover, name="cover"),
    path("reports/<int:pk>/exports/", exports.export_list, name="exports"),
    path("reports/<int:pk>/export/all/", exports.export_all, name="export_all"),
    path("reports/<int:pk>/export/<slug:slug>/<slug:format>/", exports.export, name="export"),
]
