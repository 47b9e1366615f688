"""The recommendation: its text and verdicts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.forms import DayField, PortalForm, VersionForm
from documents.models import Document, Revision
from organizations.models import Approval
from proposals.forms.fields import text_area


class TextForm(PortalForm):
    """The text of a new recommendation or revision, in Markdown."""

    text = text_area(
        _("Text"), 14, help_text=_("A blank line begins a paragraph, - a list; SPCG-47B and 2020-11 become links.")
    )

    def __init__(self, *args: Any, **kwargs: Any):
        """With htmx the preview follows what is typed, at most once in 0.6 seconds; without it there is a button."""
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs |= {
            "hx-post": reverse("proposals:preview"),
            "hx-trigger": "input changed delay:600ms",
            "hx-target": "#preview",
            "hx-params": "text,csrfmiddlewaretoken",
            "hx-sync": "this:replace",
        }


class _ReadForm(forms.Form):
    """Carries the revision that the reader has before the eyes, one of this document."""

    carries = "revision"

    def __init__(self, *args: Any, document: Document, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields[self.carries] = forms.ModelChoiceField(
            queryset=Revision.objects.filter(document=document).select_related("document"), widget=forms.HiddenInput
        )


class ReviseForm(_ReadForm, TextForm):
    """The next lettered revision, after the one that the writer has read."""

    carries = "after"
    note = forms.CharField(label=_("What changed"), max_length=300, help_text=_("One sentence for the readers."))


class EditTextForm(TextForm, VersionForm):
    """The text of a draft revision."""


class ProposeForm(_ReadForm, PortalForm):
    """When the three verdicts are due."""

    due_on = DayField(label=_("Approvals due on (optional)"), required=False, past=False)


class ApproveForm(_ReadForm, PortalForm):
    """One organization's verdict on the revision that the reader sees."""

    verdict = forms.ChoiceField(
        label=_("Verdict"),
        choices=[
            (Approval.Verdict.APPROVED, _("Approve")),
            (Approval.Verdict.COMMENTS, _("Approve with comments")),
            (Approval.Verdict.CHANGES, _("Ask for changes")),
        ],
        initial=Approval.Verdict.APPROVED,
        widget=forms.RadioSelect,
    )
    note = text_area(
        _("Comments, or the changes that you ask for"), 3, required=False, help_text=_("Not needed when you approve.")
    )
    for_absent_colleague = forms.BooleanField(
        label=_("I give this on behalf of an absent colleague of my organization"), required=False
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("verdict") in (Approval.Verdict.COMMENTS, Approval.Verdict.CHANGES) and not values.get("note"):
            self.add_error("note", _("Write your comments, or the changes that you ask for."))
        return values
