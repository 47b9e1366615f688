"""The second factor: whom it is required of, how its secrets are kept, and who hears of a change."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from typing import Any

from allauth.core import context as current
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import drafts
from core.models import User
from core.moves import Refused
from core.views import unsaved_draft
from organizations.queries import standing_of
from organizations.services.sessions import end_sessions
from post.accounts import PostAdapter
from post.services.notices import notify, site_host

FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
WAY_BACK = "before_second_factor"  # of the session: the page that the set-up interrupted
OCCASIONS = {
    "totp_activated": gettext_lazy("An authenticator app was added to your account."),
    "totp_deactivated": gettext_lazy("The authenticator app was removed from your account."),
    "webauthn_added": gettext_lazy("A passkey was added to your account."),
    "webauthn_removed": gettext_lazy("A passkey was removed from your account."),
    "password_changed": gettext_lazy("Your password was changed."),
    "password_set": gettext_lazy("A password was set for your account."),
    "password_reset": gettext_lazy("Your password was set anew."),
    "account_connected": gettext_lazy("Single sign-on now opens your account."),
    "recovery_codes_generated": gettext_lazy("New recovery codes were made for your account."),
}


class PortalAdapter(PostAdapter):
    """Tells a person of every change of how they sign in, and ends the other sessions."""

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict | None = None, email: str | None = None
    ) -> None:
        request = current.request
        end_sessions(user, keep=request.session.session_key or "" if request else "")
        occasion = template_prefix.rsplit("/", 1)[-1]
        notify(
            [user],
            kind="account",
            subject=_("Your sign-in was changed"),
            lead=str(OCCASIONS.get(occasion, _("How you sign in was changed."))),
            text=_("If it was not you: set a new password at once, and tell the administrator."),
            reason=_("it concerns how you sign in"),
            url=reverse("mfa_index"),
            action=_("Look at it"),
            official=True,
        )


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets are kept encrypted, and everything is bound to the portal's own address."""

    def encrypt(self, text: str) -> str:
        return _keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """With another SECRET_KEY nothing can be read: then no code is right, until the administrator resets it."""
        try:
            return _keys().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return base64.b32encode(secrets.token_bytes(20)).decode()

    def build_totp_svg(self, url: str) -> str:
        """The code as part of the page: neither an image address nor a style of its own, so the policy stays."""
        svg = super().build_totp_svg(url)
        return svg[svg.index("<svg") :]

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The portal's own host: a forged Host header must not bind a passkey elsewhere."""
        return {"id": site_host(), "name": "SPCG portal"}


def _keys() -> MultiFernet:
    return MultiFernet([_key(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str) -> Fernet:
    digest = salted_hmac("spcg_portal.second_factor", "secrets", secret=secret, algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def must_set_up(request: HttpRequest) -> bool:
    """Whether this person has to set up a second factor before anything else: secretaries and administrators, where
    the portal requires it (REQUIRE_SECOND_FACTOR)."""
    if not settings.REQUIRE_SECOND_FACTOR or not request.user.is_authenticated:
        return False
    standing = standing_of(request.user)
    if not (standing.is_secretary or standing.is_administrator or request.user.is_staff):
        return False
    given = request.session.get("account_authentication_methods", [])
    return not any(row.get("method") == "mfa" for row in given) and not is_mfa_enabled(request.user, FACTORS)


def _is_open_to_all(view: Any) -> bool:
    return not getattr(view, "login_required", True) and not getattr(view, "asks_for_sign_in", False)


class SecondFactorMiddleware:
    """Leads those who need a second factor to its page, from every page but those of the account and those that are
    open to everybody, such as feeds with their own secret. What was typed is kept, and after the set-up a link leads
    back to it."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if _is_open_to_all(view) or request.path_info.startswith("/accounts/"):
            return None
        if not must_set_up(request):
            _forget_way_back(request)
            return None
        return _lead_to_set_up(request, lambda: view(request, *args, **kwargs))


def _lead_to_set_up(request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
    if request.method != "POST":
        if not (request.headers.get("HX-Request") or request.session.get(WAY_BACK, {}).get("typed")):
            request.session[WAY_BACK] = {"path": request.get_full_path()[:500], "typed": False}
        messages.warning(request, _("Your role needs a second factor. Set one up, then go on."))
        return redirect("mfa_index")
    try:
        kept = _keep_typed(request, view)
    except Refused as error:
        return unsaved_draft(request, request.POST["draft_form"], error)
    said = _("Not sent yet: your role needs a second factor. Set one up, then do it again.")
    if kept:
        request.session[WAY_BACK] = {"path": kept, "typed": True}
        said = _("Not sent yet: your role needs a second factor. Set one up; what you typed is kept meanwhile.")
    # Told as an error: a form that was answered otherwise counts as saved, and its draft would go.
    messages.error(request, said)
    return redirect("mfa_index")


def _keep_typed(request: HttpRequest, view: Callable[[], HttpResponse]) -> str:
    """Keeps what was posted as the person's draft, or as the page itself keeps it for who is signed out; returns where
    it is offered again. Raises Refused when the form has another draft, or the text is too much."""
    if getattr(request.resolver_match.func, "asks_for_sign_in", False):
        person, request.user = request.user, AnonymousUser()
        try:
            view()
        finally:
            request.user = person
        return request.path
    form, sheet = request.POST.get("draft_form", ""), drafts.sheet_of(request.POST)
    if sheet is None or not drafts.is_form(form):
        return ""
    draft = drafts.save_draft(request.user, form, sheet, request.POST, replace="draft_replace" in request.POST)
    return f"{form}?draft={draft.sheet}"


def _forget_way_back(request: HttpRequest) -> None:
    """Once the page is open again there is nothing left to lead back to."""
    required = settings.REQUIRE_SECOND_FACTOR and request.user.is_authenticated
    if required and request.session.get(WAY_BACK, {}).get("path") == request.get_full_path():
        del request.session[WAY_BACK]
