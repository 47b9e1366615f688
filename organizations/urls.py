"""Addresses of people and appointments."""

from django.urls import path

from organizations import views

app_name = "organizations"
urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/appoint/", views.appoint, name="appoint"),
    path("people/appointments/<int:pk>/end/", views.end_appointment, name="end"),
    path("people/<int:pk>/disable/", views.disable_account, name="disable"),
]
