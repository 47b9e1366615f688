"""Every address of the portal."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path

from spcg_portal import health, views

# A room that is not built has no urls.py and is absent.
ROOMS = (
    "post",
    "organizations",
    "documents",
    "meetings",
    "landscape",
    "proposals",
    "communications",
    "reports",
)

urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("about/", views.about, name="about"),
    path("settings/", views.settings, name="settings"),
    path("healthz", health.healthz, name="healthz"),
    path("accounts/", include("spcg_portal.accounts")),
    path("admin/", admin.site.urls),
    *(path("", include(f"{room}.urls")) for room in ROOMS if find_spec(f"{room}.urls")),
]
