"""Passkeys and apps in a real browser, under the strict policy: nothing is inline, and axe finds nothing."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache

from core.models import User
from organizations.services.invitations import invite
from organizations.tests.test_invitations import secret_of
from spcg_portal.tests.browser import PASSWORD
from spcg_portal.tests.test_second_factor import code_of

pytestmark = pytest.mark.browser


def with_authenticator(person):
    """A device that keeps passkeys and knows its owner."""
    session = person.page.context.new_cdp_session(person.page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return person


def confirm(person) -> None:
    person.page.locator("[name=password]").fill(PASSWORD)
    person.send()


def press(person, selector: str) -> None:
    person.follow(person.page.locator(selector))


def sign_out(person) -> None:
    person.open("/accounts/logout/")
    person.send()


def test_passkey_is_added_and_signs_in_alone(demo, reader):
    cache.clear()
    person = with_authenticator(reader())
    person.sign_in("iso.secretary", "/accounts/2fa/passkeys/add/")
    confirm(person)
    found = person.axe()
    person.type("Name", "Office laptop")
    person.page.get_by_label("Sign in with it alone, without a password").check()
    press(person, "#passkey-add")
    found += person.axe()
    assert "10 codes left" in person.page.inner_text("main")
    key = Authenticator.objects.get(type="webauthn")
    assert (key.wrap().name, key.user.email) == ("Office laptop", "iso.secretary@spcg.example")
    person.open("/accounts/2fa/passkeys/")
    found += person.axe()
    sign_out(person)
    found += person.axe()
    press(person, "#passkey-use")
    person.open("/settings/")
    assert "My settings" in person.page.inner_text("h1")
    assert found == []
    assert person.complaints == []


def test_passkey_is_the_second_step_after_the_password(demo, reader):
    cache.clear()
    person = with_authenticator(reader())
    person.sign_in("iec.secretary", "/accounts/2fa/passkeys/add/")
    confirm(person)
    press(person, "#passkey-add")
    sign_out(person)
    person.sign_in("iec.secretary", "/settings/")
    assert "Second factor" in person.page.inner_text("h1")
    assert person.axe() == []
    press(person, "#passkey-use")
    assert "My settings" in person.page.inner_text("h1")
    assert person.complaints == []


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (375, True)])
def test_code_for_the_app_is_seen_and_the_app_signs_in(demo, reader, width, dark):
    cache.clear()
    person = reader(width=width, dark=dark)
    person.sign_in("iso.secretary", "/accounts/2fa/app/activate/")
    found = person.axe()
    confirm(person)
    found += person.axe()
    box = person.page.locator(".qr svg").bounding_box()
    assert 100 < box["width"] < 260
    secret = person.page.locator("main code").inner_text()
    person.page.locator("[name=code]").fill(code_of(secret))
    person.send()
    found += person.axe()
    person.open("/accounts/2fa/")
    assert "In use" in person.page.inner_text("main")
    found += person.axe()
    assert found == []
    assert person.complaints == []
    assert not person.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def test_invitation_is_accepted_by_keyboard(demo, reader):
    cache.clear()
    user = User.objects.create_user("newcomer@spcg.example", None, label="Newcomer")
    invite(user, None)
    person = reader(width=375)
    person.open(f"/invitation/{secret_of(user)}/")
    found = person.axe()
    person.page.locator("[name=password1]").fill("short")
    person.send()
    found += person.axe()
    for name in ("password1", "password2"):
        person.page.locator(f"[name={name}]").fill("cranes over Geneva 9")
    person.page.keyboard.press("Enter")
    person.page.wait_for_url("**/accounts/login/")
    assert "Your password is set" in person.page.inner_text("main")
    assert found == []
    assert person.complaints == []
