from django.urls import path

from core import views

urlpatterns = [
    path("drafts/", views.save_draft, name="save_draft"),
    path("drafts/discard/", views.discard_draft, name="discard_draft"),
    path("dates/weekday/", views.weekday, name="weekday"),
]
