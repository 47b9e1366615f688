"""Addresses of people and appointments, and of contacts."""

from django.urls import path

from organizations.views import contacts, imports, people

app_name = "organizations"
urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/appoint/", people.appoint, name="appoint"),
    path("people/appointments/<int:pk>/end/", people.end_appointment, name="end"),
    path("people/<int:pk>/disable/", people.disable_account, name="disable"),
    path("contacts/", contacts.contact_list, name="contacts"),
    path("contacts/add/", contacts.add_contact, name="add_contact"),
    path("contacts/export/<str:format>/", contacts.export_contacts, name="export_contacts"),
    path("contacts/import/", imports.read_contacts, name="import_contacts"),
    path("contacts/import/<int:pk>/", imports.check_import, name="contact_import"),
    path("contacts/import/<int:pk>/discard/", imports.discard_import, name="discard_import"),
    path("contacts/<int:pk>/", contacts.edit_contact, name="edit_contact"),
    path("contacts/<int:pk>/mend/", contacts.mend_contact, name="mend_contact"),
    path("contacts/<int:pk>/erase/", contacts.erase, name="erase_contact"),
]
