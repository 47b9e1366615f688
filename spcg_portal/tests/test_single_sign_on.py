"""Single sign-on with a provider of the test's own: only people with an account here enter."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.mfa.totp.internal import auth as totp
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.test import Client

from core.models import User
from organizations.services.people import disable_account

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider(BaseHTTPRequestHandler):
    """Vouches for whoever the test says: `person` are the claims."""

    person: dict = {}
    token: dict = {}
    asked: list = []

    def do_GET(self):
        base = f"http://{self.headers['Host']}"
        if self.path.startswith("/.well-known/"):
            names = ("authorization", "token", "userinfo")
            found = {f"{name}_endpoint": f"{base}/{name}" for name in names}
            self.say({**found, "issuer": base, "jwks_uri": f"{base}/keys"})
        else:
            self.say(self.person)

    def do_POST(self):
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.asked.append({name: values[0] for name, values in parse_qs(text).items()})
        now = int(time.time())
        claims = {"iss": f"http://{self.headers['Host']}", "aud": "portal", "iat": now, "exp": now + 60}
        claims = {**claims, **self.person, **self.token}
        self.say({"access_token": "t", "token_type": "Bearer", "id_token": jwt.encode(claims, KEY, "RS256")})

    def say(self, facts: dict):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(facts).encode())

    def log_message(self, *args):
        """Silence."""


@pytest.fixture
def provider(settings, cast):
    cache.clear()
    server = HTTPServer(("127.0.0.1", 0), Provider)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    app = {
        "provider_id": "sso",
        "name": "The institute",
        "client_id": "portal",
        "secret": "s",
        "settings": {"server_url": f"http://127.0.0.1:{server.server_port}", "oauth_pkce_enabled": True},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    Provider.asked = []
    yield Provider
    server.shutdown()
    server.server_close()


def claims(email: str, **more) -> dict:
    return {"sub": f"number of {email}", "email": email, "email_verified": True, **more}


def enter(provider, person: dict, client: Client | None = None, start: str = "/accounts/sso/login/", **token):
    """Through the provider and back, as `person`; `token` is what its token says differently."""
    provider.person, client = person, client or Client()
    sent = left_for_the_provider(client, start)
    provider.token = {"nonce": sent["nonce"], **token}
    return client, client.get("/accounts/sso/callback/", {"code": "c", "state": sent["state"]})


def left_for_the_provider(client: Client, start: str = "/accounts/sso/login/") -> dict[str, str]:
    """What the browser takes along to the provider."""
    query = urlsplit(client.post(start).headers["Location"]).query
    return {name: values[0] for name, values in parse_qs(query).items()}


def test_sign_in_page_offers_it_by_its_name(provider):
    assert "Sign in with The institute" in Client().get("/accounts/login/").content.decode()


def test_known_person_enters_and_lands_where_the_link_led(provider, cast):
    start = "/accounts/sso/login/?next=/settings/"
    client, answer = enter(provider, claims("ISO.member@spcg.example"), start=start)
    assert answer.headers["Location"] == "/settings/"
    assert client.session["_auth_user_id"] == str(cast.iso_member.pk)
    assert SocialAccount.objects.get().user == cast.iso_member
    assert "code_verifier" in provider.asked[0]


def test_opening_the_address_leads_nowhere_by_itself(provider):
    assert Client().get("/accounts/sso/login/").status_code == 200


@pytest.mark.parametrize(
    "person",
    [
        claims("stranger@elsewhere.example"),
        claims("iso.member@spcg.example", email_verified=False),
        claims("iso.member@spcg.example", email_verified="false"),
        {"sub": "no address"},
    ],
)
def test_whom_the_provider_does_not_vouch_for_or_nobody_knows_stays_outside(provider, person):
    """Seen red with sign-up open, and with addresses that nobody verified."""
    people = User.objects.count()
    client, answer = enter(provider, person)
    assert answer.status_code == 403
    assert "No account for you here" in answer.content.decode()
    assert "_auth_user_id" not in client.session
    assert (User.objects.count(), SocialAccount.objects.count()) == (people, 0)


def test_closed_account_stays_closed(provider, cast):
    """Seen red with closed accounts looked up too."""
    assert enter(provider, claims(cast.disabled.email))[1].status_code == 403
    enter(provider, claims(cast.iso_member.email))
    disable_account(cast.iso_member, cast.administrator)
    client, _answer = enter(provider, claims(cast.iso_member.email))
    assert "_auth_user_id" not in client.session


def test_nobody_binds_the_own_sign_on_to_somebody_elses_account(provider, cast, client_of):
    """A signed-in person comes back as somebody else: never as a second key to the first account.
    Seen red without the refusal to connect.
    """
    client = client_of("iso_member")
    enter(provider, claims("iec.member@spcg.example"), client, "/accounts/sso/login/?process=connect")
    assert not SocialAccount.objects.filter(user=cast.iso_member).exists()


def test_forged_state_opens_nothing(provider, cast):
    """Seen red with a state that any session accepts."""
    provider.person = claims(cast.iso_member.email)
    client = Client()
    client.get("/accounts/sso/callback/", {"code": "c", "state": "forged"})
    assert "_auth_user_id" not in client.session


def test_state_works_once_and_in_its_own_browser(provider, cast):
    """Seen red with a state that any session accepts."""
    client, _answer = enter(provider, claims(cast.iso_member.email))
    client.post("/accounts/logout/")
    state = left_for_the_provider(client)["state"]
    other = Client()
    other.get("/accounts/sso/callback/", {"code": "c", "state": state})
    assert "_auth_user_id" not in other.session
    callback = {"code": "c", "state": state}
    client.get("/accounts/sso/callback/", {**callback, "error": "access_denied"})
    client.get("/accounts/sso/callback/", callback)
    assert "_auth_user_id" not in client.session


def test_the_same_answer_a_second_time_in_the_same_session_opens_nothing(provider, cast):
    """The first one was a stranger's; the same state and code come again when the provider vouches for somebody who is
    known here. Seen red with a state that stays in the session after its use."""
    client = Client()
    sent = left_for_the_provider(client)
    callback = {"code": "c", "state": sent["state"]}
    provider.token, provider.person = {"nonce": sent["nonce"]}, claims("stranger@elsewhere.example")
    assert client.get("/accounts/sso/callback/", callback).status_code == 403
    provider.person = claims(cast.iso_member.email)
    assert client.get("/accounts/sso/callback/", callback).status_code == 401
    assert "_auth_user_id" not in client.session
    assert len(provider.asked) == 1, "the provider is not even asked about it"


def test_the_same_answer_a_second_time_by_who_has_entered_changes_nothing(provider, cast):
    """A reload of the page that the provider led back to. Seen red with a state that stays in the session."""
    client = Client()
    sent = left_for_the_provider(client)
    callback = {"code": "c", "state": sent["state"]}
    provider.token, provider.person = {"nonce": sent["nonce"]}, claims(cast.iso_member.email)
    assert client.get("/accounts/sso/callback/", callback).status_code == 302
    provider.person = claims(cast.iec_member.email)
    assert client.get("/accounts/sso/callback/", callback).status_code == 401
    assert client.session["_auth_user_id"] == str(cast.iso_member.pk)
    assert len(provider.asked) == 1
    assert not SocialAccount.objects.filter(user=cast.iec_member).exists()


@pytest.mark.parametrize(
    "token", [{"nonce": "of another sign-in"}, {"nonce": None}, {"nonce": ""}, {"sub": "number of somebody else"}]
)
def test_answer_that_was_made_for_another_sign_in_or_person_opens_nothing(provider, cast, token):
    """Seen red without `_check_answer`: the library sends no nonce and compares no subject."""
    client, answer = enter(provider, claims(cast.iso_member.email), **token)
    assert "_auth_user_id" not in client.session
    assert not SocialAccount.objects.exists()
    assert answer.status_code == 401


def test_second_factor_is_asked_for_here_too(provider, cast):
    totp.TOTP.activate(cast.iso_member, totp.generate_totp_secret())
    client, answer = enter(provider, claims(cast.iso_member.email))
    assert answer.headers["Location"].startswith("/accounts/2fa/authenticate/")
    assert "_auth_user_id" not in client.session


def test_without_configuration_it_is_not_there(cast):
    assert Client().post("/accounts/sso/login/").status_code == 404
    assert "Sign in with The" not in Client().get("/accounts/login/").content.decode()
