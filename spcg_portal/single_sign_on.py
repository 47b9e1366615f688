"""Single sign-on: a door for people who have an account here, never a way to get one."""

from __future__ import annotations

import secrets
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from core.models import User


class NoncedProvider(OpenIDConnectProvider):
    """Each sign-in carries a number of its own, which the provider's answer must repeat (OpenID Connect Core 3.1.3.7):
    an answer that was made for another sign-in opens nothing. The library sends none."""

    def redirect(self, request: HttpRequest, process: str, *args: Any, **kwargs: Any) -> HttpResponse:
        nonce = secrets.token_urlsafe(24)
        sent = {**(kwargs.pop("auth_params", None) or self.get_auth_params()), "nonce": nonce}
        return super().redirect(request, process, *args, auth_params=sent, nonce=nonce, **kwargs)


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Whoever the provider vouches for enters the account of that address; for others the page says whom to ask."""

    def get_provider(self, request: HttpRequest, provider: str, client_id: str | None = None) -> NoncedProvider:
        return NoncedProvider(request, app=super().get_provider(request, provider, client_id).app)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """The provider's number of a person decides once it is known; before, an address that the provider has
        verified must be the address of an open account. A signed-in person adds no second identity."""
        if sociallogin.state.get("process", "login") != "login":
            raise ImmediateHttpResponse(redirect("home"))
        _check_answer(sociallogin)
        if sociallogin.is_existing:
            return
        vouched = [row.email for row in sociallogin.email_addresses if row.verified is True]
        account = User.objects.filter(email__iexact=vouched[0], is_active=True).first() if vouched else None
        if account is None:
            raise ImmediateHttpResponse(render(request, "account/unknown.html", status=403))
        sociallogin.connect(request, account)


def _check_answer(sociallogin: Any) -> None:
    """The token repeats the number that was sent, and speaks of the same person as the rest of the answer (OpenID
    Connect Core 5.3.2). Raises PermissionDenied, which the library tells as a failed sign-in."""
    token = sociallogin.account.extra_data.get("id_token") or {}
    sent, person = sociallogin.state.get("nonce"), sociallogin.account.uid
    if not sent or token.get("nonce") != sent or str(token.get("sub")) != person:
        raise PermissionDenied
