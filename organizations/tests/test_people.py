"""Appointments, rights, verdicts and remarks."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.dates import today
from core.models import User
from core.moves import NotAllowed
from organizations.models import Appointment, Contact
from organizations.permissions import can_approve_for, can_see_contacts, can_send_for, can_write
from organizations.queries import committees_matching, everybody, find_committee, secretaries, standing_of
from organizations.services.contacts import add_contacts
from organizations.services.people import appoint
from organizations.services.terms import end_appointment
from organizations.tests.factories import make_appointment, make_committee, make_user
from post.models import Delivery


def test_a_secretary_acts_for_the_own_organization_only(cast):
    assert can_approve_for(cast.iso_secretary, cast.ISO)
    assert not can_approve_for(cast.iso_secretary, cast.IEC)
    assert not can_approve_for(cast.administrator, cast.ISO)


def test_the_three_rights_are_separate(cast):
    Appointment.objects.filter(user=cast.iso_secretary).update(may_send=False)
    user = cast.iso_secretary
    assert can_write(user)
    assert can_approve_for(user, cast.ISO)
    assert not can_send_for(user, cast.ISO)


def test_an_appointment_holds_on_its_days_only(cast):
    user = make_user("Former")
    make_appointment(user, "member", cast.ISO, to_on=today() - timedelta(days=1))
    assert standing_of(user).appointments == ()
    future = make_user("Next")
    make_appointment(future, "member", cast.ISO, from_on=today() + timedelta(days=1))
    assert standing_of(future).appointments == ()


def test_disabled_and_unknown_people_have_no_standing(cast):
    from django.contrib.auth.models import AnonymousUser

    assert standing_of(cast.disabled).appointments == ()
    assert standing_of(AnonymousUser()).appointments == ()
    assert not can_write(cast.outsider)


def test_everybody_is_the_secretaries_and_members_each_once(cast):
    make_appointment(cast.iso_secretary, "member", cast.ISO)
    labels = [user.label for user in everybody()]
    assert len(labels) == len(set(labels)) == 9
    assert "Observer" not in labels
    assert [user.label for user in secretaries()] == ["ISO secretary", "IEC secretary", "ITU-T secretary"]


def test_only_the_administrator_appoints(cast):
    user = make_user("New")
    with pytest.raises(NotAllowed):
        appoint(user, "member", cast.ISO, cast.iso_secretary)
    appoint(user, "member", cast.ISO, cast.administrator, label="Third ISO member")
    user.refresh_from_db()
    assert user.label == "Third ISO member"


def test_administrators_open_the_administration_while_appointed(cast):
    user = make_user("New")
    appointment = appoint(user, "administrator", None, cast.administrator, from_on=date(2020, 1, 1))
    assert user.is_staff
    end_appointment(appointment, cast.administrator, today() - timedelta(days=1))
    user.refresh_from_db()
    assert not user.is_staff


def test_committee_is_found_by_any_spelling(cast):
    committee = make_committee("IEC TC 111", "IEC")
    committee.aliases.create(alias="IEC/TC 111")
    assert find_committee(" iec  tc 111 ") == committee
    assert find_committee("IEC/TC 111") == committee
    assert find_committee("IEC TC 999") is None


def test_committees_match_every_word(cast):
    make_committee("IEC TC 61", "IEC", title="Safety of household appliances")
    assert [str(row) for row in committees_matching("household safety")] == ["IEC TC 61"]
    assert committees_matching("household", cast.ISO).count() == 0


def test_contacts_are_seen_by_their_own_secretary_and_the_administrator(cast):
    assert can_see_contacts(cast.iso_secretary, cast.ISO)
    assert can_see_contacts(cast.administrator, cast.ISO)
    assert not can_see_contacts(cast.iec_secretary, cast.ISO)
    assert not can_see_contacts(cast.iso_member, cast.ISO)


def test_the_same_contact_twice_is_one(cast):
    def row():
        return Contact(organization=cast.ISO, name="Chair", email="Chair@spcg.example", capacity="chair")

    assert add_contacts(cast.iso_secretary, [row(), row()]) == 1
    assert add_contacts(cast.iso_secretary, [row()]) == 0
    with pytest.raises(NotAllowed):
        add_contacts(cast.iec_secretary, [row()])


# The administrator's pages ---------------------------------------------------------------------

APPOINTMENT = {
    "email": "new.member@spcg.example",
    "label": "Third ISO member",
    "role": "member",
    "from_on": "1 January 2026",
    "may_write": "on",
}


def test_administrator_opens_an_account_and_the_person_is_told(cast, client_of):
    data = {**APPOINTMENT, "organization": cast.ISO.pk}
    client = client_of("administrator")
    client.post("/people/appoint/", data)
    client.post("/people/appoint/", data)
    user = User.objects.get(email="new.member@spcg.example")
    assert standing_of(user).holds("member", cast.ISO)
    assert user.appointments.count() == 1
    assert {entry.text for entry in user.history.all()} == {"appointed as ISO member", "sent an invitation"}
    delivery = Delivery.objects.get(address="new.member@spcg.example")
    assert delivery.state == "waiting"
    assert "Third ISO member" in client.get("/people/").content.decode()


def test_a_member_without_organization_is_an_error_beside_the_field(cast, client_of):
    page = client_of("administrator").post("/people/appoint/", APPOINTMENT).content.decode()
    assert "Choose the organization of a secretary or member." in page
    assert 'value="new.member@spcg.example"' in page
    assert not User.objects.filter(email="new.member@spcg.example").exists()


def test_an_appointment_ends_and_the_session_with_it(cast, client_of):
    """Seen red where the end keeps sessions."""
    member = client_of("iso_member")
    assert member.get("/settings/").status_code == 200
    appointment = cast.iso_member.appointments.get()
    client_of("administrator").post(f"/people/appointments/{appointment.pk}/end/", {"to_on": "1 January 2026"})
    assert standing_of(cast.iso_member).appointments == ()
    assert member.get("/settings/").status_code == 302
    assert cast.iso_member.history.get().action == "end"


def test_another_appointment_ends_the_sessions(cast, client_of):
    """So that new rights, also fewer ones, hold from the next sign-in. Seen red where appointing keeps them."""
    client = client_of("iso_member")
    appoint(cast.iso_member, "observer", None, cast.administrator)
    assert client.get("/settings/").status_code == 302


def test_the_last_administrator_remains(cast, client_of):
    client = client_of("administrator")
    appointment = cast.administrator.appointments.get()
    client.post(f"/people/appointments/{appointment.pk}/end/", {"to_on": "1 January 2026"})
    client.post(f"/people/{cast.administrator.pk}/disable/")
    assert standing_of(cast.administrator).is_administrator
    assert cast.administrator.is_active


def test_an_account_is_closed_after_a_check_page(cast, client_of):
    client = client_of("administrator")
    assert "Close the account" in client.get(f"/people/{cast.observer.pk}/disable/").content.decode()
    client.post(f"/people/{cast.observer.pk}/disable/")
    assert not cast.observer.is_active


@pytest.mark.parametrize("name", ["iso_secretary", "iso_member", "observer", "outsider"])
def test_people_are_for_the_administrator(cast, client_of, name):
    for path in ("/people/", "/people/appoint/", f"/people/{cast.observer.pk}/disable/"):
        assert client_of(name).get(path).status_code == 404
    assert client_of(name).post("/people/appoint/", APPOINTMENT).status_code == 404


def test_people_take_the_same_number_of_queries_with_many_rows(cast, client_of):
    client = client_of("administrator")
    client.get("/people/")
    with CaptureQueriesContext(connection) as few:
        client.get("/people/")
    for _n in range(30):
        make_appointment(make_user(), "member", cast.ISO)
    with CaptureQueriesContext(connection) as many:
        client.get("/people/")
    assert len(many) == len(few)


def test_first_administrator_is_appointed_from_the_command_line(db):
    call_command("set_up", verbosity=0)
    call_command("appoint", "first@spcg.example", role="administrator", label="Administrator")
    user = User.objects.get(email="first@spcg.example")
    assert standing_of(user).is_administrator
    assert user.is_staff
    with pytest.raises(CommandError, match="already"):
        call_command("appoint", "first@spcg.example", role="administrator", label="Administrator")
    with pytest.raises(CommandError, match="not an organization"):
        call_command("appoint", "a@spcg.example", role="member", label="M", organization="WHO")


def test_set_up_twice_changes_nothing(db, capsys):
    call_command("set_up")
    call_command("set_up")
    assert capsys.readouterr().out.endswith("0 organizations and 0 committees added.\n")


def test_address_longer_than_the_record_holds_is_said_beside_the_field(client_of):
    long = "a" * 64 + "@" + ".".join(["b" * 60] * 4) + ".example"
    typed = {"email": long, "label": "Kept as typed", "role": "observer", "from_on": "1 November 2026"}
    page = client_of("administrator").post("/people/appoint/", typed)
    assert page.context["form"].errors["email"]
    assert "Kept as typed" in page.content.decode()
