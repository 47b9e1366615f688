"""Single sign-on: a door for people who have an account here, never a way to get one."""

from __future__ import annotations

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest
from django.shortcuts import redirect, render

from core.models import User


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """Whoever the provider vouches for enters the account of that address; for others the page says whom to ask."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """The provider's number of a person decides once it is known; before, an address that the provider has
        verified must be the address of an open account. A signed-in person adds no second identity."""
        if sociallogin.state.get("process", "login") != "login":
            raise ImmediateHttpResponse(redirect("home"))
        if sociallogin.is_existing:
            return
        vouched = [row.email for row in sociallogin.email_addresses if row.verified is True]
        account = User.objects.filter(email__iexact=vouched[0], is_active=True).first() if vouched else None
        if account is None:
            raise ImmediateHttpResponse(render(request, "account/unknown.html", status=403))
        sociallogin.connect(request, account)
