"""People and appointments, for the administrator; to everybody else these pages do not exist."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core import registry
from core.models import User
from core.moves import AlreadyDone, Refused
from core.pages import page_of
from organizations.forms.people import AppointForm
from organizations.models import Appointment
from organizations.permissions import can_administer
from organizations.queries.invitations import open_invitations
from organizations.queries.sign_in import factors_of, sessions_of
from organizations.services import invitations, sessions
from organizations.services import people as services

form_page = require_http_methods(["GET", "HEAD", "POST"])


def for_administrators(view: Any) -> Any:
    """404 for everybody else."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not can_administer(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def back_to_people() -> tuple[str, str]:
    return reverse("organizations:people"), _("People")


@require_safe
@for_administrators
def people(request: HttpRequest) -> HttpResponse:
    """Everybody with an account, what each is appointed to, and when each was last here."""
    rows = Appointment.objects.select_related("organization", "substitute_for__user")
    everybody = User.objects.prefetch_related(Prefetch("appointments", rows)).order_by("-is_active", "label", "email")
    page = page_of(request, everybody)
    invited = open_invitations(list(page))
    for found in page:
        found.invited = invited.get(found.pk)
    return render(request, "organizations/people.html", {"page": page})


@require_safe
@for_administrators
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: its appointments, what it has in charge, its invitation, and what the administrator can do."""
    found = get_object_or_404(User, pk=pk)
    rows = found.appointments.select_related("organization", "substitute_for__user").order_by("-from_on", "-pk")
    context = {
        "person": found,
        "appointments": rows,
        "duties": registry.every("duties", found),
        "invitation": found.invitations.first(),
        "history": found.history.select_related("actor")[:50],
        "factors": factors_of(found),
        "signed_in": len(sessions_of(found)),
    }
    return render(request, "organizations/person.html", context)


@form_page
@for_administrators
def appoint(request: HttpRequest) -> HttpResponse:
    """Opens an account, or takes the one of the address, and appoints the person."""
    form = AppointForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.open_account(request.user, **form.cleaned_data)
        except AlreadyDone as error:
            messages.success(request, str(error))
            return redirect("organizations:people")
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The person is appointed and gets a mail."))
            return redirect("organizations:people")
    context = {
        "form": form,
        "heading": _("Appoint a person"),
        "back": back_to_people(),
        "submit": _("Appoint"),
        "side": [
            _("A new person gets an invitation: its link sets the password, works once, and for seven days."),
            _("Who has a password already is told, and signs in as before."),
            _("Rights hold from the first day to the last one, or until the appointment is ended."),
        ],
    }
    return render(request, "_form_page.html", context)


@form_page
@for_administrators
def disable_account(request: HttpRequest, pk: int) -> HttpResponse:
    """A check page, then the account is closed."""
    person = get_object_or_404(User, pk=pk)
    if request.method == "POST":
        try:
            services.disable_account(person, request.user)
            messages.success(request, _("The account of %(person)s is closed.") % {"person": person})
        except AlreadyDone as error:
            messages.success(request, str(error))
        except Refused as error:
            messages.error(request, str(error))
        return redirect("organizations:people")
    context = {
        "heading": _("Close the account of %(person)s?") % {"person": person},
        "lede": _("The person can no longer sign in. What they did stays on record."),
        "back": back_to_people(),
        "submit": _("Close the account"),
    }
    return render(request, "_check_page.html", context)


def _confirmed(
    request: HttpRequest, pk: int, act: Any, heading: str, lede: str, submit: str, done: str
) -> HttpResponse:
    """A check page before `act(person, by)`, which then leads back to the person."""
    found = get_object_or_404(User, pk=pk)
    back = (reverse("organizations:person", args=[pk]), str(found))
    if request.method == "POST":
        try:
            act(found, request.user)
            messages.success(request, done % {"person": found})
        except AlreadyDone as error:
            messages.success(request, str(error))
        except Refused as error:
            messages.error(request, str(error))
        return redirect(back[0])
    words = {"heading": heading % {"person": found}, "lede": lede, "back": back, "submit": submit}
    return render(request, "_check_page.html", words)


@form_page
@for_administrators
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Sends a new invitation, which ends the earlier one."""
    return _confirmed(
        request,
        pk,
        invitations.invite,
        _("Send %(person)s a new invitation?"),
        _("It goes to the address of the account, works once and for seven days. An earlier one ends."),
        _("Send the invitation"),
        _("An invitation is on its way to %(person)s."),
    )


@form_page
@for_administrators
def end_sessions(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends every session of a person, for a device that was lost."""
    return _confirmed(
        request,
        pk,
        sessions.end_sessions_of,
        _("End all sessions of %(person)s?"),
        _("On every device the person has to sign in again. What was typed and not saved is lost."),
        _("End all sessions"),
        _("The sessions of %(person)s are ended."),
    )


@form_page
@for_administrators
def reset_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Removes the second factor of a person who has lost it."""
    return _confirmed(
        request,
        pk,
        sessions.reset_second_factor,
        _("Reset the second factor of %(person)s?"),
        _("Do it only when you know by another way that it is this person who asks. The password alone then opens it."),
        _("Reset the second factor"),
        _("The second factor of %(person)s is reset."),
    )
