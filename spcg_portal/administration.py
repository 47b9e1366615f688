"""The administration within the portal: its sign-in is the portal's own, and it shows no models of libraries."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import Group
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

# A second address, a foreign key or somebody else's single sign-on on an account would open it to whoever holds it.
FOREIGN = (EmailAddress, Group, Authenticator, SocialAccount, SocialApp, SocialToken, UserSession)


@login_not_required
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign-in to the administration is the throttled page of the portal; for others it is not there."""
    wanted = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        wanted = "/admin/"
    if not request.user.is_authenticated:
        return redirect_to_login(wanted)
    if not admin.site.has_permission(request):
        raise Http404
    return redirect(wanted)


def furnish() -> None:
    """Called once, when the addresses are read and every model has been registered."""
    admin.site.login = sign_in
    for model in FOREIGN:
        if admin.site.is_registered(model):
            admin.site.unregister(model)
