"""Forms of the confirmation: which areas, and the period."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm, VersionForm
from landscape.models import ConfirmationPeriod

_READ = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")
MOST_AT_ONCE = 500


class ReadField(forms.MultipleChoiceField):
    """Areas as they were read: each the key of an area and that of the revision on the page, "12-34"."""

    widget = forms.CheckboxSelectMultiple
    default_error_messages = {
        "required": _("Mark the areas that are still true."),
        "invalid_choice": _("Open the page again and mark the areas there."),
    }

    def validate(self, value: list[str]) -> None:
        if not value:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(value) > MOST_AT_ONCE or not all(_READ.fullmatch(item) for item in value):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")

    def clean(self, value: Any) -> list[tuple[int, int]]:
        return [tuple(map(int, _READ.fullmatch(item).groups())) for item in super().clean(value)]


class ConfirmForm(PortalForm):
    """The areas that are still true."""

    areas = ReadField(label=_("Areas that are still true"))


class PeriodForm(VersionForm):
    """After how many days an area is stale."""

    days = forms.IntegerField(
        label=_("Days after which an area is stale"),
        min_value=ConfirmationPeriod.SHORTEST,
        max_value=ConfirmationPeriod.LONGEST,
        help_text=_("From 14 to 1096. It holds for ISO, IEC and ITU-T alike."),
        error_messages={
            "required": _("Enter a number of days from 14 to 1096."),
            "invalid": _("Enter a number of days from 14 to 1096."),
            "min_value": _("Enter a number of days from 14 to 1096."),
            "max_value": _("Enter a number of days from 14 to 1096."),
        },
    )
