"""Clean values for a letter that an organization has sent itself."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, PortalForm


class RecordOutsideForm(PortalForm):
    """When, and to how many."""

    sent_on = DayField(label=_("Sent on"), future=False, help_text=_("For example 25 November 2020."))
    recipients = forms.IntegerField(
        label=_("Number of recipients"), min_value=1, max_value=1_000_000, help_text=_("As the own mail system says.")
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=300)
