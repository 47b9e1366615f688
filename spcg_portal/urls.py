"""Every address of the portal."""

from django.contrib import admin
from django.urls import include, path

from spcg_portal import administration, health, own_views, views

ROOMS = "core post organizations documents meetings landscape proposals communications reports publications".split()

administration.furnish()

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("history/", views.history, name="history"),
    path("history/export/<str:format>/", views.export_history, name="export_history"),
    path("sending/", views.sending, name="sending"),
    path("about/", views.about, name="about"),
    path("settings/sessions/", own_views.own_sessions, name="own_sessions"),
    path("settings/sessions/<int:pk>/end/", own_views.end_own_session, name="end_own_session"),
    path("settings/my-data/", own_views.own_data, name="own_data"),
    path("settings/my-data/<str:format>/", own_views.export_own_data, name="export_own_data"),
    path("help/keys/", views.keys, name="keys"),
    path("help/accessibility/", views.accessibility, name="accessibility"),
    path("committees/<int:pk>/", views.committee, name="committee"),
    path("settings/", views.settings, name="settings"),
    path("settings/feeds/", views.feed_addresses, name="feeds"),
    path("feeds/<str:token>/calendar.ics", views.calendar, name="calendar"),
    path("feeds/<str:token>/news.atom", views.news, name="news"),
    path("healthz", health.healthz, name="healthz"),
    path("accounts/", include("spcg_portal.accounts")),
    path("admin/", admin.site.urls),
    *(path("", include(f"{room}.urls")) for room in ROOMS),
]
