"""Appointments, rights, verdicts and remarks."""

from datetime import date, timedelta

import pytest

from core.dates import today
from core.moves import NotAllowed
from organizations.models import Appointment, Contact
from organizations.permissions import can_approve_for, can_see_contacts, can_send_for, can_write
from organizations.queries import committees_matching, everybody, find_committee, secretaries, standing_of
from organizations.services.contacts import add_contacts
from organizations.services.people import appoint, end_appointment
from organizations.tests.factories import make_appointment, make_committee, make_user


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
