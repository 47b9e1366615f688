"""What a passkey signed opens the portal once, for the ceremony and the person and the host that it was made for."""

import time

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from spcg_portal.tests.passkey import ORIGIN, Passkey, challenge_of
from spcg_portal.tests.test_second_factor import confirmed, sign_in, with_password

LOGIN, CONFIRM = "/accounts/2fa/passkeys/login/", "/accounts/2fa/passkeys/reauthenticate/"


@pytest.fixture(autouse=True)
def host(settings):
    settings.SITE_URL = ORIGIN


@pytest.fixture
def person(cast):
    cache.clear()
    return with_password(cast.iso_secretary)


@pytest.fixture
def passkey(person) -> Passkey:
    """The person has added it; it signs in alone."""
    client, made = confirmed(sign_in(person)), Passkey(person)
    client.get("/accounts/2fa/passkeys/add/")
    answer = made.made(challenge_of(client))
    client.post("/accounts/2fa/passkeys/add/", {"name": "Laptop", "passwordless": "on", "credential": answer})
    assert Authenticator.objects.get(user=person, type="webauthn").data["name"] == "Laptop"
    return made


def begun(client: Client | None = None) -> Client:
    """A browser in which the ceremony of signing in has begun."""
    client = client or Client()
    client.get(LOGIN, headers={"x-requested-with": "XMLHttpRequest"})
    return client


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_passkey_signs_in_alone_and_what_it_signed_works_once(passkey):
    """Seen red with a server that compares no challenges."""
    client = begun()
    answer = passkey.signed(challenge_of(client))
    client.post(LOGIN, {"credential": answer})
    assert signed_in(client)
    client.post("/accounts/logout/")
    for again in (client, begun(client), begun(), Client()):
        again.post(LOGIN, {"credential": answer})
        assert not signed_in(again)


def test_confirmation_by_passkey_works_once(person, passkey, client_of, monkeypatch):
    """The same session, some minutes later. Seen red without `clear_state`."""
    client, now = client_of("iso_secretary"), time.time
    client.get(CONFIRM)
    answer = passkey.signed(challenge_of(client))
    client.post(CONFIRM, {"credential": answer})
    assert client.get("/accounts/2fa/codes/").status_code == 200
    monkeypatch.setattr(time, "time", lambda: now() + 301)
    assert client.get("/accounts/2fa/codes/").status_code == 302
    client.post(CONFIRM, {"credential": answer})
    assert client.get("/accounts/2fa/codes/").status_code == 302


def test_challenge_that_added_a_passkey_adds_no_second_one(person, passkey):
    """Seen red without `clear_state`."""
    client, other = confirmed(sign_in(person)), Passkey(person)
    passkey_step(client, passkey)
    client.get("/accounts/2fa/passkeys/add/")
    other.number = b"another"
    answer = other.made(challenge_of(client))
    for _n in range(2):
        client.post("/accounts/2fa/passkeys/add/", {"name": "Telephone", "credential": answer})
    assert Authenticator.objects.filter(user=person, type="webauthn").count() == 2


def passkey_step(client: Client, passkey: Passkey) -> None:
    """The passkey as the second step, then once more as confirmation."""
    client.get("/accounts/2fa/authenticate/")
    client.post("/accounts/2fa/authenticate/", {"credential": passkey.signed(challenge_of(client))})
    client.get(CONFIRM)
    client.post(CONFIRM, {"credential": passkey.signed(challenge_of(client))})


def test_signature_for_another_challenge_host_or_key_opens_nothing(person, passkey):
    """Seen red with any host, and with any challenge."""
    client = begun()
    passkey.signed(challenge_of(client))
    wrong = [passkey.signed(challenge_of(begun())), Passkey(person).signed(challenge_of(client))]
    passkey.origin = "https://spcg.example.evil.example"
    wrong.append(passkey.signed(challenge_of(client)))
    for answer in wrong:
        client.post(LOGIN, {"credential": answer})
        assert not signed_in(client)


def test_passkey_of_one_person_does_not_open_the_account_of_another(passkey, cast):
    client, other = begun(), Passkey(cast.administrator)
    passkey.handle = other.handle
    client.post(LOGIN, {"credential": passkey.signed(challenge_of(client))})
    assert not signed_in(client)
