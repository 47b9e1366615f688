"""Forms of the administrator: clean values only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.dates import today
from core.forms import DayField, PortalForm
from organizations.models import Appointment, Organization

NEEDS_ORGANIZATION = (Appointment.Role.SECRETARY, Appointment.Role.MEMBER)


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
    may_write = forms.BooleanField(label=_("May write letters and drafts"), required=False, initial=True)
    may_approve = forms.BooleanField(label=_("May approve for the organization"), required=False, initial=True)
    may_send = forms.BooleanField(label=_("May send letters"), required=False, initial=True)

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("role") in NEEDS_ORGANIZATION and not self.cleaned_data.get("organization"):
            self.add_error("organization", _("Choose the organization of a secretary or member."))
        return self.cleaned_data


class EndForm(PortalForm):
    """The last day of an appointment."""

    to_on = DayField(label=_("Last day"), initial=today)
