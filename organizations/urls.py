"""Addresses of people and appointments, and of contacts."""

from django.urls import path

from organizations.views import contacts, imports, invitations, people, terms

app_name = "organizations"
urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/appoint/", people.appoint, name="appoint"),
    path("people/appointments/<int:pk>/end/", terms.end_appointment, name="end"),
    path("people/appointments/<int:pk>/substitute/", terms.appoint_substitute, name="substitute"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/disable/", people.disable_account, name="disable"),
    path("people/<int:pk>/invite/", people.invite, name="invite"),
    path("people/<int:pk>/hand-over/", terms.hand_over, name="hand_over"),
    path("people/<int:pk>/end-sessions/", people.end_sessions, name="end_sessions"),
    path("people/<int:pk>/reset-second-factor/", people.reset_second_factor, name="reset_second_factor"),
    path("invitation/", invitations.ask_invitation_again, name="ask_invitation"),
    path("invitation/asked/", invitations.invitation_asked, name="invitation_asked"),
    path("invitation/<str:secret>/", invitations.accept_invitation, name="accept_invitation"),
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
