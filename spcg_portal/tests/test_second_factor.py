"""The second factor: apps, recovery codes, throttling, what secretaries and administrators must have, and resets."""

import time

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client

from core.models import User
from core.moves import AlreadyDone, NotAllowed, Refused
from organizations.services.sessions import reset_second_factor
from spcg_portal.second_factor import SecondFactorAdapter
from spcg_portal.tests.test_url_matrix import addresses, answered

PASSWORD = "cranes over Geneva 9"


def code_of(secret: str, steps: int = 0) -> str:
    """The figures that an app shows, so many half minutes from now."""
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + steps))


def sign_in(user) -> Client:
    client = Client()
    answer = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    client.landed = answer.headers.get("Location")
    return client


def confirmed(client: Client) -> Client:
    """The password once more, as a change of the second factor asks."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def with_password(user):
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def person(cast):
    cache.clear()
    return with_password(cast.iso_secretary)


@pytest.fixture
def secret(person) -> str:
    """The person's app is set up."""
    made = totp.generate_totp_secret()
    totp.TOTP.activate(person, made)
    return made


def test_app_is_set_up_with_a_first_code_and_recovery_codes_follow(person):
    client = confirmed(sign_in(person))
    page = client.get("/accounts/2fa/app/activate/")
    html = page.content.decode()
    assert "<svg" in html
    assert "data:image" not in html
    shown = page.context["form"].secret
    wrong = client.post("/accounts/2fa/app/activate/", {"code": "000000"})
    assert "Incorrect code" in wrong.content.decode()
    answer = client.post("/accounts/2fa/app/activate/", {"code": code_of(shown)})
    assert answer.headers["Location"] == "/accounts/2fa/codes/"
    codes = client.get("/accounts/2fa/codes/").context["unused_codes"]
    assert len(codes) == 10
    assert client.get("/accounts/2fa/codes/download/").content.decode().split()[-1] == codes[-1]


def test_password_alone_opens_nothing_and_the_code_does(person, secret):
    client = sign_in(person)
    assert client.landed == "/accounts/2fa/authenticate/"
    assert client.get("/settings/").status_code == 302
    assert "Incorrect code" in client.post("/accounts/2fa/authenticate/", {"code": "000000"}).content.decode()
    assert client.get("/settings/").status_code == 302
    assert client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)}).headers["Location"] == "/"
    assert client.get("/settings/").status_code == 200


def test_code_works_once(person, secret):
    """Seen red with codes that nobody remembers."""
    code = code_of(secret)
    assert sign_in(person).post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    assert "Incorrect code" in sign_in(person).post("/accounts/2fa/authenticate/", {"code": code}).content.decode()


def test_code_works_once_also_when_half_a_minute_has_passed(person, secret, monkeypatch):
    """Seen red without `_Code.clean_code`: the library forgets a used code after half a minute, and one that an app
    with a fast clock shows is taken for a minute and a half."""
    code, now = code_of(secret, 1), time.time
    assert sign_in(person).post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    cache.delete(totp.TOTP(Authenticator.objects.get(user=person, type="totp"))._get_used_cache_key(code))
    monkeypatch.setattr(time, "time", lambda: now() + 40)
    again = sign_in(person)
    assert "Incorrect code" in again.post("/accounts/2fa/authenticate/", {"code": code}).content.decode()
    assert "_auth_user_id" not in again.session
    assert again.post("/accounts/2fa/authenticate/", {"code": code_of(secret, 1)}).status_code == 302


def test_code_that_set_up_the_app_signs_in_no_more(person):
    """Seen red without `_Code.clean_code`."""
    client = confirmed(sign_in(person))
    code = code_of(client.get("/accounts/2fa/app/activate/").context["form"].secret)
    client.post("/accounts/2fa/app/activate/", {"code": code})
    again = sign_in(person)
    again.post("/accounts/2fa/authenticate/", {"code": code})
    assert "_auth_user_id" not in again.session


def test_recovery_code_works_once(person, secret):
    """Seen red with used codes that are taken again."""
    code = RecoveryCodes.activate(person).get_unused_codes()[0]
    assert sign_in(person).post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    assert sign_in(person).post("/accounts/2fa/authenticate/", {"code": code}).status_code == 200


def test_codes_are_throttled_per_person(person, secret):
    """Seen red without the limit of wrong tries per account."""
    client = sign_in(person)
    for _n in range(5):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    answer = client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert answer.status_code in (200, 429)
    assert "_auth_user_id" not in client.session
    other = sign_in(person)
    other.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert "_auth_user_id" not in other.session


def test_secrets_are_not_readable_in_the_database_nor_with_another_key(person, secret, settings):
    kept = Authenticator.objects.get(user=person, type="totp").data["secret"]
    assert secret not in kept
    assert get_adapter().decrypt(kept) == secret
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "x" * 60
    assert get_adapter().decrypt(kept) == secret
    settings.SECRET_KEY_FALLBACKS = []
    assert get_adapter().decrypt(kept) not in (secret, "", get_adapter().decrypt(kept))


def test_change_of_a_factor_asks_for_the_password_again(person, client_of):
    """A session that was opened some time ago, on a machine that was left alone."""
    answer = client_of("iso_secretary").get("/accounts/2fa/app/activate/")
    assert answer.headers["Location"].startswith("/accounts/reauthenticate/?next=")
    client = client_of("iso_secretary")
    client.post("/accounts/reauthenticate/?next=/accounts/2fa/app/activate/", {"password": PASSWORD})
    assert client.get("/accounts/2fa/app/activate/").status_code == 200


FACTOR_PAGES = [f"app/{verb}/" for verb in ("activate", "deactivate")]
FACTOR_PAGES += ["codes/", "codes/generate/", "codes/download/", "passkeys/add/"]
FACTOR_PAGES += [f"passkeys/{{pk}}/{verb}/" for verb in ("remove", "edit")]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("page", FACTOR_PAGES)
def test_every_change_of_a_factor_and_the_codes_ask_again_first(person, client_of, page, method):
    """A session left open, whose last confirmation is old. Seen red with the confirmation switched off."""
    if page != "app/activate/":
        totp.TOTP.activate(person, totp.generate_totp_secret())
    RecoveryCodes.activate(person)
    passkey = Authenticator.objects.create(user=person, type="webauthn", data={"name": "Laptop", "credential": {}})
    before = list(Authenticator.objects.order_by("pk").values_list("pk", "type", "data"))
    answer = getattr(client_of("iso_secretary"), method)(f"/accounts/2fa/{page.format(pk=passkey.pk)}")
    if (page, method) == ("codes/", "post"):
        assert answer.status_code == 405
    else:
        assert "/reauthenticate/?next=" in answer.headers["Location"]
    assert list(Authenticator.objects.order_by("pk").values_list("pk", "type", "data")) == before


def test_confirmation_is_throttled_and_ends_after_a_while(person, client_of, monkeypatch):
    """Seen red with a confirmation that lasts."""
    client, now = client_of("iso_secretary"), time.time
    for _n in range(10):
        client.post("/accounts/reauthenticate/", {"password": "wrong"})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.get("/accounts/2fa/app/activate/").status_code == 302
    cache.clear()
    confirmed(client)
    assert client.get("/accounts/2fa/app/activate/").status_code == 200
    monkeypatch.setattr(time, "time", lambda: now() + 301)
    assert client.get("/accounts/2fa/app/activate/").status_code == 302


def test_first_password_of_an_account_with_a_factor_asks_for_the_factor(person, secret, client_of):
    """Whoever comes by single sign-on has no password, and an open session is not enough to set one.
    Seen red with the library's own page.
    """
    person.set_unusable_password()
    person.save()
    client, typed = client_of("iso_secretary"), dict.fromkeys(("password1", "password2"), PASSWORD)
    assert "/reauthenticate/" in client.post("/accounts/password/set/", typed).headers["Location"]
    person.refresh_from_db()
    assert not person.has_usable_password()
    client.post("/accounts/2fa/reauthenticate/", {"code": code_of(secret)})
    client.post("/accounts/password/set/", typed)
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


@pytest.mark.django_db(transaction=True)
def test_change_of_a_factor_is_told_and_ends_other_sessions(person):
    """Seen red where a change ends no session."""
    elsewhere, client = sign_in(person), confirmed(sign_in(person))
    shown = client.get("/accounts/2fa/app/activate/").context["form"].secret
    client.post("/accounts/2fa/app/activate/", {"code": code_of(shown)})
    assert elsewhere.get("/settings/").status_code == 302
    assert client.get("/settings/").status_code == 200
    texts = [note.text for note in person.notifications.all()]
    assert any("An authenticator app was added" in text for text in texts)


# What is open to everybody, signed in or not, or to whoever holds a secret of its own.
OPEN_TO_ALL = {"about", "keys", "accessibility", "healthz", "proposals:self_check", "post:unsubscribe"}
OPEN_TO_ALL |= {f"organizations:{name}" for name in ("ask_invitation", "invitation_asked", "accept_invitation")}
OPEN_TO_ALL |= {"communications:acknowledge", "communications:letter_file", "publications:file", "publications:text"}


# Required ------------------------------------------------------------------------------------


@pytest.fixture
def required(settings):
    settings.REQUIRE_SECOND_FACTOR = True


@pytest.mark.parametrize("name", ["iso_secretary", "administrator"])
@pytest.mark.parametrize("path", ["/", "/people/", "/landscape/", "/admin/", "/settings/my-data/"])
def test_role_that_needs_a_second_factor_sets_it_up_first(cast, client_of, required, name, path):
    """Seen red without the requirement."""
    assert client_of(name).get(path).headers["Location"] == "/accounts/2fa/"


@pytest.mark.parametrize("method", ["get", "post"])
def test_without_a_second_factor_nothing_is_written(cast, client_of, required, method):
    """Seen red without the requirement."""
    answer = getattr(client_of("administrator"), method)(f"/people/{cast.observer.pk}/disable/")
    assert answer.headers["Location"] == "/accounts/2fa/"
    assert cast.observer.is_active


def test_no_address_of_the_portal_opens_before_the_second_factor_is_set_up(db, required):
    """Every address that the resolver knows, with the demonstration's records behind it, by GET and by POST. Seen red
    when a comment and a score, whose pages lead to sign-in themselves, were taken for open ones."""
    urls = {name: url for name, url in addresses().items() if not url.startswith(("/accounts/", "/feeds/"))}
    found = set()
    for email in ("iso.secretary@spcg.example", "admin@spcg.example"):
        client = Client()
        client.force_login(User.objects.get(email=email))
        for name, url in urls.items():
            answers = [answered(client, method, url) for method in ("get", "post")]
            if any(answer.headers.get("Location") != "/accounts/2fa/" for answer in answers):
                found.add(name)
    assert found == OPEN_TO_ALL


@pytest.mark.parametrize("name", ["iso_member", "observer"])
def test_members_and_observers_choose_for_themselves(cast, client_of, required, name):
    """Seen red where everybody needs one."""
    assert client_of(name).get("/settings/").status_code == 200


def test_what_is_open_to_all_and_the_way_there_stay_open(cast, client_of, required):
    client = client_of("iso_secretary")
    for path in ("/about/", "/help/accessibility/", "/healthz", "/accounts/2fa/", "/accounts/logout/"):
        assert client.get(path).status_code in (200, 503)


def test_with_a_second_factor_everything_is_open(person, secret, required):
    client = sign_in(person)
    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert client.get("/").status_code == 200


def test_it_is_off_by_default(cast, client_of):
    assert client_of("iso_secretary").get("/settings/").status_code == 200


# Lost ----------------------------------------------------------------------------------------


def test_administrator_resets_what_was_lost(person, secret, cast, client_of):
    with pytest.raises(NotAllowed):
        reset_second_factor(person, cast.iec_secretary)
    client_of("administrator").post(f"/people/{person.pk}/reset-second-factor/")
    assert not Authenticator.objects.filter(user=person).exists()
    assert person.history.get().action == "reset_second_factor"
    assert sign_in(person).landed == "/"
    with pytest.raises(AlreadyDone):
        reset_second_factor(person, cast.administrator)


def test_nobody_resets_the_own_factor_in_this_way(cast):
    totp.TOTP.activate(cast.administrator, totp.generate_totp_secret())
    with pytest.raises(Refused):
        reset_second_factor(cast.administrator, cast.administrator)
    assert Authenticator.objects.exists()


def test_passkeys_belong_to_the_portals_own_host(settings):
    settings.SITE_URL = "https://spcg.example"
    assert SecondFactorAdapter().get_public_key_credential_rp_entity()["id"] == "spcg.example"


HOSTILE = ["", "x", "1", "[]", "null", '{"id": "x"}', '{"rawId": 1}', '{"response": []}']


@pytest.mark.parametrize("text", HOSTILE)
def test_passkey_without_a_ceremony_opens_nothing(person, secret, text):
    cache.clear()
    client = Client()
    assert client.post("/accounts/2fa/passkeys/login/", {"credential": text}).status_code == 302
    second = sign_in(person)
    assert second.post("/accounts/2fa/authenticate/", {"credential": text}).status_code == 200
    added = confirmed(second)
    assert "_auth_user_id" not in client.session
    assert "_auth_user_id" not in added.session
