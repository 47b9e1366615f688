"""Addresses of board reports."""

from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("reports/", views.report_list, name="list"),
    path("reports/draft/", views.draft, name="draft"),
    path("reports/<int:pk>/", views.detail, name="detail"),
    path("reports/<int:pk>/edit/", views.edit, name="edit"),
    path("reports/<int:pk>/compose/", views.compose, name="compose"),
    path("reports/<int:pk>/propose/", views.propose, name="propose"),
    path("reports/<int:pk>/approve/", views.approve, name="approve"),
    path("reports/<int:pk>/covers/<slug:slug>/", views.cover, name="cover"),
    path("reports/<int:pk>/export/<slug:slug>/<slug:format>/", views.export, name="export"),
]
