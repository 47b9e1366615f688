"""An organization's verdict as it is typed, the same form in every room above."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PortalForm
from organizations.models import Approval


class VerdictForm(PortalForm):
    """An organization's verdict on the edition that the person has read."""

    edition = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    verdict = forms.ChoiceField(
        label=_("Verdict"), choices=Approval.Verdict.choices, widget=forms.RadioSelect, initial="approved"
    )
    note = forms.CharField(
        label=_("Comment"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when you ask for changes."),
    )
    for_absent_colleague = forms.BooleanField(label=_("On behalf of an absent colleague"), required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("verdict") == Approval.Verdict.CHANGES and not values.get("note"):
            self.add_error("note", _("Say what should change."))
        return values

    def reread(self, edition: int) -> None:
        """After a change the verdict stays as typed, to be given knowingly on what stands now."""
        self.data = self.data.copy()
        self.data["edition"] = edition
