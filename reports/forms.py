"""Forms of board reports: clean values only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, PortalForm, TokenForm, VersionForm
from organizations.models import Approval


class DraftForm(TokenForm):
    """Title and period of a new report."""

    title = forms.CharField(label=_("Title"), max_length=200)
    period_from = DayField(label=_("From"), help_text=_("The first day that the report covers."))
    period_to = DayField(label=_("Until"), help_text=_("The last day that the report covers."))

    def clean(self) -> dict[str, Any]:
        start, end = self.cleaned_data.get("period_from"), self.cleaned_data.get("period_to")
        if start and end and end < start:
            self.add_error("period_to", _("Enter a day that is not before the first day."))
        return self.cleaned_data


class BodyForm(VersionForm):
    """One text per section; headings and attachments follow from the records."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=100_000, required=False)
    reason = forms.CharField(label=_("What you changed, in one line"), max_length=200, required=False)

    def __init__(self, *args: Any, sections: list[dict[str, Any]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._show(sections)

    def _show(self, sections: list[dict[str, Any]]) -> None:
        for section in sections:
            self.fields[f"text-{section['key']}"] = forms.CharField(
                label=section["heading"],
                initial=section["text"],
                max_length=20_000,
                widget=forms.Textarea(attrs={"rows": 5, "class": "record"}),
            )
        self.order_fields([*(name for name in self.fields if name.startswith("text-")), "reason"])

    def rebase_sections(self, version: int, number: int, sections: list[dict[str, Any]]) -> None:
        """After a conflict: others' sections as they stand now, the writer's own as typed."""
        self.rebase(version)
        for name in [name for name in self.fields if name.startswith("text-")]:
            del self.fields[name]
        self._show(sections)
        self.data["number"] = number
        for section in sections:
            self.data[f"text-{section['key']}"] = section["text"]

    def texts(self) -> dict[str, str]:
        """The texts by section key."""
        return {name[5:]: value for name, value in self.cleaned_data.items() if name.startswith("text-")}


class VerifyForm(PortalForm):
    """Any file at all: what it is, is the answer."""

    file = forms.FileField(label=_("File"), help_text=_("A Word file, PDF, web page or archive, as you received it."))


class CoverForm(VersionForm):
    """What differs between the three boards."""

    reference = forms.CharField(label=_("Number of the paper"), max_length=60, required=False)
    meeting = forms.CharField(label=_("Place and dates of the board's meeting"), max_length=120, required=False)
    purpose = forms.CharField(label=_("Purpose"), max_length=60)
    contact = forms.CharField(label=_("Contact"), max_length=200)
    abstract = forms.CharField(label=_("Abstract"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 4}))
    action = forms.CharField(label=_("Action"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 4}))


class VerdictForm(PortalForm):
    """A verdict on the revision that was read."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    verdict = forms.ChoiceField(
        label=_("Your verdict"), choices=Approval.Verdict.choices, initial="approved", widget=forms.RadioSelect
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}))
    for_absent_colleague = forms.BooleanField(
        label=_("I give it for an absent colleague of my organization"), required=False
    )

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("verdict") == Approval.Verdict.CHANGES and not self.cleaned_data.get("note"):
            self.add_error("note", _("Say what should change."))
        return self.cleaned_data
