"""The filter of the landscape."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm
from landscape.models import AreaDecision, AreaMechanism
from landscape.queries import Wanted
from landscape.queries.decisions import UNDECIDED
from landscape.queries.matrix import NONE_YET
from organizations.models import Organization

Kind = AreaMechanism.Kind


class MatrixFilter(PortalForm):
    """Filters of the matrix, by GET: any nonsense filters nothing."""

    q = forms.CharField(label=_("Words"), required=False, max_length=200)
    organization = forms.ChoiceField(label=_("Organization"), required=False)
    committee = forms.CharField(label=_("Committee"), required=False, max_length=60)
    mechanism = forms.ChoiceField(label=_("Mechanism"), required=False)
    score = forms.TypedChoiceField(
        label=_("Median score"),
        required=False,
        coerce=int,
        empty_value=0,
        choices=[("", _("Any")), ("4", _("4 or more")), ("3", _("3 or more"))],
    )
    support = forms.ChoiceField(
        label=_("Extra support"),
        required=False,
        choices=[("", _("Any")), *AreaDecision.Answer.choices, (UNDECIDED, _("Not decided"))],
    )
    changed = forms.BooleanField(label=_("Changed since my last visit"), required=False)
    stale = forms.BooleanField(label=_("Stale"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["organization"].choices = [
            ("", _("Any")),
            *((item.code, item.code) for item in Organization.objects.all()),
        ]
        self.fields["mechanism"].choices = [("", _("Any")), *Kind.choices, (NONE_YET, _("None yet"))]
        for name in ("organization", "mechanism", "score", "support"):
            self.fields[name].widget.attrs["class"] = "form-select"

    def wanted(self) -> Wanted:
        """The valid values; a value that is none of the choices counts as not given."""
        self.is_valid()
        return Wanted(**{name: value for name, value in self.cleaned_data.items() if value})
