"""Substitutes, the end of an appointment, and what is handed over then; for the administrator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import registry
from core.models import User
from core.moves import AlreadyDone, Refused
from organizations.forms.people import EndForm, HandOverForm, SubstituteForm
from organizations.models import Appointment
from organizations.services import terms
from organizations.views.people import for_administrators, form_page


def _appointment(pk: int) -> Appointment:
    return get_object_or_404(Appointment.objects.select_related("user", "organization"), pk=pk)


def _back_to(person: User) -> tuple[str, str]:
    return reverse("organizations:person", args=[person.pk]), str(person)


def _done(request: HttpRequest, form: Any, act: Callable[[], Any], said: str) -> bool:
    """Whether the act was done, now or before; a refusal stands at the form, with all that was typed."""
    try:
        act()
    except AlreadyDone as error:
        messages.success(request, str(error))
    except Refused as error:
        form.add_error(None, str(error))
        return False
    else:
        messages.success(request, said)
    return True


@form_page
@for_administrators
def end_appointment(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends an appointment; what the person did stays on record, and open duties are handed over on the next page."""
    appointment = _appointment(pk)
    person = appointment.user
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["to_on"]
        said = _("The appointment ends on that day. Open sessions were closed.")
        if _done(request, form, lambda: terms.end_appointment(appointment, request.user, day), said):
            left = registry.every("duties", person)
            return redirect("organizations:hand_over" if left else "organizations:person", pk=person.pk)
    context = {
        "form": form,
        "heading": _("End the appointment of %(person)s") % {"person": person},
        "lede": str(appointment),
        "back": _back_to(person),
        "submit": _("End the appointment"),
        "side": [
            _("What the person did stays on record."),
            _("Open sessions are closed at once."),
            _("What the person has in charge is handed over on the next page."),
        ],
    }
    return render(request, "_form_page.html", context)


@form_page
@for_administrators
def appoint_substitute(request: HttpRequest, pk: int) -> HttpResponse:
    """Appoints somebody to stand in for the person who holds an appointment."""
    appointment = _appointment(pk)
    form = SubstituteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = _("The substitute is appointed, and both are told.")
        values = form.cleaned_data
        if _done(request, form, lambda: terms.appoint_substitute(appointment, request.user, **values), said):
            return redirect(_back_to(appointment.user)[0])
    context = {
        "form": form,
        "heading": _("Appoint a substitute for %(person)s") % {"person": appointment.user},
        "lede": str(appointment),
        "back": _back_to(appointment.user),
        "submit": _("Appoint the substitute"),
        "side": [
            _("The substitute has the rights of this appointment, and no more, on these days."),
            _("The history says for whom a substitute acts."),
            _("The term ends by itself after its last day."),
        ],
    }
    return render(request, "_form_page.html", context)


@form_page
@for_administrators
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """What a person has in charge, and the one step that gives it to a successor."""
    person = get_object_or_404(User, pk=pk)
    form = HandOverForm(request.POST or None, person=person)
    duties = registry.every("duties", person)
    if request.method == "POST" and form.is_valid():
        to = form.cleaned_data["to"]
        said = _("The open duties of %(person)s are with %(to)s now.") % {"person": person, "to": to}
        if _done(request, form, lambda: terms.hand_over(person, to, request.user), said):
            return redirect(_back_to(person)[0])
    words = ngettext("Hand over %(n)d duty", "Hand over %(n)d duties", len(duties)) % {"n": len(duties)}
    context = {
        "form": form,
        "duties": duties,
        "heading": _("Hand over what %(person)s has in charge") % {"person": person},
        "back": _back_to(person),
        "submit": words,
        "side": [
            _("Each record's history says who took over from whom."),
            _("The successor gets one mail with the whole list."),
            _("A planned letter goes over only to somebody who may send it."),
        ],
    }
    return render(request, "organizations/hand_over.html", context)
