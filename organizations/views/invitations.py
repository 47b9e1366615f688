"""Accepting an invitation; open to everybody, since the link's secret is the key."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.moves import Refused
from core.throttle import seconds_to_wait
from organizations.forms.invitations import AskAgainForm, FirstPasswordForm
from organizations.queries.invitations import invitation_of, why_not
from organizations.services import invitations as services

TRIES, ASKS = (30, 60), (5, 3600)


def _too_often(request: HttpRequest, name: str, limit: tuple[int, int]) -> HttpResponse | None:
    if not (wait := seconds_to_wait(request, name, *limit)):
        return None
    page = render(request, "account/too_often.html", status=429)
    page.headers["Retry-After"] = str(wait)
    return page


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept_invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Sets the first password. Opening the link changes nothing; one that does not work says why, and how to get
    another one; with somebody else signed in here it says so and waits."""
    if refused := _too_often(request, "accept_invitation", TRIES):
        return refused
    invitation = invitation_of(secret)
    reason = why_not(invitation)
    if reason:
        status = 404 if invitation is None else 410
        return render(request, "account/invitation_over.html", {"reason": reason}, status=status)
    if request.user.is_authenticated and request.user != invitation.user:
        return render(request, "account/invitation_foreign.html", {"invitation": invitation}, status=409)
    form = FirstPasswordForm(request.POST or None, user=invitation.user)
    if request.method == "POST" and form.is_valid():
        try:
            services.accept_invitation(secret, form.cleaned_data["password1"])
        except Refused as error:
            return render(request, "account/invitation_over.html", {"reason": str(error)}, status=410)
        messages.success(request, _("Your password is set. Sign in with it."))
        return redirect(settings.LOGIN_URL)
    return render(request, "account/invitation.html", {"form": form, "invitation": invitation})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask_invitation_again(request: HttpRequest) -> HttpResponse:
    """Asks for another invitation; whatever the address, the answer reads the same."""
    form = AskAgainForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if refused := _too_often(request, "ask_invitation", ASKS):
            return refused
        services.ask_invitation_again(form.cleaned_data["email"])
        return redirect("organizations:invitation_asked")
    return render(request, "account/invitation_ask.html", {"form": form})


@login_not_required
@require_http_methods(["GET", "HEAD"])
def invitation_asked(request: HttpRequest) -> HttpResponse:
    """Says that the wish was heard; survives a reload."""
    return render(request, "account/invitation_asked.html")
