"""Forms of the administrator: clean values only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.dates import today
from core.forms import DayField, PortalForm
from core.models import User
from organizations.models import Appointment, Organization
from organizations.standing import appointments_on

NEEDS_ORGANIZATION = (Appointment.Role.SECRETARY, Appointment.Role.MEMBER)


def check_days(form: PortalForm) -> None:
    """The last day of a term is not before its first."""
    first, last = form.cleaned_data.get("from_on"), form.cleaned_data.get("to_on")
    if first and last and last < first:
        form.add_error("to_on", _("The last day lies before the first."))


class AppointForm(PortalForm):
    """Who is appointed to what, from when, with which rights."""

    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, help_text=_("To which the person receives SPCG documents.")
    )
    label = forms.CharField(
        label=_("Role name"),
        max_length=120,
        help_text=_("Shown wherever the person acts, for example “ISO secretary”."),
    )
    role = forms.ChoiceField(label=_("Role"), choices=Appointment.Role.choices, widget=forms.RadioSelect)
    organization = forms.ModelChoiceField(
        label=_("Organization"),
        queryset=Organization.objects.all(),
        required=False,
        empty_label=_("None (observer or administrator)"),
    )
    from_on = DayField(label=_("From"), initial=today)
    to_on = DayField(label=_("Last day"), required=False, help_text=_("Leave it empty where no end is known."))
    may_write = forms.BooleanField(label=_("May write letters and drafts"), required=False, initial=True)
    may_approve = forms.BooleanField(label=_("May approve for the organization"), required=False, initial=True)
    may_send = forms.BooleanField(label=_("May send letters"), required=False, initial=True)

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("role") in NEEDS_ORGANIZATION and not self.cleaned_data.get("organization"):
            self.add_error("organization", _("Choose the organization of a secretary or member."))
        check_days(self)
        return self.cleaned_data


class SubstituteForm(PortalForm):
    """Who stands in for somebody, and from when to when."""

    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, help_text=_("Of an account that is there, or of a new one.")
    )
    label = forms.CharField(
        label=_("Role name"),
        max_length=120,
        help_text=_("For a new account, for example “Second ISO secretary”. An account that is there keeps its own."),
    )
    from_on = DayField(label=_("First day"), initial=today)
    to_on = DayField(label=_("Last day"))
    may_write = forms.BooleanField(label=_("May write letters and drafts"), required=False, initial=True)
    may_approve = forms.BooleanField(label=_("May approve for the organization"), required=False, initial=True)
    may_send = forms.BooleanField(label=_("May send letters"), required=False, initial=True)

    def clean(self) -> dict[str, Any]:
        check_days(self)
        return self.cleaned_data


class HandOverForm(PortalForm):
    """To whom the open duties of a person go."""

    to = forms.ModelChoiceField(label=_("Successor"), queryset=User.objects.none(), empty_label=_("Choose a person"))

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        able = appointments_on().exclude(role=Appointment.Role.OBSERVER).exclude(user=person)
        self.fields["to"].queryset = User.objects.filter(pk__in=able.order_by().values("user"))


class EndForm(PortalForm):
    """The last day of an appointment."""

    to_on = DayField(label=_("Last day"), initial=today)
