"""How people sign in: settings of the sign-in library, read into `settings.py` whole.

By password with an optional second factor, by passkey, or at the organizations' own single sign-on. OIDC_SERVER (the
issuer's address), OIDC_CLIENT_ID and OIDC_SECRET switch the latter on; OIDC_NAME is the button's word.
"""

from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()

APPS = [f"allauth.{name}" for name in ("account", "mfa", "usersessions", "socialaccount")]
APPS += ["allauth.socialaccount.providers.openid_connect"]

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
ACCOUNT_ADAPTER = "spcg_portal.second_factor.PortalAdapter"
ACCOUNT_FORMS = {
    "login": "spcg_portal.forms.SignInForm",
    "reset_password": "spcg_portal.forms.NewPasswordForm",
    "reauthenticate": "spcg_portal.forms.PasswordAgainForm",
}
# The portal writes to no address that it does not know.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
# Sign-in is throttled per address and per account; one secretariat often shares one address.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "reset_password": "5/m/ip,3/h/key",
    "reauthenticate": "10/m/user",
}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# The second factor: an authenticator app or a passkey, and codes on paper for the day when neither is at hand.
MFA_ADAPTER = "spcg_portal.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "SPCG portal"
# One step of half a minute to either side, for clocks that go wrong.
MFA_TOTP_TOLERANCE = 1
# Addresses of accounts are given by the administrator, and nobody signs in before the mail to them was read.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": "spcg_portal.forms.CodeForm",
    "reauthenticate": "spcg_portal.forms.CodeAgainForm",
    "activate_totp": "spcg_portal.forms.ActivateAppForm",
    "login_webauthn": "spcg_portal.forms.SignInByPasskeyForm",
    "authenticate_webauthn": "spcg_portal.forms.PasskeyForm",
    "reauthenticate_webauthn": "spcg_portal.forms.PasskeyAgainForm",
    "add_webauthn": "spcg_portal.forms.AddPasskeyForm",
    "edit_webauthn": "spcg_portal.forms.EditPasskeyForm",
}
REQUIRE_SECOND_FACTOR = env.bool("REQUIRE_SECOND_FACTOR", default=False)

OIDC_SERVER = env.str("OIDC_SERVER", default="").rstrip("/")
OIDC_NAME = env.str("OIDC_NAME", default="Single sign-on")
client_id, client_secret = env.str("OIDC_CLIENT_ID", default=""), env.str("OIDC_SECRET", default="")
if OIDC_SERVER and not (client_id and client_secret):
    raise ImproperlyConfigured("OIDC_SERVER needs OIDC_CLIENT_ID and OIDC_SECRET.")
# Some sign in at another host than the one that answers for the issuer: OIDC_FORM_ACTION names its origin.
OIDC_ORIGINS = [
    env.str("OIDC_FORM_ACTION", default="") or f"{urlsplit(OIDC_SERVER).scheme}://{urlsplit(OIDC_SERVER).netloc}"
] * bool(OIDC_SERVER)
SOCIALACCOUNT_ADAPTER = "spcg_portal.single_sign_on.SingleSignOnAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": OIDC_NAME,
                "client_id": client_id,
                "secret": client_secret,
                "settings": {"server_url": OIDC_SERVER, "oauth_pkce_enabled": True},
            }
        ]
        * bool(OIDC_SERVER),
    }
}
