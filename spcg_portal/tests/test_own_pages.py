"""A person's own sessions, and what the portal knows about the person."""

import json
from io import BytesIO

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client
from openpyxl import load_workbook

from core.history import record
from core.models import FeedAddress, User
from core.moves import NotAllowed
from organizations.models import Invitation
from organizations.queries.sign_in import browser_of
from organizations.services.invitations import invite
from organizations.services.sessions import end_sessions_of
from organizations.tests.factories import make_contact
from spcg_portal.own_data import SECRET, models_about_people
from spcg_portal.services import reset_feeds

PASSWORD = "cranes over Geneva 9"


@pytest.fixture
def person(cast):
    cache.clear()
    user = cast.iso_member
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(user) -> Client:
    client = Client(headers={"user-agent": "Telephone"})
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return client


def test_sessions_are_listed_and_one_is_ended(person):
    """Seen red where the session's own row stays."""
    here, there = sign_in(person), sign_in(person)
    rows = here.get("/settings/sessions/").context["sessions"]
    assert len(rows) == 2
    other = next(row for row in rows if row.session_key != here.session.session_key)
    here.post(f"/settings/sessions/{other.pk}/end/")
    assert there.get("/settings/").status_code == 302
    assert here.get("/settings/").status_code == 200
    assert "This one" in here.get("/settings/sessions/").content.decode()


_KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_KIT} Chrome/140.0.0.0 Safari/537.36", "Chrome on Windows"),
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_KIT} Chrome/140.0.0.0 Safari/537.36 Edg/140.0",
            "Edge on Windows",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14.5; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on macOS"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/18.0 Mobile/15E148 Safari/604.1",
            "Safari on iPhone",
        ),
        (f"Mozilla/5.0 (Linux; Android 15) {_KIT} Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", "Not known"),
    ],
)
def test_a_session_says_in_words_which_browser_it_is(agent, words):
    assert browser_of(agent) == words


def test_all_other_sessions_end_at_once(person):
    here, *others = (sign_in(person) for _n in range(3))
    here.post("/settings/sessions/")
    assert [client.get("/settings/").status_code for client in (here, *others)] == [200, 302, 302]


def test_nobody_ends_the_session_of_another(person, cast, client_of):
    """Seen red where any number is taken."""
    client = sign_in(person)
    row = client.get("/settings/sessions/").context["sessions"][0]
    client_of("iec_member").post(f"/settings/sessions/{row.pk}/end/")
    assert client.get("/settings/").status_code == 200


def test_administrator_ends_the_sessions_of_a_person(person, cast, client_of):
    """Seen red without the service's own refusal."""
    client = sign_in(person)
    client_of("iec_secretary").post(f"/people/{person.pk}/end-sessions/")
    with pytest.raises(NotAllowed):
        end_sessions_of(person, cast.iec_secretary)
    assert client.get("/settings/").status_code == 200
    client_of("administrator").post(f"/people/{person.pk}/end-sessions/")
    assert client.get("/settings/").status_code == 302
    assert person.history.get().action == "end_sessions"


def test_new_password_ends_other_sessions(person):
    here, there = sign_in(person), sign_in(person)
    words = {"oldpassword": PASSWORD, "password1": "bridges of Geneva 7", "password2": "bridges of Geneva 7"}
    assert here.post("/accounts/password/change/", words).status_code == 302
    assert there.get("/settings/").status_code == 302


# What the portal knows -----------------------------------------------------------------------


def export(client) -> dict:
    return json.loads(client.get("/settings/my-data/json/").content)


def test_own_data_holds_what_every_room_knows(person, cast, client_of):
    record(person, "appoint", cast.administrator, "appointed")
    make_contact(cast.IEC, email=person.email.upper(), name="The same person")
    found = export(client_of("iso_member"))
    assert found["core"]["Account"][0]["email"] == person.email
    assert found["organizations"]["Appointments"][0]["role"] == "member"
    assert [row["name"] for row in found["organizations"]["Contacts"]] == ["The same person"]
    assert found["organizations"]["History of accounts"][0]["text"] == "appointed"


def test_own_data_is_nobody_elses(person, cast, client_of):
    make_contact(cast.IEC, email="somebody@else.example")
    record(cast.iec_member, "appoint", cast.administrator, "appointed the colleague")
    text = client_of("iso_member").get("/settings/my-data/json/").content.decode()
    for foreign in ("somebody@else.example", "iec.member@spcg.example", "appointed the colleague"):
        assert foreign not in text


def test_no_secret_leaves_the_portal(person, cast, client_of):
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(person, secret)
    token = reset_feeds(person).token
    User.objects.filter(pk=person.pk).update(password="!")
    person.refresh_from_db()
    digest = invite(person, None).digest
    client = client_of("iso_member")
    text = client.get("/settings/my-data/json/").content.decode()
    for hidden in (secret, token, digest, client.session.session_key, "otpauth"):
        assert hidden not in text
    assert (FeedAddress.objects.count(), Invitation.objects.count()) == (1, 1)
    assert not SECRET & set(json.loads(text)["core"]["Account"][0])


def test_every_record_that_points_at_an_account_is_told(db):
    """Also one that a room adds tomorrow: it is found by its field, not by a list."""
    names = {model._meta.label for model in models_about_people()}
    assert {"organizations.Appointment", "post.Notification", "meetings.Outcome", "mfa.Authenticator"} <= names
    assert {"communications.StepEntry", "proposals.Tray" if "proposals.Tray" in names else "post.Delivery"} <= names


def test_own_data_as_a_table(person, client_of):
    client = client_of("iso_member")
    sheet = load_workbook(BytesIO(client.get("/settings/my-data/xlsx/").content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == ("Room", "Kind", "Record", "Field", "Value")
    assert any(row[3:] == ("email", person.email) for row in rows)
    assert client.get("/settings/my-data/pdf/").status_code == 404


def test_own_data_takes_the_same_number_of_queries(person, cast, client_of, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = client_of("iso_member")
    client.get("/settings/my-data/")
    with CaptureQueriesContext(connection) as few:
        client.get("/settings/my-data/")
    for _n in range(20):
        record(person, "appoint", cast.administrator, "again")
    with django_assert_num_queries(len(few)):
        client.get("/settings/my-data/")
