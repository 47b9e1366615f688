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

from core.models import User
from core.moves import AlreadyDone, Refused
from core.pages import page_of
from organizations.forms.people import AppointForm, EndForm
from organizations.models import Appointment
from organizations.permissions import can_administer
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


def _back() -> tuple[str, str]:
    return reverse("organizations:people"), _("People")


@require_safe
@for_administrators
def people(request: HttpRequest) -> HttpResponse:
    """Everybody with an account, what each is appointed to, and when each was last here."""
    appointments = Prefetch("appointments", Appointment.objects.select_related("organization"))
    page = page_of(request, User.objects.prefetch_related(appointments).order_by("-is_active", "label", "email"))
    return render(request, "organizations/people.html", {"page": page})


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
            messages.success(request, _("The person is appointed and gets a mail that says how to set a password."))
            return redirect("organizations:people")
    context = {
        "form": form,
        "heading": _("Appoint a person"),
        "back": _back(),
        "submit": _("Appoint"),
        "side": [
            _("The person gets a mail without a secret."),
            _("The link in it leads to the page that sets the password, by a second mail that works once."),
            _("Rights hold from the day named until the appointment is ended."),
        ],
    }
    return render(request, "_form_page.html", context)


@form_page
@for_administrators
def end_appointment(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends an appointment; what the person did stays on record."""
    appointment = get_object_or_404(Appointment.objects.select_related("user", "organization"), pk=pk)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.end_appointment(appointment, request.user, form.cleaned_data["to_on"])
            messages.success(request, _("The appointment ends on that day. Open sessions were closed."))
        except AlreadyDone as error:
            messages.success(request, str(error))
        except Refused as error:
            messages.error(request, str(error))
        return redirect("organizations:people")
    context = {
        "form": form,
        "heading": _("End the appointment of %(person)s") % {"person": appointment.user},
        "lede": str(appointment),
        "back": _back(),
        "submit": _("End the appointment"),
        "side": [_("What the person did stays on record."), _("Open sessions are closed at once.")],
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
        "back": _back(),
        "submit": _("Close the account"),
    }
    return render(request, "_check_page.html", context)
