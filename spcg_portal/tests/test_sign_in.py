"""Sign-in: by address and password, kept to this site, throttled, without telling who exists."""

import pytest
from allauth.account.forms import default_token_generator as tokens
from allauth.account.utils import user_pk_to_url_str
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from post.models import Delivery
from spcg_portal.forms import SettingsForm
from spcg_portal.tests.test_url_matrix import own_names

PASSWORD = "a long enough password"


@pytest.fixture
def person(cast):
    cache.clear()
    user = cast.iso_member
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client: Client, email: str, password: str = PASSWORD, **more):
    return client.post("/accounts/login/", {"login": email, "password": password, **more})


def test_person_signs_in_and_lands_where_the_link_led(person):
    client = Client()
    assert client.get("/settings/").headers["Location"] == "/accounts/login/?next=/settings/"
    response = sign_in(client, person.email, next="/settings/")
    assert response.headers["Location"] == "/settings/"


def test_address_is_read_without_regard_to_case(person):
    assert sign_in(Client(), person.email.upper()).status_code == 302


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_next_leads_to_this_site_only(person, target):
    assert sign_in(Client(), person.email, next=target).headers["Location"] == "/"


def test_unknown_address_and_wrong_password_read_the_same(person):
    wrong = sign_in(Client(), person.email, "wrong").context["form"].errors
    unknown = sign_in(Client(), "nobody@spcg.example", "wrong").context["form"].errors
    assert wrong == unknown


def test_sign_in_is_throttled_per_account(person):
    """Seen red without the limit of wrong tries per account."""
    client = Client()
    for _n in range(5):
        sign_in(client, person.email, "wrong")
    response = sign_in(client, person.email)
    assert response.status_code in (200, 429)
    assert "_auth_user_id" not in client.session


def test_sign_in_is_throttled_per_address_of_the_reader(person):
    """Twenty wrong tries a minute, each for another account, and the address waits.
    Seen red without that limit.
    """
    for n in range(20):
        sign_in(Client(), f"guess{n}@spcg.example", "wrong")
    client = Client()
    sign_in(client, person.email)
    assert "_auth_user_id" not in client.session
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    sign_in(elsewhere, person.email)
    assert "_auth_user_id" in elsewhere.session


def test_asking_for_a_new_password_is_throttled_per_account(person):
    """Seen red without the limit."""
    for n in range(5):
        Client(REMOTE_ADDR=f"192.0.2.{n}").post("/accounts/password/reset/", {"email": person.email})
    assert Delivery.objects.filter(account=person).count() == 3


def test_disabled_account_does_not_sign_in(cast):
    user = cast.disabled
    user.set_password(PASSWORD)
    user.save()
    client = Client()
    sign_in(client, user.email)
    assert "_auth_user_id" not in client.session


def test_nobody_signs_up(db):
    client = Client()
    page = client.get("/accounts/signup/").content.decode()
    assert "Accounts are opened by appointment" in page
    client.post("/accounts/signup/", {"email": "x@spcg.example", "password1": PASSWORD})
    from core.models import User

    assert not User.objects.filter(email="x@spcg.example").exists()


def test_sign_out_is_a_post(person):
    client = Client()
    sign_in(client, person.email)
    client.get("/accounts/logout/")
    assert "_auth_user_id" in client.session
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session


def test_sessions_end_when_the_account_is_disabled(person, cast):
    """The rows too: an account that is opened again starts without any. Seen red where they stay."""
    from organizations.services.people import disable_account

    client = Client()
    sign_in(client, person.email)
    assert client.get("/settings/").status_code == 200
    key = client.session.session_key
    disable_account(person, cast.administrator)
    assert not Session.objects.filter(session_key=key).exists()
    assert client.get("/settings/").status_code == 302


def test_new_password_by_mail_ends_every_session(person):
    there = Client()
    sign_in(there, person.email)
    person.refresh_from_db()
    link = f"/accounts/password/reset/key/{user_pk_to_url_str(person)}-{tokens.make_token(person)}/"
    page = (client := Client()).get(link, follow=True)
    client.post(page.redirect_chain[-1][0], dict.fromkeys(("password1", "password2"), "cranes over Geneva 9"))
    assert there.get("/settings/").status_code == 302


def test_change_of_the_password_asks_for_the_old_one(person, client_of):
    """Seen red with a form that does not ask."""
    typed = dict.fromkeys(("password1", "password2"), "cranes over Geneva 9")
    for old in ({}, {"oldpassword": "wrong"}):
        assert client_of("iso_member").post("/accounts/password/change/", {**typed, **old}).status_code == 200
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_nobody_changes_the_own_address(person, client_of):
    """It is what invitations and new passwords go to: no page of the account changes it, and the administration
    shows it and no more.
    Seen red with an administration that writes.
    """
    assert "email" not in SettingsForm().fields
    assert not [name for name in own_names() if name.startswith("account") and "email" in name]
    client, typed = client_of("administrator"), {"email": "taken@spcg.example", "label": "L"}
    client.post(f"/admin/core/user/{person.pk}/change/", typed)
    for path in ("/settings/", "/accounts/email/", "/accounts/password/change/"):
        client_of("iso_member").post(path, typed)
    person.refresh_from_db()
    assert person.email == "iso.member@spcg.example"


def test_password_is_kept_with_argon2(person):
    assert person.password.startswith("argon2")


def test_used_link_offers_no_form_and_changes_nothing(person):
    link = f"/accounts/password/reset/key/{user_pk_to_url_str(person)}-{tokens.make_token(person)}/"
    client = Client()
    page = client.get(link, follow=True)
    typed = dict.fromkeys(("password1", "password2"), "cranes over Geneva 9")
    client.post(page.redirect_chain[-1][0], typed)
    person.refresh_from_db()
    assert person.check_password("cranes over Geneva 9")
    again = Client().get(link, follow=True).content.decode()
    assert "This link does not work any more" in again
    assert 'name="password1"' not in again


def test_text_of_megabytes_is_answered_in_words(client_of):
    page = client_of("iso_secretary").post("/proposals/new/", {"scope": "x" * (6 << 20)})
    assert page.status_code == 400
    assert "Nothing was saved" in page.content.decode()
