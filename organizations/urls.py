"""Addresses of people and appointments, and of contacts."""

from django.urls import path

from organizations.views import people

app_name = "organizations"
urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/appoint/", people.appoint, name="appoint"),
    path("people/appointments/<int:pk>/end/", people.end_appointment, name="end"),
    path("people/<int:pk>/disable/", people.disable_account, name="disable"),
]
